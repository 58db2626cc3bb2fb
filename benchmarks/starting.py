"""How long each function takes to import: fresh interpreter, bytecode beside the source."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.timing import result, row, title

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
# What the first request needs on top, because composition imports it late.
LATE = {
    "orders": "functions.wiring.ledger, loyalty.store.dynamodb",
    "redemptions": "functions.wiring.ledger, loyalty.store.dynamodb",
    "nightly": "loyalty.ledger.nightly, loyalty.store.dynamodb",
    "api": "functions.wiring.ledger, loyalty.store.dynamodb",
    "router": "loyalty.card.publishing, loyalty.store.dynamodb",
    "sweeper": "loyalty.card.publishing, loyalty.store.dynamodb",
}
_PROGRAM = "import time; begun = time.perf_counter(); import {}; print(time.perf_counter() - begun)"


def milliseconds(modules: str) -> float:
    """Return the median time of importing them."""
    times = []
    for _ in range(ROUNDS):
        answer = subprocess.run(  # noqa: S603 - this interpreter, fixed arguments
            [sys.executable, "-c", _PROGRAM.format(modules)],
            cwd=ROOT,
            env={**os.environ, "POWERTOOLS_METRICS_NAMESPACE": "loyalty"},
            capture_output=True,
            text=True,
            check=True,
        )
        times.append(float(answer.stdout.splitlines()[-1]) * 1000)
    return statistics.median(times)


def run() -> None:
    """Print the table."""
    title("import of each function (ms); with what the first request imports late")
    for folder in ("functions", "loyalty", "passes"):
        compileall.compile_dir(ROOT / folder, quiet=2, workers=1)
    boto = milliseconds("boto3")
    row("boto3 alone, for comparison", f"{boto:.0f}")
    slowest = 0.0
    for file in sorted((ROOT / "functions").glob("*.py")):
        if "def handler" not in file.read_text(encoding="utf-8"):
            continue
        module = f"functions.{file.stem}"
        late = LATE.get(file.stem)
        try:
            alone = milliseconds(module)
            whole = milliseconds(f"{module}, {late}") if late else alone
        except subprocess.CalledProcessError:
            row(file.stem, "cannot be imported; try it by hand")
            continue
        slowest = max(slowest, whole)
        row(file.stem, f"{alone:.0f}", f"{whole:.0f}" if late else "")
    result("slowest function / boto3", slowest / boto, "context")
