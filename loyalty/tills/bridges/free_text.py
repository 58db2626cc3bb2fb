"""Who is meant by what people type into free fields: an e-mail address, a number, a card's code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from loyalty.tills.bridges.phone_numbers import international
from loyalty.tills.incoming import Buyer, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST: Final = 5
"""Of each kind in one text; beyond, it is a list of people and no appointment of one."""

_LONGEST: Final = 5000
_DOTS: Final = 3
_EMAIL: Final = re.compile(
    r"[^\s<>,;:()\[\]\"'@]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{8,20}[0-9]", re.ASCII)


def card_codes(values: Iterable[object]) -> tuple[str, ...]:
    """Return those values that may be a card's code, as it is scanned.

    The short one that people type is left: any other number of the owner's may look like it.
    """
    return tuple(one for one in texts(*values) if one.count(".") == _DOTS)


def named(*told: str) -> Buyer:
    """Return who is named in texts."""
    text = "\n".join(told)[:_LONGEST]
    emails = dict.fromkeys(_EMAIL.findall(text))
    phones = dict.fromkeys(_PHONE.findall(text))
    return Buyer(
        card_codes(text.split())[:MOST],
        tuple(number for one in [*phones][:MOST] for number in international(one)),
        tuple(emails)[:MOST],
    )
