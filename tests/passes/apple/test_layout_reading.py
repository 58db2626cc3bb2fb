"""What an owner gets wrong about the Apple pass is told with file and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.drawings import artists
from passes.designs import design
from passes.designs.design import DESIGNS, DesignError, load
from tests.support.designs import added, edited

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('languages = ["en", "ru"]', 'languages = ["en", "xx"]', r"languages\[1\] must be one of"),
        ('languages = ["en", "ru"]', "languages = []", "languages must name at least one"),
        ('languages = ["en", "ru"]', 'languages = ["en"]', "words.ru is not known here"),
        ('stamps = "Печати"\n', "", "words.ru.stamps is missing; another language has it"),
        ('news = "News"', 'news = "News"\nold = "Old"', "words.ru.old is missing"),
        ('news = "News"', 'news = ""', "words.en.news must be 1 to 120 characters"),
        ('news = "News"', 'news = "a\\nb"', "words.en.news must be 1 to 120 characters"),
        ('news = "News"', f'news = "{"x" * 121}"', "words.en.news must be 1 to 120 characters"),
        ('news = "News"', "news = 5", "words.en.news must be a text"),
        ('news = "News"', 'news = "Stamps"', "says the same as news, but not in every language"),
        ("on your card: %@", "on your card", "words.en.stamps_changed must hold %@ exactly once"),
        ("on your card: %@", "%@ and %@", "words.en.stamps_changed must hold %@ exactly once"),
        ("on your card: %@", "100 % %@", "words.en.stamps_changed must hold %@ exactly once"),
        ('label = "stamps"', 'label = "stmps"', r"fields\[0\].label names 'stmps', which words.en"),
        ('label = "stamps"', "label = 5", r"fields\[0\].label must be a true or false"),
        ('change = "stamps_changed"', 'change = "stamps_changed"\nannounce = false', "announce"),
        ('barcodes = ["QR"]', 'barcodes = ["EAN13", "QR"]', r"barcodes\[0\] must be one of QR"),
        ('barcodes = ["QR"]', 'barcodes = ["QR", "Code39"]', "barcodes must end with one of"),
        ('barcodes = ["QR"]', "barcodes = []", "barcodes must end with one of"),
        ("max_distance = 150", "max_distance = 0", "max_distance must be 1 to 10000"),
        ("max_distance = 150", 'max_distance = "150"', "max_distance must be a whole number"),
        ("levels = [1, 2,", "levels = [2, 1,", "levels must be whole numbers, each larger"),
        ("levels = [1, 2,", "levels = [1, 2.5,", "levels must be whole numbers, each larger"),
        ("8, 9]", "8, 9, 10]", r"states.10: strip-10@2x.png cannot be read"),
        ("levels = [1, 2, 3, 4, 5, 6, 7, 8, 9]", "names = []", "must have 1 to 40 entries"),
        ("levels = [1, 2, 3, 4, 5, 6, 7, 8, 9]", 'names = ["A b"]', "must be small letters"),
        ('["icon", "logo", "strip"]', '["icon", "logo"]', 'strip needs "strip" in images'),
        ('type = "viewOffersRewards"', 'type = "dance"', r"actions\[0\].type must be one of"),
        ('url = "{base_url}/join/{program}"', 'url = "join"', r"links\[0\].url must be a whole"),
        ('url = "{base_url}/join', 'url = "http://a/join', r"links\[0\].url must be a whole"),
        ('url = "{base_url}/join', 'url = "javascript:x', r"links\[0\].url must be a whole"),
        ('url = "{base_url}/join', 'url = "https://a/\\">', r"links\[0\].url must be a whole"),
        ('url = "{base_url}/join', 'url = "{secret}/join', r"links\[0\].url must be a whole"),
        ('["artwork", "primaryLogo"]', '["strip"]', r"apple.poster.images\[0\] must be one of"),
        ('group = "footer"', 'group = "auxiliary"', "must be one of header, primary, footer"),
    ],
)
def test_mistakes_are_told_with_file_and_key(
    folder: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(DesignError, match=message) as raised:
        edited(folder, old, new)
    assert "stamps/design.toml" in str(raised.value)


def test_a_word_that_neither_wallet_uses_is_told(folder: Path) -> None:
    file = folder / "stamps" / "design.toml"
    text = file.read_text(encoding="utf-8")
    for language in ("en", "ru"):
        text = text.replace(f"[words.{language}]", f'[words.{language}]\nspare = "{language}"')
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DesignError, match=r"words.en.spare is used nowhere in the design"):
        load("stamps", folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # Locations are the program's.
        ("[[apple.locations]]\nlatitude = 1\nlongitude = 0", "apple.locations is not known here"),
        ('[[apple.beacons]]\nuuid = "x"\ntext = "news"', "uuid must be a UUID"),
        (
            (
                '[[apple.beacons]]\nuuid = "01234567-89ab-cdef-0123-456789abcdef"\n'
                'text = "news"\nmajor = 65536'
            ),
            "major must be 0 to 65535",
        ),
        ('[apple.nfc]\npublic_key = "AAAA"', "public_key must be the base64 text"),
        (
            '[[apple.links]]\nlabel = "news"\ntext = "join"\nurl = "https://a"\n' * 8,
            "Wallet shows 8",
        ),
        ('[[apple.actions]]\ntype = "call"\nurl = "tel:1"\n' * 2, "Wallet shows 2"),
        ('[[apple.actions]]\ntype = "viewOffersRewards"\nurl = "https://a"', "two of one type"),
    ],
)
def test_mistakes_in_lists_are_told(folder: Path, text: str, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        added(folder, text)


def test_all_shipped_designs_are_drawn_by_the_script() -> None:
    assert set(artists.ALL) <= set(design.names())
    for name, artist in artists.ALL.items():
        drawn = {
            picture.file for picture in (*artists.for_apple(artist), *artists.for_google(artist))
        }
        files = {file.name for file in (DESIGNS / name).glob("*.png")}
        largest = {file for file in files if file.endswith("@3x.png")}
        assert drawn == largest | {file for file in files if file.startswith("google-")}
        smaller = {file.replace("@3x", "@2x") for file in largest}
        assert files - drawn == smaller | {"icon.png", "logo.png"}
