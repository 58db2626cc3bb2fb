"""A record with some fields changed is what `dataclasses.replace` makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty.core.account import Account, Pot
from loyalty.core.changing import changed


def test_it_is_what_replace_makes() -> None:
    account = Account("coffee", "ann", seq=3, pots={"points": Pot(debt=2)})
    assert changed(account, seq=4, head="x") == replace(account, seq=4, head="x")
    assert account.seq == 3
    assert changed(account) == account


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(AttributeError):
        changed(Pot(), dept=3)
