"""Callbacks: what Google's keys sign is taken, and nothing else."""

from __future__ import annotations

import base64
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from passes.google import callback
from passes.google.callback import (
    CallbackError,
    MalformedError,
    NotAuthenticError,
    UnknownRootError,
    root_keys,
    verify,
)
from tests.support import google_callback as google
from tests.support.google_callback import (
    DAY,
    ISSUER,
    NOW,
    PATHS,
    ROOTS,
    Sender,
    at,
    check,
    dumped,
    fixed,
    replaced,
)

if TYPE_CHECKING:
    from pathlib import Path


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


def test_many_signatures_are_not_tried() -> None:
    body = Sender().members()
    body["intermediateSigningKey"]["signatures"] *= 8
    assert check(dumped(body))
    body["intermediateSigningKey"]["signatures"] *= 2
    with pytest.raises(MalformedError):
        check(dumped(body))


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
