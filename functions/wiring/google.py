"""What the Google functions share: the client, how a card is drawn, sent and looked at again."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.aws.observability import logger
from functions.wiring import card_reading, environment, google_state, storage
from functions.wiring.designs import worn
from loyalty.program.profile import profile_of
from passes.google import objects
from passes.google.client import WalletClient, credentials_from
from passes.google.failures import GoogleError, NotThereError, UnavailableError
from passes.google.hosted_design import hosted
from passes.google.messages import said_on
from passes.google.publish import Drawn, create_or_patch_class, publish, verify

if TYPE_CHECKING:
    from datetime import datetime

    from aws_lambda_powertools.utilities.typing import LambdaContext
    from google.oauth2.service_account import Credentials

    from loyalty.program.rules import ProgramProfile
    from loyalty.store.google_state import Check
    from passes.google import quota
    from passes.google.client import Patience
    from passes.google.hosted_design import HostedDesign

SECRET = "google/service-account"  # noqa: S105  the secret's name
TIME_TO_ANSWER = 1.0
"""Seconds kept back of an invocation's time."""
KEEP_CLASS = 60
"""Seconds until a process looks again whether a class is as it should be."""


@dataclass(frozen=True, slots=True)
class Wallet:
    """The issuer's account at Google, kept while the process lives: connections, token, classes.

    Attributes
    ----------
    classes
        Fingerprints of classes that were right when this process last looked, and when that was.
    """

    issuer: str
    credentials: Credentials
    client: WalletClient
    classes: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def read(self, program: str, member: str) -> Drawn | None:
        """Draw the card as it is now, from consistent reads; None when there is no such card."""
        now = environment.now()
        # What every card says is said by the class.
        cards = card_reading.cards().in_languages(program, member, now, everybody=False)
        if not cards:
            return None
        card, *others = cards
        design = _design(card.design)
        return Drawn(
            card.version,
            objects.loyalty_object(card, design, self.issuer, now, translations=others),
            said_on(card),
        )

    def publish(
        self, program: str, member: str, *, first_save: bool = False, notify: bool = False
    ) -> tuple[Drawn | None, bool]:
        """Bring a card's object up to date; see ``passes.google.publish.publish``.

        A doubt about the outcome is written down before this returns or raises.

        Returns
        -------
        tuple[Drawn | None, bool]
            What Google has now, and whether that is beyond doubt.
        """
        doubts: list[bool] = []
        try:
            sent = publish(
                lambda: self.read(program, member),
                self.client,
                lambda: self.ensure_class(program, again=True),
                unsure=lambda: doubts.append(True),
                first_save=first_save,
                notify=notify,
            )
        finally:
            if doubts:
                google_state.google_checks().want(program, member)
        if sent is not None and sent.closed and not doubts:
            # Of who was erased nothing may stay at Google: somebody looks whether that is so.
            google_state.google_checks().want(program, member)
        return sent, not doubts

    def is_held(self, program: str, member: str) -> bool | None:
        """Ask Google whether anybody has a card; None when it does not tell."""
        drawn = self.read(program, member)
        if drawn is None:
            return None
        try:
            held = self.client.get_object(drawn.body["id"]).get("hasUsers")
        except NotThereError:
            return False
        return held if isinstance(held, bool) else None

    def is_closed(self, program: str, member: str) -> bool:
        """Tell whether a card has ended for good."""
        drawn = self.read(program, member)
        return drawn is not None and drawn.closed

    def verify(self, check: Check) -> tuple[str, ...]:
        """Look at what Google shows of a card, mend it, and settle the check or renew it.

        Returns the members that were wrong.
        """
        program, member = check.program, check.member
        checks = google_state.google_checks()
        doubts: list[bool] = []
        try:
            wrong = verify(
                lambda: self.read(program, member),
                self.client,
                lambda: self.ensure_class(program, again=True),
                unsure=lambda: doubts.append(True),
                left_out=self.client.closed(),
            )
            if wrong and self.is_closed(program, member):
                doubts.append(True)  # mended now, and looked at once more
        finally:
            if doubts and checks.want(program, member, check.attempt + 1) is None:
                logger.error("google never confirms", extra={"attempts": check.attempt + 1})
                doubts.clear()
        if not doubts:
            checks.done(check)
        return wrong

    def ensure_class(self, program: str, *, again: bool = False) -> None:
        """Bring the program's class up to date: one request for each change of its profile.

        Processes agree through the state table on what Google was last sent, so a new process
        sends nothing. One that still holds an older version of the program stands back.

        `again` sends it whatever is remembered: Google says that it is missing.
        """
        now = environment.now()
        profile, *others = _profiles(program)
        design = _design(profile.design)
        body = objects.loyalty_class(
            profile, design, self.issuer, translations=others, callback_url=_callback_url()
        )
        fingerprint = _fingerprint(body, design)
        known, seen_at = self.classes.get(program, ("", now))
        if not again and known == fingerprint and (now - seen_at).total_seconds() < KEEP_CLASS:
            return
        classes = google_state.google_classes()
        version = storage.programs().current(program).version
        sent = classes.sent(program)
        if again or sent is None or _differs(sent.fingerprint, sent.version, fingerprint, version):
            # A class that Google refuses is not tried with every card, but once in a while.
            self.classes[program] = fingerprint, now
            create_or_patch_class(body, self.client, known=sent is not None and not again)
            # After a doubt it is sent once more, when nothing can be under way any longer.
            doubt = self.client.take_doubt(body["id"])
            classes.remember(program, "" if doubt else fingerprint, version)
            if sent and sent.fingerprint and sent.version == version and not again:
                # Not the program has changed but its design, with a deployment.
                classes.draw_anew(program)
        self.classes[program] = fingerprint, now


def said(error: Exception) -> dict[str, Any]:
    """Return what may be logged of Google's answer.

    Its status, the members it complains of, and of a refusal that stays its sentence, without
    what it may quote. Its reason is logged with every error.
    """
    if not isinstance(error, GoogleError):
        return {}
    told: dict[str, Any] = {"status": error.status, "members": list(error.members)}
    if not isinstance(error, UnavailableError):
        told["google_says"] = error.sentence
    return told


def _differs(known: str, known_version: int, fingerprint: str, version: int) -> bool:
    return known != fingerprint and known_version <= version


def _fingerprint(body: dict[str, object], design: HostedDesign) -> str:
    """Return what stands for all that a program's cards share at Google."""
    text = json.dumps(body, sort_keys=True) + repr(design)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def wallet(
    patience: Patience,
    context: LambdaContext,
    lane: quota.Lane = "live",
    *,
    most: float = math.inf,
) -> Wallet:
    """Return the account at Google, made anew when its secret was replaced.

    The secret is read every 15 minutes, and at once after Google has refused its key.

    Its client gives up in time for this invocation to answer, and after `most` seconds for all its
    calls together; it takes its turns in this lane.

    Raises
    ------
    SecretMissing, SecretUnreadable, ServiceAccountError
        The secret is missing, cannot be read, or is unusable.
    """
    account = _wallet(environment.secret(SECRET), patience, lane)
    if account.client.key_refused:  # it may have been replaced since this process last looked
        account = _wallet(environment.secret(SECRET, fresh=True), patience, lane)
    left = context.get_remaining_time_in_millis() / 1000 - TIME_TO_ANSWER
    account.client.limit(min(left, most))
    return account


@cache
def _wallet(secret: str, patience: Patience, lane: quota.Lane = "live") -> Wallet:
    settings = environment.configuration()
    try:
        information = json.loads(secret)
    except ValueError:
        information = None
    if not isinstance(information, dict):
        information = {}  # told by credentials_from, which says what to store
    credentials = credentials_from(information, settings.google_token_url)
    client = WalletClient(
        credentials,
        api_url=settings.google_api_url,
        patience=patience,
        pace=google_state.google_pace(lane),
        closed=google_state.google_closed(),
    )
    return Wallet(settings.google_issuer_id, credentials, client)


def _profiles(program: str) -> list[ProgramProfile]:
    """Return what the class shows in every language of the program, its first one first."""
    found = storage.programs().find(program)
    if found is None:
        raise LookupError(f"program {program} has cards but no document: put it back")
    return [profile_of(found, language) for language in found.languages]


def _callback_url() -> str | None:
    """Return where Google reports saves to; it calls https only, the local Wallet API loopback."""
    settings = environment.configuration()
    if not settings.base_url.startswith("https://") and not settings.development:
        return None
    return f"{settings.base_url}/google/callback"


def _design(name: str) -> HostedDesign:
    return hosted(worn(name), environment.configuration().base_url)
