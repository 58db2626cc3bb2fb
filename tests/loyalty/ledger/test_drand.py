"""drand: what it has really signed is known, and whoever is late, down or wrong is passed over."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from infra.local.carriers.beacons import Beacons, key, signed
from loyalty.core.draw import CHAIN, Beacon, second_of
from loyalty.ledger.drand import KEY, Drand, is_signed

if TYPE_CHECKING:
    from collections.abc import Iterator

# As drand's own documentation shows it of this chain.
REAL = (
    "95a9f9f5b231b7714de1553105d8ffdf3dcda24cfdb1e689319bccf79a9c8ce4"
    "30a91b811fbfaf763900bc998b5d686a"
)
ROUND = 30_000_000


def made(number: int, signature: str) -> Beacon:
    return Beacon(number, hashlib.sha256(bytes.fromhex(signature)).hexdigest(), signature)


class Answered:
    def __init__(self, status: int, content: bytes) -> None:
        self.status, self.content = status, content

    def read(self, most: int) -> bytes:
        return self.content[:most]


class Pool:
    """Stands for the network: hosts that play drand, each as it is told."""

    def __init__(self, **hosts: Any) -> None:
        self.hosts = hosts
        self.asked: list[str] = []

    @contextmanager
    def request(self, method: str, url: str, **_options: Any) -> Iterator[Answered]:
        assert method == "GET"
        self.asked.append(url)
        host, _slash, path = url.removeprefix("https://").partition("/")
        player: Any = self.hosts[host]
        if isinstance(player, Exception):
            raise player
        if isinstance(player, bytes):
            yield Answered(200, player)
            return
        answer = player.get(f"/drand/{path}")
        assert answer is not None
        yield Answered(answer.status, answer.content)


def playing(does: str) -> Beacons:
    player = Beacons(clock=lambda: second_of(ROUND))
    player.does = does
    return player


def drand(pool: Any) -> Drand:
    return Drand(pool, [f"https://{one}" for one in pool.hosts], key())


def test_what_drand_has_signed_is_known_and_nothing_else_is() -> None:
    real = made(42, REAL)
    assert is_signed(real)
    assert not is_signed(made(43, REAL))
    assert not is_signed(real, key())
    assert not is_signed(Beacon(42, "0" * 64, REAL))
    ours = made(42, str(signed(42)["signature"]))
    assert is_signed(ours, key())
    assert not is_signed(ours, KEY)
    for nothing in ("00" * 48, "a4" * 48, "ff" * 48, "c0" + "00" * 47):
        assert not is_signed(made(42, nothing))


@pytest.mark.parametrize("does", ["down", "late", "another", "forged"])
def test_whoever_does_not_bring_the_round_is_passed_over(does: str) -> None:
    pool = Pool(a=playing(does), b=playing("well"), c=playing("well"))
    asked = drand(pool).round(ROUND)
    assert asked.beacon is not None
    assert asked.beacon.randomness == signed(ROUND)["randomness"]
    assert len(asked.faults) == 1
    assert pool.asked == [f"https://{one}/{CHAIN}/public/{ROUND}" for one in "ab"]


def test_a_round_that_has_not_happened_is_nowhere() -> None:
    asked = drand(Pool(a=playing("well"), b=playing("well"))).round(ROUND + 1)
    assert asked.beacon is None
    assert asked.faults == ("https://a: status 404", "https://b: status 404")


@pytest.mark.parametrize(
    "said",
    [
        urllib3.exceptions.HTTPError("secret words"),
        b"",
        b"[]",
        b"{}",
        b"null",
        b"x" * 10_000,
        json.dumps({**signed(ROUND), "round": str(ROUND)}).encode(),
        json.dumps({**signed(ROUND), "round": True}).encode(),
        json.dumps({**signed(ROUND), "round": -ROUND}).encode(),
        json.dumps({**signed(ROUND), "signature": None}).encode(),
        json.dumps({**signed(ROUND), "signature": "zz"}).encode(),
        json.dumps({**signed(ROUND), "randomness": "0" * 64}).encode(),
    ],
)
def test_whatever_else_is_said_decides_nothing(said: Any) -> None:
    asked = drand(Pool(a=said)).round(ROUND)
    assert asked.beacon is None
    assert len(asked.faults) == 1
    assert "secret" not in asked.faults[0]
