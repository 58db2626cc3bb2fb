"""What every maker of passes is given: one card, its document, its images and its translations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loyalty.card.view import Card, CardField, Place
from passes.apple import strings
from passes.apple.pass_json import Identity, pass_document
from passes.designs import design

if TYPE_CHECKING:
    from pathlib import Path

Files = dict[str, bytes]
DESIGN = "stamps"
"""Ten images, two languages."""


def token(serial: str) -> str:
    """Return a token as long as real ones."""
    return f"{serial}0123456789"


def card(number: int) -> Card:
    """Return a card with everything that an ordinary one has, in two languages."""
    name, serial = f"Zoë {number}", f"{number:032x}"
    member = CardField("member", "Member", name, "text", name)
    russian = _card(serial, "ru", *_RUSSIAN, member)
    return _card(serial, "en", *_ENGLISH, member, (russian,))


def _card(  # noqa: PLR0917 - what differs between the two
    serial: str,
    language: str,
    name: str,
    sentences: tuple[str, ...],
    contact: tuple[tuple[str, str], ...],
    places: tuple[Place, ...],
    fields: tuple[CardField, ...],
    member: CardField,
    also: tuple[Card, ...] = (),
) -> Card:
    return Card(
        program="coffee", member="m", program_name=name, organization="Corner Coffee",
        design=DESIGN, serial=serial, code="1.A.GEZDGNBVGY3TQOJQ.MFRGGZDFMZTWQ2LK",
        language=language, version=1, fields=(*fields, member), sentences=sentences,
        contact=contact, places=places, also=also,
    )  # fmt: skip


_ENGLISH = (
    "Morning Club",
    ("One stamp for every coffee.", "The tenth is on the house."),
    (("Telephone", "+44 20 7946 0000"),),
    (Place(51.5, -0.12, "Coffee is near"),),
    (
        CardField("balance", "Stamps", 4, "number", "4", change_message="Stamps: %@"),
        CardField("progress", "Next", "5 more to a coffee", "text", "5 more to a free coffee"),
        CardField("reward", "Ready", "A free coffee", "text", "A free coffee"),
    ),
)
_RUSSIAN = (
    "Утренний клуб",
    ("Печать за каждый кофе.", "Десятая за наш счёт."),
    (("Телефон", "+44 20 7946 0000"),),
    (Place(51.5, -0.12, "Кофе рядом"),),
    (
        CardField("balance", "Печати", 4, "number", "4", change_message="Печати: %@"),
        CardField("progress", "Дальше", "Ещё 5 до кофе", "text", "Ещё 5 до бесплатного кофе"),
        CardField("reward", "Ждёт вас", "Бесплатный кофе", "text", "Бесплатный кофе"),
    ),
)


def document(identity: Identity) -> dict[str, Any]:
    """Return the document of the card."""
    return _drawn(card(0), identity)


def _drawn(card: Card, identity: Identity) -> dict[str, Any]:
    return pass_document(card, design.load(DESIGN), identity, token("0" * 32))


def files(identity: Identity) -> Files:
    """Return images and translations by name."""
    loaded = design.load(DESIGN)
    strips_of = loaded.apple.strips
    state = strips_of.state(card(0)) if strips_of else None
    images = {one.name: one.content for one in (*loaded.apple_images, *loaded.apple.poster_images)}
    if strips_of and state is not None:
        images |= {one.name: one.content for one in strips_of.images[state]}
    own = card(0)
    others = {one.language: _drawn(one, identity) for one in own.also}
    return images | strings.files(own.language, _drawn(own, identity), others, loaded.words)


def write(folder: Path, identity: Identity) -> None:
    """Write the same as a folder, for makers that read one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files(identity).items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
    (folder / "pass.json").write_text(json.dumps(document(identity)), encoding="utf-8")
