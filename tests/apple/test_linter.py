from __future__ import annotations

import base64
import copy
import datetime as dt
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.certificates import Certificates, issue_authority, issue_pass_certificate
from loyalty.card import Fact
from passes import design
from passes.apple.linter import Finding, Severity, lint
from passes.apple.pass_json import encode
from passes.apple.sign import Signer
from tests.apple.fakes import make_card, make_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from passes.apple.issue import Issuer

Files = dict[str, bytes]
Document = dict[str, Any]


class Bench:
    """Takes a sound pass apart, lets a test break it, and puts it together again."""

    def __init__(self, issuer: Issuer, signer: Signer, root: Path, now: dt.datetime) -> None:
        self.now = now
        self.signer = signer
        self.roots = x509.load_pem_x509_certificates(root.read_bytes())
        self.sound = issuer.issue(make_card(), now)
        with zipfile.ZipFile(io.BytesIO(self.sound)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.document: Document = json.loads(self.files["pass.json"])

    def lint(self, content: bytes, **options: Any) -> tuple[Finding, ...]:
        return lint(content, self.now, **{"roots": self.roots, **options})

    def with_document(self, change: Callable[[Document], object]) -> tuple[Finding, ...]:
        document = copy.deepcopy(self.document)
        change(document)
        return self.lint(self.pack({**self.files, "pass.json": encode(document)}))

    def with_files(self, change: Callable[[Files], object]) -> tuple[Finding, ...]:
        files = dict(self.files)
        change(files)
        return self.lint(self.pack(files))

    def pack(self, files: Files, signature: bytes | None = None) -> bytes:
        """Zip the files with a manifest and a signature that fit them."""
        manifest = json.dumps(
            {
                name: hashlib.sha1(content).hexdigest()
                for name, content in files.items()
                if name not in {"manifest.json", "signature"} and not name.endswith("/")
            }
        ).encode()
        signed = {
            **files,
            "manifest.json": manifest,
            "signature": signature or self.signer.sign(manifest, self.now),
        }
        return zipped(signed)


def zipped(files: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.fixture
def bench(issuer: Issuer, signer: Signer, chain: Certificates, now: dt.datetime) -> Bench:
    return Bench(issuer, signer, chain.root, now)


def rules(findings: tuple[Finding, ...], severity: Severity = Severity.ERROR) -> set[int]:
    return {one.rule for one in findings if one.severity is severity}


@pytest.mark.parametrize("name", design.names())
@pytest.mark.parametrize(
    "state",
    [
        {},
        {"facts": make_facts(0)},
        {"facts": ()},
        {"facts": (Fact("balance", "Баллы", 5, "number", "5", change_message="Теперь %@"),)},
        {"facts": (Fact("message", "News", "Открыто", "text", "Открыто", None, "%@"),)},
        {"voided": True, "expires_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)},
        {"places": (), "version": 99_999},
    ],
)
def test_every_design_is_faultless_in_every_state(
    bench: Bench, issuer: Issuer, name: str, state: dict[str, Any]
) -> None:
    made = issuer.issue(make_card(design=name, **state), bench.now)
    assert bench.lint(made, previous=issuer.issue(make_card(design=name), bench.now)) == ()
    assert len(made) < 60_000


def test_the_packer_of_these_tests_makes_faultless_passes(bench: Bench) -> None:
    assert bench.with_document(lambda _: None) == ()


def field(document: Document) -> Document:
    found: Document = document["storeCard"]["headerFields"][0]
    return found


def back(document: Document) -> Document:
    found: Document = document["storeCard"]["backFields"][0]
    return found


def barcode(**changes: object) -> Callable[[Document], None]:
    return lambda document: document["barcodes"][0].update(changes)


BROKEN_DOCUMENTS: list[tuple[int, Callable[[Document], object]]] = [
    (10, lambda d: d.update(passTypeIdentifier="pass.com.example.other")),
    (10, lambda d: d.update(teamIdentifier="OTHERTEAM1")),
    (11, lambda d: d.update(nfc={"message": "x", "encryptionPublicKey": p256()})),
    (12, lambda d: d.update(formatVersion="1")),
    (12, lambda d: d.update(formatVersion=True)),
    (13, lambda d: d.update(description="  ")),
    (13, lambda d: d.pop("organizationName")),
    (13, lambda d: d.update(serialNumber=42)),
    (13, lambda d: d.update(serialNumber="a b/c")),
    (13, lambda d: d.update(teamIdentifier="short")),
    (13, lambda d: d.update(passTypeIdentifier="com.example")),
    (14, lambda d: d.pop("storeCard")),
    (14, lambda d: d.update(coupon={})),
    (14, lambda d: d.update(storeCard=[])),
    (15, lambda d: d.pop("webServiceURL")),
    (15, lambda d: d.pop("authenticationToken")),
    (15, lambda d: d.update(authenticationToken="short")),
    (15, lambda d: d.update(webServiceURL="http://cards.example.com/apple")),
    (15, lambda d: d.update(webServiceURL="http://127.0.0.1:4100/apple")),
    (15, lambda d: d.update(webServiceURL="https://cards.example.com/apple?x=1")),
    (15, lambda d: d.update(webServiceURL="https://[broken")),
    (15, lambda d: d.update(webServiceURL=5)),
    (17, lambda d: d.update(expirationDate="2026-11-21T12:00:00")),
    (17, lambda d: d.update(expirationDate="2026-11-21T12:00:00+0100")),
    (17, lambda d: d.update(expirationDate="2026-02-30T12:00:00Z")),
    (17, lambda d: d.update(relevantDates=[{"date": "tomorrow"}])),
    (17, lambda d: d.update(voided="yes")),
    (18, lambda d: d.update(locations=[{"latitude": 1, "longitude": 2}] * 11)),
    (18, lambda d: d.update(locations=[{"latitude": 999, "longitude": 2}])),
    (18, lambda d: d.update(locations=[{"latitude": "1", "longitude": 2}])),
    (18, lambda d: d.update(locations={"latitude": 1})),
    (18, lambda d: d.update(beacons=[{"proximityUUID": "x"}])),
    (18, lambda d: d.update(maxDistance="100")),
    (18, lambda d: d.update(maxDistance=0)),
    (19, lambda d: d.update(backgroundColor="rgb(300, 0, 0)")),
    (19, lambda d: d.update(labelColor="red")),
    (19, lambda d: d.update(labelColor="rgb(1, 2, 3) ")),
    (20, barcode(format="PKBARCODE_FORMAT_QR")),
    (20, barcode(format=[])),
    (20, barcode(message="")),
    (20, barcode(messageEncoding="latin-of-old")),
    (20, barcode(messageEncoding=None)),
    (20, barcode(message="Ж")),
    (20, barcode(format="PKBarcodeFormatEAN13", message="4006381333932")),
    (20, barcode(format="PKBarcodeFormatI2of5", message="123")),
    (20, barcode(format="PKBarcodeFormatCodabar", message="X1")),
    (20, lambda d: d.update(barcodes={})),
    (21, lambda d: back(d).update(key="balance")),
    (21, lambda d: field(d).pop("key")),
    (21, lambda d: field(d).pop("value")),
    (21, lambda d: field(d).update(value=None)),
    (21, lambda d: field(d).update(currencyCode="euro")),
    (21, lambda d: back(d).update(currencyCode="EUR")),
    (21, lambda d: back(d).update(numberStyle="PKNumberStyleDecimal")),
    (21, lambda d: field(d).update(currencyCode="EUR", numberStyle="PKNumberStyleDecimal")),
    (21, lambda d: field(d).update(dateStyle="PKDateStyleShort")),
    (21, lambda d: d["storeCard"].update(headerFields={})),
    (22, lambda d: field(d).update(changeMessage="Changed")),
    (22, lambda d: field(d).update(changeMessage="%@ and %@")),
    (23, lambda d: back(d).update(textAlignment="PKTextAlignmentLeft")),
    (23, lambda d: field(d).update(dataDetectorTypes=[])),
    (23, lambda d: field(d).update(row=1)),
    (23, lambda d: d["storeCard"].update(transitType="PKTransitTypeAir")),
    (24, lambda d: back(d).update(attributedValue="<b>bold</b>")),
    (24, lambda d: back(d).update(attributedValue='<a href="javascript:x">x</a>')),
    (25, lambda d: d["storeCard"].update(footerFields=[{"key": "f", "value": "x"}])),
    (25, lambda d: d.update(featuredActions=[{"identifier": "a", "type": "dance", "url": "x:y"}])),
    (25, lambda d: d.update(featuredActions=[{"identifier": "a", "type": "shop", "url": "x"}] * 2)),
    (26, lambda d: d.update(groupingIdentifier="x")),
    (26, lambda d: d.update(sellURL="https://example.com")),
    (27, lambda d: d.update(nfc={"message": "ж" * 33, "encryptionPublicKey": p256()})),
    (27, lambda d: d.update(nfc={"message": "x", "encryptionPublicKey": "AAAA"})),
    (28, lambda d: d.update(appLaunchURL="app:open")),
    (28, lambda d: d.update(associatedStoreIdentifiers=["1"])),
    (29, lambda d: d.update(semantics={"balance": {"amount": 5, "currencyCode": "EUR"}})),
    (29, lambda d: field(d).update(semantics={"balance": {"amount": "5"}})),
]


def p256() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_bytes(serialization.Encoding.DER, form)).decode()


@pytest.mark.parametrize(("rule", "change"), BROKEN_DOCUMENTS)
def test_a_broken_document_is_found(
    bench: Bench, rule: int, change: Callable[[Document], object]
) -> None:
    assert rule in rules(bench.with_document(change))


ADVISED_DOCUMENTS: list[tuple[int, Callable[[Document], object]]] = [
    (15, lambda d: d.update(webServiceURL="https://192.0.2.1/apple")),
    (19, lambda d: d.update(labelColor="#fff")),
    (19, lambda d: d.update(foregroundColor=d["backgroundColor"])),
    (20, barcode(format="PKBarcodeFormatEAN13", message="4006381333931")),
    (22, lambda d: [one.update(changeMessage="%@") for one in d["storeCard"]["backFields"]]),
    (25, lambda d: d["storeCard"]["headerFields"].extend(spare(3))),
    (25, lambda d: d["storeCard"]["auxiliaryFields"].extend(spare(4))),
    (30, lambda d: d["storeCard"].update(backFields=[])),
    (30, lambda d: d.update(backgroundColour="rgb(0, 0, 0)")),
    (30, lambda d: field(d).update(changemessage="%@")),
]


def spare(count: int) -> list[Document]:
    return [{"key": f"spare{number}", "value": "x"} for number in range(count)]


@pytest.mark.parametrize(("rule", "change"), ADVISED_DOCUMENTS)
def test_what_could_be_better_is_told_as_advice(
    bench: Bench, rule: int, change: Callable[[Document], object]
) -> None:
    findings = bench.with_document(change)
    assert rule in rules(findings, Severity.ADVICE)
    assert rules(findings) == set()


def whole_png(width: int, height: int) -> bytes:
    import struct  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    def chunk(name: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(name + body).to_bytes(4, "big")
        return struct.pack(">I", len(body)) + name + body + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 1) * height))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def strings(text: str) -> bytes:
    return text.encode("utf-16")


BROKEN_FILES: list[tuple[int, Callable[[Files], object]]] = [
    (1, lambda f: f.update({"folder/": b""})),
    (1, lambda f: f.update({".DS_Store": b"x"})),
    (1, lambda f: f.update({"__MACOSX/icon.png": b"x"})),
    (1, lambda f: f.update({"pass/strip.png": b"x"})),
    (1, lambda f: f.update({"../pass.json": b"{}"})),
    (2, lambda f: f.update({"Pass.json": f.pop("pass.json")})),
    (4, lambda f: [f.pop(name) for name in ("icon@2x.png", "icon@3x.png")]),
    (5, lambda f: f.update({"strip@2x.png": b"GIF89a"})),
    (5, lambda f: f.update({"strip@2x.png": f["strip@2x.png"][:-20]})),
    (5, lambda f: f.update({"strip@2x.png": f["strip@2x.png"][:100] + b"\0" * 9000})),
    (6, lambda f: f.update({"french.lproj/pass.strings": strings('"a" = "b";')})),
    (6, lambda f: f.update({"fr.lproj/pass.strings": '"a" = "é";'.encode()})),
    (6, lambda f: f.update({"fr.lproj/pass.strings": b'"a" = b;'})),
    (6, lambda f: f.update({"fr.lproj/logo@2x.png": f["logo@2x.png"]})),
    (12, lambda f: f.update({"pass.json": b'{"formatVersion": 1,}'})),
    (12, lambda f: f.update({"pass.json": b'{"a": 1, "a": 2}'})),
    (12, lambda f: f.update({"pass.json": b'{"a": NaN}'})),
    (12, lambda f: f.update({"pass.json": b"[]"})),
    (12, lambda f: f.update({"pass.json": b'"\xff"'})),
    (12, lambda f: f.update({"pass.json": b"[" * 200_000})),
]


@pytest.mark.parametrize(("rule", "change"), BROKEN_FILES)
def test_a_broken_bundle_is_found(
    bench: Bench, rule: int, change: Callable[[Files], object]
) -> None:
    assert rule in rules(bench.with_files(change))


def test_languages_must_hold_the_same_keys_and_images(bench: Bench) -> None:
    def sound(files: Files) -> None:
        files["en.lproj/pass.strings"] = strings('/* greeting */\n"hi" = "Hi \\"you\\"";\n')
        files["ru.lproj/pass.strings"] = strings('"hi" = "Привет";')

    def uneven(files: Files) -> None:
        sound(files)
        files["ru.lproj/pass.strings"] = strings('"bye" = "Пока";')

    def pictured(files: Files) -> None:
        sound(files)
        files["ru.lproj/thumbnail@2x.png"] = whole_png(180, 180)

    assert bench.with_files(sound) == ()
    assert rules(bench.with_files(uneven)) == {6}
    assert rules(bench.with_files(pictured)) == {6}


def test_images_of_other_sizes_and_scales_are_told(bench: Bench) -> None:
    def small(files: Files) -> None:
        files["icon@2x.png"] = whole_png(58, 58)

    def lone(files: Files) -> None:
        files["thumbnail.png"] = whole_png(90, 90)

    def one_icon(files: Files) -> None:
        del files["icon@3x.png"]

    assert rules(bench.with_files(small), Severity.ADVICE) == {5}
    assert rules(bench.with_files(lone), Severity.ADVICE) == {5}
    assert rules(bench.with_files(one_icon), Severity.ADVICE) == {4}


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip" * 100])
def test_what_is_no_zip_is_told(bench: Bench, content: bytes) -> None:
    assert rules(bench.lint(content)) == {1}


def test_every_flipped_byte_of_the_archive_is_noticed(bench: Bench) -> None:
    for at in range(30, len(bench.sound) - 22, 997):
        broken = bytearray(bench.sound)
        broken[at] ^= 0x55
        if bytes(broken) != bench.sound:
            try:
                findings = bench.lint(bytes(broken))
            except Exception as fault:  # noqa: BLE001
                pytest.fail(f"byte {at}: {fault!r}")
            unread = zip_fields_that_no_reader_uses(bench.sound, at)
            assert findings or unread, f"byte {at}"


def zip_fields_that_no_reader_uses(archive: bytes, at: int) -> bool:
    """Tell whether the byte is a time, a version or an attribute in the zip's own records."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        inside = [
            range(
                entry.header_offset + 30 + len(entry.filename),
                entry.header_offset + 30 + len(entry.filename) + entry.file_size,
            )
            for entry in opened.infolist()
        ]
    return not any(at in part for part in inside)


def test_manifest_mistakes_are_found(bench: Bench) -> None:
    good = json.loads(bench.files["manifest.json"])
    changes: list[object] = [
        {**good, "pass.json": "0" * 40},
        {**good, "pass.json": good["pass.json"].upper()},
        {**good, "ghost.png": "0" * 40},
        {**good, "signature": "0" * 40},
        {name: told for name, told in good.items() if name != "pass.json"},
        [],
    ]
    for change in changes:
        manifest = json.dumps(change).encode()
        signature = bench.signer.sign(manifest, bench.now)
        files = {**bench.files, "manifest.json": manifest, "signature": signature}
        assert 3 in rules(bench.lint(zipped(files)))


def sign_with(bench: Bench, options: list[pkcs7.PKCS7Options], *, chain: bool = True) -> bytes:
    builder = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(bench.files["manifest.json"])
        .add_signer(bench.signer.certificate, bench.signer.key, hashes.SHA256())
    )
    if chain:
        builder = builder.add_certificate(bench.signer.intermediate)
    return builder.sign(serialization.Encoding.DER, options)


def test_signature_mistakes_are_found(bench: Bench) -> None:
    option = pkcs7.PKCS7Options
    usual = [option.DetachedSignature, option.Binary]

    def found(signature: bytes) -> set[int]:
        return rules(bench.lint(zipped({**bench.files, "signature": signature})))

    assert found(sign_with(bench, usual)) == set()
    assert found(sign_with(bench, [option.Binary])) == {7}
    assert found(sign_with(bench, [*usual, option.NoAttributes])) == {8}
    assert found(sign_with(bench, usual, chain=False)) == {9}
    assert 9 in found(sign_with(bench, [*usual, option.NoCerts]))
    assert found(bench.signer.sign(b"{}", bench.now)) == {7}
    assert found(b"not DER") == {7}
    assert found(b"") == {7}
    good = bytearray(bench.files["signature"])
    good[-1] ^= 1
    assert found(bytes(good)) == {7}


def test_certificate_mistakes_are_found(
    bench: Bench, chain: Certificates, now: dt.datetime
) -> None:
    day = dt.timedelta(days=1)
    root = issue_authority("Root", None, now - 900 * day, now + 900 * day)
    middle = issue_authority("Middle", root, now - 900 * day, now + 900 * day)

    def signed(start: dt.datetime, end: dt.datetime) -> bytes:
        leaf, key = issue_pass_certificate(middle, start, end)
        signer = Signer(leaf, middle[0], key)
        signature = signer.sign(bench.files["manifest.json"], start)
        return zipped({**bench.files, "signature": signature})

    sound = signed(now - day, now + 300 * day)
    assert bench.lint(sound, roots=[root[0]]) == ()
    assert rules(bench.lint(sound)) == {9}
    assert rules(bench.lint(sound, roots=[]), Severity.ADVICE) == {9}
    expired = signed(now - 300 * day, now - day)
    assert rules(bench.lint(expired, roots=[root[0]])) == {9}
    soon = signed(now - day, now + 30 * day)
    assert rules(bench.lint(soon, roots=[root[0]]), Severity.ADVICE) == {9}


def test_a_signature_from_the_future_is_found(bench: Bench) -> None:
    early = bench.now - dt.timedelta(minutes=30)
    assert rules(lint(bench.sound, early, roots=bench.roots)) == {8}


def test_serial_and_token_may_not_change(bench: Bench, issuer: Issuer) -> None:
    other = issuer.issue(make_card(serial="0" * 32), bench.now)
    assert rules(bench.lint(bench.sound, previous=other)) == {16}


def test_http_on_loopback_needs_the_development_profile(bench: Bench) -> None:
    document = {**bench.document, "webServiceURL": "http://127.0.0.1:4100/apple"}
    made = bench.pack({**bench.files, "pass.json": encode(document)})
    assert rules(bench.lint(made)) == {15}
    assert bench.lint(made, development=True) == ()
    document["webServiceURL"] = "http://cards.example.com/apple"
    made = bench.pack({**bench.files, "pass.json": encode(document)})
    assert rules(bench.lint(made, development=True)) == {15}


def test_findings_say_where_and_how_to_mend(bench: Bench) -> None:
    (finding,) = bench.with_document(lambda d: d.update(maxDistance="100"))
    assert str(finding) == (
        "error 18: pass.json: maxDistance: it is '100'. Write metres as a number."
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None
)
@given(data=st.data())
def test_whatever_stands_in_the_document_the_linter_answers(
    bench: Bench, data: st.DataObject
) -> None:
    keys = [
        *bench.document, "nfc", "beacons", "maxDistance", "expirationDate", "relevantDates",
        "featuredActions", "semantics", "associatedStoreIdentifiers", "appLaunchURL", "voided",
    ]  # fmt: skip
    changed = data.draw(st.dictionaries(st.sampled_from(keys), json_values, min_size=1, max_size=3))

    def change(document: Document) -> None:
        document.update(changed)
        inner = data.draw(st.dictionaries(st.sampled_from(
            ["key", "value", "changeMessage", "currencyCode", "attributedValue", "dateStyle",
             "semantics", "numberStyle"]), json_values, max_size=2))  # fmt: skip
        if isinstance(document["storeCard"], dict) and "headerFields" in document["storeCard"]:
            field(document).update(inner)

    bench.with_document(change)


def test_the_command_line_tells_and_ends_by_what_it_found(
    bench: Bench, chain: Certificates, tmp_path: Path
) -> None:
    sound, broken = tmp_path / "sound.pkpass", tmp_path / "broken.pkpass"
    sound.write_bytes(bench.sound)
    broken.write_bytes(zipped({**bench.files, "pass.json": b"{}"}))

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "passes.apple.linter", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parent.parent.parent,
        )

    clean = run("--root", chain.root, sound)
    assert (clean.returncode, clean.stderr) == (0, "")
    assert "nothing to find fault with" in clean.stdout
    assert run(sound, broken).returncode == 1
    assert "error 3: manifest.json: pass.json" in run(broken).stdout
    missing = run(tmp_path / "none.pkpass")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr
