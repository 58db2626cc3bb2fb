"""Hold what is here against what was carried out: pure."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Lines = list[dict[str, Any]]


def differences(kind: str, out: Lines, here: Lines) -> Iterator[str]:
    """Yield what of a kind is not here as it was carried out, and what is here besides it."""
    told, found = _counted(out), _counted(here)
    missing = {_name(json.loads(text)) for text in told - found}
    more = {_name(json.loads(text)) for text in found - told}
    for name in sorted(missing):
        yield f"{kind}: {name} is not here as it was carried out"
    for name in sorted(more - missing):
        yield f"{kind}: {name} is here, and was not carried out"


def _counted(lines: Iterable[dict[str, Any]]) -> Counter[str]:
    return Counter(json.dumps(one, sort_keys=True, ensure_ascii=False) for one in lines)


def _name(line: dict[str, Any]) -> str:
    own = line.get("id") or line.get("coupon")
    if own:
        return str(own)
    parts = (line.get(name) for name in ("campaign", "draw", "state", "number", "member"))
    return " ".join(str(one) for one in parts if one is not None) or "what all cards say"
