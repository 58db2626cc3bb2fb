"""What of a deployed stack is there, and what is missing; it changes nothing.

loyalty doctor
loyalty doctor --stage local
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import urllib3
from botocore.exceptions import ClientError

from infra.commands import place
from infra.commands.answer import say
from infra.deploying import shape
from loyalty.store import google_state
from passes.apple.identities import Identities

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from infra.commands.place import Place

SECONDS: Final = 10.0
Line = tuple[bool, str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.set_defaults(run=_doctor)
    place.add_options(parser)


def _doctor(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    # Whatever it says after this, the stage is deployed.
    settings = where.settings()
    good = True
    for fine, what in _look(where, settings):
        say(f"{'ok      ' if fine else 'MISSING '}{what}")
        good = good and fine
    return 0 if good else 1


def _look(where: Place, settings: Mapping[str, str]) -> Iterator[Line]:
    database = where.client("dynamodb")
    tables = True
    for table in where.table_names().values():
        try:
            found_table = database.describe_table(TableName=table)["Table"]
            yield from _table(where, found_table)
        except ClientError:
            tables = False
            yield False, f"table {table}: deploy again"
    parameters = where.parameters()
    there = parameters.read("master-key") is not None
    yield there, "master key" if there else f"master key: {where.command('secret master-key')}"
    pass_type = settings.get("APPLE_PASS_TYPE_IDENTIFIER", "")
    team = settings.get("APPLE_TEAM_IDENTIFIER", "")
    if pass_type and team:
        found = Identities(parameters.read, pass_type, team).readiness(datetime.now(UTC))
        yield found.ready, f"Apple: {found.message}"
    else:
        yield True, "Apple: deployed without, no passes for Apple"
    if settings.get("GOOGLE_ISSUER_ID"):
        there = parameters.read("google/service-account") is not None
        mend = f"Google: {where.command('google store key.json')}"
        yield there, "Google: a service account is stored" if there else mend
        issuer = settings["GOOGLE_ISSUER_ID"]
        for member in google_state.read_closed(where.tables(), issuer) if tables else ():
            yield (
                False,
                f"Google: {member} is not open to this issuer, cards go without: ask Google",
            )
    else:
        yield True, "Google: deployed without, no Google Wallet"
    yield from shape.look(where)
    yield _answers(settings.get("BASE_URL", ""))


def _table(where: Place, found: Mapping[str, Any]) -> Iterator[Line]:
    table = found["TableName"]
    if where.stage != place.LOCAL and not found.get("DeletionProtectionEnabled"):
        yield False, f"table {table} can be deleted by hand: {where.command('deploy')} protects it"
    else:
        yield True, f"table {table}"


def _answers(base_url: str) -> Line:
    url = f"{base_url}/robots.txt"
    try:
        answer = urllib3.PoolManager(retries=False).request("GET", url, timeout=SECONDS)
    except urllib3.exceptions.HTTPError as error:
        return False, f"{url} does not answer ({type(error).__name__}): look at DNS and domain"
    if answer.status != 200:  # noqa: PLR2004 - OK
        return False, f"{url} answers {answer.status}: look at the log of cardPage"
    return True, f"{base_url} answers"
