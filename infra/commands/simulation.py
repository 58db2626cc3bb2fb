"""Try a program on what a till has sold, before anybody has joined (docs/simulation.md).

    loyalty simulate sales.csv --program mine.toml
    loyalty simulate sales.csv --program mine.toml --column customer="Card no" --cost cup=1.50
    loyalty simulate sales.csv --program mine.toml --margin 45 --never-spends --json

Needs no deployment, and writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from infra.commands import files
from infra.commands.answer import say, tell
from infra.commands.program import read_file
from infra.failures import Failure
from loyalty.money import exponent, read_amount
from loyalty.program.document import read
from loyalty.program.ready import ready, started
from loyalty.refusals import Refusal
from loyalty.sheets import sheet as sheets
from loyalty.sheets.workbook import LARGEST_FILE
from loyalty.simulation import columns, reading
from loyalty.simulation.comparing import item_prices, nearest, outcome
from loyalty.simulation.replay import replay
from loyalty.simulation.sales import Terms
from loyalty.simulation.tally import Tally

if TYPE_CHECKING:
    import argparse

    from loyalty.program.rules import Program
    from loyalty.simulation.comparing import Outcome
    from loyalty.simulation.reading import Found
    from loyalty.simulation.sales import Sale

YOURS = "Yours"
_PERCENT = 100
_WIDTHS = (46, 9, 13, 8, 13, 12)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.set_defaults(run=_run)
    parser.add_argument("file", type=Path, help="sales: CSV, or an Excel workbook (.xlsx)")
    parser.add_argument("--program", type=Path, required=True, metavar="FILE", help="its document")
    names = ", ".join(one.name for one in fields(columns.Columns))
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="WHAT=NAME",
        help=f"which column is what, if the guess is wrong: {names}",
    )
    parser.add_argument(
        "--cost",
        action="append",
        default=[],
        metavar="REWARD=AMOUNT",
        help="what a reward costs the shop",
    )
    parser.add_argument(
        "--margin",
        type=int,
        default=60,
        metavar="PERCENT",
        help="what is left of the turnover once the goods are paid; 60 if not said",
    )
    parser.add_argument(
        "--never-spends", action="store_true", help="nobody spends points: the least it costs"
    )


def _run(given: argparse.Namespace) -> int:
    program = read_file(given.program)
    terms = _terms(given, program)
    found, named = _sales(given, program)
    if not found.sales:
        told = "; ".join(f"line {one.line}: {one.detail}" for one in found.problems[:3])
        raise Failure(f"{given.file} holds no sale of a known customer{': ' if told else ''}{told}")
    programs = [(YOURS, program)] + [
        (one.name["en"], read(started(one.program, program))) for one in nearest(program, ready())
    ]
    outcomes = [(name, one, _tried(one, found.sales, terms)) for name, one in programs]
    if given.json:
        tell(_plain(found, named, outcomes))
        return 0
    _print(found, named, outcomes)
    return 0


def _terms(given: argparse.Namespace, program: Program) -> Terms:
    if not 1 <= given.margin <= _PERCENT:
        raise Failure("--margin is a share of the turnover: from 1 to 100 percent")
    costs = []
    for name, text in _pairs(given.cost, "--cost", "cup=1.50"):
        amount = read_amount(text, program.currency)
        if program.reward(name) is None:
            known = ", ".join(one.id for one in program.rewards) or "none"
            raise Failure(f"--cost {name}: the program has no such reward; there are: {known}")
        if amount is None:
            raise Failure(f"--cost {name}: {text!r} is no amount such as 1.50")
        costs.append((name, amount))
    return Terms(not given.never_spends, given.margin * _PERCENT, tuple(costs))


def _pairs(words: list[str], option: str, example: str) -> list[tuple[str, str]]:
    found = []
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name or not value:
            raise Failure(f"{option} {word}: write it as {example}")
        found.append((name, value))
    return found


def _sales(given: argparse.Namespace, program: Program) -> tuple[Found, dict[str, str]]:
    try:
        sheet = sheets.read(files.content(given.file, LARGEST_FILE))
        guessed = {name: one for name, one in asdict(columns.guess(sheet)).items() if one}
        said = dict(_pairs(given.column, "--column", 'customer="Card no"'))
        named = {**{name: one for name, one in guessed.items() if one not in said.values()}, **said}
        today = datetime.now(ZoneInfo(program.zone)).date()
        return reading.read(sheet, columns.named(sheet, named), program, today), named
    except Refusal as refusal:
        told = [one.detail for one in refusal.fields] or [refusal.detail]
        hint = " Use --column WHAT=NAME." if refusal.fields else ""
        raise Failure(f"{given.file}: {' '.join(told)}{hint}") from None


def _tried(program: Program, sales: tuple[Sale, ...], terms: Terms) -> Outcome:
    customers: dict[str, list[Sale]] = defaultdict(list)
    for one in sales:
        customers[one.customer].append(one)
    instants = [one.at for one in sales] + [back.at for one in sales for back in one.refunds]
    until = max(instants) + timedelta(seconds=1)
    tally = Tally()
    for each in customers.values():
        tally += replay(program, each, terms, until)
    return outcome(program, tally, terms, item_prices(program, sales))


def _plain(
    found: Found, named: dict[str, str], outcomes: list[tuple[str, Program, Outcome]]
) -> dict[str, Any]:
    return {
        "columns": named,
        "sales": len(found.sales),
        "anonymous": found.anonymous,
        "left_out": found.left_out,
        "first": _iso(found.first),
        "last": _iso(found.last),
        "notes": list(found.notes),
        "problems": [asdict(one) for one in found.problems],
        "programs": [
            {"which": name, "name": dict(program.name), "currency": program.currency, **asdict(one)}
            for name, program, one in outcomes
        ],
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None


def _print(
    found: Found, named: dict[str, str], outcomes: list[tuple[str, Program, Outcome]]
) -> None:
    for what, header in named.items():
        say(f"{what:12} is column {header!r}")
    for note in found.notes:
        say(note)
    for problem in found.problems[:5]:
        say(f"line {problem.line}: {problem.detail}")
    first, last = _iso(found.first) or "", _iso(found.last) or ""
    say(
        f"\n{len(found.sales)} sales of known customers from {first[:10]} to {last[:10]}, "
        f"{found.anonymous} of nobody known.\n"
    )
    _row("program", "members", "cost", "share", "owed at end", "break even")
    for name, program, one in outcomes:
        currency, least = program.currency, "" if one.complete else ">"
        _row(
            name,
            str(one.tally.members),
            f"{least}{_amount(one.cost, currency)}",
            f"{least}{_share(one.share)}",
            "?" if one.liability is None else _amount(one.liability, currency),
            "?" if one.break_even is None else f"+{_share(one.break_even)}",
        )
    say(
        "\nshare: the cost of the turnover. owed at end: what members could still spend, at most."
        "\nbreak even: visits more that pay for the program. ?: the cost of a reward is not known"
        " (--cost), or no number of visits pays."
        "\nAmounts of templates are the template's numbers, in your currency."
    )
    for name, _, one in outcomes:
        for reward in one.rewards:
            if reward.count and reward.assumed and name == YOURS:
                say(f"{reward.reward}: taken at the usual price of what earns it; see --cost.")


def _row(*cells: str) -> None:
    first, *rest = (
        f"{cell[:width]:<{width}}" if index == 0 else f"{cell:>{width}}"
        for index, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True))
    )
    say(" ".join((first, *rest)).rstrip())


def _amount(minor: int, currency: str) -> str:
    places = exponent(currency)
    return f"{minor / 10**places:,.{places}f}"


def _share(basis_points: int | None) -> str:
    return "" if basis_points is None else f"{basis_points / _PERCENT:.1f}%"
