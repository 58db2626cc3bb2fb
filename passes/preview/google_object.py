"""An object of Google's as HTML, plainly drawn; what a phone makes of it was not compared.

The local Wallet API shows saved cards so, and a preview what a design makes of them.
"""

from __future__ import annotations

import re
from html import escape
from io import BytesIO
from typing import Any, Final

import segno

from loyalty import words
from loyalty.money import exponent

Json = dict[str, Any]

_LABELS: Final = {"accountName": "accountNameLabel", "accountId": "accountIdLabel"}
_MIDDLE_GREY: Final = 150_000  # thousandths of a channel, weighed as eyes do


def face(shown: Json, language: str) -> str:
    """Return an object as a phone of that language draws it: front, and what is behind it."""
    return front(shown, language) + details(shown, language)


def front(shown: Json, language: str) -> str:
    """Return the front of an object, by Google's template for loyalty cards; its class is in it.

    Logo, issuer and program on the class's colour, rows, the code, and the banner at the bottom.
    How a phone spaces them is not checked against one.
    """
    program = shown["classReference"]
    colour = escape(program.get("hexBackgroundColor", "#333333"), quote=True)
    wide = program.get("wideProgramLogo")
    # A wide logo stands instead of the logo and the issuer's name.
    logo = _image(wide, 320) if wide else _image(program.get("programLogo"), 64)
    issuer = "" if wide else f"<small>{said(program, 'issuerName', language)}</small>"
    code = shown.get("barcode", {})
    name = f"<h1>{said(program, 'programName', language)}</h1>"
    parts = [
        f"<header>{logo}<div>{issuer}{name}</div></header>",
        *(_row(row, shown, language) for row in _rows(program)),
        _code(code.get("value", "")),
        f"<p><small>{escape(code.get('alternateText', ''))}</small></p>",
        _image(shown.get("heroImage") or program.get("heroImage"), 400),
    ]
    ink = "#111" if _is_light(colour) else "#fff"
    drawn = "".join(parts)
    return f'<section class="front" style="background:{colour};color:{ink}">{drawn}</section>'


def details(shown: Json, language: str) -> str:
    """Return what stands behind the front: name and number, messages, texts, pictures, links."""
    program = shown["classReference"]

    def say(one: Json, member: str) -> str:
        return said(one, member, language)

    sides = (shown, program)
    button = next((one for one in sides if one.get("appLinkData")), None)
    parts = [
        "<dl>",
        *(
            _pair(say(shown[key], "label"), _balance(shown[key].get("balance", {}), language))
            for key in ("loyaltyPoints", "secondaryLoyaltyPoints")
            if key in shown
        ),
        _pair(say(program, "accountNameLabel") or "Name", escape(shown.get("accountName", ""))),
        _pair(say(program, "accountIdLabel") or "Account", escape(shown.get("accountId", ""))),
        "</dl>",
        *(_text(message, language) for one in sides for message in one.get("messages", [])),
        *(_text(module, language) for one in sides for module in one.get("textModulesData", [])),
        *(
            _image(module.get("mainImage"), 400)
            for one in sides
            for module in one.get("imageModulesData", [])
        ),
        *(_tile(tile, language) for one in sides for tile in one.get("valueAddedModuleData", [])),
        *(
            _link(link.get("uri", ""), say(link, "description"))
            for one in sides
            for link in _links(one)
        ),
        _button(button, language) if button else "",
    ]
    return "".join(parts)


def _is_light(colour: str) -> bool:
    """Tell whether dark letters are read better on a colour of the form ``#rrggbb``."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return False
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 299 * red + 587 * green + 114 * blue > _MIDDLE_GREY


def said(one: Json, member: str, language: str) -> str:
    """Return a text in the reader's language, escaped: the localised one wins, as on a phone."""
    name = f"localized{member[0].upper()}{member[1:]}"
    localized = one.get(name) or {}
    texts = [localized.get("defaultValue") or {}, *localized.get("translatedValues", [])]
    spoken = {str(text.get("language", "")).split("-")[0]: text.get("value") for text in texts}
    chosen = spoken.get(language) or texts[0].get("value") or one.get(member) or ""
    return escape(str(chosen)).replace("\n", "<br>")


def _localized(value: Json | None, language: str) -> str:
    return said({"localizedText": value or {}}, "text", language)


def _text(module: Json, language: str) -> str:
    header, body = said(module, "header", language), said(module, "body", language)
    return f"<h2>{header}</h2><p>{body}</p>"


def _links(one: Json) -> list[Json]:
    links = list(one.get("linksModuleData", {}).get("uris", []))
    return [*links, one["homepageUri"]] if one.get("homepageUri") else links


def _link(uri: str, text: str) -> str:
    return f'<p><a href="{escape(uri, quote=True)}">{text or escape(uri)}</a></p>'


def _tile(tile: Json, language: str) -> str:
    image = _image(tile.get("image"), 64)
    body = _localized(tile.get("body"), language)
    link = _link(tile.get("uri", ""), _localized(tile.get("header"), language))
    return f"<section>{image}{link}<p>{body}</p></section>"


def _button(one: Json, language: str) -> str:
    button = one["appLinkData"]
    targets = [
        button.get(name, {}).get("appTarget", {})
        for name in ("webAppLinkInfo", "androidAppLinkInfo")
    ]
    address = next(
        (target["targetUri"].get("uri", "") for target in targets if target.get("targetUri")),
        next((f"market://details?id={one['packageName']}" for one in targets if one), ""),
    )
    return _link(address, _localized(button.get("displayText"), language))


def _rows(program: Json) -> list[Json]:
    template = program.get("classTemplateInfo", {}).get("cardTemplateOverride", {})
    rows: list[Json] = template.get("cardRowTemplateInfos", [])
    return rows


def _row(row: Json, shown: Json, language: str) -> str:
    places: Json = next(iter(row.values()), {})
    cells = "".join(
        f"<td>{_item(places.get(place), shown, language)}</td>"
        for place in ("item", "startItem", "middleItem", "endItem")
        if place in places
    )
    return f"<table><tr>{cells}</tr></table>"


def _item(item: Json | None, shown: Json, language: str) -> str:
    values = []
    for selector in ("firstValue", "secondValue"):
        for field in (item or {}).get(selector, {}).get("fields", []):
            if found := _field(str(field.get("fieldPath", "")), shown, language):
                values.append(found)
                break
    return " / ".join(values)


def _field(path: str, shown: Json, language: str) -> str:
    """Return what a path of the template leads to, with its label; nothing where it is empty."""
    side, _, rest = path.partition(".")
    one = shown if side == "object" else shown["classReference"]
    if named := re.fullmatch(r"textModulesData\['([^']+)'\](?:\.(header|body))?", rest):
        modules = (m for m in one.get("textModulesData", []) if m.get("id") == named[1])
        module = next(modules, None)
        return _text_cell(module, named[2], language) if module else ""
    member, _, part = rest.partition(".")
    if member in {"loyaltyPoints", "secondaryLoyaltyPoints"} and member in one:
        points = one[member]
        label = said(points, "label", language)
        balance = _balance(points.get("balance", {}), language)
        return label if part == "label" else _captioned(label, balance)
    if member in _LABELS:
        caption = said(shown["classReference"], _LABELS[member], language)
        return _captioned(caption, said(one, member, language))
    return said(one, member, language)


def _captioned(label: str, value: str) -> str:
    """Return a value under its own label: Google draws structured data so (unverified)."""
    return f"<small>{label}</small><br>{value}" if value else ""


def _text_cell(module: Json, part: str | None, language: str) -> str:
    if part:
        return said(module, part, language)
    header, body = said(module, "header", language), said(module, "body", language)
    return f"<small>{header}</small><br>{body}"


def _balance(balance: Json, language: str) -> str:
    if money := balance.get("money"):
        currency = str(money.get("currencyCode", ""))
        micros = int(money.get("micros", 0))
        if not words.is_money(currency):
            return escape(f"{micros / 1_000_000:.2f} {currency}")
        minor = micros // 10 ** (6 - exponent(currency))
        return escape(words.money(language, minor, currency))
    return escape(str(next(iter(balance.values()), "")))


def _pair(label: str, value: str) -> str:
    """Return a label and its value, both HTML already."""
    return f"<dt>{label}</dt><dd>{value}</dd>" if value else ""


def _image(image: Json | None, width: int) -> str:
    if not image:
        return ""
    address = escape(image.get("sourceUri", {}).get("uri", ""), quote=True)
    return f'<img src="{address}" alt="" width="{width}">'


def _code(value: str) -> str:
    if not value:
        return ""
    drawn = BytesIO()
    segno.make(value, error="m").save(drawn, kind="svg", xmldecl=False, omitsize=True)
    return drawn.getvalue().decode("utf-8")
