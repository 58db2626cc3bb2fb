"""Messages of Amazon SNS: whether they are genuine, and saying that we want them.

Source: SNS developer guide, "Verifying the signatures of Amazon SNS messages": version 1 signs
with SHA-1, 2 with SHA-256, both RSA PKCS #1 v1.5, by a certificate from an address of SNS.
"""

from __future__ import annotations

import base64
import binascii
import urllib.request
from typing import TYPE_CHECKING, Any, Final

from loyalty.campaigns.channels.ses_events import of_amazon, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS: Final = 3
_LARGEST: Final = 64 * 1024
_MOST: Final = 8


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what was judged is where it goes."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return nothing."""
        return


class Sns:
    """Judges messages, with certificates that it has fetched once.

    Parameters
    ----------
    local
        The address of what plays SNS on one machine; empty everywhere else.
    """

    def __init__(self, local: str = "") -> None:
        self._local = local
        self._certificates: dict[str, bytes] = {}

    def genuine(self, envelope: Mapping[str, Any]) -> bool:
        """Tell whether Amazon SNS has signed it. Whose topic it is of, is another question."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - few bounce
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA1, SHA256  # noqa: PLC0415
        from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

        url, content = str(envelope.get("SigningCertURL", "")), signed(envelope)
        kind = {"1": SHA1, "2": SHA256}.get(str(envelope.get("SignatureVersion")))
        if not content or kind is None or not of_amazon(url, self._local):
            return False
        try:
            signature = base64.b64decode(str(envelope.get("Signature", "")), validate=True)
            key = load_pem_x509_certificate(self._certificate(url)).public_key()
        except (binascii.Error, ValueError, OSError):
            return False
        if not isinstance(key, RSAPublicKey):
            return False
        try:
            key.verify(signature, content, PKCS1v15(), kind())
        except InvalidSignature:
            return False
        return True

    def confirm(self, envelope: Mapping[str, Any]) -> bool:
        """Say that we want what a genuine confirmation offers; tell whether that was heard."""
        url = str(envelope.get("SubscribeURL", ""))
        if not of_amazon(url, self._local):
            return False
        try:
            self._fetch(url)
        except OSError:
            return False
        return True

    def _certificate(self, url: str) -> bytes:
        if url not in self._certificates:
            if len(self._certificates) >= _MOST:
                self._certificates.clear()
            self._certificates[url] = self._fetch(url)
        return self._certificates[url]

    def _fetch(self, url: str) -> bytes:
        opener = urllib.request.build_opener(_Nowhere)
        with opener.open(url, timeout=_SECONDS) as answer:
            content: bytes = answer.read(_LARGEST)
        return content
