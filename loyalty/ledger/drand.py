"""drand, the public source of chance: asking for a round, and whether its signature is drand's.

Chain "quicknet" of the League of Entropy, scheme ``bls-unchained-g1-rfc9380``: what is signed is
the SHA-256 of the round's number (eight bytes, the highest first), hashed to the group G1 of
BLS12-381; the public key is a point of G2. Nobody can make another signature of a round than its
one, so whoever brings a round brings the right one, and it does not matter which address said it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import urllib3
from py_arkworks_bls12381 import GT, G1Point, G2Point

from loyalty.core.draw import CHAIN, Beacon

if TYPE_CHECKING:
    from collections.abc import Sequence

ADDRESSES: Final = ("https://api.drand.sh", "https://api2.drand.sh", "https://api3.drand.sh")
KEY: Final = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
"""The chain's public key, as each of these addresses tells it below ``/<chain>/info``."""
DOMAIN: Final = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
"""What the scheme's hashing to the curve is set apart by."""

_LARGEST: Final = 4096
_SECONDS: Final = 5.0


def is_signed(beacon: Beacon, key: str = KEY) -> bool:
    """Tell whether the holders of the chain's key have signed a round. Pure."""
    if not beacon.sound:
        return False
    message = hashlib.sha256(beacon.round.to_bytes(8)).digest()
    try:
        signature = G1Point.from_compressed_bytes(bytes.fromhex(beacon.signature))
        signer = G2Point.from_compressed_bytes(bytes.fromhex(key))
    except ValueError:
        # No point of the curve, or of its group.
        return False
    hashed = G1Point.hash_to_curve(message, DOMAIN)
    return bool(GT.pairing_check([signature, -hashed], [G2Point(), signer]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking for a round; ``faults``: why each address that was asked had none."""

    beacon: Beacon | None
    faults: tuple[str, ...] = ()


class Drand:
    """Asks drand's addresses in turn until one of them has what drand has signed.

    Parameters
    ----------
    addresses
        Without a slash at their ends.
    """

    def __init__(
        self,
        pool: urllib3.PoolManager,
        addresses: Sequence[str] = ADDRESSES,
        key: str = KEY,
    ) -> None:
        self._pool = pool
        self._addresses = tuple(addresses)
        self._key = key

    def is_signed(self, beacon: Beacon) -> bool:
        """Tell whether it is the chain's."""
        return is_signed(beacon, self._key)

    def round(self, number: int) -> Asked:
        """Ask for a round that has happened; whoever is late, down or wrong is passed over."""
        faults: list[str] = []
        for address in self._addresses:
            found = self._from(address, number)
            if isinstance(found, Beacon):
                return Asked(found, tuple(faults))
            faults.append(f"{address}: {found}")
        return Asked(None, tuple(faults))

    def _from(self, address: str, number: int) -> Beacon | str:
        url = f"{address}/{CHAIN}/public/{number}"
        try:
            with self._pool.request(
                "GET", url, timeout=_SECONDS, retries=False, redirect=False, preload_content=False
            ) as answer:
                if answer.status != HTTPStatus.OK:
                    return f"status {answer.status}"
                content = answer.read(_LARGEST)
        except urllib3.exceptions.HTTPError as error:
            return type(error).__name__
        beacon = _read(content)
        if beacon is None:
            return "not a round"
        if beacon.round != number:
            return "another round"
        return beacon if is_signed(beacon, self._key) else "not signed by drand"


def _read(content: bytes) -> Beacon | None:
    try:
        said = json.loads(content)
        number, randomness, signature = said["round"], said["randomness"], said["signature"]
    except (ValueError, LookupError, TypeError):
        return None
    texts = isinstance(randomness, str) and isinstance(signature, str)
    right = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 1 << 63
    return Beacon(number, randomness, signature) if texts and right else None
