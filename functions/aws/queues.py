"""SQS behind the ports: the webhook inbox and the wallets' queues.

Cards of a program's test side never enter the wallets' queues: no phone is rung for them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loyalty.core.report import OrderKey
from loyalty.program import sides

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_sqs import SQSClient

    from loyalty.campaigns.running import Cursor as Walk
    from loyalty.campaigns.trying import Try
    from loyalty.ledger.nightly import Cursor
    from loyalty.outgoing.bells import Asked, Bell
    from loyalty.outgoing.queued import Sending
    from loyalty.store.offers import Place
    from loyalty.store.publishing import ChangedCard

_BATCH = 10


class QueueRefused(Exception):  # noqa: N818
    """A queue did not take every message; sending all of them again is safe."""


class SqsInbox:
    """The durable inbox: a message that is in it will be worked on, or seen by a person."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, message: dict[str, Any], delay: int = 0) -> None:
        """Keep one message of a till, or of our own, which comes in so many seconds."""
        self._client.send_message(
            QueueUrl=self._url, MessageBody=json.dumps(message), DelaySeconds=delay
        )

    def put_all(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Keep several messages. Raises QueueRefused."""
        _send(self._client, self._url, ({"MessageBody": json.dumps(one)} for one in messages))


class SqsNightlyQueue:
    """Where the nightly job keeps how far it has come, one message per part of the table."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, cursor: Cursor) -> None:
        """Keep a cursor; whoever receives it goes on from there."""
        body = {"segment": cursor.segment, "segments": cursor.segments, "after": cursor.after}
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body))

    def put_redraw(self, program: str, since: int, step: int, delay: int = 0) -> None:
        """Send for one step of a walk over a program's saved cards, in so many seconds."""
        body = {"redraw": program, "since": since, "step": step}
        self._client.send_message(
            QueueUrl=self._url, MessageBody=json.dumps(body), DelaySeconds=min(delay, 900)
        )


class SqsMovingQueue:
    """Where what owners move in and out waits, and how far it has come."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def ask(  # noqa: PLR0917
        self,
        program: str,
        name: str,
        do: str,
        by: str,
        more: Mapping[str, Any],
        delay: int = 0,
    ) -> None:
        """Ask for a job, in so many seconds: see ``loyalty.members.moving_jobs.Job``."""
        body = {"program": program, "id": name, "do": do, "by": by, "more": dict(more)}
        self._client.send_message(
            QueueUrl=self._url, MessageBody=json.dumps(body), DelaySeconds=delay
        )


class SqsCampaignsQueue:
    """Where campaigns keep how far they have come through a program's members."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, cursor: Walk) -> None:
        """Keep a cursor; whoever receives it goes on from there."""
        body = {
            "program": cursor.program,
            "campaigns": list(cursor.campaigns),
            "after": cursor.after,
            "shard": cursor.shard,
            "last": cursor.last,
        }
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body))

    def ring(self, members: Iterable[tuple[str, str]]) -> None:
        """Say that something has happened to these (program, member). Raises QueueRefused."""
        bodies = ({"program": program, "member": member} for program, member in members)
        _send(self._client, self._url, ({"MessageBody": json.dumps(one)} for one in bodies))


class SqsGoogleQueue:
    """The Google queue, for those who ring it for other reasons than a changed card."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def ring(self, members: Sequence[tuple[str, str]], why: str, **more: int) -> None:
        """Ring for these (program, member); the same `why` counts once in five minutes.

        Raises
        ------
        QueueRefused
            Some were not taken.
        """
        messages = (
            {
                "MessageBody": json.dumps({"program": program, "member": member, **more}),
                "MessageGroupId": member,
                "MessageDeduplicationId": f"{member}:{why}",
            }
            for program, member in members
            if not sides.is_test(program)
        )
        _send(self._client, self._url, messages)

    def ring_class(self, program: str, since: int) -> None:
        """Ring for what all cards of a program say; once for a second. Raises QueueRefused."""
        if sides.is_test(program):
            return
        message = {
            "MessageBody": json.dumps({"program": program, "class": 1}),
            "MessageGroupId": f"class#{program}",
            "MessageDeduplicationId": f"class#{program}:{since}",
        }
        _send(self._client, self._url, [message])

    def waiting(self) -> int:
        """Return about how many messages wait to be worked on."""
        return waiting(self._client, self._url)


class SqsTellingQueue:
    """See ``loyalty.outgoing.bells.TellingQueue``. First in, first out per member."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, bells: Sequence[Bell]) -> None:
        """Ring; the same bell counts once in five minutes. Raises QueueRefused."""
        _send(
            self._client,
            self._url,
            (
                {
                    "MessageBody": json.dumps({"program": program, "member": member}),
                    "MessageGroupId": f"{program}:{member}",
                    "MessageDeduplicationId": f"{program}:{member}:{number}",
                }
                for program, member, number in bells
            ),
        )

    def put_answers(self, answers: Sequence[Asked], change: str) -> None:
        """Ring for answers to questions; once in five minutes a change. Raises QueueRefused."""
        _send(
            self._client,
            self._url,
            (
                {
                    "MessageBody": json.dumps(
                        {"program": program, "member": member, "asked": name}
                    ),
                    "MessageGroupId": f"{program}:{member}",
                    "MessageDeduplicationId": f"{program}:{member}:{name}:{change}",
                }
                for program, member, name in answers
            ),
        )


class SqsFiguresQueue:
    """Where members and orders wait that figures have to take up; what is doubled does no harm."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, found: Iterable[tuple[str, str] | OrderKey]) -> None:
        """Ring for members (program, id) and orders. Raises QueueRefused."""
        bodies = (
            {"program": one.program, "source": one.source, "order": one.id}
            if isinstance(one, OrderKey)
            else {"program": one[0], "member": one[1]}
            for one in found
        )
        _send(self._client, self._url, ({"MessageBody": json.dumps(body)} for body in bodies))


class SqsSendingQueue:
    """See ``loyalty.outgoing.queued.SendingQueue``. Grouped by receiver."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, sendings: Sequence[Sending]) -> None:
        """Queue events; the same one, after as many tries, counts once. Raises QueueRefused."""
        _send(
            self._client,
            self._url,
            (
                {
                    "MessageBody": one.text(),
                    "MessageGroupId": one.group,
                    "MessageDeduplicationId": one.once,
                }
                for one in sendings
            ),
        )


class SqsOffersQueue:
    """Offers that wait for their channel: bells, one group per program and channel.

    One group is worked off by one worker at a time, so a channel's pace holds however many work.
    """

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, places: Iterable[tuple[Place, str]], turn: str = "") -> None:
        """Ring for offers and their channels; ``turn`` tells one look from the next.

        Raises
        ------
        QueueRefused
            Some were not taken.
        """
        _send(
            self._client,
            self._url,
            (
                {
                    "MessageBody": json.dumps(asdict(place)),
                    "MessageGroupId": f"{place.program}:{channel}",
                    "MessageDeduplicationId": _named(place, turn),
                }
                for place, channel in places
            ),
        )

    def ask(self, asked: Try) -> None:
        """Ask for a message that tries a channel. Raises QueueRefused."""
        message = {
            "MessageBody": json.dumps({"trial": asdict(asked)}),
            "MessageGroupId": f"{asked.program}:{asked.channel}",
            "MessageDeduplicationId": f"trial:{asked.channel}:{asked.member}:{asked.asked}",
        }
        _send(self._client, self._url, [message])


def _named(place: Place, turn: str) -> str:
    parts = (place.program, place.campaign, place.occurrence, place.member, turn)
    return hashlib.sha256("#".join(parts).encode()).hexdigest()


class SqsAppleQueue:
    """The Apple queue, for those who ring it for other reasons than a changed card."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def ring(self, members: Sequence[tuple[str, str]]) -> None:
        """Ring for the phones of these (program, member); what is doubled, coalesces.

        Raises
        ------
        QueueRefused
            Some were not taken.
        """
        bodies = (
            json.dumps({"program": program, "member": one})
            for program, one in members
            if not sides.is_test(program)
        )
        _send(self._client, self._url, ({"MessageBody": body} for body in bodies))

    def waiting(self) -> int:
        """Return about how many messages wait to be worked on."""
        return waiting(self._client, self._url)


class SqsWalletQueues:
    """The queues in front of both wallets; a message says whose card changed, not how."""

    def __init__(self, client: SQSClient, apple_url: str, google_url: str) -> None:
        self._client = client
        self._apple_url = apple_url
        self._google_url = google_url

    def put(self, cards: Sequence[ChangedCard]) -> None:
        """Put each card into both queues.

        Raises
        ------
        QueueRefused
            Some were not taken.
        """
        cards = [card for card in cards if not sides.is_test(card.program)]
        bodies = [json.dumps({"program": card.program, "member": card.member}) for card in cards]
        _send(self._client, self._apple_url, ({"MessageBody": body} for body in bodies))
        # First in, first out per card, so that two workers never write one object at a time.
        _send(
            self._client,
            self._google_url,
            (
                {
                    "MessageBody": body,
                    "MessageGroupId": card.member,
                    "MessageDeduplicationId": f"{card.member}:{card.version}",
                }
                for body, card in zip(bodies, cards, strict=True)
            ),
        )


def waiting(client: SQSClient, url: str) -> int:
    """Return about how many messages of a queue wait to be worked on."""
    name: Any = "ApproximateNumberOfMessages"
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(answer["Attributes"][name])


def lying(client: SQSClient, url: str) -> int:
    """Return about how many messages are in a queue, those that somebody looks at too."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def _send(client: SQSClient, url: str, messages: Iterable[dict[str, str]]) -> None:
    for batch in _batched(messages):
        entries: Any = [{"Id": str(index), **message} for index, message in enumerate(batch)]
        answer = client.send_message_batch(QueueUrl=url, Entries=entries)
        if answer.get("Failed"):
            raise QueueRefused(", ".join(failed["Code"] for failed in answer["Failed"]))


def _batched(messages: Iterable[dict[str, str]]) -> Iterable[list[dict[str, str]]]:
    every = list(messages)
    return (every[start : start + _BATCH] for start in range(0, len(every), _BATCH))
