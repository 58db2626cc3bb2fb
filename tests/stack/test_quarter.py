"""A shop's whole way through the system, small; ``tests.support.quarter`` runs it whole."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.support.quarter import Quarter

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


def test_a_shop_moves_in_does_business_and_moves_out(open_shop: Shop) -> None:
    told = Quarter(open_shop.stack, f"quarter-{secrets.token_hex(4)}", lines=40).run()
    assert told["moved in"]["joined"] == 35
    assert told["moved out"]["counts"]["members"] >= 35
