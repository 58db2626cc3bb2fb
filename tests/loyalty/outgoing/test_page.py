"""The page on events lists what the catalogue says; ``PAGE=write`` in the environment writes it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from loyalty.outgoing.catalogue import CAUSE, COMMON, KINDS, Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).parents[3] / "docs" / "outgoing.md"
BEGIN, END = "<!-- events -->\n", "<!-- end of events -->\n"


def rows(fields: Mapping[str, Field]) -> Iterator[str]:
    yield "| field | type | meaning |\n|---|---|---|\n"
    for name, field in fields.items():
        yield f"| `{name}` | {field.type} | {field.meaning} |\n"


def listed() -> str:
    lines = ["In the data of every event:\n\n", *rows(COMMON)]
    lines += ["\nIn the data of every event that comes from an entry of the ledger:\n\n"]
    lines += rows(CAUSE)
    for name, kind in KINDS.items():
        lines += [f"\n### {name}\n\n{kind.meaning}"]
        lines += [] if kind.entry else [" It comes from no entry."]
        lines += ["\n"]
        if kind.fields:
            lines += ["\n", *rows(kind.fields)]
    return "".join(lines)


def test_every_event_is_on_the_page() -> None:
    text = FILE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    found, _, after = rest.partition(END)
    if os.environ.get("PAGE") == "write":
        FILE.write_text(f"{before}{BEGIN}{listed()}{END}{after}", encoding="utf-8")
        return
    assert found == listed(), "run this test with PAGE=write, and look at what has changed"
