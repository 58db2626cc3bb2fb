"""What Telegram's answers and updates mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loyalty.campaigns.channels import telegram
from loyalty.campaigns.channels.telegram import Heard
from loyalty.messages import Handed, Offer


def refused(status: int, description: str, **more: Any) -> tuple[int, bytes]:
    content = {"ok": False, "error_code": status, "description": description, **more}
    return status, json.dumps(content).encode()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, b'{"ok":true,"result":{"message_id":7}}'), Handed("accepted", "7")),
        ((0, b""), Handed("unknown", reason="no_answer")),
        ((502, b"<html>"), Handed("unknown", reason="502")),
        ((200, b"nonsense"), Handed("unknown", reason="200")),
        (
            refused(403, "Forbidden: bot was blocked by the user"),
            Handed("dead", reason="403"),
        ),
        (refused(403, "Forbidden: user is deactivated"), Handed("dead", reason="403")),
        (
            refused(403, "Forbidden: bot can't send messages to the user"),
            Handed("later", seconds=86_400, reason="403"),
        ),
        (refused(400, "Bad Request: chat not found"), Handed("dead", reason="400")),
        (
            refused(400, "Bad Request: can't parse entities"),
            Handed("refused", reason="400"),
        ),
        (refused(401, "Unauthorized"), Handed("down", reason="401")),
        # What a token that is no token at all is answered with.
        (refused(404, "Not Found"), Handed("down", reason="404")),
        (
            refused(429, "Too Many Requests", parameters={"retry_after": 17}),
            Handed("later", seconds=17, reason="429"),
        ),
    ],
)
def test_answers(answer: tuple[int, bytes], expected: Handed) -> None:
    assert telegram.ended(*answer) == expected


def said(text: str, kind: str = "private") -> dict[str, Any]:
    return {"update_id": 1, "message": {"chat": {"id": 5_000_000_001, "type": kind}, "text": text}}


def moved(status: str) -> dict[str, Any]:
    chat = {"id": 5_000_000_001, "type": "private"}
    return {"my_chat_member": {"chat": chat, "new_chat_member": {"status": status}}}


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (said("/start abc_-1"), Heard("start", "5000000001", "abc_-1")),
        (said("/start"), Heard("start", "5000000001")),
        (said("/STOP"), Heard("stop", "5000000001")),
        (said("/stop@our_bot now"), Heard("stop", "5000000001")),
        (said("hello"), None),
        (said("/start abc", "group"), None),
        (moved("kicked"), Heard("stop", "5000000001")),
        (moved("member"), Heard("back", "5000000001")),
        ({"subscription": {}}, None),
        ({"message": "nonsense"}, None),
        ({"message": {"chat": 3, "text": None}}, None),
    ],
)
def test_updates(update: dict[str, Any], expected: Heard | None) -> None:
    assert telegram.heard(update) == expected


def test_a_message_has_no_markup_and_no_more_than_telegram_takes() -> None:
    sent = json.loads(telegram.message(Offer("42", "", "<b>&" + "x" * 5000)))
    assert sent == {"chat_id": 42, "text": ("<b>&" + "x" * 5000)[:4096]}
