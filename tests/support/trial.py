"""A stage of its own on the emulator of a stack that runs: what deploys there goes as on AWS."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.build import ROOT
from infra.deploying.osls import run_osls
from infra.local.deployment import CREDENTIALS, REGION, Cloud
from infra.local.web import ask, until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

STAGE = "trial"
LOCAL = ROOT / ".build" / "local"
STACK = f"loyalty-{STAGE}"
TABLES = {f"loyalty-{STAGE}-{name}" for name in ("state", "ledger", "keys")}


class Trial:
    """The owner's command, for a stage of its own beside the shared stack."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        """Begin beside a running stack, of which its ``stack.json`` tells."""
        self.cloud = Cloud(int(description["aws"]["endpoint_url"].rpartition(":")[2]))
        self.apple = description["apple"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.cloud.endpoint_url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "SLS_AWS_MONITORING_FREQUENCY": "250",
            "NODE_NO_WARNINGS": "1",
        }

    def loyalty(self, *words: str, code: int = 0) -> str:
        """Run the command, and return what it has said."""
        answer = subprocess.run(
            [sys.executable, "-m", "infra.commands", *words, "--stage", STAGE, "--region", REGION],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert answer.returncode == code, answer.stdout + answer.stderr
        return answer.stdout + answer.stderr

    def package(self, folder: Path, *parameters: str) -> None:
        """Let osls write its templates into a folder, and do no more."""
        given = {name.partition("=")[0]: name.partition("=")[2] for name in parameters}
        built = {"artifact": LOCAL / "functions.zip", "drawing-artifact": LOCAL / "designs.zip"}
        given |= {name: str(path) for name, path in built.items()}
        words = ("package", "--package", str(folder), "--stage", STAGE, "--region", REGION)
        run_osls(words, given, self.environment, folder.with_suffix(".log"))

    def resource(self, logical: str) -> str:
        found = self.cloud.client("cloudformation").describe_stack_resource(
            StackName=STACK, LogicalResourceId=logical
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def deploy(self, *more: str, code: int = 0) -> str:
        built = ("--artifact", str(LOCAL / "functions.zip"))
        drawing = ("--drawing-artifact", str(LOCAL / "designs.zip"))
        return self.loyalty("deploy", "--yes", "--no-smoke", *built, *drawing, *more, code=code)

    def smoke(self) -> str:
        root = self.apple["root_certificate"]
        return self.loyalty("smoke", "--base-url", self.base_url, "--root", root)

    @contextmanager
    def edge(self) -> Iterator[None]:
        """Let the stage's API answer at its address."""
        api = next(
            one
            for one in self.cloud.client("apigatewayv2").get_apis()["Items"]
            if one["Name"].startswith(STACK) or one["Name"] == f"{STAGE}-loyalty"
        )
        emulator = self.cloud.endpoint_url.removeprefix("http://")
        host = f"{api['ApiId']}.execute-api.{emulator}"
        where = ["--port", str(self.port), "--upstream", emulator, "--host", host]
        process = subprocess.Popen([sys.executable, "-m", "infra.local.edge", *where], cwd=ROOT)
        try:
            until("the edge", self._answers)
            yield
        finally:
            process.terminate()
            process.wait()

    def _answers(self) -> bool:
        try:
            return ask("GET", f"{self.base_url}/robots.txt").status == 200
        except OSError:
            return False

    def tables(self) -> set[str]:
        names: list[str] = self.cloud.client("dynamodb").list_tables()["TableNames"]
        return TABLES & set(names)

    def protected(self) -> set[bool]:
        client = self.cloud.client("dynamodb")
        tables = [client.describe_table(TableName=name)["Table"] for name in TABLES]
        return {table["DeletionProtectionEnabled"] for table in tables}

    def stream_rings(self, table: str) -> bool:
        """Tell whether changes of a table reach the function that hears them."""
        database, functions = self.cloud.client("dynamodb"), self.cloud.client("lambda")
        stream = database.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        found = functions.list_event_source_mappings(EventSourceArn=stream)["EventSourceMappings"]
        return {one["State"] for one in found} == {"Enabled"}

    def remove_table(self, name: str) -> None:
        client = self.cloud.client("dynamodb")
        client.update_table(TableName=name, DeletionProtectionEnabled=False)
        client.delete_table(TableName=name)

    def stack(self) -> str:
        client = self.cloud.client("cloudformation")
        try:
            found = client.describe_stacks(StackName=STACK)["Stacks"][0]
        except client.exceptions.ClientError:
            return ""
        return str(found["StackStatus"])

    def wallet_options(self, folder: Path) -> tuple[str, ...]:
        """Return what names the wallets' accounts of the shared stack, as files in a folder.

        Without an issuer: a stage of its own would ask Google itself.
        """
        folder.mkdir(exist_ok=True)
        for kind in ("certificate", "key", "intermediates"):
            (folder / f"pass-{kind}.pem").write_text(self._secret(f"apple/{kind}"))
        account = folder / "service-account.json"
        account.write_text(self._secret("google/service-account"))
        files = ("--apple-keys", str(folder), "--google-key", str(account))
        return (*self.apple_options(), *files)

    def apple_options(self) -> tuple[str, ...]:
        return (
            *("--pass-type", self.apple["pass_type_identifier"]),
            *("--team", self.apple["team_identifier"]),
        )

    def _secret(self, name: str) -> str:
        found = self.cloud.client("ssm").get_parameter(
            Name=f"/loyalty/local/{name}", WithDecryption=True
        )
        return str(found["Parameter"]["Value"])
