"""A deployment's whole life in one go: `tests/support/drill.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import drill

if TYPE_CHECKING:
    from tests.stack.running import RunningStack

pytestmark = pytest.mark.stack


@pytest.mark.timeout(900)  # two versions are built, and five stacks deployed
def test_from_an_earlier_version_through_a_restore_to_nothing(
    running: RunningStack, timings: dict[str, list[float]]
) -> None:
    if not drill.known("HEAD"):
        pytest.skip("needs a clone of the repository: an earlier version is built")
    # A clone without history begins with this version itself.
    begin = drill.BEFORE if drill.known(drill.BEFORE) else "HEAD"
    told = drill.go_through(running.description, begin)
    assert told["sold meanwhile"] > 0
    for what in ("seconds of upgrading", "seconds of restoring", "longest wait"):
        timings.setdefault(f"drill from {begin}, {what}", []).append(told[what])
