"""A walk through many members: each once, at the price that was found, by workers side by side."""

from __future__ import annotations

import pytest

from benchmarks.campaigns import CALL, walked
from loyalty.store.keys import MEMBER_SHARDS
from tests.support.extent import part

MEMBERS = part(20_000, 800)


@pytest.mark.parametrize(("known", "units"), [(True, 3), (False, 5)], ids=["known", "first"])
def test_each_of_many_is_told_once_for_so_many_units(
    known: bool,  # noqa: FBT001 - pytest gives it
    units: int,
) -> None:
    bill, seconds, many, _ = walked(MEMBERS, known=known)
    assert many.ended == {"sent": MEMBERS}
    assert bill.write_units == units * MEMBERS
    # The account waits for its publisher, in a sparse index.
    assert bill.index_units == MEMBERS
    # What a page of twenty-five reads together, data of the program among it.
    assert bill.read_units < 3.5 * MEMBERS
    # Three writes one after the other and a share of what its page reads, eight shards at once.
    assert seconds < 6 * CALL * MEMBERS / MEMBER_SHARDS
