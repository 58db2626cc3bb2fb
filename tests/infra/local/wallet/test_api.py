"""The local Wallet API, by the rules that stand in for Google's."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google.auth import crypt as untyped_crypt
from google.auth import jwt as untyped_jwt

from infra.local.wallet import ensure_service_account, rules
from infra.local.wallet.account import EMAIL
from infra.local.wallet.tokens import GRANT, LIFETIME
from passes.addresses import GOOGLE_SCOPE
from passes.google import objects
from passes.google.client import WalletClient, credentials_from

if TYPE_CHECKING:
    from collections.abc import Callable

jwt: Any = untyped_jwt  # google-auth has no types
crypt: Any = untyped_crypt
BASE = "/walletobjects/v1"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wallet(start_google: Callable[..., Any], clock: Clock) -> Any:
    return start_google(clock=clock)


def assertion(account: dict[str, Any], now: float, **changes: Any) -> str:
    claims = {
        "iss": account["client_email"],
        "scope": GOOGLE_SCOPE,
        "aud": "https://oauth2.googleapis.com/token",
        "iat": int(now),
        "exp": int(now) + 3600,
    }
    signer = crypt.RSASigner.from_service_account_info(account)
    return str(jwt.encode(signer, claims | changes).decode())


def grant(wallet: Any, text: str, grant_type: str = GRANT) -> tuple[int, dict[str, Any]]:
    form = urllib.parse.urlencode({"grant_type": grant_type, "assertion": text}).encode()
    return answered(urllib.request.Request(f"{wallet.url}/token", data=form))


def answered(request: urllib.request.Request) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


class Caller:
    """Plain requests with a good token: the tests of this file do not use our client."""

    def __init__(self, wallet: Any, now: float) -> None:
        self.wallet = wallet
        _, answer = grant(wallet, assertion(wallet.account, now))
        self.token = answer["access_token"]

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            self.wallet.url + BASE + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}"},
        )
        return answered(request)


@pytest.fixture
def call(wallet: Any, clock: Clock) -> Caller:
    return Caller(wallet, clock.now)


@pytest.fixture
def drawn(world: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    program = objects.loyalty_class(world.profile, world.design, world.issuer)
    return program, objects.loyalty_object(world.card(), world.design, world.issuer, world.now)


def message_of(answer: dict[str, Any]) -> str:
    return str(answer["error"]["message"])


def test_a_token_for_a_good_assertion(wallet: Any, clock: Clock) -> None:
    status, answer = grant(wallet, assertion(wallet.account, clock.now))
    assert status == 200
    assert (answer["expires_in"], answer["token_type"]) == (3599, "Bearer")
    own = assertion(wallet.account, clock.now, aud=f"{wallet.url}/token")
    assert grant(wallet, own)[0] == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody@else.test"},
        {"aud": "https://else.test/token"},
        {"scope": "https://www.googleapis.com/auth/devstorage.read_only"},
        {"exp": 1_800_003_601},
        {"iat": 1_800_000_100, "exp": 1_800_000_200},
        {"iat": 1_799_999_000, "exp": 1_800_000_000},
        {"iat": "1800000000"},
    ],
)
def test_no_token_for_a_bad_assertion(wallet: Any, clock: Clock, changes: dict[str, Any]) -> None:
    status, answer = grant(wallet, assertion(wallet.account, clock.now, **changes))
    assert (status, answer["error"]) == (400, "invalid_grant")


def test_no_token_for_somebody_elses_key(wallet: Any, clock: Clock, tmp_path: Path) -> None:
    other = ensure_service_account(tmp_path / "other")
    other["private_key_id"] = wallet.account["private_key_id"]
    status, answer = grant(wallet, assertion(other, clock.now))
    assert (status, "signature" in answer["error_description"]) == (400, True)
    assert grant(wallet, "x.y.z")[0] == 400
    assert grant(wallet, "")[0] == 400
    good = assertion(wallet.account, clock.now)
    assert grant(wallet, good, grant_type="password")[0] == 400


def test_tokens_expire(call: Caller, clock: Clock) -> None:
    clock.now += LIFETIME - 1
    assert call("GET", "/loyaltyObject/1.x")[0] == 403
    clock.now += 1
    status, answer = call("GET", "/loyaltyObject/1.x")
    assert (status, answer["error"]["status"]) == (401, "UNAUTHENTICATED")
    call.token = "made-up"
    assert call("POST", "/loyaltyObject", {})[0] == 401


def test_insert_get_put(call: Caller, drawn: Any, world: Any) -> None:
    program, card = drawn
    status, answer = call("POST", "/loyaltyObject", card)
    assert status == 404
    assert message_of(answer) == f"Wallet Object Class {world.issuer}.coffee not found."
    status, answer = call("POST", "/loyaltyClass", program)
    assert (status, answer["reviewStatus"]) == (200, "APPROVED")
    status, answer = call("POST", "/loyaltyClass", program)
    assert (status, answer["error"]["status"]) == (409, "ALREADY_EXISTS")
    assert call("POST", "/loyaltyObject", card)[0] == 200
    status, answer = call("GET", f"/loyaltyObject/{card['id']}")
    assert answer["kind"] == "walletobjects#loyaltyObject"
    assert answer["hasUsers"] is False
    assert answer["classReference"]["programName"] == "Bean Club"
    # PUT replaces: what is not sent is gone.
    small = {"id": card["id"], "classId": card["classId"], "state": "INACTIVE"}
    status, answer = call("PUT", f"/loyaltyObject/{card['id']}", small)
    assert status == 200
    assert "loyaltyPoints" not in answer
    assert call("PUT", f"/loyaltyObject/{world.issuer}.other", small)[0] == 404


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"colour": "red"}, 400, "Unknown name \"colour\" at 'resource'"),
        ({"state": "Active"}, 400, "Invalid value at 'resource.state'"),
        ({"id": "no-dot"}, 400, "Invalid resource ID"),
        ({"id": "42.m"}, 403, "Permission denied"),
        ({"classId": "42.c"}, 403, "Permission denied"),
        ({"state": None}, 400, "Missing required field: state"),
        ({"loyaltyPoints": {"label": "x", "balance": {}}}, 400, "exactly one kind"),
        (
            {"merchantLocations": [{"latitude": 1.0, "longitude": 1.0}] * 11},
            400,
            "at most 10 locations",
        ),
        ({"heroImage": {}}, 400, "exactly one of sourceUri"),
        ({"heroImage": {"sourceUri": {"uri": "http://shop.test/x.png"}}}, 400, "cannot fetch"),
    ],
)
def test_refused_objects(
    call: Caller, drawn: Any, change: dict[str, Any], status: int, text: str
) -> None:
    program, card = drawn
    call("POST", "/loyaltyClass", program)
    found, answer = call("POST", "/loyaltyObject", card | change)
    assert (found, text in message_of(answer)) == (status, True), answer
    assert answer["error"]["errors"][0]["reason"]


def test_a_draft_has_no_objects_and_nothing_goes_back(call: Caller, drawn: Any) -> None:
    program, card = drawn
    call("POST", "/loyaltyClass", program | {"reviewStatus": "DRAFT"})
    assert call("POST", "/loyaltyObject", card)[0] == 400
    path = f"/loyaltyClass/{program['id']}"
    assert call("PATCH", path, {"reviewStatus": "APPROVED"})[0] == 400
    assert call("PATCH", path, {"reviewStatus": "UNDER_REVIEW"})[0] == 200
    assert call("PATCH", path, {"reviewStatus": "DRAFT"})[0] == 400
    assert call("PATCH", path, {"programName": "Other"})[0] == 400
    assert call("POST", "/loyaltyObject", card)[0] == 200


def test_patch_merges_as_google_does(call: Caller, drawn: Any, world: Any) -> None:
    program, card = drawn
    call("POST", "/loyaltyClass", program)
    call("POST", "/loyaltyObject", card)
    path = f"/loyaltyObject/{card['id']}"
    change = {
        "loyaltyPoints": {"balance": {"int": 8}},
        "textModulesData": [{"id": "a", "header": "h", "body": "b"}],
        "accountName": None,
        "notifyPreference": "NOTIFY_ON_UPDATE",
    }
    status, answer = call("PATCH", path, change)
    assert status == 200
    assert answer["loyaltyPoints"] == {"label": "Points", "balance": {"int": 8}}
    assert [module["id"] for module in answer["textModulesData"]] == ["a"]
    assert "accountName" not in answer
    assert "notifyPreference" not in answer
    status, answer = call("PATCH", path, {"loyaltyPoints": {"balance": {"string": "VIP"}}})
    assert (status, "exactly one kind" in message_of(answer)) == (400, True)
    assert call("PATCH", path, {"id": f"{world.issuer}.other"})[0] == 400
    assert call("PATCH", f"/loyaltyObject/{world.issuer}.other", {})[0] == 404
    # A refused PATCH leaves no trace.
    assert call("GET", path)[1]["loyaltyPoints"]["balance"] == {"int": 8}


def test_merge_is_pure() -> None:
    old = {"a": {"b": 1, "c": [1, 2]}, "d": 1}
    assert rules.merge(old, {"a": {"c": [3]}, "d": None}) == {"a": {"b": 1, "c": [3]}}
    assert old == {"a": {"b": 1, "c": [1, 2]}, "d": 1}


def test_messages(call: Caller, drawn: Any) -> None:
    program, card = drawn
    call("POST", "/loyaltyClass", program)
    call("POST", "/loyaltyObject", card)
    path = f"/loyaltyObject/{card['id']}/addMessage"
    for number in range(10):
        message = {"id": str(number), "header": "h", "body": "b", "messageType": "TEXT"}
        status, answer = call("POST", path, {"message": message})
        assert (status, len(answer["resource"]["messages"])) == (200, number + 1)
    assert call("POST", path, {"message": {"id": "11"}})[0] == 400
    assert call("POST", path, {"message": {"colour": "red"}})[0] == 400
    assert call("POST", path, {})[0] == 400


def test_lists_come_in_pages(call: Caller, drawn: Any, world: Any) -> None:
    program, card = drawn
    call("POST", "/loyaltyClass", program)
    for number in range(5):
        call("POST", "/loyaltyObject", card | {"id": f"{world.issuer}.m{number}"})
    path = f"/loyaltyObject?classId={program['id']}"
    assert len(call("GET", path)[1]["resources"]) == 5
    seen, token = [], "0"
    while token:
        _, answer = call("GET", f"{path}&maxResults=2&token={token}")
        seen += [one["id"] for one in answer["resources"]]
        token = answer["pagination"].get("nextPageToken")
    assert seen == [f"{world.issuer}.m{number}" for number in range(5)]
    assert call("GET", f"/loyaltyObject?classId={world.issuer}.none")[0] == 404
    assert len(call("GET", f"/loyaltyClass?issuerId={world.issuer}")[1]["resources"]) == 1
    assert call("GET", "/loyaltyClass?issuerId=42")[0] == 403
    assert call("GET", f"{path}&maxResults=x")[0] == 400


def test_unknown_routes(call: Caller, wallet: Any) -> None:
    assert call("GET", "/giftCardObject/1.x")[0] == 404
    assert call("DELETE", "/loyaltyObject/1.x")[0] == 404
    assert answered(urllib.request.Request(f"{wallet.url}/nowhere"))[0] == 404
    assert answered(urllib.request.Request(f"{wallet.url}/inspect/nowhere"))[0] == 404
    bad = urllib.request.Request(f"{wallet.url}/inspect/faults", data=b'{"staus": 1}')
    assert answered(bad)[0] == 400
    assert answered(urllib.request.Request(f"{wallet.url}/inspect/faults", data=b'{"status": 418}'))


def test_requests_are_noted_but_not_assertions(call: Caller, wallet: Any, drawn: Any) -> None:
    call("POST", "/loyaltyClass", drawn[0])
    noted = wallet.ask("GET", "/inspect/requests")
    assert noted["counts"] == {"POST token 200": 1, "POST loyaltyClass 200": 1}
    assert noted["requests"][0]["body"] is None
    assert noted["requests"][1]["body"]["programName"] == "Bean Club"


def test_the_service_account_is_made_once_and_private(tmp_path: Path) -> None:
    account = ensure_service_account(tmp_path / "google")
    assert account == ensure_service_account(tmp_path / "google")
    assert account["client_email"] == EMAIL
    files = list((tmp_path / "google").iterdir())
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_the_process_keeps_its_state(tmp_path: Path, world: Any, drawn: Any) -> None:
    program, card = drawn
    for attempt in range(2):
        command = [sys.executable, "-m", "infra.local.wallet", "--port", "0"]
        root = Path(__file__).parents[4]
        with subprocess.Popen(
            [*command, "--folder", str(tmp_path / "state")],
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            word, url = process.stdout.readline().split()
            assert word == "ready"
            account = ensure_service_account(tmp_path / "state")
            client = WalletClient(credentials_from(account, f"{url}/token"), api_url=url)
            if attempt == 0:
                client.insert_class(program)
                client.insert_object(card)
            assert client.get_object(card["id"])["loyaltyPoints"]["balance"] == {"int": 7}
            client.close()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0


def test_a_busy_port_is_one_sentence(wallet: Any, tmp_path: Path) -> None:
    port = wallet.url.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "infra.local.wallet", "--port", port, "--folder", str(tmp_path)],
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The local Wallet API cannot start")
    assert "Traceback" not in done.stderr
