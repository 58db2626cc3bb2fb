"""Every screen within its budget: 30 kB to load and 300 ms of a function's time, /v1 included."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING, Any

import pytest

from functions.console import SCREENS
from tests.functions.screens.visiting import Visitor

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

LARGEST = 30_000  # bytes, gzipped: page, style and script
LONGEST = 0.3  # seconds of processor time: how busy the machine is makes no difference
SESSIONS = {"/console/settings", "/console/programs", "/console/join"}
"""What asks for the session of a browser, or for a page of ours: on the running stack only."""
PLAIN = sorted({one.path for one in SCREENS if "{" not in one.path} - SESSIONS)


@pytest.mark.parametrize("address", [*PLAIN, "/console/members/{member}", "/console/channels/sms"])
def test_a_screen_is_small_and_quick(shop: Shop, ask: Any, address: str) -> None:
    ann = shop.world.enrol()
    shop.world.sell("one", total=1_000, member=ann)
    visitor = Visitor(shop, ask, language="ru")
    address = address.format(member=ann.member_id)
    visitor.look(address)  # what is loaded once is loaded
    began = time.process_time()
    page = visitor.look(address)
    assert time.process_time() - began <= LONGEST
    assert len(gzip.compress(page.encode())) <= LARGEST
