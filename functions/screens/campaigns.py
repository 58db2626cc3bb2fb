"""Campaigns: ideas to start from, a form, a look ahead, what came of it, and the year's plan."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from functions.screens import campaign_actions, groups
from functions.screens import campaign_forms as forms
from functions.screens.calling import Ask, RefusedError, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import WHOLE, TypedError

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_CAMPAIGN = "/v1/campaigns/{campaign}"
_IDEA = "/v1/campaigns/templates/{idea}"
_NEW = '"0"'
_SHOWN_FIRST = ("running", "paused", "draft", "finished", "cancelled")
_OF_ONE = "campaign_"
_COUNTING = 20.0  # seconds that counting members may take


def _begin(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Make a draft of an idea. A second tap on the same button leads to the same draft."""
    idea = typed.get("idea", "")
    if not idea:
        raise TypedError("idea", "missing")
    key = typed.get("key", "")
    body = {"id": f"{idea}-{hashlib.sha256(f'{key}{idea}'.encode()).hexdigest()[:8]}"}
    return desk.api.ask(Ask("POST", path(_IDEA, idea=idea), body=body, key=key))


BEGIN = Act("POST", "", does=_begin, then="/console/campaigns/{id}")


@screens.add("/console/campaigns", "campaigns", {"begin": BEGIN})
def campaigns(desk: Desk) -> Shown:
    """List campaigns as they stand, and what to start from."""
    told = desk.api.all(
        campaigns=Ask("GET", "/v1/campaigns"), ideas=Ask("GET", "/v1/campaigns/templates")
    )
    found, ideas = told["campaigns"]["campaigns"], told["ideas"]["templates"]
    found.sort(key=lambda one: (_SHOWN_FIRST.index(one["state"]), one["started"] or "", one["id"]))
    # What the program has no use for comes last, with what is missing.
    ideas.sort(key=lambda one: not one["possible"])
    return Shown("campaigns.html", {"found": found, "ideas": ideas})


@screens.add("/console/campaigns/calendar", "campaigns")
def calendar(desk: Desk) -> Shown:
    """Show what falls on which days of the coming year, by months, and what follows members."""
    told = desk.api.get("/v1/campaigns/calendar", **desk.spoken)
    months: dict[str, list[Any]] = {}
    for one in told["days"]:
        months.setdefault(one["day"][:7], []).append(one)
    return Shown("calendar.html", {"told": told, "months": months})


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep what was typed as a draft."""
    name = desk.names.get("campaign") or f"c-{typed.get('campaign', '')[:20]}"
    document = forms.document(typed, desk.program, _chips(desk), _before(desk), _today(desk))
    ask = Ask("PUT", path(_CAMPAIGN, campaign=name), body=document, seen=typed.get("seen") or _NEW)
    return desk.api.ask(ask)


def _count(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Say whom the form would reach, and how many they are."""
    before = _before(desk)
    old = before["audience"] if before else forms.EVERYBODY
    conditions = forms.audience(typed, _chips(desk), old, desk.currency)
    return counted(desk, conditions)


def counted(desk: Desk, conditions: Mapping[str, Any]) -> Told:
    """Return how many fit conditions now, in a sentence, with some of them."""
    body = {"conditions": conditions}
    return desk.api.ask(Ask("POST", "/v1/segments/preview", body=body, longest=_COUNTING))


_KEEP = Act("POST", "", does=_put, then="/console/campaigns/{id}")
_COUNT = Act("POST", "", does=_count, shows=True)


@screens.add("/console/campaigns/new", "campaigns", {"save": _KEEP, "count": _COUNT})
def new_campaign(desk: Desk) -> Shown:
    """Make a campaign from an empty form; whom it is for may be chosen already."""
    name = desk.typed.get("campaign") or secrets.token_hex(5)
    chosen = {f"chip.{desk.query['who']}": "yes"} if desk.query.get("who") else {}
    said = desk.query.get("says")
    usual = {
        "trigger.kind": "now",
        "trigger.time": "10:00",
        "said": said if said in campaign_actions.SAYS else "message",
        "said.comment": "yes",
        "said.waiting_list": "yes",
        "way": "card",
    }
    return _form(desk, {**usual, **chosen}, name, _NEW)


@screens.add("/console/campaigns/{campaign}/edit", "campaigns", {"save": _KEEP, "count": _COUNT})
def edit_campaign(desk: Desk) -> Shown:
    """Change a campaign that never ran."""
    told = desk.api.ask(Ask("GET", path(_CAMPAIGN, **desk.names)))
    document = told.content["document"]
    fields = forms.fields(document, _chips(desk), desk.amount)
    seen = desk.typed.get("seen") or told.tag
    return _form(desk, fields, "", seen, document)


def _form(
    desk: Desk, fields: Mapping[str, str], name: str, seen: str,
    document: Mapping[str, Any] | None = None,
) -> Shown:  # fmt: skip
    kept = desk.typed if desk.act else fields
    found = desk.api.all(
        segments=Ask("GET", "/v1/segments"),
        coupons=Ask("GET", "/v1/coupons"),
        channels=Ask("GET", "/v1/channels"),
        campaigns=Ask("GET", "/v1/campaigns"),
    )
    segments = found["segments"]["segments"]
    kind = kept.get("trigger.kind", "now")
    now = document["trigger"]["kind"] if document else ""
    set_up = {"card", *(one["channel"] for one in found["channels"]["channels"])}
    return Shown(
        "campaign_form.html",
        {
            "kept": kept,
            "wrong": forms.field_of(desk.fault.field, kind) if desk.fault else "",
            "campaign": name,
            "seen": seen,
            "chips": {**groups.ready(desk.program), **groups.kept(segments)},
            "called": {f"{groups.KEPT}{one['id']}": one["name"] for one in segments},
            "triggers": forms.triggers(desk.program, now),
            "days": forms.DAYS,
            "coupons": [one for one in found["coupons"]["coupons"] if one["state"] == "running"],
            "others": campaign_actions.others(document["actions"]) if document else [],
            "asks": campaign_actions.ASKS,
            "promotion_times": [str(one) for one in campaign_actions.TIMES],
            "ways": campaign_actions.WAYS,
            "set_up": set_up,
            "lacks": found["channels"]["lacks"],
            "asking": [
                one
                for one in found["campaigns"]["campaigns"]
                if any(each["kind"] == "question" for each in one["document"]["actions"])
            ],
            "count": desk.told if desk.act == "count" else None,
        },
    )


def _move(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Start, pause, resume or end it: what was seen, and nothing else."""
    address = path(f"{_CAMPAIGN}/{{move}}", move=typed["act"].removeprefix(_OF_ONE), **desk.names)
    return desk.api.ask(Ask("POST", address, seen=typed.get("seen", ""), longest=_COUNTING))


_MOVES = {
    f"{_OF_ONE}{one}": Act("POST", "", does=_move) for one in ("start", "pause", "resume", "cancel")
}


def _call_off(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Call an invitation off; very many guests are told by sending the same form again."""
    address = path(f"{_CAMPAIGN}/invitation/call-off", **desk.names)
    return desk.api.ask(Ask("POST", address, key=typed.get("key", ""), longest=_COUNTING))


@screens.add(
    "/console/campaigns/{campaign}",
    "campaigns",
    {
        **_MOVES,
        "places": Act("PUT", f"{_CAMPAIGN}/invitation", {"places": WHOLE}),
        "call_off": Act("POST", "", does=_call_off),
    },
)
def campaign(desk: Desk) -> Shown:
    """Show what would happen, while it is a draft; what came of it, once it ran."""
    address = path(_CAMPAIGN, **desk.names)
    told = desk.api.ask(Ask("GET", address))
    draft, fault = told.content["state"] == "draft", ""
    look = Ask("GET", f"{address}/{'preview' if draft else 'results'}", longest=_COUNTING)
    try:
        content = desk.api.ask(look).content
    except RefusedError as error:
        # The program has changed since: what it names may be gone.
        content, fault = None, error.told.code
    guests = None
    if not draft and any(
        one["kind"] == "invitation" for one in told.content["document"]["actions"]
    ):
        guests = desk.api.some(
            book=Ask("GET", f"{address}/invitation"),
            coming=Ask("GET", f"{address}/guests", {"state": "coming"}),
            waiting=Ask("GET", f"{address}/guests", {"state": "waiting"}),
        )
    return Shown(
        "campaign.html",
        {
            "guests": guests if guests and guests["book"] else None,
            "one": told.content,
            "seen": told.tag,
            "preview": content if draft else None,
            "results": None if draft else content,
            "unusable": fault,
        },
    )


def _before(desk: Desk) -> Mapping[str, Any] | None:
    if "campaign" not in desk.names:
        return None
    found: Mapping[str, Any] = desk.api.get(path(_CAMPAIGN, **desk.names))["document"]
    return found


def _chips(desk: Desk) -> dict[str, Mapping[str, Any]]:
    """Return the groups to choose from: any shop's, and those that were kept."""
    kept = desk.api.get("/v1/segments")["segments"]
    return {**groups.ready(desk.program), **groups.kept(kept)}


def _today(desk: Desk) -> Any:
    return datetime.now(ZoneInfo(desk.program["zone"])).date()
