"""Programs by trade to start from: read from templates/trades.toml and templates/programs."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyalty.languages import LANGUAGES
from loyalty.program.by_language import told_in
from loyalty.program.document import dump, read, read_toml
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.program.rules import Program

_TEMPLATES = Path(__file__).parents[2] / "templates"

OF_THE_SHOP = (
    "id",
    "organization",
    "name",
    "currency",
    "zone",
    "region",
    "languages",
    "consent",
    "contact",
    "locations",
    "identity",
)
"""What is the shop's own whatever program it runs."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A program to start from.

    Attributes
    ----------
    trade
        What the shop is, in English, as an id.
    name
        The same for people, by language.
    """

    trade: str
    name: Mapping[str, str]
    program: Program


@cache
def ready() -> tuple[Ready, ...]:
    """Return all programs to start from, a trade each."""
    listed = tomllib.loads((_TEMPLATES / "trades.toml").read_text(encoding="utf-8"))
    return tuple(
        Ready(trade, about["name"], _program(about["program"])) for trade, about in listed.items()
    )


def find(trade: str) -> Ready:
    """Return the program to start from of a trade.

    Raises
    ------
    Refusal
        ``not_found``: no such trade.
    """
    found = next((one for one in ready() if one.trade == trade), None)
    if found is None:
        raise Refusal("not_found", "not_found")
    return found


def started(template: Program, shop: Program) -> dict[str, Any]:
    """Return a document with the rules of a template, and what is the shop's own.

    Amounts stay the template's numbers, in minor units: where the shop counts in another currency,
    its owner has to look at them.
    """
    own = {name: getattr(shop, name) for name in OF_THE_SHOP}
    worded = _worded(template, shop.languages)
    document: dict[str, Any] = json.loads(dump(replace(worded, **own)))
    return document


def of_a_new_shop(template: Program, **own: Any) -> Program:
    """Return a program with the rules of a template for a shop that has none yet.

    Raises
    ------
    Refusal
        ``invalid_program``: what is said of the shop cannot be used.
    """
    worded = _worded(template, own.get("languages", template.languages))
    return read({**json.loads(dump(worded)), "languages": template.languages, **own})


def _worded(template: Program, languages: Iterable[str]) -> Program:
    """Return a template with texts in all languages that a shop speaks, its own ones or not."""
    for language in languages:
        template = told_in(template, language) if language in LANGUAGES else template
    return template


def _program(name: str) -> Program:
    return read_toml((_TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8"))
