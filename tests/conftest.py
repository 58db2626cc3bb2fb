"""What all tests share: how they divide two cores, and how property tests are judged.

A file's tests stay together, and so do all that share a stack. Property tests are judged by what
they find, not by how busy the machine is, and by the same examples in every run;
``HYPOTHESIS_PROFILE=explore`` looks for new ones.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import Phase, settings
from xdist.scheduler import LoadScopeScheduling

from tests.support import healthy

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("house", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
# A mutant is noticed or not: nobody reads the smallest example.
settings.register_profile(
    "mutate",
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

STACK = Path(__file__).parent / "stack"
LONGEST = "test_stateful.py"
BESIDE = frozenset(
    {
        "test_campaigns.py",
        "test_canary.py",
        "test_console.py",
        "test_customer_pages.py",
        "test_deploying.py",
        "test_designs.py",
        "test_fuzzing.py",
        "test_moving.py",
        "test_program.py",
        "test_quarter.py",
        "test_till_page.py",
        "test_two_tenants.py",
        "test_vendor_reading.py",
        "test_vendors.py",
    }
)
"""Of those that need a stack about half, by how long they take: they have a second one, beside."""
LAST = (
    *("test_canary.py", "test_program.py", "test_console.py", "test_fuzzing.py"),
    "test_interrupted.py",  # has a stack of its own, too
)
"""What changes the program that all share: functions know it within a minute, one earlier than
another, and until then a phone may hear of a card twice. The fuzzing changes whatever it can."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first; what is short fills the gaps.

    Of all that share a stack that comes last which changes more than its own.
    """
    items.sort(
        key=lambda item: (
            STACK not in item.path.parents,
            LAST.index(item.path.name) + 1 if item.path.name in LAST else 0,
            item.path.name != LONGEST,
        )
    )


class _Files(LoadScopeScheduling):
    """Keep a file's tests together, and all that share a stack.

    Who waits for a stack leaves the cores to others: there are more workers than cores.

    Markers of groups would say the same, but pytest-xdist 3.8 writes them into an attribute that
    pytest 9.2 no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if not file.startswith("tests/stack/"):
            return file
        name = file.rpartition("/")[2]
        return "beside" if name in BESIDE else "stack"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Divide tests between cores by file, in the order in which they were collected."""
    config.option.loadscopereorder = False
    return _Files(config, log)


@pytest.fixture(scope="session", autouse=True)
def _services_are_read_once() -> Iterator[None]:
    """Parse what botocore knows of a service once, not for each of a thousand sessions."""
    read = cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield


@pytest.fixture(autouse=True)
def _no_alarm(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let two nights go over every history that a test has made: neither rings the alarm.

    Tests that put a fault there on purpose say so: ``@pytest.mark.corrupts``.
    """
    healthy.forget()
    yield
    if request.node.get_closest_marker("corrupts") is None:
        assert healthy.alarms() == []
    healthy.forget()
