"""Random names of members and their cards, from the system's source of randomness."""

from __future__ import annotations

import secrets

from loyalty.access import short_code
from loyalty.members.enrolment import NewNames


def new_names() -> NewNames:
    """Return the outside names of one member."""
    return NewNames.made(secrets.randbelow)


def new_short_code() -> str:
    """Return a short code for a card."""
    return short_code.code(secrets.randbelow(short_code.MANY))
