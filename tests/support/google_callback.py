"""A sender of signed Google callbacks, written from the description and not from our verifier.

The keys in ``tests/fixtures/google`` were made for these tests and sign nothing else.
"""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from passes.google.callback import root_keys, verify

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[1] / "fixtures" / "google"
ISSUER = "3388000000012345678"
NOW = 1_777_896_000_000
"""2026-05-04T12:00:00Z in milliseconds: when the fixed messages were sent."""
HOUR = 3_600_000
DAY = 24 * HOUR


def key(name: str) -> ec.EllipticCurvePrivateKey:
    """Return a fixed key: ``root``, ``next-root``, ``intermediate`` or ``stranger``."""
    loaded = serialization.load_pem_private_key((FOLDER / f"{name}.pem").read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return loaded


def spki(private: ec.EllipticCurvePrivateKey) -> str:
    public = private.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(public.public_bytes(serialization.Encoding.DER, form)).decode()


def composed(*parts: str) -> bytes:
    out = bytearray()
    for part in parts:
        raw = part.encode("utf-8")
        out += struct.pack("<I", len(raw)) + raw
    return bytes(out)


def sign(private: ec.EllipticCurvePrivateKey, content: bytes) -> str:
    return base64.b64encode(private.sign(content, ec.ECDSA(hashes.SHA256()))).decode()


def gson(value: Any) -> str:
    """Write JSON as Google's servers do: ``=`` as an escape, no blanks."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("=", "\\u003d")


def keys_document(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"keys": list(entries)}).encode()


def root_entry(
    name: str = "root", expires: int = NOW + 300 * DAY, **changes: Any
) -> dict[str, Any]:
    entry = {
        "keyValue": spki(key(name)),
        "protocolVersion": "ECv2SigningOnly",
        "keyExpiration": str(expires),
    }
    return entry | changes


ROOTS = keys_document(root_entry())


@dataclass
class Sender:
    """Makes callbacks; every part that is signed or stated can be replaced."""

    root: str = "root"
    intermediate: str = "intermediate"
    issuer: str = ISSUER
    sender: str = "GooglePayPasses"
    protocol: str = "ECv2SigningOnly"
    message: dict[str, Any] = field(default_factory=dict)
    key: dict[str, Any] = field(default_factory=dict)
    message_text: str | None = None
    key_text: str | None = None

    def members(self) -> dict[str, Any]:
        described = {
            "keyValue": spki(key(self.intermediate)),
            "keyExpiration": str(NOW + 8 * DAY),
        } | self.key
        said = {
            "classId": f"{ISSUER}.coffee",
            "objectId": f"{ISSUER}.0123456789abcdef",
            "eventType": "save",
            "expTimeMillis": NOW + HOUR,
            "count": 1,
            "nonce": "8a5e3df0-5f5c-4b0e-9b8e-0f6f2a9c1d2e",
        } | self.message
        key_text = gson(described) if self.key_text is None else self.key_text
        message_text = gson(said) if self.message_text is None else self.message_text
        return {
            "signature": sign(
                key(self.intermediate),
                composed(self.sender, self.issuer, self.protocol, message_text),
            ),
            "intermediateSigningKey": {
                "signedKey": key_text,
                "signatures": [
                    sign(key(self.root), composed(self.sender, self.protocol, key_text))
                ],
            },
            "protocolVersion": self.protocol,
            "signedMessage": message_text,
        }

    def body(self) -> bytes:
        return json.dumps(self.members()).encode()


def callback(**changes: Any) -> bytes:
    """Return a genuine callback whose message is changed before it is signed."""
    return Sender(message=changes).body()


def at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def check(body: bytes, roots: bytes = ROOTS, issuer: str = ISSUER, now: int = NOW) -> Any:
    return verify(body, issuer, root_keys(roots), at(now))


def fixed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "callbacks.json").read_text("utf-8"))
    return found


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, (*path, name))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from leaves(value, (*path, number))
    else:
        yield path


def replaced(body: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copy: Any = json.loads(json.dumps(body))
    here = copy
    for step in path[:-1]:
        here = here[step]
    if value is None:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    changed: dict[str, Any] = copy
    return changed


PATHS = list(leaves(fixed()["callbacks"]["save"]))
