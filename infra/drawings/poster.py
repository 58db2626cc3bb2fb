"""Where iOS 27 writes on a poster's artwork, as far as its documentation tells."""

from __future__ import annotations

HEADED = 0.14
"""The share of the height above which the header stands."""
CALM = 0.565
"""The share of the height below which captions, name and fields stand, in every state."""
MIDDLE = (HEADED + CALM) / 2
"""Where the middle of what is drawn between them lies."""
