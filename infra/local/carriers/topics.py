"""Plays Amazon SNS: a topic's messages, signed as SNS signs them, for whoever posts them on.

``POST /sns/messages`` {"topic", "message"} returns the signed notification, with {"confirm": true}
the confirmation of a subscription. Source: SNS developer guide, "Verifying the signatures of
Amazon SNS messages" (version 2).
"""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from infra.local.carriers.answer import Answer, as_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

CERTIFICATE = "/sns/certificate.pem"
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = (
    "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
)  # fmt: skip


class Topics:
    """Whoever signs."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.confirmed = 0

    def get(self, path: str) -> Answer | None:
        """Return the certificate, or hear that a subscription is wanted."""
        if path == CERTIFICATE:
            from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

            return Answer(200, self._signer[1].public_bytes(Encoding.PEM))
        if path == "/sns/confirm":
            self.confirmed += 1
            return as_json(200, {})
        return as_json(200, {"confirmed": self.confirmed}) if path == "/sns" else None

    def post(self, body: bytes) -> Answer:
        """Return what SNS would post."""
        sent = json.loads(body)
        text = sent["message"] if isinstance(sent["message"], str) else json.dumps(sent["message"])
        envelope: dict[str, Any] = {
            "Type": "Notification",
            "MessageId": str(uuid.uuid4()),
            "TopicArn": sent["topic"],
            "Message": text,
            "Timestamp": datetime.now(UTC).isoformat(),
            "SignatureVersion": "2",
            "SigningCertURL": f"{self._base}{CERTIFICATE}",
        }
        fields: tuple[str, ...] = _NOTIFICATION
        if sent.get("confirm"):
            envelope |= {
                "Type": "SubscriptionConfirmation",
                "Token": uuid.uuid4().hex,
                "SubscribeURL": f"{self._base}/sns/confirm",
            }
            fields = _CONFIRMATION
        signed = "".join(f"{one}\n{envelope[one]}\n" for one in fields if one in envelope)
        return as_json(200, {**envelope, "Signature": self._signature(signed.encode())})

    def _signature(self, content: bytes) -> str:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

        return base64.b64encode(self._signer[0].sign(content, PKCS1v15(), SHA256())).decode()

    @cached_property
    def _signer(self) -> tuple[RSAPrivateKey, Certificate]:
        from cryptography import x509  # noqa: PLC0415 - slow to load, and seldom needed
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.local")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .sign(key, SHA256())
        )
        return key, made
