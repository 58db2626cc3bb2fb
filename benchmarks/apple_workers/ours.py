"""Ours: a card to a signed pass, nothing kept from one card to the next."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.apple_workers import loop
from benchmarks.apple_workers.material import card, token
from infra.local import certificates
from passes.apple.issue import Issuer
from passes.apple.pass_json import Identity
from passes.apple.sign import Signer

_CARDS = 5000


def main() -> None:
    """Serve the loop; the argument is the folder of the certificates."""
    chain = certificates.ensure(Path(sys.argv[1]))
    signer = Signer.load(
        chain.pass_certificate.read_bytes(),
        chain.pass_key.read_bytes(),
        chain.intermediate.read_bytes(),
        pass_type_identifier=chain.pass_type_identifier,
        team_identifier=chain.team_identifier,
    )
    identity = Identity(chain.pass_type_identifier, chain.team_identifier, "https://example.com")
    issuer = Issuer(identity, signer, token)
    # Drawn beforehand, as the others' documents are; too many for anything to be kept of one.
    cards = [card(number) for number in range(_CARDS)]

    def make(number: int) -> bytes:
        return issuer.make(cards[number % _CARDS], datetime.now(UTC))

    loop.serve(make)


if __name__ == "__main__":
    main()
