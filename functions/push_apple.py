"""The Apple queue: somebody's card changed, push to the phones that hold it."""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.aws.observability import count, logger, metrics
from functions.http import failures
from functions.wiring import apple as apple_identity
from functions.wiring import card_reading, devices, environment, looks, queues
from passes.apple.push import ApnsClient, client_context
from passes.apple.push_result import PushResult, Verdict
from passes.apple.sign import SigningError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.card.view import Card
    from passes.apple.registrations import Device
    from passes.apple.sign import Signer

Member = tuple[str, str]
"""Program and member."""

# Kept back from the time that is left, for writing down what APNs said: a quarter, but not more
# than this.
_LONGEST_RESERVE = 3.0
_MOST_PUSHED = 10_000
_LONGEST_HIDING = 3600
_AGAIN = frozenset({Verdict.LATER, Verdict.UNFINISHED, Verdict.CONFIGURATION, Verdict.DEFECT})
_FORGET = frozenset({Verdict.GONE, Verdict.BAD_TOKEN})


_kept: list[tuple[Signer, ApnsClient]] = []


def client() -> ApnsClient:
    """Return the connection to APNs, kept warm while the process lives and the certificate does.

    Raises
    ------
    SigningError
        There is no certificate that APNs would accept.
    """
    signer = apple_identity.identities().signer(environment.now())
    if _kept and _kept[0][0] is signer:
        return _kept[0][1]
    settings = environment.configuration()
    context = client_context(
        *signer.pem(),
        Path(settings.apns_root_certificate) if settings.apns_root_certificate else None,
    )
    opened = ApnsClient(settings.apns_url, settings.apple_pass_type_identifier, context)
    while _kept:
        _kept.pop()[1].close()
    _kept.append((signer, opened))
    return opened


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Push to every phone of every member named; a message comes again unless all went well.

    Several messages about one member, and several passes on one phone, are one push.
    """
    members: dict[Member, list[str]] = defaultdict(list)
    failed: list[str] = []
    for record in event["Records"]:
        member = _member(record["body"])
        if member is None:
            failed.append(record["messageId"])
        else:
            members[member].append(record["messageId"])
    left = context.get_remaining_time_in_millis() / 1000
    unfinished = _push(members, left - min(_LONGEST_RESERVE, left / 4))
    failed += [message for member in unfinished for message in members[member]]
    _hide(event["Records"], members, unfinished)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _push(  # noqa: C901 - one loop to gather, one to settle
    members: Iterable[Member], seconds: float
) -> dict[Member, int]:
    """Push to the members' phones.

    Returns the members whose messages must come again, each with the seconds to leave APNs alone.
    """
    unfinished: dict[Member, int] = {}
    holders: dict[str, list[tuple[Member, Card, Device]]] = defaultdict(list)
    for member in members:
        try:
            for card, device in _devices(member):
                _notice(card)
                if not _pushed.knows(card, device):
                    holders[device.push_token].append((member, card, device))
        except Exception as error:  # noqa: BLE001 - the others are pushed to all the same
            failures.log(error, "phones not found", program=member[0])
            unfinished[member] = 0
    if not holders:
        return unfinished
    try:
        opened = client()
    except SigningError as error:
        # Nothing is wrong with the phones: all of it waits in the queue for the owner, for whom
        # the sentence was written.
        logger.error("pushes wait", extra={"why": str(error)})
        count("ApplePushConfiguration", len(holders))
        metrics.flush_metrics()
        return unfinished | {member: 0 for held in holders.values() for member, _, _ in held}
    results = opened.push(holders, environment.now(), seconds)
    for result in results:
        for member, card, device in holders[result.token]:
            if result.verdict is Verdict.DELIVERED:
                _pushed.remember(card, device)
            if not _settled(result, card.serial, device):
                unfinished[member] = max(unfinished.get(member, 0), result.retry_after or 0)
    _report(results)
    return unfinished


class _PushedVersions:
    """Which version of a pass was last pushed to each phone, in this process.

    A message that comes again because of one phone, or a second message about the same change,
    is pushed to nobody twice for one version. Forgetting costs a needless push and nothing else.
    """

    def __init__(self) -> None:
        self._versions: OrderedDict[tuple[str, str, str, int], int] = OrderedDict()

    def knows(self, card: Card, device: Device) -> bool:
        return self._versions.get(self._name(card, device)) == card.version

    def remember(self, card: Card, device: Device) -> None:
        name = self._name(card, device)
        self._versions[name] = card.version
        self._versions.move_to_end(name)
        if len(self._versions) > _MOST_PUSHED:
            self._versions.popitem(last=False)

    def forget(self) -> None:
        self._versions.clear()

    @staticmethod
    def _name(card: Card, device: Device) -> tuple[str, str, str, int]:
        return card.serial, device.device, device.push_token, device.registered_at


_pushed = _PushedVersions()


def _notice(card: Card) -> None:
    try:
        looks.notice(card.program, card.design)
    except Exception as error:  # noqa: BLE001 - the next card notices; this one is pushed
        failures.warn(error, "design not looked at", program=card.program)


def _hide(
    records: Iterable[dict[str, Any]],
    members: Mapping[Member, list[str]],
    unfinished: Mapping[Member, int],
) -> None:
    """Keep messages out of sight for as long as APNs asked to be left alone."""
    receipts = {record["messageId"]: record.get("receiptHandle") for record in records}
    for member, seconds in unfinished.items():
        for message in members[member] if seconds else ():
            receipt = receipts[message]
            if receipt:
                try:
                    queues.hide_apple_message(receipt, min(seconds, _LONGEST_HIDING))
                except Exception as error:  # noqa: BLE001 - then it comes after the queue's own time
                    failures.log(error, "message not hidden")


def _devices(member: Member) -> list[tuple[Card, Device]]:
    card = card_reading.cards().by_member(*member, environment.now())
    if card is None:
        return []  # erased since
    try:
        return [(card, one) for one in devices.registrations().devices(card.serial)]
    except LookupError:
        return []


def _settled(result: PushResult, serial: str, device: Device) -> bool:
    """Act on what APNs said; tell whether nothing is left to do for this phone."""
    if result.verdict in _AGAIN:
        return False
    if result.verdict not in _FORGET:
        return True
    if result.verdict is Verdict.GONE and result.gone_at is None:
        return True  # without an instant nobody knows whether the phone has come back since
    # A bad token is bad for ever; a token that is gone may have been registered again since.
    before = (
        result.gone_at // 1000
        if result.gone_at is not None
        else int(environment.now().timestamp()) + 1
    )
    try:
        devices.registrations().forget(device.device, serial, result.token, before)
    except LookupError:
        return True
    except Exception as error:  # noqa: BLE001 - whatever it was, the message comes again
        failures.log(error, "registration not forgotten")
        return False
    return True


def _report(results: Iterable[PushResult]) -> None:
    kinds = Counter((one.verdict, one.status, one.reason) for one in results)
    for (verdict, status, reason), number in kinds.items():
        name = verdict.value.replace("_", " ").title().replace(" ", "")
        count(f"ApplePush{name}", number)
        details = {"verdict": verdict.value, "status": status, "reason": reason, "count": number}
        if verdict in {Verdict.CONFIGURATION, Verdict.DEFECT}:
            logger.error("pushes refused: our certificate, topic or request", extra=details)
        else:
            logger.info("pushes", extra=details)
    metrics.flush_metrics()


def _member(body: str) -> Member | None:
    """Return whose card changed, or None when the message is not ours."""
    try:
        message: Mapping[str, Any] = json.loads(body)
        program, member = message["program"], message["member"]
    except (ValueError, KeyError, TypeError):
        program = member = None
    if isinstance(program, str) and isinstance(member, str):
        return program, member
    logger.error("not a message about a card", extra={"bytes": len(body)})
    return None
