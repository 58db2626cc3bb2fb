"""Ours: one client, one connection, the tokens of a round at once."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from passes.apple.push import ApnsClient, client_context
from passes.apple.push_result import Verdict


def main() -> None:
    """Push as many as each line says; answer seconds of computing and how many were delivered."""
    url, topic = sys.argv[1], sys.argv[2]
    chain = json.loads(sys.argv[3])
    texts = [Path(chain[name]).read_bytes() for name in ("certificate", "intermediate", "key")]
    context = client_context(texts[0], texts[1], texts[2], Path(chain["root"]))
    client = ApnsClient(url, topic, context)
    sys.stdout.write("ready 0\n")
    sys.stdout.flush()
    for line in sys.stdin:
        count, _, bound = line.split()
        tokens = [f"{number:064x}" for number in range(int(count))]
        wall, began = time.perf_counter(), time.process_time()
        results = client.push(tokens, datetime.now(UTC), float(bound))
        computed, passed = time.process_time() - began, time.perf_counter() - wall
        good = sum(one.verdict is Verdict.DELIVERED for one in results)
        sys.stdout.write(f"{computed} {passed} {good}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
