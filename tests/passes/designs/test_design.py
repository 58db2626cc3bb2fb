from __future__ import annotations

import shutil
import struct
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest

from infra.drawings import artists
from passes.designs import design
from passes.designs.design import DESIGNS, DesignError, load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DESIGNS / "coffee", tmp_path / "coffee")
    return tmp_path


@pytest.mark.parametrize("name", design.names())
def test_every_shipped_design_loads(name: str) -> None:
    loaded = load(name)
    assert loaded.google.logo.width == loaded.google.logo.height == 660
    assert {image.name for image in loaded.apple_images} >= {
        f"{kind}{scale}.png" for kind in ("icon", "logo") for scale in ("", "@2x", "@3x")
    }, "without the single size, readers other than Wallet refuse a pass"
    assert load(name) is loaded


def test_seven_designs_ship_and_an_owner_may_add_more() -> None:
    shops = {"barber", "cashback", "coffee", "ladder", "membership", design.PLAIN, "stamps"}
    assert set(artists.ALL) == shops <= set(design.names())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('background = "#4a2c1d"', 'background = "#4A2C1D"', "colours.background must be a colour"),
        ('background = "#4a2c1d"', "background = 5", "colours.background must be a text, not 5"),
        ('background = "#4a2c1d"', "", "colours.background is missing"),
        ('label = "#', 'lable = "#', "colours.label is missing"),
        ("[colours]", 'shadow = "x"\n[colours]', "shadow is not known here"),
        ("logo_text = true", 'logo_text = "yes"', "apple.logo_text must be a true or false"),
        ("logo_text = true", "logo_txt = true", "apple.logo_txt is not known here"),
        ('group = "header"', 'group = "top"', "fields\\[0\\].group must be one of header"),
        ('field = "progress"', 'field = "balance"', "fields\\[1\\].field places 'balance' twice"),
        (
            'field = "progress"',
            'field = "Pro gress"',
            "fields\\[1\\].field must be the key of a card field",
        ),
        (
            'field = "progress"',
            'field = "progres"',
            r"fields\[1\].field names 'progres', which no card has.*\(did you mean progress\?\)",
        ),
        ('field = "progress"', 'field = "progress"\nannounce = true', "announces more than 2"),
        (
            'field = "progress"',
            'fact = "progress"',
            r"fields\[1\].fact is not known here \(did you mean field\?\); known keys: .*field",
        ),
        ('["icon", "logo", "strip"]', '["logo", "strip"]', 'must hold "icon"'),
        ('["icon", "logo", "strip"]', '["icon", "icon"]', "images\\[1\\] must be one of"),
        ('["icon", "logo", "strip"]', '["icon", "cover"]', "images\\[1\\] must be one of"),
        ('logo = "google-logo.png"', 'logo = "strip@2x.png"', "google.logo must be the name"),
        ('logo = "google-logo.png"', 'logo = "google-hero.png"', "it must be 660x660"),
        ('logo = "google-logo.png"', 'logo = "none.png"', "none.png cannot be read"),
        ("[google]", "[google", "is not TOML"),
    ],
)
def test_mistakes_are_told_with_file_and_key(
    folder: Path, old: str, new: str, message: str
) -> None:
    file = folder / "coffee" / "design.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DesignError, match=message) as raised:
        load("coffee", folder)
    assert "coffee/design.toml" in str(raised.value)


def test_more_fields_than_wallet_draws_are_refused(folder: Path) -> None:
    file = folder / "coffee" / "design.toml"
    text = file.read_text(encoding="utf-8")
    for key in ("way", "keep", "tier"):
        old = f'group = "back"\nfield = "{key}"'
        assert old in text
        text = text.replace(old, f'group = "secondary"\nfield = "{key}"')
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DesignError, match="more than 4 fields in secondary and auxiliary"):
        load("coffee", folder)


def test_images_of_another_size_or_kind_are_refused(folder: Path) -> None:
    shutil.copy(folder / "coffee" / "icon@3x.png", folder / "coffee" / "icon@2x.png")
    with pytest.raises(DesignError, match="is 114x114 pixels; it must be 76 to 76"):
        load("coffee", folder)
    (folder / "coffee" / "icon@2x.png").write_bytes(b"GIF89a")
    with pytest.raises(DesignError, match="is not a PNG"):
        load("coffee", folder)


@pytest.mark.parametrize("name", ["icon.png", "logo.png"])
def test_a_design_without_the_single_size_is_refused(folder: Path, name: str) -> None:
    (folder / "coffee" / name).unlink()
    with pytest.raises(DesignError, match=f"{name} cannot be read"):
        load("coffee", folder)


@pytest.mark.parametrize("name", ["", "../coffee", "Coffee", "x" * 50])
def test_a_name_that_is_no_folder_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(DesignError, match="a design is named with small letters"):
        load(name, folder)


def test_pictures_that_no_function_could_answer_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight = design.pass_bytes(load("coffee", folder))
    monkeypatch.setattr(design, "LARGEST_PASS", weight)
    load.cache_clear()
    load("coffee", folder)
    monkeypatch.setattr(design, "LARGEST_PASS", weight - 1)
    load.cache_clear()
    with pytest.raises(
        DesignError, match=rf"coffee/design\.toml: apple has pictures of {weight:,}"
    ):
        load("coffee", folder)
    load.cache_clear()


def test_a_pass_weighs_what_its_heaviest_state_does() -> None:
    stamps = load("stamps")
    assert stamps.apple.strips
    each = [sum(len(one.content) for one in pair) for pair in stamps.apple.strips.images]
    whole = design.pass_bytes(stamps)
    assert sum(each) > whole > max(each)
    assert whole < 60_000, "as the page says of shipped ones"


def test_an_unknown_design_is_told_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(DesignError, match="designs found: coffee"):
        load("tea", folder)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + zlib.crc32(name + body).to_bytes(4, "big")


def picture(width: int, height: int, packed: bytes, extra: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    end = chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + extra + end


HOSTILE = {
    "nine thousand square in ten kilobytes": picture(
        9000, 9000, zlib.compress(bytes(1126 * 9000), 9)
    ),
    "a header that lies": picture(76, 76, zlib.compress(bytes(20))),
    "pixels without end behind a small header": picture(76, 76, zlib.compress(bytes(50_000_000))),
    "animated": picture(
        76, 76, zlib.compress(bytes(11 * 76)), chunk(b"acTL", struct.pack(">II", 2, 0))
    ),
    "SVG by another name": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "something behind the end": picture(76, 76, zlib.compress(bytes(11 * 76))) + b"PK\x03\x04",
    "cut off": picture(76, 76, zlib.compress(bytes(11 * 76)))[:-9],
    "not a picture at all": b"",
    "far too large": b"\x89PNG\r\n\x1a\n" + bytes(2_000_001),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pictures_are_refused_quickly_and_in_little_memory(
    folder: Path, content: bytes
) -> None:
    """Hostile case A16."""
    (folder / "coffee" / "icon@2x.png").write_bytes(content)
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(DesignError, match=r"icon@2x\.png is no image that can be used"):
        load("coffee", folder)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - began < 1
    assert most < 10_000_000


def test_a_whole_picture_of_that_kind_is_taken(folder: Path) -> None:
    """The control to the hostile ones: the same maker, nothing wrong."""
    (folder / "coffee" / "icon@2x.png").write_bytes(picture(76, 76, zlib.compress(bytes(11 * 76))))
    assert load("coffee", folder)


def test_a_design_that_looks_different_has_another_mark(folder: Path) -> None:
    """By the mark a phone learns of new colours and pictures (functions.wiring.worn_cards)."""
    before = load("coffee", folder).mark
    assert 0 <= before < 1 << 16
    file = folder / "coffee" / "design.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("#4a2c1d", "#4a2c1e"), encoding="utf-8")
    load.cache_clear()
    coloured = load("coffee", folder).mark
    for scale in (2, 3):
        shutil.copy(DESIGNS / "ladder" / f"logo@{scale}x.png", folder / "coffee")
    load.cache_clear()
    pictured = load("coffee", folder).mark
    load.cache_clear()
    assert len({before, coloured, pictured}) == 3
    assert load("coffee", folder).mark == pictured
