"""One page that shows a design: each program's every state, in both wallets and every language."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.preview import apple, google
from infra.preview.states import states
from loyalty.card.samples import NOW
from passes.apple.pass_json import Identity, pass_document
from passes.google.design_check import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyalty.card.samples import State
    from loyalty.program.rules import Program
    from passes.designs.design import Design

_IDENTITY = Identity("pass.example.preview", "AAAAAAAAAA", ADDRESS)
_TOKEN = "0" * 32

_STYLE = Path(__file__).with_name("preview.css")
_OPENING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>{style}</style></head><body>
<h1>{title}</h1>
<p>Drawn from the pass.json and the Google object that customers would get. Fonts and corners are a
browser's, not a phone's; texts, colours, pictures, and what stands where are real.</p>
"""
_ENDING = "</body></html>"


def sheet(title: str, programs: Sequence[tuple[Program, Design]]) -> str:
    """Return the page: programs one after the other, each in its design."""
    parts = [_OPENING.format(title=escape(title), style=_STYLE.read_text(encoding="utf-8"))]
    for program, design in programs:
        parts.append(f"<h2>{escape(program.id)} in {escape(design.name)}</h2>")
        parts += (_section(program, design, state) for state in states(program, design))
    return "".join((*parts, _ENDING))


def _section(program: Program, design: Design, state: State) -> str:
    drawn = google.cards(program, state, design, NOW)
    figures = "".join(
        _figure(f"{language}: {what}", picture)
        for at, language in enumerate(program.languages)
        for what, picture in (
            *_apple(design, state, at),
            ("Google", f'<article class="google">{drawn[language][0]}</article>'),
            ("Google, details", f'<article class="back google">{drawn[language][1]}</article>'),
        )
    )
    return f'<h3>{escape(state.what)}</h3><div class="cards">{figures}</div>'


def _apple(design: Design, state: State, at: int) -> Iterator[tuple[str, str]]:
    card = state.cards[at]
    document: dict[str, Any] = pass_document(card, design, _IDENTITY, _TOKEN)
    images = apple.pictures(design, card)
    yield "Apple", apple.front(document, images, card.language)
    if poster := apple.poster(document, images, card.language):
        yield "Apple, iOS 27", poster
    yield "Apple, back", apple.back(document, card.language)


def _figure(caption: str, picture: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{picture}</figure>"
