"""Draw the card of a settled account. Pure: values in, values out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty import words
from loyalty.card.view import Card, CardField, Place
from loyalty.core.calendar import at
from loyalty.core.visible import Visible, visible
from loyalty.program.describe import describe

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.member import Member
    from loyalty.languages import Language
    from loyalty.program.rules import Location, Program


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
        fields=tuple(_fields(program, member, visible(program, account, now), spoken)),
        sentences=describe(program, spoken),
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


def _fields(
    program: Program, member: Member, figures: Visible, language: Language
) -> list[CardField]:
    fields = _Fields(language)
    kinds = {pot.id: pot.kind for pot in program.pots}
    if program.pots:
        kind = program.pots[0].kind
        fields.number("balance", figures.balances[0], label=f"balance.{kind}")
    if figures.discount is not None:
        fields.percent("discount", figures.discount)
    level = program.level(figures.level) if figures.level is not None else None
    if level:
        fields.text("tier", level.name[language], change="tier")
    ready = program.reward(figures.ready) if figures.ready else None
    if ready:
        fields.text("reward", ready.name[language])
    ahead = program.reward(figures.next_reward) if figures.next_reward else None
    if ahead:
        missing = words.plural(language, kinds[ahead.pot], figures.missing)
        name = ahead.name[language]
        fields.text("progress", words.phrase(language, "progress", points=missing, reward=name))
    if figures.expiring:
        pot, second, amount = figures.expiring
        # The bucket is the first second in which the value is gone: the day before is its last.
        last = words.day(language, at(second - 1), program.zone)
        counted = words.plural(language, kinds[pot], amount)
        fields.text("expiry", words.phrase(language, "expiring", points=counted, day=last))
    if figures.falling:
        last = words.day(language, at(figures.falling - 1), program.zone)
        fields.text("warning", words.phrase(language, "falling", day=last))
    fields.text("member", member.first_name)
    return fields.made


class _Fields:
    """Makes card fields in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.made: list[CardField] = []

    def number(self, key: str, number: int, label: str) -> None:
        text = words.integer(self.language, number)
        change = words.phrase(self.language, f"change.{key}")
        self.made.append(CardField(key, self._label(label), number, "number", text, None, change))

    def percent(self, key: str, basis_points: int) -> None:
        text = words.percent(self.language, basis_points)
        change = words.phrase(self.language, f"change.{key}")
        self.made.append(
            CardField(key, self._label(key), basis_points, "percent", text, None, change)
        )

    def text(self, key: str, text: str, change: str | None = None) -> None:
        message = words.phrase(self.language, f"change.{change}") if change else None
        self.made.append(CardField(key, self._label(key), text, "text", text, None, message))

    def _label(self, key: str) -> str:
        return words.phrase(self.language, f"label.{key}")
