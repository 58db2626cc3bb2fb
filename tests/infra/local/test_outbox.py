from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.outbox import linked

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[3]


class Outbox:
    """The outbox as the stack runs it: a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.outbox", "--port", "0", "--folder", str(folder)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert first.startswith("ready http://127.0.0.1:")
        self.url = first.split()[1]

    def post(self, content: Any) -> int:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.url}/messages", data=body, method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path) as answer:
            return str(answer.read().decode())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    running = Outbox(tmp_path / "outbox")
    yield running
    if running.process.poll() is None:
        running.stop()


def message(to: str, text: str = "hello", **more: str) -> dict[str, str]:
    return {"to": to, "subject": "Your card", "text": text, **more}


def test_messages_are_listed_newest_first_and_by_recipient(outbox: Outbox) -> None:
    assert outbox.post(message("a@example.com", "first")) == 201
    assert outbox.post(message("+79161234567", "second", html="<b>second</b>")) == 201
    everything = json.loads(outbox.get("/messages"))["messages"]
    assert [kept["text"] for kept in everything] == ["second", "first"]
    assert everything[0]["html"] == "<b>second</b>"
    (one,) = json.loads(outbox.get("/messages?to=%2B79161234567"))["messages"]
    assert one["to"] == "+79161234567"


def test_the_page_has_live_links_and_nothing_that_runs(outbox: Outbox) -> None:
    outbox.post(
        message("a@example.com", "<script>alert(1)</script> http://127.0.0.1:1/c/x?a=1&b=2.")
    )
    page = outbox.get("/")
    assert "<script>" not in page
    assert '<a href="http://127.0.0.1:1/c/x?a=1&amp;b=2">' in page


def test_messages_survive_a_restart_and_are_private(outbox: Outbox, tmp_path: Path) -> None:
    outbox.post(message("a@example.com"))
    assert outbox.stop() == 0
    assert (tmp_path / "outbox" / "messages.jsonl").stat().st_mode & 0o077 == 0
    again = Outbox(tmp_path / "outbox")
    try:
        assert len(json.loads(again.get("/messages"))["messages"]) == 1
    finally:
        again.stop()


@pytest.mark.parametrize(
    "content",
    [[], {"to": "a"}, message("a") | {"to": 1}, message("a", colour="red"), b"{", b"\xff"],
)
def test_half_a_message_is_refused(outbox: Outbox, content: Any) -> None:
    assert outbox.post(content) == 422
    assert json.loads(outbox.get("/messages"))["messages"] == []


def test_a_busy_port_is_one_sentence(outbox: Outbox, tmp_path: Path) -> None:
    port = outbox.url.rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "-m", "infra.local.outbox", "--port", port, "--folder", str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"port {port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_only_web_addresses_become_links() -> None:
    assert "href" not in linked("javascript:alert(1) data:text/html,x")
    assert linked('http://x/"onclick=1') == ('<a href="http://x/">http://x/</a>&quot;onclick=1')
