"""What leaves the system as tables: members with balances, entries posting by posting, orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.core.account import NEVER
from loyalty.core.instants import instant
from loyalty.sheets import safe_csv

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.account import Entry
    from loyalty.core.order import Order
    from loyalty.program.rules import Program
    from loyalty.store.carrying import Person

ENTRIES = ("member", "number", "time", "kind", "actor", "cause", "pot", "measure", "amount", "ends")
ORDERS = ("source", "order", "time", "currency", "member", "status", "total", "spend", "visits")


def members(program: Program, people: Iterable[Person]) -> str:
    """Return members: who they are, their level, what they can spend of each pot."""
    pots = [pot.id for pot in program.pots]
    head: tuple[str, ...] = (
        "member",
        "joined",
        "first_name",
        "phone",
        "email",
        "birthday",
        "language",
        "home",
        "source",
        "marketing",
        "level",
        "spend",
        "visits",
        "closed",
        "tags",
        "attributes",
        "consents",
    )
    rows: list[Any] = [(*head, *pots)]
    for one in people:
        member, account, contact = one.member, one.account, one.member.contact
        level = program.level(account.level)
        rows.append(
            (
                member.id,
                _time(member.enrolled_at),
                member.first_name,
                contact.value if contact and contact.kind == "phone" else "",
                contact.value if contact and contact.kind == "email" else "",
                member.birthday.isoformat() if member.birthday else "",
                member.language,
                member.home or "",
                member.source,
                member.marketing_consent_version or "",
                level.id if level else "",
                account.spend,
                account.visits,
                account.closed,
                " ".join(one.record.tags),
                "; ".join(f"{name}={value}" for name, value in one.record.attributes.items()),
                " ".join(name for name, said in one.record.consents.items() if said.given),
                *(account.balance(pot) for pot in pots),
            )
        )
    return safe_csv.text(rows)


def entries(found: Iterable[Entry]) -> str:
    """Return entries, a line for each posting."""
    rows: list[Any] = [ENTRIES]
    rows += [
        (
            one.member,
            one.seq,
            _time(instant(one.at)),
            one.kind,
            one.actor,
            posting.cause,
            posting.pot,
            posting.measure,
            # A number, though it may be negative: figures are no text that could be a formula.
            _Figure(posting.amount),
            _ends(posting.bucket),
        )
        for one in found
        for posting in one.postings
    ]
    return safe_csv.text(rows)


def orders(found: Iterable[Order]) -> str:
    """Return orders: what counts of each, in minor units."""
    rows: list[Any] = [ORDERS]
    rows += [
        (
            one.key.source,
            one.key.id,
            _time(one.occurred_at),
            one.currency,
            one.member or "",
            ",".join(sorted({part.status for part in one.parts})),
            one.total,
            one.posted.spend,
            one.posted.visits,
        )
        for one in found
    ]
    return safe_csv.text(rows)


class _Figure:
    """A figure on its way into a cell."""

    def __init__(self, amount: object) -> None:
        self._amount = amount

    def __str__(self) -> str:
        return str(self._amount)


def _time(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))


def _ends(bucket: int) -> str:
    return "" if bucket in {0, NEVER} else _time(instant(bucket * 1_000_000))
