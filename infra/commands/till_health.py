"""How tills' addresses do, trials, and what comes again: `till health`, `test`, `replay`."""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from infra.commands import place
from infra.commands.answer import say
from infra.failures import Failure
from loyalty.access.keys import Credentials
from loyalty.store import till_watch
from loyalty.tills import asking, by_api, health, registry

if TYPE_CHECKING:
    import argparse

    from infra.commands.place import Place
    from loyalty.access.keys import Endpoint
    from loyalty.store.till_watch import Trial
    from loyalty.tills.health import Health

_MOST_HOURS = 720
_LOOKS, _BETWEEN_LOOKS = 60, 0.5  # a cold start of two functions is some seconds
_OUTCOMES = {
    "came_through": "The trial came through, and earned nobody anything",
    "no_answer": "The address did not answer",
    "refused": "The address refused the trial",
    "ignored": "The address took the trial for nothing: without a token such messages say nothing",
    "not_read_back": "The trial came through, but the vendor does not tell what it leaves out",
}


def configure(commands: Any) -> None:
    """Describe the commands and their options."""
    shown = commands.add_parser("health", help="tell how tills' addresses do")
    shown.set_defaults(run=_health)
    shown.add_argument("--program", required=True, help="the program's id")
    caught = commands.add_parser("catch-up", help="look for sales that no message has brought")
    caught.set_defaults(run=_catch_up)
    caught.add_argument("--hours", type=int, default=24, help="how far back, at most 720; 24")
    tried = commands.add_parser("test", help="send a trial through a till's address")
    tried.set_defaults(run=_test)
    again = commands.add_parser("replay", help="work on a time's messages again, as they came")
    again.set_defaults(run=_replay)
    again.add_argument("--since", required=True, help="instant with zone: 2026-11-27T00:00Z")
    again.add_argument("--until", help="the same; now if not said")
    for command in (caught, tried, again):
        command.add_argument("endpoint", help="as it was added: coffee-till")
    for command in (shown, caught, tried, again):
        place.add_options(command)


def _health(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    place.program_of(where, given.program)
    tables, now = where.tables(), datetime.now(UTC)
    found = health.of_program(tables, given.program, now)
    for one in found:
        name = one.watch.endpoint
        endpoint = by_api.read(given.program, name) or Credentials(tables).endpoint(name)
        if endpoint is not None:
            _tell(one, endpoint)
    if not found:
        add = where.command(f"till add NAME --program {given.program}")
        say(f"This program has no till's address yet: {add} makes one.")
    return 0


def _tell(one: Health, endpoint: Endpoint) -> None:
    days = {f"{datetime.fromtimestamp(begin, UTC):%Y-%m-%d}": kinds for begin, kinds in one.by_day}
    lines = [
        f"{endpoint.id}  {endpoint.scheme}  {one.watch.state or 'not looked at yet'}",
        f"  last message  {_instant(one.last_message)}",
        f"  last sale     {_instant(one.last_sale)}",
    ]
    for day, kinds in days.items():
        counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        lines.append(f"  {day}    {counts}")
    sentences = list(health.sentences(one))
    say(
        "\n".join([*lines, *(f"  {sentence}" for sentence in sentences)]),
        endpoint=endpoint.id,
        scheme=endpoint.scheme,
        state=one.watch.state,
        last_message=one.last_message or None,
        last_sale=one.last_sale or None,
        days=days,
        sentences=sentences,
    )


def _instant(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M} UTC" if second else "none yet"


def _catch_up(given: argparse.Namespace) -> int:
    if not 1 <= given.hours <= _MOST_HOURS:
        raise Failure(f"--hours is from 1 to {_MOST_HOURS}")
    where = place.open_place(given)
    endpoint = _endpoint(where, given.endpoint)
    connector = registry.CONNECTORS[endpoint.scheme]
    if connector.changed is None and not connector.feed:
        raise Failure(f"the vendor of scheme {endpoint.scheme} has no list that could be asked for")
    if not endpoint.token and not _token(where, endpoint):
        keep = where.command(f"till token {endpoint.id} --token-file FILE")
        raise Failure(f"without a token nobody can ask: {keep}")
    until = datetime.now(UTC)
    asking.catch_up(Inbox(where), endpoint, until - timedelta(hours=given.hours), until)
    say(
        f"The vendor is asked for what changed in the last {given.hours} hours. What no "
        "message has brought is recorded, and the metric OrderMissed counts it. Whether the vendor "
        "has answered is told in a minute by `till health`: not_read_back says that it has not."
    )
    return 0


def _test(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    tables, endpoint = where.tables(), _endpoint(where, given.endpoint)
    name = secrets.token_hex(8)
    asking.test(tables, Inbox(where), endpoint, name, datetime.now(UTC))
    for _ in range(_LOOKS):
        time.sleep(_BETWEEN_LOOKS)
        watch = till_watch.read(tables, endpoint.program, endpoint.id)
        trial = watch.trial if watch else None
        if trial is None or trial.name != name:
            raise Failure("somebody else has begun another trial meanwhile: look at that one")
        if trial.result:
            return _told(trial)
    raise Failure(
        f"nothing came back for {_LOOKS * _BETWEEN_LOOKS:.0f} seconds: look at the alarms, then at "
        "the logs of webhooks and orders"
    )


def _told(trial: Trial) -> int:
    outcome, _, reason = trial.result.partition(":")
    status = f"; the address answered {trial.status}" if trial.status else ""
    said = f"{_OUTCOMES[outcome]}{f' ({reason})' if reason else ''}{status}."
    say(said, outcome=outcome, reason=reason)
    return 0 if outcome == "came_through" else 1


def _replay(given: argparse.Namespace) -> int:
    since = place.instant(given.since)
    until = place.instant(given.until) if given.until else datetime.now(UTC)
    if until < since:
        raise Failure("--until is before --since: nothing lies between")
    where = place.open_place(given)
    asking.replay(Inbox(where), _endpoint(where, given.endpoint), since, until)
    say(
        "What was worked on in that time comes again, as far as it is kept (14 days). What counted "
        "counts once; `till health` counts it as replayed."
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


class Inbox:
    """The inbox of a deployment."""

    def __init__(self, where: Place) -> None:
        self._client = where.client("sqs")
        self._url = where.settings()["INBOX_QUEUE_URL"]

    def put(self, message: dict[str, Any]) -> None:
        """Keep one message."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(message))
