"""The outbox of the local stack: messages that nobody really sends, on a page with live links.

``python -m infra.local.outbox --port 8093 --folder .local/outbox`` listens on loopback only.
``POST /messages`` {to, subject, text, html?} → 201; ``GET /messages?to=`` lists as JSON, newest
first; ``GET /`` is the page. What was sent survives a restart. Those who carry offers are played
here, too (``infra.local.carriers``): what they take stands on the same page.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import signal
import sys
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from infra.local.carriers.carriers import Carriers

if TYPE_CHECKING:
    from infra.local.carriers.answer import Answer

LARGEST_MESSAGE = 256 * 1024
_LINK = re.compile(r"https?://[^\s<>\"']+")
_FIELDS = {"to": True, "subject": True, "text": True, "html": False}  # name: is it required

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Outbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto;
  padding: 0 1rem; }}
article {{ border: 1px solid #8886; border-radius: 12px; padding: 1rem 1.25rem; margin: 1rem 0; }}
h2 {{ font-size: 1.1rem; margin: 0 0 .25rem; }}
p {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
.about {{ opacity: .75; font-size: .875rem; margin-bottom: .75rem; }}
</style></head><body><h1>Outbox</h1>
<p class="about">Messages that the local stack would have sent, newest first.</p>
{messages}</body></html>
"""


class Messages:
    """What was sent, in a file that only its owner can read; one JSON object per line."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / "messages.jsonl"
        self._lock = threading.Lock()
        self._messages = self._kept()

    def _kept(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        whole, _, torn = self._path.read_bytes().rpartition(b"\n")
        if torn:  # the process ended in the middle of a line, whose sender never got its 201
            self._path.write_bytes(whole + b"\n" if whole else b"")
        return [json.loads(line) for line in whole.splitlines()]

    def add(self, message: dict[str, str], sent_at: datetime) -> dict[str, Any]:
        """Keep a message and return it with its number and time."""
        with self._lock:
            kept = {"id": len(self._messages) + 1, "sent_at": sent_at.isoformat(), **message}
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(kept).encode() + b"\n")
            self._messages.append(kept)
        return kept

    def newest_first(self, to: str | None = None) -> list[dict[str, Any]]:
        """Return the messages, of one recipient if asked."""
        with self._lock:
            return [kept for kept in reversed(self._messages) if to in (None, kept["to"])]


def linked(text: str) -> str:
    """Return `text` as HTML with its web addresses made clickable and all else harmless."""
    parts, last = [], 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(".,;:!?)")
        parts.append(html.escape(text[last : found.start()]))
        parts.append(f'<a href="{html.escape(address)}">{html.escape(address)}</a>')
        last = found.start() + len(address)
    return "".join(parts) + html.escape(text[last:])


def _article(message: dict[str, Any]) -> str:
    return (
        f"<article><h2>{html.escape(message['subject'])}</h2>"
        f'<p class="about">to {html.escape(message["to"])} · {html.escape(message["sent_at"])}</p>'
        f"<p>{linked(message['text'])}</p></article>"
    )


def _message(body: bytes) -> dict[str, str]:
    """Return the message in a request's body, or raise ValueError with a sentence."""
    content = json.loads(body)
    if not isinstance(content, dict):
        raise ValueError("The body has to be a JSON object.")  # noqa: TRY004 - bad input
    unknown = sorted(content.keys() - _FIELDS.keys())
    if unknown:
        raise ValueError(f"Unknown fields: {', '.join(unknown)}.")
    for name, required in _FIELDS.items():
        if not isinstance(content.get(name, None if required else ""), str):
            raise ValueError(f"{name} has to be a text.")  # noqa: TRY004 - bad input
    return content


class Handler(BaseHTTPRequestHandler):
    """Answers for one connection; `messages` is shared by all."""

    messages: Messages
    carriers: Carriers

    def do_POST(self) -> None:
        """Take a message."""
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > LARGEST_MESSAGE:
            self.close_connection = True
            return self._json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"detail": "Too large."})
        body = self.rfile.read(int(length))
        played = self.carriers.post(urlsplit(self.path).path, dict(self.headers), body)
        if played is not None:
            return self._played(played)
        if urlsplit(self.path).path != "/messages":
            return self._json(HTTPStatus.NOT_FOUND, {"detail": "Messages go to /messages."})
        try:
            message = _message(body)
        except ValueError as error:
            return self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"detail": str(error)})
        return self._json(HTTPStatus.CREATED, self.messages.add(message, datetime.now(UTC)))

    def do_GET(self) -> None:
        """Show the messages, as a page or as JSON."""
        address = urlsplit(self.path)
        played = self.carriers.get(address.path)
        if played is not None:
            return self._played(played)
        if address.path == "/messages":
            to = parse_qs(address.query).get("to", [None])[0]
            return self._json(HTTPStatus.OK, {"messages": self.messages.newest_first(to)})
        if address.path == "/":
            shown = "".join(map(_article, self.messages.newest_first())) or "<p>Nothing yet.</p>"
            page = _PAGE.format(messages=shown).encode()
            return self._answer(HTTPStatus.OK, "text/html; charset=utf-8", page)
        return self._json(HTTPStatus.NOT_FOUND, {"detail": "There are / and /messages."})

    def _played(self, played: Answer) -> None:
        """Answer as a carrier does; one whose answer is lost says nothing and hangs up."""
        if not played.status:
            self.close_connection = True
            return
        self.send_response(played.status)
        for name, value in played.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(played.content)))
        self.end_headers()
        self.wfile.write(played.content)

    def _json(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        self._answer(status, "application/json", json.dumps(content).encode())

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Write nothing: request lines name people."""


def serve(port: int, folder: Path) -> ThreadingHTTPServer:
    """Return a server bound to loopback, not yet answering. Port 0 takes a free one."""
    messages = Messages(folder)
    handler = type("BoundHandler", (Handler,), {"messages": messages})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True

    def keep(message: dict[str, str]) -> object:
        return messages.add(message, datetime.now(UTC))

    address = f"http://127.0.0.1:{server.server_port}"
    setattr(handler, "carriers", Carriers(keep, address))  # noqa: B010 - made for this server
    return server


def main() -> int:
    """Run until SIGTERM or Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    try:
        server = serve(options.port, options.folder)
    except (OSError, ValueError) as error:
        print(
            f"The outbox cannot start on port {options.port} with {options.folder}: {error}",
            file=sys.stderr,
        )
        return 1

    def stop(*_: object) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
