"""Google's root keys for callbacks."""

from __future__ import annotations

from functools import cache

from functions.wiring import environment
from passes.google.callback_keys import KeyRing, fetch_from


@cache
def google_callback_keys() -> KeyRing:
    """Return Google's root keys for callbacks."""
    return KeyRing(
        fetch_from(environment.configuration().google_callback_keys_url), environment.now
    )
