"""Rules 6, 7 and 11: balances, the colour, intervals."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from loyalty.money import is_currency
from passes.google.findings import Finding, error
from passes.google.json_access import Json, members, table

if TYPE_CHECKING:
    from collections.abc import Iterator

BALANCES: Final = ("string", "int", "double", "money")
_COLOR: Final = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_INTEGER: Final = re.compile(r"-?[0-9]+")
_INT32, _INT64 = 2**31, 2**63
_DATE: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d(?::\d\d)?)?"
)


def check_points(body: Json) -> Iterator[Finding]:
    """Check points and secondary points (rule 6)."""
    for name in ("loyaltyPoints", "secondaryLoyaltyPoints"):
        if body.get(name) is None:
            continue
        where = f"{name}.balance"
        balance = table(table(body, name), "balance")
        kinds = [kind for kind in BALANCES if balance.get(kind) is not None]
        if len(kinds) != 1:
            what = f"{len(kinds)} kinds of balance ({', '.join(kinds) or 'none'})"
            yield error(6, where, what, "send exactly one of string, int, double, money")
        for kind in kinds:
            yield from _balance(f"{where}.{kind}", kind, balance[kind])


def _balance(where: str, kind: str, value: Any) -> Iterator[Finding]:
    if kind == "int" and (type(value) is not int or not -_INT32 <= value < _INT32):
        yield error(6, where, "not a 32-bit integer", "send it as a string")
    if kind == "double" and (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (isinstance(value, float) and not math.isfinite(value))
    ):
        yield error(6, where, "not a finite number", "send it as a string")
    if kind == "string" and (not isinstance(value, str) or not value.strip()):
        yield error(6, where, "an empty balance", "leave the points out, or say something")
    if kind == "money":
        money = value if isinstance(value, dict) else {}
        if not is_currency(str(money.get("currencyCode"))):
            yield error(6, f"{where}.currencyCode", "not an ISO 4217 code", "write EUR, USD, ...")
        micros = money.get("micros")
        whole = isinstance(micros, str) and _INTEGER.fullmatch(micros) and len(micros) <= 20  # noqa: PLR2004
        if not whole or not -_INT64 <= int(str(micros)) < _INT64:
            mend = "12.50 is '12500000'"
            yield error(6, f"{where}.micros", "not a whole number in a string", mend)


def check_colour(body: Json) -> Iterator[Finding]:
    """Check the background of a class (rule 7)."""
    colour = body.get("hexBackgroundColor")
    if colour is not None and not _COLOR.fullmatch(str(colour)):
        yield error(7, "hexBackgroundColor", "not a colour", "write #rrggbb or #rgb")


def check_intervals(body: Json) -> Iterator[Finding]:
    """Check the validity of a card and what is shown for a time only (rule 11)."""
    for where, names, value in members(body):
        if names[-1] in {"validTimeInterval", "displayInterval"}:
            yield from _interval(where, value)


def _interval(where: str, interval: Any) -> Iterator[Finding]:
    moments: dict[str, datetime] = {}
    for side in ("start", "end"):
        if not isinstance(interval, dict) or interval.get(side) is None:
            continue
        moment = _moment(table(interval, side).get("date"))
        if moment is None:
            mend = "write ISO 8601: 2027-01-31T00:00:00+00:00"
            yield error(11, f"{where}.{side}.date", "not a date with a time", mend)
        else:
            moments[side] = moment
    if len(moments) == 2:  # noqa: PLR2004  both sides
        start, end = moments["start"], moments["end"]
        if (start.tzinfo is None) != (end.tzinfo is None):
            mend = "give both sides an offset, or neither"
            yield error(11, where, "one side has an offset", mend)
        elif end <= start:
            yield error(11, where, "ends before it starts", "swap the sides")


def _moment(text: Any) -> datetime | None:
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
