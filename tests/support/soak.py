"""Tell stories for hours: ``python -m tests.support.soak [steps] [seed] [processes]``.

Without a number of processes, one per core.
"""

from __future__ import annotations

import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.support.drive import LENGTH, run

STEPS = 5_000_000
_STORIES = 250


def main() -> None:
    """Tell stories until so many steps are done; ends with status 1 at the first failure."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 40)
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else os.cpu_count()
    stories = -(-steps // LENGTH)
    print(f"stories from seed {seed} on, {stories} of {LENGTH} steps", flush=True)  # noqa: T201
    started, done = time.perf_counter(), 0
    with ProcessPoolExecutor(processes) as pool:
        parts = [
            pool.submit(run, first, min(_STORIES, seed + stories - first))
            for first in range(seed, seed + stories, _STORIES)
        ]
        for part in as_completed(parts):
            try:
                done += part.result()
            except Exception as fault:  # noqa: BLE001 - told, and then the end
                pool.shutdown(cancel_futures=True)
                sys.exit(str(fault))
            seconds = time.perf_counter() - started
            print(f"{done} steps, {done / seconds:.0f} a second, no difference", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
