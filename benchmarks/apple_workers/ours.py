"""Ours: a card to a signed pass, nothing kept from one card to the next.

With the word ``stored`` behind the folder, the design comes out of an archive, as an owner's does.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.apple_workers import loop
from benchmarks.apple_workers.material import DESIGN, card, token
from infra.local import certificates
from passes.apple.issue import Issuer
from passes.apple.pass_json import Identity
from passes.apple.sign import Signer
from passes.designs import archive
from passes.designs.design import DESIGNS, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from passes.designs.design import Design

_CARDS = 5000


def _stored() -> Callable[[str], Design]:
    files = {one.name: one.read_bytes() for one in (DESIGNS / DESIGN).iterdir() if one.is_file()}
    data = archive.packed(files)
    design = archive.opened(archive.reference("bench", data), data)
    return lambda _: design


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
    design_of = _stored() if "stored" in sys.argv else load
    issuer = Issuer(identity, signer, token, design_of)
    # Drawn beforehand, as the others' documents are; too many for anything to be kept of one.
    cards = [card(number) for number in range(_CARDS)]

    def make(number: int) -> bytes:
        return issuer.make(cards[number % _CARDS], datetime.now(UTC))

    loop.serve(make)


if __name__ == "__main__":
    main()
