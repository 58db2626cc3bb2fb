"""The tag by which a device tells what it has: the version of each pass, and no clock.

Apple leaves the tag of the list call to the server; the device hands back the last one verbatim.
Most servers put a time in it, and lose updates when clocks differ or two changes share a second.
Ours says, for every pass of the device, which version we told the device about. A version that
differs from the current one, in either direction, is news.

What is called a serial here is the serial with the stamp of the device's registration: a pass that
was deleted and added again from an old file is news, whatever the device was told before.

Form: ``1.<base64url>``. Up to 48 passes are told one by one: a digest of 8 bytes for the serial and
the version as a variable-length number. Beyond that the tag holds one digest of everything, which
still recognises "nothing changed". Four bytes of checksum end it, so that a foreign or damaged tag
is seen for what it is and treated as none. It never grows past 1000 characters.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "1."
_ONE_BY_ONE, _ALL_TOGETHER = b"v", b"d"
_MOST_ONE_BY_ONE = 48
_SERIAL_BYTES = 8
_CHECK_BYTES = 4
_LONGEST = 1000
_LONGEST_NUMBER = 9
_SEVEN_BITS = 0x7F
_MORE = 0x80


def encode(versions: Mapping[str, int]) -> str:
    """Return the tag of a device that is told about these versions by serial."""
    known = sorted((_short(serial), version) for serial, version in versions.items())
    if len(known) > _MOST_ONE_BY_ONE:
        body = _ALL_TOGETHER + _digest(known)
    else:
        body = _ONE_BY_ONE + b"".join(short + _number(version) for short, version in known)
    sealed = body + zlib.crc32(body).to_bytes(_CHECK_BYTES, "big")
    return _PREFIX + base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def changed(versions: Mapping[str, int], tag: str | None) -> tuple[str, ...]:
    """Return the serials whose version the tag does not know, sorted; all when there is no tag."""
    body = _open(tag) if tag else None
    if body is None:
        return tuple(sorted(versions))
    if body[:1] == _ALL_TOGETHER:
        known = sorted((_short(serial), version) for serial, version in versions.items())
        return () if body[1:] == _digest(known) else tuple(sorted(versions))
    recorded = _read(body[1:]) if body[:1] == _ONE_BY_ONE else {}
    return tuple(
        sorted(
            serial
            for serial, version in versions.items()
            if recorded.get(_short(serial)) != version
        )
    )


def _open(tag: str) -> bytes | None:
    """Return a tag's body, or None when it is not one of ours."""
    if len(tag) > _LONGEST or not tag.startswith(_PREFIX) or not tag.isascii():
        return None
    text = tag[len(_PREFIX) :].encode("ascii")
    try:
        sealed = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, check = sealed[:-_CHECK_BYTES], sealed[-_CHECK_BYTES:]
    if not body or zlib.crc32(body).to_bytes(_CHECK_BYTES, "big") != check:
        return None
    return body


def _read(body: bytes) -> dict[bytes, int]:
    recorded: dict[bytes, int] = {}
    at = 0
    while at + _SERIAL_BYTES < len(body):
        short = body[at : at + _SERIAL_BYTES]
        at += _SERIAL_BYTES
        value = shift = 0
        while at < len(body):
            byte = body[at]
            at += 1
            value |= (byte & _SEVEN_BITS) << shift
            shift += 7
            if byte < _MORE or shift >= 7 * _LONGEST_NUMBER:
                break
        recorded[short] = value
    return recorded


def _short(serial: str) -> bytes:
    return hashlib.sha256(serial.encode()).digest()[:_SERIAL_BYTES]


def _number(value: int) -> bytes:
    """Return seven bits a byte, lowest first; the top bit says that more follow."""
    coded = bytearray()
    while value > _SEVEN_BITS:
        coded.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    coded.append(value)
    return bytes(coded)


def _digest(known: list[tuple[bytes, int]]) -> bytes:
    # Every part has its own length or end, so no two lists are written alike.
    return hashlib.sha256(b"".join(short + _number(version) for short, version in known)).digest()
