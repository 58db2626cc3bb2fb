"""placeholder"""

from __future__ import annotations


def run(rounds: int, say: object, skip: object) -> bool:
    return True
