"""Whether a program can be taken: its document, its design, and its cards in both wallets.

It loads the linters, so only the function that programs are put with may use it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.wiring import designs, storage
from loyalty.card import samples
from loyalty.program.document import read, unusable
from loyalty.refusals import FieldRefusal
from loyalty.store.designs import read_designs
from passes.designs import card_check
from passes.designs import check as design_check
from passes.designs.design import DesignError, names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.program.rules import Program


def judged(document: Mapping[str, Any], program: str) -> Program:
    """Return the program of a document, if it can be used as that of this id.

    Raises
    ------
    Refusal
        ``invalid_program``, with a field for everything that was found.
    """
    own = {one.id: one for one in read_designs(storage.tables(), program) if one.published}
    found = read(document, (*names(), *own))
    if found.id != program:
        sentence = f"id: the program's id is {program!r}, and stays that"
        raise unusable(FieldRefusal("/id", "id_changed", sentence))
    look = own[found.design].published if found.design in own else ""
    try:
        design = design_check.judged(designs.found(look or found.design), found.design)
    except DesignError as error:
        raise unusable(FieldRefusal("/design", "design_unusable", str(error))) from None
    shown = replace(found, look=look)
    faults = card_check.faults(samples.states(shown), samples.profiles(shown), samples.NOW, design)
    refused = [FieldRefusal("", "card_refused", sentence) for sentence in faults]
    if refused:
        raise unusable(*refused)
    return found
