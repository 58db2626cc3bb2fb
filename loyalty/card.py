"""What a member's pass shows right now: one view that each wallet draws in its own way.

Pure: values in, values out. Nothing here knows a wallet, a clock or a table.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty import words
from loyalty.calendar import at
from loyalty.describe import describe
from loyalty.tiers import falls_at

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.account import Account
    from loyalty.member import Member
    from loyalty.program import Language, Location, Program, Reward

_DAY = 24 * 3600

FactKind = Literal["number", "money", "percent", "text", "date"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a card shows, under a key that designs refer to.

    Attributes
    ----------
    key
        Stable name: ``balance``, ``discount``, ``progress``, ``reward``, ``member``, ``message``.
    label
        Short caption in the card's language.
    value
        Number of points, minor units of money, basis points of a percentage, text, or an aware
        UTC instant, as told by ``kind``.
    text
        The value formatted for a person in the card's language.
    currency
        ISO 4217 code, only with ``kind="money"``.
    change_message
        What a lock screen says when the value changes, with ``%@`` where the value goes.
    """

    key: str
    label: str
    value: int | str | datetime
    kind: FactKind
    text: str
    currency: str | None = None
    change_message: str | None = None

    def __hash__(self) -> int:
        # Two that differ elsewhere mostly differ here, and every pass looks up some ten of them.
        return hash((self.key, self.text))


@dataclass(frozen=True, slots=True)
class Place:
    """A location where the phone may offer the card by itself (WGS 84 degrees).

    ``text`` is what the lock screen says there, in the card's language.
    """

    latitude: float
    longitude: float
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a wallet or a card page shows of one member.

    Attributes
    ----------
    program, member
        Ids of the program and the member; never shown.
    program_name, organization
        What the shop calls its program, and the shop itself.
    design
        Folder under ``templates/designs`` that says which fact goes where.
    serial
        The pass's outside name (128 random bits); also the suffix of the Google object's id.
    code
        What the barcode carries; good only with a till or staff key.
    language
        ``en`` or ``ru``: the language that every text here is in.
    version
        What devices compare. Rises with every visible change; not a clock.
    facts
        What is shown, by key. A design picks from these; a missing key is simply not drawn.
    lines
        The program in plain sentences, for the back of the card and the card page.
    contact
        (label, text) pairs that tell a customer how to reach the shop.
    places
        The program's locations; a wallet shows the ones nearest to `home`. A closed card has none.
    home
        Where the member's home location is; None when the order of `places` says what is near.
    voided, expires_at
        A closed membership; an aware UTC instant after which the card is history.
    also
        The same card in the program's other languages, where it was asked for in all of them.
    """

    program: str
    member: str
    program_name: str
    organization: str
    design: str
    serial: str
    code: str
    language: str
    version: int
    facts: tuple[Fact, ...]
    lines: tuple[str, ...]
    contact: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()
    home: Place | None = None
    voided: bool = False
    expires_at: datetime | None = None
    also: tuple[Card, ...] = ()

    def fact(self, key: str) -> Fact | None:
        """Return the fact of that key, or None when this card has none."""
        return next((fact for fact in self.facts if fact.key == key), None)


@dataclass(frozen=True, slots=True)
class Visible:
    """The figures behind a card's facts, the same in every language.

    A device is told of a change exactly when one of these has changed.

    Attributes
    ----------
    balances
        What each pot holds for the member, in the program's order.
    discount
        Basis points off every bill, by the program or by the tier; None where it has none.
    level
        Number of the tier; None in programs without.
    ready, next_reward, missing
        The dearest reward that can be had, the next one ahead, and what it still takes.
    expiring
        (pot, second, amount) of what ends soon enough to say so.
    falling
        The second at which the tier goes down, once it is near enough to say so.
    """

    balances: tuple[int, ...]
    discount: int | None
    level: int | None
    ready: str | None
    next_reward: str | None
    missing: int
    expiring: tuple[str, int, int] | None
    falling: int | None
    closed: bool

    @property
    def fingerprint(self) -> str:
        """Return a short hash of all of it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def visible(program: Program, account: Account, now: datetime) -> Visible:
    """Return what the card of a settled account shows, as figures."""
    rewards = sorted(program.rewards, key=lambda reward: reward.price)
    ready = [reward for reward in rewards if _missing(account, reward) == 0]
    ahead = [reward for reward in rewards if _missing(account, reward) > 0]
    return Visible(
        balances=tuple(account.balance(pot.id) for pot in program.pots),
        discount=_discount(program, account),
        level=account.level if program.tiers else None,
        ready=ready[-1].id if ready else None,
        next_reward=ahead[0].id if ahead else None,
        missing=_missing(account, ahead[0]) if ahead else 0,
        expiring=_expiring(program, account, now),
        falling=_falling(program, account, now),
        closed=bool(account.closed),
    )


def card(
    program: Program,
    member: Member,
    account: Account,
    now: datetime,
    language: str | None = None,
) -> Card:
    """Draw the card of a settled account in a language (the member's own when none is given)."""
    spoken = program.language(language or member.language)
    closed = bool(account.closed)
    home = program.location(member.home)
    return Card(
        program=program.id,
        member=member.id,
        program_name=program.name[spoken],
        organization=program.organization,
        design=program.design,
        serial=member.serial,
        code=member.card_code,
        language=spoken,
        version=program.card_version + account.card_version + member.card_version,
        facts=tuple(_facts(program, member, visible(program, account, now), spoken)),
        lines=describe(program, spoken),
        contact=tuple((line.label[spoken], line.text) for line in program.contact),
        # Nobody is reminded of a card that can no longer be used.
        places=() if closed else tuple(_place(one, spoken) for one in program.locations),
        home=_place(home, spoken) if home and not closed else None,
        voided=closed,
    )


def _place(location: Location, language: Language) -> Place:
    name = location.name[language]
    text = location.text[language] if location.text else None
    said = text or words.phrase(language, "near", location=name)
    return Place(location.latitude, location.longitude, said)


def _missing(account: Account, reward: Reward) -> int:
    # What is owed is paid first, so it takes that much more.
    pot = account.pot(reward.pot)
    return max(0, reward.price - pot.available + pot.debt)


def _discount(program: Program, account: Account) -> int | None:
    if program.discount:
        return program.discount.basis_points
    level = program.level(account.level)
    levels = program.tiers.levels if program.tiers else ()
    return level.discount if level and any(one.discount for one in levels) else None


def _expiring(program: Program, account: Account, now: datetime) -> tuple[str, int, int] | None:
    """Return the first lot that ends within its pot's reminder time."""
    soon = [
        (bucket, pot.id, amount)
        for pot in program.pots
        for bucket, amount in account.pot(pot.id).lots[:1]
        if bucket - now.timestamp() <= pot.reminder_days * _DAY
    ]
    if not soon:
        return None
    bucket, pot_id, amount = min(soon)
    return pot_id, bucket, amount


def _falling(program: Program, account: Account, now: datetime) -> int | None:
    second = falls_at(program, account)
    if second is None or program.tiers is None:
        return None
    return second if second - now.timestamp() <= program.tiers.warn_days * _DAY else None


def _facts(program: Program, member: Member, figures: Visible, language: Language) -> list[Fact]:
    facts = _Facts(language)
    kinds = {pot.id: pot.kind for pot in program.pots}
    if program.pots:
        kind = program.pots[0].kind
        facts.number("balance", figures.balances[0], label=f"balance.{kind}")
    if figures.discount is not None:
        facts.percent("discount", figures.discount)
    level = program.level(figures.level) if figures.level is not None else None
    if level:
        facts.text("tier", level.name[language], change="tier")
    ready = program.reward(figures.ready) if figures.ready else None
    if ready:
        facts.text("reward", ready.name[language])
    ahead = program.reward(figures.next_reward) if figures.next_reward else None
    if ahead:
        missing = words.plural(language, kinds[ahead.pot], figures.missing)
        name = ahead.name[language]
        facts.text("progress", words.phrase(language, "progress", points=missing, reward=name))
    if figures.expiring:
        pot, second, amount = figures.expiring
        # The bucket is the first second in which the value is gone: the day before is its last.
        last = words.day(language, at(second - 1), program.zone)
        counted = words.plural(language, kinds[pot], amount)
        facts.text("expiry", words.phrase(language, "expiring", points=counted, day=last))
    if figures.falling:
        last = words.day(language, at(figures.falling - 1), program.zone)
        facts.text("warning", words.phrase(language, "falling", day=last))
    facts.text("member", member.first_name)
    return facts.made


class _Facts:
    """Makes facts in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.made: list[Fact] = []

    def number(self, key: str, number: int, label: str) -> None:
        text = words.integer(self.language, number)
        change = words.phrase(self.language, f"change.{key}")
        self.made.append(Fact(key, self._label(label), number, "number", text, None, change))

    def percent(self, key: str, basis_points: int) -> None:
        text = words.percent(self.language, basis_points)
        change = words.phrase(self.language, f"change.{key}")
        self.made.append(Fact(key, self._label(key), basis_points, "percent", text, None, change))

    def text(self, key: str, text: str, change: str | None = None) -> None:
        message = words.phrase(self.language, f"change.{change}") if change else None
        self.made.append(Fact(key, self._label(key), text, "text", text, None, message))

    def _label(self, key: str) -> str:
        return words.phrase(self.language, f"label.{key}")
