from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from passes import design
from passes.design import DESIGNS, DesignError, load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DESIGNS / "coffee", tmp_path / "coffee")
    return tmp_path


@pytest.mark.parametrize("name", design.names())
def test_every_shipped_design_loads(name: str) -> None:
    loaded = load(name)
    assert loaded.google_logo.width == loaded.google_logo.height == 660
    assert {image.name for image in loaded.apple_images} >= {"icon@2x.png", "icon@3x.png"}
    assert load(name) is loaded


def test_five_designs_ship() -> None:
    assert design.names() == ("barber", "cashback", "coffee", "membership", "stamps")


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
        ('fact = "progress"', 'fact = "balance"', "fields\\[1\\].fact places 'balance' twice"),
        ('fact = "progress"', 'fact = "Pro gress"', "fields\\[1\\].fact must be the key of a fact"),
        ('fact = "progress"', 'fact = "progress"\nannounce = true', "announces more than 2"),
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
    spare = "".join(
        f'[[apple.fields]]\ngroup = "secondary"\nfact = "spare{at}"\n' for at in range(3)
    )
    text = file.read_text(encoding="utf-8").replace("[google]", f"{spare}\n[google]")
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


@pytest.mark.parametrize("name", ["", "../coffee", "Coffee", "x" * 50])
def test_a_name_that_is_no_folder_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(DesignError, match="a design is named with small letters"):
        load(name, folder)


def test_an_unknown_design_is_told_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(DesignError, match="designs found: coffee"):
        load("tea", folder)
