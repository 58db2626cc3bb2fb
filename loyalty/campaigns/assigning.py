"""Who gets a campaign and who is held out: the same for ever, and nobody can choose. Pure.

Analysed by assignment (intention to treat): whoever was assigned counts on that side, whether a
message reached them or not.
"""

from __future__ import annotations

import hashlib
from typing import Final

from loyalty.program.rules import ONE

FEWEST: Final = 50
"""Members to hold out at least: fewer tell nothing."""
SMALL_AUDIENCE: Final = 300
_USUAL, _OF_A_SMALL = 1_000, 3_000
_SCALE: Final = 2**64


def held_out(program: str, occurrence: str, member: str, share: int) -> bool:
    """Tell whether a member is held out of one occurrence of a campaign.

    Parameters
    ----------
    occurrence
        Names the campaign, and of a recurring one which time it is: drawn anew each time. A
        program's standing hold-out is named by its year.
    share
        Of the audience, in basis points.
    """
    text = f"{program}#{occurrence}#{member}".encode()
    number = int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
    return number * ONE < share * _SCALE


def usual_share(audience: int) -> int | None:
    """Return how much of an audience is held out where the owner says nothing, in basis points.

    A tenth, but at least fifty people; of fewer than three hundred nearly a third, else None: no
    measurement is possible.
    """
    if audience >= SMALL_AUDIENCE:
        return max(_USUAL, -(-FEWEST * ONE // audience))
    return _OF_A_SMALL if audience * _OF_A_SMALL >= FEWEST * ONE else None
