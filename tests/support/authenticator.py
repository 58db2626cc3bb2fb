"""An authenticator in software: makes passkeys and shows them, as a browser hands that over.

Written from the specification (WebAuthn, level 3: sections 6.1, 6.5, 5.1 ``toJSON``; RFC 8949 for
CBOR; RFC 9053 for ES256 keys), it shares nothing with what verifies.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value: Any) -> bytes:
    """Return a number, text, bytes or map in CBOR."""
    match value:
        case int() if value >= 0:
            return _head(0, value)
        case int():
            return _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case dict():
            members = (cbor(name) + cbor(member) for name, member in value.items())
            return _head(5, len(value)) + b"".join(members)
    raise TypeError(value)


def _head(kind: int, number: int) -> bytes:
    for size, more in ((0, 24), (1, 24), (2, 25), (4, 26)):
        if not size and number < 24:
            return bytes([kind << 5 | number])
        if size and number < 1 << 8 * size:
            return bytes([kind << 5 | more]) + number.to_bytes(size, "big")
    raise ValueError(number)


@dataclass
class Authenticator:
    """Holds one passkey, and answers for the page of an origin.

    ``count`` rises with every use, as a security key's does; ``verifies``: whether it asks for a
    finger or a PIN.
    """

    origin: str
    verifies: bool = True
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    user: bytes = b""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer ``navigator.credentials.create``."""
        assert {"type": "public-key", "alg": -7} in options["pubKeyCredParams"]
        self.user = decoded(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        about = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor(public)
        data = self._data(options["rp"]["id"], ATTESTED) + about
        attested = {"fmt": "none", "attStmt": {}, "authData": data}
        answer = {
            "clientDataJSON": self._asked("webauthn.create", options),
            "attestationObject": encoded(cbor(attested)),
            "transports": ["internal"],
        }
        return self._credential(answer)

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer ``navigator.credentials.get``."""
        allowed = options.get("allowCredentials")
        assert not allowed or encoded(self.id) in {one["id"] for one in allowed}
        asked = self._asked("webauthn.get", options)
        data = self._data(options["rpId"], 0)
        signed = data + hashlib.sha256(decoded(asked)).digest()
        answer = {
            "clientDataJSON": asked,
            "authenticatorData": encoded(data),
            "signature": encoded(self.key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": encoded(self.user),
        }
        return self._credential(answer)

    def _data(self, host: str, flags: int) -> bytes:
        self.count += 1
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        hashed = hashlib.sha256(host.encode()).digest()
        return hashed + bytes([flags]) + self.count.to_bytes(4, "big")

    def _asked(self, kind: str, options: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return encoded(json.dumps({**said, "crossOrigin": False}).encode())

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": encoded(self.id),
            "rawId": encoded(self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }
