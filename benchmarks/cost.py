"""What a deployment costs, of metered units and a table of prices: ``make cost``.

The units are those that ``tests/functions/test_cost.py`` counts while the functions run; how long
they run is an assumption of the table of prices, which says so. Dollars before any free tier.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GOAL = 10.0
"""Dollars that a million sales should cost all in."""
FILE = Path(__file__).parent / "cost.json"
PRICES = Path(__file__).parent / "prices.toml"
MILLION = 1_000_000
WORKED = "worked "
KINDS = {
    "write_units": "write_unit",
    "read_units": "read_unit",
    "requests": "request",
    "queue_calls": "message_call",
    "fifo_calls": "message_call_fifo",
    "invocations": "invocation",
    "log_bytes": "log_byte",
    "bytes_out": "byte_out",
    "object_puts": "object_put",
}
"""What is counted, and which price is its."""

Prices = dict[str, Any]
Units = dict[str, float]
"""What is counted per sale; ``worked <function>`` counts items that a function works on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill, US dollars."""

    what: str
    amount: float
    dollars: float


def prices() -> Prices:
    """Return the table of prices."""
    return tomllib.loads(PRICES.read_text(encoding="utf-8"))


def stories() -> dict[str, Units]:
    """Return what was counted last: per sale of the story, and per card of a campaign."""
    found: dict[str, Units] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def bill(units: Mapping[str, float], table: Prices, times: float = MILLION) -> Iterator[Line]:
    """Price units, so many times."""
    price = table["units"]
    for kind, name in KINDS.items():
        if units.get(kind):
            amount = units[kind] * times
            yield Line(kind.replace("_", " "), amount, amount * price[name])
    seconds = sum(
        number * table["milliseconds"][kind.removeprefix(WORKED)] / 1000
        for kind, number in units.items()
        if kind.startswith(WORKED)
    )
    amount = seconds * table["memory"]["gigabytes"] * times
    yield Line("gigabyte seconds (assumed)", amount, amount * price["gigabyte_second"])


def dollars(units: Mapping[str, float], table: Prices, times: float = MILLION) -> float:
    """Return what units cost, so many times."""
    return sum(line.dollars for line in bill(units, table, times))


def idle(table: Prices, alarms: int, gigabytes: float) -> float:
    """Return what a month without a sale costs: alarms, tables and their recovery."""
    month = table["month"]
    return float(
        alarms * month["alarm"] + gigabytes * (month["table_gigabyte"] + month["recovery_gigabyte"])
    )


def main() -> None:
    """Print the bills."""
    table = prices()
    print(f"Prices of {table['as_of']}, US dollars, before any free tier. {table['source']}.")
    for name, units in stories().items():
        print(f"\nA million of: {name}")
        for line in bill(units, table):
            print(f"  {line.what:28} {line.amount:16,.0f} {line.dollars:10.2f}")
        together = dollars(units, table)
        print(f"  {'together':28} {'':16} {together:10.2f}")
        print(f"  {together / GOAL:.2f} = times the goal of {GOAL:.0f}")
    print(f"\nAn idle month (10 alarms, 1 GB): {idle(table, 10, 1.0):.2f}; with the free tier 0.20")


if __name__ == "__main__":
    main()
