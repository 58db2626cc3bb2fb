"""Google's root keys: kept as long as HTTP allows, and fetched anew on need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from passes.google.callback import (
    verify,
)
from passes.google.callback_keys import KeyAnswer, KeyRing, KeysUnavailableError
from tests.support import google_callback as google
from tests.support.google_callback import (
    HOUR,
    ISSUER,
    NOW,
    ROOTS,
    Sender,
    at,
)


class Host:
    """A key host on a clock."""

    def __init__(self) -> None:
        self.now = at(NOW)
        self.answer = KeyAnswer(200, {"Cache-Control": "public, max-age=7200"}, ROOTS)
        self.down = False
        self.asked = 0

    def fetch(self) -> KeyAnswer:
        self.asked += 1
        if self.down:
            raise ConnectionError("down")
        return self.answer

    def ring(self) -> KeyRing:
        return KeyRing(self.fetch, lambda: self.now)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


def test_keys_are_kept_and_renewed_at_half_of_their_time() -> None:
    host = Host()
    ring = host.ring()
    for _ in range(3):
        assert len(ring.keys()) == 1
        host.later(minutes=19)
    assert host.asked == 1
    host.later(minutes=4)
    assert len(ring.keys()) == 1
    assert host.asked == 2


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"cache-control": "max-age=7200", "AGE": "3600"}, 30),
        ({"cache-control": "max-age=7200", "age": "soon"}, 60),
        ({"cache-control": 's-maxage=9, Max-Age="600"'}, 5),
        ({}, 30),
        ({"cache-control": "public"}, 30),
        ({"cache-control": "max-age=60", "age": "600"}, 0.5),
        ({"cache-control": "no-store"}, 0.5),
        ({"cache-control": "max-age=999999999"}, 7 * 24 * 60 / 2),
    ],
)
def test_how_long_keys_are_kept(headers: dict[str, str], minutes: float) -> None:
    host = Host()
    host.answer = KeyAnswer(200, headers, ROOTS)
    ring = host.ring()
    ring.keys()
    host.later(minutes=minutes, seconds=-1)
    ring.keys()
    assert host.asked == 1
    host.later(minutes=1)
    ring.keys()
    assert host.asked == 2


def test_a_host_that_is_down_is_bridged_until_the_keys_end() -> None:
    host = Host()
    ring = host.ring()
    ring.keys()
    host.down = True
    host.later(minutes=119)
    for _ in range(5):
        assert len(ring.keys()) == 1
    assert host.asked == 2  # not with every callback
    host.later(minutes=1)
    with pytest.raises(KeysUnavailableError):
        ring.keys()
    host.down = False
    assert len(ring.keys()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        KeyAnswer(500, {}, ROOTS),
        KeyAnswer(302, {}, ROOTS),
        KeyAnswer(200, {}, b"<html>"),
        KeyAnswer(200, {}, google.keys_document()),
        KeyAnswer(200, {}, b" " * 300_000 + ROOTS),
    ],
)
def test_answers_that_are_no_keys(answer: KeyAnswer) -> None:
    host = Host()
    host.answer = answer
    with pytest.raises(KeysUnavailableError):
        host.ring().keys()


def test_an_unknown_key_is_asked_for_once_a_minute() -> None:
    host = Host()
    ring = host.ring()
    ring.keys()
    assert ring.renewed() is None
    host.later(seconds=61)
    host.answer = KeyAnswer(200, {}, google.keys_document(google.root_entry("next-root")))
    newer = ring.renewed()
    assert newer is not None
    assert check_with(newer)
    for _ in range(10):
        assert ring.renewed() is None
    assert host.asked == 2
    host.down = True
    host.later(hours=0.02)
    with pytest.raises(KeysUnavailableError):
        ring.renewed()
    assert ring.keys() == newer


def check_with(roots: Any) -> Any:
    return verify(Sender(root="next-root").body(), ISSUER, roots, at(NOW + HOUR // 2))
