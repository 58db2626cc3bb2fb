"""The reader of QR codes at the counter is what the pinned package holds, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra import till_decoder
from infra.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path


def package(folder: Path, worker: str) -> Path:
    (folder / "qr-scanner-worker.min.js").write_text(worker, encoding="utf-8")
    (folder / "LICENSE").write_text("MIT\n\n(c) somebody\n", encoding="utf-8")
    return folder


def test_what_is_committed_is_what_the_package_holds() -> None:
    written = till_decoder.WRITTEN.read_text(encoding="utf-8")
    assert written == till_decoder.decoder()
    assert "Permission is hereby granted" in written


def test_a_text_becomes_a_file(tmp_path: Path) -> None:
    text = "new Worker(URL.createObjectURL(new Blob([`a(\\`\\${b}\\`)`]),{type:x}))"
    found = till_decoder.decoder(package(tmp_path, text))
    assert found.endswith(" * MIT\n *\n * (c) somebody\n */\na(`${b}`)\n")


@pytest.mark.parametrize("text", ["new Worker('x.js')", "new Blob([`a\\n`]),{type:x}"])
def test_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Failure, match="look at its version"):
        till_decoder.decoder(package(tmp_path, text))
    with pytest.raises(Failure, match="make setup"):
        till_decoder.decoder(tmp_path / "nowhere")
