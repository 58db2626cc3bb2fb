"""Where what draws pictures is installed: functions have it in an artifact."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tests.support.deployed import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
DRAWING = ROOT / ".tools" / "drawing" / "lib" / _VERSION / "site-packages"


def logos() -> Mapping[str, Callable[[], bytes]]:
    """Return twenty logos by kind (tests/support/logos.py), for tests that do not draw else."""
    found: Mapping[str, Callable[[], bytes]] = loaded("tests.support.logos").LOGOS
    return found


def loaded(module: str) -> Any:
    """Return a module that draws, or that needs what does."""
    if str(DRAWING) not in sys.path:
        sys.path.append(str(DRAWING))
    return import_module(module)
