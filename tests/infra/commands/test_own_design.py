"""A shop's own design, made from the page only: its pictures, what judges it, what it breaks."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from infra import build
from passes.designs.design import LARGEST_PASS, load, pass_bytes
from passes.png import size
from tests.infra.commands.pages import block, blocks
from tests.support.clone import ROOT, clone

if TYPE_CHECKING:
    from pathlib import Path

DRAWING = ROOT / ".tools" / "drawing" / "bin" / "python"
# A sign with nothing behind it, and a photograph as a phone makes them: 12 million pixels, 2 MB.
SHOT = """
from PIL import Image, ImageDraw
sign = Image.new("RGBA", (800, 300))
ImageDraw.Draw(sign).ellipse((20, 20, 280, 280), fill="#fff6e0")
ImageDraw.Draw(sign).rectangle((330, 110, 780, 190), fill="#fff6e0")
sign.save("logo.png")
light = Image.linear_gradient("L").resize((4000, 3000))
wood = Image.effect_noise((250, 3000), 60).resize((4000, 3000))
grain = Image.effect_noise((4000, 3000), 14)
bands = (Image.blend(light, wood, 0.3), wood, Image.blend(light.rotate(180), grain, 0.5))
Image.blend(Image.merge("RGB", bands), Image.merge("RGB", (grain,) * 3), 0.3).save(
    "shop.jpg", quality=88
)
"""
JUDGES = (
    "tests/passes/designs/test_design.py",
    "tests/passes/apple/test_layout_reading.py",
    "tests/passes/apple/test_legible.py",
    "tests/passes/apple/test_strings.py",
    "tests/passes/google/test_google_design.py",
    "tests/functions/pages/test_words_and_colours.py",
    "tests/loyalty/program/test_ready_programs.py",
    "tests/infra/commands/test_design.py",
)


def run(script: str, project: Path) -> str:
    answer = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with the design of the page in it, made as the page says and not otherwise."""
    project = clone(tmp_path_factory.mktemp("own") / "a tea house")
    subprocess.run([DRAWING, "-c", SHOT], cwd=project, check=True)
    assert (project / "shop.jpg").stat().st_size > 2_000_000
    first, second = (
        one.text
        for one in blocks()
        if (one.page, one.language) == ("docs/designs.md", "sh")
        and one.heading == "Your own, from a logo and a photograph"
    )
    run(first, project)
    file = project / "templates" / "designs" / "teahouse" / "design.toml"
    colours = {"background": "#16332b", "foreground": "#fff6e0", "label": "#e8c98f"}
    text = file.read_text(encoding="utf-8")
    for name, colour in colours.items():
        text = re.sub(rf'^{name} = "#.*"', f'{name} = "{colour}"', text, flags=re.MULTILINE)
        assert text.count(f'"{colour}"') == 1
    file.write_text(text, encoding="utf-8")
    said = run(second, project)
    assert "teahouse can be used." in said
    assert "advice" not in said
    return project


def test_every_picture_is_made_from_the_logo_and_the_photograph(project: Path) -> None:
    folder = project / "templates" / "designs" / "teahouse"
    coffee = ROOT / "templates" / "designs" / "coffee"
    made = {file.name: file.read_bytes() for file in folder.glob("*.png")}
    assert set(made) == {file.name for file in coffee.glob("*.png")}
    assert [name for name in made if made[name] == (coffee / name).read_bytes()] == []
    assert size(made["logo@3x.png"]) == (400, 150), "as wide as it is"
    assert size(made["logo.png"]) == (133, 50)
    assert size(made["strip@2x.png"]) == (750, 288)
    design = load("teahouse", folder.parent)
    assert pass_bytes(design) < LARGEST_PASS / 5


def test_the_preview_shows_it_in_programs_of_every_kind(project: Path) -> None:
    page = (project / "teahouse.html").read_text(encoding="utf-8")
    for program in ("coffee", "coffee-stamps", "ladder"):
        assert f"<h2>{program} in teahouse</h2>" in page


def test_one_is_drawn_from_a_logo_and_two_colours(project: Path) -> None:
    # As the page says, word by word.
    said = run(block("docs/designs.md", "Your own, from a logo and two colours").text, project)
    assert "flowers is drawn, and both wallets take it." in said
    assert "advice" not in said
    design = load("flowers", project / "templates" / "designs")
    assert design.background == "#12352b"
    assert design.label == "#f0b84b"
    assert design.apple.strips is not None
    assert design.apple.strips.levels == tuple(range(1, 8))
    assert len(list((project / "templates" / "designs" / "flowers").glob("strip-*@3x.png"))) == 7
    assert "in flowers</h2>" in (project / "flowers.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--style nope --colour #123456", "there is no style 'nope': choose of points, stamps,"),
        ("--style points --colour red", "'red' is no colour: write six digits after a #"),
        ("--style stamps --colour #123456 --count 30", "has from 3 to 20 of them, not 30"),
        ("--style points --colour #123456 --count 3", "counts nothing: leave the number out"),
        ("--style points --colour #123456 --logo none.png", "none.png is not there"),
        ("--style points --colour #123456 --logo tiny.png", "the logo has 1 x 1 pixels"),
        ("--style points --colour #123456 --logo moves.gif", "moves.gif moves; save one picture"),
        ("--style points --colour #123456 --logo large.png", "more than 25,000,000 pixels"),
        ("--style stamps --colour #123456 --icon nope", "no icon and no file 'nope': choose of"),
        ("--style points --colour #123456 --pattern zigzag", "no pattern 'zigzag': choose of"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_nothing_is_made(
    strange: Path, words: str, said: str
) -> None:
    line = [str(ROOT / "bin" / "loyalty"), "design", "new", "shop", *words.split()]
    answer = subprocess.run(line, cwd=strange, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert said in answer.stderr
    assert "Error" not in answer.stderr
    assert sorted(one.name for one in strange.iterdir()) == ["large.png", "moves.gif", "tiny.png"]


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of which no design can be drawn."""
    place = tmp_path_factory.mktemp("strange")
    script = """
from PIL import Image
Image.new("RGB", (1, 1)).save("tiny.png")
Image.new("1", (5100, 5100)).save("large.png")
one, other = (Image.new("RGB", (40, 40), at) for at in ("red", "blue"))
one.save("moves.gif", save_all=True, append_images=[other])
"""
    subprocess.run([DRAWING, "-c", script], cwd=place, check=True)
    return place


def test_it_can_be_named_by_a_program(project: Path) -> None:
    shipped = (project / "templates" / "programs" / "coffee.toml").read_text(encoding="utf-8")
    file = project / "teahouse.toml"
    file.write_text(shipped.replace('design = "coffee"', 'design = "teahouse"'), encoding="utf-8")
    assert "can be used" in run("bin/loyalty program check teahouse.toml", project)


def test_originals_are_not_deployed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "ROOT", project)
    shipped = {path.relative_to(project).as_posix() for path in build.source_files()}
    assert "templates/designs/teahouse/strip@3x.png" in shipped
    assert not [name for name in shipped if name.endswith(".jpg") or "originals" in name]


def test_it_breaks_no_test(project: Path) -> None:
    line = " ".join(("-q", "-n", "0", "-p", "no:cacheprovider", *JUDGES))
    assert "passed" in run(f".venv/bin/python -m pytest {line}", project)


def test_the_smaller_scales_of_shipped_designs_are_made_from_the_largest() -> None:
    folders = sorted(file.parent for file in ROOT.glob("templates/designs/*/design.toml"))
    line = [str(DRAWING), "-m", "infra.design_images", "--check", *map(str, folders)]
    answer = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_another_smaller_scale_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "coffee"
    shutil.copytree(ROOT / "templates" / "designs" / "coffee", folder)
    shutil.copy(ROOT / "templates" / "designs" / "stamps" / "strip@2x.png", folder)
    line = [str(DRAWING), "-m", "infra.design_images", "--check", str(folder)]
    answer = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert answer.stderr == "coffee/strip@2x.png is not made from its largest scale\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("logo.png", b"GIF89a", "logo.png is no picture that can be read"),
        ("logo.png", None, "originals/logo.png"),
    ],
)
def test_what_is_no_picture_is_told(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    folder = tmp_path / "coffee"
    (folder / "originals").mkdir(parents=True)
    shutil.copy(ROOT / "templates" / "designs" / "coffee" / "design.toml", folder)
    if content is not None:
        (folder / "originals" / name).write_bytes(content)
    line = [str(ROOT / "bin" / "loyalty"), "design", "images", str(folder)]
    answer = subprocess.run(line, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_folder_that_is_no_design_is_told(tmp_path: Path) -> None:
    line = [str(ROOT / "bin" / "loyalty"), "design", "images", str(tmp_path / "tea")]
    answer = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "it has no design.toml" in answer.stderr
