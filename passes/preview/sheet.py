"""One page that shows a design: each state of a program's cards, both wallets, every language."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passes.apple.pass_json import Identity, pass_document
from passes.google.design_check import ADDRESS
from passes.preview import apple_card, google_card

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from loyalty.card.samples import State
    from passes.designs.design import Design
    from passes.google.profile import ProgramProfile

_IDENTITY = Identity("pass.example.preview", "AAAAAAAAAA", ADDRESS)
_TOKEN = "0" * 32
_STYLE = Path(__file__).with_name("preview.css")
_OPENING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style></head><body>
<h1>{title}</h1>
<p><b>An approximation.</b> Drawn from the pass.json and the Google object that customers would get:
texts, colours, pictures, and what stands where are real. Different on a phone: fonts, corners and
shadows are a browser's here; Wallet shortens what is too long a little earlier or later; Google
chooses its own colours of texts; a watch shows no picture; the lock screen puts the hour beside
a notice. Nobody has compared it with every phone.</p>
"""
_ENDING = "</body></html>"


@dataclass(frozen=True, slots=True)
class Shown:
    """A program's cards in a design.

    Attributes
    ----------
    profiles
        What the program shows of itself, in each of its languages.
    states
        Every state of a card, each in every language, in the order of ``profiles``.
    pages
        Whole pages of ours by what they are, as HTML: shown light and dark.
    """

    program: str
    design: Design
    profiles: Sequence[ProgramProfile]
    states: Sequence[State]
    pages: Mapping[str, str] = field(default_factory=dict)


def sheet(title: str, programs: Sequence[Shown], now: datetime) -> str:
    """Return the page: programs one after the other, each in its design."""
    parts = [_OPENING.format(title=escape(title), style=_STYLE.read_text(encoding="utf-8"))]
    for shown in programs:
        parts.append(f"<h2>{escape(shown.program)} in {escape(shown.design.name)}</h2>")
        parts += (_section(shown, state, now) for state in shown.states)
        if shown.pages:
            parts.append(f'<h3>Pages</h3><div class="cards">{"".join(_pages(shown.pages))}</div>')
    return "".join((*parts, _ENDING))


def _section(shown: Shown, state: State, now: datetime) -> str:
    drawn = google_card.cards(shown.profiles, state, shown.design, now)
    figures = "".join(
        _figure(f"{profile.language}: {what}", picture)
        for at, profile in enumerate(shown.profiles)
        for what, picture in (
            *_apple(shown.design, state, at),
            ("Google", f'<article class="google">{drawn[profile.language][0]}</article>'),
            (
                "Google, details",
                f'<article class="back google">{drawn[profile.language][1]}</article>',
            ),
        )
    )
    return f'<h3>{escape(state.what)}</h3><div class="cards">{figures}</div>'


def _apple(design: Design, state: State, at: int) -> Iterator[tuple[str, str]]:
    card = state.cards[at]
    document: dict[str, Any] = pass_document(card, design, _IDENTITY, _TOKEN)
    images = apple_card.pictures(design, card)
    yield "Apple", apple_card.front(document, images, card.language)
    if poster := apple_card.poster(document, images, card.language):
        yield "Apple, iOS 27", poster
    yield "Apple, back", apple_card.back(document, card.language)
    if notice := apple_card.notice(document, images, card.language):
        yield "Apple, lock screen", notice


def _pages(pages: Mapping[str, str]) -> Iterator[str]:
    for what, html in pages.items():
        for scheme in ("light", "dark"):
            inside = escape(html, quote=True)
            yield _figure(
                f"{what}, {scheme}",
                f'<iframe sandbox style="color-scheme:{scheme}" srcdoc="{inside}"></iframe>',
            )


def _figure(caption: str, picture: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{picture}</figure>"
