"""The development service account: its key, and the signatures that it makes."""

from __future__ import annotations

import base64
import binascii
import json
import os
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from passes.addresses import GOOGLE_TOKEN

if TYPE_CHECKING:
    from pathlib import Path

ISSUER_ID: Final = "3388000000012345678"
EMAIL: Final = "loyalty@local-development.iam.gserviceaccount.com"
FILE_NAME: Final = "service-account.json"


class BadTokenError(Exception):
    """A signed token is not what it should be; the message says in what way."""


def ensure_service_account(folder: Path) -> dict[str, Any]:
    """Return the folder's service account in Google's JSON shape, made on first use.

    The file is readable by its owner only. Its ``token_uri`` is Google's; whoever runs the local
    token endpoint puts that address in its place.
    """
    path = folder / FILE_NAME
    if path.exists():
        account: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return account
    key_id, _, text = _new_key()
    account = {
        "type": "service_account",
        "project_id": "local-development",
        "private_key_id": key_id,
        "private_key": text,
        "client_email": EMAIL,
        "token_uri": GOOGLE_TOKEN,
    }
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written aside and linked into place: when two processes start at once, one key wins.
    draft = folder / f".{FILE_NAME}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(account, file, indent=1)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        account = json.loads(path.read_text(encoding="utf-8"))
    finally:
        draft.unlink()
    return account


class SignatureCheck:
    """Verifies RS256 tokens of one service account, signed with a key of it that is good.

    With `cryptography` and not with google-auth: a judge should not share the client's code.

    Attributes
    ----------
    used
        How often each key, by its id, has signed something that was good.
    """

    def __init__(self, account: dict[str, Any]) -> None:
        key = serialization.load_pem_private_key(account["private_key"].encode("ascii"), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(f"{FILE_NAME}: private_key is not an RSA key; delete the file")
        self._first = str(account["private_key_id"])
        self._keys = {self._first: key.public_key()}
        self._account = account
        self.used: Counter[str] = Counter()
        self.email = str(account["client_email"])

    def add_key(self) -> dict[str, Any]:
        """Make another key that is good; return the account with it, as Google's console does.

        The process forgets it with its end.
        """
        key_id, key, text = _new_key()
        self._keys[key_id] = key.public_key()
        return {**self._account, "private_key_id": key_id, "private_key": text}

    def end_key(self, key_id: str) -> bool:
        """Let a key be good no more; tell whether it was."""
        return self._keys.pop(key_id, None) is not None

    def claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a token whose signature is right.

        Raises
        ------
        BadTokenError
            Not a token, another algorithm or key, or a wrong signature.
        """
        parts = token.split(".")
        if len(parts) != 3:  # noqa: PLR2004  header, claims, signature
            raise BadTokenError("not a JWT: it has not three parts")
        try:
            header, claims = (json.loads(_decode(part)) for part in parts[:2])
            signature = _decode(parts[2])
        except (ValueError, binascii.Error) as error:
            raise BadTokenError("not a JWT: a part is not base64url of JSON") from error
        if not isinstance(header, dict) or not isinstance(claims, dict):
            raise BadTokenError("not a JWT: header and claims are not objects")
        if header.get("alg") != "RS256":
            raise BadTokenError(f"alg is {header.get('alg')!r}, not RS256")
        key_id = header.get("kid", self._first)
        key = self._keys.get(key_id)
        if key is None:
            raise BadTokenError("kid is not a key of the service account")
        try:
            key.verify(
                signature,
                ".".join(parts[:2]).encode("ascii"),
                padding.PKCS1v15(),
                hashes.SHA256(),
            )
        except InvalidSignature as error:
            raise BadTokenError("the signature is not the service account's") from error
        if claims.get("iss") != self.email:
            raise BadTokenError("iss is not the service account's e-mail address")
        self.used[key_id] += 1
        return claims


def _new_key() -> tuple[str, rsa.RSAPrivateKey, str]:
    """Return the id of a new key, the key, and how it is written."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")
    return uuid.uuid4().hex, key, text


def _decode(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
