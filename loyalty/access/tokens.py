"""Everything that is derived from the master key: card codes, link tokens, Apple tokens, hashes.

Each purpose has a key of its own, so that no value made for one purpose is good for another.
Derivation: HMAC-SHA-256 (RFC 2104), one application with the purpose as message; the master key
is 32 random bytes, so no extraction step is needed (RFC 5869 §3.3).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING

from loyalty.store.sealing import Wraps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.messages import Contact

_CODE_VERSION = "1"
_CODE = re.compile(r"1\.([A-Z0-9]{1,4})\.([A-Z2-7]{16})\.([A-Z2-7]{16})")
_KEY_ID = re.compile(r"[A-Z0-9]{1,4}")
_SHORTEST_KEY = 32
_QUESTION_PARTS = 4


class Tokens:
    """Makes and checks derived values.

    Parameters
    ----------
    current
        Id of the master key that new values are made with: one to four of ``A-Z0-9``.
    keys
        All master keys that are still good, by id, the oldest first; at least 32 bytes each.
    """

    def __init__(self, current: str, keys: Mapping[str, bytes]) -> None:
        if not all(_KEY_ID.fullmatch(name) for name in keys):
            raise ValueError("master-key: the id of a key is one to four of A-Z and 0-9")
        if any(len(key) < _SHORTEST_KEY for key in keys.values()):
            raise ValueError("master-key: every key needs at least 32 bytes")
        if current not in keys:
            raise ValueError(f"master-key: the current key {current!r} is not among the keys")
        self._current = current
        self._keys = dict(keys)
        # What phones, links and tables have kept for years was made with the first key there was.
        self._first = next(iter(keys))

    @classmethod
    def from_json(cls, text: str) -> Tokens:
        """Read the ``master-key`` secret: ``{"current": "A", "keys": {"A": "<base64>"}}``.

        Raises
        ------
        ValueError
            It is something else. What is wrong is said without quoting a key.
        """
        try:
            document = json.loads(text)
            current, encoded = str(document["current"]), dict(document["keys"])
            keys = {name: base64.b64decode(key, validate=True) for name, key in encoded.items()}
        except (ValueError, LookupError, TypeError):
            shape = '{"current": "A", "keys": {"A": "<32 bytes in base64>"}}'
            raise ValueError(f"master-key: expected {shape}") from None
        return cls(current, keys)

    def card_code(self, reference: str) -> str:
        """Return the code for a barcode: ``1.<key id>.<reference>.<mac>``, 80 bits of mac.

        ``reference`` is 16 characters of RFC 4648 base 32 (80 random bits). The alphabet fits a
        QR code's alphanumeric mode.
        """
        mac = self._mac(self._current, "card-code", reference)[:10]
        return ".".join((_CODE_VERSION, self._current, reference, _base32(mac)))

    def read_card_code(self, code: str) -> str | None:
        """Return the reference of a genuine code, None for everything else; asks no table."""
        match = _CODE.fullmatch(code.strip())
        if match is None or match[1] not in self._keys:
            return None
        expected = _base32(self._mac(match[1], "card-code", match[2])[:10])
        genuine = hmac.compare_digest(expected.encode(), match[3].encode())
        return match[2] if genuine else None

    def link_token(self, program: str, member: str, generation: int) -> str:
        """Return the secret in a card page's address; another generation revokes it."""
        return self._text("link", program, member, str(generation))

    def stop_token(self, program: str, member: str, channel: str) -> str:
        """Return the secret in the address at which a member ends a channel."""
        return self._text("stop", program, member, channel)

    def feed_token(self, program: str, number: int = 0) -> str:
        """Return the secret in the address of a program's calendar: of so many replaced ones."""
        return self._text("calendar", program, *([str(number)] if number else []))

    def hook_secret(self, program: str) -> str:
        """Return what Telegram says with each update of a program's bot."""
        return self._text("telegram", program)

    def receipt_secret(self, program: str) -> str:
        """Return what the address holds that a program's gateway sends its receipts to."""
        return self._text("receipts", program)

    def question(self, program: str, member: str, name: str) -> str:
        """Return what stands in the address of a question to a member: good for nothing else."""
        return ".".join((program, member, name, self._text("question", program, member, name)))

    def read_question(self, token: str) -> tuple[str, str, str] | None:
        """Return program, member and question of a genuine address; asks no table."""
        parts = token.split(".")
        if len(parts) != _QUESTION_PARTS:
            return None
        genuine = self.question(parts[0], parts[1], parts[2])
        if not hmac.compare_digest(genuine.encode(), token.encode()):
            return None
        return parts[0], parts[1], parts[2]

    def proof(self, contact_key: str, member: str, code: str) -> str:
        """Return what is kept of a code: good for this contact and this member's card only."""
        return self._text("proof", contact_key, member, code)

    def application(self, program: str, key: str, content: str) -> str:
        """Return what stands for an application that came with an idempotency key."""
        return self._text("application", program, key, content)

    def apple_token(self, serial: str) -> str:
        """Return the authentication token inside the pass; it never changes for a serial.

        Source: Apple, "Pass": at least 16 characters. Made with the oldest master key, because
        phones keep what they were first given.
        """
        return _base32(self._mac(self._first, "apple-token", serial)[:20])

    def contact_key(self, program: str, contact: Contact) -> str:
        """Return a pseudonym of the contact within the program, for use in keys."""
        return _base32(self._mac(self._first, "contact", program, contact.kind, contact.value)[:20])

    def search_key(self, program: str, kind: str, value: str) -> str:
        """Return what stands in an index for a word that members are found by.

        Whoever reads the index learns no name and no attribute of anybody from it.
        """
        return _base32(self._mac(self._first, "search", program, kind, value)[:15])

    def coupon_mac(self, program: str, head: int) -> int:
        """Return what proves a single-use code of a coupon (``loyalty.access.coupon_code``).

        Made with the oldest master key: codes are printed, and good for as long as the owner says.
        """
        return int.from_bytes(self._mac(self._first, "coupon", program, str(head))[:8])

    def coupon_mask(self, program: str, mac: int) -> int:
        """Return what hides the numbers in such a code."""
        return int.from_bytes(self._mac(self._first, "coupon-mask", program, str(mac))[:8])

    def wraps(self) -> Wraps:
        """Return what data keys of members are wrapped by (``loyalty.store.sealing``).

        HKDF-Expand (RFC 5869 §2.3) of 32 bytes, which is one block.
        """
        derived = {
            name: hmac.digest(key, b"data-key\x01", hashlib.sha256)
            for name, key in self._keys.items()
        }
        return Wraps(self._current, derived)

    def _text(self, purpose: str, *parts: str) -> str:
        # Links outlive key rotation for the same reason as Apple tokens do.
        mac = self._mac(self._first, purpose, *parts)[:20]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def _mac(self, key_id: str, purpose: str, *parts: str) -> bytes:
        derived = hmac.digest(self._keys[key_id], purpose.encode(), hashlib.sha256)
        message = json.dumps(parts, ensure_ascii=False).encode()
        return hmac.digest(derived, message, hashlib.sha256)


def digest(token: str) -> str:
    """Return what stands for a secret token in a table's key."""
    return hashlib.sha256(token.encode()).hexdigest()


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")
