"""``make demo-shop``: fill the running stack with a year of a shop, so that every screen is full.

What happens is planned first, from a seed and nothing else (:func:`plan`); then it is done by the
use cases of the business, each deed at the instant at which it would have been (:func:`play`). A
seed is for one time on a stack; another seed is another shop's guests beside the first.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from infra import demo_office, demo_together
from infra.demo import running_stack
from infra.demo_office import Office
from infra.failures import Failure, sentence
from loyalty.core.member import Application
from loyalty.core.part import BASKET, Line, Part
from loyalty.core.report import OrderKey, OrderReport
from loyalty.ledger.act import Act
from loyalty.ledger.referral_rewards import ReferralRewards
from loyalty.ledger.sales import Sales
from loyalty.ledger.spending import Spending
from loyalty.ledger.staff import Staff
from loyalty.ledger.visits import Visits
from loyalty.members.codes import DIGITS
from loyalty.members.enrolment import Enrolment, NewNames
from loyalty.messages import Contact

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from loyalty.ledger.books import Books
    from loyalty.members.enrolment import Enrolled
    from loyalty.messages import Message
    from loyalty.program.rules import Program

Kind = Literal["join", "sale", "refund", "redeem", "gift"]
SOURCE = "demo-till"
ACTOR = "endpoint:demo-till"
_NAMES = (
    *("Ada", "Ben", "Carla", "David", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jonas", "Karim"),
    *("Lena", "Mara", "Nico", "Olga", "Paul", "Rosa", "Sami", "Tara", "Uwe", "Vera", "Will", "Zoe"),
    *("Анна", "Борис", "Денис", "Ирина", "Мария", "Олег", "Пётр", "София", "Юлия"),
)
_GOODS = (
    ("espresso", "coffee", 280), ("flat-white", "coffee", 420), ("cappuccino", "coffee", 390),
    ("tea", "tea", 350), ("croissant", "pastry", 310), ("banana-bread", "pastry", 430),
    ("sandwich", "food", 790), ("beans-250g", "retail", 1450),
)  # fmt: skip
_SHORTEST, _LONGEST = 2.0, 45.0  # days between the visits of one member
_LEAVES = 0.02  # chance after each visit that it was the last one
_REFUNDED = 0.015
_GIVEN = 0.01
_PARKED = 3  # sales that the till gave to nobody
_AT_ONCE = 4  # members whose year is played at the same time
CALLED = timedelta(days=60)
"""So long before the end everybody is called who has agreed, but those held out."""
_COMES = 0.5  # chance that who was called comes once more
_ASKED_EVERY = 4  # of the sales since
_LOOKS, _LOOK = 30, 2.0
"""How often it is looked whether figures are there, and seconds between looks."""
_CALLED_FIRST = 9_000
"""Numbers of sales to which somebody was called begin here."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happens: when, what, and its number, which makes it one."""

    at: datetime
    kind: Kind
    number: int = 0
    lines: tuple[Line, ...] = ()

    @property
    def total(self) -> int:
        """Return what a sale comes to, minor units."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Guest:
    """A member, and what happens to them, in order; the first deed is joining."""

    number: int
    name: str
    language: str
    marketing: bool
    source: str
    deeds: tuple[Deed, ...]


def plan(seed: int, members: int, first: datetime, last: datetime) -> tuple[Guest, ...]:
    """Return a shop's guests, and what each does between two instants. Pure: the seed says it all.

    People come at a pace of their own, more of them as the shop gets known; some stop coming.
    """
    chances = (random.Random(f"{seed}/{one}") for one in range(members))  # noqa: S311 - no secret
    return tuple(_guest(chance, one, first, last) for one, chance in enumerate(chances))


def _guest(chance: random.Random, number: int, first: datetime, last: datetime) -> Guest:
    span = (last - first).total_seconds()
    joined = first + timedelta(seconds=span * chance.random() ** 0.75)
    pace = min(_LONGEST, max(_SHORTEST, chance.lognormvariate(2.6, 0.8)))
    deeds = [Deed(joined, "join")]
    at, serial = joined, 0
    while at <= last:
        serial += 1
        lines = tuple(_line(chance) for _ in range(1 + (chance.random() < 0.35)))  # noqa: PLR2004
        deeds.append(Deed(at, "sale", serial, lines))
        if chance.random() < _REFUNDED:
            deeds.append(Deed(at + timedelta(minutes=20), "refund", serial, lines))
        elif serial % 3 == 0:
            deeds.append(Deed(at + timedelta(minutes=1), "redeem", serial))
        elif chance.random() < _GIVEN:
            deeds.append(Deed(at + timedelta(minutes=2), "gift", serial))
        if chance.random() < _LEAVES:
            break
        at = _next(chance, at, pace)
    name = chance.choice(_NAMES)
    return Guest(
        number=number,
        name=name,
        language="en" if name.isascii() else "ru",
        marketing=chance.random() < 0.6,  # noqa: PLR2004
        source=chance.choice(("", "", "flyer", "window", "instagram")),
        deeds=tuple(one for one in deeds if one.at <= last),
    )


def _next(chance: random.Random, at: datetime, pace: float) -> datetime:
    """Return the next visit: after about that many days, in the hours of a café."""
    day = at + timedelta(days=max(1.0, chance.gammavariate(4.0, pace / 4.0)))
    hour = chance.choices((8, 9, 10, 12, 13, 15, 17), (5, 6, 4, 4, 3, 3, 2))[0]
    # Cafés of the shipped program stand where that is 13 to 22 UTC.
    return day.replace(hour=hour + 5, minute=chance.randrange(60), second=chance.randrange(60))


def _line(chance: random.Random) -> Line:
    item, category, price = chance.choices(_GOODS, (6, 8, 8, 3, 5, 3, 2, 1))[0]
    return Line(item, category, 1000, price)


class Silence:
    """The channel of a shop that is made up: nobody is written to."""

    def reaches(self, contact: Contact) -> bool:
        """Reach nobody."""
        return not contact

    def send(self, message: Message) -> None:
        """Send nothing."""


class Player:
    """Does what was planned, by the use cases that do it every day."""

    def __init__(self, books: Books, program: Program, seed: int) -> None:
        self._program, self._seed = program, seed
        self._sales = Sales(books, ReferralRewards(books))
        self._spending = Spending(books, self._sales)
        self._staff = Staff(books)
        self._tokens = books.tokens
        self._books = books
        self._cards: dict[int, Enrolled] = {}

    @property
    def members(self) -> dict[int, str]:
        """Return the ids of all who have joined, by the number of the guest."""
        return {number: one.member_id for number, one in self._cards.items()}

    @property
    def cards(self) -> Mapping[int, Enrolled]:
        """Return what all who have joined were given, by the number of the guest."""
        return dict(self._cards)

    @property
    def visits(self) -> Visits:
        """Return the use case of appointments."""
        return Visits(self._books, self._sales)

    def play(self, guest: Guest, office: Office | None = None) -> Counter[str]:
        """Let a guest's deeds happen; return how often each kind was done.

        Who has joined before goes on with the same card. ``office`` asks after some of the visits.
        """
        done: Counter[str] = Counter()
        for deed in guest.deeds:
            if deed.kind == "join":
                self._cards[guest.number] = self._enrolled(guest, deed.at)
                done["join"] += 1
                continue
            mine = self._cards[guest.number]
            done[deed.kind] += self._do(guest, mine.card_code, deed)
            if office and deed.kind == "sale" and deed.number % _ASKED_EVERY == 0:
                done["answer"] += office.ask(mine.member_id, deed.at, guest.language)
        return done

    def park(self, numbers: Iterable[int], now: datetime) -> int:
        """Report sales of which the till does not say whose they are; return how many."""
        chance = random.Random(f"{self._seed}/parked")  # noqa: S311 - no secret
        found = 0
        for number in numbers:
            deed = Deed(now - timedelta(hours=3 * number + 1), "sale", number, (_line(chance),))
            report = self._report("", deed, f"{self._seed}-till-{number}")
            self._sales.record_order(report, now)
            found += 1
        return found

    def _enrolled(self, guest: Guest, at: datetime) -> Enrolled:
        enrolment = Enrolment(
            self._books,
            Silence(),
            names=lambda: NewNames.made(secrets.randbelow),
            code=lambda: f"{secrets.randbelow(10**DIGITS):0{DIGITS}}",
            card_page=lambda link: link,
        )
        return enrolment.enrol(self._program.id, self._application(guest), at)

    def _application(self, guest: Guest) -> Application:
        consent = self._program.consent.version
        spoken = self._program.languages
        return Application(
            first_name=guest.name,
            contact=Contact("email", f"guest-{self._seed}-{guest.number}@example.com"),
            birthday=None,
            language=guest.language if guest.language in spoken else spoken[0],
            consent_version=consent,
            marketing_consent_version=consent if guest.marketing else None,
            source=guest.source,
        )

    def _do(self, guest: Guest, card: str, deed: Deed) -> int:
        name = f"{self._seed}-{guest.number}-{deed.number}"
        if deed.kind == "redeem":
            rewards = self._program.rewards
            if not rewards:
                return 0
            answer = self._spending.redeem(
                self._program.id, source=SOURCE, redemption=name, card_code=card,
                reward=rewards[0].id, now=deed.at,
            )  # fmt: skip
            return int(answer.body["outcome"] == "redeemed")
        if deed.kind == "gift":
            pots = self._program.pots
            account = self._books.by_code(self._program.id, card, ACTOR, deed.at)
            if not pots or account is None:
                return 0
            act = Act(self._program.id, "demo-staff", name, "a cup that was cold", automatic=True)
            self._staff.give(act, account, pots[0].id, 1, deed.at)
            return 1
        self._sales.record_order(self._report(card, deed, name), deed.at)
        return 1

    def _report(self, card: str, deed: Deed, name: str) -> OrderReport:
        back = deed.kind == "refund"
        hints = (f"code:{self._tokens.read_card_code(card)}",) if card else ()
        part = Part(
            BASKET, 2 if back else 1, "refunded" if back else "completed", deed.total,
            lines=deed.lines,
        )  # fmt: skip
        return OrderReport(
            key=OrderKey(self._program.id, SOURCE, name),
            currency=self._program.currency,
            occurred_at=deed.at - timedelta(minutes=20) if back else deed.at,
            parts=(part,),
            hints=hints,
            actor=ACTOR,
        )


def play(
    player: Player, guests: Sequence[Guest], office: Office | None = None
) -> Iterable[Counter[str]]:
    """Let all these deeds happen, several guests at the same time; yield what each did."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(partial(player.play, office=office), guests)


def parted(guests: Iterable[Guest], at: datetime) -> tuple[list[Guest], list[Guest]]:
    """Return guests with what they do up to an instant, and with what they do after it. Pure."""
    before, after = [], []
    for one in guests:
        first = tuple(deed for deed in one.deeds if deed.at <= at)
        before += [replace(one, deeds=first)] if first else []
        after += [replace(one, deeds=one.deeds[len(first) :])]
    return before, [one for one in after if one.deeds]


def called_back(
    before: Iterable[Guest], after: Iterable[Guest], numbers: Container[int], at: datetime
) -> list[Guest]:
    """Return what guests do after an instant; some of those called come once more. Pure."""
    later = {one.number: one for one in after}
    found = []
    for one in (*before, *(guest for guest in later.values() if guest.deeds[0].kind == "join")):
        guest = later.get(one.number, replace(one, deeds=()))
        chance = random.Random(f"called/{one.number}")  # noqa: S311 - no secret
        if one.number in numbers and chance.random() < _COMES:
            more = Deed(_next(chance, at, 4.0), "sale", _CALLED_FIRST, (_line(chance),))
            deeds = sorted((*guest.deeds, more), key=lambda deed: deed.at)
            guest = replace(guest, deeds=tuple(deeds))
        found.append(guest)
    return [one for one in found if one.deeds]


def main(arguments: list[str] | None = None) -> int:
    """Fill the stack. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make demo-shop", description="Fill the running stack.")
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="of the running stack")
    parser.add_argument("--members", type=int, default=500, help="how many guests")
    parser.add_argument("--days", type=int, default=365, help="how long a past")
    parser.add_argument("--seed", type=int, default=1, help="another one is another shop")
    options = parser.parse_args(arguments)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    began = time.monotonic()
    try:
        done = _fill(options)
    except Failure as failure:
        print(f"Cannot fill: {failure.sentence}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        return 130
    except Exception as error:  # noqa: BLE001 - a sentence for a person, whatever it is
        print(f"\nNot filled: {sentence(error)}", file=sys.stderr, flush=True)
        return 1
    told = ", ".join(f"{n} {kind}" for kind, n in done.items())
    print(f"\nDone in {time.monotonic() - began:.0f} s: {told}.")
    return 0


def _fill(options: argparse.Namespace) -> Counter[str]:
    from infra.commands import ledger, place  # noqa: PLC0415 - slow to import
    from infra.local.web import ask_json  # noqa: PLC0415

    stack = running_stack(options.folder)
    where = place.open_place(argparse.Namespace(stage="local", region=None, folder=options.folder))
    books = ledger.books(where)
    program = books.programs.current(str(stack["program"]))
    last = datetime.now(UTC)
    guests = plan(options.seed, options.members, last - timedelta(days=options.days), last)
    player = Player(books, program, options.seed)
    office = Office(books, program.id, options.seed, last, str(stack["base_url"]))
    done = demo_office.make(stack, program.languages)
    # At noon where the shipped program's cafés stand: nobody is called in quiet hours.
    at = (last - CALLED).replace(hour=17, minute=0)
    before, after = parted(guests, at)
    done += _told(play(player, before), "up to the campaign")
    if office.start(demo_office.CALLED, at):
        reached = office.call(at)
        called = {number for number, one in player.members.items() if one in reached}
        after = called_back(before, after, called, at)
        office.start(demo_office.ASKED, at)
    done += _told(play(player, after, office), "since")
    done["parked"] += player.park(range(_PARKED), last)
    done += _together(player, books, program, options.seed, office, last)
    done += demo_together.install(stack, list(player.cards.values()))
    demo_office.start(stack)
    bearer = {"Authorization": f"Bearer {stack['owner_key']}"}
    ask_json("POST", f"{stack['base_url']}/v1/figures/work-out", {}, bearer)
    for _ in range(_LOOKS):
        if demo_office.set_goal(stack):
            done["goal"] += 1
            break
        time.sleep(_LOOK)
    return done


def _together(  # noqa: PLR0917 - a shop, and when
    player: Player, books: Books, program: Program, seed: int, office: Office, last: datetime
) -> Counter[str]:
    """Let guests give, draw, come to an evening and book; return how much of each there was."""
    done: Counter[str] = Counter()
    together = demo_together.Together(books, program, seed, player.cards)
    if program.pots:
        done["given"] += together.give(last)
        done["entries"] += together.draw(last)
    # Nobody is invited in quiet hours: at noon where the shipped program's cafés stand.
    noon = (last - timedelta(days=1)).replace(hour=17, minute=0)
    done["answered"] += together.invite(office, noon, last)
    done["booked"] += together.book(player.visits, last)
    return done


def _told(played: Iterable[Counter[str]], when: str) -> Counter[str]:
    """Return what was done in all, and say how far it is."""
    done: Counter[str] = Counter()
    for number, counts in enumerate(played, 1):
        done += counts
        if number % 50 == 0:
            print(f"  {number} guests {when}, {sum(done.values())} deeds", flush=True)
    return done


if __name__ == "__main__":
    sys.exit(main())
