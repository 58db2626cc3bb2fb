"""A shipped design that a test may change, and cards in every state that designs draw."""

from __future__ import annotations

import dataclasses
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.card.view import CardField
from passes.apple.pass_json import Identity, pass_document
from passes.designs import design
from passes.designs.design import DESIGNS, load
from tests.support.apple import make_fields, token_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("stamps", "membership"):
        shutil.copytree(DESIGNS / name, tmp_path / name)
    file = tmp_path / "stamps" / "design.toml"
    # A design with a caption and a change message of its own, in two of the languages.
    text = file.read_text(encoding="utf-8")
    text = text.replace("[colours]", 'languages = ["en", "ru"]\n\n[colours]', 1)
    own = (
        '[words.en]\nnews = "News"\nstamps = "Stamps"\nstamps_changed = "on your card: %@"\n',
        '[words.ru]\nnews = "Новости"\nstamps = "Печати"\nstamps_changed = "Теперь печатей: %@"\n',
    )
    text = text.replace("[apple]", "\n".join((*own, "[apple]")), 1)
    text = text.replace("announce = true", 'label = "stamps"\nchange = "stamps_changed"')
    file.write_text(text, encoding="utf-8")
    return tmp_path


def edited(folder: Path, old: str, new: str, name: str = "stamps") -> design.Design:
    file = folder / name / "design.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(name, folder)


def added(folder: Path, text: str, name: str = "stamps") -> design.Design:
    return edited(folder, "# What iOS 27 draws", f"{text}\n# What iOS 27 draws", name)


def states(name: str) -> list[tuple[CardField, ...]]:
    """Facts that lead to every state of a shipped design."""
    strips = load(name).apple.strips
    if strips is None:
        return [make_fields(3)]
    if strips.levels:
        return [
            tuple(
                dataclasses.replace(card_field, value=level)
                if card_field.key == strips.field
                else card_field
                for card_field in make_fields(0)
            )
            for level in (0, *strips.levels, strips.levels[-1] + 100_000)
        ]
    return [
        (*make_fields(3), CardField("tier", "Level", text, "text", text, change_message="Now %@"))
        for text in ("Regular", *strips.names)
    ]


EVERY_STATE = [(name, fields) for name in design.names() for fields in states(name)]


def drawn(identity: Identity, card: Any, shown: design.Design | None = None) -> dict[str, Any]:
    return pass_document(card, shown or load(card.design), identity, token_of(card.serial))
