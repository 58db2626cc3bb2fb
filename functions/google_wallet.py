"""What both Google functions share: the client, and how a card is read and drawn for Google."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from functions import composition
from loyalty.words import LANGUAGES
from passes import design
from passes.google import objects
from passes.google.client import WalletClient, credentials_from
from passes.google.publish import Drawn, create_or_patch_class

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from google.oauth2.service_account import Credentials

    from loyalty.program import ProgramFace
    from passes.google.client import Patience

SECRET = "google/service-account"  # noqa: S105  the secret's name
TIME_TO_ANSWER = 1.0
"""Seconds kept back of an invocation's time."""


@dataclass(frozen=True, slots=True)
class Wallet:
    """The issuer's account at Google, kept while the process lives: connection, token, classes.

    Attributes
    ----------
    classes
        Classes that this process has brought up to date, each as it was sent.
    """

    issuer: str
    credentials: Credentials
    client: WalletClient
    classes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, program: str, member: str) -> Drawn | None:
        """Draw the card as it is now, from consistent reads; None when there is no such card."""
        now = composition.now()
        cards = composition.cards().in_languages(program, member, now)
        if not cards:
            return None
        card, *others = cards
        look = _look(card.design)
        return Drawn(
            card.version,
            objects.loyalty_object(card, look, self.issuer, now, translations=others),
        )

    def ensure_class(self, program: str, *, again: bool = False) -> None:
        """Bring the program's class up to date, once per process and change of its face.

        `again` sends it although this process has sent it before: Google says it is missing.
        """
        face, *others = _faces(program)
        look = _look(face.design)
        body = objects.loyalty_class(
            face, look, self.issuer, translations=others, callback_url=_callback_url()
        )
        if again or self.classes.get(program) != body:
            create_or_patch_class(body, self.client)
            self.classes[program] = body


def wallet(patience: Patience, context: LambdaContext) -> Wallet:
    """Return the account at Google, made anew when its secret was replaced.

    Its client gives up in time for this invocation to answer.

    Raises
    ------
    GetParameterError, ServiceAccountError
        The secret is missing or unusable.
    """
    account = _wallet(composition.secret(SECRET), patience)
    account.client.limit(context.get_remaining_time_in_millis() / 1000 - TIME_TO_ANSWER)
    return account


@cache
def _wallet(secret: str, patience: Patience) -> Wallet:
    settings = composition.configuration()
    try:
        information = json.loads(secret)
    except ValueError:
        information = {}  # told by credentials_from, which says what to store
    credentials = credentials_from(information, settings.google_token_url)
    client = WalletClient(credentials, api_url=settings.google_api_url, patience=patience)
    return Wallet(settings.google_issuer_id, credentials, client)


def _faces(program: str) -> list[ProgramFace]:
    """Return what the class shows in every language of the program, its first one first."""
    read = composition.programs().face
    face = read(program, None)
    if face is None:
        raise LookupError(f"program {program} has cards but no document: put it back")
    others = (read(program, language) for language in LANGUAGES if language != face.language)
    return [face, *(one for one in others if one and one.language != face.language)]


def _callback_url() -> str | None:
    """Return where Google reports saves to; it calls https only, the local Wallet API loopback."""
    settings = composition.configuration()
    if not settings.base_url.startswith("https://") and not settings.development:
        return None
    return f"{settings.base_url}/google/callback"


def _look(name: str) -> objects.Look:
    return objects.look_of(design.load(name), composition.configuration().base_url)
