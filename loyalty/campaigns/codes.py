"""Codes of coupons that campaigns hand out: one word for all, or each member's own.

Single-use codes go out in their order, from the first: how many have is one number beside the
coupon, a condition of the transaction that tells a member theirs. So no code goes to two members,
and no more go out than there are. Of a coupon whose codes were printed, too, nobody can know which
are out: one for a campaign is made for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.access import coupon_code
from loyalty.store import campaign_book, coupon_book

if TYPE_CHECKING:
    from loyalty.core.coupon import Coupon
    from loyalty.ledger.books import Books
    from loyalty.store.tables import Write


@dataclass(frozen=True, slots=True)
class Code:
    """What texts say for ``{coupon}``; ``serial`` of a single-use code, 0 of a word or of none."""

    text: str = ""
    serial: int = 0

    def taking(self, program: str, coupon: str) -> list[Write]:
        """Return the write by which this code is out, if it is still the next one."""
        return [campaign_book.hand_out(program, coupon, self.serial)] if self.serial else []


def next_code(books: Books, program: str, coupon: str) -> Code | None:
    """Return what the next member is told; None where no code is left, or the coupon is over."""
    if not coupon:
        return Code()
    found = coupon_book.read(books.tables, program, coupon)
    if found is None or found.stopped:
        return None
    if found.word:
        return Code(found.word)
    serial = campaign_book.handed_out(books.tables, program, coupon) + 1
    return Code(_text(books, program, found, serial), serial) if serial <= found.codes else None


def code_of(books: Books, program: str, coupon: str, serial: int) -> str:
    """Return what a member was told, or is: their own code, or the word of all."""
    found = coupon_book.read(books.tables, program, coupon) if coupon else None
    if found is None:
        return ""
    return _text(books, program, found, serial) if serial else found.word or "X" * 16


def there_is(books: Books, program: str, coupon: str) -> bool:
    """Tell whether a coupon can be handed out by a campaign."""
    found = coupon_book.read(books.tables, program, coupon)
    return found is not None and bool(found.word or found.codes)


def _text(books: Books, program: str, coupon: Coupon, serial: int) -> str:
    if coupon.foreign:
        return next(iter(coupon_book.foreign(books.tables, program, coupon.id, serial, serial)), "")
    return coupon_code.code(books.tokens, program, coupon.number, serial)
