"""Take passes that were built with `passbook`, or with its PyPI fork `py-pkpass`.

The model of those packages writes empty texts and nulls, doubles a barcode, hides ``barcodes`` and
turns exact decimals into text. :func:`from_passbook` reads a ``Pass`` through its own
``json_dict``, cleans that up, and gives something that signs, lints and serves like our passes.
Nothing is imported from those packages: whatever quacks like their ``Pass`` is taken.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from passes.apple import bundle, linter
from passes.apple.pass_json import encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cryptography import x509

    from passes.apple.linter import Finding
    from passes.apple.sign import Signer

_WRITTEN_BY_US = frozenset({"pass.json", "manifest.json", "signature"})
_LEFT = "PKTextAlignmentLeft"
_NO_ALIGNMENT = frozenset({"primaryFields", "backFields"})


@dataclass(frozen=True, slots=True)
class ForeignPass:
    """A pass that was not made from a card: its cleaned document, and its files by name."""

    document: dict[str, Any]
    files: Mapping[str, bytes]

    def pkpass(self, signer: Signer, now: datetime) -> bytes:
        """Return the signed .pkpass.

        Raises
        ------
        passes.apple.sign.SigningError
            The certificate is not valid at `now`.
        """
        return bundle.build(
            bundle.prepare_files(self.files),
            encode(self.document),
            lambda manifest: signer.sign(manifest, now),
        )

    def lint(
        self, signer: Signer, now: datetime, roots: Sequence[x509.Certificate] = ()
    ) -> tuple[Finding, ...]:
        """Return what is wrong with the pass, signed as above."""
        return linter.lint(self.pkpass(signer, now), now, roots=roots)


def from_passbook(pass_: Any) -> ForeignPass:
    """Return a ``Pass`` of `passbook` or `py-pkpass`, cleaned.

    Raises
    ------
    TypeError
        It is no such object, or holds a value that JSON has no form for.
    """
    if not callable(getattr(pass_, "json_dict", None)) or not hasattr(pass_, "_files"):
        raise TypeError(
            f"from_passbook takes a Pass of passbook or py-pkpass, not {type(pass_).__name__}"
        )
    document = _plain(pass_.json_dict())
    _barcodes(document, getattr(pass_, "barcodes", None))
    if document.get("suppressStripShine") is False:
        del document["suppressStripShine"]  # written always, and never meant
    for style in ("boardingPass", "coupon", "eventTicket", "generic", "storeCard"):
        for group, fields in document.get(style, {}).items():
            if isinstance(fields, list):
                for field in fields:
                    _field(field, group)
    files = {
        str(name): bytes(content)
        for name, content in pass_._files.items()  # noqa: SLF001 - the one place where they are
        if name not in _WRITTEN_BY_US
    }
    return ForeignPass(document, files)


def _plain(value: Any) -> Any:
    """Return plain JSON values; empty texts, empty containers and nulls are left out of objects."""
    if hasattr(value, "json_dict"):
        value = value.json_dict()
    elif hasattr(value, "__dict__") and not isinstance(value, type):
        value = vars(value)
    if isinstance(value, dict):
        cleaned = {str(key): _plain(inner) for key, inner in value.items()}
        return {
            key: inner
            for key, inner in cleaned.items()
            if inner not in (None, "", [], {}) or (key == "value" and inner == "")
        }
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        # An exact amount must stay a number, or Wallet shows no currency.
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a pass cannot hold a {type(value).__name__}: {value!r}")


def _barcodes(document: dict[str, Any], more: object) -> None:
    """Keep one list of barcodes: the legacy twin goes, and a list that was ignored comes back."""
    twin = document.pop("barcode", None)
    listed = _plain(more) if isinstance(more, list | tuple) and more else None
    found = listed or document.get("barcodes") or ([twin] if twin else [])
    if found:
        document["barcodes"] = found


def _field(field: dict[str, Any], group: str) -> None:
    """Drop what the model writes into every field."""
    if field.get("textAlignment") == _LEFT or group in _NO_ALIGNMENT:
        field.pop("textAlignment", None)
    if "%@" not in str(field.get("changeMessage", "%@")):
        # Without a place for the value Wallet shows nothing, and the pass is faulty.
        field["changeMessage"] = f"{field['changeMessage']} %@"
    if "currencyCode" in field:
        field.pop("numberStyle", None)
    if isinstance(field.get("value"), str) and ("currencyCode" in field or "numberStyle" in field):
        try:
            number = json.loads(field["value"])
        except ValueError:
            return
        if isinstance(number, int | float) and not isinstance(number, bool):
            field["value"] = number
