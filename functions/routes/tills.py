"""For which tills a key of /v1 may speak, and how tills and their orders are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.http.operations import Name

if TYPE_CHECKING:
    from loyalty.access.keys import ApiKey

SOURCE = Name(r"[a-z0-9][a-z0-9-]{0,39}", "Which till speaks, as the program calls it.", "till")
ORDER_ID = Name(
    r"\S{1,128}",
    "The order's id at that till, percent-encoded, a slash too. An id with a percent sign in it "
    "cannot be addressed.",
    "receipt-77",
    whole=True,
)


def speaks_for(key: ApiKey, source: str) -> bool:
    """Tell whether a key may speak for a till; one that names none speaks for all."""
    return not key.sources or source in key.sources
