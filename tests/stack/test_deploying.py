"""A stage's whole life on the emulator: deployed, tried, deployed again, destroyed, taken in.

`loyalty deploy` goes the way that it goes on AWS; only AWS's address is another one.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from infra.build import ROOT
from infra.deploying.osls import run_osls
from infra.local.deployment import CREDENTIALS, REGION, Cloud
from infra.local.web import ask, until
from tests.infra import rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.stack.running import RunningStack

pytestmark = pytest.mark.stack

STAGE = "trial"
LOCAL = ROOT / ".build" / "local"
NAMED = ["CAPABILITY_NAMED_IAM"]
STACK = f"loyalty-{STAGE}"
TABLES = {f"loyalty-{STAGE}-{name}" for name in ("state", "ledger", "keys")}


class Trial:
    """The owner's command, for a stage of its own beside the shared stack."""

    def __init__(self, running: RunningStack) -> None:
        aws = running.description["aws"]
        self.cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
        self.certificates = running.folder / "certificates"
        self.apple = running.description["apple"]
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

    def borrow_certificate(self) -> None:
        """Give the stage the pass certificate of the shared stack."""
        store = self.cloud.client("ssm")
        for kind in ("certificate", "key", "intermediates"):
            name = f"/loyalty/local/apple/{kind}"
            value = store.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
            name = f"/loyalty/{STAGE}/apple/{kind}"
            store.put_parameter(Name=name, Value=value, Type="SecureString")

    def apple_options(self) -> tuple[str, ...]:
        return (
            *("--pass-type", self.apple["pass_type_identifier"]),
            *("--team", self.apple["team_identifier"]),
        )


@pytest.fixture(scope="module")
def trial(running: RunningStack) -> Iterator[Trial]:
    made = Trial(running)
    yield made
    if made.stack() or made.tables():
        made.loyalty("destroy", "--everything", "--confirm", STAGE)


SHOP = ("--trade", "coffee", "--shop", "crumbs", "--organization", "Crumbs")


def test_a_dry_run_says_every_call_and_makes_none(trial: Trial) -> None:
    said = trial.deploy("--dry-run", *SHOP, *trial.apple_options())
    for call in ("loyalty secret master-key", "npx osls deploy", "aws dynamodb update_table"):
        assert call in said
    assert "Nothing was changed." in said
    assert (trial.stack(), trial.tables()) == ("", set())


def test_without_osls_and_what_fails_leaves_room(trial: Trial, tmp_path: Path) -> None:
    """The exit door: what osls has written is a template like any other.

    Here with something in it that is refused, after the tables were made: they go with it.
    """
    folder = tmp_path / "package"
    trial.package(folder, "deletion-protection=false")
    cloudformation = trial.cloud.client("cloudformation")
    first = (folder / "cloudformation-template-create-stack.json").read_text()
    cloudformation.create_stack(StackName=STACK, TemplateBody=first, Capabilities=NAMED)
    until("the stack", lambda: trial.stack() == "CREATE_COMPLETE")
    bucket = trial.resource("ServerlessDeploymentBucket")
    template = json.loads((folder / "cloudformation-template-update-stack.json").read_text())
    functions = rules.of(template, "AWS::Lambda::Function").values()
    storage = trial.cloud.client("s3")
    for key in {one["Properties"]["Code"]["S3Key"] for one in functions}:
        storage.upload_file(str(LOCAL / key.rpartition("/")[2]), bucket, key)

    def update(name: str) -> str:
        storage.put_object(Bucket=bucket, Key=name, Body=json.dumps(template).encode())
        url = f"{trial.cloud.endpoint_url}/{bucket}/{name}"
        cloudformation.update_stack(StackName=STACK, TemplateURL=url, Capabilities=NAMED)
        return until("an end", lambda: None if "PROGRESS" in trial.stack() else trial.stack())

    template["Resources"]["Refused"] = {
        "Type": "AWS::IAM::Policy",
        "DependsOn": ["StateTable", "LedgerTable", "KeysTable", "DesignFiles"],
        "Properties": {
            "PolicyName": "of-nobody",
            "Roles": ["nobody"],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
                ],
            },
        },
    }
    assert update("refused.json") == "UPDATE_ROLLBACK_COMPLETE"
    assert trial.tables() == set()
    del template["Resources"]["Refused"]
    assert update("whole.json") == "UPDATE_COMPLETE"
    assert trial.tables() == TABLES
    trial.loyalty("destroy", "--everything", "--confirm", STAGE)
    assert (trial.stack(), trial.tables()) == ("", set())


class Shop:
    """A till and an owner of the trial's program, over HTTP."""

    def __init__(self, trial: Trial) -> None:
        self._trial, self._ids = trial, itertools.count()
        self._keys = {scope: self._key(scope) for scope in ("till", "owner")}

    def join(self, name: str) -> dict[str, Any]:
        body = {"first_name": name, "email": f"{name}@example.com", "consent": True}
        made = self._ask("POST", "/join/crumbs", body)
        assert made.status == 201, made
        return dict(made.json())

    def sell(self, member: Mapping[str, Any]) -> Any:
        body = {
            "version": 1,
            "status": "completed",
            "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "currency": "USD",
            "total": 1000,
            "member": {"card_code": member["card_code"]},
        }
        return self._ask("PUT", f"/v1/orders/till/o{next(self._ids)}", body, "till")

    def erase(self, member: Mapping[str, Any]) -> int:
        path = f"/v1/members/{member['member_id']}/erase"
        return int(self._ask("POST", path, {"reason": "as asked"}, "owner").status)

    def points(self, member: Mapping[str, Any]) -> int:
        told = self._ask("GET", f"/v1/members/{member['member_id']}", None, "owner")
        assert told.status == 200, told
        return int(told.json()["pots"][0]["balance"])

    def _key(self, scope: str) -> str:
        said = self._trial.loyalty("key", "add", "--program", "crumbs", "--scope", scope)
        return said.split()[-1]

    def _ask(self, method: str, path: str, body: Any, key: str = "") -> Any:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {self._keys[key]}"
            headers["Idempotency-Key"] = f"k{next(self._ids)}"
        data = None if body is None else json.dumps(body).encode()
        return ask(method, f"{self._trial.base_url}{path}", data, headers)


def test_through_a_restore(trial: Trial, tmp_path: Path) -> None:
    """Tables of two moments in the place of damaged ones, while cards are in pockets.

    The emulator gives a copy of now whatever instant is asked for: so each is asked for at its
    moment, and business goes on between.
    """
    trial.deploy("--base-url", trial.base_url, *SHOP, *trial.apple_options())
    trial.borrow_certificate()
    present = dict(zip(("state", "ledger"), (f"{STACK}-state", f"{STACK}-ledger"), strict=True))
    with trial.edge():
        shop = Shop(trial)
        ann, bob = shop.join("ann"), shop.join("bob")
        assert shop.sell(ann).status == 200
        each = shop.points(ann)
        said = trial.loyalty("restore", "copy", "--only", "state", "--at", "2026-11-29T10:00Z")
        state = f"{STACK}-state-20261129100000"
        assert f"restore adopt --state {state}" in said
        assert shop.sell(ann).status == 200  # of which only the ledger will know
        trial.loyalty("restore", "copy", "--only", "ledger", "--at", "2026-11-29T10:01Z")
        ledger = f"{STACK}-ledger-20261129100100"
        assert shop.erase(bob) == 200
        listed = tmp_path / "forgotten.txt"
        trial.loyalty("members", "forgotten", "--list", str(listed))
        trial.loyalty("restore", "rest")
        assert shop.sell(ann).status in {429, 503}
        said = trial.loyalty("restore", "adopt", "--state", state, "--ledger", ledger)
        assert "restore mend" in said
        said = trial.loyalty("restore", "mend", "--list", str(listed), code=1)
        assert "1 accounts are what their entries say again, 1 people forgotten, 2 cards" in said
        assert f"WRONG   crumbs#M#{ann['member_id']}: I4: order till o" in said
        trial.loyalty("restore", "go-on")
        assert shop.points(ann) == 2 * each
        assert shop.sell(ann).status == 200
        assert shop.points(ann) == 3 * each
        assert ask("GET", ann["card_url"]).status == 200
        assert ask("GET", bob["card_url"]).status == 404
        # The stack owns the other tables now, and the next deployment changes nothing of it.
        again = trial.deploy(*SHOP)
        assert "the program crumbs is there" in again
        assert trial.resource("StateTable") == state
        assert trial.resource("LedgerTable") == ledger
        assert trial.resource("KeysTable") == f"{STACK}-keys"
        assert f"table {state}" in trial.loyalty("doctor", code=1)
        assert shop.sell(ann).status == 200
        assert shop.points(ann) == 4 * each
        assert trial.stream_rings(state)
    # The damaged tables stay for whoever wants to know what had happened.
    assert set(present.values()) <= trial.tables()
    assert f"Stays: {state}" in trial.loyalty("destroy", "--confirm", STAGE)
    trial.loyalty("destroy", "--everything", "--confirm", STAGE)
    assert trial.tables() == set(present.values())
    for name in present.values():
        trial.remove_table(name)


def test_from_nothing_to_a_card_and_again(trial: Trial) -> None:
    said = trial.deploy("--base-url", trial.base_url, *SHOP, *trial.apple_options())
    assert f"Deployed: {trial.base_url}" in said
    assert f"{trial.base_url.replace('127.0.0.1', 'localhost')}/sign-in/" in said
    assert trial.protected() == {True}
    trial.borrow_certificate()
    with trial.edge():
        assert "All as it should be" in trial.smoke()
        # Customers see the shop's program and not the one that was played in.
        front = ask("GET", f"{trial.base_url}/", None, {"Accept": "text/html"})
        assert b"Smoke" not in front.body
        assert front.headers.get("location", "").endswith("/join/crumbs")
        joined = ask(
            "POST",
            f"{trial.base_url}/join/crumbs",
            json.dumps({"first_name": "Ann", "email": "ann@example.com", "consent": True}).encode(),
            {"Content-Type": "application/json", "Accept": "application/json"},
        )
        assert joined.status == 201, joined
        # The second time nothing is asked, and nothing is made twice.
        again = trial.deploy(*SHOP)
        assert "the program crumbs is there" in again
        assert "is there, and stays" in again
        assert ask("GET", joined.json()["card_url"]).status == 200
        # Cards in pockets ask the old address.
        refused = trial.deploy("--base-url", "https://other.example.com", code=1)
        assert "cards in pockets ask" in refused
        assert f"ok      {trial.base_url} answers" in trial.loyalty("doctor", code=1)
    # What holds points stays, and the next deployment takes it in.
    assert f"Stays: {STACK}-ledger" in trial.loyalty("destroy", "--confirm", STAGE)
    assert (trial.stack(), trial.tables()) == ("", TABLES)
    assert "Taking in what an earlier stack has left" in trial.deploy(*SHOP)
    with trial.edge():
        assert ask("GET", joined.json()["card_url"]).status == 200
    trial.loyalty("destroy", "--everything", "--confirm", STAGE)
    assert (trial.stack(), trial.tables()) == ("", set())


def test_a_domain_of_ones_own(trial: Trial) -> None:
    """Where Route 53 keeps the zone the records are written; else they are told."""
    zones = trial.cloud.client("route53")
    zones.create_hosted_zone(Name="example.com", CallerReference=trial.base_url)
    said = trial.deploy("--domain", "cards.example.com")
    assert "Deployed: https://cards.example.com" in said
    zone = zones.list_hosted_zones()["HostedZones"][0]["Id"]
    records = zones.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    led = {one["Name"].rstrip("."): one["Type"] for one in records}
    assert led["cards.example.com"] == "CNAME"
    mapped = trial.cloud.client("apigatewayv2").get_api_mappings(DomainName="cards.example.com")
    assert [one["ApiId"] for one in mapped["Items"]] == [trial.resource("HttpApi")]
    told = trial.deploy("--domain", "cards.shop.example.org")
    assert "DNS of cards.shop.example.org: let whoever keeps it add the record CNAME" in told
    trial.loyalty("destroy", "--everything", "--confirm", STAGE)
