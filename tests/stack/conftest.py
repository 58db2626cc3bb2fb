"""One stack for most tests, a second one for the story that is interrupted."""

from __future__ import annotations

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

UNUSED = Path(__file__).parents[2] / ".build" / "unused-permissions.txt"
"""Where the worker that ran the stack leaves the list for the end of the run."""
_began = time.time()
_stacks: list[RunningStack] = []
_timings: dict[str, list[float]] = {}


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    for stack in _running(tmp_path_factory, "shared", 6):
        yield stack
        _judge_permissions(stack)


def _judge_permissions(stack: RunningStack) -> None:
    """Fail where a role was refused a call; leave the list of what was granted and nothing used.

    After a run of this whole folder each line of it is dropped, or argued for in
    ``permissions.ARGUED``; after a run of some files it only says what these do not reach.
    """
    refused, used = set(), set()
    for one in _stacks:
        refused |= permissions.written_down(one.folder, allowed=False)
        used |= permissions.written_down(one.folder, allowed=True)
    assert not refused, f"roles lack what their functions need: {sorted(refused)}"
    cloud = Cloud(int(stack.description["aws"]["endpoint_url"].rpartition(":")[2]))
    unused = permissions.unused(permissions.granted(cloud.client("iam")), used)
    listed = "\n".join(f"  {one.role} {one.action} {one.resource}" for one in unused)
    UNUSED.write_text(listed)


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Give a stack that may be ended and started again."""
    # Longer than a worker's time: five failures in a row would end in the dead letters.
    yield from _running(tmp_path_factory, "fragile", 12)


def _running(
    factory: pytest.TempPathFactory, name: str, repeat_after: int
) -> Iterator[RunningStack]:
    stack = RunningStack(factory.mktemp("stack") / name, repeat_after)
    _stacks.append(stack)
    stack.start()
    _timings.setdefault("make run, first time", []).append(stack.seconds)
    yield stack
    stack.stop()


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
    if UNUSED.exists() and UNUSED.stat().st_mtime > _began:
        terminalreporter.section("permissions that nothing used in this run")
        terminalreporter.write_line(UNUSED.read_text() or "  none")
    if not _timings:
        return
    terminalreporter.section("how long the steps took, in seconds")
    for what, seconds in _timings.items():
        ordered = sorted(seconds)
        middle = ordered[len(ordered) // 2]
        terminalreporter.write_line(
            f"{what:44} {len(ordered):4} times  median {middle:6.2f}  longest {ordered[-1]:6.2f}"
        )
