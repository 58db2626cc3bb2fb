"""How right the forecast of the next visit is, beside the rules that everybody else uses.

    python -m benchmarks.forecast --visits FILE.csv --split DATE --until DATE --horizon DAYS

The file has the columns ``member`` and ``day`` (ISO dates); visits of one day are one. Up to the
split everything is known; of every later visit that has the whole horizon before ``until`` the next
one is forecast, from what was known on that day, and nothing of this data sets any constant.

- ``crps``: the sum over the days of the horizon of (came by then - probability)**2, the mean of all
  visits, in days: proper and safe against visits beyond the horizon; less is better.
- ``hit7``: the next visit fell into the seven days with most probability.
- ``auc``: all members at the end of every month after the split, the probability of a visit within
  thirty days against whether there was one.
- ``coverage80``: how much of what happened lies between the 10 % and the 90 % day; .80 is right.
"""

from __future__ import annotations

import argparse
import csv
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, repeat
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from benchmarks import buying
from loyalty.forecast import custom, rhythm
from loyalty.forecast.next_visit import WINDOW, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from loyalty.forecast.custom import Custom

    Curve = list[float]
    """The probability of a visit by day 0, 1 … of the horizon."""
    Rule = Callable[[Sequence[int]], Callable[[int], float]]
    """The days of a member's visits so far: the probability of the next one by a day after them."""

SNAPSHOT = 30
_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Case:
    """A visit, the ones before it, and how many days later the next one came (None: not seen)."""

    days: tuple[int, ...]
    gap: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """What a rule reached."""

    crps: float
    hit7: float
    auc: float
    coverage80: float

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"crps={self.crps:.2f} hit7={self.hit7:.3f} "
            f"auc={self.auc:.4f} coverage80={self.coverage80:.2f}"
        )


@dataclass(frozen=True, slots=True)
class History:
    """Visits by member, divided into what is known and what is forecast."""

    visits: dict[str, list[int]]
    split: int
    until: int
    horizon: int

    def known(self) -> list[list[int]]:
        """Return the days of every member up to the split."""
        cut = ([day for day in days if day <= self.split] for days in self.visits.values())
        return [days for days in cut if days]

    def cases(self) -> list[Case]:
        """Return every visit after the split that has the whole horizon ahead of it."""
        found = []
        for days in self.visits.values():
            for at, day in enumerate(days):
                if self.split < day <= self.until - self.horizon:
                    gap = days[at + 1] - day if at + 1 < len(days) else None
                    seen = gap if gap is not None and gap <= self.horizon else None
                    found.append(Case(tuple(days[: at + 1]), seen))
        return found

    def snapshots(self) -> list[tuple[tuple[int, ...], int, bool]]:
        """Return (days so far, days idle, came in ``SNAPSHOT`` days) of all members by month."""
        found = []
        for today in _month_ends(self.split, self.until - SNAPSHOT):
            for days in self.visits.values():
                past = tuple(day for day in days if day <= today)
                if past:
                    came = any(today < day <= today + SNAPSHOT for day in days)
                    found.append((past, today - past[-1], came))
        return found


def read(path: Path) -> dict[str, list[int]]:
    """Return the days of visits by member. Exits with a sentence where the file is no such file."""
    visits: dict[str, set[int]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not {"member", "day"} <= set(rows.fieldnames or ()):
            sys.exit(f"{path}: the columns `member` and `day` are needed.")
        for row in rows:
            try:
                day = date.fromisoformat(row["day"].strip()).toordinal()
            except (AttributeError, ValueError):
                sys.exit(f"{path}, line {rows.line_num}: `day` is not a date like 2026-11-28.")
            visits.setdefault(row["member"], set()).add(day)
    return {member: sorted(days) for member, days in visits.items()}


def judge(rule: Rule, history: History) -> Score:
    """Let a rule forecast every case and snapshot."""
    crps, hits, covered = [], [], []
    for case in history.cases():
        by = rule(case.days)
        curve = [by(day) for day in range(history.horizon + 1)]
        crps.append(_crps(curve, case.gap))
        start = _best_window(curve)
        hits.append(case.gap is not None and start <= case.gap < start + WINDOW)
        covered.append(_covered(curve, case.gap))
    if not crps:
        sys.exit("No visit lies between the split and a whole horizon before the end.")
    return Score(fmean(crps), fmean(hits), _auc(rule, history), fmean(covered))


def _crps(curve: Curve, gap: int | None) -> float:
    return sum(((gap is not None and gap <= day) - curve[day]) ** 2 for day in range(1, len(curve)))


def _best_window(curve: Curve) -> int:
    starts = range(1, max(2, len(curve) - WINDOW + 1))
    last = len(curve) - 1
    return max(starts, key=lambda day: curve[min(last, day + WINDOW - 1)] - curve[day - 1])


def _covered(curve: Curve, gap: int | None) -> float:
    """Return the part of what happened that lies inside the band: a day may straddle its edge."""
    low, high = (curve[-1], 1.0) if gap is None else (curve[gap - 1], curve[gap])
    if high <= low:
        return float(_LOW <= low <= _HIGH)
    return max(0.0, min(high, _HIGH) - max(low, _LOW)) / (high - low)


def _auc(rule: Rule, history: History) -> float:
    """Return how often who came is put before who did not, ties counting half."""
    scored = []
    for days, idle, came in history.snapshots():
        by = rule(days)
        missing = 1 - by(idle)
        within = (by(idle + SNAPSHOT) - by(idle)) / missing if missing > 0 else 0.0
        scored.append((within, came))
    return _area(scored)


def _area(scored: list[tuple[float, bool]]) -> float:
    scored.sort()
    came = sum(outcome for _, outcome in scored)
    stayed_away = len(scored) - came
    if not came or not stayed_away:
        return float("nan")
    ranks, at = 0.0, 0
    while at < len(scored):
        end = at
        while end < len(scored) and scored[end][0] == scored[at][0]:
            end += 1
        ranks += (at + 1 + end) / 2 * sum(outcome for _, outcome in scored[at:end])
        at = end
    return (ranks - came * (came + 1) / 2) / (came * stayed_away)


def _month_ends(after: int, until: int) -> Iterator[int]:
    for day in range(after, until + 1):
        if date.fromordinal(day + 1).day == 1:
            yield day


# The rules


def ours(usual: Custom) -> Rule:
    """Forecast as the product does."""

    def rule(days: Sequence[int]) -> Callable[[int], float]:
        return expect(rhythm.of(days), usual).by

    return rule


def fixed(gap: float) -> Rule:
    """Forecast the same number of days for everybody."""
    return lambda _: lambda day: float(day >= gap)


def own(middle: Callable[[Iterable[int]], float], default: float) -> Rule:
    """Forecast the mean or median of the member's own gaps."""

    def rule(days: Sequence[int]) -> Callable[[int], float]:
        gaps = [later - sooner for sooner, later in pairwise(days)]
        gap = middle(gaps) if gaps else default
        return lambda day: float(day >= gap)

    return rule


def one_curve(cases: Sequence[Case], longest: int) -> Rule:
    """Forecast for everybody the share of all earlier visits that were followed within a day."""
    came = [case.gap for case in cases]
    curve = [
        sum(gap is not None and gap <= day for gap in came) / max(1, len(came))
        for day in range(longest + 1)
    ]
    return lambda _: lambda day: curve[min(day, longest)]


def _typical(known: list[list[int]]) -> float:
    gaps = [later - sooner for days in known for sooner, later in pairwise(days)]
    return median(gaps) if gaps else custom.usual().gap


def _earlier(history: History) -> list[Case]:
    visits = {str(at): days for at, days in enumerate(history.known())}
    return History(visits, 0, history.split, history.horizon).cases()


RULES: dict[str, Callable[[History], Rule]] = {
    "": lambda history: ours(custom.of(history.known())),
    "fixed number of days": lambda history: fixed(_typical(history.known())),
    "own mean gap": lambda history: own(fmean, _typical(history.known())),
    "own median gap": lambda history: own(median, _typical(history.known())),
    "one curve for all": lambda history: one_curve(_earlier(history), history.horizon),
    "MBG/NBD, fitted": lambda history: buying.fitted(history.known(), history.split),
}


def _judged(name: str, history: History) -> Score:
    return judge(RULES[name](history), history)


def main() -> None:
    """Judge ours and the others, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--visits", type=Path, required=True, help="a CSV file: member,day")
    parser.add_argument("--split", type=date.fromisoformat, required=True, help="last day known")
    parser.add_argument("--until", type=date.fromisoformat, required=True, help="last day of all")
    parser.add_argument("--horizon", type=int, default=90, help="days that are forecast")
    asked = parser.parse_args()
    history = History(
        read(asked.visits), asked.split.toordinal(), asked.until.toordinal(), asked.horizon
    )
    if not history.cases():
        sys.exit("No visit lies between the split and a whole horizon before the end.")
    with ProcessPoolExecutor() as pool:
        for name, score in zip(RULES, pool.map(_judged, RULES, repeat(history)), strict=True):
            print(f"{score}  {name}".rstrip(), flush=True)
    print(f"{len(history.cases())} visits, {len(history.snapshots())} snapshots of members")


if __name__ == "__main__":
    main()
