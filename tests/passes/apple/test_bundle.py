from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local import certificates
from infra.local.certificates import Certificates, issue_authority, issue_pass_certificate
from loyalty.card.view import CardField, Place
from passes.apple import bundle, strings
from passes.apple.linter import lint
from passes.apple.pass_json import Identity, encode, pass_document
from passes.apple.sign import Signer, SigningError, choose_intermediate
from passes.designs import design
from tests.support.apple import BASE_URL, SERIAL, make_card, make_fields, token_of

if TYPE_CHECKING:
    from pathlib import Path

    from loyalty.card.view import Card
    from passes.apple.issue import Issuer


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def drawn(card: Card, identity: Identity) -> dict[str, Any]:
    return pass_document(card, design.load(card.design), identity, token_of(card.serial))


def openssl_accepts(files: dict[str, bytes], root: Path, folder: Path) -> bool:
    (folder / "signature").write_bytes(files["signature"])
    (folder / "manifest.json").write_bytes(files["manifest.json"])
    judged = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"),
            *("-in", folder / "signature", "-content", folder / "manifest.json"),
            *("-CAfile", root, "-out", folder / "verified"),
        ],
        capture_output=True,
        check=False,
    )
    return judged.returncode == 0


@pytest.mark.parametrize("name", design.names())
def test_openssl_accepts_the_signature_of_every_design(
    issuer: Issuer, now: dt.datetime, chain: Certificates, tmp_path: Path, name: str
) -> None:
    files = opened(issuer.issue(make_card(design=name), now))
    assert openssl_accepts(files, chain.root, tmp_path)


def test_openssl_refuses_another_manifest_and_another_root(
    issuer: Issuer, now: dt.datetime, chain: Certificates, tmp_path: Path
) -> None:
    files = opened(issuer.issue(make_card(), now))
    altered = {**files, "manifest.json": files["manifest.json"].replace(b":", b" :", 1)}
    assert not openssl_accepts(altered, chain.root, tmp_path)
    foreign = certificates.ensure(tmp_path / "foreign")
    assert not openssl_accepts(files, foreign.root, tmp_path)


words = st.text(max_size=60)
card_fields = st.builds(
    lambda key, label, text, number: (
        CardField(key, label, number, "number", str(number), None, "%@")
        if key == "balance"
        else CardField(key, label, text, "text", text, None, f"{label} %@")
    ),
    st.sampled_from(["balance", "progress", "reward", "member", "message"]),
    words,
    words.filter(bool),
    st.integers(-(10**12), 10**12),
)
cards = st.builds(
    make_card,
    design=st.sampled_from(design.names()),
    program_name=words.filter(str.strip),
    organization=words.filter(str.strip),
    sentences=st.lists(words, max_size=3).map(tuple),
    contact=st.lists(st.tuples(words, words), max_size=3).map(tuple),
    places=st.lists(
        st.builds(Place, st.floats(-90, 90), st.floats(-180, 180), words), max_size=3
    ).map(tuple),
    fields=st.lists(card_fields, max_size=5, unique_by=lambda card_field: card_field.key).map(
        tuple
    ),
)


def lines_of(content: bytes) -> list[str]:
    return content.decode("utf-16").split(";\n")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(card=cards)
def test_any_text_verifies_parses_and_is_shown(
    issuer: Issuer, chain: Certificates, now: dt.datetime, card: Card
) -> None:
    made = issuer.issue(card, now)
    roots = x509.load_pem_x509_certificates(chain.root.read_bytes())
    assert [one for one in lint(made, now, roots=roots) if one.rule != 30] == []
    document = json.loads(opened(made)["pass.json"])
    law = pass_document(card, design.load(card.design), issuer.identity, token_of(card.serial))
    assert document == json.loads(encode(law))
    others = {
        other.language: pass_document(other, design.load(card.design), issuer.identity, "t" * 16)
        for other in card.also
    }
    words = design.load(card.design).words
    for name, content in strings.files(card.language, law, others, words).items():
        assert sorted(lines_of(opened(made)[name])) == sorted(lines_of(content))
    shown = {
        field["key"]: field["value"] for group in document["storeCard"].values() for field in group
    }
    placed = {place.field for place in design.load(card.design).apple_fields}
    for card_field in card.fields:
        if card_field.key in placed:
            expected = card_field.value if card_field.kind == "number" else card_field.text
            assert shown[card_field.key] == expected
    assert document["logoText"] == card.program_name
    assert [shown[f"contact_{at}"] for at, _ in enumerate(card.contact, start=1)] == [
        text for _, text in card.contact
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\u0648\u0644\u0627\u0621\u200f 5",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        'quotes " \\ /',
        "100 % %@ %d",
        "e\u0301\u200b\u2028",
        "\0\x1f\x7f",
    ],
)
def test_texts_that_trip_others(issuer: Issuer, now: dt.datetime, text: str) -> None:
    files = opened(issuer.issue(make_card(fields=make_fields(1, member=text)), now))
    assert text in [
        field["value"] for field in json.loads(files["pass.json"])["storeCard"]["backFields"]
    ] or text in [
        field["value"] for field in json.loads(files["pass.json"])["storeCard"]["auxiliaryFields"]
    ]


def test_half_a_surrogate_pair_costs_one_character_and_not_the_card(
    issuer: Issuer, now: dt.datetime
) -> None:
    files = opened(issuer.issue(make_card(program_name="a\ud800b"), now))
    assert json.loads(files["pass.json"])["logoText"] == "a?b"


def test_the_writer_agrees_with_the_standard_library(identity: Identity) -> None:
    loaded = design.load("coffee")
    pass_json = encode(drawn(make_card(), identity))
    made = bundle.build(bundle.prepare(loaded), pass_json, lambda _: b"signature")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = [name for name in archive.namelist() if not name.endswith(".strings")]
    assert sorted(names) == sorted(
        [image.name for image in (*loaded.apple_images, *loaded.apple.poster_images)]
        + [
            "pass.json",
            "manifest.json",
            "signature",
        ]
    )
    files = opened(made)
    assert files["pass.json"] == pass_json
    assert {image.name: image.content for image in loaded.apple_images}.items() <= files.items()


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 200_000])
def test_a_file_reads_as_its_opening_and_its_end(length: int) -> None:
    opening, end = b"shared " * 100, bytes(range(256)) * (length // 256 + 1)
    late = bundle.ContinuedFile("x.lproj/pass.strings", bundle.Opening(opening), end[:length])
    prepared = bundle.prepare(design.load("barber"))
    files = opened(
        bundle.build(prepared, b"{}", lambda _: b"same", None, (late, late._replace(name="y")))
    )
    assert files["x.lproj/pass.strings"] == files["y"] == opening + end[:length]
    told = json.loads(files["manifest.json"])
    assert told["y"] == hashlib.sha1(files["y"]).hexdigest()
    assert told.keys() == files.keys() - {"manifest.json", "signature"}


def test_the_same_card_gives_the_same_bytes(identity: Identity) -> None:
    prepared = bundle.prepare(design.load("barber"))
    documents = [encode(drawn(make_card(design="barber"), identity)) for _ in range(2)]
    made = [bundle.build(prepared, one, lambda _: b"same") for one in documents]
    assert made[0] == made[1]


def test_a_kept_pass_is_not_signed_again(
    issuer: Issuer, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[bytes] = []
    sign = Signer.sign

    def counted(signer: Signer, manifest: bytes, when: dt.datetime) -> bytes:
        signed.append(manifest)
        return sign(signer, manifest, when)

    monkeypatch.setattr(Signer, "sign", counted)
    first = issuer.issue(make_card(), now)
    assert issuer.issue(make_card(), now) == first
    assert len(signed) == 1
    assert issuer.issue(make_card(fields=make_fields(8)), now) != first
    for balance in range(100):
        issuer.issue(make_card(fields=make_fields(balance)), now)
    assert len(issuer._recent) == 64


def test_what_the_document_says(identity: Identity) -> None:
    card = make_card(voided=True, expires_at=dt.datetime(2027, 1, 2, 3, 4, tzinfo=dt.UTC))
    document = drawn(card, identity)
    assert document["webServiceURL"] == f"{BASE_URL}/apple"
    assert document["authenticationToken"] == token_of(SERIAL)
    assert document["serialNumber"] == SERIAL
    assert document["sharingProhibited"] is True
    assert document["backgroundColor"] == "rgb(74, 44, 29)"
    assert (document["voided"], document["expirationDate"]) == (True, "2027-01-02T03:04:00Z")
    assert document["barcodes"][0] == {
        "format": "PKBarcodeFormatQR",
        "message": card.code,
        "messageEncoding": "iso-8859-1",
        "altText": card.code,
    }
    assert document["locations"] == [
        {"latitude": 51.5, "longitude": -0.12, "relevantText": "Coffee is near"}
    ]
    balance = document["storeCard"]["headerFields"][0]
    assert balance == {
        "key": "balance",
        "label": "Points",
        "value": 7,
        "changeMessage": "Now %@ points",
    }
    assert type(balance["value"]) is int
    back = {field["key"]: field["value"] for field in document["storeCard"]["backFields"]}
    assert back["program_lines"] == "\n".join(card.sentences)
    assert back["contact_1"] == "+44 20 7946 0000"


def test_a_discount_is_text_and_announced(identity: Identity) -> None:
    header = drawn(make_card(design="barber"), identity)["storeCard"]["headerFields"]
    assert header[0] == {
        "key": "discount",
        "label": "Discount",
        "value": "5%",
        "changeMessage": "Discount: %@",
    }


@pytest.mark.parametrize(
    ("amount", "currency", "value"),
    [(123456, "EUR", 1234.56), (500, "JPY", 500), (1234567, "KWD", 1234.567), (-5, "EUR", -0.05)],
)
def test_money_is_a_number_with_its_currency(
    identity: Identity, amount: int, currency: str, value: float
) -> None:
    card_field = CardField("balance", "Credit", amount, "money", "text", currency)
    field = drawn(make_card(fields=(card_field,)), identity)["storeCard"]["headerFields"][0]
    assert (field["value"], field["currencyCode"]) == (value, currency)


def test_a_date_is_shown_as_the_phone_shows_dates(identity: Identity) -> None:
    zone = dt.timezone(dt.timedelta(hours=3))
    card_field = CardField(
        "reward", "Until", dt.datetime(2026, 12, 1, 2, tzinfo=zone), "date", "1 Dec"
    )
    field = drawn(make_card(fields=(card_field,)), identity)["storeCard"]["auxiliaryFields"][0]
    assert (field["value"], field["dateStyle"], field["timeStyle"]) == (
        "2026-12-01T02:00:00+03:00",
        "PKDateStyleMedium",
        "PKDateStyleNone",
    )
    assert field["ignoresTimeZone"] is True


def load(chain: Certificates, **changes: Any) -> Signer:
    given = {
        "certificate": chain.pass_certificate.read_bytes(),
        "key": chain.pass_key.read_bytes(),
        "intermediates": chain.intermediate.read_bytes(),
        "pass_type_identifier": chain.pass_type_identifier,
        "team_identifier": chain.team_identifier,
    }
    return Signer.load(**{**given, **changes})


def test_the_right_intermediate_is_found_among_others(chain: Certificates, tmp_path: Path) -> None:
    foreign = certificates.ensure(tmp_path)
    bundle_of_many = b"".join(
        file.read_bytes() for file in (foreign.intermediate, chain.root, chain.intermediate)
    )
    found = load(chain, intermediates=bundle_of_many).intermediate
    assert found == x509.load_pem_x509_certificate(chain.intermediate.read_bytes())


def test_of_two_intermediates_with_one_key_the_longer_lived_signs(now: dt.datetime) -> None:
    day = dt.timedelta(days=1)
    root = issue_authority("Root", None, now - day, now + 900 * day)
    old, key = issue_authority("Middle", root, now - day, now + 100 * day)
    leaf, _ = issue_pass_certificate((old, key), now - day, now + 50 * day)
    renewed = (
        x509.CertificateBuilder(extensions=list(old.extensions))
        .subject_name(old.subject)
        .issuer_name(old.issuer)
        .public_key(old.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + 800 * day)
        .sign(root[1], old.signature_hash_algorithm)  # type: ignore[arg-type]
    )
    assert choose_intermediate(leaf, [old, renewed]) == renewed


def test_wrong_certificates_are_refused_with_what_to_do(
    chain: Certificates, tmp_path: Path
) -> None:
    foreign = certificates.ensure(tmp_path)
    encrypted = serialization.load_pem_private_key(chain.pass_key.read_bytes(), None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    for changes, message in (
        ({"key": foreign.pass_key.read_bytes()}, "does not belong"),
        ({"key": b"nonsense"}, "apple/key is not an unencrypted"),
        ({"key": encrypted}, "apple/key is not an unencrypted"),
        ({"certificate": b"nonsense"}, "apple/certificate is not"),
        ({"intermediates": b"nonsense"}, "apple/intermediates is not"),
        ({"intermediates": foreign.intermediate.read_bytes()}, "lacks the issuer"),
        ({"pass_type_identifier": "pass.com.example"}, "UID"),
        ({"team_identifier": "OTHERTEAM1"}, "OU"),
    ):
        with pytest.raises(SigningError, match=message):
            load(chain, **changes)


def test_an_expired_certificate_signs_nothing(signer: Signer, now: dt.datetime) -> None:
    with pytest.raises(SigningError, match="store a renewed one"):
        signer.sign(b"{}", now + dt.timedelta(days=4000))


def test_the_development_chain_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    made = certificates.ensure(tmp_path / "chain")
    before = {file.name: file.read_bytes() for file in (tmp_path / "chain").iterdir()}
    assert certificates.ensure(tmp_path / "chain") == made
    assert {file.name: file.read_bytes() for file in (tmp_path / "chain").iterdir()} == before
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "chain").iterdir())
    made.pass_key.unlink()
    certificates.ensure(tmp_path / "chain")
    load(made)
