"""What a condition can ask of a member: one line each. Pure.

A leaf has a name, a kind (which says by what it is compared and how its value looks), what it is
asked of (``of``: a pot, an attribute, a reward, a campaign), and how it is read off a profile. How
it is said stands in ``loyalty.languages`` as ``segment.<name>``; ``needs`` names what has to be
read of a member besides what always is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from loyalty.figures.groups import SHOWN, Group, Seen
from loyalty.program.rules import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.campaigns.profile import Profile
    from loyalty.program.rules import Program

Kind = Literal["number", "money", "days", "hour", "choice", "text", "yes_no", "tag", "attribute"]
Of = Literal["pot", "reward", "attribute", "campaign", ""]
Source = Literal["habit", "wallet", "reach", ""]
Value = int | str | bool | tuple[str, ...] | None

OPERATORS: Final[dict[Kind, tuple[str, ...]]] = {
    "number": ("at_least", "at_most", "is"),
    "money": ("at_least", "at_most", "is"),
    "days": ("at_least", "at_most", "is"),
    "hour": ("at_least", "at_most", "is"),
    "choice": ("is", "one_of"),
    "text": ("is", "one_of"),
    "tag": ("is", "one_of"),
    "yes_no": ("is",),
}
"""By kind; an attribute's are those of its own kind."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing that can be asked.

    Attributes
    ----------
    read
        From a profile, and what it is asked of. None where a member has no such thing: no
        condition holds of it then.
    values
        What there is to choose from, by a program.
    optional
        It may be asked without ``of``: of all of them together.
    """

    name: str
    kind: Kind
    read: Callable[[Profile, str], Value]
    of: Of = ""
    values: Callable[[Program], tuple[str, ...]] | None = None
    needs: Source = ""
    optional: bool = False


def _levels(program: Program) -> tuple[str, ...]:
    return tuple(one.id for one in program.tiers.levels) if program.tiers else ()


def _level(one: Profile, _: str) -> Value:
    found = one.program.level(one.account.level) if one.program.tiers else None
    return found.id if found else None


def _ticket(one: Profile, _: str) -> Value:
    return one.account.spend // one.account.visits if one.account.visits > 0 else None


def _idle(one: Profile, _: str) -> Value:
    rhythm = one.known.rhythm
    return max(0, one.today - rhythm.last) if rhythm else None


def _weekday(one: Profile, _: str) -> Value:
    number = one.known.habit.weekday
    return None if number is None else WEEKDAYS[number]


def _portrait(name: str) -> Callable[[Profile, str], Value]:
    def read(one: Profile, _: str) -> Value:
        value: Value = getattr(one.known.portrait, name, None)
        return value

    return read


def _seen(one: Profile, _: str) -> Value:
    return SHOWN[one.known.portrait.group] if one.known.portrait else None


def _day_ahead(name: str) -> Callable[[Profile, str], Value]:
    def read(one: Profile, _: str) -> Value:
        day: int | None = getattr(one.standing, name, None)
        return None if day is None else day - one.today

    return read


def _groups(_: Program) -> tuple[str, ...]:
    return get_args(Group)


def _shown_groups(_: Program) -> tuple[str, ...]:
    return get_args(Seen)


def _languages(program: Program) -> tuple[str, ...]:
    return program.languages


def _places(program: Program) -> tuple[str, ...]:
    return tuple(one.id for one in program.locations)


def _weekdays(_: Program) -> tuple[str, ...]:
    return tuple(WEEKDAYS)


LEAVES: Final = (
    Leaf("attribute", "attribute", lambda one, of: one.known.attributes.get(of), of="attribute"),
    Leaf("tag", "tag", lambda one, _: one.known.tags),
    Leaf("level", "choice", _level, values=_levels),
    Leaf("balance", "number", lambda one, of: one.account.balance(of), of="pot"),
    Leaf("lifetime", "number", lambda one, _: one.account.earned),
    Leaf("visits", "number", lambda one, _: one.account.visits),
    Leaf("spent", "money", lambda one, _: one.account.spend),
    Leaf("average_ticket", "money", _ticket),
    Leaf("year_visits", "number", _portrait("visits")),
    Leaf("year_spent", "money", _portrait("money")),
    Leaf("last_visit", "days", _idle),
    Leaf("joined", "days", lambda one, _: _since_joined(one)),
    Leaf("friends", "number", lambda one, _: one.account.referrals),
    Leaf("group", "choice", _portrait("group"), values=_groups),
    Leaf("class", "choice", _seen, values=_shown_groups),
    Leaf("favourite", "text", lambda one, _: one.known.habit.favourite, needs="habit"),
    Leaf("usual_hour", "hour", lambda one, _: one.known.habit.hour, needs="habit"),
    Leaf("usual_day", "choice", _weekday, values=_weekdays, needs="habit"),
    Leaf("birthday_in", "days", lambda one, _: one.days_to_birthday()),
    Leaf("age", "number", lambda one, _: one.age()),
    Leaf("language", "choice", lambda one, _: one.known.person.language, values=_languages),
    Leaf("source", "text", lambda one, _: one.known.person.source),
    Leaf("home", "choice", lambda one, _: one.known.person.home, values=_places),
    Leaf("wallet", "yes_no", lambda one, _: one.known.wallet, needs="wallet"),
    Leaf("marketing", "yes_no", lambda one, _: one.consents("card")),
    Leaf("email_marketing", "yes_no", lambda one, _: one.consents("email")),
    Leaf("expires_in", "days", lambda one, of: one.days_to_end(of), of="pot"),
    Leaf("to_reward", "number", lambda one, of: one.missing_for(of), of="reward", optional=True),
    Leaf("to_level_spend", "money", lambda one, _: one.missing_level("spend")),
    Leaf("to_level_visits", "number", lambda one, _: one.missing_level("visits")),
    Leaf("expected_in", "days", _day_ahead("due")),
    Leaf("appointment_in", "days", lambda one, _: one.days_to_appointment()),
    # As the figure and the trigger ``lapsed`` count them: who is gone does not slip away any more.
    Leaf(
        "slipping",
        "yes_no",
        lambda one, _: bool(one.standing and one.standing.slipping and not one.standing.gone),
    ),
    Leaf("gone", "yes_no", lambda one, _: bool(one.standing and one.standing.gone)),
    Leaf("reached", "yes_no", lambda one, of: one.days_since(of) is not None, of="campaign",
         optional=True),
    Leaf("last_score", "number", lambda one, of: one.last_score(of), of="campaign"),
    Leaf("reached_ago", "days", lambda one, of: one.days_since(of), of="campaign", optional=True),
)  # fmt: skip

BY_NAME: Final = {one.name: one for one in LEAVES}


def _since_joined(one: Profile) -> int:
    return (one.now - one.known.person.enrolled_at).days
