"""The one hand that changes anything while deploying: it says each change, or only says it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from infra.commands.__main__ import main as loyalty
from infra.deploying.osls import run_osls
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from infra.commands.place import Place

_SECRET = frozenset({"Value"})
_LONGEST = 300  # letters of a call that a person reads


class Hand:
    """Calls AWS, osls and the owner's own commands.

    Parameters
    ----------
    say
        Is given each line for the person who waits.
    dry
        Nothing is changed; each call is only said, as it would be made.
    """

    def __init__(self, place: Place, say: Callable[[str], object], *, dry: bool) -> None:
        self.place, self.say, self.dry = place, say, dry

    def client(self, service: str) -> Any:
        """Return a client, for reading only: what changes something goes through `change`."""
        return self.place.client(service)

    def change(self, service: str, operation: str, **given: Any) -> dict[str, Any]:
        """Call AWS; the answer is empty where it was only said."""
        shown = {name: "…" if name in _SECRET else value for name, value in given.items()}
        words = json.dumps(shown, default=str, ensure_ascii=False)
        rest = "" if len(words) <= _LONGEST else " …"
        self.say(f"    aws {service} {operation} {words[:_LONGEST]}{rest}")
        if self.dry:
            return {}
        answer: dict[str, Any] = getattr(self.client(service), operation)(**given)
        return answer

    def command(self, *words: str) -> None:
        """Run one of the owner's commands for this deployment.

        Raises
        ------
        Failure
            It could not do what it should; it has said why.
        """
        stage = ("--stage", self.place.stage)
        region = ("--region", self.region) if self.region else ()
        line = (*words, *stage, *region)
        self.say(f"    loyalty {' '.join(line)}")
        if not self.dry and loyalty(line):
            raise Failure(f"`loyalty {' '.join(line)}` has not ended well: mend that, and go on")

    def osls(self, words: Sequence[str], parameters: Mapping[str, str], log: Path) -> None:
        """Run osls for this stage; see `run_osls`."""
        command = [*words, "--stage", self.place.stage]
        command += ["--region", self.region] if self.region else []
        shown = " ".join(f"--param {name}={value}" for name, value in parameters.items())
        self.say(f"    npx osls {' '.join(command)} {shown}".rstrip())
        if not self.dry:
            run_osls(command, parameters, os.environ, log)

    @property
    def region(self) -> str:
        """Return the region that everything is in."""
        return str(self.place.session.region_name or "")
