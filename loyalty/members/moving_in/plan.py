"""What an import would do, line by line: made once from a file, shown, and then gone by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from loyalty.messages import Contact

if TYPE_CHECKING:
    from collections.abc import Iterable

Doing = Literal["enrol", "skip", "wrong"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file, judged.

    Attributes
    ----------
    number
        Of the line that the row begins in.
    doing
        What would be done: a member made (or found), nothing, or nothing because it is wrong.
    code, sentence
        Why nothing is done; empty otherwise.
    remarks
        Sentences about what is not taken over, though the row is.
    contacts
        What the member is found by; the first one stands on the member.
    value
        Pot, bucket (the second from which it is expired, 0 for the program's rule), amount.
    spend, visits
        Minor units and visits that count towards the level.
    tags
        What the shop calls them by; only a member that is made has them.
    level
        Number of the level that the file names, 0 for none.
    """

    number: int
    doing: Doing
    code: str = ""
    sentence: str = ""
    remarks: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    first_name: str = ""
    birthday: date | None = None
    language: str | None = None
    home: str | None = None
    value: tuple[tuple[str, int, int], ...] = ()
    spend: int = 0
    visits: int = 0
    level: int = 0
    marketing: bool = False
    tags: tuple[str, ...] = ()

    @property
    def total(self) -> dict[str, int]:
        """Return how much goes into each pot."""
        found: dict[str, int] = {}
        for pot, _, amount in self.value:
            found[pot] = found.get(pot, 0) + amount
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines of a file, and what is said of it as a whole."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...]


def dump(lines: Iterable[Line]) -> bytes:
    """Return lines as JSON Lines. Only what is not as always is written."""
    return b"".join(json.dumps(_plain(one), ensure_ascii=False).encode() + b"\n" for one in lines)


def _plain(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {"n": line.number, "do": line.doing}
    if line.doing == "enrol":
        found |= {
            "contacts": [[one.kind, one.value] for one in line.contacts],
            "name": line.first_name,
            "born": line.birthday.isoformat() if line.birthday else None,
            "language": line.language,
            "home": line.home,
            "value": [list(one) for one in line.value],
            "figures": [line.spend, line.visits, line.level],
            "marketing": line.marketing,
            **({"tags": list(line.tags)} if line.tags else {}),
        }
    else:
        found |= {"code": line.code, "sentence": line.sentence}
    return found | ({"remarks": list(line.remarks)} if line.remarks else {})


def load(data: bytes, start: int = 0, limit: int | None = None) -> list[Line]:
    """Read lines that ``dump`` has written: from one on, so many at most."""
    texts = data.split(b"\n")[:-1]
    end = None if limit is None else start + limit
    return [_line(json.loads(one)) for one in texts[start:end]]


def _line(found: dict[str, Any]) -> Line:
    remarks = tuple(found.get("remarks", ()))
    if found["do"] != "enrol":
        return Line(found["n"], found["do"], found["code"], found["sentence"], remarks)
    spend, visits, level = found["figures"]
    return Line(
        found["n"],
        "enrol",
        remarks=remarks,
        contacts=tuple(Contact(kind, value) for kind, value in found["contacts"]),
        first_name=found["name"],
        birthday=date.fromisoformat(found["born"]) if found["born"] else None,
        language=found["language"],
        home=found["home"],
        value=tuple((pot, bucket, amount) for pot, bucket, amount in found["value"]),
        spend=spend,
        visits=visits,
        level=level,
        marketing=found["marketing"],
        tags=tuple(found.get("tags", ())),
    )
