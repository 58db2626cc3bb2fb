"""The keys that sign callbacks: a root that is published, an intermediate that it signs."""

from __future__ import annotations

import base64
import json
import struct
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.wallet.store import Store

Json = dict[str, Any]

SENDER: Final = "GooglePayPasses"
PROTOCOL: Final = "ECv2SigningOnly"
DAY: Final = 86_400_000  # milliseconds
ROOT_DAYS: Final = 300
INTERMEDIATE_DAYS: Final = 8
"""How long after a message its intermediate key was seen to end."""


class CallbackKeys:
    """Root keys, kept over restarts; the last one signs. Written without our verifier's code."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        if store.setting("roots") is None:
            self.rotate(keep=False)

    def rotate(self, *, keep: bool) -> None:
        """Begin to sign with a new root key; `keep` goes on publishing those before."""
        made = {"key": _pem(_new()), "expires": self._now() + ROOT_DAYS * DAY}
        before = self._store.setting("roots") or []
        self._store.set("roots", [*before, made] if keep else [made])

    def document(self) -> bytes:
        """Return what ``GET /gp/m/issuer/keys`` answers."""
        keys = [
            {
                "keyValue": _spki(_key(root["key"])),
                "protocolVersion": PROTOCOL,
                "keyExpiration": str(root["expires"]),
            }
            for root in self._store.setting("roots")
        ]
        return gson({"keys": keys}).encode()

    def signed(self, message: Json, issuer: str, mode: str) -> bytes:
        """Return a callback's body; `mode` may spoil it (see callbacks.MODES)."""
        root = _new() if mode == "unknown_root" else _key(self._store.setting("roots")[-1]["key"])
        intermediate = _new()
        ends = self._now() + (-1 if mode == "expired_key" else INTERMEDIATE_DAYS * DAY)
        key_text = gson({"keyValue": _spki(intermediate), "keyExpiration": str(ends)})
        if mode == "expired_message":
            message = {**message, "expTimeMillis": self._now() - 1}
        if mode == "other_issuer":
            issuer = "3388000000000000001"
        message_text = gson(message)
        body = {
            "signature": _signature(intermediate, SENDER, issuer, PROTOCOL, message_text),
            "intermediateSigningKey": {
                "signedKey": key_text,
                "signatures": [_signature(root, SENDER, PROTOCOL, key_text)],
            },
            "protocolVersion": PROTOCOL,
            "signedMessage": message_text,
        }
        return gson(body).encode()

    def _now(self) -> int:
        return int(self._clock() * 1000)


def gson(value: Any) -> str:
    """Write JSON as Gson does: some ASCII as escapes, everything else as it is."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character in "=<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _signature(key: ec.EllipticCurvePrivateKey, *parts: str) -> str:
    content = b"".join(
        struct.pack("<I", len(raw)) + raw for raw in (part.encode("utf-8") for part in parts)
    )
    return base64.b64encode(key.sign(content, ec.ECDSA(hashes.SHA256()))).decode("ascii")


def _new() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def _key(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode("ascii"), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a callback key is not elliptic; delete the Wallet API's folder")
    return key


def _spki(key: ec.EllipticCurvePrivateKey) -> str:
    content = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(content).decode("ascii")
