"""A stack for each half of the tests, and one for the story that is interrupted."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.local.deployment import Cloud
from tests.stack import permissions
from tests.stack.running import RunningStack
from tests.stack.shop import Customer, Shop

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

UNUSED = Path(__file__).parents[2] / ".build" / "unused-permissions"
"""Where each worker that ran a stack leaves its list for the end of the run."""
_MADE_UP = re.compile(r"-[0-9a-f]{13}\b")
_began = time.time()
_stacks: list[RunningStack] = []
_timings: dict[str, list[float]] = {}


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    yield from _running(tmp_path_factory, "shared", 6, 600)


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Give a stack that may be ended and started again."""
    # Longer than a worker's time: five failures in a row would end in the dead letters.
    yield from _running(tmp_path_factory, "fragile", 12)


def _running(
    factory: pytest.TempPathFactory, name: str, repeat_after: int, save_every: int = 20
) -> Iterator[RunningStack]:
    stack = RunningStack(factory.mktemp("stack") / name, repeat_after, save_every)
    _stacks.append(stack)
    stack.start()
    _timings.setdefault("make run, first time", []).append(stack.seconds)
    yield stack
    _judge_permissions(stack)
    stack.stop()


def _judge_permissions(stack: RunningStack) -> None:
    """Fail where a role was refused a call; leave the list of what was granted and nothing used.

    After a run of this whole folder each line that every list has is dropped, or argued for in
    ``permissions.ARGUED``; after a run of some files it only says what these do not reach.
    """
    refused = permissions.written_down(stack.folder, allowed=False)
    assert not refused, f"roles lack what their functions need: {sorted(refused)}"
    cloud = Cloud(int(stack.description["aws"]["endpoint_url"].rpartition(":")[2]))
    granted = permissions.granted(cloud.client("iam"))
    unused = permissions.unused(granted, permissions.written_down(stack.folder, allowed=True))
    UNUSED.mkdir(parents=True, exist_ok=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    listed = "\n".join(f"{one.role} {one.action} {one.resource}" for one in unused)
    (UNUSED / f"{worker}-{stack.folder.name}.txt").write_text(listed)


@pytest.fixture(scope="session")
def open_shop(running: RunningStack) -> Shop:
    return Shop(running.description, _timings)


@pytest.fixture
def shop(open_shop: Shop) -> Iterator[Shop]:
    """Give the shared shop, quiet and without faults before and after the test."""
    yield open_shop
    open_shop.end_faults()
    open_shop.settle()
    assert open_shop.behind.dead_letters() == {}


@pytest.fixture(scope="session")
def timings() -> dict[str, list[float]]:
    return _timings


@pytest.fixture(scope="module")
def ann(open_shop: Shop) -> Customer:
    """Give a customer with the card in both wallets, whose balance a module's tests share."""
    return open_shop.holder()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and _stacks and item.get_closest_marker("stack"):
        report.sections.append(("the stack", _stacks[-1].story()))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lists = [one for one in UNUSED.glob("*.txt") if one.stat().st_mtime > _began]
    if lists:
        # Each stack makes up names of its own for what has none.
        read = [_MADE_UP.sub("-*", one.read_text()).splitlines() for one in lists]
        everywhere = sorted(set(read[0]).intersection(*read[1:]))
        terminalreporter.section("permissions that nothing used in this run")
        for line in everywhere or ["none"]:
            terminalreporter.write_line(f"  {line}")
    if not _timings:
        return
    terminalreporter.section("how long the steps took, in seconds")
    for what, seconds in _timings.items():
        ordered = sorted(seconds)
        middle = ordered[len(ordered) // 2]
        terminalreporter.write_line(
            f"{what:44} {len(ordered):4} times  median {middle:6.2f}  longest {ordered[-1]:6.2f}"
        )
