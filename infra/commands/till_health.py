"""How tills' addresses do: `loyalty till health`, and looking for what no message has brought."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from infra.commands import place
from infra.failures import Failure
from loyalty.access.keys import Credentials
from loyalty.tills import health, looking, registry

if TYPE_CHECKING:
    import argparse

    from infra.commands.place import Place
    from loyalty.access.keys import Endpoint
    from loyalty.tills.health import Health

_MOST_HOURS = 720


def configure(commands: Any) -> None:
    """Describe the commands and their options."""
    shown = commands.add_parser("health", help="tell how tills' addresses do")
    shown.set_defaults(run=_health)
    shown.add_argument("--program", required=True, help="the program's id")
    caught = commands.add_parser("catch-up", help="look for sales that no message has brought")
    caught.set_defaults(run=_catch_up)
    caught.add_argument("--hours", type=int, default=24, help="how far back, at most 720; 24")
    caught.add_argument("endpoint", help="as it was added: coffee-till")
    for command in (shown, caught):
        place.add_options(command)


def _health(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    place.program_of(where, given.program)
    tables, now = where.tables(), datetime.now(UTC)
    found = health.of_program(tables, given.program, now)
    for one in found:
        endpoint = Credentials(tables).endpoint(one.watch.endpoint)
        if endpoint is not None:
            _tell(one, endpoint)
    if not found:
        add = where.command(f"till add NAME --program {given.program}")
        print(f"This program has no till's address yet: {add} makes one.")
    return 0


def _tell(one: Health, endpoint: Endpoint) -> None:
    print(f"{endpoint.id}  {endpoint.scheme}  {one.watch.state or 'not looked at yet'}")
    print(f"  last message  {_instant(one.last_message)}")
    print(f"  last sale     {_instant(one.last_sale)}")
    for begin, kinds in one.by_day:
        counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        print(f"  {datetime.fromtimestamp(begin, UTC):%Y-%m-%d}    {counts}")
    for sentence in health.sentences(one):
        print(f"  {sentence}")


def _instant(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M} UTC" if second else "none yet"


def _catch_up(given: argparse.Namespace) -> int:
    if not 1 <= given.hours <= _MOST_HOURS:
        raise Failure(f"--hours is from 1 to {_MOST_HOURS}")
    where = place.open_place(given)
    endpoint = _endpoint(where, given.endpoint)
    if registry.CONNECTORS[endpoint.scheme].changed is None:
        raise Failure(f"the vendor of scheme {endpoint.scheme} has no list that could be asked for")
    if not endpoint.token and not _token(where, endpoint):
        keep = where.command(f"till token {endpoint.id} --token-file FILE")
        raise Failure(f"without a token nobody can ask: {keep}")
    until = datetime.now(UTC)
    _put(where, endpoint, looking.asked_for(until - timedelta(hours=given.hours), until))
    print(
        f"The vendor is asked for what changed in the last {given.hours} hours. What no "
        "message has brought is recorded, and the metric OrderMissed counts it."
    )
    return 0


def _endpoint(where: Place, name: str) -> Endpoint:
    endpoint = Credentials(where.tables()).endpoint(name)
    if endpoint is None:
        raise Failure(place.no_till(where, name))
    return endpoint


def _token(where: Place, endpoint: Endpoint) -> bool:
    """Tell whether a token is kept of an endpoint that does not say so, being older than that."""
    try:
        kept = json.loads(where.parameters().read(f"endpoints/{endpoint.id}") or "{}")
    except ValueError:
        return False
    return isinstance(kept, dict) and "token" in kept


def _put(where: Place, endpoint: Endpoint, message: dict[str, Any]) -> None:
    url = where.settings()["INBOX_QUEUE_URL"]
    body = json.dumps({"endpoint": endpoint.id, **message})
    where.client("sqs").send_message(QueueUrl=url, MessageBody=body)
