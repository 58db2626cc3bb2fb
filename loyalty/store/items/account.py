"""A member's standing as it lies in the table.

Names are short, because every kilobyte of an item is paid for on every write.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loyalty.core.account import Account, Hold, Month, Personal, Pot
from loyalty.core.visible import Published
from loyalty.store import keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyalty.store.tables import Item


def account_values(account: Account) -> Item:
    """Return the attributes of an account that a commit writes."""
    return {
        "r": account.revision,
        "s": account.seq,
        "c": account.card_version,
        "h": account.head,
        "p": {name: _pot(pot) for name, pot in account.pots.items()},
        "o": {
            name: [hold.deadline, [list(lot) for lot in hold.lots], [list(x) for x in hold.room]]
            for name, hold in account.holds.items()
        },
        "n": {name: [at, str(count)] for name, (at, count) in account.counters.items()},
        # What is summed up under caps: name, then period, sum and limit over and over.
        "k": {name: _caps(periods) for name, periods in account.caps.items()},
        "d": [
            [number, month.spend, month.visits, month.earned]
            for number, month in account.months.items()
        ],
        "f": [account.spend, account.visits, account.earned, account.referrals],
        # The last ones only where they are set: few cards are ever paused, or have promotions of
        # their own. They stand in a list, since an attribute that is left out would stay.
        "t": [
            *(account.level, account.deadline, account.reviewed, account.closed),
            *([account.paused] if account.paused or account.personal else []),
            *([[_personal(one) for one in account.personal]] if account.personal else []),
        ],
        "su": account.successor,
        "sh": account.shown,
    }


def to_account(program: str, member: str, item: Item) -> Account:
    """Read an account."""
    spend, visits, earned, referrals = item["f"]
    level, deadline, reviewed, closed, *more = item["t"]
    personal = more[1] if len(more) > 1 else ()
    return Account(
        program=program,
        member=member,
        seq=item["s"],
        revision=item["r"],
        card_version=item["c"],
        head=item["h"],
        pots={name: _to_pot(value) for name, value in item["p"].items()},
        holds={name: _to_hold(*value) for name, value in item["o"].items()},
        counters={name: (at, Fraction(count)) for name, (at, count) in item["n"].items()},
        months={number: Month(*figures) for number, *figures in item["d"]},
        caps={name: _to_caps(value) for name, value in item.get("k", {}).items()},
        spend=spend,
        visits=visits,
        earned=earned,
        referrals=referrals,
        level=level,
        deadline=deadline,
        reviewed=reviewed,
        closed=closed,
        paused=more[0] if more else 0,
        personal=tuple(
            Personal(campaign, at, until, terms, used, Fraction(brought))
            for campaign, at, until, terms, used, brought in personal
        ),
        successor=item["su"],
        shown=item["sh"],
    )


def to_published(item: Item) -> Published:
    """Read from an account how far its card has been handed over."""
    waiting = item.get("wp")
    astray = waiting not in {None, keys.publish(*keys.owner(item["pk"]))}
    return Published(item.get("pv"), waiting is not None, item.get("wt"), astray)


def _to_hold(deadline: int, lots: list[list[Any]], room: Sequence[list[Any]] = ()) -> Hold:
    # Without room where it was placed before holds remembered theirs.
    return Hold(
        lots=tuple((pot, bucket, amount) for pot, bucket, amount in lots),
        deadline=deadline,
        room=tuple((limit, number) for limit, number in room),
    )


def _personal(one: Personal) -> list[Any]:
    return [one.campaign, one.at, one.until, one.terms, one.used, str(one.brought)]


def _pot(pot: Pot) -> list[Any]:
    flat = [number for lot in pot.lots for number in lot]
    pending = [number for one in pot.pending for number in one]
    cut = [str(pot.cut)] if pot.cut else []
    return [flat, pot.debt, str(pot.remainder), pending, *cut]


def _to_pot(value: list[Any]) -> Pot:
    flat, debt, remainder, pending, *cut = value
    return Pot(
        lots=tuple(zip(flat[::2], flat[1::2], strict=True)),
        pending=tuple(zip(pending[::3], pending[1::3], pending[2::3], strict=True)),
        debt=debt,
        remainder=Fraction(remainder),
        cut=Fraction(cut[0]) if cut else Fraction(0),
    )


def _caps(periods: Mapping[int, tuple[Fraction, int]]) -> list[Any]:
    return [part for at, (summed, most) in periods.items() for part in (at, str(summed), most)]


def _to_caps(value: list[Any]) -> dict[int, tuple[Fraction, int]]:
    columns = zip(value[::3], value[1::3], value[2::3], strict=True)
    return {at: (Fraction(summed), most) for at, summed, most in columns}
