"""An object of Google's as HTML: as the local Wallet API draws it, with the design's pictures.

Google draws less as told than Apple; what a phone makes of it is not checked against one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from passes.google import objects
from passes.google.design_check import ADDRESS, ISSUER
from passes.google.hosted_design import hosted
from passes.preview.apple_card import address
from passes.preview.google_object import details, front

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyalty.card.samples import State
    from passes.designs.design import Design
    from passes.google.profile import ProgramProfile


def cards(
    profiles: Sequence[ProgramProfile], state: State, design: Design, now: datetime
) -> dict[str, tuple[str, str]]:
    """Return a state's front and details by language, as a phone of that language shows them."""
    shown = hosted(design, ADDRESS)
    profile, *more = profiles
    group = objects.loyalty_class(profile, shown, ISSUER, translations=more)

    def drawn(language: str) -> tuple[str, str]:
        # The member speaks what the phone speaks.
        first, *others = sorted(state.cards, key=lambda card: card.language != language)
        body = objects.loyalty_object(first, shown, ISSUER, now, translations=others)
        whole = {**body, "classReference": group}
        # A phone files it among the passes that have ended, and draws it pale.
        ended = body["state"] != "ACTIVE"
        drawn_front = f'<div class="ended">{front(whole, language)}</div>' if ended else None
        sides = drawn_front or front(whole, language), details(whole, language)
        return _with_pictures(sides[0], design), _with_pictures(sides[1], design)

    return {language: drawn(language) for language in (one.language for one in profiles)}


def _with_pictures(drawn: str, design: Design) -> str:
    named = {image.name: address(image.content) for image in design.google.images}
    place = re.escape(f"{ADDRESS}/designs/{design.name}/")
    return re.sub(rf'"{place}([^"?]+)\?v=\w+"', lambda found: f'"{named[found[1]]}"', drawn)
