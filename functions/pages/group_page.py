"""Saving together, as people see it: their groups, behind their card, and an invitation to one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.http.answers import redirect
from functions.pages import drawing as pages
from functions.wiring import environment, saving, storage
from loyalty import words as speech
from loyalty.core.calendar import at
from loyalty.core.saving import CODE, MOST_MEMBERS
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from aws_lambda_powertools.event_handler import Response

    from loyalty.campaigns.saving import Mine
    from loyalty.card.view import Card

FORMS = ("group_begin", "group_join", "group_leave")
"""What the buttons of the page are called; their value is the goal."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_INVITED = re.compile(rf"\s*(?:\S*/)?({_NAME.pattern})/({CODE.pattern})(?:\?\S*)?\s*")
"""The address that somebody was sent, or its end."""
_LONGEST = 400
_HIDDEN = {"X-Robots-Tag": "noindex, nofollow"}
_FAULTS = {
    "group_not_found": "none",
    "savings_goal_not_found": "none",
    "group_full": "full",
    "group_done": "done",
    "in_another_group": "other",
    "not_for_you": "others",
    "savings_goal_full": "places",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A goal on the page: the group of whoever looks, or that they may begin one.

    ``full``: no more groups may begin.
    ``who`` are the others as far as they let themselves be named, ``members`` how many they are.
    """

    id: str
    name: str
    text: str
    until: str
    grouped: bool
    percent: int
    reached: bool
    who: str
    members: str
    link: str
    full: bool = False


def lines(mine: Iterable[Mine], card: Card, now: datetime) -> list[Line]:
    """Return what a card's page shows of saving together."""
    return [_line(card, one, now) for one in mine]


def show(card: Card, link: str, now: datetime, fault: str = "", typed: str = "") -> Response[str]:
    """Show somebody's groups; ``fault``: why what they asked for was not done."""
    return pages.draw(
        "together.html",
        language=card.language,
        design=card.design,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        headers=_HIDDEN,
        card=card,
        address=f"/c/{link}",
        action=f"/c/{link}?{urlencode({'language': card.language})}",
        lines=lines(saving.savings().mine(card.program, card.member, now), card, now),
        fault=fault,
        typed=typed,
    )


def take(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Do what a form of the page says, and show it again.

    Raises
    ------
    Busy
        It was not done.
    """
    invited = typed.get("invitation", "")[:_LONGEST]
    try:
        fault = _done(card, typed, invited, now)
    except Refusal as refusal:
        if refusal.kind in {"busy", "unavailable"}:
            raise
        fault = _FAULTS.get(refusal.code, "closed")
    if fault:
        said = pages.words(card.language)["faults"][f"group_{fault}"]
        return show(card, link, now, said, invited)
    query = urlencode({"language": card.language, "show": "together"})
    return redirect(f"/c/{link}?{query}", HTTPStatus.SEE_OTHER)


def _done(card: Card, typed: Mapping[str, str], invited: str, now: datetime) -> str:
    use, program, member = saving.savings(), card.program, card.member
    shows = typed.get("shows") == "yes"
    if "group_join" in typed:
        found = _INVITED.fullmatch(invited)
        if found is None:
            return "missing"
        use.join(program, member, found[1], found[2], now, shows=shows)
    elif "group_leave" in typed:
        use.leave(program, member, typed["group_leave"], now)
    else:
        use.begin(program, member, typed["group_begin"], saving.new_code(), now, shows=shows)
    return ""


def answer(
    program: str, goal: str, name: str, now: datetime, languages: Sequence[str]
) -> Response[Any]:
    """Return the page of an invitation: what for, how many they are, and how to accept it.

    It names nobody: whoever the address was sent on to reads no more than that.
    """
    if not (_NAME.fullmatch(program) and _NAME.fullmatch(goal) and CODE.fullmatch(name)):
        return pages.not_found(languages[0])
    try:
        rules = storage.programs().current(program)
        found, group = saving.savings().behind(program, goal, name)
    except Refusal as refusal:
        if refusal.kind not in {"not_found", "invalid"}:
            raise
        return pages.not_found(languages[0])
    spoken = next((one for one in languages if one in rules.languages), rules.languages[0])
    language = rules.language(spoken)
    room = min(found.most, MOST_MEMBERS) - len(group.parts)
    return pages.draw(
        "invited_together.html",
        language=spoken,
        design=rules.worn,
        headers=_HIDDEN,
        name=rules.name[spoken],
        organization=rules.organization,
        spoken=rules.languages,
        called=found.names[spoken],
        text=found.texts[spoken],
        until=speech.appointment(language, at(found.ends), rules.zone),
        percent=group.percent(found),
        members=speech.phrase(language, "saving.members", n=len(group.parts)),
        open=found.open and now.timestamp() < found.ends and room > 0 and not group.reached,
        link=_link(program, goal, name),
        joining=f"/join/{program}?{urlencode({'language': spoken})}",
    )


def _line(card: Card, one: Mine, now: datetime) -> Line:
    rules = storage.programs().current(card.program)
    language, goal, group = rules.language(card.language), one.goal, one.group
    others = [*one.names]
    unnamed = one.others - len(one.names)
    if others and unnamed:
        others.append(speech.phrase(language, "saving.more", n=unnamed))
    room = group is not None and len(group.parts) < min(goal.most, MOST_MEMBERS)
    still = goal.open and now.timestamp() < goal.ends
    asks = group is not None and room and still and not group.reached
    return Line(
        id=goal.id,
        name=goal.names[card.language],
        text=goal.texts[card.language],
        until=speech.appointment(language, at(goal.ends), rules.zone),
        grouped=group is not None,
        percent=group.percent(goal) if group else 0,
        reached=bool(group and group.reached),
        who=speech.listing(language, others) if others else "",
        members=speech.phrase(language, "saving.members", n=one.others + 1) if one.others else "",
        link=_link(card.program, goal.id, group.id) if group and asks else "",
        full=one.full,
    )


def _link(program: str, goal: str, group: str) -> str:
    return f"{environment.configuration().base_url}/together/{program}/{goal}/{group}"
