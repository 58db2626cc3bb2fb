"""Callbacks: what Google's keys sign is taken, and nothing else."""

from __future__ import annotations

import base64
import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from passes.google import callback
from passes.google.callback import (
    CallbackError,
    MalformedError,
    NotAuthenticError,
    UnknownRootError,
    root_keys,
    verify,
)
from passes.google.callback_keys import KeyAnswer, KeyRing, KeysUnavailableError
from tests.support import google_callback as google
from tests.support.google_callback import DAY, HOUR, ISSUER, NOW, ROOTS, Sender

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def check(body: bytes, roots: bytes = ROOTS, issuer: str = ISSUER, now: int = NOW) -> Any:
    return verify(body, issuer, root_keys(roots), at(now))


def fixed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((google.FOLDER / "callbacks.json").read_text("utf-8"))
    return found


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("name", ["save", "del", "not ascii"])
def test_fixed_callbacks_are_genuine(name: str) -> None:
    vector = fixed()
    body = vector["callbacks"][name]
    found = verify(
        dumped(body), vector["issuer"], root_keys(dumped(vector["keys"])), at(vector["now"])
    )
    said = json.loads(body["signedMessage"])
    assert found.kind == said["eventType"]
    assert (found.class_id, found.object_id) == (said["classId"], said["objectId"])
    assert (found.expires, found.nonce) == (said["expTimeMillis"], said["nonce"])


def test_openssl_agrees_on_what_is_signed(tmp_path: Path) -> None:
    """An outside judge: other code over bytes written out by hand."""
    body = fixed()["callbacks"]["not ascii"]
    signed_key = body["intermediateSigningKey"]["signedKey"]
    root = fixed()["keys"]["keys"][0]["keyValue"]
    message = body["signedMessage"].encode()
    assert len(message) != len(body["signedMessage"])
    chain = b"\x0f\0\0\0GooglePayPasses\x0f\0\0\0ECv2SigningOnly"
    chain += bytes([len(signed_key), 0, 0, 0]) + signed_key.encode()
    assert len(signed_key) < 256
    content = b"\x0f\0\0\0GooglePayPasses\x13\0\0\0" + ISSUER.encode() + b"\x0f\0\0\0"
    content += b"ECv2SigningOnly" + bytes([len(message) % 256, len(message) // 256, 0, 0]) + message
    for name, public, signature, signed in (
        ("root", root, body["intermediateSigningKey"]["signatures"][0], chain),
        ("message", json.loads(signed_key)["keyValue"], body["signature"], content),
    ):
        key, sig, text = (tmp_path / f"{name}.{end}" for end in ("pem", "sig", "bin"))
        key.write_text(f"-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n")
        sig.write_bytes(base64.b64decode(signature))
        text.write_bytes(signed)
        files = ("-verify", str(key), "-signature", str(sig), str(text))
        command = ["openssl", "dgst", "-sha256", *files]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert answer.stdout.strip() == "Verified OK", answer.stderr
    assert callback.signed_bytes("GooglePayPasses", "ECv2SigningOnly", signed_key) == chain


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, (*path, name))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from leaves(value, (*path, number))
    else:
        yield path


def replaced(body: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copy: Any = json.loads(json.dumps(body))
    here = copy
    for step in path[:-1]:
        here = here[step]
    if value is None:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    changed: dict[str, Any] = copy
    return changed


PATHS = list(leaves(fixed()["callbacks"]["save"]))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_no_character_can_be_changed(path: tuple[Any, ...]) -> None:
    body = fixed()["callbacks"]["save"]
    here: Any = body
    for step in path:
        here = here[step]
    check(dumped(body))
    for position, old in enumerate(here):
        new = "B" if old == "A" else "A"
        with pytest.raises(CallbackError):
            check(dumped(replaced(body, path, here[:position] + new + here[position + 1 :])))
    others: list[Any] = [None, "", 7, True, [], {}]
    for value in (*others, here + "A", here[:-1], here + " ", here.upper()):
        if value == here:
            continue
        with pytest.raises(CallbackError):
            check(dumped(replaced(body, path, value)))


@pytest.mark.parametrize("member", ["classId", "objectId", "eventType", "expTimeMillis", "nonce"])
def test_a_signed_message_needs_every_member(member: str) -> None:
    others: list[Any] = [None, [], {}, "", True, 1.5, float("inf")]
    for wrong in others:
        with pytest.raises(MalformedError):
            check(google.callback(**{member: wrong}))


def test_instants_are_whole_and_of_this_age() -> None:
    for wrong in (-1, 10**15, str(10**15), "١٧٧٧٨٩٩٦٠٠٠٠٠", "1e12", "+1", " 1"):
        with pytest.raises(MalformedError):
            check(google.callback(expTimeMillis=wrong))


@pytest.mark.parametrize(
    "part",
    [
        {"signedKey": "{}"},
        {"signedKey": "[]"},
        {"signedKey": "x"},
        {"signatures": "MEUC"},
        {"signatures": []},
        {"signatures": [7]},
        {"signatures": ["=" * 4]},
        {"signatures": ["A" * 8] * 9},
    ],
)
def test_a_broken_intermediate_key(part: dict[str, Any]) -> None:
    body = Sender().members()
    body["intermediateSigningKey"] |= part
    with pytest.raises(CallbackError):
        check(dumped(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe{}",
        b"[" * 16_000,
        b'{"a":' * 3_000,
        b'{"signature":NaN}',
        b'{"protocolVersion":' + b"9" * 5_000 + b"}",
        b'"text"',
        b"{}",
    ],
    ids=range(11),
)
def test_garbage(body: bytes) -> None:
    with pytest.raises(MalformedError):
        check(body)


def test_a_key_given_twice_is_refused_wherever_it_stands() -> None:
    body = Sender().body()
    check(body)
    with pytest.raises(MalformedError):
        check(
            body.replace(b'{"signature"', b'{"protocolVersion": "ECv2SigningOnly", "signature"', 1)
        )
    message = json.loads(Sender().members()["signedMessage"])
    twice = google.gson(message)[:-1] + ',"eventType":"del"}'
    with pytest.raises(MalformedError):
        check(Sender(message_text=twice).body())
    key = json.loads(Sender().members()["intermediateSigningKey"]["signedKey"])
    twice = google.gson(key)[:-1] + f',"keyExpiration":"{NOW + DAY}"}}'
    with pytest.raises(MalformedError):
        check(Sender(key_text=twice).body())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(path=st.sampled_from([*PATHS, ("intermediateSigningKey",), ()]), value=JSON)
def test_any_json_in_any_place_is_refused_and_nothing_worse(
    path: tuple[Any, ...], value: Any
) -> None:
    body = replaced(fixed()["callbacks"]["save"], path, value) if path else value
    with pytest.raises(CallbackError):
        check(dumped(body))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.binary(max_size=60), cut=st.integers(0, 1500))
def test_any_bytes_are_refused_and_nothing_worse(text: bytes, cut: int) -> None:
    body = dumped(fixed()["callbacks"]["save"])
    for wrong in (text, body[:cut] + text):
        if wrong.strip() != body:
            with pytest.raises(CallbackError):
                check(wrong)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(said=st.dictionaries(st.sampled_from(["classId", "eventType", "nonce", "x"]), JSON))
def test_any_signed_message_is_taken_or_refused(said: dict[str, Any]) -> None:
    try:
        found = check(google.callback(**said))
    except CallbackError:
        return
    assert found.kind in {"save", "del"}
    assert found.nonce


def test_many_signatures_are_not_tried() -> None:
    body = Sender().members()
    body["intermediateSigningKey"]["signatures"] *= 8
    assert check(dumped(body))
    body["intermediateSigningKey"]["signatures"] *= 2
    with pytest.raises(MalformedError):
        check(dumped(body))


def test_half_a_character_is_no_text() -> None:
    body = Sender().members() | {"signedMessage": "\ud83d"}
    with pytest.raises(MalformedError):
        check(dumped(body))


def test_members_that_google_may_add_do_no_harm() -> None:
    body = Sender(message={"later": {"x": [1]}}, key={"later": "x"}).members() | {"later": 1}
    assert check(dumped(body)).kind == "save"


def test_a_signature_has_nothing_behind_it() -> None:
    body = Sender().members()
    signature = base64.b64decode(body["signature"])
    for wrong in (signature + b"\0", b"\0" + signature, signature[:-1], signature * 2, b""):
        with pytest.raises(NotAuthenticError):
            check(dumped(body | {"signature": base64.b64encode(wrong).decode()}))
    # Another way to write the same numbers (the length in the long form) is refused too.
    long_form = signature[:1] + b"\x81" + signature[1:]
    with pytest.raises(NotAuthenticError):
        check(dumped(body | {"signature": base64.b64encode(long_form).decode()}))


def test_base64_is_strict() -> None:
    body = Sender().members()
    for wrong in (
        body["signature"] + "\n",
        " " + body["signature"],
        body["signature"].replace("=", "") + "*",
        body["signature"][:10] + "-_" + body["signature"][12:],
    ):
        with pytest.raises(CallbackError):
            check(dumped(body | {"signature": wrong}))


def test_another_issuers_callback() -> None:
    other = "3388000000099999999"
    foreign = {"classId": f"{other}.c", "objectId": f"{other}.o"}
    with pytest.raises(NotAuthenticError):
        check(Sender(issuer=other, message=foreign).body())
    assert check(Sender(issuer=other, message=foreign).body(), issuer=other).object_id
    # Signed for us, about somebody else's cards; and a longer issuer that begins like ours.
    for one in (
        {"classId": f"{other}.c"},
        {"objectId": f"{other}.o"},
        {"objectId": f"{ISSUER}1.o"},
        {"objectId": ISSUER},
    ):
        with pytest.raises(NotAuthenticError):
            check(google.callback(**one))


@pytest.mark.parametrize(
    "sender",
    [
        Sender(sender="Google"),
        Sender(sender="GoogleWalletPasses"),
        Sender(issuer=f"merchant:{ISSUER}"),
        Sender(root="stranger"),
        Sender(root="intermediate"),
        Sender(protocol="ECv2"),
        Sender(key={"keyValue": google.spki(google.key("stranger"))}),
    ],
    ids=repr,
)
def test_signed_otherwise(sender: Sender) -> None:
    with pytest.raises(NotAuthenticError):
        check(sender.body())


def test_the_root_key_signs_no_messages() -> None:
    with pytest.raises(NotAuthenticError):
        check(Sender(intermediate="stranger", root="stranger").body())
    body = Sender().members()
    text = body["signedMessage"]
    body["signature"] = google.sign(
        google.key("root"), google.composed("GooglePayPasses", ISSUER, "ECv2SigningOnly", text)
    )
    with pytest.raises(NotAuthenticError):
        check(dumped(body))


@pytest.mark.parametrize(("expires", "good"), [(NOW + 1, True), (NOW, False), (NOW - DAY, False)])
def test_expiries(expires: int, good: bool) -> None:  # noqa: FBT001 - a column of the table
    bodies = [
        (google.callback(expTimeMillis=expires), ROOTS),
        (google.callback(expTimeMillis=str(expires)), ROOTS),
        (google.callback(messageExpiration=str(expires)), ROOTS),
        (Sender(key={"keyExpiration": str(expires)}).body(), ROOTS),
        (Sender().body(), google.keys_document(google.root_entry(expires=expires))),
    ]
    for body, roots in bodies:
        if good:
            assert check(body, roots).kind == "save"
        else:
            with pytest.raises(NotAuthenticError):
                check(body, roots)


def test_keys_that_are_not_on_the_curve() -> None:
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    others = [
        ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(*form),
        rsa.generate_private_key(65537, 2048).public_key().public_bytes(*form),
        b"no key",
        b"",
    ]
    for other in others:
        text = base64.b64encode(other).decode()
        with pytest.raises(MalformedError):
            check(Sender(key={"keyValue": text}).body())
        assert root_keys(google.keys_document(google.root_entry(keyValue=text))) == ()


def test_which_root_keys_are_taken() -> None:
    assert len(root_keys(ROOTS)) == 1
    for change in (
        {"protocolVersion": "ECv2"},
        {"protocolVersion": None},
        {"keyExpiration": None},
        {"keyExpiration": "soon"},
        {"keyExpiration": ""},
        {"keyExpiration": True},
        {"keyValue": None},
    ):
        document = google.keys_document(google.root_entry(**change), google.root_entry())
        assert len(root_keys(document)) == 1, change
    for wrong in (b"", b"[]", b"{}", b'{"keys": {}}', b"<html>"):
        with pytest.raises(MalformedError):
            root_keys(wrong)


def test_rotation_both_roots_and_both_signatures() -> None:
    both = google.keys_document(google.root_entry("next-root"), google.root_entry())
    assert check(Sender().body(), both)
    assert check(Sender(root="next-root").body(), both)
    body = Sender(root="next-root").members()
    other = Sender().members()["intermediateSigningKey"]["signatures"]
    body["intermediateSigningKey"]["signatures"] = [
        google.sign(google.key("stranger"), b"x"),
        *body["intermediateSigningKey"]["signatures"],
        *other,
    ]
    assert check(dumped(body), google.keys_document(google.root_entry("next-root")))
    with pytest.raises(UnknownRootError):
        check(Sender(root="next-root").body())


def test_a_hash_other_than_sha_256() -> None:
    body = Sender().members()
    content = google.composed("GooglePayPasses", ISSUER, "ECv2SigningOnly", body["signedMessage"])
    signature = google.key("intermediate").sign(content, ec.ECDSA(hashes.SHA384()))
    with pytest.raises(NotAuthenticError):
        check(dumped(body | {"signature": base64.b64encode(signature).decode()}))


def test_nothing_of_the_body_is_told() -> None:
    secret = "private-text"
    bodies = [
        Sender(message_text=secret).body(),
        google.callback(eventType=secret),
        google.callback(objectId=secret),
        Sender(key_text=secret).body(),
        dumped(Sender().members() | {"signature": secret}),
        dumped(Sender().members() | {"protocolVersion": secret}),
        secret.encode(),
    ]
    for body in bodies:
        with pytest.raises(CallbackError) as caught:
            check(body)
        assert secret not in str(caught.value)


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
