"""Forms with files, as browsers send them."""

from __future__ import annotations

import pytest

from functions.http.multipart import LARGEST_FILES, read_multipart
from loyalty.refusals import Refusal

KIND = "multipart/form-data; boundary=----x"


def part(name: str, content: bytes, file: str | None = None) -> bytes:
    named = f'; filename="{file}"' if file is not None else ""
    head = f'------x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'
    kind = "Content-Type: application/octet-stream\r\n" if file is not None else ""
    return (head + kind + "\r\n").encode() + content + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"------x--\r\n"


def test_fields_and_files_are_as_they_were_sent() -> None:
    raw = bytes(range(256)) + b"\r\n--not the end\r\n\n\r"
    sent = body(part("name", "Жанна".encode()), part("logo", raw, "a.png"), part("no", b"", ""))
    fields, files = read_multipart(sent, KIND)
    assert fields == {"name": "Жанна"}
    assert files == {"logo": raw}


@pytest.mark.parametrize(
    ("sent", "kind", "code"),
    [
        (b"", KIND, "not_a_form"),
        (b"no form", KIND, "not_a_form"),
        (body(part("a", b"1")), "multipart/form-data", "not_a_form"),
        (body(part("a", b"\xff")), KIND, "not_a_form"),
        (body(part("a", b"1"), part("a", b"2")), KIND, "duplicate_key"),
        (body(part("a", b"1"), part("a", b"2", "f")), KIND, "duplicate_key"),
        (b"x" * (LARGEST_FILES + 1), KIND, "too_large"),
    ],
)
def test_what_is_no_form_is_refused(sent: bytes, kind: str, code: str) -> None:
    with pytest.raises(Refusal) as told:
        read_multipart(sent, kind)
    assert told.value.code == code
