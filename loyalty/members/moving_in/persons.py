"""Read who a row is about: the contacts and the first name, as other systems write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.member import MOST_TAGS
from loyalty.refusals import InvalidContact
from loyalty.sheets.values import Unreadable, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.messages import Contact

LONGEST_NAME = 60
LONGEST_TAG = 40

_SEVERAL = re.compile(r"[,;/|\n\r]+|\s+(?:и|and|und|oder|или|or)\s+")
_POWER = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
_BETWEEN_TAGS = re.compile(r"[,;|\n\r]+")
_NO_TAG = re.compile(r"[^a-z0-9]+")
_FEWEST_DIGITS = 7
_WITH_COUNTRY = 10
_PATRONYMIC = re.compile(r"\w+(?:вич|вна|ична|инична|ьич|кызы|оглы)$", re.IGNORECASE)
_NAMES_WITH_PATRONYMIC = 3


@dataclass(frozen=True, slots=True)
class Readers:
    """How a contact is read: a phone number (with the country of those without a prefix), mail."""

    phone: Callable[[str, str], Contact]
    email: Callable[[str], Contact]


def phone(
    cell: str, region: str, read: Callable[[str, str], Contact], *, international: bool
) -> tuple[Contact | None, bool]:
    """Return the first phone number of a cell, and whether there are more.

    Parameters
    ----------
    international
        Numbers without a plus have the code of their country all the same.

    Raises
    ------
    Unreadable
        What stands there is no phone number, or has lost its digits.
    """
    text = plain(cell.strip().lstrip("'"))
    if not text:
        return None, False
    if _POWER.fullmatch(text.replace(" ", "")):
        detail = "A spreadsheet has cut off digits of this phone number: they are lost."
        raise Unreadable("digits_lost", detail)
    # Parted first: the reader would take a second number for an extension.
    first, *more = [one for one in _SEVERAL.split(text) if plain(one)] or [""]
    digits = re.sub(r"\D", "", first)
    if len(digits) < _FEWEST_DIGITS or not digits.strip("0"):
        raise Unreadable("invalid_phone", "This is no phone number.")
    plus = first.strip().startswith("+") or first.strip().startswith("00")
    tries = [first] if plus else [f"+{digits}", first] if international else [first]
    if not plus and not international and len(digits) >= _WITH_COUNTRY:
        tries.append(f"+{digits}")
    for one in tries:
        try:
            return read(one, region), bool(more)
        except InvalidContact:
            continue
    raise Unreadable("invalid_phone", "This is no phone number of any country.")


def email(cell: str, read: Callable[[str], Contact]) -> tuple[Contact | None, bool]:
    """Return the first address of a cell, and whether there are more; raises as ``phone``."""
    text = plain(cell.strip().lstrip("'"))
    if not text:
        return None, False
    first, *more = [one for one in re.split(r"[,;\s|]+", text) if one] or [""]
    bare = first.removeprefix("mailto:").strip("<>.,;\"'")
    try:
        return read(bare), bool(more)
    except InvalidContact:
        raise Unreadable("invalid_email", "This is no e-mail address.") from None


def first_name(cell: str, *, whole: bool) -> str:
    """Return a first name; ``whole``: the cell holds a whole name, of which it is one part.

    Russian names come surname first when a patronymic stands at the end.
    """
    text = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in plain(cell))
    text = " ".join(text.strip("'\"").split())
    if whole and "," in text:
        text = text.partition(",")[2].strip() or text.replace(",", "")
    if whole and text:
        words = text.split()
        surname_first = len(words) == _NAMES_WITH_PATRONYMIC and _PATRONYMIC.match(words[2])
        text = words[1] if surname_first else words[0]
    return text[:LONGEST_NAME].strip()


def tags(cell: str) -> tuple[tuple[str, ...], bool]:
    """Return the tags of a cell as tags are written here, and whether something was left out.

    ``Gold Customer, VIP`` becomes ``gold-customer`` and ``vip``; of what has no Latin letter or
    digit nothing is left.
    """
    said = [one for one in _BETWEEN_TAGS.split(cell) if one.strip()]
    found = dict.fromkeys(one for text in said if (one := _tag(text)))
    kept = tuple(sorted(list(found)[:MOST_TAGS]))
    return kept, len(found) > MOST_TAGS or any(not _tag(one) for one in said)


def _tag(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _NO_TAG.sub("-", letters).strip("-")[:LONGEST_TAG].strip("-")
