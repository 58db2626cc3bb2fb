"""What every maker of passes is given: one card, its document, its images and its translations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loyalty.card import Card, Fact, Place
from passes import design
from passes.apple import strings
from passes.apple.pass_json import Identity, pass_document, spoken

if TYPE_CHECKING:
    from pathlib import Path

DESIGN = "stamps"
"""Ten images, two languages."""


def token(serial: str) -> str:
    """Return a token as long as real ones."""
    return f"{serial}0123456789"


def card(number: int) -> Card:
    """Return a card with everything that an ordinary one has."""
    facts = (
        Fact(
            "balance",
            "Stamps",
            4 + number % 2,
            "number",
            str(4 + number % 2),
            change_message="Now %@",
        ),
        Fact("progress", "Next", "5 more to a free coffee", "text", "5 more to a free coffee"),
        Fact("reward", "Ready", "A free coffee", "text", "A free coffee"),
        Fact("member", "Member", f"Zoë {number}", "text", f"Zoë {number}"),
    )
    return Card(
        program="coffee", member="m", program_name="Morning Club", organization="Corner Coffee",
        design=DESIGN, serial=f"{number:032x}", code="1.A.GEZDGNBVGY3TQOJQ.MFRGGZDFMZTWQ2LK",
        language="en", version=1, facts=facts,
        lines=("One stamp for every coffee.", "The tenth is on the house."),
        contact=(("Telephone", "+44 20 7946 0000"),),
        places=(Place(51.5, -0.12, "Coffee is near"),),
    )  # fmt: skip


def document(identity: Identity) -> dict[str, Any]:
    """Return the document of the card."""
    return pass_document(card(0), design.load(DESIGN), identity, token("0" * 32))


def files() -> dict[str, bytes]:
    """Return images and translations by name."""
    look = design.load(DESIGN)
    strips = look.apple.strips
    state = strips.state(card(0)) if strips else None
    images = {one.name: one.content for one in (*look.apple_images, *look.apple.poster_images)}
    if strips and state is not None:
        images |= {one.name: one.content for one in strips.images[state]}
    return images | strings.files(look.words, spoken(look, "en"))


def write(folder: Path, identity: Identity) -> None:
    """Write the same as a folder, for makers that read one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
    (folder / "pass.json").write_text(json.dumps(document(identity)), encoding="utf-8")
