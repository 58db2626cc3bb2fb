"""Rewards with what is left of them, and coupons."""

from __future__ import annotations

from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import WHOLE

screens = Screens()


@screens.add(
    "/console/rewards",
    "rewards",
    {"more": Act("POST", "/v1/rewards/{reward}/stock", {"more": WHOLE})},
)
def rewards(desk: Desk) -> Shown:
    """List what points buy and what is left, and the coupons that are out."""
    found = desk.api.all(rewards=Ask("GET", "/v1/rewards"), coupons=Ask("GET", "/v1/coupons"))
    return Shown(
        "rewards.html",
        {"rewards": found["rewards"]["rewards"], "coupons": found["coupons"]["coupons"]},
    )
