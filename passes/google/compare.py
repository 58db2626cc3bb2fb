"""Does Google have what a card shows? Pure: two documents go in, names of members come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]

_ENUMS: Final = frozenset(
    {
        *("state", "type", "renderEncoding", "reviewStatus", "messageType", "animationType"),
        *("screenshotEligibility", "nfcConstraint", "viewUnlockRequirement", "dateFormat"),
        *("multipleDevicesAndHoldersAllowedStatus", "transactionType", "predefinedItem"),
    }
)
"""Members whose values come from a list. Google has answered them in lowerCamel, too."""

_ADDED: Final = frozenset({"kind"})
"""What Google adds to everything it answers."""


def differences(drawn: Json, found: Json, members: Iterable[str]) -> tuple[str, ...]:
    """Return which of these members Google shows otherwise than drawn.

    A member that is not drawn must not be there; null, empty text and empty lists count as not
    there, because Google leaves them out. Enums are compared without regard to their spelling.
    """
    return tuple(
        member for member in members if not _same(member, drawn.get(member), found.get(member))
    )


def canonical(value: str) -> str:
    """Return an enum's value in one spelling: ``QR_CODE`` and ``qrCode`` are the same."""
    return value.replace("_", "").casefold()


def _same(name: str, drawn: Any, found: Any) -> bool:
    if _absent(drawn) or _absent(found):
        return _absent(drawn) and _absent(found)
    if isinstance(drawn, dict) and isinstance(found, dict):
        keys = (drawn.keys() | found.keys()) - _ADDED
        return all(_same(key, drawn.get(key), found.get(key)) for key in keys)
    if isinstance(drawn, list) and isinstance(found, list):
        return len(drawn) == len(found) and all(
            _same(name, one, other) for one, other in zip(drawn, found, strict=True)
        )
    if isinstance(drawn, str) and isinstance(found, str) and name in _ENUMS:
        return canonical(drawn) == canonical(found)
    if name == "micros":  # int64: text or number
        return str(drawn) == str(found)
    return bool(drawn == found) and isinstance(drawn, bool) == isinstance(found, bool)


def _absent(value: Any) -> bool:
    return value is None or value in ("", [], {})
