"""One type for every refusal: what it says of itself, and that there is no other."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

from loyalty.refusals import (
    Busy,
    FieldRefusal,
    InvalidContact,
    Kind,
    MessageNotSent,
    Refusal,
    in_plain_words,
)

LOYALTY = Path(__file__).parents[2] / "loyalty"
# How the store tells its caller that a write did not happen: read again, decide again.
STORES_OWN = {
    "Cancelled",
    "FactExists",
    "Moved",
    "OrderExists",
    "OutcomeUnknown",
    "ReadsRefused",
    "TurnsTaken",
    "_Stands",
}
# What code decides by close to where it is raised; nobody is answered by it.
OWN = {
    "members/moving_in/planning.py: _AtColumn",  # a row's fault, until the row is judged
    "sheets/values.py: Unreadable",  # the same, of one cell
    "tills/failures.py: VendorFailed",  # a vendor did not tell; its message comes again
}
RAISED = {"Exception", "LookupError", "ValueError", "RuntimeError", "KeyError", "TypeError"}


def test_one_pointer_is_one_field() -> None:
    refusal = Refusal("invalid", "missing", "An id is needed.", pointer="/id")
    assert refusal.fields == (FieldRefusal("/id", "missing", "An id is needed."),)
    assert (str(refusal), refusal.summary) == ("An id is needed.", "/id: missing")


def test_the_whole_document_has_the_empty_pointer() -> None:
    assert Refusal("invalid", "missing", "Send something.", pointer="").places == (": missing",)
    assert Refusal("invalid", "missing", "Send something.").fields == ()


def test_a_summary_has_no_sentence() -> None:
    fields = (FieldRefusal("/a", "x", "said"), FieldRefusal("/b/0", "y", "said"))
    assert Refusal("invalid", "message", "said", fields=fields).summary == "/a: x; /b/0: y"
    assert Refusal("conflict", "order_taken", "said").summary == "order_taken"
    assert str(Refusal("gone", "card_closed")) == "card_closed"


def test_fields_move_below_the_object_that_held_them() -> None:
    refusal = Refusal("reused", "id_reused", "Used.", pointer="/id")
    assert refusal.below("/data") is refusal
    assert refusal.places == ("/data/id: id_reused",)
    assert Busy().below("/data").fields == ()


def test_the_kinds_by_which_code_decides() -> None:
    assert (Busy().kind, Busy().retry_after) == ("busy", 1)
    assert MessageNotSent("The outbox is down.").kind == "unavailable"
    for code, pointer in (("invalid_phone", "/phone"), ("invalid_email", "/email")):
        refusal = InvalidContact(code)  # type: ignore[arg-type]
        assert refusal.places == (f"{pointer}: {code}",)


def classes(source: str) -> list[tuple[str, set[str]]]:
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return [(node.name, {ast.unparse(base) for base in node.bases}) for node in found]


def strangers() -> list[str]:
    """Name exceptions of the business that are no refusals."""
    return [
        f"{path.relative_to(LOYALTY)}: {name}"
        for path in sorted(LOYALTY.rglob("*.py"))
        if path != LOYALTY / "refusals.py"
        for name, bases in classes(path.read_text(encoding="utf-8"))
        if bases & RAISED or any(base.endswith("Error") for base in bases)
        if not (path.parent == LOYALTY / "store" and name in STORES_OWN)
    ]


def test_the_business_has_no_other_exception() -> None:
    assert set(strangers()) == OWN


def test_the_stores_own_are_still_there() -> None:
    """Negative control, too: the look above does see classes."""
    found = [
        name
        for path in (LOYALTY / "store").rglob("*.py")
        for name, bases in classes(path.read_text(encoding="utf-8"))
        if bases & RAISED
    ]
    assert sorted(found) == sorted(STORES_OWN)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_can_be_said(kind: Kind) -> None:
    assert Refusal(kind, "code").kind == kind


@pytest.mark.parametrize(
    ("code", "said", "plain"),
    [
        (
            "model_type",
            "Input should be a valid dictionary or instance of Line",
            "a valid object: {…}",
        ),
        ("tuple_type", "Input should be a valid tuple", "a valid list: […]"),
        ("value_error", "Value error, it is so", "it is so"),
        ("int_type", "Input should be a valid integer", "Input should be a valid integer"),
    ],
)
def test_words_of_our_own_language_are_put_into_plain_ones(
    code: str, said: str, plain: str
) -> None:
    assert in_plain_words(code, said).endswith(plain)
