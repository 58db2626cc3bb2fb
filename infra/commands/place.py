"""Which deployment a command is about: a stage on AWS, or the stack of `make run`."""

from __future__ import annotations

import json
import re
import shlex
import socket
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.failures import Failure
from loyalty.access.tokens import Tokens
from loyalty.refusals import Refusal
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from loyalty.store.sealed_tables import SealedTables
from loyalty.store.unwritten import UnwrittenTables

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from mypy_boto3_ssm import SSMClient

    from loyalty.program.rules import Program
    from loyalty.store.tables import TableName, Tables

FOLDER = Path(__file__).resolve().parents[2] / ".local"
PRODUCTION, LOCAL = "production", "local"
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,29}")
_LARGEST_STANDARD = 4096  # bytes of a parameter that costs nothing
# A person waits: no answer within half a minute is an answer, too.
_PATIENCE = Config(
    connect_timeout=5, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 2}
)


TABLES: tuple[TableName, ...] = ("state", "ledger", "keys")


def table_name(stage: str, table: TableName) -> str:
    """Return what a table is called as long as no restore has made another one."""
    return f"loyalty-{stage}-{table}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Let a command be told which deployment it is about."""
    parser.add_argument("--stage", help=f"as deployed, or local; {PRODUCTION} if not said")
    parser.add_argument("--region", help="of AWS; as AWS_DEFAULT_REGION or the profile says")
    parser.add_argument(
        "--folder", type=Path, help="of the local stack, if it is not the project's .local"
    )


class Parameters:
    """The stack's secrets: SecureStrings below a path."""

    def __init__(self, client: SSMClient, path: str) -> None:
        self._client = client
        self._path = path

    def read(self, name: str) -> str | None:
        """Return a secret, or None when there is none of that name."""
        try:
            answer = self._client.get_parameter(Name=f"{self._path}/{name}", WithDecryption=True)
        except self._client.exceptions.ParameterNotFound:
            return None
        return answer["Parameter"]["Value"]

    def write(self, name: str, text: str) -> None:
        """Create or overwrite a secret."""
        self._client.put_parameter(
            Name=f"{self._path}/{name}",
            Value=text,
            Type="SecureString",
            Overwrite=True,
            Tier="Standard" if len(text.encode()) <= _LARGEST_STANDARD else "Advanced",
        )

    def remove(self, name: str) -> None:
        """Remove a secret, if it is there."""
        try:
            self._client.delete_parameter(Name=f"{self._path}/{name}")
        except self._client.exceptions.ParameterNotFound:
            return


@dataclass(frozen=True, slots=True)
class Place:
    """One deployment, and the way to it.

    Attributes
    ----------
    stack
        The description of the local stack (``stack.json``); empty on AWS.
    options
        What it takes to name this deployment again on a command line; empty for production.
    """

    stage: str
    session: boto3.session.Session
    stack: Mapping[str, Any]
    folder: Path
    options: str = ""

    def command(self, words: str) -> str:
        """Return a command about this same deployment, as it is typed."""
        return f"`loyalty {words}{self.options}`"

    @property
    def secrets_path(self) -> str:
        return f"/loyalty/{self.stage}"

    def client(self, service: str) -> Any:
        """Return a boto3 client."""
        endpoint_url = self.stack["aws"]["endpoint_url"] if self.stack else None
        return self.session.client(
            service,  # type: ignore[call-overload]
            endpoint_url=endpoint_url,
            config=_PATIENCE,
        )

    def tables(self) -> SealedTables:
        """Return the three tables, which seal and open what is personal."""
        return self.sealed(DynamoTables(self.client("dynamodb"), self.table_names()))

    def unwritten(self) -> tuple[SealedTables, UnwrittenTables]:
        """Return the same tables with nothing written to them, and what keeps what would be."""
        beneath = DynamoTables(self.client("dynamodb"), self.table_names())
        kept = UnwrittenTables(beneath)
        return self.sealed(kept), kept

    def sealed(self, beneath: Tables) -> SealedTables:
        """Return tables that seal and open what is personal."""
        return SealedTables(beneath, lambda: self.tokens().wraps())

    def table_names(self) -> dict[TableName, str]:
        """Return what the tables are called.

        As the functions are told, since a restore makes new ones; where there are no functions,
        after the stage.
        """
        try:
            told = self.settings()
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            told = {}
        return {
            name: told.get(f"{name.upper()}_TABLE") or table_name(self.stage, name)
            for name in TABLES
        }

    def tokens(self) -> Tokens:
        """Return what is derived from the deployment's master key.

        Raises
        ------
        Failure
            It has none, or none that can be read.
        """
        text = self.parameters().read("master-key")
        if text is None:
            make = self.command("secret master-key")
            raise Failure(f"{self.stage} has no master key: make one with {make}")
        try:
            return Tokens.from_json(text)
        except ValueError as error:
            raise Failure(f"{error}: put that right in the secret store") from None

    def parameters(self) -> Parameters:
        """Return the secrets."""
        return Parameters(self.client("ssm"), self.secrets_path)

    def settings(self) -> Mapping[str, str]:
        """Return what the deployed functions are set to: BASE_URL, GOOGLE_ISSUER_ID and so on."""
        functions = self.client("lambda")
        found = functions.get_function_configuration(FunctionName=f"loyalty-{self.stage}-join")
        settings: dict[str, str] = found.get("Environment", {}).get("Variables", {})
        return settings


def open_place(given: argparse.Namespace) -> Place:
    """Return the deployment that a command was told of.

    Raises
    ------
    Failure
        The stage cannot be one, or no stack runs in that folder.
    """
    stage = given.stage or (LOCAL if given.folder else PRODUCTION)
    if not _STAGE.fullmatch(stage):
        raise Failure(f"{stage!r} is no stage: small letters, digits and hyphens, for example test")
    if stage == LOCAL:
        return replace(_local(given.folder or FOLDER), options=options(given))
    if given.folder:
        raise Failure("--folder belongs to --stage local: leave one of them out")
    session = boto3.session.Session(region_name=given.region)
    return Place(stage, session, {}, FOLDER, options(given))


def options(given: argparse.Namespace) -> str:
    """Return the options that named a deployment, as they are typed behind the next command."""
    named = (("--stage", given.stage), ("--region", given.region), ("--folder", given.folder))
    return "".join(f" {name} {shlex.quote(str(said))}" for name, said in named if said)


def _local(folder: Path) -> Place:
    nothing = f"no stack runs in {folder}: start one with `make run`, or name its folder"
    try:
        stack: dict[str, Any] = json.loads((folder / "stack.json").read_text("utf-8"))
        aws = stack["aws"]
        session = boto3.session.Session(
            aws_access_key_id=aws["access_key_id"],
            aws_secret_access_key=aws["secret_access_key"],
            region_name=aws["region"],
        )
        port = int(aws["endpoint_url"].rpartition(":")[2])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Failure(nothing) from None
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) != 0:
            raise Failure(nothing)
    return Place(LOCAL, session, stack, folder)


def program_of(where: Place, program: str) -> Program:
    """Return the version of a program that is in force.

    Raises
    ------
    Failure
        There is none of that id.
    """
    try:
        return Programs(where.tables(), lambda: datetime.now(UTC)).current(program)
    except Refusal:
        raise Failure(
            f"there is no program {program!r} on {where.stage}: put one with "
            f"{where.command('program put FILE')}"
        ) from None


def no_till(where: Place, endpoint: str) -> str:
    """Say that there is no till of that name, and what makes one."""
    add = where.command(f"till add {endpoint} --program PROGRAM")
    return f"there is no till {endpoint!r} on {where.stage}: {add}"


def instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Failure(f"{text!r} is no instant with its zone: 2026-11-27T00:00Z")
    return found.astimezone(UTC)
