"""Telegram's Bot API: what is asked of it, and what its answers and updates mean. Pure.

Sources: core.telegram.org/bots/api (setWebhook, sendMessage, Update, ResponseParameters),
core.telegram.org/bots/features#deep-linking (``/start`` and its payload). Refusals by code and
beginning of the description, since there is no other name for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from loyalty.messages import Handed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.messages import Ended, Offer

LONGEST: Final = 4096
"""Characters of one message."""
UPDATES: Final = ("message", "my_chat_member")
"""Kinds of updates that are asked for; whatever else comes is taken and ignored."""

_OK, _BAD, _UNAUTHORIZED, _FORBIDDEN, _MANY = 200, 400, 401, 403, 429
_NOT_FOUND, _SERVER = 404, 500
_PAUSE: Final = 24 * 3600
"""Seconds until a refusal that may pass ("can't send messages to the user") is tried again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an update says of a chat: it begins (with a payload), or wants nothing any more."""

    what: Literal["start", "stop", "back"]
    chat: str
    payload: str = ""


def address(base: str, token: str, method: str) -> str:
    """Return the address of a method. It holds the bot's secret: nobody logs it."""
    return f"{base}/bot{token}/{method}"


def message(offer: Offer) -> str:
    """Return the body of sendMessage. Plain text: nothing in it can be a fault of markup."""
    return json.dumps({"chat_id": int(offer.to), "text": offer.text[:LONGEST]}, ensure_ascii=False)


def ended(status: int, content: bytes) -> Handed:
    """Return how sendMessage ended; ``status`` is 0 where nothing was said."""
    if not status:
        return Handed("unknown", reason="no_answer")
    answer = _read(content)
    if status == _OK and answer.get("ok") is True:
        return Handed("accepted", id=str(_below(answer, "result").get("message_id", "")))
    said = str(answer.get("description", "")).lower()
    if status == _MANY:
        wait = _below(answer, "parameters").get("retry_after")
        return Handed("later", seconds=wait if isinstance(wait, int) else 1, reason="429")
    wait = _PAUSE if status == _FORBIDDEN and _PASSING in said else 0
    how = "later" if wait else _how(status, said)
    return Handed(how, seconds=wait, reason=str(status))


_PASSING: Final = "can't send messages to the user"
_NOBODY: Final = ("chat not found", "peer_id_invalid")


def _how(status: int, said: str) -> Ended:
    if status in {_UNAUTHORIZED, _NOT_FOUND}:
        return "down"
    if status == _FORBIDDEN or (status == _BAD and any(one in said for one in _NOBODY)):
        return "dead"
    return "unknown" if status >= _SERVER or status == _OK else "refused"


def heard(update: Mapping[str, Any]) -> Heard | None:
    """Return what an update says; None for all that is none of ours."""
    moved = update.get("my_chat_member")
    if isinstance(moved, dict):
        chat, status = _chat(moved), _below(moved, "new_chat_member").get("status")
        if chat and status in {"kicked", "left"}:
            return Heard("stop", chat)
        return Heard("back", chat) if chat and status == "member" else None
    sent = update.get("message")
    if not isinstance(sent, dict):
        return None
    chat, text = _chat(sent), str(sent.get("text") or "").strip()
    word, _, payload = text.partition(" ")
    command = word.partition("@")[0].lower()
    if chat and command == "/start":
        return Heard("start", chat, payload.strip())
    return Heard("stop", chat) if chat and command == "/stop" else None


def _chat(content: Mapping[str, Any]) -> str:
    """Return the number of a private chat; empty for groups, where several would read along."""
    chat = _below(content, "chat")
    return str(chat["id"]) if chat.get("type") == "private" and "id" in chat else ""


def _read(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _below(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}
