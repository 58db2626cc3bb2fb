"""Whatever logo and colours: both wallets take the design, nothing is cut, everything is seen."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.card.drawing import card
from loyalty.card.samples import NOW, sample_member
from loyalty.core.account import Account
from passes.apple.linter import document as apple_document
from passes.apple.linter import fields as apple_fields
from passes.apple.pass_json import Identity, encode, pass_document
from passes.designs import check, design
from passes.drawing.recipe import ICONS, PATTERNS
from passes.png import size
from tests.passes.apple.test_outside_judges import JUDGE, judged
from tests.support.clone import ROOT
from tests.support.extent import FULL
from tests.support.pixels import contrast, of_hex
from tests.support.world import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from passes.designs.design import Design

DRAWING = ROOT / ".tools" / "drawing" / "bin" / "python"
ROUNDS = 12 if FULL else 1
SECONDS = 3.0
"""Processor time of one design with all its states; issue 13."""
MEGABYTES = 512
STYLES = ("points", "stamps", "ladder", "cashback", "membership")
PROGRAMS = dict(
    zip(STYLES, ("coffee", "coffee-stamps", "ladder", "cashback", "membership"), strict=True)
)
HARDEST = ("the background", "very wide", "a ghost", "half of it", "turned", "none")
LOGOS = (
    *HARDEST,
    *("white", "black", "a photograph", "very tall", "hairlines", "small", "for print"),
    *("in a corner", "with photo"),
)
TRIED = LOGOS if FULL else HARDEST
THIN = ("very wide", "very tall", "hairlines")
IDENTITY = Identity("pass.example.loyalty", "AAAAAAAAAA", "https://cards.example.com")

# Draws every logo in a style, in random colours; tells each design's processor time.
DRAW = r"""
import json, random, sys, time
from argparse import Namespace
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from PIL import Image, ImageDraw

from infra.design_drawing import draw

place, rounds = Path(sys.argv[2]), int(sys.argv[3])
styles, logos, icons, patterns = (one.split(",") for one in sys.argv[4:])
dice = random.Random(13)


def shape(size, colour, alpha=255):
    image = Image.new("RGBA", size)
    pen = ImageDraw.Draw(image)
    wide, high = size
    pen.ellipse((0, 0, min(size) - 1, min(size) - 1), fill=(*colour, alpha))
    pen.rectangle((wide * 0.4, high * 0.4, wide - 1, high - 1), fill=(*colour, alpha))
    return image


def made(what, ground):
    if what == "the background":
        return shape((400, 300), ground)
    if what == "a photograph":
        noise = Image.effect_noise((900, 700), 90)
        return Image.merge("RGB", (noise, noise.rotate(90).resize(noise.size), noise.rotate(180)))
    if what == "very wide":
        return shape((2400, 60), (200, 30, 90))
    if what == "very tall":
        return shape((60, 2400), (30, 90, 200))
    if what == "half of it":
        image = shape((400, 400), ground)
        image.paste((250, 250, 250, 255), (0, 200, 400, 400))
        return image
    if what == "hairlines":
        image = Image.new("RGBA", (800, 800))
        for at in range(0, 800, 80):
            ImageDraw.Draw(image).line((at, 0, 799 - at, 799), fill=(120, 120, 120, 255))
        return image
    if what == "small":
        return shape((40, 40), (10, 120, 60))
    if what == "in a corner":
        image = Image.new("RGBA", (2000, 2000))
        image.paste(shape((100, 100), (240, 240, 240)), (1890, 20))
        return image
    colours = {"white": (255, 255, 255), "black": (0, 0, 0), "a ghost": (128, 128, 128)}
    alpha = 90 if what == "a ghost" else 255
    return shape((600, 300), colours.get(what, (220, 120, 20)), alpha)


def saved(what, ground, number):
    image, file = made(what, ground), place / f"logo-{number}.png"
    if what == "for print":
        file = file.with_suffix(".jpg")
        image.convert("RGB").convert("CMYK").save(file)
    elif what == "turned":
        file = file.with_suffix(".jpg")
        turned = Image.Exif()
        turned[0x112] = 6
        image.convert("RGB").save(file, exif=turned)
    else:
        image.save(file)
    return file


def colours(image):
    return image.getcolors(1 << 20)


def looked_at(folder):
    art = Image.open(folder / "artwork@2x.png").convert("RGB")
    wide, high = art.size
    calm = [art.crop((0, 0, wide, high // 8)), art.crop((0, int(0.565 * high), wide, high))]
    logo = Image.open(folder / "google-logo.png").convert("RGB")
    side, room = logo.width, round(0.08 * logo.width)
    circle = Image.new("L", logo.size, 255)
    ImageDraw.Draw(circle).ellipse((room, room, side - room, side - room), fill=0)
    outside = Image.composite(logo, Image.new("RGB", logo.size, logo.getpixel((0, 0))), circle)
    return {
        "calm": [one for part in calm for one in colours(part)],
        "outside": colours(outside),
        "logo": colours(logo),
    }


photo = place / "photo.jpg"
made("a photograph", None).save(photo)
number = 0
for round_ in range(rounds):
    for what in logos:
        ground = tuple(dice.randrange(256) for _ in range(3))
        accent = tuple(dice.randrange(256) for _ in range(3))
        style = styles[(number + round_) % len(styles)]
        stamps = dice.choice((3, 20, dice.randrange(3, 21)))
        counts = {"stamps": stamps, "ladder": dice.randrange(2, 11)}
        folder = place / f"{style}-{number}"
        before = time.process_time()
        draw(
            Namespace(
                folder=folder,
                style=style,
                colour="#%02x%02x%02x" % ground,
                accent="#%02x%02x%02x" % accent if number % 4 else None,
                logo=None if what == "none" else saved(what, ground, number),
                icon=dice.choice(icons),
                count=counts.get(style),
                pattern=dice.choice(patterns),
                photo=photo if what == "with photo" else None,
            )
        )
        seconds = time.process_time() - before
        print(json.dumps([folder.name, seconds, what, looked_at(folder)]))
        number += 1
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A design, the processor time that it took, and what its logo was like.

    Attributes
    ----------
    calm
        Colours where iOS 27 writes on the poster, with how many pixels have each.
    outside, logo
        The same of Google's logo: outside of the circle that Google cuts, and of all of it.
    """

    folder: Path
    seconds: float
    what: str
    calm: list[Any]
    outside: list[Any]
    logo: list[Any]

    @property
    def worn(self) -> Design:
        return design.load(self.folder.name, self.folder.parent)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Drawn]:
    place = tmp_path_factory.mktemp("drawn")
    lists = [",".join(one) for one in (STYLES, TRIED, ICONS, PATTERNS)]
    answer = subprocess.run(
        [DRAWING, "-I", "-c", DRAW, ROOT, place, str(ROUNDS), *lists],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    rows = (json.loads(line) for line in answer.stdout.splitlines())
    found = [Drawn(place / name, seconds, what, **seen) for name, seconds, what, seen in rows]
    assert len(found) == ROUNDS * len(TRIED)
    return found


def test_both_wallets_take_every_design(drawn: list[Drawn]) -> None:
    documents = []
    for one in drawn:
        where = (one.folder.name, one.what)
        worn = check.check(one.folder.name, one.folder.parent)
        assert not check.advice(worn) or one.what == "with photo", where
        program = shipped(PROGRAMS[one.folder.name.partition("-")[0]])
        account = Account(program.id, "sample")
        for language in program.languages:
            shown = card(program, sample_member(program), account, NOW, language)
            told = apple_document.load(encode(pass_document(shown, worn, IDENTITY, "0" * 32)))
            findings = [
                *apple_document.check(told, None, development=False),
                *apple_fields.check(told),
            ]
            assert findings == [], where
            documents.append(told)
    if JUDGE is not None:  # a reader of somebody else's
        assert set(judged(documents)) == {None}


def test_no_design_takes_longer_than_an_owner_waits(drawn: list[Drawn]) -> None:
    assert [(one.folder.name, one.seconds) for one in drawn if one.seconds >= SECONDS] == []


def test_texts_stand_out_wherever_a_phone_writes_them(drawn: list[Drawn]) -> None:
    for one in drawn:
        texts = [of_hex(text) for text in (one.worn.foreground, one.worn.label)]
        whole = sum(count for count, _ in one.calm)
        ground = [tuple(colour) for count, colour in one.calm if count > 0.001 * whole]
        for colour in (*ground, of_hex(one.worn.background)):
            assert all(contrast(colour, text) >= 4.5 for text in texts), (one.folder, one.what)
        # Through the veil of a photograph a hint of it is left.
        assert len(set(ground)) == 1 or one.what == "with photo", (one.folder, one.what)


def test_no_logo_is_cut_and_each_is_seen(drawn: list[Drawn]) -> None:
    for one in drawn:
        assert len(one.outside) == 1, (one.folder.name, one.what, "Google cuts a circle")
        ground = tuple(one.outside[0][1])
        seen = sum(count for count, colour in one.logo if contrast(tuple(colour), ground) >= 1.4)
        # Of 435,600 pixels: a thread of 60 by 2400 keeps little, and is still there.
        assert seen > (1_500 if one.what in THIN else 20_000), (one.folder.name, one.what)


def test_a_wide_logo_leaves_room_for_the_name_beside_it(drawn: list[Drawn]) -> None:
    for one in drawn:
        images = {image.name: image.content for image in one.worn.apple_images}
        wide, high = size(images["logo@2x.png"])
        assert high == 100
        assert wide <= 160, (one.folder.name, one.what)
        assert one.worn.apple_logo_text


def test_every_state_looks_different(drawn: list[Drawn]) -> None:
    for one in drawn:
        states = sorted(one.folder.glob("strip*@3x.png"))
        images = {file.read_bytes() for file in states}
        assert len(images) == len(states), (one.folder.name, one.what)
        assert (len(states) == 1) == one.folder.name.startswith("points")
        assert (one.worn.apple.strips is None) == (len(states) == 1)


WORST = r"""
import struct, sys, zlib
from PIL import Image
side = int(sys.argv[1])
for name, mode in (("logo.png", "RGBA"), ("photo.webp", "RGB"), ("print.jpg", "CMYK")):
    ink = (10, 90, 30, 40) if mode == "CMYK" else "#3366aa"
    picture = Image.new(mode, (side, side), ink)
    picture.save(name, lossless=True) if name.endswith("webp") else picture.save(name)
def part(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
# Twenty thousand each way, which would unpack to more than a gigabyte.
nothing = zlib.compressobj(9)
with open("bomb.png", "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n")
    file.write(part(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)))
    packed = b"".join(nothing.compress(bytes(60_001)) for _ in range(side))
    file.write(part(b"IDAT", packed + nothing.flush()) + part(b"IEND", b""))
frames = [Image.new("RGB", (side, side), colour) for colour in ("red", "blue")]
frames[0].save("film.gif", save_all=True, append_images=frames[1:])
frames[0].save("film.webp", save_all=True, append_images=frames[1:])
noise = Image.effect_noise((side, side), 90)
Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180))).save("noise.png")
"""
MEASURED = r"""
import re, sys
sys.path.insert(0, sys.argv[1])
from argparse import Namespace
from infra import design_drawing
from passes.drawing.pictures import BadPicture
style = sys.argv[2]
def opened(name):
    return design_drawing.opened(design_drawing.Path(name), design_drawing.SIDE)
for name in ("logo.png", "photo.webp", "print.jpg"):
    opened(name)
for name in ("bomb.png", "film.gif", "film.webp"):
    try:
        opened(name)
    except BadPicture:
        continue
    raise SystemExit(f"{name} was taken")
place = design_drawing.Path("noise.png")
design_drawing.draw(Namespace(
    folder=design_drawing.Path("made"), style=style, colour="#123456", accent=None, logo=place,
    icon="cup", count=20 if style == "stamps" else None, pattern="plain", photo=place,
))
# Of this program alone: what rusage tells holds what started it, too.
print(int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


def test_memory_is_bounded_whatever_the_pictures(tmp_path: Path) -> None:
    """The worst that is taken and the worst that is refused, and a whole design of noise."""
    size, style = ("4999", "stamps") if FULL else ("1000", "points")
    for script, words in ((WORST, (size,)), (MEASURED, (str(ROOT), style))):
        line = [str(DRAWING), "-I", "-c", script, *words]
        shown = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert shown.returncode == 0, shown.stderr
    assert int(shown.stdout.split()[-1]) < MEGABYTES


def test_the_signs_and_patterns_named_are_those_drawn() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from passes.drawing import marks, patterns\n"
        "print(*marks.MARKS); print(*patterns.PATTERNS)"
    )
    shown = subprocess.run(
        [DRAWING, "-I", "-c", script, ROOT], capture_output=True, text=True, check=True
    )
    assert [tuple(line.split()) for line in shown.stdout.splitlines()] == [ICONS, PATTERNS]
