"""Read a form with files as a browser sends it (multipart/form-data, RFC 7578)."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser

from loyalty.refusals import Refusal

LARGEST_FILES = 4_000_000
"""Bytes of a whole form: what a function takes of one request is 6 MB, in base64."""
_MOST_PARTS = 60


def read_multipart(body: bytes, content_type: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the fields and the files of a form; a file that nobody chose is none.

    Raises
    ------
    Refusal
        It is too large, no such form, or names something twice.
    """
    if len(body) > LARGEST_FILES:
        detail = f"The form is larger than {LARGEST_FILES} bytes."
        raise Refusal("unreadable", "too_large", detail)
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    parts = list(message.iter_parts()) if message.is_multipart() else []
    if not parts or len(parts) > _MOST_PARTS:
        raise _not_a_form()
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise _not_a_form()
        if name in fields or name in files:
            detail = "The form has the same field twice."
            raise Refusal("unreadable", "duplicate_key", detail)
        if part.get_filename() is not None:
            if content:
                files[name] = content
            continue
        try:
            fields[name] = content.decode("utf-8")
        except UnicodeDecodeError:
            raise _not_a_form() from None
    return fields, files


def _not_a_form() -> Refusal:
    return Refusal("unreadable", "not_a_form", "Not a form with files.")
