"""/v1/designs: pictures go up, a design is drawn and judged, published, and worn by every card."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from base64 import b64decode
from datetime import timedelta
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image  # type: ignore[import-not-found]

from functions import card_page
from functions.wiring import designs as wiring
from passes.designs import archive
from passes.designs.design import DESIGNS
from tests.functions.routes.till import served_by, till
from tests.support import logos
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.functions.conftest import Shop

SENT = {"name": "Autumn", "style": "stamps", "colour": "#12352b", "accent": "#f0b84b", "count": 4}


class Owner:
    """An owner with pictures."""

    def __init__(self, shop: Shop, ask: Any, scope: Any = "owner", **key: Any) -> None:
        self.shop = shop
        self.send = ask
        self.till = till(shop, ask, scope, **key)

    def upload(self, data: bytes) -> str:
        status, made = self.till.ask("POST", "/v1/pictures")
        assert status == 201
        assert made["url"] == f"https://put-object.example/uploads/coffee/{made['id']}"
        self.shop.drawn.objects[f"uploads/coffee/{made['id']}"] = data
        name: str = made["id"]
        return name

    def ask(
        self, method: str, path: str, body: Any = None, tag: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {"authorization": self.till.key}
        if tag is not None:
            headers["if-match"] = tag
        module = served_by(path)
        text = None if body is None else json.dumps(body)
        answer = self.send(module, http(method, path, headers, text))
        self.tag = answer["headers"].get("ETag", "")
        return answer["statusCode"], content(answer)

    def told(self, method: str, path: str, body: Any = None, tag: str | None = None) -> Any:
        status, said = self.ask(method, path, body, tag)
        assert status in {200, 201}, said
        return said

    def draw(self, id_: str = "autumn", tag: str = '"0"', **changes: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.told("PUT", f"/v1/designs/{id_}", {**SENT, **changes}, tag)
        return found

    def refused(self, **changes: Any) -> dict[str, Any]:
        """Return why a design is refused; nothing is stored of it."""
        before = dict(self.shop.drawn.objects)
        status, said = self.ask("PUT", "/v1/designs/autumn", {**SENT, **changes}, '"0"')
        assert status == 422, said
        assert self.shop.drawn.objects == before
        assert self.ask("GET", "/v1/designs/autumn")[0] == 404
        return said

    def wear(self, design: str) -> tuple[int, dict[str, Any]]:
        shown = self.told("GET", "/v1/program")
        document = {**shown["document"], "design": design}
        return self.ask("PUT", "/v1/program", {"document": document}, self.tag)


@pytest.fixture
def owner(shop: Shop, ask: Any) -> Owner:
    return Owner(shop, ask)


def picture(shop: Shop, ask: Any, address: str) -> tuple[int, bytes]:
    path = address.removeprefix("https://cards.example").partition("?")[0]
    answer = ask(card_page, http("GET", path))
    body = answer["body"]
    return answer["statusCode"], b64decode(body) if answer.get("isBase64Encoded") else body.encode()


def test_a_logo_becomes_a_published_design_that_cards_wear(
    owner: Owner, shop: Shop, ask: Any
) -> None:
    logo = owner.upload(logos.LOGOS["square-badge"]())
    drawn = owner.draw(logo=logo)
    assert (drawn["published"], drawn["changed"], drawn["in_use"]) == (None, True, False)
    assert drawn["recipe"]["count"] == 4
    assert len(drawn["pictures"]) > 20
    # The same again, with the picture by the name it is kept under, changes nothing.
    tag = owner.tag
    again = owner.draw(tag=tag, logo=drawn["recipe"]["logo"])
    assert (again, owner.tag) == (drawn, tag)
    assert owner.wear("autumn")[0] == 422, "nothing is published yet"
    published = owner.told("POST", "/v1/designs/autumn/publish", tag=tag)
    assert (published["published"], published["changed"]) == (1, False)
    assert owner.wear("autumn")[0] == 200
    shop.world.now += timedelta(minutes=2)  # functions know a program for a minute each
    shop.world.restart()
    member = shop.world.enrol()
    page = ask(card_page, http("GET", f"/c/{member.link}"))
    assert "#12352b" in page["body"]
    look = published["look"]
    assert f"/designs/{look}/strip@3x.png" in page["body"]
    status, strip = picture(shop, ask, f"/designs/{look}/strip@3x.png")
    assert status == 200
    assert Image.open(io.BytesIO(strip)).size == (1125, 432)
    assert owner.told("GET", "/v1/designs/autumn")["in_use"] is True
    assert owner.ask("DELETE", "/v1/designs/autumn", tag=owner.tag)[1]["code"] == "design_in_use"
    listed = owner.told("GET", "/v1/designs")
    assert [(one["id"], one["in_use"]) for one in listed["designs"]] == [("autumn", True)]
    assert "coffee" in listed["shipped"]


def test_versions_come_and_go_back(owner: Owner) -> None:
    first = owner.draw(style="points", count=None)
    owner.told("POST", "/v1/designs/autumn/publish", tag=owner.tag)
    second = owner.draw(tag=owner.tag, style="points", count=None, colour="#5b1b2b")
    assert second["look"] != first["look"]
    owner.told("POST", "/v1/designs/autumn/publish", tag=owner.tag)
    stale = owner.tag
    back = owner.told("POST", "/v1/designs/autumn/rollback", {"version": 1}, owner.tag)
    assert (back["look"], back["published"]) == (first["look"], 3)
    assert back["recipe"]["colour"] == "#12352b"
    code = owner.ask("POST", "/v1/designs/autumn/rollback", {"version": 1}, stale)
    assert (code[0], code[1]["code"]) == (412, "precondition_failed")
    versions = owner.told("GET", "/v1/designs/autumn/versions")["versions"]
    assert [(one["version"], one["back_to"]) for one in versions] == [(3, 1), (2, None), (1, None)]
    copy = owner.told("POST", "/v1/designs/autumn/copies", {"id": "winter", "name": "Winter"})
    assert (copy["look"], copy["published"]) == (first["look"], None)
    assert owner.told("DELETE", "/v1/designs/winter", tag=owner.tag) == {"id": "winter"}
    assert owner.ask("GET", "/v1/designs/winter")[0] == 404


def test_one_picture_may_be_the_owners(owner: Owner, shop: Shop, ask: Any) -> None:
    plain = io.BytesIO()
    Image.new("RGB", (1125, 432), "#7030a0").save(plain, "PNG")
    drawn = owner.draw(pictures={"strip-2": owner.upload(plain.getvalue())})
    for name, own in (
        ("strip-2@3x.png", True),
        ("strip-2@2x.png", True),
        ("strip-3@3x.png", False),
    ):
        found = Image.open(io.BytesIO(picture(shop, ask, drawn["pictures"][name])[1]))
        assert (found.convert("RGB").getpixel((300, 100)) == (0x70, 0x30, 0xA0)) is own, name
    others = owner.upload(plain.getvalue())
    status, said = owner.ask(
        "PUT", "/v1/designs/autumn", {**SENT, "pictures": {"strip-9": others}}, owner.tag
    )
    assert (status, said["errors"][0]["code"]) == (422, "picture_unusable")
    assert "strip-9 is no picture of this design" in said["errors"][0]["detail"]


def test_a_preview_is_one_page_with_everything_in_it(owner: Owner, shop: Shop) -> None:
    owner.draw()
    before = dict(shop.drawn.objects)
    made = owner.told("POST", "/v1/designs/autumn/previews", {})
    place = made["url"].removeprefix("https://get-object.example/")
    assert set(shop.drawn.objects) - set(before) == {place}
    page = shop.drawn.objects[place].decode()
    assert "An approximation." in page
    for language in ("en", "ru"):
        for what in (
            *("Apple", "Apple, iOS 27", "Apple, back", "Apple, lock screen"),
            *("Google", "Google, details", "join page, light", "join page, dark"),
            *("A4 poster, light", "A4 poster, dark"),
            *("card page of a new member, light", "card page of a new member, dark"),
            "card page with the reward 'free-coffee' ready, light",
            "card page that is closed, light",
        ):
            assert f"<figcaption>{language}: {escape(what)}</figcaption>" in page, what
    assert page.count("rgb(18, 53, 43)") > 4, "drawn in the draft's colours"
    status, said = owner.ask("POST", "/v1/designs/autumn/previews", {"version": 1})
    assert (status, said["code"]) == (404, "not_found")


def bomb(width: int, height: int) -> bytes:
    def part(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", b"") + part(b"IEND", b"")


def moving() -> bytes:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def nothing() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (300, 300)).save(file, "PNG")
    return file.getvalue()


def dot() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1, 1), "red").save(file, "PNG")
    return file.getvalue()


def svg(inside: str, before: str = "", attributes: str = "") -> bytes:
    return (
        f'{before}<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" {attributes}>'
        f'<rect width="90" height="90" fill="red"/>{inside}</svg>'
    ).encode()


LAUGHS = "".join(
    f'<g id="g{at}">' + f'<use href="#g{at - 1}"/>' * 10 + "</g>" for at in range(1, 9)
)
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "a text": (lambda: b"hello", "no picture that can be read"),
    "nothing at all": (lambda: b"", "no picture that can be read"),
    "a bomb": (lambda: bomb(30_000, 30_000), "more than"),
    "twenty thousand": (lambda: bomb(20_000, 20_000), "more than"),
    "one pixel": (dot, "nothing can be drawn"),
    "a film": (moving, "moves"),
    "a cut one": (lambda: logos.LOGOS["square-badge"]()[:900], "cannot be read"),
    "an invisible one": (nothing, "lets everything see through"),
    "a page": (lambda: b"<!DOCTYPE html><html><script>1</script></html>", "<script>"),
    "an svg with a script": (lambda: svg("<script>alert(1)</script>"), "<script>"),
    "an svg that acts": (lambda: svg("", attributes='onload="alert(1)"'), "onload"),
    "an svg that loads": (lambda: svg('<image href="https://x.example/a.png"/>'), "outside"),
    "an svg that reads": (lambda: svg('<image href="file:///etc/passwd"/>'), "outside"),
    "an svg in an svg": (lambda: svg('<image href="data:image/svg+xml;base64,AA"/>'), "outside"),
    "a style from outside": (lambda: svg("<style>@import 'x.css';</style>"), "styles"),
    "a style that loads": (
        lambda: svg("<style>rect{fill:url(https://x.example/a)}</style>"),
        "outside",
    ),
    "a style that hides": (lambda: svg(r"<style>rect{fill:\75rl(x)}</style>"), "styles"),
    "an html island": (lambda: svg("<foreignObject/>"), "foreignObject"),
    "a moving svg": (lambda: svg('<animate attributeName="x"/>'), "moves"),
    "letters without a font": (lambda: svg("<text>Ann</text>"), "turn the lettering into paths"),
    "entities": (
        lambda: svg("&a;", '<!DOCTYPE svg [<!ENTITY a "aaaaaaaa">]>'),
        "entities",
    ),
    "a billion": (
        lambda: svg(f'<g id="g0"><path d="M0 0h9"/></g>{LAUGHS}<use href="#g8"/>'),
        "more parts",
    ),
    "a deep one": (lambda: svg("<g>" * 200 + "</g>" * 200), "more parts"),
    "a damaged svg": (lambda: svg("<g>"), "damaged"),
    "an svg of no size": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="0" height="9"><rect/></svg>',
        "cannot be drawn",
    ),
    "a large svg": (lambda: svg(f"<!--{'x' * 1_000_001}-->"), "more than 1,000,000 bytes"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_logo_is_refused_in_words(owner: Owner, what: str) -> None:
    made, words = BAD[what]
    said = owner.refused(logo=owner.upload(made()))
    (error,) = said["errors"]
    assert (error["code"], error["pointer"]) == ("picture_unusable", "/logo")
    assert words in error["detail"], error


def test_a_file_that_is_far_too_large_is_not_read(owner: Owner) -> None:
    said = owner.refused(logo=owner.upload(bytes(archive.LARGEST + 1)))
    (error,) = said["errors"]
    assert (error["code"], error["pointer"]) == ("picture_unusable", "/logo")
    assert "at most 20,000,000 bytes" in error["detail"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer", "words"),
    [
        ({"colour": "green"}, "colour_unusable", "/colour", "six digits after a #"),
        ({"accent": "#12"}, "colour_unusable", "/accent", "six digits after a #"),
        ({"count": 21}, "recipe_unusable", "/count", "from 3 to 20"),
        ({"style": None}, "recipe_unusable", "/style", "style"),
        ({"logo": "0" * 32}, "picture_not_found", "/logo", "put the file to the address first"),
        ({"icon": "rocket"}, "picture_not_found", "/icon", "put the file to the address first"),
    ],
)
def test_what_cannot_be_drawn_is_said_with_what_to_change(
    owner: Owner, changes: dict[str, Any], code: str, pointer: str, words: str
) -> None:
    said = owner.refused(**changes)
    (error,) = said["errors"]
    assert (error["code"], error["pointer"]) == (code, pointer)
    assert words in error["detail"]


def folder(changes: Mapping[str, bytes | None] = MappingProxyType({})) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted((DESIGNS / "coffee").iterdir()):
            if file.name not in changes:
                packed.writestr(f"mine/{file.name}", file.read_bytes())
        packed.writestr("mine/originals/logo.png", b"not taken")
        packed.writestr("__MACOSX/._design.toml.png", b"nor this")
        for file_name, content_ in changes.items():
            if content_ is not None:
                packed.writestr(f"mine/{file_name}", content_)
    return data.getvalue()


def test_a_folder_is_taken_as_it_is(owner: Owner, shop: Shop) -> None:
    sent = {"name": "By a designer", "folder": owner.upload(folder())}
    drawn = owner.told("PUT", "/v1/designs/mine", sent, '"0"')
    assert drawn["recipe"] is None
    stored = shop.drawn.objects[archive.place_of(drawn["look"])]
    files = archive.unpacked(stored)
    assert files == {
        one.name: one.read_bytes() for one in (DESIGNS / "coffee").iterdir() if one.is_file()
    }
    # What was stored comes back the same way: export and import carry one form.
    again = {"name": "By a designer", "folder": owner.upload(stored)}
    assert owner.told("PUT", "/v1/designs/other", again, '"0"')["look"] == drawn["look"]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: b"no archive", "cannot be read"),
        (lambda: folder({"icon@3x.png": None}), "icon@3x.png cannot be read: it is not there"),
        (lambda: folder({"design.toml": b"languages = 5"}), "colours is missing"),
        (lambda: folder({"icon@3x.png": b"x"}), "no image that can be used"),
    ],
)
def test_a_folder_that_will_not_do_is_refused(owner: Owner, made: Any, words: str) -> None:
    name = owner.upload(made())
    before = dict(owner.shop.drawn.objects)
    sent = {"name": "Mine", "folder": name}
    status, said = owner.ask("PUT", "/v1/designs/autumn", sent, '"0"')
    assert (status, said["errors"][0]["code"]) == (422, "design_unusable"), said
    assert words in said["errors"][0]["detail"]
    assert owner.shop.drawn.objects == before


def test_a_shipped_name_and_a_test_side_are_left_alone(owner: Owner, shop: Shop, ask: Any) -> None:
    assert owner.ask("PUT", "/v1/designs/coffee", SENT, '"0"')[1]["code"] == "shipped_design"
    side = Owner(shop, ask, program="coffee.test")
    owner.draw()
    assert side.told("GET", "/v1/designs/autumn")["name"] == "Autumn"
    assert side.ask("PUT", "/v1/designs/autumn", SENT, '"1"')[1]["code"] == "test_side"


def test_a_stored_design_is_read_once(owner: Owner, shop: Shop, monkeypatch: Any) -> None:
    look = owner.draw()["look"]
    reads: list[str] = []
    read = shop.drawn.get_object

    def counted(**asked: str) -> dict[str, Any]:
        reads.append(asked["Key"])
        return read(**asked)

    monkeypatch.setattr(shop.drawn, "get_object", counted)
    wiring.forget()
    for _ in range(3):
        assert wiring.worn(look).background == "#12352b"
    assert reads == [archive.place_of(look)]
    assert wiring.mark(look) == wiring.worn(look).mark


def test_what_is_not_there_is_no_picture_and_no_alarm(
    shop: Shop, ask: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("coffee~" + "0" * 32, "coffee~short", "..~" + "0" * 32):
        assert picture(shop, ask, f"/designs/{name}/logo@3x.png")[0] == 404
    assert "DesignMissing" not in capsys.readouterr().out


def test_a_design_that_is_gone_leaves_a_plain_card(
    owner: Owner,
    shop: Shop,
    ask: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "loyalty")
    owner.draw()
    look = owner.told("POST", "/v1/designs/autumn/publish", tag=owner.tag)["look"]
    assert owner.wear("autumn")[0] == 200
    shop.world.now += timedelta(minutes=2)  # functions know a program for a minute each
    shop.world.restart()
    member = shop.world.enrol()
    del shop.drawn.objects[archive.place_of(look)]
    wiring.forget()
    page = ask(card_page, http("GET", f"/c/{member.link}"))
    assert (page["statusCode"], "/designs/plain/" in page["body"]) == (200, True)
    assert "DesignMissing" in capsys.readouterr().out


def photograph(width: int, height: int) -> bytes:
    made = Image.effect_noise((width, height), 60).convert("RGB")
    packed, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "A camera that tells"
    made.save(packed, "JPEG", exif=exif)
    return packed.getvalue()


def test_a_picture_for_news_is_made_smaller_and_served_to_anybody(
    owner: Owner, shop: Shop, ask: Any
) -> None:
    first = owner.upload(photograph(3000, 2000))
    kept = owner.told("POST", f"/v1/pictures/{first}/news")
    assert (kept["width"], kept["height"]) == (1860, 1240)
    status, content = picture(shop, ask, kept["url"])
    assert status == 200
    assert len(content) == kept["bytes"]
    with Image.open(io.BytesIO(content)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1860, 1240))
        assert not shown.getexif()
    again = owner.told("POST", f"/v1/pictures/{first}/news")
    assert again["id"] == kept["id"]
    assert owner.told("GET", "/v1/pictures")["pictures"] == [again]
    for other in ("bakery~" + kept["id"], "coffee~" + "0" * 32, "coffee~" + kept["id"] + ".png"):
        assert picture(shop, ask, f"/designs/news/{other}.jpg")[0] == 404


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: b"hello", "no picture that can be read"),
        (lambda: photograph(320, 200), "600 in width at least"),
        (lambda: photograph(700, 1500), "no more than 2 times"),
    ],
)
def test_what_is_no_picture_for_news_is_said(
    owner: Owner, data: Callable[[], bytes], why: str
) -> None:
    status, said = owner.ask("POST", f"/v1/pictures/{owner.upload(data())}/news")
    assert (status, said["errors"][0]["code"]) == (422, "picture_unusable")
    assert why in said["errors"][0]["detail"]
    assert owner.ask("POST", f"/v1/pictures/{'0' * 32}/news")[0] == 422
    assert owner.told("GET", "/v1/pictures")["pictures"] == []
