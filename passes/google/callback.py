"""Google's word that somebody saved or removed a card: read and verified, nothing else.

The signature scheme is ECv2SigningOnly of Tink's PaymentMethodToken: Google's root keys sign an
intermediate key, the intermediate key signs the message. What is signed is made of parts that each
carry their length in front, as four bytes, little-endian, counting *bytes* of UTF-8. Pure: keys
and the time come in as arguments. The root keys are fetched by `passes.google.callback_keys`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PROTOCOL: Final = "ECv2SigningOnly"
SENDER: Final = "GooglePayPasses"
LARGEST_BODY: Final = 16 * 1024
"""Bytes. Google's callbacks have about 1200."""
_MOST_SIGNATURES: Final = 8  # of one intermediate key; Google sends one
_LONGEST_NAME: Final = 256  # characters of an id or a nonce
_MILLISECONDS: Final = re.compile(r"[0-9]{1,15}")
_LATEST: Final = 10**15

Json = dict[str, Any]


class CallbackError(Exception):
    """A body that is not a genuine callback for us. The text never quotes the body."""


class MalformedError(CallbackError):
    """Not a callback at all: JSON, members or types are wrong."""


class NotAuthenticError(CallbackError):
    """The form of a callback, but not signed by Google for this issuer, or expired."""


class UnknownRootError(NotAuthenticError):
    """None of the root keys at hand has signed the intermediate key: there may be newer ones."""


@dataclass(frozen=True, slots=True)
class RootKey:
    """One of Google's root keys; ``expires`` in milliseconds since 1970."""

    key: ec.EllipticCurvePublicKey
    expires: int


@dataclass(frozen=True, slots=True)
class Callback:
    """A verified message.

    Attributes
    ----------
    kind
        ``save`` or ``del``.
    expires
        ``expTimeMillis``: until when the message is good, milliseconds since 1970. It is the only
        time in a message, hence what puts the messages of one object in order.
    nonce
        Unique for each event; Google may deliver one event more than once.
    """

    class_id: str
    object_id: str
    kind: Literal["save", "del"]
    expires: int
    nonce: str


def root_keys(document: bytes) -> tuple[RootKey, ...]:
    """Read Google's key document; keys of other protocols or without an expiry are left out.

    Raises
    ------
    MalformedError
        It is not a key document.
    """
    listed = _object(document).get("keys")
    if not isinstance(listed, list):
        raise MalformedError("the key document has no list of keys")
    found = []
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("protocolVersion") != PROTOCOL:
            continue
        try:
            found.append(
                RootKey(_public_key(entry.get("keyValue")), _instant(entry.get("keyExpiration")))
            )
        except CallbackError:
            continue  # a kind of key that did not exist when this was written
    return tuple(found)


def verify(body: bytes, issuer: str, roots: Iterable[RootKey], now: datetime) -> Callback:
    """Return what a callback says, if Google says it, to this issuer, now.

    Parameters
    ----------
    body
        The bytes that were sent: signatures are over texts exactly as they stand in there.
    issuer
        Our issuer id, from the configuration and never from the message.
    now
        Aware. Keys and messages are good until the instant before their expiry.

    Raises
    ------
    MalformedError
        The body has not the form of a callback.
    UnknownRootError
        No root key that is good now has signed the intermediate key.
    NotAuthenticError
        Another signature is wrong, something is expired, or it is meant for somebody else.
    """
    milliseconds = int(now.timestamp() * 1000)
    envelope = _object(body)
    if _text(envelope, "protocolVersion") != PROTOCOL:
        raise NotAuthenticError("protocolVersion is not ECv2SigningOnly")
    signature = _base64(_text(envelope, "signature"))
    message_text = _text(envelope, "signedMessage")
    intermediate = envelope.get("intermediateSigningKey")
    if not isinstance(intermediate, dict):
        raise MalformedError("intermediateSigningKey is not an object")
    key_text = _text(intermediate, "signedKey")
    signatures = intermediate.get("signatures")
    if not isinstance(signatures, list) or not 0 < len(signatures) <= _MOST_SIGNATURES:
        raise MalformedError("intermediateSigningKey.signatures is not a short list")

    signed = signed_bytes(SENDER, PROTOCOL, key_text)
    candidates = [_base64(one) for one in signatures]
    good = [root.key for root in roots if root.expires > milliseconds]
    if not any(_is_signed(key, one, signed) for key in good for one in candidates):
        raise UnknownRootError("no root key has signed the intermediate key")
    described = _object(key_text.encode())
    if _instant(described.get("keyExpiration")) <= milliseconds:
        raise NotAuthenticError("the intermediate key has expired")
    signer = _public_key(described.get("keyValue"))
    if not _is_signed(signer, signature, signed_bytes(SENDER, issuer, PROTOCOL, message_text)):
        raise NotAuthenticError("the message's signature is wrong, or for another issuer")
    return _message(_object(message_text.encode()), issuer, milliseconds)


def signed_bytes(*parts: str) -> bytes:
    """Return what a signature is over: each part in UTF-8 behind its length in bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "little") + part for part in encoded)


def _message(message: Json, issuer: str, milliseconds: int) -> Callback:
    expires = _instant(message.get("expTimeMillis"))
    # Tink's own name for the same; Google's callbacks have not been seen to carry it.
    also = message.get("messageExpiration")
    if expires <= milliseconds or (also is not None and _instant(also) <= milliseconds):
        raise NotAuthenticError("the message has expired")
    class_id, object_id, nonce = (_text(message, key) for key in ("classId", "objectId", "nonce"))
    if not all(0 < len(text) <= _LONGEST_NAME for text in (class_id, object_id, nonce)):
        raise MalformedError("classId, objectId or nonce is empty or too long")
    if not all(one.startswith(f"{issuer}.") for one in (class_id, object_id)):
        raise NotAuthenticError("the message is about another issuer's card")
    kind = _text(message, "eventType")
    if kind not in {"save", "del"}:
        raise MalformedError("eventType is neither save nor del")
    return Callback(class_id, object_id, kind, expires, nonce)  # type: ignore[arg-type]


def _is_signed(key: ec.EllipticCurvePublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _public_key(text: Any) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_der_public_key(_base64(text))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError("a key is not a public key") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise MalformedError("a key is not on the curve P-256")
    return key


def _object(content: bytes) -> Json:
    """Read one JSON object strictly: what two readers could understand differently is refused."""
    try:
        found = json.loads(
            content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:  # also too many digits, and not UTF-8
        raise MalformedError("not JSON") from error
    if not isinstance(found, dict):
        raise MalformedError("not a JSON object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _text(members: Json, name: str) -> str:
    found = members.get(name)
    if not isinstance(found, str):
        raise MalformedError(f"{name} is not a text")
    try:
        found.encode()
    except UnicodeEncodeError as error:  # half of a surrogate pair has no bytes to be signed
        raise MalformedError(f"{name} is not a text") from error
    return found


def _base64(text: Any) -> bytes:
    if not isinstance(text, str):
        raise MalformedError("a key or signature is not a text")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("a key or signature is not base64") from error


def _instant(found: Any) -> int:
    """Return milliseconds since 1970: a number in messages, a text of digits in keys."""
    if isinstance(found, str) and _MILLISECONDS.fullmatch(found):
        return int(found)
    if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < _LATEST:
        return found
    raise MalformedError("an expiry is not in milliseconds")
