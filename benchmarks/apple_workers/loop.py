"""The loop of a worker: a line with seconds in, passes per second out."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(make: Callable[[int], bytes]) -> None:
    """Make passes for as long as each line says, and answer how many a second.

    Seconds are of this process's own computing, as ``openssl speed`` counts them: whatever else the
    machine does meanwhile costs nobody anything.
    """
    number = 0
    sys.stdout.write(f"ready {len(make(number))}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        began = time.process_time()
        end, made = began + float(line), 0
        while time.process_time() < end:
            number += 1
            made += 1
            make(number)
        sys.stdout.write(f"{made / (time.process_time() - began)}\n")
        sys.stdout.flush()
