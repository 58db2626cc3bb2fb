"""A stage's whole life on the emulator: deployed, tried, deployed again, destroyed, taken in.

`loyalty deploy` goes the way that it goes on AWS; only AWS's address is another one.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from infra.local.deployment import REGION
from infra.local.web import ask, until
from tests.infra import rules
from tests.support.trial import LOCAL, STACK, STAGE, TABLES, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stack.running import RunningStack

pytestmark = pytest.mark.stack

NAMED = ["CAPABILITY_NAMED_IAM"]


@pytest.fixture(scope="module")
def trial(running: RunningStack) -> Iterator[Trial]:
    made = Trial(running.description)
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


def test_from_nothing_to_a_card_and_again(trial: Trial, tmp_path: Path) -> None:
    wallets = trial.wallet_options(tmp_path / "keys")
    keys = wallets[-4:]
    assert "--apple-keys needs --pass-type" in trial.deploy("--yes", *keys, code=1)
    assert trial.stack() == ""
    said = trial.deploy("--base-url", trial.base_url, *SHOP, *wallets)
    assert "Stored as apple/certificate" in said
    assert "Stored the key of " in said
    assert f"Deployed: {trial.base_url}" in said
    assert f"{trial.base_url.replace('127.0.0.1', 'localhost')}/sign-in/" in said
    assert trial.protected() == {True}
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
        again = trial.deploy(*SHOP, *wallets)
        assert "This certificate is stored already, and stays" in again
        assert "This key is stored already, and stays" in again
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


def lay_down(trial: Trial, bucket: str) -> None:
    """Write what exports leave in a bucket: the emulator takes the call, and writes nothing.

    By "DynamoDB table export output format" (DynamoDB Developer Guide).
    """
    database, storage = trial.cloud.client("dynamodb"), trial.cloud.client("s3")
    for export in database.list_exports()["ExportSummaries"]:
        arn = export["ExportArn"]
        told = database.describe_export(ExportArn=arn)["ExportDescription"]
        name = told["TableArn"].rpartition("/")[2]
        pages = database.get_paginator("scan").paginate(TableName=name)
        lines = [json.dumps({"Item": item}) for page in pages for item in page["Items"]]
        folder = f"{told['S3Prefix']}/AWSDynamoDB/{arn.rpartition('/')[2]}"
        summary = {"version": "2020-06-30", "exportTime": told["ExportTime"].isoformat()}
        bodies = {
            "data/one.json.gz": gzip.compress("\n".join(lines).encode()),
            "manifest-summary.json": json.dumps(summary).encode(),
        }
        for file, body in bodies.items():
            storage.put_object(Bucket=bucket, Key=f"{folder}/{file}", Body=body)


def test_lost_wholly_and_made_anew_from_exports_elsewhere(trial: Trial) -> None:
    """Nothing is left but a bucket of somebody else's, and the copy of the master key."""
    bucket = "backups-of-the-trial"
    storage, secrets = trial.cloud.client("s3"), trial.cloud.client("ssm")
    place = {"LocationConstraint": REGION}
    storage.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    trial.deploy("--base-url", trial.base_url, "--backup-bucket", bucket, *SHOP)
    schedules = trial.cloud.client("scheduler").list_schedules()["Schedules"]
    named = {one["Name"] for one in schedules if one["Name"].startswith(f"{STACK}-backup-")}
    assert named == {f"{STACK}-backup-{table}" for table in ("state", "ledger", "keys")}
    with trial.edge():
        joined = ask(
            "POST",
            f"{trial.base_url}/join/crumbs",
            json.dumps({"first_name": "Ann", "email": "ann@example.com", "consent": True}).encode(),
            {"Content-Type": "application/json", "Accept": "application/json"},
        ).json()
        page = ask("GET", joined["card_url"], None, {"Accept": "text/html"}).body
        assert b"Ann" in page
    trial.loyalty("restore", "export", "--bucket", bucket)
    lay_down(trial, bucket)
    name = f"/loyalty/{STAGE}/master-key"
    kept = secrets.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    trial.loyalty("destroy", "--everything", "--confirm", STAGE)
    assert (trial.stack(), trial.tables()) == ("", set())

    secrets.put_parameter(Name=name, Value=kept, Type="SecureString")
    trial.deploy("--base-url", trial.base_url)
    assert "no export of state up to 2026-01-01" in trial.loyalty(
        *("restore", "copy", "--bucket", bucket, "--at", "2026-01-01T00:00Z"), code=1
    )
    said = trial.loyalty("restore", "copy", "--bucket", bucket, "--only", "state,ledger,keys")
    words = said.partition("restore adopt ")[2].split()
    trial.loyalty("restore", "rest")
    trial.loyalty("restore", "adopt", *words[:6])
    trial.loyalty("restore", "mend")
    trial.loyalty("restore", "go-on")
    with trial.edge():
        again = ask("GET", joined["card_url"], None, {"Accept": "text/html"})
        assert again.status == 200
        assert b"Ann" in again.body
    trial.loyalty("destroy", "--everything", "--confirm", STAGE)
    # With the tables that the second deployment had made itself.
    assert trial.tables() == set()
