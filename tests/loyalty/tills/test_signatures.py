"""Who speaks: genuine messages pass, everything else is refused and nothing else happens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from loyalty.tills import signatures
from loyalty.tills.signatures import square, standard
from tests.support.till import (
    OTHER_SECRET,
    SECRET,
    SQUARE_KEY,
    SQUARE_URL,
    order,
    signed,
    square_signed,
)
from tests.support.world import START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BODY = json.dumps(order()).encode()
GOOD = signed(BODY)
SIGNATURE = GOOD["webhook-signature"]


def genuine(
    headers: Mapping[str, str], body: bytes = BODY, secrets: Iterable[str] = (SECRET,)
) -> bool:
    return standard(secrets, headers, body, START)


def test_a_signed_message_passes() -> None:
    assert genuine(GOOD)


def test_the_official_librarys_signature_passes() -> None:
    signature = Webhook(SECRET).sign("msg_1", START, BODY.decode())
    assert genuine({**GOOD, "webhook-signature": signature})


def test_both_secrets_pass_while_they_are_changed() -> None:
    both = (SECRET, OTHER_SECRET)
    assert genuine(signed(BODY, secret=OTHER_SECRET), secrets=both)
    assert genuine(GOOD, secrets=both)
    assert not genuine(signed(BODY, secret=OTHER_SECRET))


def test_one_good_signature_among_several_is_enough() -> None:
    other = signed(BODY, secret=OTHER_SECRET)["webhook-signature"]
    for several in (f"{other} {SIGNATURE}", f"{SIGNATURE} {other}", f"v1a,AAAA {SIGNATURE}"):
        assert genuine({**GOOD, "webhook-signature": several})


@pytest.mark.parametrize(
    "secrets",
    [
        *((), ("",), ("whsec_",), ("whsec_!",), ("whsec_A",), ("kaputt",), ("whsec_ключ",)),
        *(("\ud800",), ("whsec_QQ",), ("whsec_QQ==",)),
    ],
)
def test_without_a_usable_secret_nothing_passes(secrets: tuple[str, ...]) -> None:
    assert not genuine(GOOD, secrets=secrets)
    nothing = base64.b64encode(hmac.digest(b"", b"msg_1." + b"1." + BODY, hashlib.sha256)).decode()
    assert not genuine({**GOOD, "webhook-signature": f"v1,{nothing}"}, secrets=secrets)


def test_a_broken_secret_does_not_spoil_the_good_one() -> None:
    assert genuine(GOOD, secrets=("", "whsec_!", SECRET))


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_every_header_is_needed(missing: str) -> None:
    assert not genuine({name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize(
    "signature",
    [
        "",
        " ",
        SIGNATURE.removeprefix("v1,"),
        SIGNATURE.replace("v1,", "v1,,"),
        SIGNATURE.replace("v1,", "v1a,"),
        SIGNATURE.replace("v1,", "V1,"),
        SIGNATURE[:-1],
        SIGNATURE + "=",
        SIGNATURE + ",",
        f"v1,!!!! {SIGNATURE}",
        f"v1,{SIGNATURE}",
        f"{SIGNATURE}  {SIGNATURE}",
        f" {SIGNATURE}",
        f"{SIGNATURE} ",
        f"{SIGNATURE}\n",
        f"{SIGNATURE},{SIGNATURE}",
        f"{SIGNATURE} v1,ß",
        "v1,подпись",
        "\ud800",
        " ".join(["v1,AAAA"] * 10 + [SIGNATURE]),
        " ".join([SIGNATURE] * 200),
        "v1," + "A" * 100_000,
    ],
)
def test_malformed_signatures_are_refused(signature: str) -> None:
    assert not genuine({**GOOD, "webhook-signature": signature})


def test_ten_signatures_are_read() -> None:
    assert genuine({**GOOD, "webhook-signature": " ".join(["v1,AAAA"] * 9 + [SIGNATURE])})


@pytest.mark.parametrize(("seconds", "passes"), [(-301, 0), (-300, 1), (0, 1), (300, 1), (301, 0)])
def test_the_clock_may_be_off_by_five_minutes(seconds: int, passes: int) -> None:
    assert genuine(signed(BODY, START + timedelta(seconds=seconds))) == bool(passes)


NOW = str(int(START.timestamp()))


@pytest.mark.parametrize(
    "seconds",
    [
        "",
        "1e9",
        "nan",
        "inf",
        "1_0",
        f"+{NOW}",
        f"-{NOW}",
        f" {NOW}",
        f"{NOW}\n",
        f"{NOW}.0",
        f"{int(START.timestamp()):.3e}",
        "9" * 20,
        "9" * 12,
        "0" * 13,
        NOW.replace("1", "\u0661"),
        f"0x{int(NOW):x}",
    ],
)
def test_timestamps_are_plain_seconds(seconds: str) -> None:
    assert not genuine(signed(BODY, seconds=seconds))


@pytest.mark.parametrize("name", ["", "a b", "a\n", "é", "x" * 257])
def test_ids_are_plain_words(name: str) -> None:
    assert not genuine(signed(BODY, name=name))


def test_the_signature_is_over_id_time_and_every_byte() -> None:
    assert not genuine({**GOOD, "webhook-id": "msg_2"})
    assert not genuine({**GOOD, "webhook-timestamp": str(int(NOW) + 1)})
    respaced = json.dumps(order(), separators=(",", ":")).encode()
    assert json.loads(respaced) == json.loads(BODY)
    assert not genuine(GOOD, respaced)
    assert not genuine(GOOD, BODY + b"\n")


def test_a_body_that_is_no_text_is_refused() -> None:
    for body in (b"\xff\xfe{}", b"\xed\xa0\x80", "{}".encode("utf-16")):
        assert not genuine(signed(body), body)


anything = st.text(max_size=60) | st.sampled_from([*GOOD.values(), "v1,", ",", " "])


@given(anything, anything, anything, st.binary(max_size=60))
def test_noise_never_passes_and_never_raises(
    name: str, seconds: str, signature: str, body: bytes
) -> None:
    headers = {
        "webhook-id": name,
        "webhook-timestamp": seconds,
        "webhook-signature": signature,
        "x-square-hmacsha256-signature": signature,
    }
    assert not genuine(headers, body)
    assert not square((SQUARE_KEY,), headers, body, SQUARE_URL)


@given(st.binary(min_size=1, max_size=200), st.integers(0, 10**6))
def test_a_changed_bit_is_seen(body: bytes, place: int) -> None:
    body = body.decode("utf-8", "replace").encode()
    place %= len(body) * 8
    changed = bytearray(body)
    changed[place // 8] ^= 1 << (place % 8)
    assert genuine(signed(body), body)
    assert not genuine(signed(body), bytes(changed))
    assert square((SQUARE_KEY,), square_signed(body), body, SQUARE_URL)
    assert not square((SQUARE_KEY,), square_signed(body), bytes(changed), SQUARE_URL)


def test_squares_signature_is_over_the_configured_address() -> None:
    headers = square_signed(BODY)
    assert square((SQUARE_KEY,), headers, BODY, SQUARE_URL)
    assert square(("old-key", SQUARE_KEY), headers, BODY, SQUARE_URL)
    assert not square((SQUARE_KEY,), headers, BODY, SQUARE_URL + "/")
    assert not square((SQUARE_KEY,), headers, BODY, SQUARE_URL.replace("https", "http"))
    assert not square((SQUARE_KEY,), headers, BODY + b" ", SQUARE_URL)
    assert not square(("another",), headers, BODY, SQUARE_URL)


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_square_without_a_key_lets_nothing_pass(secrets: tuple[str, ...]) -> None:
    assert not square(secrets, square_signed(BODY, key=""), BODY, SQUARE_URL)


@pytest.mark.parametrize("given", ["", "подпись", "\ud800", "A" * 100_000])
def test_square_refuses_malformed_signatures(given: str) -> None:
    headers = {"x-square-hmacsha256-signature": given}
    assert not square((SQUARE_KEY,), headers, BODY, SQUARE_URL)


def test_squares_old_sha1_header_is_no_signature() -> None:
    mac = hmac.digest(SQUARE_KEY.encode(), SQUARE_URL.encode() + BODY, hashlib.sha1)
    headers = {"x-square-signature": base64.b64encode(mac).decode()}
    assert not square((SQUARE_KEY,), headers, BODY, SQUARE_URL)


def test_the_suite_sees_a_check_that_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: no tolerance, and a comparison that always agrees."""
    with monkeypatch.context() as broken:
        broken.setattr(signatures, "TOLERANCE", timedelta(days=1))
        with pytest.raises(AssertionError):
            test_the_clock_may_be_off_by_five_minutes(301, 0)
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    with pytest.raises(AssertionError):
        test_the_signature_is_over_id_time_and_every_byte()


@pytest.mark.parametrize(
    ("length", "good"), [(1, False), (23, False), (24, True), (32, True), (64, True), (65, False)]
)
def test_a_secret_has_the_length_that_the_standard_asks(length: int, *, good: bool) -> None:
    """Refused where it would sign, too: what was stored before is no better."""
    secret = "whsec_" + base64.b64encode(bytes(range(length))).decode()
    assert signatures.is_secret(secret) is good
    assert signatures.is_secret(secret.rstrip("=")) is good
    body = b"{}"
    assert standard([secret], signed(body, secret=secret), body, START) is good
    assert not signatures.is_secret(f"{secret}!")


@pytest.mark.parametrize("weak", [b"\x00" * 32, b"ab" * 16, b"abcde" * 6])
def test_a_secret_of_few_bytes_is_none(weak: bytes) -> None:
    secret = "whsec_" + base64.b64encode(weak).decode()
    assert not signatures.is_secret(secret)
    assert not standard([secret], signed(b"{}", secret=secret), b"{}", START)


@pytest.mark.parametrize(
    ("key", "good"),
    [
        ("short", False),
        ("abcdefghijklmno", False),
        ("abcdefghijklmnop", True),
        ("x" * 64, False),
        ("abcdeabcdeabcdeabcde", False),
        ("abcdefabcdefabcdef", True),
    ],
)
def test_squares_key_is_no_word_that_anybody_guesses(key: str, *, good: bool) -> None:
    body, url = b"{}", "https://cards.example/webhooks/s"
    mac = base64.b64encode(hmac.digest(key.encode(), url.encode() + body, "sha256")).decode()
    headers = {"x-square-hmacsha256-signature": mac}
    assert square([key], headers, body, url) is good
