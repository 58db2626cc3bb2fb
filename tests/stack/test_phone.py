"""The simulated phone and the demo are judges: they must be able to say no."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra import demo
from infra.local import certificates
from infra.local.phone import Refused, open_pass
from infra.local.till import Till
from infra.local.web import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stack.running import RunningStack
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack

Files = dict[str, bytes]


def change_a_file(files: Files) -> None:
    files["pass.json"] = files["pass.json"].replace(b"Daily Cup", b"Daily Mug")


def change_a_file_and_the_manifest(files: Files) -> None:
    manifest = json.loads(files["manifest.json"])
    manifest["icon@2x.png"] = manifest["icon@3x.png"]
    files["icon@2x.png"] = files["icon@3x.png"]
    files["manifest.json"] = json.dumps(manifest).encode()


def add_a_file(files: Files) -> None:
    files["extra.png"] = b"?"


def drop_an_image(files: Files) -> None:
    del files["logo@2x.png"]


def drop_the_signature(files: Files) -> None:
    del files["signature"]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (change_a_file, "manifest does not fit the files: pass.json"),
        (change_a_file_and_the_manifest, "signature does not verify"),
        (add_a_file, "manifest does not fit the files: extra.png"),
        (drop_an_image, "manifest does not fit the files: logo@2x.png"),
        (drop_the_signature, "lacks signature"),
    ],
)
def test_a_spoiled_pass_is_refused(
    shop: Shop, ann: Customer, spoil: Callable[[Files], None], complaint: str
) -> None:
    root = Path(shop.stack["apple"]["root_certificate"])
    content = ask("GET", ann.card["apple_url"]).body
    assert open_pass(content, root)["serialNumber"] == ann.serial
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    spoil(files)
    spoiled = io.BytesIO()
    with zipfile.ZipFile(spoiled, "w") as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    with pytest.raises(Refused, match=complaint):
        open_pass(spoiled.getvalue(), root)


def test_a_pass_of_another_authority_is_refused(shop: Shop, ann: Customer, tmp_path: Path) -> None:
    stranger = certificates.ensure(tmp_path / "certificates").root
    with pytest.raises(Refused, match="signature does not verify"):
        open_pass(ask("GET", ann.card["apple_url"]).body, stranger)


def test_the_demo_fails_when_a_balance_is_not_what_it_should_be(
    running: RunningStack,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    honest = Till.order

    def keeps_a_coin_back(self: Till, order: str, total: int, *rest: Any, **more: Any) -> Any:
        return honest(self, order, total - 10, *rest, **more)

    monkeypatch.setattr(Till, "order", keeps_a_coin_back)
    monkeypatch.setattr(demo, "MINUTE", 3.0)
    assert demo.main(["--folder", str(running.folder)]) == 1
    told = capsys.readouterr()
    assert "125" in told.err
    assert "All as it should be" not in told.out
