"""Makers of passes from PyPI, as their own documentation uses them: the stock way.

Runs in the interpreter of the peers, so it imports nothing of ours but the loop beside it.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))
import loop  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable

Maker = "Callable[[int], bytes]"


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    found = {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    return json.loads(found.pop("pass.json")), found


def py_pkpass(folder: Path, chain: dict[str, str]) -> Callable[[int], bytes]:
    """Return a maker on py-pkpass."""
    from py_pkpass import models  # noqa: PLC0415

    return _of_the_model(models, folder, chain)


# What Python 3 does not take any more, as the package's repository has it since 2017.
_TO_PYTHON_3 = (
    ("    from StringIO import StringIO", "    from io import BytesIO as StringIO"),
    ("return json.dumps(self, default=PassHandler)", "{}.encode()"),
    ("return json.dumps(self._hashes)", "{}.encode()"),
    (
        "''.join(l.strip() for l in pem.read().split('-----')[2].splitlines()).decode('base64')",
        "__import__('base64').b64decode(pem.read().split(b'-----')[2])",
    ),
    ("return password\n", "return password.encode()\n"),
)


def passbook(folder: Path, chain: dict[str, str]) -> Callable[[int], bytes]:
    """Return a maker on PyPI's passbook, with the lines replaced that Python 3 refuses."""
    found = importlib.util.find_spec("passbook")
    assert found is not None  # noqa: S101 - else it is not installed
    assert found.submodule_search_locations  # noqa: S101 - a package
    text = (Path(found.submodule_search_locations[0]) / "models.py").read_text(encoding="utf-8")
    for old, new in _TO_PYTHON_3:
        assert text.count(old) == 1, old  # noqa: S101 - another version has another text
        text = text.replace(old, new.format(old))
    models = types.ModuleType("passbook.models")
    exec(compile(text, "passbook/models.py", "exec"), models.__dict__)  # noqa: S102 - a peer's code
    return _of_the_model(models, folder, chain)


def _of_the_model(models: Any, folder: Path, chain: dict[str, str]) -> Callable[[int], bytes]:
    """Return a maker on the model that passbook and its forks share."""
    document, files = _read(folder)

    def make(number: int) -> bytes:
        style = models.StoreCard()
        for group, add in (
            ("headerFields", style.addHeaderField),
            ("secondaryFields", style.addSecondaryField),
            ("auxiliaryFields", style.addAuxiliaryField),
            ("backFields", style.addBackField),
        ):
            for field in document["storeCard"].get(group, ()):
                add(field["key"], field["value"], field.get("label", ""))
        made = models.Pass(
            style,
            passTypeIdentifier=document["passTypeIdentifier"],
            organizationName=document["organizationName"],
            teamIdentifier=document["teamIdentifier"],
        )
        made.serialNumber = f"{number:032x}"
        made.description = document["description"]
        made.barcode = models.Barcode("1.A", models.BarcodeFormat.QR)
        for name, content in files.items():
            made.addFile(name, io.BytesIO(content))
        out = made.create(chain["certificate"], chain["key"], chain["intermediate"], "")
        return bytes(out.getvalue())

    return make


def edutap(folder: Path, chain: dict[str, str]) -> Callable[[int], bytes]:
    """Return a maker on edutap.wallet_apple."""
    from edutap.wallet_apple.models import passes  # noqa: PLC0415

    document, files = _read(folder)
    document.pop("posterGeneric", None)
    document.pop("featuredActions", None)
    document["backgroundColor"] = "rgb(18, 53, 43)"
    key, certificate, intermediate = (
        Path(chain[name]).read_bytes() for name in ("key", "certificate", "intermediate")
    )

    def make(number: int) -> bytes:
        made = passes.PkPass.from_pass(
            passes.Pass.model_validate({**document, "serialNumber": f"{number:032x}"})
        )
        for name, content in files.items():
            made._add_file(name, io.BytesIO(content))  # noqa: SLF001 - its one way to add a file
        made.sign_direct(key, certificate, intermediate)
        return bytes(made.as_zip_bytesio().getvalue())

    return make


def django_walletpass(folder: Path, chain: dict[str, str]) -> Callable[[int], bytes]:
    """Return a maker on django-walletpass."""
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    document, _ = _read(folder)
    settings.configure(
        SECRET_KEY="a bench keeps no secrets",  # noqa: S106
        INSTALLED_APPS=["django.contrib.contenttypes", "django_walletpass"],
        WALLETPASS={
            "CERT_PATH": chain["certificate"],
            "KEY_PATH": chain["key"],
            "KEY_PASSWORD": None,
            "WWDRCA_PEM_PATH": chain["intermediate"],
            "PASS_TYPE_ID": document["passTypeIdentifier"],
            "TEAM_ID": document["teamIdentifier"],
            "SERVICE_URL": document["webServiceURL"],
            "PUSH_AUTH_STRATEGY": "legacy",
        },
    )
    django.setup()
    from django_walletpass.services.pass_builder import PassBuilder  # noqa: PLC0415

    def make(number: int) -> bytes:
        builder = PassBuilder(str(folder))
        builder.pass_data_required["serialNumber"] = f"{number:032x}"
        return bytes(builder.build())

    return make


def main() -> None:
    """Serve the loop: name of the maker, folder of the material, paths of the chain."""
    name, folder, chain = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "")
    loop.serve(globals()[name](folder, chain))


if __name__ == "__main__":
    main()
