"""Draw the card of a settled account. Pure: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyalty import words
from loyalty.access import short_code
from loyalty.card.view import Card, CardField, Place, Said
from loyalty.core import invitation
from loyalty.core.booking import ahead
from loyalty.core.calendar import at, local
from loyalty.core.news import EVERYBODY, News, together
from loyalty.core.personal import read
from loyalty.core.visible import Visible, visible
from loyalty.program.by_language import said_in
from loyalty.program.describe import describe
from loyalty.program.describe.promotions import personal
from loyalty.program.describe.sentences import of_a_friend
from loyalty.program.describe.speaker import Speaker
from loyalty.program.rules import ONE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.booking import Appointment
    from loyalty.core.invitation import Coming
    from loyalty.core.member import Member
    from loyalty.languages import Language
    from loyalty.program.rules import Location, Program


@dataclass(frozen=True, slots=True)
class Beside:
    """What a card shows that no account tells.

    Attributes
    ----------
    news
        What the shop has told the member: the newest that is not over is shown.
    appointments
        What the member has booked: the next one that is not over is shown.
    coming
        Invitations that the member has a place of: shown like an appointment, whichever is next.
    """

    news: tuple[News, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    coming: tuple[Coming, ...] = ()

    def next(self, second: int) -> Appointment | Coming | None:
        """Return what the member comes to next."""
        found = ahead(self.appointments, second), invitation.ahead(self.coming, second)
        return min((one for one in found if one), key=lambda one: (one.at, one.id), default=None)


NOTHING_BESIDE = Beside()


def card(
    program: Program,
    member: Member,
    account: Account,
    now: datetime,
    language: str | None = None,
    *,
    beside: Beside = NOTHING_BESIDE,
) -> Card:
    """Draw the card of a settled account in a language (the member's own when none is given)."""
    spoken = program.language(language or member.language)
    closed = bool(account.closed)
    home = program.location(member.home)
    coming = None if closed else beside.next(int(now.timestamp()))
    figures = visible(program, account, now)
    told = () if closed else _told((*beside.news, *_to_all(program)), now, spoken)
    said = _said(told[0], spoken) if told else None
    own = [] if closed else _personal(program, figures, spoken)
    return Card(
        program=program.id,
        member=member.id,
        program_name=program.name[spoken],
        organization=program.organization,
        design=program.worn,
        serial=member.serial,
        code=member.card_code,
        short_code=short_code.shown(member.short_code) if member.short_code else "",
        language=spoken,
        version=program.card_version + account.card_version + member.card_version,
        fields=(
            *_fields(program, member, figures, now, spoken),
            *(() if coming is None else _appointment(program, coming, spoken)),
            *(_promotion(own, spoken) if own else ()),
            *(_message(told, spoken) if told else ()),
        ),
        # Nor is anything promised on it.
        sentences=() if closed else (*own, *describe(program, spoken)),
        contact=tuple((line.label[spoken], line.text) for line in program.contact),
        # Nobody is reminded of a card that can no longer be used.
        places=() if closed else tuple(_place(one, spoken) for one in program.locations),
        home=_place(home, spoken) if home and not closed else None,
        voided=closed,
        languages=program.languages,
        region=program.region,
        friends="" if closed else of_a_friend(program, spoken, brought=False),
        appointment=(at(coming.at), at(coming.ends)) if coming else None,
        said=said,
    )


def _personal(program: Program, figures: Visible, language: Language) -> list[str]:
    """Say what this member alone is given, and until when: the last day by the program's clock."""
    if not figures.personal:
        return []
    speaker, found = Speaker(program, language), []
    for second, terms, left in figures.personal:
        promotion, last = read(terms)[0], local(at(second - 1), program.zone).date()
        # What the program does not know any more it cannot name, nor give.
        if program.pot(promotion.pot) is not None:
            found.append(personal(speaker, promotion, last.isoformat(), left))
    return found


def _promotion(sentences: Sequence[str], language: Language) -> list[CardField]:
    """Say the same where a wallet has no sentences of one card alone."""
    text = "\n".join(sentences)
    label = words.phrase(language, "label.promotion")
    return [CardField("promotion", label, text, "text", text)]


def _appointment(
    program: Program, one: Appointment | Coming, language: Language
) -> list[CardField]:
    """Say when the next appointment is, by the clock of its place; and where, if there are many."""
    location = program.location(one.location)
    zone = location.zone if location and location.zone else program.zone
    text = words.appointment(language, at(one.at), zone)
    if isinstance(one, invitation.Coming):
        text = f"{said_in(one.titles, language)}: {text}"
    if location and len(program.locations) > 1:
        text = f"{text}, {location.name[language]}"
    label = words.phrase(language, "label.appointment")
    change = words.phrase(language, "change.appointment")
    return [CardField("appointment", label, text, "text", text, None, change)]


def _to_all(program: Program) -> tuple[News, ...]:
    """Return what is said to everybody, as it is said to one."""
    one = program.notice
    if one is None:
        return ()
    name = f"{EVERYBODY}{one.id}"
    return (News(name, "news", one.at, one.until, one.texts, one.titles, one.link),)


def said_to_all(program: Program, now: datetime) -> dict[str, Said]:
    """Return what is said on every card now, by language, the program's first one first."""
    found = {one: _told(_to_all(program), now, one) for one in program.languages}
    return {one: _said(told[0], one) for one, told in found.items() if told}


def _told(news: Sequence[News], now: datetime, language: Language) -> tuple[News, ...]:
    """Return what the card says at present, the newest first."""
    second = now.timestamp()
    shown = [one for one in news if one.at <= second < one.until and said_in(one.texts, language)]
    return together(shown)


def _said(newest: News, language: Language) -> Said:
    title, text = said_in(newest.titles, language), said_in(newest.texts, language)
    return Said(newest.id, title, text, newest.link, at(newest.until), newest.picture)


def _message(told: Sequence[News], language: Language) -> list[CardField]:
    """Say all that is told; the newest piece alone where a place has no room for more."""
    pieces = [
        "\n".join(
            filter(None, (said_in(one.titles, language), said_in(one.texts, language), one.link))
        )
        for one in told
    ]
    label = words.phrase(language, "label.message")
    return [CardField("message", label, pieces[0], "text", "\n\n".join(pieces))]


def _place(location: Location, language: Language) -> Place:
    name = location.name[language]
    text = location.text[language] if location.text else None
    said = text or words.phrase(language, "near", location=name)
    return Place(location.latitude, location.longitude, said)


def _fields(
    program: Program, member: Member, figures: Visible, now: datetime, language: Language
) -> list[CardField]:
    drawing = _Fields(program, now, language)
    drawing.balance(figures)
    if figures.discount is not None:
        drawing.percent("discount", figures.discount)
    level = program.level(figures.level) if figures.level is not None else None
    if level:
        drawing.text("tier", level.name[language], change="tier")
        drawing.climb(figures)
    # What could still come is no matter of a card that can no longer be used.
    if not figures.closed:
        drawing.rewards(figures)
        drawing.ends(figures)
        drawing.way(figures)
        drawing.keeping(figures)
    if member.first_name:
        drawing.text("member", member.first_name)
    made = program.name[language]
    drawing.made.append(CardField("shop", program.organization, made, "text", made))
    drawing.text("since", words.month(language, member.enrolled_at, program.zone))
    return drawing.made


class _Fields:
    """Makes the card fields of one program in one language."""

    def __init__(self, program: Program, now: datetime, language: Language) -> None:
        self.program = program
        self.now = now
        self.language = language
        self.speaker = Speaker(program, language)
        self.made: list[CardField] = []

    def balance(self, figures: Visible) -> None:
        """Say what the first pot holds, and what that is worth where bills are paid with it."""
        if not self.program.pots:
            return
        pot, number = self.program.pots[0], figures.balances[0]
        label = self.speaker.label(pot)
        change = words.phrase(self.language, "change.balance", noun=label)
        money = self.program.points_as_money
        if not money or money.pot != pot.id:
            text = words.integer(self.language, number)
            self.made.append(CardField("balance", label, number, "number", text, None, change))
            return
        amount, currency = number // money.points * money.amount, self.program.currency
        text = words.money(self.language, amount, currency)
        worth = CardField("worth", self._label("worth"), amount, "money", text, currency)
        if self.speaker.in_money(pot.id):
            balance = replace(worth, key="balance", label=label, change_message=change)
        else:
            text = words.integer(self.language, number)
            balance = CardField("balance", label, number, "number", text, None, change)
        self.made += [balance, worth]

    def rewards(self, figures: Visible) -> None:
        """Say what can be had, and what is next."""
        ready = self.program.reward(figures.ready) if figures.ready else None
        if ready:
            self.text("reward", ready.name[self.language])
        ahead = self.program.reward(figures.next_reward) if figures.next_reward else None
        if ahead:
            missing = self.speaker.counted_plainly(ahead.pot, figures.missing)
            name = ahead.name[self.language]
            self.text("progress", self._phrase("progress", points=missing, reward=name))

    def ends(self, figures: Visible) -> None:
        """Say what value ends soon."""
        if not figures.expiring:
            return
        pot, second, amount = figures.expiring
        counted = self.speaker.counted_plainly(pot, amount)
        self.text("expiry", self._phrase("expiring", points=counted, day=self._last_day(second)))

    def climb(self, figures: Visible) -> None:
        """Say how far up the ladder the level is: for pictures, which show it by steps."""
        levels = self.program.tiers.levels if self.program.tiers else ()
        at = figures.level or 0
        if len(levels) > 1:
            share = min(at, len(levels) - 1) * ONE // (len(levels) - 1)
            text = self._phrase("climb", number=at + 1, count=len(levels))
            label = self._label("tier")
            self.made.append(CardField("climb", label, share, "percent", text))

    def way(self, figures: Visible) -> None:
        """Say what is missing to the next level, under the name of the present one."""
        level = self.program.level(figures.level) if figures.level is not None else None
        if level is None or self.program.tiers is None or len(self.program.tiers.levels) == 1:
            return
        label = self._phrase("label.way", level=level.name[self.language])
        way = figures.way
        if way is None:
            text = self._phrase("way.top")
        else:
            following = self.program.tiers.levels[way.level]
            missing = self._needed(way.needs)
            if following.discount > level.discount:
                target = words.percent(self.language, following.discount)
                text = self._phrase("way", missing=missing, target=target)
            else:
                name = following.name[self.language]
                text = self._phrase("way.level", missing=missing, level=name)
        self.made.append(CardField("way", label, text, "text", text))

    def keeping(self, figures: Visible) -> None:
        """Say what keeps the present level; and warn where it falls soon without."""
        kept = figures.keeping
        if kept is not None and kept.until is None:
            self.text("keep", self._phrase("keep.ever"))
        elif kept is not None and kept.until is not None:
            needed = self._needed(kept.needs)
            text = self._phrase("keep", missing=needed, day=self._last_day(kept.until))
            self.text("keep", text)
        if figures.falling:
            last = self._last_day(figures.falling)
            needs = kept.needs if kept and kept.until == figures.falling else ()
            by_visit = all(need == ("visits", 1) for need in needs)
            key = "falling" if by_visit else "falling.needs"
            self.text("warning", self._phrase(key, day=last, missing=self._needed(needs)))

    def percent(self, key: str, basis_points: int) -> None:
        text = words.percent(self.language, basis_points)
        change = words.phrase(self.language, f"change.{key}")
        self.made.append(
            CardField(key, self._label(key), basis_points, "percent", text, None, change)
        )

    def text(self, key: str, text: str, change: str | None = None) -> None:
        message = words.phrase(self.language, f"change.{change}") if change else None
        self.made.append(CardField(key, self._label(key), text, "text", text, None, message))

    def _needed(self, needs: tuple[tuple[str, int], ...]) -> str:
        """Return ``$24 or 2 visits``."""
        said = []
        for metric, amount in needs:
            if metric == "spend":
                said.append(words.money(self.language, amount, self.program.currency))
            elif metric == "points":
                said.append(self.speaker.counted_plainly(None, amount))
            else:
                noun = "friends" if metric == "referrals" else "visits"
                said.append(words.plural(self.language, noun, amount))
        return words.listing(self.language, said, "or") if said else ""

    def _last_day(self, second: int) -> str:
        # The second is the first in which something is gone: the day before is its last.
        return words.coming_day(self.language, at(second - 1), self.now, self.program.zone)

    def _phrase(self, key: str, **parts: object) -> str:
        return words.phrase(self.language, key, **parts)

    def _label(self, key: str) -> str:
        return words.phrase(self.language, f"label.{key}")
