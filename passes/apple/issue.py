"""Issue a card as a signed .pkpass."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from passes.apple import bundle
from passes.apple.encoding import CardEncoder
from passes.designs.design import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.card.view import Card
    from passes.apple.bundle import Prepared
    from passes.apple.pass_json import Identity
    from passes.apple.sign import Signer
    from passes.designs.design import Design

_KEPT = 64
_DESIGNS_KEPT = 16


class Issuer:
    """Makes passes, and keeps the last few: a phone's second request costs no signature.

    Parameters
    ----------
    identity
        Pass type, team and address that every pass carries.
    signer
        The checked certificate; whether passes may carry an ``nfc`` key is its say.
    token
        Gives the web-service token of a serial.
    design_of
        Gives the design of a name.
    """

    def __init__(
        self,
        identity: Identity,
        signer: Signer,
        token: Callable[[str], str],
        design_of: Callable[[str], Design] = load,
    ) -> None:
        self.identity = replace(identity, nfc=signer.nfc)
        self.signer = signer
        self._token = token
        self._design_of = design_of
        self._encoder = CardEncoder(self.identity)
        self._prepared: OrderedDict[str, tuple[Design, Prepared]] = OrderedDict()
        self._recent: OrderedDict[Card, bytes] = OrderedDict()

    def issue(self, card: Card, now: datetime) -> bytes:
        """Return the .pkpass of a card.

        Raises
        ------
        passes.apple.sign.SigningError
            The certificate is not valid at `now`.
        passes.designs.design.DesignError
            The card's design cannot be used.
        passes.apple.pass_json.TextRefused
            A text is longer than a pass can show.
        """
        self.signer.check(now)
        kept = self._recent.get(card)
        if kept is not None:
            self._recent.move_to_end(card)
            return kept
        made = self.make(card, now)
        self._recent[card] = made
        if len(self._recent) > _KEPT:
            self._recent.popitem(last=False)
        return made

    def make(self, card: Card, now: datetime) -> bytes:
        """Return the same, newly signed."""
        design = self._design_of(card.design)
        strips = design.apple.strips
        pass_json, translations = self._encoder.write(card, design, self._token(card.serial))
        return bundle.build(
            self.prepared(design),
            pass_json,
            lambda manifest: self.signer.sign(manifest, now),
            strips.state(card) if strips else None,
            translations,
        )

    def prepared(self, design: Design) -> Prepared:
        """Return the unchanging part of a design's passes, made once."""
        known = self._prepared.get(design.name)
        if known is None or known[0] is not design:
            known = design, bundle.prepare(design)
            self._prepared[design.name] = known
            if len(self._prepared) > _DESIGNS_KEPT:
                self._prepared.popitem(last=False)
        return known[1]
