"""Who sends a till's message: a signed request becomes a `Sender`, or always the same refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wiring import tills
from loyalty.tills.incoming import not_authentic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.tills.incoming import Sender


def sender(endpoint: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Sender:
    """Return who has signed a message; see ``functions.wiring.tills.signed_by``.

    Raises
    ------
    Refusal
        The message is not genuine, or the endpoint is none.
    """
    found = tills.signed_by(endpoint, headers, body, now)
    if found is None:
        raise not_authentic()
    return found
