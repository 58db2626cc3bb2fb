"""What all cards of a program share, drawn on its class: sentences, links, offers, rows. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from passes.contacts import link_of
from passes.google.layout import SLOTS
from passes.google.localized import (
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

    from passes.google.hosted_design import HostedDesign
    from passes.google.layout import Button
    from passes.google.profile import ProgramProfile

Json = dict[str, Any]

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_ROWS: Final = {
    1: ("oneItem", ("item",)),
    2: ("twoItems", ("startItem", "endItem")),
    3: ("threeItems", ("startItem", "middleItem", "endItem")),
}


def members(
    profiles: Mapping[str, ProgramProfile], names: Mapping[str, str], design: HostedDesign
) -> Json:
    """Return the members of a class beside its names, pictures and policies."""
    profile, layout = next(iter(profiles.values())), design.layout
    drawn: Json = {}
    for member, key in (
        ("accountNameLabel", layout.account_name),
        ("accountIdLabel", layout.account_id),
    ):
        if key:
            drawn |= in_languages(member, {one: design.word(key, one) for one in profiles})
    if _COUNTRY.fullmatch(profile.region):
        drawn["countryCode"] = profile.region
    if links := [*_links(profiles, design), *_contact_links(profiles)]:
        drawn["linksModuleData"] = {"uris": links}
    if modules := [*_sentences(profiles, names), *_contact_modules(profiles)][:MODULE_LIMIT]:
        drawn["textModulesData"] = modules
    if design.picture_url:
        drawn["imageModulesData"] = [
            {"id": "picture", "mainImage": image(design.picture_url, names)}
        ]
    if layout.offers:
        drawn["valueAddedModuleData"] = list(_offers(profiles, names, design))
    if layout.button:
        drawn["appLinkData"] = _button(layout.button, profiles, design)
    if layout.rows:
        rows = [_row(row) for row in layout.rows]
        drawn["classTemplateInfo"] = {"cardTemplateOverride": {"cardRowTemplateInfos": rows}}
    return drawn


def _sentences(profiles: Mapping[str, ProgramProfile], names: Mapping[str, str]) -> Iterator[Json]:
    headers = {language: clean(name, HEADER_LIMIT) for language, name in names.items()}
    lines = {language: profile.sentences for language, profile in profiles.items()}
    for number, body in enumerate(paragraphs(lines, BODY_LIMIT), start=1):
        yield {
            "id": f"program-{number}",
            **in_languages("header", headers),
            **in_languages("body", body),
        }


def _contacts(profiles: Mapping[str, ProgramProfile]) -> Iterator[tuple[int, dict[str, str], str]]:
    """Yield number, captions by language, and text of each way to reach the shop."""
    profile = next(iter(profiles.values()))
    for at, (label, text) in enumerate(profile.contact):
        captions = {
            language: clean(one.contact[at][0], HEADER_LIMIT) or clean(label, HEADER_LIMIT)
            for language, one in profiles.items()
            if len(one.contact) == len(profile.contact)
        }
        yield at + 1, captions, text


def _contact_links(profiles: Mapping[str, ProgramProfile]) -> Iterator[Json]:
    for number, captions, text in _contacts(profiles):
        if uri := link_of(clean(text), _region(profiles)):
            # A caption that says nothing is worse than the address itself.
            descriptions = (
                captions if next(iter(captions.values())) else {next(iter(captions)): text}
            )
            yield {
                "id": f"contact-{number}",
                "uri": uri,
                **in_languages("description", descriptions),
            }


def _contact_modules(profiles: Mapping[str, ProgramProfile]) -> Iterator[Json]:
    for number, captions, text in _contacts(profiles):
        body = clean(text, BODY_LIMIT)
        if body and link_of(clean(text), _region(profiles)) is None:
            yield {"id": f"contact-{number}", **in_languages("header", captions), "body": body}


def _region(profiles: Mapping[str, ProgramProfile]) -> str | None:
    region = next(iter(profiles.values())).region
    return region if _COUNTRY.fullmatch(region) else None


def _links(profiles: Mapping[str, ProgramProfile], design: HostedDesign) -> Iterator[Json]:
    for number, link in enumerate(design.layout.links, start=1):
        texts = {language: design.word(link.text, language) for language in profiles}
        yield {
            "id": f"link-{number}",
            "uri": _filled(link.url, profiles, design),
            **in_languages("description", texts),
        }


def _offers(
    profiles: Mapping[str, ProgramProfile], names: Mapping[str, str], design: HostedDesign
) -> Iterator[Json]:
    for number, offer in enumerate(design.layout.offers, start=1):
        drawn: Json = {
            "header": localized({one: design.word(offer.header, one) for one in profiles}),
            "uri": _filled(offer.url, profiles, design),
            "sortIndex": number,
        }
        if offer.body:
            drawn["body"] = localized({one: design.word(offer.body, one) for one in profiles})
        if offer.image:
            drawn["image"] = image(design.offer_urls[offer.image], names)
        yield drawn


def _button(button: Button, profiles: Mapping[str, ProgramProfile], design: HostedDesign) -> Json:
    texts = {language: design.word(button.text, language) for language in profiles}
    drawn: Json = {"displayText": localized(texts)}
    if button.android:
        drawn["androidAppLinkInfo"] = {"appTarget": {"packageName": button.android}}
    if button.url:
        target = {
            "uri": _filled(button.url, profiles, design),
            **in_languages("description", texts),
        }
        drawn["webAppLinkInfo"] = {"appTarget": {"targetUri": target}}
    return drawn


def _row(row: tuple[tuple[str, ...], ...]) -> Json:
    kind, places = _ROWS[len(row)]
    return {kind: {place: _item(one) for place, one in zip(places, row, strict=True)}}


def _item(names: tuple[str, ...]) -> Json:
    """Return a place of a row: of several fields Google draws the first that is not empty."""
    paths = (SLOTS.get(name, f"object.textModulesData['{name}']") for name in names)
    return {"firstValue": {"fields": [{"fieldPath": path} for path in paths]}}


def _filled(url: str, profiles: Mapping[str, ProgramProfile], design: HostedDesign) -> str:
    profile = next(iter(profiles.values()))
    return url.replace("{base_url}", design.base_url).replace("{program}", profile.program)
