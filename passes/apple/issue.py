"""Issue a card as a signed .pkpass."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from passes import design
from passes.apple import bundle
from passes.apple.pass_json import Identity, encode, pass_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.card import Card
    from passes.apple.sign import Signer
    from passes.design import Design

_KEPT = 64


class Issuer:
    """Makes passes, and keeps the last few: a phone's second request costs no signature.

    Parameters
    ----------
    identity
        Pass type, team and address that every pass carries.
    signer
        The checked certificate.
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
        design_of: Callable[[str], Design] = design.load,
    ) -> None:
        self.identity = identity
        self._signer = signer
        self._token = token
        self._design_of = design_of
        self._recent: OrderedDict[Card, bytes] = OrderedDict()

    def issue(self, card: Card, now: datetime) -> bytes:
        """Return the .pkpass of a card.

        Raises
        ------
        passes.apple.sign.SigningError
            The certificate is not valid at `now`.
        passes.design.DesignError
            The card's design cannot be used.
        """
        kept = self._recent.get(card)
        if kept is not None:
            self._recent.move_to_end(card)
            return kept
        look = self._design_of(card.design)
        document = pass_document(card, look, self.identity, self._token(card.serial))
        made = bundle.build(
            bundle.prepare(look),
            encode(document),
            lambda manifest: self._signer.sign(manifest, now),
        )
        self._recent[card] = made
        if len(self._recent) > _KEPT:
            self._recent.popitem(last=False)
        return made
