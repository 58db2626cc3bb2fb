"""What owners write on a form, keep under a name and end: causes, draws, goals, notices.

All of them look alike: a list, a form for a new one, and a page of one with the same form in it.
What is asked for, and what is shown of one, is each kind's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, path
from functions.screens.desk import Act, Shown
from functions.screens.typed import by_language, new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.screens.calling import Told
    from functions.screens.desk import Desk

_NEW = '"0"'


@dataclass(frozen=True, slots=True)
class Documents:
    """A kind of document.

    Attributes
    ----------
    address
        Of one, in /v1, with its name in braces.
    here
        Where they are listed in the console.
    act
        What the form that keeps one does; ``end_`` and ``open_`` before it, what closes one and
        opens it again.
    said
        The table of words that they are said in.
    template
        The file of its own: its form's fields, and what a list says of one.
    told
        What is told of one and not sent.
    """

    address: str
    here: str
    act: str
    said: str
    template: str
    told: frozenset[str] = frozenset()

    def one(self, desk: Desk) -> str:
        """Return the address of the one that a screen is of."""
        return path(self.address, **desk.names)

    def sent(self, desk: Desk) -> dict[str, Any]:
        """Return that one as it is sent; nothing of a new one."""
        if not desk.names:
            return {}
        found = desk.api.get(self.one(desk))
        return {name: value for name, value in found.items() if name not in self.told}

    def texts(self, desk: Desk, typed: Mapping[str, str], *names: str) -> dict[str, Any]:
        """Return texts that have a field for each of the program's languages."""
        return {one: by_language(one, desk.program["languages"], typed) for one in names}

    def put(
        self, desk: Desk, typed: Mapping[str, str], body: Mapping[str, Any], named: str = "name"
    ) -> Told:
        """Keep one: by its name, or a new one by a name that is made of its text ``named``."""
        address = self.one(desk) if desk.names else self._made(desk, typed, body[named])
        seen = typed.get("seen") or _NEW
        return desk.api.ask(Ask("PUT", address, body=dict(body), seen=seen))

    def _made(self, desk: Desk, typed: Mapping[str, str], texts: Mapping[str, str]) -> str:
        name = new_id(texts[desk.program["languages"][0]], typed)
        place, _, braced = self.address.rpartition("/")
        return path(f"{place}/{braced}", **{braced.strip("{}"): name})

    def _open(self, desk: Desk, typed: Mapping[str, str]) -> Told:
        body = self.sent(desk) | {"open": typed["act"].startswith("open_")}
        return desk.api.ask(Ask("PUT", self.one(desk), body=body, seen=typed.get("seen", "")))

    def opening(self) -> dict[str, Act]:
        """Return what closes one, and what opens it again."""
        does = Act("PUT", "", does=self._open)
        return {f"end_{self.act}": does, f"open_{self.act}": does}

    def list(self, found: Sequence[Mapping[str, Any]]) -> Shown:
        """Return the screen that lists these."""
        return Shown("documents.html", {"kind": self, "found": found})

    def new(self, **content: Any) -> Shown:
        """Return the screen of an empty form."""
        return Shown("new_document.html", {"kind": self, **content})

    def shown(self, template: str, desk: Desk, told: Told, **content: Any) -> Shown:
        """Return the screen of one; what was typed was typed of what was seen then."""
        seen = desk.typed.get("seen") or told.tag
        return Shown(template, {"kind": self, "one": told.content, "seen": seen, **content})
