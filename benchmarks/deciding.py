"""How long deciding takes: plain, under many promotions, with the fullest account there can be."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.timing import Times, measure, result, row, title
from loyalty.core.account import Account, Pot
from loyalty.core.calendar import day_start, month_start
from loyalty.core.decide import decide
from loyalty.core.decide.order import RecordOrder
from loyalty.core.decide.spending import Price, Redeem
from loyalty.core.order import Line, Order
from tests.support.deciding import MAY, NOON, account, basket, order, per_amount, program

PLAIN = program(
    pots=[{"id": "points", "expiry": {"months": 12}}],
    earning=[per_amount(10, 100)],
    rewards=[{"id": "cup", "pot": "points", "price": 100, "name": {"en": "Cup"}}],
)
BUSY = program(
    pots=[{"id": "points", "expiry": {"months": 12}}],
    earning=[per_amount(10, 100)],
    stacking="sum",
    promotions=[
        {
            "id": f"promotion-{number}",
            "name": {"en": "Happy hour"},
            "pot": "points",
            "multiplier": 20_000,
            "windows": [{"weekdays": ["mon"], "start": "10:00", "until": "14:00"}],
            "only": {"categories": [f"category {number % 5}"]},
        }
        for number in range(20)
    ],
)
LONG = program(
    pots=[{"id": "points", "expiry": {"months": 120}, "pending_days": 366}],
    earning=[per_amount(10, 100)],
)


def lines(count: int) -> tuple[Line, ...]:
    """Return that many lines of a basket."""
    return tuple(
        Line(f"item {number}", f"category {number % 5}", 1000, 250 + number)
        for number in range(count)
    )


def sale(count: int) -> Order:
    """Return an order of that many lines."""
    bought = lines(count)
    return order(basket(max(1000, sum(line.amount for line in bought)), *bought))


def ordinary() -> Account:
    """Return an account with a year of lots."""
    lots = tuple((month_start(MAY + n, "UTC"), 40) for n in range(1, 13))
    return account(*lots, spend=120_000, visits=120, earned=12_000)


def fullest() -> Account:
    """Return an account with every lot and every pending day that ten years allow."""
    lots = tuple((month_start(MAY + n, "UTC"), 40) for n in range(1, 122))
    today = NOON.toordinal()
    waiting = tuple(
        (day_start(today + n, "UTC"), month_start(MAY + 120 + n // 30, "UTC"), 5)
        for n in range(1, 367)
    )
    return Account("coffee", "ann", pots={"points": Pot(lots, waiting)})


def record(rules: Any, standing: Account, head: Order) -> Times:
    """Measure deciding on an order."""
    command = RecordOrder(head, rules, "endpoint:till")
    return measure(lambda: decide(rules, standing, command, NOON))


def run() -> Times:
    """Print the table; return the times of a plain sale."""
    title("decide")
    plain = record(PLAIN, ordinary(), sale(2))
    row("a plain sale of two lines", plain)
    many = record(BUSY, ordinary(), sale(50))
    row("50 lines under 20 promotions", many)
    full = record(LONG, fullest(), sale(2))
    row("a sale on an account with 121 lots and 366 pending", full)
    redeem = Redeem("f", Price("cup"), "endpoint:till")
    standing = ordinary()
    spend = measure(lambda: decide(PLAIN, standing, redeem, NOON))
    row("a redemption over three lots", spend)
    # The undisturbed tenth: other work on this machine would be taken for growth.
    times = {count: record(BUSY, ordinary(), sale(count)).quantile(0.1) for count in (5, 50, 500)}
    row("5, 50, 500 lines (p10)", *(f"{one:,.0f} µs" for one in times.values()))
    growth = math.log10(times[500] / times[50])
    result("exponent of cost in lines, 50 to 500", growth, "at most 1.1: linear")
    result("50 lines under 20 promotions / plain", many.p50 / plain.p50, "context")
    result("fullest account / plain", full.p50 / plain.p50, "context")
    return plain
