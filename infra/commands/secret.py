"""The master key, from which card codes, links and tokens come: made once, never lost.

loyalty secret master-key               the first one
loyalty secret master-key --add         another one beside it; old cards go on
loyalty secret master-key --switch      new cards use the newest, 15 minutes later
"""

from __future__ import annotations

import json
import secrets
import string
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from infra.commands import place
from infra.commands.answer import say
from infra.failures import Failure
from loyalty.access.tokens import Tokens

if TYPE_CHECKING:
    import argparse

    from infra.commands.place import Parameters, Place

NAME = "master-key"
KEEP = timedelta(minutes=15)
"""How long a running function goes on with a secret that it has read."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    master = commands.add_parser(NAME, help="make the master key, or a newer one beside it")
    master.set_defaults(run=_master_key)
    steps = master.add_mutually_exclusive_group()
    steps.add_argument("--add", action="store_true", help="a newer key, for new cards, later")
    steps.add_argument("--switch", action="store_true", help="new cards use the newest key")
    place.add_options(master)


def _master_key(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    parameters = where.parameters()
    found = _read(parameters)
    if given.switch:
        _switch(where, parameters, found)
    elif given.add:
        _add(parameters, found)
    elif found:
        raise Failure(
            f"{where.secrets_path}/{NAME} is there already, and every card in every pocket comes "
            "from it: --add puts a newer key beside it"
        )
    else:
        _write(parameters, {"current": "A", "keys": {"A": _random()}})
        say(
            f"Stored as {where.secrets_path}/{NAME}. Keep a copy in a safe place: without it "
            "every card is dead."
        )
    return 0


def _add(parameters: Parameters, found: dict[str, Any]) -> None:
    if not found:
        raise Failure("there is no master key yet: make the first one without --add")
    if found["current"] != list(found["keys"])[-1]:
        raise Failure("there is a newer key that is not used yet: --switch comes first")
    name = next(name for name in string.ascii_uppercase if name > max(found["keys"])[:1])
    _write(parameters, {**found, "keys": {**found["keys"], name: _random()}})
    say(
        f"Key {name} is stored and not yet used: running functions read secrets every 15 minutes.\n"
        "In 15 minutes at the earliest: --switch. Keep a copy of all keys."
    )


def _switch(where: Place, parameters: Parameters, found: dict[str, Any]) -> None:
    newest = list(found.get("keys", {}))[-1:]
    if not newest or found["current"] == newest[0]:
        raise Failure("there is no newer key to switch to: --add makes one")
    stored = where.client("ssm").get_parameter(Name=f"{where.secrets_path}/{NAME}")
    wait = stored["Parameter"]["LastModifiedDate"] + KEEP - datetime.now(UTC)
    if wait > timedelta():
        raise Failure(
            f"key {newest[0]} is too new: some functions do not know it yet and would refuse its "
            f"cards; come again in {-(-wait.seconds // 60)} minutes"
        )
    _write(parameters, {**found, "current": newest[0]})
    say(f"New cards are made with key {newest[0]} within 15 minutes; the old ones go on.")


def _read(parameters: Parameters) -> dict[str, Any]:
    text = parameters.read(NAME)
    if text is None:
        return {}
    try:
        Tokens.from_json(text)
    except ValueError as error:
        raise Failure(f"what is stored is damaged ({error}): restore your copy") from None
    found: dict[str, Any] = json.loads(text)
    return found


def _write(parameters: Parameters, document: dict[str, Any]) -> None:
    text = json.dumps(document)
    Tokens.from_json(text)
    parameters.write(NAME, text)


def _random() -> str:
    return b64encode(secrets.token_bytes(32)).decode()
