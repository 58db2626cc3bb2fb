"""What a till is told of the member in front of it: a name, what they have, what is ready.

Read with everything settled that has come due; nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty import words
from loyalty.card.drawing import card
from loyalty.core import limits
from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.core.visible import visible
from loyalty.program.by_language import told_in
from loyalty.program.describe.speaker import Speaker
from loyalty.store import membership, reading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyalty.core.account import Account, Posting
    from loyalty.core.member import Member
    from loyalty.core.order import OrderKey
    from loyalty.languages import Language
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program

# What is owed is less of what one has.
_MOVING = {"lot": 1, "pending": 1, "debt": -1}
_SAID = ("discount", "tier", "way", "keep", "warning", "progress", "reward", "expiry")


@dataclass(frozen=True, slots=True)
class PotStanding:
    """What a member has of one pot; ``name`` in the language that was asked for."""

    pot: str
    name: str
    balance: int
    available: int
    held: int
    pending: int
    owed: int


@dataclass(frozen=True, slots=True)
class RewardStanding:
    """A reward: whether it can be had now, and what it still takes."""

    reward: str
    name: str
    pot: str
    price: int
    ready: bool
    missing: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands now.

    Attributes
    ----------
    level
        (id, name) of the tier; None in programs without.
    discount
        Basis points off every bill now.
    expiring
        (pot, points, second from which they are gone) of what ends soon enough to say so.
    says
        Sentences for whoever stands at the counter: what the card shows beside the balance.
    paused
        The card neither earns nor pays.
    """

    member: str
    first_name: str
    language: Language
    pots: tuple[PotStanding, ...]
    level: tuple[str, str] | None
    discount: int
    rewards: tuple[RewardStanding, ...]
    expiring: tuple[str, int, int] | None
    says: tuple[str, ...]
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """What one change of an order has moved in a pot: earned (negative: taken back), given back."""

    pot: str
    earned: int
    returned: int


def movements(postings: Iterable[Posting]) -> tuple[Movement, ...]:
    """Return what an order's postings have moved, by pot, in whole points."""
    moved: dict[tuple[str, bool], int] = defaultdict(int)
    for one in postings:
        if one.cause in {"earn", "reverse", "return"} and one.measure in _MOVING:
            moved[one.pot, one.cause == "return"] += _MOVING[one.measure] * int(one.amount)
    pots = dict.fromkeys(pot for (pot, _), points in moved.items() if points)
    return tuple(Movement(pot, moved[pot, False], moved[pot, True]) for pot in pots)


def standing(
    program: Program, person: Member, account: Account, now: datetime, language: str | None = None
) -> Standing:
    """Return where the member of a settled account stands, in a language (else their own)."""
    program = told_in(program, language)
    spoken = program.language(language or person.language)
    figures = visible(program, account, now)
    level = program.level(figures.level) if figures.level is not None else None
    speaker = Speaker(program, spoken)
    drawn = card(program, person, account, now, spoken)
    open_now = limits.may_redeem(program, account, now)
    return Standing(
        member=account.member,
        first_name=person.first_name,
        language=spoken,
        pots=tuple(
            PotStanding(
                pot.id,
                speaker.label(pot),
                account.balance(pot.id),
                account.pot(pot.id).available,
                account.held(pot.id),
                account.pot(pot.id).waiting,
                account.pot(pot.id).debt,
            )
            for pot in program.pots
        ),
        level=(level.id, level.name[spoken]) if level else None,
        discount=figures.discount or 0,
        rewards=tuple(
            RewardStanding(
                reward.id,
                reward.name[spoken],
                reward.pot,
                reward.price,
                open_now and account.pot(reward.pot).available >= reward.price,
                max(0, reward.price - account.pot(reward.pot).available),
            )
            for reward in program.rewards
        ),
        expiring=(figures.expiring[0], figures.expiring[2], figures.expiring[1])
        if figures.expiring
        else None,
        paused=bool(account.paused),
        says=tuple(
            words.phrase(
                spoken, "receipt.line", label=_label(spoken, key, one.label), text=one.text
            )
            for key in _SAID
            if (one := drawn.field(key)) is not None
        ),
    )


def _label(language: str, key: str, label: str) -> str:
    """Return what stands before a field where others read it, too: of nobody in particular."""
    said = f"receipt.{key}"
    return words.phrase(language, said) if words.has_phrase(language, said) else label


def receipt(program: Program, now: Standing, moved: tuple[Movement, ...]) -> str:
    """Return what a receipt says after a sale, line by line, in the language of the standing."""
    speaker = Speaker(program, now.language)
    lines = []
    for one in moved:
        for key, points in (("earned", one.earned), ("returned", one.returned)):
            counted = speaker.counted(one.pot, abs(points))
            if points:
                said = key if points > 0 else "taken"
                lines.append(words.phrase(now.language, f"receipt.{said}", points=counted))
    for pot in now.pots:
        in_money = speaker.in_money(pot.pot)
        balance = (
            speaker.worth(pot.balance) if in_money else words.integer(now.language, pot.balance)
        )
        lines.append(words.phrase(now.language, "receipt.line", label=pot.name, text=balance))
    return "\n".join((*lines, *now.says))


class Standings:
    """Finds members for a till, and says where they stand."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def by_code(
        self,
        program: str,
        card_code: str,
        seeker: str,
        now: datetime,
        language: str | None = None,
    ) -> Standing | None:
        """Return where the member with that card stands; None where no card is good here.

        Raises
        ------
        Refusal
            ``too_many_misses``: ``seeker``, who asks, has typed too many codes of no card.
        """
        member = self._books.by_code(program, card_code, seeker, now)
        return self.by_member(program, member, now, language) if member else None

    def by_member(
        self, program: str, member: str, now: datetime, language: str | None = None
    ) -> Standing | None:
        """Return where a member stands; None where there is none, or the membership has ended."""
        found = self._settled(program, member, now)
        if found is None:
            return None
        return standing(*found, now, language)

    def of_order(
        self, key: OrderKey, member: str | None, now: datetime
    ) -> tuple[Standing | None, tuple[Movement, ...], str]:
        """Return where an order's member stands, what its last change has moved, and a receipt.

        The last change is the one that moved something: whoever asks again hears the same.
        """
        if member is None:
            return None, (), ""
        found = self._settled(key.program, member, now)
        moved = self._moved(key)
        if found is None:
            return None, moved, ""
        stands = standing(*found, now)
        return stands, moved, receipt(found[0], stands, moved)

    def _moved(self, key: OrderKey) -> tuple[Movement, ...]:
        order = reading.read_order(self._books.tables, key)
        if order is None or order.member is None or not order.entry:
            return ()
        entry = reading.read_entry(self._books.tables, key.program, order.member, order.entry)
        return movements(entry.postings) if entry else ()

    def _settled(
        self, program_id: str, member: str, now: datetime
    ) -> tuple[Program, Member, Account] | None:
        """Read a member, or the one they were merged into, with all that has come due.

        What somebody has is theirs also when nobody can read who they are (`sealing`).
        """
        account = self._books.account(program_id, member)
        if account is None or account.closed:
            return None
        person = membership.read_remains(self._books.tables, program_id, account.member)
        if person is None:
            return None
        program = self._books.programs.current(program_id)
        draft = Draft(program, account, now)
        settle(draft)
        return program, person, draft.account
