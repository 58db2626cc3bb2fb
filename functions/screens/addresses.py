"""Addresses of tills and tools: making one, what fields of a tool's clients mean, letting it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import MAYBE, TEXT, TypedError, read
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_ENDPOINT = "/v1/endpoints/{endpoint}"
# What each vendor's address needs besides its name; a test compares it with the connectors.
VENDORS: Final[Mapping[str, tuple[str, ...]]] = {
    "standard": (),
    "square": ("secret", "token", "merchant"),
    "shopify": ("secret", "merchant", "vendor_address", "token"),
    "woocommerce": ("vendor_address", "token", "merchant"),
    "stripe": ("secret", "token"),
    "evotor": ("token", "merchant"),
    "iiko": ("token", "merchant"),
    "clover": ("secret", "token", "merchant"),
    "visits": (),
    "yclients": ("token", "merchant"),
    "altegio": ("token", "merchant"),
    "bitrix24": ("vendor_address", "token"),
    "amocrm": ("vendor_address", "token"),
    "kommo": ("vendor_address", "token"),
    "calcom": (),
    "hubspot": ("secret", "token", "merchant"),
}
NEEDED: Final = {"secret": frozenset({"square", "shopify", "stripe", "clover", "hubspot"}),
                 "merchant": frozenset({"clover", "yclients", "altegio", "hubspot"})}  # fmt: skip
CHANNELS: Final = ("card", "email", "sms", "phone", "messenger")
WRITTEN: Final = ("balance", "level", "code")
_PARTS: Final = ("attributes", "consents", "written")


def _make(desk: Desk, typed: Mapping[str, str]) -> Told:
    scheme = typed.get("scheme", "")
    if scheme not in VENDORS:
        raise TypedError("scheme", "missing")
    fields = {"id": TEXT, "location": MAYBE}
    for one in VENDORS[scheme]:
        fields[one] = TEXT if scheme in NEEDED.get(one, ()) else MAYBE
    body = {**read(fields, typed), "scheme": scheme}
    return desk.api.ask(Ask("POST", "/v1/endpoints", body=body))


@screens.add("/console/tills/new", "tills", {"make": Act("POST", "", does=_make, shows=True)})
def new_address(desk: Desk) -> Shown:
    """Choose a vendor, and make an address for it; what it says is typed at the other side."""
    scheme = desk.typed.get("scheme") or desk.query.get("of", "")
    if scheme and scheme not in VENDORS:
        raise Refusal("not_found", "not_found")
    here = f"/console/tills/new?of={scheme}"
    if scheme and not desk.act and desk.me.get("proved_until", "") is None:
        # Asked for before a secret is typed, which no page keeps.
        return Shown("prove.html", {"typed": {}, "here": here})
    content = {
        "scheme": scheme,
        "vendors": tuple(VENDORS),
        "wants": VENDORS.get(scheme, ()),
        "needed": {one for one, who in NEEDED.items() if scheme in who},
    }
    return Shown("new_address.html", content)


def by_ours(mapped: Mapping[str, str]) -> dict[str, str]:
    """Return the tool's fields by what they mean here, several with a comma between them."""
    found: dict[str, list[str]] = {}
    for theirs, ours in mapped.items():
        found.setdefault(ours, []).append(theirs)
    return {ours: ", ".join(theirs) for ours, theirs in found.items()}


def _fields(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep what was typed: for each attribute and channel the tool's fields, and where to write."""
    body: dict[str, dict[str, str]] = {one: {} for one in _PARTS}
    for name, text in typed.items():
        part, _, ours = name.partition(".")
        if part not in body:
            continue
        names = [one.strip() for one in text.split(",") if one.strip()]
        if part == "written":
            if names:
                body[part][ours] = names[0]
            continue
        if any(one in body[part] for one in names):
            raise TypedError(name, "one_meaning")
        body[part].update(dict.fromkeys(names, ours))
    return desk.api.ask(Ask("PUT", path(f"{_ENDPOINT}/fields", **desk.names), body=body))


@screens.add(
    "/console/tills/{endpoint}",
    "tills",
    {
        "tool_fields": Act("PUT", "", does=_fields),
        "gone": Act("DELETE", _ENDPOINT, then="/console/tills"),
    },
)
def address(desk: Desk) -> Shown:
    """Show what is set up of one address; what fields of its tool's clients mean; let it go."""
    one: dict[str, Any] = desk.api.get(path(_ENDPOINT, **desk.names))
    fields = one["fields"]
    filled: dict[str, str] = {}
    if fields:
        for part in ("attributes", "consents"):
            filled |= {f"{part}.{ours}": text for ours, text in by_ours(fields[part]).items()}
        filled |= {f"written.{ours}": text for ours, text in fields["written"].items()}
    content = {
        "one": one,
        "filled": filled,
        "attributes": desk.program.get("attributes", ()),
        "channels": CHANNELS,
        "written": WRITTEN,
    }
    return Shown("address.html", content)
