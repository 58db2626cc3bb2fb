"""Bodies of /v1: no text that is kept as it was typed holds what nobody sees and what acts."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from functions import api, campaigns, designs, owner, program
from functions.http.shapes import read
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.http.operations import Operation

Place = tuple[str | int, ...]

OTHERWISE = {
    # Read as a code, a contact or an id, and looked up; never shown as it came.
    "card_code", "code", "word",
    "phone", "email", "id", "pot", "reward", "person", "vendor", "home", "location",
    "referrer_code", "member_id", "scope", "source", "url", "receipt", "value",
    # Cleaned as on the form of the join page (tests/functions/pages/test_join_json.py).
    "first_name",
    # Checked by what is declared (tests/functions/routes/test_member_search.py).
    "attributes",
    # Read by what can be asked (tests/loyalty/campaigns/test_segment.py).
    "conditions", "audience", "who", "kind", "time",
    # Local times (tests/functions/test_draw_page.py, tests/loyalty/campaigns/test_saving.py).
    "closes", "begins", "ends",
    # Of carriers: refused where they make no sense (tests/functions/test_channels.py).
    "secret", "sender", "most", "topic", "configuration_set", "fields",
    # Names of events, columns and words that are known.
    "event", "events", "mapping", "columns", "tag",
    # Names of a tool's fields (tests/functions/test_tool_clients.py).
    "consents", "written",
    # Read one by one (tests/loyalty/members/moving_out/test_moving_out.py).
    "codes",
    # Times and days are parsed.
    "expires_at", "since", "until", "birthday",
    # A till's: what is kept of it is checked or cleaned (tests/loyalty/tills/test_incoming.py).
    "name", "category", "occurred_at",
}  # fmt: skip
"""Fields whose texts mean something else; what is kept as it was typed is `WORDS`."""

DOCUMENTS = {"putProgram", "checkProgram", "putLocation", "foundProgram"}
"""What is checked with the whole program (tests/loyalty/program/test_document.py)."""

TYPED = {"reason", "text", "version", "name", "en", "ru"}
"""Fields that people read as they were typed; all that the examples have of these are tried.

Texts by language are called by its code.
"""


def bodies() -> Iterator[tuple[Operation, dict[str, Any]]]:
    for module in (api, campaigns, designs, owner, program):
        for operation in module.OPERATIONS:
            keeps = operation.body is not None and operation.id not in DOCUMENTS
            for example in operation.examples.values() if keeps else ():
                yield operation, dict(example)


def texts(value: Any, place: Place = ()) -> Iterator[Place]:
    if isinstance(value, str):
        yield place
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from texts(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from texts(part, (*place, number))


def changed(body: dict[str, Any], place: Place, suffix: str) -> dict[str, Any]:
    copied: Any = copy.deepcopy(body)
    inner = copied
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] += suffix
    return copied  # type: ignore[no-any-return]


def fields() -> Iterator[tuple[Operation, dict[str, Any], Place]]:
    for operation, body in bodies():
        for place in texts(body):
            yield operation, body, place


def refused(operation: Operation, body: dict[str, Any]) -> list[str]:
    assert operation.body is not None
    try:
        read(operation.body, body)
    except Refusal as refusal:
        return [field.code for field in refusal.fields]
    return []


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066"])
def test_every_text_of_a_body_refuses_what_acts_unseen_or_means_something_else(
    letter: str,
) -> None:
    taken = {
        f"{operation.id}: {place}"
        for operation, body, place in fields()
        if not OTHERWISE & {*map(str, place)}
        and not refused(operation, changed(body, place, letter))
    }
    assert taken == set()


def test_what_people_read_as_it_was_typed_says_so() -> None:
    tried = {
        (operation.id, place[-1])
        for operation, body, place in fields()
        if refused(operation, changed(body, place, "\u202e")) == ["unseen_character"]
    }
    assert {name for _, name in tried} == TYPED
    asked = {
        operation.id
        for operation, body, place in fields()
        if place[-1] in {"reason", "text"} and (operation.id, place[-1]) not in tried
    }
    assert asked == set()


def test_line_ends_tabs_and_joined_emoji_are_kept_in_words() -> None:
    (operation,) = {one.id: one for one, _ in bodies() if one.id == "keepNote"}.values()
    assert operation.body is not None
    typed = "likes\toat milk\r\nand 👩\u200d🍳"
    kept = read(operation.body, {"text": typed}).model_dump()["text"]
    assert kept == "likes oat milk\nand 👩\u200d🍳"
