"""A pass of Apple's as HTML, drawn from its own pass.json and its own pictures.

Proportions are those of the Human Interface Guidelines; fonts are the browser's. What iOS 27 does
with a poster is drawn by its documentation, and not checked against a phone.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno

from loyalty import words
from loyalty.money import exponent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.card.view import Card
    from passes.designs.design import Design

Json = dict[str, Any]
_BARCODES_THAT_SEGNO_DRAWS = "PKBarcodeFormatQR"


def pictures(design: Design, card: Card) -> dict[str, str]:
    """Return the pictures of a card's pass as data addresses, by name, at the largest scale."""
    strips = design.apple.strips
    state = strips.state(card) if strips else None
    own = strips.images[state] if strips and state is not None else ()
    every = (*design.apple_images, *design.apple.poster_images, *own)
    return {
        one.name.removesuffix("@3x.png"): address(one.content)
        for one in every
        if one.name.endswith("@3x.png")
    }


def address(content: bytes) -> str:
    """Return a picture as a data address."""
    return f"data:image/png;base64,{b64encode(content).decode('ascii')}"


def front(document: Json, images: Mapping[str, str], language: str) -> str:
    """Return the store card as it lies in the wallet."""
    style = document["storeCard"]
    logo = f'<img class="logo" src="{images["logo"]}" alt="">' if "logo" in images else ""
    name = escape(document.get("logoText", ""))
    strip = f'<img class="strip" src="{images["strip"]}" alt="">' if "strip" in images else ""
    primary = _fields(style.get("primaryFields", []), language)
    row = [*style.get("secondaryFields", []), *style.get("auxiliaryFields", [])]
    colour = f"color:{document['stripColor']}" if "stripColor" in document else ""
    return (
        f'<article class="apple{_ended(document)}" style="{_colours(document)}">'
        f'<header>{logo}<b class="name">{name}</b>'
        f'<div class="head">{_fields(style.get("headerFields", []), language)}</div></header>'
        f'<div class="scene">{strip}<div class="primary" style="{colour}">{primary}</div></div>'
        f'<div class="row">{_fields(row, language)}</div>{_barcode(document)}</article>'
    )


def poster(document: Json, images: Mapping[str, str], language: str) -> str:
    """Return what iOS 27 draws instead; nothing for a design without."""
    style = document.get("posterGeneric")
    if style is None:
        return ""
    logo = "primaryLogo"
    mark = f'<img class="mark" src="{images[logo]}" alt="">' if logo in images else ""
    ground = f"background-image:url({images['artwork']})" if "artwork" in images else ""
    return (
        f'<article class="poster{_ended(document)}" style="{_colours(document)};{ground}">'
        f'<header>{mark}<div class="head">{_fields(style.get("headerFields", []), language)}</div>'
        f'</header><div class="words">{_fields(style.get("primaryFields", []), language)}</div>'
        f'<footer class="row">{_fields(style.get("footerFields", []), language)}</footer></article>'
    )


def back(document: Json, language: str) -> str:
    """Return the back: what stands behind the button for details."""
    fields = _fields(document["storeCard"].get("backFields", []), language)
    return f'<article class="back">{fields}</article>'


def notice(document: Json, images: Mapping[str, str], language: str) -> str:
    """Return what a lock screen says when the values change; nothing if nothing is announced."""
    style = document["storeCard"]
    said = [
        one["changeMessage"].replace("%@", _value(one, language))
        for group in style.values()
        if isinstance(group, list)
        for one in group
        if "changeMessage" in one
    ]
    if not said:
        return ""
    icon = f'<img src="{images["icon"]}" alt="">' if "icon" in images else ""
    name = escape(str(document.get("organizationName", "")))
    lines = "".join(f"<p>{escape(line)}</p>" for line in said)
    return f'<article class="notice">{icon}<div><b>{name}</b>{lines}</div></article>'


def _ended(document: Json) -> str:
    return " ended" if document.get("voided") else ""


def _colours(document: Json) -> str:
    return (
        f"background-color:{document['backgroundColor']};color:{document['foregroundColor']};"
        f"--label:{document['labelColor']}"
    )


def _fields(fields: list[Json], language: str) -> str:
    return "".join(
        f"<div><small>{escape(one.get('label', ''))}</small>"
        f"<span>{escape(_value(one, language)).replace(chr(10), '<br>')}</span></div>"
        for one in fields
    )


def _value(field: Json, language: str) -> str:
    """Return a value as a phone of that language writes it."""
    value = field["value"]
    if currency := field.get("currencyCode"):
        return words.money(language, round(value * 10 ** exponent(currency)), currency)
    if isinstance(value, int):
        return words.integer(language, value)
    if "dateStyle" in field:
        return words.day(language, datetime.fromisoformat(value), "UTC")
    return str(value)


def _barcode(document: Json) -> str:
    barcode = document["barcodes"][0]
    said = f'<p class="said">{escape(barcode.get("altText", ""))}</p>'
    if barcode["format"] != _BARCODES_THAT_SEGNO_DRAWS:
        kind = barcode["format"].removeprefix("PKBarcodeFormat")
        return f'<div class="code"><p>{escape(kind)}</p></div>{said}'
    drawn = BytesIO()
    segno.make(barcode["message"], error="m").save(drawn, kind="svg", xmldecl=False, omitsize=True)
    return f'<div class="code">{drawn.getvalue().decode("utf-8")}</div>{said}'
