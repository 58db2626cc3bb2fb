"""What a deployment is told: asked once, kept beside the stack, told again only to change it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from infra.commands.place import TABLES, table_name
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.deploying.hand import Hand
    from loyalty.store.tables import TableName

_HOST: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_URL: Final = re.compile(r"https://[^\s/?#]+|http://(localhost|127\.0\.0\.1):\d+")
_PASS_TYPE: Final = re.compile(r"pass(\.[A-Za-z0-9-]+)+")
_TEAM: Final = re.compile(r"[A-Z0-9]{10}")
_ISSUER: Final = re.compile(r"\d{5,25}")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SHAPES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "domain": (_HOST, "a name such as cards.example.com, without https://"),
    "base_url": (_URL, "an address such as https://cards.example.com, without a slash at the end"),
    "pass_type": (_PASS_TYPE, "a Pass Type ID such as pass.com.example.card"),
    "team": (_TEAM, "a Team ID of ten letters and digits such as ABCDE12345"),
    "issuer": (_ISSUER, "an issuer ID such as 3388000000012345678"),
    "sender": (_MAIL, "an address such as cards@example.com"),
    "alarm_email": (_MAIL, "an address such as you@example.com"),
    "backup_bucket": (_BUCKET, "a bucket's name, such as example-loyalty-backups"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a deployment is told; an empty text is "without".

    Attributes
    ----------
    domain
        A name of one's own that customers see; certificate, mapping and DNS are seen to.
    base_url
        The address that customers see where somebody else sees to the name; else of the domain.
    sender, sender_identity
        Who writes to customers, by SES, and the verified identity that may send so.
    backup_bucket
        What every table is exported to each night; the owner's, best in another region.
    nightly_zone, nightly_hour
        When the night's work begins: an IANA zone, an hour of 0 to 23.
    state_reads, state_writes, ledger_reads, ledger_writes, keys_reads, keys_writes
        Units a second above which a table is throttled; empty for those of the template.
    state_table, ledger_table, keys_table
        Tables that a restore has made (`loyalty restore`); empty for those of the stage's name.
    """

    domain: str = ""
    base_url: str = ""
    pass_type: str = ""
    team: str = ""
    issuer: str = ""
    sender: str = ""
    sender_identity: str = ""
    alarm_email: str = ""
    backup_bucket: str = ""
    nightly_zone: str = "UTC"
    nightly_hour: str = "9"
    state_reads: str = ""
    state_writes: str = ""
    ledger_reads: str = ""
    ledger_writes: str = ""
    keys_reads: str = ""
    keys_writes: str = ""
    state_table: str = ""
    ledger_table: str = ""
    keys_table: str = ""

    @property
    def address(self) -> str:
        """Return the address that customers see; empty for the one that AWS gives."""
        return self.base_url or (f"https://{self.domain}" if self.domain else "")

    def parameters(self) -> dict[str, str]:
        """Return what serverless.yml is told, by the names of its parameters."""
        said = {
            "base-url": self.address,
            "apple-pass-type-identifier": self.pass_type,
            "apple-team-identifier": self.team,
            "google-issuer-id": self.issuer,
            "message-channel": "ses" if self.sender else "",
            "sender-address": self.sender,
            "sender-identity": self.sender_identity,
            "alarm-email": self.alarm_email,
            "backup-bucket": self.backup_bucket,
            "nightly-zone": self.nightly_zone,
            "nightly-hour": self.nightly_hour,
            **{name.replace("_", "-"): getattr(self, name) for name in CAPS},
            "state-table": self.state_table,
            "ledger-table": self.ledger_table,
            "keys-table": self.keys_table,
        }
        return {name: value for name, value in said.items() if value}


CAPS: Final = tuple(f"{table}_{what}" for table in TABLES for what in ("reads", "writes"))
"""Settings of how many units a second a table may take."""
OWN_NAME: Final = ".execute-api."
"""Stands in the address that AWS gives an API by itself."""
BUCKET: Final = "design_bucket"
"""Under which name the bucket of designs is kept: it outlives the stack that knows it."""
SERVED: Final = "served"
"""Under which name the address is kept that stands in every card."""
LET_GO: Final = "let_go"
"""Under which name the tables are kept, with commas, that a restore has replaced."""

QUESTIONS: Final[tuple[tuple[str, str], ...]] = (
    ("domain", "Domain that customers will see, such as cards.example.com (none: AWS's own name)"),
    ("pass_type", "Apple: Pass Type ID (none: no Apple Wallet yet)"),
    ("team", "Apple: Team ID"),
    ("issuer", "Google: issuer ID (none: no Google Wallet yet)"),
    ("sender", "Mail address that customers are written from (none: no mail yet)"),
    ("alarm_email", "Who is told when something is wrong"),
)
"""What a person is asked for, in this order, where it was neither said nor kept."""


def settled(
    said: Mapping[str, str | None],
    kept: Mapping[str, str],
    ask: Callable[[str], str] | None,
) -> Wanted:
    """Return what was said, else what was kept the last time, else what is answered.

    An empty answer, and "none", mean without.

    Raises
    ------
    Failure
        Something has no such shape, or two of them do not go together.
    """
    wanted = replace(Wanted(), **{name: kept[name] for name in _names() if name in kept})
    given = {name: _none(value) for name, value in said.items() if value is not None}
    for name, question in QUESTIONS:
        if ask is None or name in given or name in kept:
            continue
        without = (name == "team" and not (given.get("pass_type") or wanted.pass_type)) or (
            name == "domain" and given.get("base_url")
        )
        given[name] = "" if without else _none(ask(question))
    wanted = replace(wanted, **given)
    if wanted.sender and not wanted.sender_identity:
        wanted = replace(wanted, sender_identity=wanted.sender.partition("@")[2])
    _check(wanted)
    return wanted


def text(wanted: Wanted, more: Mapping[str, str]) -> str:
    """Return it as it is kept, with ``more`` that nobody is asked for (BUCKET, SERVED, LET_GO)."""
    return json.dumps({**asdict(wanted), **more}, sort_keys=True)


def kept(hand: Hand, stage: str) -> dict[str, str]:
    """Return what was kept the last time; empty where nothing was.

    Raises
    ------
    Failure
        What lies there cannot be read: to go on without it would take wallets and address away.
    """
    store = hand.client("ssm")
    try:
        found = json.loads(store.get_parameter(Name=where(stage))["Parameter"]["Value"])
    except store.exceptions.ParameterNotFound:
        return {}
    except ValueError:
        raise Failure(
            f"the SSM parameter {where(stage)} is damaged: mend it, or delete it and say every "
            "setting again"
        ) from None
    return {str(name): str(value) for name, value in found.items()}


def tables(kept: Mapping[str, str], stage: str) -> dict[TableName, str]:
    """Return what the tables are called, as it was kept the last time."""
    return {name: kept.get(f"{name}_table") or table_name(stage, name) for name in TABLES}


def deployed(settings: Mapping[str, str]) -> dict[str, str]:
    """Return what a stack was told that was not deployed by this command, of its functions."""
    sends = settings.get("MESSAGE_CHANNEL") == "ses"
    told = {
        "base_url": "" if OWN_NAME in settings.get("BASE_URL", "") else settings.get("BASE_URL"),
        "pass_type": settings.get("APPLE_PASS_TYPE_IDENTIFIER"),
        "team": settings.get("APPLE_TEAM_IDENTIFIER"),
        "issuer": settings.get("GOOGLE_ISSUER_ID"),
        "sender": settings.get("SENDER_ADDRESS") if sends else "",
    }
    for name in TABLES:
        called = settings.get(f"{name.upper()}_TABLE", "")
        other = called != table_name(settings.get("STAGE", ""), name)
        told[f"{name}_table"] = called if other else ""
    return {name: value for name, value in told.items() if value}


def where(stage: str) -> str:
    """Return the name of the parameter that it is kept in; no function may read it."""
    return f"/loyalty-deployment/{stage}"


def _names() -> tuple[str, ...]:
    return tuple(one.name for one in fields(Wanted))


def _none(value: Any) -> str:
    said = str(value).strip()
    return "" if said.lower() == "none" else said


def _check(wanted: Wanted) -> None:
    for name, (shape, example) in _SHAPES.items():
        value = getattr(wanted, name)
        if value and not shape.fullmatch(value):
            raise Failure(f"{value!r} cannot be --{name.replace('_', '-')}: it is {example}")
    if bool(wanted.pass_type) != bool(wanted.team):
        raise Failure("Apple needs both: --pass-type and --team")
    if not wanted.nightly_hour.isdecimal() or int(wanted.nightly_hour) > 23:  # noqa: PLR2004
        raise Failure(f"{wanted.nightly_hour!r} is no hour of the day: --nightly-hour 0 to 23")
    for name in CAPS:
        if not re.fullmatch(r"[1-9]\d{0,6}|", getattr(wanted, name)):
            said = f"--{name.replace('_', '-')}"
            raise Failure(f"{getattr(wanted, name)!r} cannot be {said}: it is units a second")
    if wanted.domain and wanted.base_url:
        raise Failure(
            "--domain sees to a name, --base-url says that somebody else does: name one of them"
        )
