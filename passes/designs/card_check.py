"""Draw a program's own cards in both wallets, and tell what a wallet would not take.

Called when a program is checked or taken, and never where a customer waits: it loads the linters.
It knows no program: whoever calls makes the cards of every state, in every language.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from passes.apple.linter import document as apple_document
from passes.apple.linter import fields as apple_fields
from passes.apple.linter.findings import Severity
from passes.apple.pass_json import Identity, TextRefused, encode, pass_document
from passes.google import linter, objects
from passes.google.design_check import ADDRESS, ISSUER
from passes.google.hosted_design import hosted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from loyalty.card.samples import State
    from passes.designs.design import Design
    from passes.google.profile import ProgramProfile

_IDENTITY: Final = Identity("pass.example.loyalty", "AAAAAAAAAA", ADDRESS)
_TOKEN: Final = "0" * 32


def faults(
    states: Iterable[State], profiles: Sequence[ProgramProfile], now: datetime, design: Design
) -> Iterator[str]:
    """Yield a sentence for everything that a wallet would refuse, each fault once.

    Parameters
    ----------
    design
        What the cards wear.
    profiles
        What the program's class at Google shows, in its first language and the others.
    """
    seen: set[str] = set()
    for state in states:
        for fault in (*_apple(state, design), *_google(state, profiles, now, design)):
            if fault not in seen:
                seen.add(fault)
                yield f"a card {state.what}: {fault}"


def _apple(state: State, design: Design) -> Iterator[str]:
    for card in state.cards:
        try:
            made = encode(pass_document(card, design, _IDENTITY, _TOKEN))
        except TextRefused as refused:
            yield f"Apple Wallet: {refused}"
            continue
        told = apple_document.load(made)
        found = (
            *apple_document.check(told, None, development=False),
            *apple_fields.check(told),
        )
        for one in found:
            if one.severity is Severity.ERROR:
                yield f"Apple Wallet: {one.where}: {one.what}. {one.mend}"


def _google(
    state: State, profiles: Sequence[ProgramProfile], now: datetime, design: Design
) -> Iterator[str]:
    first, *others = state.cards
    shown = hosted(design, ADDRESS)
    profile, *more = profiles
    program = objects.loyalty_class(profile, shown, ISSUER, translations=more)
    body = objects.loyalty_object(
        replace(first, also=()), shown, ISSUER, now, translations=tuple(others)
    )
    for one in (
        *linter.lint_class(program, ISSUER),
        *linter.lint_object(body, ISSUER, program=program),
    ):
        if one.level == "error":
            yield f"Google Wallet: {one}"
