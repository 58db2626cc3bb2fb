from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import NameOID
from google.auth import jwt as untyped_jwt

from infra.local.wallet.account import BadTokenError, SignatureCheck
from infra.local.wallet.pages import check_save_claims
from passes.google import linter, objects
from passes.google.client import credentials_from
from passes.google.save_claims import LONGEST_TOKEN
from passes.google.save_link import (
    BadLinkError,
    LinkTooLongError,
    save_link,
)

jwt: Any = untyped_jwt  # google-auth has no types


def certificate(account: dict[str, Any]) -> bytes:
    """Wrap the account's key in a certificate, the form that google.auth.jwt asks for."""
    key: Any = serialization.load_pem_private_key(account["private_key"].encode(), None)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def link_for(world: Any, google: Any, **changes: Any) -> str:
    credentials = credentials_from(google.account)
    values: dict[str, Any] = {
        "email": credentials.service_account_email,
        "object_id": objects.object_id(world.issuer, world.card().serial),
        "class_id": objects.class_id(world.issuer, "coffee"),
        "origin": "https://shop.test",
        "now": datetime.fromtimestamp(google.server.clock(), UTC),
        "save_url": f"{google.url}/gp/v/save",
    }
    return save_link(credentials.signer, **(values | changes))


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def decoded(token: str, part: int) -> dict[str, Any]:
    text = token.split(".")[part]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def test_the_token_is_what_google_asks_for(world: Any, google: Any) -> None:
    link = link_for(world, google)
    assert link.startswith(f"{google.url}/gp/v/save/")
    token = token_of(link)
    header = decoded(token, 0)
    assert header == {"alg": "RS256", "typ": "JWT", "kid": google.account["private_key_id"]}
    claims = decoded(token, 1)
    assert type(claims["iat"]) is int
    assert claims["exp"] == claims["iat"] + 3600
    assert claims["payload"] == {
        "loyaltyObjects": [
            {
                "id": f"{world.issuer}.0123456789abcdef0123456789abcdef",
                "classId": f"{world.issuer}.coffee",
            }
        ]
    }
    assert len(token) < 1000
    now = datetime.fromtimestamp(google.server.clock(), UTC)
    assert linter.lint_save_claims(claims, len(token), world.issuer, now) == []
    assert "Anna" not in str(claims)


def test_google_auth_accepts_the_signature(
    world: Any, google: Any, start_google: Any, tmp_path: Any
) -> None:
    token = token_of(link_for(world, google))
    body, _, signature = token.rpartition(".")
    claims = jwt.decode(token, certs=certificate(google.account), audience="google")
    assert claims["iss"] == google.account["client_email"]
    other = start_google(tmp_path / "other")
    with pytest.raises(ValueError, match="signature"):
        jwt.decode(token, certs=certificate(other.account))
    assert SignatureCheck(google.account).claims(token)["aud"] == "google"
    tampered = body[:-2] + ("AA" if body[-2:] != "AA" else "BB") + "." + signature
    with pytest.raises(BadTokenError):
        SignatureCheck(google.account).claims(tampered)


def test_a_token_too_long_for_browsers_is_refused(world: Any, google: Any) -> None:
    with pytest.raises(LinkTooLongError, match=str(LONGEST_TOKEN)):
        link_for(world, google, origin="https://" + "x" * LONGEST_TOKEN)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"origin": "http://shop.test"}, "origins"),
        ({"origin": ""}, "origins"),
        ({"email": ""}, "iss"),
        ({"object_id": "3388.with blank"}, r"payload.loyaltyObjects\[0\].id"),
    ],
)
def test_claims_are_checked_before_anybody_is_sent_there(
    world: Any, google: Any, changes: dict[str, str], where: str
) -> None:
    with pytest.raises(BadLinkError, match=rf"rule 18\) at {where}"):
        link_for(world, google, **changes)


def test_a_whole_token_is_good_and_says_nothing_about_anybody(world: Any, google: Any) -> None:
    token = token_of(link_for(world, google))
    now = datetime.fromtimestamp(google.server.clock(), UTC)
    key: Any = serialization.load_pem_private_key(google.account["private_key"].encode(), None)

    def verify(signature: bytes, signed: bytes) -> None:
        key.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())

    assert linter.lint_save_token(token, world.issuer, now, verify=verify, strict=True) == []
    told = str(decoded(token, 1))
    card = world.card()
    assert not [one for one in ("Anna", card.code, card.member + "'") if one in told]


def insert(world: Any, google: Any) -> str:
    client = google.client()
    client.insert_class(objects.loyalty_class(world.profile, world.design, world.issuer))
    body = objects.loyalty_object(world.card(), world.design, world.issuer, world.now)
    client.insert_object(body)
    return str(body["id"])


def opened(link: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(link, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_save_page_saves_and_shows_the_card(world: Any, google: Any) -> None:
    identifier = insert(world, google)
    assert google.object(identifier)["hasUsers"] is False
    status, page = opened(link_for(world, google))
    assert status == 200
    assert "Bean Club" in page
    assert "<dd>7</dd>" in page
    assert "1 point for every 1.00 EUR.<br>Free coffee" in page
    assert google.object(identifier)["hasUsers"] is True


def test_the_save_page_escapes(world: Any, google: Any) -> None:
    insert(world, google)
    card = world.card(code="<script>", sentences=("<script>alert(1)</script>",))
    body = objects.loyalty_object(card, world.design, world.issuer, world.now)
    google.client().patch_object(objects.patch_of(body))
    _, page = opened(link_for(world, google))
    assert "<script" not in page


def test_the_save_page_refuses(world: Any, google: Any, start_google: Any, tmp_path: Any) -> None:
    status, page = opened(link_for(world, google))
    assert (status, "not found" in page) == (400, True)  # no such object
    identifier = insert(world, google)
    other = start_google(tmp_path / "other")
    status, page = opened(f"{google.url}/gp/v/save/{token_of(link_for(world, other))}")
    assert (status, "kid" in page) == (400, True)  # somebody else's key
    status, _ = opened(f"{google.url}/gp/v/save/a.b.c")
    assert status == 400
    assert google.object(identifier)["hasUsers"] is False


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "x"},
        {"typ": "x"},
        {"iat": "1"},
        {"iat": 2_000_000_000},
        {"exp": 1_700_000_000},
        {"origins": []},
        {"payload": {}},
        {"payload": {"loyaltyObjects": [{"id": "1.a", "state": "ACTIVE"}]}},
    ],
)
def test_the_save_page_checks_claims(change: dict[str, Any]) -> None:
    claims = {
        "aud": "google",
        "typ": "savetowallet",
        "iat": 1_700_000_000,
        "origins": ["https://shop.test"],
        "payload": {"loyaltyObjects": [{"id": "1.a", "classId": "1.c"}]},
    }
    assert check_save_claims(claims, 900, 1_700_000_000.5) == ["1.a"]
    with pytest.raises(BadTokenError):
        check_save_claims(claims | change, 900, 1_700_000_000.5)
    with pytest.raises(BadTokenError):
        check_save_claims(claims, LONGEST_TOKEN + 1, 1_700_000_000.5)
