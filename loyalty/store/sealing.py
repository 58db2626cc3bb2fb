"""What of the tables is personal data, and how it is sealed under a data key of each member's own.

What tells who somebody is lies in a few kinds of items of the state table (:data:`PRIVATE`). There
it is one attribute, sealed by AES-GCM with a fresh nonce for every write; the item's key and the
attribute's name are authenticated with it, so nothing sealed is good in another item or for another
member. The key to it, 32 random bytes, lies in the table ``keys``, wrapped by a key that is derived
from the deployment's master key. Whoever is erased loses that item, and what backups of the state
table hold of them is unreadable from then on.

Sources: NIST SP 800-38D (AES-GCM; random nonces of 96 bits are good for 2^32 writes under one key).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loyalty.refusals import Refusal
from loyalty.store import keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Item, Key

PRIVATE: Final = {
    "MEMBER": ("fn", "ck", "ct", "bd"),
    "RECORD": ("tg", "at", "co"),
    "NOTE": ("text",),
    "CAMPAIGNS": ("n",),
    "CHANNELS": ("c",),
    "APPOINTMENTS": ("ap",),
    "ASK": ("tx", "wd", "rp"),
    "INVITED": ("tx",),
}
"""What is sealed, by the kind of item in a member's partition."""
SEALED: Final = "se"
"""The attribute in which it lies, all of an item's together."""
UNREADABLE: Final = "(unreadable)"
"""What is shown in the place of words that nobody can read any more."""
NONCE: Final = 12
"""Bytes."""
DATA_KEY: Final = 32
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Wraps:
    """Keys that data keys are wrapped by, 32 bytes each, by the id of their master key.

    ``current`` is the one that new data keys are wrapped by.
    """

    current: str
    keys: Mapping[str, bytes]


def unreadable() -> Refusal:
    """Return the refusal of whatever needs to know who a member is whose data key is gone."""
    detail = "What is kept of this member cannot be read: their data key is gone. Erase them."
    return Refusal("gone", "member_unreadable", detail)


def is_sealed(item: Item) -> bool:
    """Tell whether something of an item is sealed still."""
    return SEALED in item


def private_in(key: Key) -> tuple[str, ...]:
    """Return the attributes that are sealed in an item of that key; none in most."""
    if key.table != "state" or not keys.is_of_member(key):
        return ()
    return PRIVATE.get(key.sk.partition("#")[0], ())


def seal(data_key: bytes, key: Key, values: Mapping[str, Any], nonce: bytes) -> str:
    """Return values sealed for the item of that key, with 12 bytes that are never used again."""
    text = json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))
    sealed = _cipher(data_key).encrypt(nonce, text.encode(), _place(key, SEALED))
    return base64.b64encode(nonce + sealed).decode()


def opened(data_key: bytes, key: Key, text: str) -> dict[str, Any] | None:
    """Return what was sealed for the item of that key; None: with another key, or for another."""
    plain = _decrypted(data_key, text, _place(key, SEALED))
    return None if plain is None else json.loads(plain)


def wrapped(wraps: Wraps, key: Key, data_key: bytes, nonce: bytes) -> Item:
    """Return a data key as it lies in its item."""
    place = _place(key, wraps.current)
    sealed = _cipher(wraps.keys[wraps.current]).encrypt(nonce, data_key, place)
    return {"k": base64.b64encode(nonce + sealed).decode(), "w": wraps.current}


def unwrapped(wraps: Wraps, key: Key, item: Item) -> bytes | None:
    """Return a data key; None where no master key that is there has wrapped it."""
    if item["w"] not in wraps.keys:
        return None
    return _decrypted(wraps.keys[item["w"]], item["k"], _place(key, item["w"]))


def _place(key: Key, attribute: str) -> bytes:
    return json.dumps([key.pk, key.sk, attribute]).encode()


def _cipher(key: bytes) -> Any:
    # A sale opens and seals nothing, and need not load it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    return AESGCM(key)


def _decrypted(key: bytes, text: str, place: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

    try:
        found = base64.b64decode(text, validate=True)
        plain: bytes = _cipher(key).decrypt(found[:NONCE], found[NONCE:], place)
    except (InvalidTag, ValueError):
        return None
    return plain
