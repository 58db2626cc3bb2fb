"""Why a decision came out as it did: steps that a cashier can read aloud (see ``words``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    ``kind`` names the sentence: ``amount``, ``visit``, ``items``, ``minimum`` (not reached),
    ``tier``, ``promotion``, ``cap``, ``order_cap``, ``limit``, ``cool_down``, ``carried``,
    ``points_paid``, ``declined``. ``values`` are its numbers and names: points, minor units,
    basis points, and texts by language.
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
