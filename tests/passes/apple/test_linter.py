from __future__ import annotations

import copy
import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from infra.local.certificates import Certificates, issue_authority, issue_pass_certificate
from passes.apple.linter import Severity, lint
from passes.apple.pass_json import encode
from passes.apple.sign import Signer
from tests.support.apple_bench import Bench, Files, p256, rules, whole_png, zipped

if TYPE_CHECKING:
    from collections.abc import Callable


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
                entry.header_offset + 30 + len(entry.filename) + entry.compress_size,
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


def test_a_key_for_readers_is_right_under_a_certificate_for_them_and_no_other(
    bench: Bench, now: dt.datetime
) -> None:
    """Rules 11 and 27 find no fault with an NFC pass that Apple would take."""
    day = dt.timedelta(days=1)
    root = issue_authority("Root", None, now - 900 * day, now + 900 * day)
    middle = issue_authority("Middle", root, now - 900 * day, now + 900 * day)
    document = {**bench.document, "nfc": {"message": "x" * 64, "encryptionPublicKey": p256()}}
    found = {}
    for nfc in (True, False):
        leaf, key = issue_pass_certificate(middle, now - day, now + 300 * day, nfc=nfc)
        signer = Signer(leaf, middle[0], key)
        assert signer.nfc is nfc
        made = Bench.pack(
            replace_signer(bench, signer), {**bench.files, "pass.json": encode(document)}
        )
        found[nfc] = rules(bench.lint(made, roots=[root[0]]))
    assert found == {True: set(), False: {11}}


def replace_signer(bench: Bench, signer: Signer) -> Bench:
    other = copy.copy(bench)
    other.signer = signer
    return other


def test_a_signature_from_the_future_is_found(bench: Bench) -> None:
    early = bench.now - dt.timedelta(minutes=30)
    assert rules(lint(bench.sound, early, roots=bench.roots)) == {8}


def test_links_doubles_and_secrets_in_the_archive_are_found(bench: Bench) -> None:
    def packed(change: Callable[[zipfile.ZipInfo], object], name: str) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for known, content in bench.files.items():
                archive.writestr(known, content)
            entry = zipfile.ZipInfo(name)
            change(entry)
            with (
                pytest.warns(UserWarning, match="Duplicate")
                if name in bench.files
                else nullcontext()
            ):
                archive.writestr(entry, b"pass.json")
        return target.getvalue()

    def linked(entry: zipfile.ZipInfo) -> None:
        entry.external_attr = 0o120777 << 16

    assert 1 in rules(bench.lint(packed(linked, "alias.json")))
    assert 1 in rules(bench.lint(packed(lambda _: None, "pass.json")))
    encrypted = bytearray(packed(lambda _: None, "extra.json"))
    at = encrypted.rindex(b"PK\1\2")
    encrypted[at + 8] |= 1
    assert 1 in rules(bench.lint(bytes(encrypted)))


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
            cwd=Path(__file__).parents[3],
        )

    clean = run("--root", chain.root, sound)
    assert (clean.returncode, clean.stderr) == (0, "")
    assert "nothing to find fault with" in clean.stdout
    assert run(sound, broken).returncode == 1
    assert "error 3: manifest.json: pass.json" in run(broken).stdout
    missing = run(tmp_path / "none.pkpass")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr
