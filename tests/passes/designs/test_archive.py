"""Archives of designs: one name for one content, and nothing else than a design in them."""

from __future__ import annotations

import io
import zipfile
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from passes.designs import archive
from passes.designs.design import DESIGNS, DesignError, load

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES = {file.name: file.read_bytes() for file in (DESIGNS / "coffee").iterdir() if file.is_file()}


def packed(changes: Mapping[str, bytes] = MappingProxyType({}), folder: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (FILES | dict(changes)).items():
            made.writestr(f"{folder}{name}", content)
    return data.getvalue()


def test_the_same_files_have_the_same_name_and_others_another() -> None:
    data = archive.packed(FILES)
    assert data == archive.packed(dict(reversed(FILES.items())))
    name = archive.reference("shop", data)
    assert archive.is_reference(name)
    assert archive.reference("other", data) != name
    other = archive.packed(FILES | {"design.toml": FILES["design.toml"] + b"# x"})
    assert archive.reference("shop", other) != name
    assert archive.place_of(name) == f"designs/shop/{name.removeprefix('shop~')}.zip"


def test_a_stored_design_is_what_the_folder_is() -> None:
    data = archive.packed(FILES)
    name = archive.reference("shop", data)
    stored, shipped = archive.opened(name, data), load("coffee")
    assert (stored.name, stored.mark) == (name, archive.mark_of(name))
    assert 0 <= stored.mark < 1 << 16
    assert stored.apple_images == shipped.apple_images
    assert stored.apple == shipped.apple
    assert stored.google == shipped.google
    assert (stored.background, stored.words) == (shipped.background, shipped.words)


@pytest.mark.parametrize(
    "name", ["coffee", "plain", "Shop~" + "0" * 32, "shop~" + "0" * 31, "a~b~" + "0" * 32, "~", ""]
)
def test_other_names_are_no_references(name: str) -> None:
    assert not archive.is_reference(name)


@pytest.mark.parametrize("folder", ["", "mine/", "a/b/"])
def test_only_the_design_is_taken_out_of_somebodys_archive(folder: str) -> None:
    more = {
        "originals/logo.png": b"x",
        "notes.txt": b"x",
        "__MACOSX/._logo.png": b"x",
        ".DS_Store": b"x",
    }
    assert archive.unpacked(packed(more, folder)) == FILES


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cannot be read"),
        (b"PK", "cannot be read"),
        (packed()[:5000], "cannot be read"),
        (packed({"other/design.toml": b""}), "has 2 files design.toml"),
        (packed({f"p{at}.png": b"" for at in range(300)}), "too large"),
        (packed({"big.png": bytes(archive.LARGEST + 1)}), "too large"),
    ],
)
def test_what_is_no_design_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(DesignError, match=words):
        archive.unpacked(data)


def test_names_that_lead_out_of_a_folder_lead_nowhere() -> None:
    found = archive.unpacked(packed({"../evil.png": b"x", "..png": b"x", "/etc/x.png": b"x"}))
    assert set(found) == set(FILES)
