"""Who sends a till's message: a signed request becomes a `Sender`, or always the same refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wiring import tills
from loyalty.refusals import Refusal

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
        raise not_signed()
    return found


def not_signed() -> Refusal:
    """Return the one refusal of unknown endpoints and bad signatures alike."""
    detail = (
        "The endpoint is unknown, or the signature is missing, wrong or more than five minutes "
        "old. Check the address, the secret and the sender's clock; sign the raw body."
    )
    return Refusal("unsigned", "not_authentic", detail)
