"""Which of a program's many locations a wallet is told of: the ones nearest to the member's home.

Pure. Both wallets read ten at most: Apple ignores more (locations of a pass), Google refuses more
(merchantLocations of an object).
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.card.view import Place

MOST_PLACES = 10


def nearest(places: Sequence[Place], home: Place | None) -> tuple[Place, ...]:
    """Return the ten places nearest to `home`, nearest first; without a home the first ten.

    Of places that are equally far the one that comes first stays first.
    """
    if home is None:
        return tuple(places[:MOST_PLACES])
    latitude, longitude = math.radians(home.latitude), home.longitude
    cosine = math.cos(latitude)

    def apart(place: Place) -> float:
        # The haversine of the angle, which grows as the angle does. Exact for neighbours, over
        # the date line and at the poles.
        there = math.radians(place.latitude)
        across = math.sin(math.radians(place.longitude - longitude) / 2)
        along = math.sin((there - latitude) / 2)
        return along * along + cosine * math.cos(there) * across * across

    return tuple(heapq.nsmallest(MOST_PLACES, places, key=apart))
