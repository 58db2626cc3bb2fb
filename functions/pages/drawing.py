"""Draw a page: template, words in the visitor's language, colours of the program's design."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import fields
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from functions.http import problems
from functions.http.answers import page
from functions.pages import colours
from functions.pages.sentences import PAGES, TEMPLATES, words
from functions.wiring.designs import found as found_design
from functions.wiring.designs import worn
from loyalty.languages import LANGUAGES
from passes.contacts import link_of
from passes.designs import archive
from passes.designs import design as designs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.event_handler import Response

    from loyalty.card.view import Card
    from loyalty.refusals import Refusal

__all__ = ("PAGES", "words")

BADGES = PAGES / "badges"

OWNERS = frozenset({"google_refuses", "passes_unavailable"})
"""Codes of what only the owner can mend: a visitor is not sent to try again."""

_SAID = {
    "broken": ("broken_heading", "broken_lead"),
    "gone": ("gone_heading", "gone_lead"),
    "later": ("later_heading", "later_lead"),
    "refused": ("refused_heading", "refused_lead"),
    "too_many": ("too_many_heading", "too_many_lead"),
}

_ADDRESS = re.compile(r"(https?://[^\s<>\"]+)")
_NEUTRAL = ("#26282e", "#ffffff", "#b9c2d0")  # for pages that belong to no program


def draw(
    template: str,
    *,
    language: str,
    design: str | None = None,
    status: int = HTTPStatus.OK,
    referrer: str = "no-referrer",
    script: str | None = None,
    sheet: str = "page.css",
    room: str = "pages",
    connects: bool = False,
    headers: Mapping[str, str] | None = None,
    **content: Any,
) -> Response[str]:
    """Return the page of that template.

    Parameters
    ----------
    design
        Whose colours and images it wears (the plain one's where that is gone); None for a page that
        belongs to no program.
    script
        Name of a file beside the template whose text is the page's only script.
    sheet
        Name of the file with the page's rules.
    room
        The folder of templates that these files and the words are in.
    connects
        Its script asks our own addresses for something.
    content
        What the template names. Everything is escaped; nothing may be missing.
    """
    wearing = worn(design) if design else None
    name = wearing.name if wearing else None
    style = stylesheet(name, sheet, room)
    code = source(room, script) if script else None
    html = (
        _templates(room)
        .get_template(template)
        .render(
            words=words(language, room),
            language=language,
            design=wearing,
            style=Markup(style),  # noqa: S704 - our own file and checked colours
            script=Markup(code) if code else None,  # noqa: S704 - our own file
            theme={mode: palette.page for mode, palette in _palettes(name).items()},
            **content,
        )
    )
    return page(
        html,
        status,
        styles=(style,),
        scripts=(code,) if code else (),
        referrer=referrer,
        connects=connects,
        headers=headers,
    )


def not_found(language: str) -> Response[str]:
    """Return the page for an address that leads nowhere."""
    return draw(
        "not_found.html",
        language=language,
        status=HTTPStatus.NOT_FOUND,
        headers={"X-Robots-Tag": "noindex"},
    )


def refused(
    refusal: Refusal, language: str, wording: problems.Wording = problems.PLAIN
) -> Response[str]:
    """Return a refusal as a page: what it means to a person, and what helps.

    "Try again" stands only where that helps.
    """
    if refusal.kind == "not_found":
        return not_found(language)
    status = wording.status(refusal)
    return draw(
        "error.html",
        language=language,
        status=status,
        headers=problems.headers(refusal),
        said=_SAID[_message(refusal, status)],
    )


def _message(refusal: Refusal, status: int) -> str:
    if refusal.kind in {"gone", "too_many"}:
        return refusal.kind
    if refusal.kind in {"busy", "unavailable"} and refusal.code not in OWNERS:
        return "later"
    return "refused" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "broken"


def language_of(override: str | None, accept_language: str | None) -> str:
    """Return the language to speak: the one asked for, else the browser's best, else English."""
    return next(iter(languages_of(override, accept_language)), LANGUAGES[0])


def languages_of(override: str | None, accept_language: str | None) -> tuple[str, ...]:
    """Return the languages that somebody reads, the best first: a program may not speak that one.

    ``Accept-Language`` as in RFC 9110 section 12.5.4; regions are ignored.
    """
    first = (override,) if override in LANGUAGES else ()
    wanted: list[tuple[float, str]] = []
    for item in (accept_language or "")[:500].split(","):
        tag, _, parameters = item.partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.[0-9]{0,3})?)\s*", parameters)
        if parameters and quality is None:
            continue
        wanted.append((float(quality[1]) if quality else 1.0, tag.strip().lower().split("-")[0]))
    wanted.sort(key=lambda pair: -pair[0])
    return (*first, *(tag for quality, tag in wanted if quality and tag in LANGUAGES))


@cache
def stylesheet(design: str | None, sheet: str = "page.css", room: str = "pages") -> str:
    """Return the text of a page's one style element: the design's colours and our rules."""
    background, foreground, label = _colours(design)
    own = {
        "card": background,
        "card-text": colours.readable(foreground, background, colours.TEXT_CONTRAST),
        "card-label": colours.readable(label, background, colours.TEXT_CONTRAST),
    }
    modes = _palettes(design)
    return (
        f":root{{{_variables(own)}{_palette_variables(modes['light'])}}}"
        "@media (prefers-color-scheme: dark){"
        f":root{{{_palette_variables(modes['dark'])}}}}}\n" + source(room, sheet)
    )


def image(design: str, name: str) -> designs.Image | None:
    """Return an image that a design shows to the world, or None: no other file has an address."""
    if design not in designs.names() and not archive.is_reference(design):
        return None
    try:
        loaded = found_design(design)
    except designs.DesignError:
        return None
    shown = (*loaded.apple_images, *loaded.google.images)
    strips = loaded.apple.strips
    for state, images in enumerate(strips.images if strips else ()):
        if name.startswith(f"strip-{state}@"):
            name, shown = name.replace(f"-{state}@", "@", 1), images
    return next((one for one in shown if one.name == name), None)


def strip_name(card: Card) -> str:
    """Return the name of the strip that a card's state has on its pass, for :func:`image`."""
    strips = worn(card.design).apple.strips
    state = strips.state(card) if strips else None
    return "strip@3x.png" if state is None else f"strip-{state}@3x.png"


def image_address(design: str, name: str) -> str | None:
    """Return the address of a design's image; it changes with the image, so caches may be long."""
    found = image(design, name)
    if found is None:
        return None
    return f"/designs/{design}/{name}?v={hashlib.sha256(found.content).hexdigest()[:12]}"


def linked(text: str, answer: str) -> Markup:
    """Return a text whose addresses can be followed; all of it is escaped.

    ``answer``: how the address of a question or invitation of ours is called.
    """
    link = Markup('<a href="{0}" rel="noopener noreferrer nofollow">{1}</a>')
    said = [
        link.format(one, _called(one, answer)) if _ADDRESS.fullmatch(one) else escape(one)
        for one in _ADDRESS.split(text)
    ]
    return Markup("").join(said)


def _called(address: str, answer: str) -> str:
    return answer if "/ask/" in address else address.partition("://")[2].rstrip("/")


@cache
def badge(wallet: str, language: str) -> str | None:
    """Return a wallet's official button as a data address, where the owner put its file."""
    file = BADGES / f"{wallet}-wallet.{language}.svg"
    if not file.is_file():
        return None
    return "data:image/svg+xml;base64," + base64.b64encode(file.read_bytes()).decode("ascii")


@cache
def _templates(room: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / room),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fill"] = lambda sentence, **parts: str(sentence).format(**parts)
    environment.filters["linked"] = linked
    environment.globals.update(
        languages={code: words(code)["page"]["language"] for code in LANGUAGES},
        image_address=image_address,
        badge=badge,
        contact_address=link_of,
    )
    return environment


@cache
def source(room: str, name: str) -> str:
    """Return the text of a file in a folder of templates."""
    return (TEMPLATES / room / name).read_text(encoding="utf-8")


def _colours(design: str | None) -> tuple[str, str, str]:
    if design is None:
        return _NEUTRAL
    loaded = worn(design)
    return loaded.background, loaded.foreground, loaded.label


def _palettes(design: str | None) -> dict[str, colours.Palette]:
    background, foreground, label = _colours(design)
    return {
        "light": colours.light(background, foreground),
        "dark": colours.dark(background, foreground, label),
    }


def _palette_variables(palette: colours.Palette) -> str:
    return _variables({field.name: getattr(palette, field.name) for field in fields(palette)})


def _variables(values: Mapping[str, str]) -> str:
    return "".join(f"--{name.replace('_', '-')}:{value};" for name, value in values.items())
