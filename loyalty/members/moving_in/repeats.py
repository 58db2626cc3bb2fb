"""Let each person of a file count once, and say how large what is given is. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.members.moving_in.plan import Line
from loyalty.money import LARGEST_AMOUNT

if TYPE_CHECKING:
    from loyalty.messages import Contact

MOST_POINTS = 1_000_000_000
"""More points than that of one member are a mistake of the file."""

_SHOWN = 10


def without(lines: list[Line], how: str) -> list[Line]:
    """Return lines of which each person has one; a person is who has a phone number, else a mail.

    ``how`` says what becomes of rows that differ: see ``Mapping.duplicates``.
    """
    first: dict[Contact, int] = {}
    owner: dict[Contact, int] = {}
    found: list[Line] = []
    for line in lines:
        key = _key(line)
        if line.doing != "enrol" or key is None:
            found.append(line)
        elif key not in first:
            first[key] = len(found)
            one = _alone(line, found, owner)
            owner |= dict.fromkeys(one.contacts, len(found))
            found.append(one)
        else:
            known = found[first[key]]
            if _same(known, line):
                detail = f"The same as line {known.number}: it counts once."
                found.append(Line(line.number, "skip", "repeated", detail))
            elif how == "refuse":
                detail = (
                    f"The same person as in line {known.number}, with other figures: say whether "
                    "they are added up, or the largest or the last one counts."
                )
                found.append(Line(line.number, "wrong", "duplicate", detail))
            else:
                found[first[key]] = _together(known, line, how)
                detail = f"Counted together with line {known.number}."
                found.append(Line(line.number, "skip", "together", detail))
    return found


def _alone(line: Line, found: list[Line], owner: dict[Contact, int]) -> Line:
    """Return a line without contacts that an earlier one has: two people with one address."""
    taken = [one for one in line.contacts if one in owner]
    if not taken:
        return line
    earlier = found[owner[taken[0]]].number
    remark = f"Line {earlier} has the same {taken[0].kind}: it is left out here."
    rest = tuple(one for one in line.contacts if one not in owner)
    return replace(line, contacts=rest, remarks=(*line.remarks, remark))


def _together(one: Line, other: Line, how: str) -> Line:
    if one.doing != "enrol":
        return one  # together they were out of bounds already
    if how == "last":
        return replace(other, number=one.number, contacts=one.contacts)
    value: dict[tuple[str, int], int] = {}
    for pot, bucket, amount in (*one.value, *other.value):
        known = value.get((pot, bucket), 0)
        value[pot, bucket] = known + amount if how == "sum" else max(known, amount)
    if how == "sum":
        spend, visits = one.spend + other.spend, one.visits + other.visits
    else:
        spend, visits = max(one.spend, other.spend), max(one.visits, other.visits)
    together = replace(
        one,
        value=tuple((pot, bucket, amount) for (pot, bucket), amount in value.items()),
        spend=spend,
        visits=visits,
        level=max(one.level, other.level),
        # Whoever has said no once has said no.
        marketing=one.marketing and other.marketing,
    )
    if max(together.total.values(), default=0) > MOST_POINTS or spend > LARGEST_AMOUNT:
        return Line(one.number, "wrong", "out_of_bounds", "Together they are out of bounds.")
    return together


def figures(lines: list[Line], pots: tuple[str, ...]) -> list[str]:
    """Say how large what is given is: whoever has mixed up columns sees it here."""
    notes = []
    for pot in pots:
        given = [(line.total.get(pot, 0), line.number) for line in lines if line.doing == "enrol"]
        given = sorted((one for one in given if one[0]), key=lambda one: (-one[0], one[1]))
        amounts = [amount for amount, _ in given]
        if not amounts:
            notes.append(f"Nothing would be given of {pot}.")
            continue
        largest = ", ".join(f"{amount} (line {number})" for amount, number in given[:_SHOWN])
        notes.append(
            f"{pot}: {sum(amounts)} to {len(amounts)} members, {min(amounts)} to {max(amounts)} "
            f"each. The largest: {largest}."
        )
    return notes


def _key(line: Line) -> Contact | None:
    phones = (one for one in line.contacts if one.kind == "phone")
    return next(phones, line.contacts[0] if line.contacts else None)


def _same(one: Line, other: Line) -> bool:
    names = "doing", "value", "spend", "visits", "level", "marketing"
    return all(getattr(one, name) == getattr(other, name) for name in names)
