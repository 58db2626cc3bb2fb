"""The Google side of a design as Google sees it: every picture has an address of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from passes.google.layout import GoogleLayout
from passes.google.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.card.view import CardField
    from passes.apple.layout import Strips
    from passes.designs.design import Design
    from passes.designs.reading import Image
    from passes.google.layout import ShownField


@dataclass(frozen=True, slots=True)
class HostedDesign:
    """What a design says about the Google card, with the public addresses of its pictures.

    Attributes
    ----------
    background_color
        ``#rrggbb``, lower case.
    logo_url, hero_url, wide_logo_url, picture_url
        Public addresses of the round logo, the banner, the wide logo and the picture among the
        details. Google's servers fetch them, so outside of one machine they must be https.
    hero_urls, states
        Banners of the states of a card, and what tells the state; both empty where one banner
        serves all.
    offer_urls
        Addresses of the pictures of value-added modules by file name.
    layout, words
        Where card fields go, and the design's own texts by language and key.
    base_url
        What links of the design stand on.
    """

    background_color: str
    logo_url: str
    hero_url: str | None = None
    wide_logo_url: str | None = None
    picture_url: str | None = None
    hero_urls: tuple[str, ...] = ()
    states: Strips | None = None
    offer_urls: Mapping[str, str] = field(default_factory=dict)
    layout: GoogleLayout = field(default_factory=GoogleLayout)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    base_url: str = ""

    def word(self, key: str, language: str) -> str:
        """Return one of the design's own texts, in its first language when it lacks this one."""
        return (self.words.get(language) or next(iter(self.words.values())))[key]

    def caption(self, shown: ShownField, card_field: CardField, language: str) -> str:
        """Return what stands above a card field."""
        return self.word(shown.caption, language) if shown.caption else clean(card_field.label)


def hosted(design: Design, base_url: str) -> HostedDesign:
    """Return what a loaded design says about the Google card, with its pictures served by us.

    Google keeps a picture for as long as its address
    stays the same, so the address tells the content.
    """

    def address(image: Image) -> str:
        digest = hashlib.sha256(image.content).hexdigest()[:12]
        return f"{base_url}/designs/{design.name}/{image.name}?v={digest}"

    google, strips = design.google, design.apple.strips
    return HostedDesign(
        background_color=design.background,
        logo_url=address(google.logo),
        hero_url=address(google.hero),
        wide_logo_url=address(google.wide_logo) if google.wide_logo else None,
        picture_url=address(google.picture) if google.picture else None,
        hero_urls=tuple(map(address, google.heroes)),
        # Without Apple's pictures of the states: a hosted design is compared, and written as text.
        states=replace(strips, images=()) if strips and google.heroes else None,
        offer_urls={one.name: address(one) for one in google.offers},
        layout=google.layout,
        words=design.words,
        base_url=base_url,
    )
