"""Who has done something: what people of the team are called, and keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from functions.pages import drawing as pages
from functions.screens.calling import Ask
from functions.screens.desk import ROOM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.screens.desk import Desk

_PERSON = re.compile(r"[a-z0-9]{26}")
_BY_COMMAND = "command"
"""What the audit calls whoever has used the command line."""


def named(
    desk: Desk, lines: Iterable[Mapping[str, Any]], of: str, which: str = ""
) -> list[dict[str, Any]]:
    """Return lines with the name of who stands in each under ``of``, as ``key:`` and an id.

    ``which``: where the id of what it was done to stands, who may be one of the team, too. Only
    owners may look people up. Whoever else looks, and whoever is gone, reads of a key its id, which
    an owner has chosen, and of a person nothing.
    """
    called = {_BY_COMMAND: pages.words(desk.language, ROOM)["settings"]["by_command"]}
    if desk.may("owner"):
        told = desk.api.some(people=Ask("GET", "/v1/people"), keys=Ask("GET", "/v1/keys"))
        for kind in ("keys", "people"):
            found = (told[kind] or {kind: []})[kind]
            called |= {str(one["id"]): str(one["name"]) for one in found if one["name"]}
    said = []
    for line in lines:
        actor = str(line[of] or "")
        one = {**line, of: _name(actor.partition(":")[2] or actor, called)}
        said.append(one | {which: _name(str(line[which]), called)} if which else one)
    return said


def _name(name: str, called: Mapping[str, str]) -> str:
    return called.get(name) or ("" if _PERSON.fullmatch(name) else name)
