"""Tables in memory that seal, with everything that tests ask of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.store.sealed_tables import SealedTables
from tests.support.memory import MemoryTables

if TYPE_CHECKING:
    from loyalty.store.sealing import Wraps
    from loyalty.store.tables import Tables


class SealedMemory(SealedTables):
    """Memory beneath tables that seal; ``items`` and all else that is asked are the memory's."""

    def __init__(self, wraps: Wraps, memory: Tables | None = None) -> None:
        super().__init__(memory or MemoryTables(), lambda: wraps)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)
