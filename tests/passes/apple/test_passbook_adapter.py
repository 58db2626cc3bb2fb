"""Passes built with py-pkpass, moved over: cleaned, signed, linted."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from passes.apple.linter import Severity
from passes.apple.passbook_adapter import ForeignPass, from_passbook
from passes.designs.design import DESIGNS
from tests.passes.apple.test_bundle import openssl_accepts
from tests.support.pkpass import opened

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from infra.local.certificates import Certificates
    from passes.apple.sign import Signer

models = pytest.importorskip("py_pkpass.models", reason="the optional extra `passbook`")


def built(code: Any = None) -> Any:
    """A store card as the README of the package builds one."""
    card = models.StoreCard()
    card.addHeaderField("balance", 7, "Points")
    card.addSecondaryField("name", "Zoë", "")
    card.addBackField("contact", "+44 20 7946 0000", "Call us")
    credit = models.CurrencyField("credit", Decimal("12.50"), "Credit", "EUR")
    card.auxiliaryFields.append(credit)
    made = models.Pass(
        card,
        passTypeIdentifier="pass.dev.loyalty.card",
        organizationName="Corner Coffee",
        teamIdentifier="DEVTEAM001",
    )
    made.serialNumber = "1234567"
    made.description = "Corner Coffee points"
    made.barcode = code or models.Barcode("1.A", models.BarcodeFormat.CODE128, "1.A")
    made.locations = [models.Location(51.5, -0.12)]
    made.webServiceURL = "https://cards.example.com/apple"
    made.authenticationToken = "0123456789abcdef"
    for name in ("icon@2x.png", "icon@3x.png", "logo@2x.png", "logo@3x.png"):
        made.addFile(name, io.BytesIO((DESIGNS / "coffee" / name).read_bytes()))
    return made


def test_a_moved_pass_verifies_and_is_faultless(
    signer: Signer, now: datetime, chain: Certificates, tmp_path: Path
) -> None:
    moved = from_passbook(built())
    files = opened(moved.pkpass(signer, now))
    assert openssl_accepts(files, chain.root, tmp_path)
    assert json.loads(files["pass.json"]) == moved.document
    roots = x509.load_pem_x509_certificates(chain.root.read_bytes())
    assert moved.lint(signer, now, roots) == ()


def test_what_the_model_gets_wrong_is_cleaned() -> None:
    stock = json.loads(built()._createPassJson())
    assert "barcode" in stock
    assert '""' in json.dumps(stock)
    document = from_passbook(built()).document
    assert "barcode" not in document
    assert document["barcodes"][0]["format"] == "PKBarcodeFormatCode128"
    assert '""' not in json.dumps(document)
    assert "null" not in json.dumps(document)
    (credit,) = document["storeCard"]["auxiliaryFields"]
    assert (credit["value"], credit["currencyCode"]) == (12.5, "EUR")
    (balance,) = document["storeCard"]["headerFields"]
    assert balance == {"key": "balance", "value": 7, "label": "Points"}


def test_without_cleaning_the_linter_would_complain(signer: Signer, now: datetime) -> None:
    """Negative control: the stock document, signed by us, has faults."""
    made = built()
    stock = ForeignPass(json.loads(made._createPassJson()), made._files)
    rules = {one.rule for one in stock.lint(signer, now) if one.severity is Severity.ERROR}
    assert rules >= {22}


def test_a_list_of_barcodes_is_no_longer_ignored() -> None:
    made = built()
    made.barcodes = [
        models.Barcode("1", models.BarcodeFormat.QR, "1").json_dict(),
        models.Barcode("2", models.BarcodeFormat.AZTEC, "2"),
    ]
    found = from_passbook(made).document["barcodes"]
    assert [one["message"] for one in found] == ["1", "2"]


def test_an_empty_value_stays_and_files_we_write_are_ours() -> None:
    made = built()
    made.passInformation.addBackField("empty", "", "Nothing")
    made._files["signature"] = b"old"
    moved = from_passbook(made)
    assert moved.document["storeCard"]["backFields"][-1] == {
        "key": "empty",
        "value": "",
        "label": "Nothing",
    }
    assert "signature" not in moved.files


@pytest.mark.parametrize("thing", [None, {}, "pass", object()])
def test_something_else_is_refused_by_name(thing: object) -> None:
    with pytest.raises(TypeError, match="takes a Pass of passbook or py-pkpass"):
        from_passbook(thing)


def test_a_value_that_json_has_no_form_for_is_refused() -> None:
    made = built()
    made.userInfo = {"secret": {1, 2}}
    with pytest.raises(TypeError, match="a pass cannot hold a set"):
        from_passbook(made)
