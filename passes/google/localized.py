"""Texts in several languages as Google takes them, and how long they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = dict[str, Any]

HEADER_LIMIT: Final = 35
BODY_LIMIT: Final = 500
MODULE_LIMIT: Final = 10


class InOneLanguage(Protocol):
    """A view in one language."""

    @property
    def language(self) -> str: ...


View = TypeVar("View", bound=InOneLanguage)


def by_language(view: View, translations: Sequence[View]) -> dict[str, View]:
    """Return the views by language, the default first; of two in one language the first counts."""
    found: dict[str, View] = {}
    for one in (view, *translations):
        found.setdefault(one.language, one)
    return found


def localized(texts: Mapping[str, str]) -> Json:
    """Return a localised string; the first language is the default. Empty texts are left out."""
    (language, value), *others = texts.items()
    drawn: Json = {"defaultValue": {"language": language, "value": value}}
    if translated := [{"language": one, "value": text} for one, text in others if text]:
        drawn["translatedValues"] = translated
    return drawn


def in_languages(name: str, texts: Mapping[str, str]) -> Json:
    """Return a text as the member `name`, and as its localised twin where there are translations.

    Google wants both: the plain one is required, the localised one is shown.
    """
    value = next(iter(texts.values()))
    drawn: Json = {name: value}
    if value and len(texts) > 1:
        drawn[f"localized{name[0].upper()}{name[1:]}"] = localized(texts)
    return drawn


def image(address: str, descriptions: Mapping[str, str]) -> Json:
    """Return a picture with words for those who cannot see it."""
    return {"sourceUri": {"uri": address}, "contentDescription": localized(descriptions)}
