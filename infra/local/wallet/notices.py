"""What phones are told: messages that notify, changed fields that notify, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infra.local.wallet.rules import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.wallet.store import Store

Json = dict[str, Any]

MOST: Final = 3
DAY: Final = 86_400.0
ALLOWED: Final = {
    # The first of each is named in Google's pages, the second is likely (unverified).
    "loyaltyObject": ("loyaltyPoints.balance", "secondaryLoyaltyPoints.balance"),
    "loyaltyClass": ("rewardsTier", "secondaryRewardsTier"),
}
_TYPES: Final = {"loyaltyClass": "class", "loyaltyObject": "object"}


class Notices:
    """Counts notifications within 24 hours, per pass, messages and fields apart.

    That the two have separate budgets is one team's report (unverified), and so is that a message
    of a class counts for each of its passes.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def message(self, kind: str, resource: Json, message: Json) -> None:
        """Note a message that notifies. Raises RefusalError beyond the third in 24 hours."""
        if message.get("messageType") != "TEXT_AND_NOTIFY":
            return
        if self._count(kind, resource, "message") >= MOST:
            issuer = resource["id"].partition(".")[0]
            raise RefusalError(
                403,
                f"Quota exceeded for issuer {issuer} when adding TEXT_AND_NOTIFY message to "
                f"{_TYPES[kind]} {resource['id']}.",
                "quotaExceeded",
            )
        text = str(message.get("header", ""))
        self._store.notify(resource["id"], "message", self._clock(), text, shown=True)

    def field_update(self, kind: str, old: Json, new: Json) -> None:
        """Note a change that asks to notify: silent for other fields and beyond the third."""
        changed = [path for path in ALLOWED[kind] if _at(old, path) != _at(new, path)]
        if changed:
            shown = self._count(kind, new, "field") < MOST
            self._store.notify(new["id"], "field", self._clock(), ", ".join(changed), shown=shown)

    def _count(self, kind: str, resource: Json, channel: str) -> int:
        since = self._clock() - DAY
        count = self._store.notified_since(resource["id"], channel, since)
        if kind == "loyaltyObject":
            count += self._store.notified_since(resource["classId"], channel, since)
        return count


def _at(resource: Json, path: str) -> Any:
    here: Any = resource
    for step in path.split("."):
        here = here.get(step) if isinstance(here, dict) else None
    return here
