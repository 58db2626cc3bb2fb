"""Campaigns that are ready to be made: an idea, said in two sentences, and its document. Pure.

A document holds what the program has: its cheapest reward, its pots. What a program lacks for one
is said, and no draft is made then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from loyalty.campaigns.campaign import ACTIONS
from loyalty.languages import LANGUAGES, spoken
from loyalty.program.rules import ONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.program.rules import Program, Reward

Name = Literal[
    "win-back", "before-visit", "birthday", "near-reward", "expiring", "quiet-hours", "welcome",
    "regulars", "after-visit", "double-points",
]  # fmt: skip
NAMES: Final = get_args(Name)

Lack = Literal["no_reward", "nothing_ends", "no_question", "nothing_earned"]
"""What a program, or this version, has not got."""

_EVERYBODY: Final[dict[str, Any]] = {"all": []}
_CAME_TWICE: Final[dict[str, Any]] = {"field": "visits", "at_least": 2}
_SLIPPING: Final[dict[str, Any]] = {"field": "slipping", "is": True}
_PART: Final = 5
"""A reward is near when no more than a fifth of its price is missing."""
_DOUBLE_DAYS: Final = 14
_GIFT: Final = 4
"""A gift of points is a quarter of the cheapest reward's price."""


@dataclass(frozen=True, slots=True)
class Template:
    """One idea.

    Attributes
    ----------
    document
        As it is put; None where the program lacks something for it (``lack``).
    """

    id: Name
    name: Mapping[str, str]
    about: Mapping[str, str]
    document: dict[str, Any] | None
    lack: Lack | None = None


def templates(program: Program) -> list[Template]:
    """Return all of them, as a program can have them."""
    return [template(program, name) for name in NAMES]


def template(program: Program, name: Name) -> Template:
    """Return one of them."""
    made = _MAKERS[name](program)
    lack = made if isinstance(made, str) else None
    document = None if isinstance(made, str) else _document(program, name, made)
    return Template(
        id=name,
        name=_said(LANGUAGES, f"template.{name}"),
        about=_said(LANGUAGES, f"template.{name}.about"),
        document=document,
        lack=lack,
    )


def _document(program: Program, name: Name, made: dict[str, Any]) -> dict[str, Any]:
    message = {"kind": "message", "text": _said(program.languages, f"template.{name}.text")}
    more = made.pop("more", [])
    return {
        "name": spoken(program.languages[0]).PHRASES[f"template.{name}"],
        "audience": _EVERYBODY,
        "actions": [made.pop("says", message), *more],
        **made,
    }


def _said(languages: tuple[str, ...], key: str) -> dict[str, str]:
    # An owner's texts hold fields in braces, which are filled for each member.
    return {one: spoken(one).PHRASES[key] for one in languages}


def _cheapest(program: Program) -> Reward | None:
    return min(program.rewards, key=lambda one: one.price, default=None)


def _gift(program: Program) -> list[dict[str, Any]]:
    reward = _cheapest(program)
    if reward is None:
        return []
    points = max(1, reward.price // _GIFT)
    return [{"kind": "points", "pot": reward.pot, "points": points}]


def _win_back(program: Program) -> dict[str, Any]:
    # Who is counted before it starts is who is told when it does.
    trigger = {"kind": "lapsed", "time": "10:00"}
    return {"audience": _SLIPPING, "trigger": trigger, "more": _gift(program)}


def _before_visit(_: Program) -> dict[str, Any]:
    return {"audience": _CAME_TWICE, "trigger": {"kind": "before_visit", "time": "10:00"}}


def _birthday(program: Program) -> dict[str, Any]:
    return {"trigger": {"kind": "birthday", "time": "10:00"}, "more": _gift(program)}


def _near_reward(program: Program) -> dict[str, Any] | Lack:
    reward = _cheapest(program)
    if reward is None:
        return "no_reward"
    amount = max(1, reward.price // _PART)
    return {"trigger": {"kind": "near_reward", "of": reward.id, "amount": amount, "time": "10:00"}}


def _expiring(program: Program) -> dict[str, Any] | Lack:
    pot = next((one for one in program.pots if one.expiry is not None), None)
    if pot is None:
        return "nothing_ends"
    return {"trigger": {"kind": "expiring", "of": pot.id, "days": 14, "time": "10:00"}}


def _quiet_hours(_: Program) -> dict[str, Any]:
    rule = {"kind": "recurring", "rule": "FREQ=WEEKLY;BYDAY=TU", "first": "2026-01-06"}
    return {"trigger": {**rule, "time": "11:00"}, "audience": _CAME_TWICE}


def _welcome(_: Program) -> dict[str, Any]:
    return {"trigger": {"kind": "welcome", "days": 1, "time": "10:00"}}


def _regulars(program: Program) -> dict[str, Any]:
    rule = {"kind": "recurring", "rule": "FREQ=MONTHLY;BYMONTHDAY=1", "first": "2026-01-01"}
    audience = {"all": [{"field": "year_visits", "at_least": 12}, {"field": "last_visit",
                "at_most": 60}]}  # fmt: skip
    return {"trigger": {**rule, "time": "10:00"}, "audience": audience, "more": _gift(program)}


def _after_visit(program: Program) -> dict[str, Any] | Lack:
    if "question" not in ACTIONS:
        return "no_question"
    text = _said(program.languages, "template.after-visit.text")
    says = {"kind": "question", "asks": "nps", "text": text}
    return {"trigger": {"kind": "bought", "time": "10:00"}, "says": says}


def _double_points(program: Program) -> dict[str, Any] | Lack:
    if not program.earning:
        return "nothing_earned"
    gives = {"pot": program.earning[0].pot, "multiplier": 2 * ONE, "days": _DOUBLE_DAYS}
    trigger = {"kind": "lapsed", "time": "10:00"}
    more = [{"kind": "promotion", "promotion": gives}]
    return {"audience": _SLIPPING, "trigger": trigger, "more": more}


_MAKERS: Final[Mapping[Name, Callable[[Program], dict[str, Any] | Lack]]] = {
    "win-back": _win_back,
    "before-visit": _before_visit,
    "birthday": _birthday,
    "near-reward": _near_reward,
    "expiring": _expiring,
    "quiet-hours": _quiet_hours,
    "welcome": _welcome,
    "regulars": _regulars,
    "after-visit": _after_visit,
    "double-points": _double_points,
}
