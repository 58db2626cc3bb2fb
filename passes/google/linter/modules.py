"""Rules 10 (but for the template) and 13: modules, messages, places, and where links lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from passes.google.findings import Finding, error, warning
from passes.google.json_access import Json, items, table, tables, text
from passes.google.linter.words import texts_of
from passes.google.syntax import is_https

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULE_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
COUNTS: Final = {
    "textModulesData": 10,
    "imageModulesData": 1,
    "messages": 10,
    "merchantLocations": 10,
    "valueAddedModuleData": 15,
}
"""How many of each Google shows from one side, or takes at all."""
_LINK: Final = re.compile(r"(?:https?://|tel:|mailto:|geo:).+", re.IGNORECASE | re.DOTALL)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+", re.DOTALL)
LONGEST_BUTTON: Final = 30
_EDGES: Final = (("latitude", 90), ("longitude", 180))


def check(body: Json) -> Iterator[Finding]:
    """Check how many modules there are and what is in each (rule 10)."""
    for name, limit in COUNTS.items():
        if len(items(body, name)) > limit:
            yield error(10, name, f"more than {limit}", "keep the most important ones")
    yield from _text_modules(body)
    yield from _other_modules(body)
    for where, place in tables(body, "merchantLocations"):
        if any(not _within(place.get(name), bound) for name, bound in _EDGES):
            yield error(10, where, "not a place on earth", "use WGS 84 degrees")


def _text_modules(body: Json) -> Iterator[Finding]:
    for name in ("textModulesData", "imageModulesData"):
        ids = [one.get("id") for _, one in tables(body, name) if isinstance(one.get("id"), str)]
        if len(set(ids)) != len(ids):
            yield error(10, name, "an id twice", "give every module its own id")
    for where, module in tables(body, "textModulesData"):
        identifier = module.get("id")
        if identifier is not None and not MODULE_ID.fullmatch(str(identifier)):
            mend = "use letters, digits, '_' and '-': a dot separates field paths"
            yield error(10, f"{where}.id", "not an id that a template can name", mend)
        if not any(module.get(one) for one in _CONTENT):
            yield warning(10, where, "a module that says nothing", "give it a header or a body")


def _other_modules(body: Json) -> Iterator[Finding]:
    for where, module in tables(body, "imageModulesData"):
        if not module.get("mainImage"):
            yield error(10, where, "a module without its picture", "give it a mainImage")
    for where, module in tables(body, "valueAddedModuleData"):
        for name in ("header", "uri"):
            if not module.get(name):
                yield error(10, f"{where}.{name}", "required, but missing", "give it a value")


_CONTENT: Final = ("header", "body", "localizedHeader", "localizedBody")


def _within(value: Any, bound: int) -> bool:
    return type(value) in {int, float} and -bound <= value <= bound


def check_links(body: Json, *, development: bool) -> Iterator[Finding]:
    """Check that every link leads somewhere that a phone can go (rule 13)."""
    links = list(tables(table(body, "linksModuleData"), "uris", "linksModuleData"))
    if body.get("homepageUri") is not None:
        links.append(("homepageUri", table(body, "homepageUri")))
    for where, link in links:
        if not _LINK.fullmatch(text(link, "uri")):
            mend = "begin it with https://, tel:, mailto: or geo:"
            yield error(13, f"{where}.uri", "no scheme that Google opens", mend)
    for where, module in tables(body, "valueAddedModuleData"):
        if module.get("uri") and not _SCHEME.fullmatch(text(module, "uri")):
            yield error(13, f"{where}.uri", "no scheme", "begin it with https://")
    yield from _app_link(body, development=development)


def _app_link(body: Json, *, development: bool) -> Iterator[Finding]:
    if body.get("appLinkData") is None:
        return
    button = table(body, "appLinkData")
    for path, shown in texts_of(button.get("displayText")):
        if len(shown) > LONGEST_BUTTON:
            where = f"appLinkData.displayText{path}"
            what = f"{len(shown)} characters on a button of {LONGEST_BUTTON}"
            yield error(13, where, what, "shorten it")
    kinds = [name for name in ("androidAppLinkInfo", "webAppLinkInfo") if button.get(name)]
    if not kinds:
        mend = "give it an androidAppLinkInfo or a webAppLinkInfo"
        yield error(13, "appLinkData", "a button that leads nowhere", mend)
    for name in kinds:
        where = f"appLinkData.{name}.appTarget"
        target = table(table(button, name), "appTarget")
        address = table(target, "targetUri")
        if address:
            web = name == "webAppLinkInfo"
            yield from _target(f"{where}.targetUri", address, web=web, development=development)
        elif not target.get("packageName"):
            yield error(13, where, "no target", "name a packageName or a targetUri")


def _target(where: str, address: Json, *, web: bool, development: bool) -> Iterator[Finding]:
    if not _SCHEME.fullmatch(text(address, "uri")):
        yield error(13, f"{where}.uri", "no scheme", "begin it with https://")
    elif web and not is_https(address.get("uri"), development=development):
        yield warning(13, f"{where}.uri", "not a public web page", "use an https address")
    if not any(address.get(one) for one in ("description", "localizedDescription")):
        mend = "say in its description where it leads"
        yield error(13, where, "no description", mend)
