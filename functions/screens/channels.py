"""Ways to members besides the card: what is set up, what is missing, and a message to try each."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, RefusedError, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.members import looked_for
from functions.screens.screen import Screens
from functions.screens.typed import Field, TypedError, price_text, read
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

NAMES = ("email", "sms", "telegram")
ENDED = ("accepted", "dead", "opted_out", "refused", "down", "later", "unknown")
_CHANNEL = "/v1/channels/{channel}"
_NEW = '"0"'
_PRICE = {"price": Field("price", needed=False)}
_FIELDS: Mapping[str, Mapping[str, Field]] = {
    "email": {**_PRICE, "topic": Field(needed=False), "configuration_set": Field(needed=False)},
    "sms": {**_PRICE, "sender": Field(needed=False), "secret": Field(needed=False)},
    "telegram": {**_PRICE, "secret": Field(needed=False)},
}
_GATEWAY = {
    "gateway.url": Field(to="url"),
    "gateway.id": Field(needed=False, to="id"),
    "gateway.code": Field(needed=False, to="code"),
}
_LINE = re.compile(r"\s*([^=]*[^=\s])\s*=\s*(.*?)\s*")


@screens.add("/console/channels", "campaigns")
def channels(desk: Desk) -> Shown:
    """List all ways, each with how it stands."""
    told = desk.api.get("/v1/channels")
    found = {one["channel"]: one for one in told["channels"]}
    return Shown("channels.html", {"names": NAMES, "found": found, "lacks": told["lacks"]})


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Set it up with what was typed; a secret that was left empty stays."""
    name = desk.names["channel"]
    body = read(_FIELDS[name], typed, desk.currency)
    if name == "sms":
        by = typed.get("by", "")
        if by == "gateway":
            body["gateway"] = gateway(typed)
        else:
            body |= read({"most": Field(needed=False)}, typed)
            body.pop("secret", None)
        _keep(desk, body)
    address = path(_CHANNEL, **desk.names)
    return desk.api.ask(Ask("PUT", address, body=body, seen=typed.get("seen") or _NEW))


def _keep(desk: Desk, body: dict[str, Any]) -> None:
    """Let what no field of the form is of stay as it is: how receipts come."""
    told = desk.api.get("/v1/channels")["channels"]
    before: dict[str, Any] = next((one for one in told if one["channel"] == "sms"), {})
    body |= {one: before[one] for one in ("topic", "configuration_set") if before.get(one)}
    described = before.get("gateway") or {}
    if "gateway" in body and described.get("receipts"):
        body["gateway"]["receipts"] = described["receipts"]


def gateway(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the gateway that was described: what is posted, and what its answers mean.

    Raises
    ------
    TypedError
        A line is no ``name = value``, or an answer means nothing that there is.
    """
    codes = lines(typed, "gateway.codes")
    if set(codes.values()) - set(ENDED):
        raise TypedError("gateway.codes", "not_an_end")
    fields = lines(typed, "gateway.fields")
    if not fields:
        raise TypedError("gateway.fields", "missing")
    form = typed.get("gateway.form") != "json"
    return {**read(_GATEWAY, typed), "form": form, "fields": fields, "codes": codes}


def lines(typed: Mapping[str, str], name: str) -> dict[str, str]:
    """Return a field of lines ``name = value`` as what they say."""
    found = {}
    for line in typed.get(name, "").splitlines():
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise TypedError(name, "not_a_line")
        found[match[1]] = match[2]
    return found


def fields(told: Mapping[str, Any], currency: str) -> dict[str, str]:
    """Return a channel as what stands in the fields."""
    found = {name: str(told[name]) for name in ("sender", "most", "topic", "configuration_set")
             if told.get(name)}  # fmt: skip
    if told.get("price"):
        found["price"] = price_text(told["price"], currency)
    described = told.get("gateway")
    if not described:
        return found
    found["by"] = "gateway"
    found |= {f"gateway.{name}": described[name] for name in ("url", "id", "code")}
    found["gateway.form"] = "form" if described["form"] else "json"
    for name in ("fields", "codes"):
        text = "\n".join(f"{one} = {value}" for one, value in described[name].items())
        found[f"gateway.{name}"] = text
    return found


def _try(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Write to the one member whom the box finds."""
    text = typed.get("search", "").strip()
    if not text:
        raise TypedError("search", "missing")
    body = {**looked_for(text), "limit": 2}
    found = desk.api.ask(Ask("POST", "/v1/members/search", body=body)).content["members"]
    if len(found) != 1:
        raise TypedError("search", "several" if found else "member_not_found")
    sent = {"member_id": found[0]["member_id"]}
    address = path(f"{_CHANNEL}/test", **desk.names)
    return desk.api.ask(Ask("POST", address, body=sent, key=typed.get("key", "")))


_ACTS = {
    "set_channel": Act("POST", "", does=_put),
    "try_channel": Act("POST", "", does=_try),
    "take_away": Act("DELETE", _CHANNEL, guarded=True, then="/console/channels"),
}


@screens.add("/console/channels/{channel}", "campaigns", _ACTS)
def channel(desk: Desk) -> Shown:
    """Show a way: setting it up, trying it, taking it away."""
    name = desk.names["channel"]
    if name not in NAMES:
        raise Refusal("not_found", "not_found")
    try:
        told = desk.api.ask(Ask("GET", path(_CHANNEL, channel=name)))
        one, seen = told.content, told.tag
    except RefusedError as error:
        if error.told.status != HTTPStatus.NOT_FOUND:
            raise
        one, seen = None, _NEW
    lack = desk.api.get("/v1/channels")["lacks"].get(name)
    set_up = desk.act == "set_channel" and desk.fault
    say = fields(one or {}, desk.currency)
    return Shown(
        "channel.html",
        {
            "name": name,
            "one": one,
            "seen": desk.typed.get("seen") if set_up else seen,
            "lack": lack,
            "kept": desk.typed if set_up else say,
            "wrong": field_of(desk.fault.field) if set_up and desk.fault else "",
            "ended": ENDED,
        },
    )


def field_of(place: str) -> str:
    """Return the field in which stands what the API calls by its place."""
    return ".".join(place.split(".")[:2]) if place.startswith("gateway") else place
