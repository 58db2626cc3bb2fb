"""What a shop prints so that people join, and what messengers show of its link."""

from __future__ import annotations

import base64
import io
import re
import zlib
from typing import TYPE_CHECKING, Any

import pytest
import segno

from functions.pages import kit
from functions.pages.drawing import PAGES
from functions.pages.qr_code import QUIET_ZONE, qr_code
from loyalty.languages import LANGUAGES, spoken
from loyalty.program.describe import describe
from loyalty.program.describe.sentences import on_the_wall
from loyalty.program.rules import Joining
from tests.functions.pages.shop import BASE_URL, profile, request
from tests.support.world import shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

JOIN = f"{BASE_URL}/join/coffee"


def get(piece: str, query: str = "", program: str = "coffee") -> dict[str, Any]:
    return request("GET", f"/join/{program}/kit/{piece}", query=query)


def squares(content: str) -> list[list[bool]]:
    """Return a code as ISO/IEC 18004 has it, with the quiet zone, by another way of the library."""
    code = segno.make(content, error="m", micro=False)
    return [[bool(one) for one in row] for row in code.matrix_iter(border=4)]


def pixels(png: bytes) -> list[list[bool]]:
    """Read a black and white PNG of one bit (PNG, 11.2.2; filters None and Up of 9.2)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    assert (png[24], png[25]) == (1, 0), "one bit of grey"
    data, at = b"", 8
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        data += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    raw, stride = zlib.decompress(data), (width + 7) // 8 + 1
    rows = [bytes(stride - 1)]
    for at in range(0, height * stride, stride):
        filtered, line = raw[at], raw[at + 1 : at + stride]
        assert filtered in {0, 2}
        above = rows[-1] if filtered else bytes(stride - 1)
        rows.append(bytes((one + other) % 256 for one, other in zip(line, above, strict=True)))
    return [[not row[x // 8] >> (7 - x % 8) & 1 for x in range(width)] for row in rows[1:]]


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", JOIN),
        ("location=airport", f"{JOIN}?location=airport"),
        ("location=nowhere", JOIN),
        ("location=airport%22%3E&language=ru", JOIN),
        ("location=airport&source=window-2", f"{JOIN}?location=airport&source=window-2"),
        ("source=Ann%20Smith", JOIN),
    ],
)
def test_the_code_leads_to_the_join_page_at_its_location(
    ask: Ask, query: str, address: str
) -> None:
    answer = ask(get("code.png", query))
    assert answer["headers"]["Content-Type"] == "image/png"
    found, expected = pixels(base64.b64decode(answer["body"])), squares(address)
    scale = kit._PIXELS
    assert len(found) == len(expected) * scale
    assert [row[scale // 2 :: scale] for row in found[scale // 2 :: scale]] == expected
    drawn = ask(get("code.svg", query))
    assert drawn["headers"]["Content-Type"] == "image/svg+xml"
    svg = base64.b64decode(drawn["body"]).decode() if drawn["isBase64Encoded"] else drawn["body"]
    side = len(expected)
    assert f'viewBox="0 0 {side} {side}"' in svg
    wanted = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(wanted, kind="svg", border=4, light="#fff", omitsize=True)
    assert svg == wanted.getvalue().decode()


@pytest.mark.parametrize("piece", kit.PAPERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_speak_the_visitors_language_and_carry_the_code(
    ask: Ask, piece: str, language: str
) -> None:
    answer = ask(get(piece, f"language={language}&location=airport"))
    assert answer["statusCode"] == 200
    body, headers = answer["body"], answer["headers"]
    assert f'<html lang="{language}">' in body
    shown = profile("coffee", language).name
    assert shown.replace("&", "&amp;") in body
    code = qr_code(f"{JOIN}?location=airport", QUIET_ZONE)
    assert body.count(str(code)) == (2 if piece == "tent" else 1)
    assert "cards.example/join/coffee" in body
    assert "noindex" in headers["X-Robots-Tag"]
    assert "script-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_read_what_to_do_and_what_the_program_gives(
    ask: Ask, shop: Shop, language: str
) -> None:
    body = ask(get("staff", f"language={language}"))["body"]
    words = spoken(language).PAGES["kit"]
    assert words["staff"].format(name=profile("coffee", language).name) in body
    for step in (
        "staff_ask",
        "staff_scan",
        "staff_contact",
        "staff_undo",
        "staff_offline",
        "staff_missed",
    ):
        assert words[step] in body
    assert f"<li>told to staff in {language}</li>" in body
    # Who asks for no contact finds nobody by one.
    shop.joining = Joining(contact="never")
    assert words["staff_contact"] not in ask(get("staff", f"language={language}"))["body"]


def test_the_wall_tells_nobody_how_much_staff_may_give() -> None:
    program = shipped("coffee")
    told, shown = describe(program, "en", "staff"), on_the_wall(program, "en")
    limits = [one for one in told if "You may give" in one]
    assert len(limits) == 1
    assert list(shown) == [one for one in told if one not in limits]


@pytest.mark.parametrize("piece", ["", "code", "code.gif", "Poster", "../coffee", "poster/x"])
def test_nothing_is_under_other_names(ask: Ask, piece: str) -> None:
    assert ask(get(piece))["statusCode"] == 404


def test_nobodys_program_has_no_kit(ask: Ask) -> None:
    assert ask(get("poster", program="nobody"))["statusCode"] == 404
    assert ask(get("poster", program="No-Such%20Program"))["statusCode"] == 404


def test_the_sizes_on_paper_are_told_in_millimetres() -> None:
    text = (PAGES / "kit.css").read_text(encoding="utf-8")
    assert "@page sheet { size: 210mm 297mm; margin: 0; }" in text
    assert not re.search(r"\d(px|rem|em|vh|vw)\b", text), "what is printed is measured in mm and pt"


def test_a_messenger_finds_what_to_show_of_the_link(ask: Ask) -> None:
    body = ask(request("GET", "/join/coffee", query="language=en"))["body"]
    told = dict(re.findall(r'<meta property="og:([a-z:_]+)" content="([^"]*)">', body))
    assert told["title"] == "Daily Cup Club: get your card"
    assert told["description"] == "10 points for every $1."
    assert told["url"] == JOIN
    assert told["site_name"] == "Daily Cup"
    image = told["image"].removeprefix(BASE_URL)
    assert image.startswith("/designs/coffee/google-hero.png?v=")
    path, _, query = image.partition("?")
    assert ask(request("GET", path, query=query))["headers"]["Content-Type"] == "image/png"
