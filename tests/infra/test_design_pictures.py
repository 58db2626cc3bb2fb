"""What designers have: pictures of every kind, each used or refused with a sentence."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.support.clone import ROOT

DRAWING = ROOT / ".tools" / "drawing" / "bin" / "python"
# Every case is drawn and tried in one process: Pillow and its start are not ours to measure.
TRY = r"""
import shutil, struct, sys, zlib
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from PIL import Image, ImageDraw

from infra import design_images
from passes.drawing.pictures import BadPicture

design, place = Path(sys.argv[2]), Path(sys.argv[3])
sign = Image.new("RGBA", (300, 150))
ImageDraw.Draw(sign).ellipse((25, 25, 275, 125), fill="#c81e1e")
plain = Image.new("RGB", (300, 150), "#c81e1e")


def bomb(file):
    part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data)
    )
    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", b"") + part(b"IEND", b"")
    )


def both(folder):
    sign.save(folder / "logo.png")
    plain.save(folder / "logo.jpg")


CASES = {
    "a jpeg for print": lambda at: plain.convert("CMYK").save(at / "logo.jpg"),
    "one pixel": lambda at: Image.new("RGB", (1, 1), "#c81e1e").save(at / "logo.png"),
    "sixteen bits": lambda at: Image.new("I;16", (300, 150), 30000).save(at / "logo.png"),
    "a thread": lambda at: sign.resize((4000, 40)).save(at / "logo.png"),
    "a tower": lambda at: sign.resize((40, 4000)).save(at / "logo.png"),
    "capital letters": lambda at: sign.save(at / "Logo.PNG"),
    "beside notes": lambda at: (sign.save(at / "logo.png"), (at / "notes.txt").write_text("x")),
    "a bomb": lambda at: bomb(at / "logo.png"),
    "a text": lambda at: (at / "logo.png").write_text("hello"),
    "half": lambda at: (sign.save(at / "logo.png"), open(at / "logo.png", "r+b").truncate(200)),
    "an svg": lambda at: (at / "logo.svg").write_text("<svg/>"),
    "a folder": lambda at: (at / "logo.png").mkdir(),
    "nothing to see": lambda at: Image.new("RGBA", (300, 150)).save(at / "logo.png"),
    "two": both,
    "another name": lambda at: sign.save(at / "emblem.png"),
}
for what, make in CASES.items():
    shutil.copytree(design, place / what)
    (place / what / "originals").mkdir()
    make(place / what / "originals")
    try:
        made = list(design_images.make(place / what, tight=False))
    except BadPicture as refused:
        print(f"{what}: {refused}".replace(f"{place / what / 'originals'}/", ""))
    else:
        print(f"{what}: {sum('from logo' in line.lower() for line in made)} made")
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of each case."""
    place = tmp_path_factory.mktemp("designs")
    design = place / "plain"
    shutil.copytree(ROOT / "templates" / "designs" / "plain", design)
    text = (design / "design.toml").read_text(encoding="utf-8")
    # Editors of some systems begin a file with a mark, and end lines in two characters.
    (design / "design.toml").write_text(text, encoding="utf-8-sig", newline="\r\n")
    answer = subprocess.run(
        [DRAWING, "-I", "-c", TRY, ROOT, design, place],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return dict(line.split(": ", 1) for line in answer.stdout.splitlines())


@pytest.mark.parametrize(
    "what",
    [
        "a jpeg for print",
        "one pixel",
        "sixteen bits",
        "a thread",
        "a tower",
        "capital letters",
        "beside notes",
    ],
)
def test_pictures_are_made_from_whatever_shows_something(told: dict[str, str], what: str) -> None:
    # icon, logo, primaryLogo and Google's logo; the smaller scales come from these.
    assert int(told[what].split()[0]) >= 4


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("a bomb", "logo.png has more than 120,000,000 pixels; make it smaller"),
        ("a text", "logo.png is no picture that can be read; save it as PNG, JPEG or SVG"),
        ("half", "logo.png cannot be read: image file is truncated; save it anew"),
        ("an svg", "originals/logo.svg cannot be used; save it as PNG or JPEG"),
        ("a folder", "originals/logo.png cannot be used; save it as PNG or JPEG"),
        ("nothing to see", "logo.png lets everything see through: nothing would be seen of it"),
        ("two", "originals holds logo.jpg and logo.png: remove one"),
        (
            "another name",
            (
                "originals/emblem.png is used by no picture of this design; its originals are "
                "called artwork, google-hero, google-logo, icon, logo, primaryLogo, strip"
            ),
        ),
    ],
)
def test_what_would_silently_not_be_used_is_refused(
    told: dict[str, str], what: str, sentence: str
) -> None:
    assert told[what] == sentence
