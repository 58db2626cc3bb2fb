"""What a member's pass shows right now: one view that each wallet draws in its own way.

Pure: values in, values out. Nothing here knows a wallet, a clock or a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty import words
from loyalty.describe import describe

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.account import Account
    from loyalty.member import Member
    from loyalty.program import Program, Reward

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


@dataclass(frozen=True, slots=True)
class Place:
    """A location where the phone may offer the card by itself (WGS 84 degrees)."""

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
        The program's locations; a wallet shows the ones nearest to `home`.
    home
        The member's home location; None when the order of `places` says what is near.
    voided, expires_at
        A closed membership; an aware UTC instant after which the card is history.
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

    def fact(self, key: str) -> Fact | None:
        """Return the fact of that key, or None when this card has none."""
        return next((fact for fact in self.facts if fact.key == key), None)


@dataclass(frozen=True, slots=True)
class Visible:
    """The figures behind a card's facts, the same in every language.

    A device is told of a change exactly when one of these has changed.
    """

    balances: tuple[int, ...]
    discount: int | None
    ready: str | None
    next_reward: str | None
    missing: int


def visible(program: Program, account: Account) -> Visible:
    """Return what the card of a settled account shows, as figures."""
    rewards = sorted(program.rewards, key=lambda reward: reward.price)
    ready = [reward for reward in rewards if _missing(account, reward) == 0]
    ahead = [reward for reward in rewards if _missing(account, reward) > 0]
    return Visible(
        balances=tuple(account.pot(pot.id).balance for pot in program.pots),
        discount=program.discount.basis_points if program.discount else None,
        ready=ready[-1].id if ready else None,
        next_reward=ahead[0].id if ahead else None,
        missing=_missing(account, ahead[0]) if ahead else 0,
    )


def card(program: Program, member: Member, account: Account, language: str | None = None) -> Card:
    """Draw the card of a settled account in a language (the member's own when none is given)."""
    spoken = program.language(language or member.language)
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
        facts=tuple(_facts(program, member, visible(program, account), spoken)),
        lines=describe(program, spoken),
        contact=tuple((line.label[spoken], line.text) for line in program.contact),
    )


def _missing(account: Account, reward: Reward) -> int:
    return max(0, reward.price - account.pot(reward.pot).balance)


def _facts(program: Program, member: Member, figures: Visible, language: str) -> list[Fact]:
    def label(key: str) -> str:
        return words.phrase(language, f"label.{key}")

    facts = []
    if program.pots:
        balance = figures.balances[0]
        facts.append(
            Fact(
                "balance",
                label("balance"),
                balance,
                "number",
                words.integer(language, balance),
                change_message=words.phrase(language, "change.balance"),
            )
        )
    if figures.discount is not None:
        facts.append(
            Fact(
                "discount",
                label("discount"),
                figures.discount,
                "percent",
                words.percent(language, figures.discount),
                change_message=words.phrase(language, "change.discount"),
            )
        )
    ready = program.reward(figures.ready) if figures.ready else None
    if ready:
        name = ready.name[language]
        facts.append(Fact("reward", label("reward"), name, "text", name))
    ahead = program.reward(figures.next_reward) if figures.next_reward else None
    if ahead:
        missing = words.plural(language, "points", figures.missing)
        text = words.phrase(language, "progress", points=missing, reward=ahead.name[language])
        facts.append(Fact("progress", label("progress"), text, "text", text))
    facts.append(Fact("member", label("member"), member.first_name, "text", member.first_name))
    return facts
