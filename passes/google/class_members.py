"""What all cards of a program share, drawn on its class: sentences, links, offers, rows. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from passes.google.layout import SLOTS
from passes.google.parts import (
    BODY_LIMIT,
    HEADER_LIMIT,
    MODULE_LIMIT,
    image,
    in_languages,
    localized,
)
from passes.google.text import clean, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from passes.google.layout import Button
    from passes.google.objects import Look, ProgramFace

Json = dict[str, Any]

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_EMAIL: Final = re.compile(r"[^\s@<>\"'()]+@[^\s@<>\"'()]+\.[^\s@<>\"'()]+")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ().-]{5,24}")
_WEB: Final = re.compile(r"https?://[^\s<>\"']+")
_ROWS: Final = {
    1: ("oneItem", ("item",)),
    2: ("twoItems", ("startItem", "endItem")),
    3: ("threeItems", ("startItem", "middleItem", "endItem")),
}


def members(faces: Mapping[str, ProgramFace], names: Mapping[str, str], look: Look) -> Json:
    """Return the members of a class beside its names, pictures and policies."""
    face, layout = next(iter(faces.values())), look.layout
    drawn: Json = {}
    for member, key in (
        ("accountNameLabel", layout.account_name),
        ("accountIdLabel", layout.account_id),
    ):
        if key:
            drawn |= in_languages(member, {one: look.word(key, one) for one in faces})
    if _COUNTRY.fullmatch(face.region):
        drawn["countryCode"] = face.region
    if links := [*_links(faces, look), *_contact_links(faces)]:
        drawn["linksModuleData"] = {"uris": links}
    if modules := [*_sentences(faces, names), *_contact_modules(faces)][:MODULE_LIMIT]:
        drawn["textModulesData"] = modules
    if look.picture_url:
        drawn["imageModulesData"] = [{"id": "picture", "mainImage": image(look.picture_url, names)}]
    if layout.offers:
        drawn["valueAddedModuleData"] = list(_offers(faces, names, look))
    if layout.button:
        drawn["appLinkData"] = _button(layout.button, faces, look)
    if layout.rows:
        rows = [_row(row) for row in layout.rows]
        drawn["classTemplateInfo"] = {"cardTemplateOverride": {"cardRowTemplateInfos": rows}}
    return drawn


def link_of(text: str) -> str | None:
    """Return what a tap on a contact opens; None for plain text."""
    text = clean(text)
    if _EMAIL.fullmatch(text):
        return f"mailto:{text}"
    if _PHONE.fullmatch(text):
        return "tel:" + re.sub(r"[^0-9+]", "", text)
    return text if _WEB.fullmatch(text) else None


def _sentences(faces: Mapping[str, ProgramFace], names: Mapping[str, str]) -> Iterator[Json]:
    headers = {language: clean(name, HEADER_LIMIT) for language, name in names.items()}
    lines = {language: face.lines for language, face in faces.items()}
    for number, body in enumerate(paragraphs(lines, BODY_LIMIT), start=1):
        yield {
            "id": f"program-{number}",
            **in_languages("header", headers),
            **in_languages("body", body),
        }


def _contacts(faces: Mapping[str, ProgramFace]) -> Iterator[tuple[int, dict[str, str], str]]:
    """Yield number, captions by language, and text of each way to reach the shop."""
    face = next(iter(faces.values()))
    for at, (label, text) in enumerate(face.contact):
        captions = {
            language: clean(one.contact[at][0], HEADER_LIMIT) or clean(label, HEADER_LIMIT)
            for language, one in faces.items()
            if len(one.contact) == len(face.contact)
        }
        yield at + 1, captions, text


def _contact_links(faces: Mapping[str, ProgramFace]) -> Iterator[Json]:
    for number, captions, text in _contacts(faces):
        if uri := link_of(text):
            # A caption that says nothing is worse than the address itself.
            told = captions if next(iter(captions.values())) else {next(iter(captions)): text}
            yield {"id": f"contact-{number}", "uri": uri, **in_languages("description", told)}


def _contact_modules(faces: Mapping[str, ProgramFace]) -> Iterator[Json]:
    for number, captions, text in _contacts(faces):
        body = clean(text, BODY_LIMIT)
        if body and link_of(text) is None:
            yield {"id": f"contact-{number}", **in_languages("header", captions), "body": body}


def _links(faces: Mapping[str, ProgramFace], look: Look) -> Iterator[Json]:
    for number, link in enumerate(look.layout.links, start=1):
        told = {language: look.word(link.text, language) for language in faces}
        yield {
            "id": f"link-{number}",
            "uri": _filled(link.url, faces, look),
            **in_languages("description", told),
        }


def _offers(
    faces: Mapping[str, ProgramFace], names: Mapping[str, str], look: Look
) -> Iterator[Json]:
    for number, offer in enumerate(look.layout.offers, start=1):
        drawn: Json = {
            "header": localized({one: look.word(offer.header, one) for one in faces}),
            "uri": _filled(offer.url, faces, look),
            "sortIndex": number,
        }
        if offer.body:
            drawn["body"] = localized({one: look.word(offer.body, one) for one in faces})
        if offer.image:
            drawn["image"] = image(look.offer_urls[offer.image], names)
        yield drawn


def _button(button: Button, faces: Mapping[str, ProgramFace], look: Look) -> Json:
    told = {language: look.word(button.text, language) for language in faces}
    drawn: Json = {"displayText": localized(told)}
    if button.android:
        drawn["androidAppLinkInfo"] = {"appTarget": {"packageName": button.android}}
    if button.url:
        target = {"uri": _filled(button.url, faces, look), **in_languages("description", told)}
        drawn["webAppLinkInfo"] = {"appTarget": {"targetUri": target}}
    return drawn


def _row(row: tuple[str, ...]) -> Json:
    kind, places = _ROWS[len(row)]
    return {kind: {place: _item(one) for place, one in zip(places, row, strict=True)}}


def _item(name: str) -> Json:
    path = SLOTS.get(name, f"object.textModulesData['{name}']")
    return {"firstValue": {"fields": [{"fieldPath": path}]}}


def _filled(url: str, faces: Mapping[str, ProgramFace], look: Look) -> str:
    face = next(iter(faces.values()))
    return url.replace("{base_url}", look.base_url).replace("{program}", face.program)
