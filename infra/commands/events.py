"""The places that a program's events are sent to, and what became of them (docs/outgoing.md).

loyalty events add crm --program coffee --url https://crm.example.com/loyalty
loyalty events add mailing --program coffee --url https://… --events member.enrolled,tier.changed
loyalty events list --program coffee
loyalty events test crm --program coffee
loyalty events log crm --program coffee
loyalty events change crm --program coffee --pause
loyalty events rotate crm --program coffee
loyalty events rotate crm --program coffee --finish
loyalty events replay crm --program coffee --since 2026-11-27T00:00Z
loyalty events remove crm --program coffee
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.commands import place
from infra.commands.answer import say
from infra.failures import Failure
from loyalty.core.instants import instant
from loyalty.outgoing.kept_secrets import KeptSecrets
from loyalty.outgoing.receiving import Receiving
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from infra.commands.place import Place
    from loyalty.outgoing.queued import Sending
    from loyalty.store.deliveries import Delivery

_BATCH = 10


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")

    def command(name: str, run: Any, words: str, *, one: bool = True) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = commands.add_parser(name, help=words)
        found.set_defaults(run=run)
        if one:
            found.add_argument("receiver", help="small letters, digits and hyphens: crm")
        found.add_argument("--program", required=True, help="the program's id")
        place.add_options(found)
        return found

    add = command("add", _add, "send events to a URL from now on; its secret is shown once")
    add.add_argument("--url", required=True, help="https, port 443, a public name")
    add.add_argument("--events", help="only these: points.earned,tier.changed; all if not said")
    command("list", _list, "list a program's receivers", one=False)
    change = command("change", _change, "another URL, other events, pause, go on")
    change.add_argument("--url")
    change.add_argument("--events", help="only these; `all` for all")
    state = change.add_mutually_exclusive_group()
    state.add_argument("--pause", action="store_true", help="send nothing for now")
    state.add_argument("--resume", action="store_true", help="go on, also after a 410")
    rotate = command("rotate", _rotate, "replace a receiver's secret without a gap")
    rotate.add_argument("--finish", action="store_true", help="end the old secret")
    command("remove", _remove, "send nothing there any more")
    command("test", _test, "send an event that means nothing")
    log = command("log", _log, "what became of the last events")
    log.add_argument("--limit", type=int, default=20)
    replay = command("replay", _replay, "send again what happened in a time, or one event")
    replay.add_argument("--since", required=True, help="instant with zone: 2026-11-27T00:00Z")
    replay.add_argument("--until", help="instant with zone; now if not said")
    replay.add_argument("--event", help="this event only: evt_…")


def _add(given: argparse.Namespace) -> int:
    where, receiving = _open(given)
    place.program_of(where, given.program)
    kinds = given.events.split(",") if given.events else []
    secret = _try(lambda: receiving.add(given.program, given.receiver, given.url, kinds, _now()))
    say(f"Events are sent to {given.url} from now on.")
    say(f"Secret       {secret}", secret=secret)
    test = where.command(f"events test {given.receiver} --program {given.program}")
    say(f"Try it: {test}.")
    return 0


def _list(given: argparse.Namespace) -> int:
    where, receiving = _open(given)
    place.program_of(where, given.program)
    found = receiving.listed(given.program)
    for one in found:
        wants = ", ".join(one.kinds) or "all events"
        failing = f"; {one.failures} failures in a row" if one.failures else ""
        line = f"{one.id:20} {one.state:7} {one.url} ({wants}){failing}"
        say(line, id=one.id, state=one.state, url=one.url)
    if not found:
        say(f"{given.program} has no receivers.")
    return 0


def _change(given: argparse.Namespace) -> int:
    _, receiving = _open(given)
    if not any((given.url, given.events, given.pause, given.resume)):
        raise Failure("say what to change: --url, --events, --pause or --resume")
    kinds = None
    if given.events:
        kinds = [] if given.events == "all" else given.events.split(",")
    active = False if given.pause else True if given.resume else None
    changed = _try(
        lambda: receiving.change(
            given.program, given.receiver, _now(), url=given.url, kinds=kinds, active=active
        )
    )
    say(f"{changed.id} is {changed.state}: {changed.url}")
    return 0


def _rotate(given: argparse.Namespace) -> int:
    where, receiving = _open(given)
    if given.finish:
        _try(lambda: receiving.end_rotation(given.program, given.receiver, _now()))
        say("The old secret signs nothing any more.")
        return 0
    secret = _try(lambda: receiving.rotate(given.program, given.receiver, _now()))
    say(f"New secret   {secret}", secret=secret)
    finish = where.command(f"events rotate {given.receiver} --program {given.program} --finish")
    say(
        "Both secrets sign from now on. Let the receiver verify with the new one, then run\n"
        f"{finish}."
    )
    return 0


def _remove(given: argparse.Namespace) -> int:
    _, receiving = _open(given)
    _try(lambda: receiving.remove(given.program, given.receiver, _now()))
    say(f"Nothing is sent to {given.receiver} any more.")
    return 0


def _test(given: argparse.Namespace) -> int:
    where, receiving = _open(given)
    event = _try(lambda: receiving.test(given.program, given.receiver, _now()))
    log = where.command(f"events log {given.receiver} --program {given.program}")
    say(f"Sent as {event}; {log} says what became of it.", event=event)
    return 0


def _log(given: argparse.Namespace) -> int:
    _, receiving = _open(given)
    if not 1 <= given.limit <= 1000:  # noqa: PLR2004
        raise Failure("--limit is 1 to 1000")
    found = _try(lambda: receiving.log_page(given.program, given.receiver, given.limit).deliveries)
    for one in found:
        say(_line(one))
    if not found:
        say("Nothing was sent in the last 30 days.")
    return 0


def _line(one: Delivery) -> str:
    last = one.attempts[-1] if one.attempts else None
    answer = f"{last.status or last.reason} in {last.milliseconds} ms" if last else "never tried"
    happened = instant(one.at).isoformat(timespec="seconds")
    return f"{happened} {one.event} {one.kind:18} {one.outcome:9} ({one.tries} failed, {answer})"


def _replay(given: argparse.Namespace) -> int:
    _, receiving = _open(given)
    now = _now()
    until = place.instant(given.until) if given.until else now
    since: datetime | None = place.instant(given.since)
    count = 0
    while since is not None:
        start = since
        done = _try(
            lambda start=start: receiving.replay(  # type: ignore[misc]
                given.program, given.receiver, now, since=start, until=until, event=given.event
            )
        )
        count += done.count
        since = done.next if done.next != start else None
    say(f"{count} events are sent again.", sent=count)
    return 0


def _open(given: argparse.Namespace) -> tuple[Place, Receiving]:
    where = place.open_place(given)
    return where, Receiving(
        where.tables(),
        KeptSecrets(where.parameters()),
        _Queue(where),
        secret=lambda: f"whsec_{b64encode(secrets.token_bytes(32)).decode()}",
        local=where.stage == place.LOCAL,
    )


class _Queue:
    """The sending queue of a deployment."""

    def __init__(self, where: Place) -> None:
        self._where = where

    def put(self, sendings: Sequence[Sending]) -> None:
        client = self._where.client("sqs")
        url = self._where.settings()["SENDING_QUEUE_URL"]
        for start in range(0, len(sendings), _BATCH):
            entries = [
                {
                    "Id": str(number),
                    "MessageBody": one.text(),
                    "MessageGroupId": one.group,
                    "MessageDeduplicationId": one.once,
                }
                for number, one in enumerate(sendings[start : start + _BATCH])
            ]
            answer = client.send_message_batch(QueueUrl=url, Entries=entries)
            if answer.get("Failed"):
                raise Failure("the queue did not take everything: try again, nothing comes twice")


def _try(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Refusal as refusal:
        raise Failure(refusal.detail) from None


def _now() -> datetime:
    return datetime.now(UTC)
