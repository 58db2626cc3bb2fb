"""Asking for a program's figures to be worked out anew."""

from __future__ import annotations

from functions.wiring import queues

LATER = 300
"""Seconds in which what the night has rung for is taken up."""


def ask(program: str, *, later: bool = False) -> None:
    """Let the worker of long jobs work them out, now or in some minutes."""
    queues.moving_queue().ask(program, "figures", "figures", "night", {}, LATER if later else 0)
