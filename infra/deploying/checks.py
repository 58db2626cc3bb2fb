"""What is looked at before anything is made: what would stop a deployment half-way, or later.

Each is read only. Why each matters: docs/operating.md.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.build import AWS_PYTHON
from infra.deploying import domain, formation, shape
from infra.deploying.finding import Finding
from infra.deploying.wanted import OWN_NAME
from passes.apple.identities import Identities

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from infra.deploying.hand import Hand
    from infra.deploying.wanted import Wanted


def look(
    hand: Hand, wanted: Wanted, serving: str, *, cards: bool, storing: Collection[str] = ()
) -> Iterator[Finding]:
    """Look at everything.

    Parameters
    ----------
    serving
        The address that this deployment has now; empty where there is none yet.
    cards
        Whether anybody has a card of this deployment: its address stands in each of them.
    storing
        Wallets (``apple``, ``google``) whose accounts this run stores: they are not missed.
    """
    yield from _tools()
    yield from _account(hand)
    yield _state_of_stack(hand)
    yield from _concurrency(hand)
    if cards and moves(serving, wanted.address):
        new = wanted.address or "the name that AWS gives"
        yield Finding(
            "stops",
            f"cards in pockets ask {serving}, which is written into each of them: keep that "
            f"address, or let it redirect to {new} for good and say --old-address-stays",
        )
    yield from domain.look(hand, wanted.domain)
    if "apple" not in storing:
        yield from _apple(hand, wanted)
    if wanted.issuer and "google" not in storing:
        stored = hand.place.parameters().read("google/service-account") is not None
        yield _stored("Google: the service account", "google store key.json", hand, stored=stored)
    yield from _mail(hand, wanted)


def moves(serving: str, address: str) -> bool:
    """Tell whether a deployment that serves at one address would serve at another one.

    Without an address of one's own it is the one that AWS gives, which stays while the stack does.
    """
    if not serving or serving == address:
        return False
    return bool(address) or OWN_NAME not in serving


def _tools() -> Iterator[Finding]:
    if shutil.which(f"python{AWS_PYTHON}") is None:
        yield Finding(
            "later",
            f"no python{AWS_PYTHON} on the path: the artifact ships without bytecode, and each "
            "cold start takes about 0.7 s longer",
        )


def _account(hand: Hand) -> Iterator[Finding]:
    who = hand.client("sts").get_caller_identity()
    yield Finding("good", f"AWS account {who['Account']}, region {hand.region}, as {who['Arn']}")


def _state_of_stack(hand: Hand) -> Finding:
    state = formation.state(hand)
    name = formation.name(hand.place.stage)
    if state in formation.MOVING:
        return Finding("stops", f"the stack {name} is {state}: wait until AWS has done that")
    if state in formation.STUCK:
        return Finding(
            "stops",
            f"the stack {name} is {state}: continue its rollback in the CloudFormation console, "
            "then deploy again",
        )
    if state in formation.NEVER_MADE:
        return Finding("later", f"the stack {name} is {state}: it holds nothing, and makes room")
    return Finding("good", f"the stack {name} is {state or 'not there yet'}")


def _concurrency(hand: Hand) -> Iterator[Finding]:
    for fine, said in shape.quotas(hand.place):
        yield Finding("good" if fine else "later", said)


def _apple(hand: Hand, wanted: Wanted) -> Iterator[Finding]:
    if not wanted.pass_type:
        return
    found = Identities(hand.place.parameters().read, wanted.pass_type, wanted.team)
    ready = found.readiness(datetime.now(UTC))
    yield Finding("good" if ready.ready else "later", f"Apple: {ready.message}")


def _mail(hand: Hand, wanted: Wanted) -> Iterator[Finding]:
    if not wanted.sender:
        return
    client = hand.client("sesv2")
    try:
        found = client.get_email_identity(EmailIdentity=wanted.sender_identity)
        verified = bool(found.get("VerifiedForSendingStatus"))
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        verified = False
    if not verified:
        yield Finding(
            "stops",
            f"SES has not verified {wanted.sender_identity}: create the identity in the SES "
            "console, publish what it says in DNS, and deploy again; or --sender none for now",
        )
        return
    account: dict[str, Any] = client.get_account()
    if account.get("ProductionAccessEnabled"):
        yield Finding("good", f"mail is sent as {wanted.sender}")
    else:
        yield Finding(
            "later",
            "SES is in its sandbox and writes to verified addresses only: ask for production "
            "access in its console",
        )


def _stored(what: str, command: str, hand: Hand, *, stored: bool) -> Finding:
    if stored:
        return Finding("good", f"{what} is stored")
    return Finding("later", f"{what} is missing: {hand.place.command(command)}")
