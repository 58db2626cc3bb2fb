"""How the tests share two cores: a file's tests stay together, and so do all that need a stack."""

from __future__ import annotations

from pathlib import Path

import pytest

STACK = Path(__file__).parent / "stack"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group tests for pytest-xdist (``--dist loadgroup``); without it this changes nothing."""
    for item in items:
        group = "stack" if STACK in item.path.parents else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
