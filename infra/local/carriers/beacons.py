"""Plays drand: rounds of the chain that draws name, signed with a key of this machine.

``GET /drand/<chain>/public/<round>`` answers what has happened by now. ``POST /drand/faults``
{"does": …} lets it be ``down``, ``late`` (no round is there yet), tell ``another`` round, a
``forged`` one (signed by nobody), or be ``well`` again.
Source: docs.drand.love, HTTP API; scheme bls-unchained-g1-rfc9380.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from typing import TYPE_CHECKING, Final

from py_arkworks_bls12381 import G1Point, G2Point, Scalar

from infra.local.carriers.answer import Answer, as_json
from loyalty.core.draw import CHAIN, second_of
from loyalty.ledger.drand import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Callable

FAULTS: Final = ("well", "down", "late", "another", "forged")
_ROUND = re.compile(rf"/drand/{CHAIN}/public/([1-9][0-9]{{0,17}})")
_SECRET: Final = Scalar(20_260_504)
"""A key that is none: whoever reads this signs with it."""


def key(secret: Scalar = _SECRET) -> str:
    """Return the public key that goes with it."""
    return (G2Point() * secret).to_compressed_bytes().hex()


def signed(number: int, secret: Scalar = _SECRET) -> dict[str, int | str]:
    """Return a round as drand tells it."""
    message = hashlib.sha256(number.to_bytes(8)).digest()
    signature = (G1Point.hash_to_curve(message, DOMAIN) * secret).to_compressed_bytes()
    randomness = hashlib.sha256(signature).hexdigest()
    return {"round": number, "randomness": randomness, "signature": signature.hex()}


class Beacons:
    """One drand, which does what it is told."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.does = "well"

    def get(self, path: str) -> Answer | None:
        """Answer a GET; None where it is none of its."""
        asked = _ROUND.fullmatch(path)
        if asked is None:
            return None
        number = int(asked[1])
        if self.does == "down":
            return Answer(503, b"down")
        if self.does == "late" or second_of(number) > self._clock():
            return Answer(404, b"not yet")
        if self.does == "another":
            return as_json(200, signed(number - 1))
        return as_json(200, signed(number, Scalar(7) if self.does == "forged" else _SECRET))

    def post(self, path: str, body: bytes) -> Answer | None:
        """Let it fail, or be well again; None where it is none of its."""
        if path != "/drand/faults":
            return None
        does = json.loads(body or b"{}").get("does")
        if does not in FAULTS:
            return as_json(400, {"does": FAULTS})
        self.does = does
        return as_json(200, {"does": does})
