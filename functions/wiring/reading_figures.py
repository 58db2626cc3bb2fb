"""What reads a program's figures."""

from __future__ import annotations

from functools import cache

from functions.wiring import storage
from loyalty.figures.charts import day_name
from loyalty.figures.reading import Figures

__all__ = ("day_name",)


@cache
def figures() -> Figures:
    """Return what reads figures and keeps goals."""
    return Figures(storage.tables(), storage.programs())
