"""How far others have been told of what an account's entries say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING = -1
"""The number before that of joining, which is told as 0."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far others have been told of a member, and where the member stood then.

    Attributes
    ----------
    seq
        Number of the last entry that was told; of the last version where this is of a program.
    balances
        By pot: what was the member's and active.
    level
        Tier.
    """

    seq: int = NOTHING
    balances: Mapping[str, int] = field(default_factory=dict)
    level: int = 0
