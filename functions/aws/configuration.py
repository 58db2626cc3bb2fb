"""Settings, read once at the edge: everything a function knows of where it runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from passes import addresses

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Configuration:
    """One field per environment variable of the same name in capitals.

    Addresses of Apple and Google have their real values here; only the stage ``local`` overrides
    them. ``aws_endpoint_url`` and ``apns_root_certificate`` are empty everywhere else.
    """

    stage: str
    base_url: str
    state_table: str
    ledger_table: str
    keys_table: str = ""
    inbox_queue_url: str = ""
    inbox_bucket: str = ""
    apple_queue_url: str = ""
    google_queue_url: str = ""
    nightly_queue_url: str = ""
    telling_queue_url: str = ""
    sending_queue_url: str = ""
    figures_queue_url: str = ""
    campaigns_queue_url: str = ""
    offers_queue_url: str = ""
    moving_queue_url: str = ""
    moving_bucket: str = ""
    design_bucket: str = ""
    last_resort_queue_urls: str = ""
    alarm_topic: str = ""
    backup_bucket: str = ""
    secrets_path: str = ""
    message_channel: str = "none"
    sender_address: str = ""
    apple_pass_type_identifier: str = ""
    apple_team_identifier: str = ""
    google_issuer_id: str = ""
    aws_endpoint_url: str = ""
    apns_url: str = addresses.APNS
    apns_root_certificate: str = ""
    google_api_url: str = addresses.GOOGLE_API
    google_token_url: str = addresses.GOOGLE_TOKEN
    google_save_url: str = addresses.GOOGLE_SAVE
    google_callback_keys_url: str = addresses.GOOGLE_CALLBACK_KEYS
    telegram_url: str = "https://api.telegram.org"
    outbox_url: str = ""
    drand_urls: str = ""
    drand_key: str = ""
    draw_ahead_seconds: str = ""
    draw_bells_seconds: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Configuration:
        """Read the settings.

        Raises
        ------
        ValueError
            A variable without which nothing works is missing; the message names all of them.
        """
        given = {
            field.name: environment[field.name.upper()]
            for field in fields(cls)
            if field.name.upper() in environment
        }
        needed = ("stage", "base_url", "state_table", "ledger_table", "keys_table")
        missing = [name.upper() for name in needed if not given.get(name)]
        if missing:
            raise ValueError(f"environment: {', '.join(missing)} must be set")
        given["base_url"] = given["base_url"].rstrip("/")
        return cls(**given)

    @property
    def development(self) -> bool:
        """Whether this is the stage in which http on loopback is allowed."""
        return self.stage == "local"
