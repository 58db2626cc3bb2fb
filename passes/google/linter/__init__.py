"""Judge what goes to Google Wallet before it is sent: the 21 rules of docs/google.md.

Pure, and it can be fed any JSON. `lint_class`, `lint_object` and `lint_patch` judge documents,
`lint_save_claims` and `lint_save_token` the link behind the button. With ``strict=True`` Google's
own schema (rule 0) judges too, where the development dependencies are installed. Rules that depend
on more than one document take the others as arguments and are silent without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from passes.google import json_access, save_claims
from passes.google.findings import Finding, errors
from passes.google.linter import (
    barcode,
    belonging,
    document,
    figures,
    images,
    modules,
    patch,
    save,
    schema,
    template,
    words,
)
from passes.google.linter.save import NotATokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from passes.google.linter.document import Side

__all__ = [
    "Finding",
    "NotATokenError",
    "errors",
    "lint_class",
    "lint_object",
    "lint_patch",
    "lint_save_claims",
    "lint_save_token",
]

Json = dict[str, Any]


def lint_class(
    body: Json,
    issuer: str,
    *,
    strict: bool = False,
    development: bool = False,
    previous: Json | None = None,
    sample: Json | None = None,
) -> list[Finding]:
    """Check a class that is about to be inserted or replaced.

    Parameters
    ----------
    strict
        Judge by Google's schema too.
    development
        Accept pictures and callbacks on loopback, which only the local Wallet API does.
    previous
        The class as Google has it (rule 5).
    sample
        An object with everything that a card can show: the template's paths must find it.
    """
    return [
        *_schema(body, "class", strict=strict),
        *document.check(body, "class", issuer, previous),
        *document.check_review(body, previous),
        *figures.check_colour(body),
        *images.check(body, development=development),
        *_shared(body, development=development),
        *template.check(body, sample),
        *belonging.check_smart_tap_class(body),
        *document.check_callback(body, development=development),
    ]


def lint_object(
    body: Json,
    issuer: str,
    *,
    strict: bool = False,
    development: bool = False,
    program: Json | None = None,
    previous: Json | None = None,
    known: Mapping[str, Json] | None = None,
    pictures: str | None = None,
) -> list[Finding]:
    """Check an object that is about to be inserted or replaced.

    Parameters
    ----------
    strict, development
        As for a class.
    program
        The object's class (rules 5 and 16).
    previous
        The object as Google has it (rule 15).
    known
        The issuer's objects by id (rule 15).
    pictures
        How the addresses of the design's pictures begin (rule 21).
    """
    return [
        *_schema(body, "object", strict=strict),
        *document.check(body, "object", issuer, previous),
        *document.check_class_of(body, issuer, program),
        *figures.check_points(body),
        *images.check(body, development=development),
        *_shared(body, development=development),
        *barcode.check(body),
        *belonging.check_linked(body, issuer, previous, known),
        *belonging.check_smart_tap_object(body, program),
        *belonging.check_restrictions(body),
        *images.check_nobody(body, pictures),
    ]


def lint_patch(
    body: Json,
    side: Side,
    *,
    strict: bool = False,
    previous: Json | None = None,
    sent: Sequence[datetime] = (),
    now: datetime | None = None,
) -> list[Finding]:
    """Check a PATCH that is meant to notify (rule 20).

    Parameters
    ----------
    previous
        The document as Google has it.
    sent, now
        When field updates of this pass have notified, and the present instant; aware.
    """
    return [
        *_schema(body, side, strict=strict),
        *patch.check(body, side, previous, sent, now),
    ]


def lint_save_claims(claims: Json, length: int, issuer: str, now: datetime) -> list[Finding]:
    """Check a skinny token's claims and its length in characters (rule 18), before redirecting."""
    return save_claims.check(claims, length, issuer, now)


def lint_save_token(
    token: str,
    issuer: str,
    now: datetime,
    *,
    verify: Callable[[bytes, bytes], Any] | None = None,
    strict: bool = False,
    development: bool = False,
) -> list[Finding]:
    """Check a finished token (rule 18): header, claims, signature, and the payload's documents.

    Parameters
    ----------
    verify
        Takes signature and signed bytes and raises when they do not match; without it the
        signature is not checked.

    Raises
    ------
    NotATokenError
        The text is no JSON Web Token at all.
    """
    header, claims, signed, signature = save.decode(token)
    found = [*save.check_header(header), *lint_save_claims(claims, len(token), issuer, now)]
    if verify is not None:
        found += save.check_signature(verify, signed, signature)
    payload = claims.get("payload")
    for name, side in (("loyaltyClasses", "class"), ("loyaltyObjects", "object")):
        for where, one in json_access.tables(payload, name, "payload"):
            if set(one) <= {"id", "classId"}:
                continue
            judge = lint_class if side == "class" else lint_object
            inner = judge(one, issuer, strict=strict, development=development)
            found += (
                Finding(each.rule, f"{where}.{each.where}", each.what, each.mend, each.level)
                for each in inner
            )
    return found


def _schema(body: Json, side: Side, *, strict: bool) -> Iterator[Finding]:
    if strict and schema.available():
        yield from schema.check(body, schema.SCHEMAS[side])


def _shared(body: Json, *, development: bool) -> Iterator[Finding]:
    """Check what classes and objects have in common."""
    yield from words.check(body)
    yield from figures.check_intervals(body)
    yield from modules.check(body)
    yield from modules.check_links(body, development=development)
