"""The command that checks designs."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from infra.commands.__main__ import main
from infra.design import faults
from passes.designs import check
from passes.designs.check import advice
from passes.designs.design import DESIGNS, load, names
from passes.google import objects

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_all_shipped_designs_can_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", "check"]) == 0
    assert capsys.readouterr().out == f"{', '.join(names())} can be used.\n"


def test_what_cannot_be_used_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", "check", "coffee", "tea"]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("loyalty design: designs/tea/design.toml does not exist")
    assert captured.out == ""


def test_what_google_would_refuse_is_told_of_a_design_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DESIGNS / "coffee", tmp_path / "coffee")
    right = objects.loyalty_class

    def without_logo(*arguments: Any, **more: Any) -> dict[str, Any]:
        return right(*arguments, **more) | {"programLogo": None}

    monkeypatch.setattr(objects, "loyalty_class", without_logo)
    load("coffee", tmp_path)
    (found,) = faults(["coffee"], tmp_path)
    assert "coffee/design.toml: google: what Google refuses" in found
    assert "programLogo" in found


def test_a_design_with_nothing_but_code_128_is_advised(tmp_path: Path) -> None:
    shutil.copytree(DESIGNS / "coffee", tmp_path / "coffee")
    file = tmp_path / "coffee" / "design.toml"
    text = file.read_text(encoding="utf-8")
    for chosen, advised in (('["Code128"]', 1), ('["Code128", "QR"]', 0), ('["QR"]', 0)):
        file.write_text(text.replace('["QR"]', chosen), encoding="utf-8")
        load.cache_clear()
        found = advice(load("coffee", tmp_path))
        assert len(found) == advised
        assert all("Apple Watch draws no Code 128" in one for one in found)


def test_heavy_pictures_are_advised_against(monkeypatch: pytest.MonkeyPatch) -> None:
    assert advice(load("coffee")) == ()
    monkeypatch.setattr(check, "HEAVY_PASS", 20_000)
    (found,) = advice(load("coffee"))
    assert found.startswith("coffee: its pictures weigh ")
