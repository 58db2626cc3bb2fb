"""What lies inside the emulator: the deployed stack, its secrets, and what the emulator forgets."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from infra.build import ROOT
from infra.deploying.osls import run_osls
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REGION = "eu-central-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
SECRETS_PATH = "/loyalty/local"
LONGEST_WAKING = 120  # seconds until every function must have answered
WAKINGS = 3  # a busy machine may be too slow for a first start within the function's own time
_STAMP = "/deployed/local"
FUNCTIONS = "loyalty-local-"
STATE_TABLE = "loyalty-local-state"
LEDGER_TABLE = "loyalty-local-ledger"
KEYS_TABLE = "loyalty-local-keys"

# An empty batch for workers, and for the others a request to an address that is none of theirs.
_NOTHING = {
    "version": "2.0",
    "rawPath": "/nowhere",
    "headers": {},
    "requestContext": {"http": {"method": "GET", "path": "/nowhere"}, "stage": "$default"},
    "Records": [],
}


@dataclass(frozen=True, slots=True)
class Cloud:
    """The emulator, as its clients see it."""

    port: int

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        """Return a boto3 client with the owner's credentials; the same one each time."""
        return _client(service, self.endpoint_url)

    def api_host(self) -> str | None:
        """Return the Host header that leads to the deployed HTTP API; None when there is none."""
        apis = self.client("apigatewayv2").get_apis()["Items"]
        return f"{apis[0]['ApiId']}.execute-api.127.0.0.1:{self.port}" if apis else None

    def stamp(self) -> str:
        """Return what was deployed last. Kept in the emulator, to be lost with what it tells of."""
        store = self.client("ssm")
        with contextlib.suppress(store.exceptions.ParameterNotFound):
            return str(store.get_parameter(Name=_STAMP)["Parameter"]["Value"])
        return ""

    def put_stamp(self, fingerprint: str) -> None:
        self.client("ssm").put_parameter(
            Name=_STAMP, Value=fingerprint or "none", Type="String", Overwrite=True
        )

    def queue_url(self, name: str) -> str:
        return f"{self.endpoint_url}/000000000000/loyalty-local-{name}"


@cache
def _client(service: str, endpoint_url: str) -> Any:
    import boto3  # noqa: PLC0415 - slow to import, and not needed to say the first words

    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=REGION,
        endpoint_url=endpoint_url,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def fingerprint(artifact: Path, parameters: Mapping[str, str]) -> str:
    """Return a hash of everything that a deployment is made from."""
    description = [ROOT / "serverless.yml", ROOT / "infra" / "stages" / "local.yml"]
    description += sorted((ROOT / "infra" / "cloudformation").glob("*.yml"))
    digest = hashlib.sha256(json.dumps(dict(parameters), sort_keys=True).encode())
    for path in [
        artifact,
        ROOT / "package-lock.json",
        ROOT / "infra" / "drawing.txt",
        *description,
    ]:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def deploy(cloud: Cloud, artifact: Path, parameters: Mapping[str, str], log: Path) -> None:
    """Deploy serverless.yml, stage local, to the emulator.

    Raises
    ------
    Failure
        When osls is not installed or gives up; its whole output is in `log`.
    """
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": cloud.endpoint_url,
        # Nobody's real profile may ever be reached from here.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SLS_AWS_MONITORING_FREQUENCY": "250",  # milliseconds; the emulator needs no patience
        "NODE_NO_WARNINGS": "1",
    }
    words = ("deploy", "--stage", "local", "--region", REGION)
    run_osls(words, {**parameters, "artifact": str(artifact)}, environment, log)


def complete(cloud: Cloud) -> None:
    """Set what the emulator's CloudFormation leaves out and functions rely on."""
    database = cloud.client("dynamodb")
    # It refuses to enable what is enabled.
    with contextlib.suppress(database.exceptions.ClientError):
        database.update_time_to_live(
            TableName=STATE_TABLE,
            TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True},
        )


def put_secrets(cloud: Cloud, wanted: Mapping[str, str]) -> None:
    """Store secrets below the stage's path where they differ from what is there."""
    store = cloud.client("ssm")
    for name, value in wanted.items():
        path = f"{SECRETS_PATH}/{name}"
        with contextlib.suppress(store.exceptions.ParameterNotFound):
            if store.get_parameter(Name=path, WithDecryption=True)["Parameter"]["Value"] == value:
                continue
        store.put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)


def put_new_secret(cloud: Cloud, name: str, value: str) -> None:
    """Store a secret unless there is one, which the owner may have replaced since."""
    store = cloud.client("ssm")
    with contextlib.suppress(store.exceptions.ParameterAlreadyExists):
        store.put_parameter(Name=f"{SECRETS_PATH}/{name}", Value=value, Type="SecureString")


def wake(cloud: Cloud) -> None:
    """Let every function answer once: the first customer does not wait, and ready means ready.

    Each gets an event that asks for nothing: an address that is no route, or an empty batch.

    Raises
    ------
    Failure
        A function does not start, fails, or takes too long; its own words are told.
    """
    functions = cloud.client("lambda")
    pages = functions.get_paginator("list_functions").paginate()
    names = [
        function["FunctionName"]
        for page in pages
        for function in page["Functions"]
        if function["FunctionName"].startswith(FUNCTIONS)
    ]
    pool = ThreadPoolExecutor(max_workers=2)
    waking = {pool.submit(_wake_one, functions, name): name for name in names}
    done, late = wait(waking, timeout=LONGEST_WAKING)
    pool.shutdown(wait=False, cancel_futures=True)
    silent = sorted(_short(waking[one]) for one in late)
    if silent:
        raise Failure(
            f"These functions have not answered in {LONGEST_WAKING} s: {', '.join(silent)}; the "
            "machine may be too busy: try again, or see logs/emulator.log"
        )
    for one in done:
        if words := one.result():
            raise Failure(
                f"The function {_short(waking[one])} does not work: {words}; mend it and try again"
            )


def _wake_one(functions: Any, name: str) -> str:
    """Call a function; return what it failed with, nothing if it did not."""
    words = ""
    for _ in range(WAKINGS):
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(_NOTHING))
        content = answer["Payload"].read()
        if "FunctionError" not in answer:
            return ""
        try:
            error = json.loads(content)
            words = f"{error.get('errorType', '')}: {error.get('errorMessage', '')}"
        except (ValueError, AttributeError):
            words = content.decode(errors="replace")
        # Our own deadline says so, too, when a start has eaten a worker's time.
        if "timed out" not in words and "OutOfTime" not in words:
            break
    return " ".join(words.split())[:300]


def _short(name: str) -> str:
    return name.removeprefix(FUNCTIONS)
