"""/v1/deployment: what of the wallets, mail and backups is set up, and what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Operations, Said
from functions.http.shapes import Told
from functions.wiring import environment, storage
from loyalty.store import trouble_book

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Keys, people and what was changed", "others")

_APPLE, _GOOGLE = "certificate", "google"
"""Kinds of what the watch finds (``functions.wiring.troubles``); of the others no shop is told:
they may be about others'."""

_SHOWN: dict[str, Any] = {
    "apple": {
        "set_up": True,
        "wrong": "Passes for Apple: the certificate ends on 2026-06-01: renew it now.",
        "since": "2026-05-02T12:00:00Z",
    },
    "google": {"set_up": True, "wrong": None, "since": None},
    "mail": {"set_up": False, "wrong": None, "since": None},
    "backups": {"set_up": True, "wrong": None, "since": None},
    "looked_at": "2026-05-04T11:55:00Z",
}


class PartTold(Told):
    """A part of the deployment."""

    set_up: Annotated[bool, Field(description="It was deployed with it.")]
    wrong: Annotated[
        str | None, Field(description="What the watch has found, for whoever deploys, in English.")
    ]
    since: Annotated[datetime | None, Field(description="Since when that is known.")]


class DeploymentTold(Told):
    """What all programs of a deployment share."""

    apple: Annotated[PartTold, Field(description="Passes for Apple Wallet: the certificate.")]
    google: Annotated[PartTold, Field(description="Google Wallet: issuer and service account.")]
    mail: Annotated[PartTold, Field(description="A sender of e-mails.")]
    backups: Annotated[PartTold, Field(description="Exports to another bucket each night.")]
    looked_at: Annotated[
        datetime | None, Field(description="When the watch has looked last; null: never.")
    ]


@operations.add(
    "GET",
    "/v1/deployment",
    summary="Show what is set up",
    scopes=("owner",),
    answers={200: Said(DeploymentTold, "As the watch knows it.", {"one": _SHOWN})},
)
def show_deployment(call: Call[None, None]) -> Answer:  # noqa: ARG001 - it is everybody's
    """Show what of the wallets, mail and backups is set up, and what is wrong with it.

    Nothing is asked for it: the function `watch` looks each hour at certificate and account.
    """
    settings, tables = environment.configuration(), storage.tables()
    found = {
        kind: PartTold(set_up=True, wrong=words, since=datetime.fromtimestamp(since, UTC))
        for kind, _, words, since, _ in trouble_book.read(tables)
    }
    looked_at = trouble_book.looked_at(tables)
    apple = settings.apple_pass_type_identifier and settings.apple_team_identifier
    return Answer(
        DeploymentTold(
            apple=(found.get(_APPLE) if apple else None) or _part(apple),
            google=(found.get(_GOOGLE) if settings.google_issuer_id else None)
            or _part(settings.google_issuer_id),
            mail=_part(settings.message_channel != "none" and settings.sender_address),
            backups=_part(settings.backup_bucket),
            looked_at=datetime.fromtimestamp(looked_at, UTC) if looked_at else None,
        )
    )


def _part(setting: object) -> PartTold:
    return PartTold(set_up=bool(setting), wrong=None, since=None)
