"""Random stories over the real use cases, step by step against the naive model.

``STORIES_SEED`` chooses the first story (or ``random``), ``STORIES`` how many are told; the failing
one is printed as short as it can be made. The seed stands fixed, so that a change is judged by the
change; the soak goes where nobody has been.
"""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.support.drive import LENGTH, run
from tests.support.extent import FULL

STEPS = 80_000 if FULL else 12_000
SEED = 20_261_121


# Each line here is covered by suites that say so; tracing would double the time.
@pytest.mark.no_cover
@pytest.mark.timeout(1800)
def test_random_stories_end_as_the_naive_model_says(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = os.environ.get("STORIES_SEED") or str(SEED)
    seed = random.randrange(1 << 40) if chosen == "random" else int(chosen)
    stories = int(os.environ.get("STORIES") or STEPS // LENGTH)
    with capsys.disabled():
        print(f"\nstories from seed {seed} on: STORIES_SEED={seed}")  # noqa: T201
    started = time.perf_counter()
    steps = run(seed, stories)
    seconds = time.perf_counter() - started
    with capsys.disabled():
        print(f"{steps} steps in {seconds:.0f} s, {steps / seconds:.0f} a second")  # noqa: T201
    assert steps >= stories * LENGTH
