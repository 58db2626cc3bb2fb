"""The addresses that tills report to, and the secrets that their messages are signed with.

loyalty till add coffee-till --program coffee --sources till,square
loyalty till add coffee-square --program coffee --scheme square --secret-file key.txt
loyalty till rotate coffee-till
loyalty till rotate coffee-till --finish
"""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from infra.commands import files, place
from infra.failures import Failure
from loyalty.access.keys import Credentials, Endpoint

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from infra.commands.place import Parameters

STANDARD, SQUARE = "standard", "square"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SQUARE_MAKES_IT = (
    "Square makes the signature key: save it in a file and name that with --secret-file"
)
_ENOUGH = 2  # secrets that are good at a time


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    add = commands.add_parser("add", help="make an address for a till, with its secret")
    add.set_defaults(run=_add)
    add.add_argument("--program", required=True, help="the program's id")
    add.add_argument("--scheme", choices=(STANDARD, SQUARE), default=STANDARD)
    add.add_argument(
        "--sources", help="names that orders may come under, its own first: till,square"
    )
    add.add_argument("--url", help="Square: the address as Square has it, if it is another domain")
    rotate = commands.add_parser("rotate", help="replace a till's secret without a gap")
    rotate.set_defaults(run=_rotate)
    rotate.add_argument(
        "--finish", action="store_true", help="once the till signs with the new one: end the old"
    )
    for command in (add, rotate):
        command.add_argument("endpoint", help="small letters, digits and hyphens: coffee-till")
        command.add_argument(
            "--secret-file", type=Path, help="a secret that the till's vendor made; Square: needed"
        )
        place.add_options(command)


def _add(given: argparse.Namespace) -> int:
    if not _ID.fullmatch(given.endpoint):
        raise Failure(
            f"{given.endpoint!r} cannot be part of an address: use small letters, digits and "
            "hyphens, for example coffee-till"
        )
    secret = _secret(given.scheme, given.secret_file)
    where = place.open_place(given)
    place.program_of(where, given.program)
    credentials = Credentials(where.tables())
    if credentials.endpoint(given.endpoint) is not None:
        raise Failure(
            f"the till {given.endpoint!r} is there already: `loyalty till rotate` replaces its "
            "secret, and another name makes another address"
        )
    address = f"{where.settings().get('BASE_URL', '')}/webhooks/{given.endpoint}"
    sources = tuple((given.sources or (SQUARE if given.scheme == SQUARE else "till")).split(","))
    url = (given.url or address) if given.scheme == SQUARE else ""
    endpoint = Endpoint(given.endpoint, given.program, sources, given.scheme, url)
    # The secret first: an address without one would let nothing pass and look like a mistake.
    _write(where.parameters(), given.endpoint, [secret])
    try:
        credentials.put_endpoint(endpoint)
    except ValueError as error:
        raise Failure(str(error)) from None
    print(f"Address      {address}")
    if given.scheme == STANDARD:
        print(f"Redemptions  {address}/redemptions")
        print(f"Secret       {secret}")
    print(f"Orders come under: {', '.join(sources)}.")
    return 0


def _rotate(given: argparse.Namespace) -> int:
    made = _secret(STANDARD, given.secret_file)
    where = place.open_place(given)
    endpoint = Credentials(where.tables()).endpoint(given.endpoint)
    if endpoint is None:
        raise Failure(f"there is no till {given.endpoint!r} on {where.stage}: `loyalty till add`")
    parameters = where.parameters()
    good = _read(parameters, given.endpoint)
    if given.finish:
        if len(good) < _ENOUGH:
            raise Failure(f"{given.endpoint} has one secret only: there is nothing to finish")
        _write(parameters, given.endpoint, good[-1:])
        print("The old secret ends within 15 minutes.")
        return 0
    if len(good) >= _ENOUGH:
        raise Failure(
            f"{given.endpoint} has {len(good)} secrets: end the old one with --finish first"
        )
    if endpoint.scheme == SQUARE and given.secret_file is None:
        raise Failure(_SQUARE_MAKES_IT)
    _write(parameters, given.endpoint, [*good, made])
    if endpoint.scheme == STANDARD:
        print(f"New secret   {made}")
    print(
        "Both secrets are good from now on, but running functions read secrets every 15 minutes:\n"
        "let the till sign with the new one in 15 minutes at the earliest, then run\n"
        f"`loyalty till rotate {given.endpoint} --finish`."
    )
    return 0


def _secret(scheme: str, file: Path | None) -> str:
    if file is not None:
        found = files.text(file).strip()
        if not found or len(found.split()) > 1:
            raise Failure(f"{file} holds no secret: one line, nothing else")
        return found
    if scheme == SQUARE:
        raise Failure(_SQUARE_MAKES_IT)
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def _read(parameters: Parameters, endpoint: str) -> list[str]:
    try:
        found = json.loads(parameters.read(f"endpoints/{endpoint}") or "{}")["secrets"]
    except (ValueError, KeyError, TypeError):
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def _write(parameters: Parameters, endpoint: str, good: Sequence[str]) -> None:
    parameters.write(f"endpoints/{endpoint}", json.dumps({"secrets": list(good)}))
