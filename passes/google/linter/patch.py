"""Rule 20: a PATCH that should ring does ring, and not too often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from passes.google.findings import Finding, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from passes.google.json_access import Json
    from passes.google.linter.document import Side

# Named by Google's page on updates, "and others"; the rest of its list is not public.
RINGS: Final[dict[Side, tuple[str, ...]]] = {
    "class": ("rewardsTier",),
    "object": ("loyaltyPoints.balance",),
}
PERHAPS: Final[dict[Side, tuple[str, ...]]] = {
    "class": ("secondaryRewardsTier", "localizedRewardsTier", "localizedSecondaryRewardsTier"),
    "object": ("secondaryLoyaltyPoints.balance",),
}
"""Likely to ring as well, but unverified."""
MOST_IN_A_DAY: Final = 3
_DAY: Final = timedelta(hours=24)


def check(
    body: Json, side: Side, previous: Json | None, sent: Sequence[datetime], now: datetime | None
) -> Iterator[Finding]:
    """Check a PATCH that is meant to notify.

    Parameters
    ----------
    previous
        The document before the PATCH: what does not change does not ring.
    sent, now
        When this pass has notified on this channel, and the present instant.
    """
    if body.get("notifyPreference") != "NOTIFY_ON_UPDATE":
        mend = "send NOTIFY_ON_UPDATE with every PATCH that should notify: Google forgets it"
        yield error(20, "notifyPreference", "missing, so nobody is told", mend)
    touched = [path for path in RINGS[side] if _at(body, path) is not None]
    perhaps = [path for path in PERHAPS[side] if _at(body, path) is not None]
    if not touched and not perhaps:
        mend = f"change {' or '.join(RINGS[side])}, or send a message"
        yield error(20, "notifyPreference", "changes nothing that notifies", mend)
    elif not touched:
        mend = f"change {' or '.join(RINGS[side])}, or send a message"
        yield warning(20, perhaps[0], "not known to notify", mend)
    if previous is not None:
        moved = [path for path in (*touched, *perhaps) if _moves(body, previous, path)]
        if (touched or perhaps) and not moved:
            mend = "leave notifyPreference out"
            yield error(20, (touched or perhaps)[0], "the value it has already", mend)
    if now is not None and sum(now - one < _DAY for one in sent) >= MOST_IN_A_DAY:
        mend = "send it without notifyPreference, or a TEXT message"
        yield error(20, "notifyPreference", f"more than {MOST_IN_A_DAY} in 24 hours", mend)


def _at(body: Any, path: str) -> Any:
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _moves(body: Json, previous: Json, path: str) -> bool:
    """Tell whether a PATCH changes the value at a path: its nulls clear, its rest is set."""
    new, old = _at(body, path), _at(previous, path)
    if isinstance(new, dict) and isinstance(old, dict):
        return any(old.get(name) != value for name, value in new.items())
    return bool(new != old)
