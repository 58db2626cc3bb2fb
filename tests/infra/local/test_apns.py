from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.apns_rules import Request, judge
from passes.apple.push import ApnsClient, client_context
from tests.support.apple import PASS_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

ENOUGH = 60.0
TOKENS = [f"{number:064x}" for number in (1, 2)]


@pytest.mark.parametrize(
    ("breaks", "reason"),
    [
        (lambda made: made.update({"apns-priority": "10"}), "BadPriority"),
        (lambda made: made.update({"apns-push-type": "passes"}), "InvalidPushType"),
        (lambda made: made.update({"apns-expiration": "soon"}), "BadExpirationDate"),
        (lambda made: made.update({"apns-id": "1"}), "BadMessageId"),
        (lambda made: made.update({":path": "/3/device/xyz"}), "BadDeviceToken"),
        (lambda made: made.update({":path": "/3/device/"}), "MissingDeviceToken"),
        (lambda made: made.update({":path": "/2/device/aa"}), "BadPath"),
        (lambda made: made.update({":method": "GET"}), "MethodNotAllowed"),
        (lambda made: made.pop("apns-topic"), "MissingTopic"),
        (lambda made: made.update({"payload": ""}), "PayloadEmpty"),
        (lambda made: made.update({"payload": "x" * 5000}), "PayloadTooLarge"),
    ],
)
def test_the_local_service_refuses_what_apple_refuses(
    breaks: Callable[[dict[str, str]], object], reason: str
) -> None:
    made = {
        ":method": "POST",
        ":path": f"/3/device/{TOKENS[0]}",
        "apns-topic": PASS_TYPE,
        "apns-push-type": "background",
        "apns-priority": "5",
        "apns-expiration": "0",
        "apns-id": "0b9ac2a8-9d6c-4d6e-8f7b-0d1a1f5e0d11",
        "payload": "{}",
    }
    sound = judge(Request(tuple(made.items()), b"{}", PASS_TYPE))
    assert sound.status == 200
    breaks(made)
    payload = made.pop("payload").encode()
    assert judge(Request(tuple(made.items()), payload, PASS_TYPE)).reason == reason


def test_the_local_service_runs_alone_and_keeps_its_state(tmp_path: Path, now: datetime) -> None:
    def start() -> tuple[subprocess.Popen[str], str, str]:
        running = subprocess.Popen(
            [
                *(sys.executable, "-m", "infra.local.apns", "--port", "0"),
                *("--inspect-port", "0", "--folder", str(tmp_path)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )
        assert running.stdout
        ready, url, word, inspect = running.stdout.readline().split()
        assert (ready, word) == ("ready", "inspect")
        return running, url, inspect

    def stop(running: subprocess.Popen[str]) -> None:
        running.send_signal(signal.SIGTERM)
        _, errors = running.communicate(timeout=10)
        assert (running.returncode, errors) == (0, "")

    def call(address: str, method: str = "GET", body: object = None) -> Any:
        request = urllib.request.Request(
            address, json.dumps(body).encode() if body else None, method=method
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    running, url, inspect = start()
    folder = tmp_path / "certificates"
    identity = client_context(
        (folder / "pass.pem").read_bytes(),
        (folder / "intermediate.pem").read_bytes(),
        (folder / "pass-key.pem").read_bytes(),
        folder / "root.pem",
    )
    client = ApnsClient(url, PASS_TYPE, identity)
    call(f"{inspect}/faults", "POST", {"next": 1, "status": 503})
    assert client.push(TOKENS[:1], now, ENOUGH)[0].status == 503
    assert [one.status for one in client.push(TOKENS, now, ENOUGH)] == [200, 200]
    assert len(call(f"{inspect}/pushes?token={TOKENS[1]}")["pushes"]) == 1
    call(f"{inspect}/faults", "POST", {"goaway": True})
    client.close()
    stop(running)
    running, _, inspect = start()
    assert call(f"{inspect}/pushes")["counters"]["delivered"] == 2
    call(f"{inspect}/pushes", "DELETE")
    assert call(f"{inspect}/pushes")["pushes"] == []
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(f"{inspect}/faults", "POST", {"explode": 1})
    refused.value.close()
    stop(running)
    assert (tmp_path / "apns" / "pushes.jsonl").stat().st_mode & 0o077 == 0
