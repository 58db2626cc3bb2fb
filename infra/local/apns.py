"""A push service like Apple's on one machine: HTTP/2, TLS, and a certificate from every caller.

    python -m infra.local.apns --port 4102 --inspect-port 4103 --folder .local

It accepts what APNs accepts and refuses what APNs refuses (see ``apns_rules``). What it cannot do
is ring a phone: whoever plays the phone asks the inspection server what arrived (see
``apns_inspection``).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import ssl
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
from hpack import HeaderTuple, NeverIndexedHeaderTuple

from infra.local import certificates
from infra.local.apns_inspection import Inspector
from infra.local.apns_rules import LARGEST_PAYLOAD, Desk, Reply, Request

LOOPBACK = "127.0.0.1"
_CHUNK = 4096
"""Bytes read at a time, some twenty pushes: answers leave while more pushes come in."""
_PATIENCE = 5
_GOODBYE = 0.5
_STREAMS = h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS


@dataclass(slots=True)
class _Incoming:
    headers: tuple[tuple[str, str], ...]
    payload: bytearray = field(default_factory=bytearray)


class Connection:
    """One caller's connection."""

    def __init__(
        self,
        desk: Desk,
        streams: int,
        streams_at_first: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._desk = desk
        self._streams = streams
        self._reader = reader
        self._writer = writer
        self._certificate = _user_id(writer.get_extra_info("peercert"))
        self._requests = 0
        self._raised = False
        self._incoming: dict[int, _Incoming] = {}
        self._http = h2.connection.H2Connection(
            h2.config.H2Configuration(
                client_side=False,
                header_encoding="utf-8",
                # Callers are judged in full; our own answers are right as they are.
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self._http.local_settings = h2.settings.Settings(
            client=False, initial_values={_STREAMS: streams_at_first}
        )

    async def serve(self) -> None:
        """Answer until either side has had enough."""
        self._desk.count("connections")
        self._http.initiate_connection()
        try:
            await self._flush()
            while data := await self._reader.read(_CHUNK):
                for event in self._http.receive_data(data):
                    if self._take(event):
                        await self._flush()
                        return
                await self._flush()
        except h2.exceptions.ProtocolError:
            # The library has queued a GOAWAY that names the mistake.
            with contextlib.suppress(OSError):
                await self._flush()
        except OSError:
            pass  # the caller went away
        finally:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    def send_away(self) -> None:
        """Close the connection as APNs does before maintenance: GOAWAY, and nothing after it."""
        self._desk.count("goaways")
        self._http.close_connection(
            h2.errors.ErrorCodes.NO_ERROR,
            additional_data=b'{"reason":"Shutdown"}',
            last_stream_id=self._http.highest_inbound_stream_id,
        )

    async def end(self) -> None:
        """Send a GOAWAY now, from outside the serving loop."""
        if self._writer.is_closing():
            return
        with contextlib.suppress(h2.exceptions.ProtocolError, OSError):
            self.send_away()
            await self._flush()
        self._writer.close()

    async def _flush(self) -> None:
        if self._writer.is_closing():
            return
        self._desk.write()
        self._writer.write(self._http.data_to_send())
        await self._writer.drain()

    def _take(self, event: h2.events.Event) -> bool:
        """Handle one event; tell whether the connection is over."""
        if isinstance(event, h2.events.RequestReceived):
            headers = cast("list[tuple[str, str]]", event.headers)
            self._incoming[event.stream_id] = _Incoming(tuple(headers))
        elif isinstance(event, h2.events.DataReceived):
            self._http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            incoming = self._incoming.get(event.stream_id)
            if incoming and len(incoming.payload) <= LARGEST_PAYLOAD:
                incoming.payload += event.data
        elif isinstance(event, h2.events.StreamEnded):
            return self._answer(event.stream_id)
        elif isinstance(event, h2.events.StreamReset):
            self._incoming.pop(event.stream_id, None)
        return isinstance(event, h2.events.ConnectionTerminated)

    def _answer(self, stream: int) -> bool:
        incoming = self._incoming.pop(stream)
        self._requests += 1
        if self._desk.goaway_due(self._requests):
            self.send_away()
            return True
        answered = self._desk.answer(
            Request(incoming.headers, bytes(incoming.payload), self._certificate)
        )
        if answered is not None:
            self._reply(stream, *answered)
        return False

    def _reply(self, stream: int, apns_id: str, reply: Reply) -> None:
        # An identifier is never seen again: it stays out of the table of headers.
        headers = [
            HeaderTuple(":status", str(reply.status)),
            NeverIndexedHeaderTuple("apns-id", apns_id),
        ]
        if reply.retry_after is not None:
            headers.append(HeaderTuple("retry-after", str(reply.retry_after)))
        body = reply.body()
        self._http.send_headers(stream, headers, end_stream=not body)
        if body:
            self._http.send_data(stream, body, end_stream=True)
        if reply.status == HTTPStatus.OK and not self._raised:
            self._raised = True
            self._http.update_settings({_STREAMS: self._streams})


class Server:
    """The push service.

    Parameters
    ----------
    desk
        Judges the requests.
    chain
        The certificates of this machine.
    streams, streams_at_first
        How many requests of a connection may be open, and how many until one was answered well.
        APNs holds callers with a token to one at first; a client that bears that bears all.
    """

    def __init__(
        self,
        desk: Desk,
        chain: certificates.Certificates,
        streams: int = 1000,
        streams_at_first: int = 1,
    ) -> None:
        self.desk = desk
        self._streams = streams
        self._streams_at_first = streams_at_first
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(chain.apns_certificate, chain.apns_key)
        # APNs lets callers in without a certificate, for the sake of those with a provider token,
        # and answers each of their requests with 403. We accept no tokens.
        self._context.verify_mode = ssl.CERT_OPTIONAL
        self._context.load_verify_locations(chain.root)
        self._context.load_verify_locations(chain.intermediate)
        self._context.set_alpn_protocols(["h2"])

    async def start(self, port: int) -> asyncio.Server:
        """Listen on loopback; port 0 takes a free one."""
        return await asyncio.start_server(
            self._serve, LOOPBACK, port, ssl=self._context, ssl_shutdown_timeout=_GOODBYE
        )

    async def stop(self) -> None:
        """Send every connection away and wait for each to end."""
        await self.goaway()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2 * _GOODBYE)

    async def goaway(self) -> None:
        """Send every connection away."""
        for connection in tuple(self._connections):
            await connection.end()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(self.desk, self._streams, self._streams_at_first, reader, writer)
        task = asyncio.create_task(connection.serve())
        self._connections.add(connection)
        self._tasks.add(task)
        # The stream library would report a connection cut off at the end as an error.
        await asyncio.wait({task})
        self._connections.discard(connection)
        self._tasks.discard(task)


def _user_id(certificate: dict[str, Any] | None) -> str:
    """Return the UID of a caller's certificate: the pass type it may push for."""
    for part in (certificate or {}).get("subject", ()):
        for name, value in part:
            if name in {"userId", "UID"}:
                return str(value)
    return ""


async def _run(server: Server, desk: Desk, port: int, inspect_port: int) -> None:
    listening = await server.start(port)
    loop = asyncio.get_running_loop()

    def goaway() -> None:
        asyncio.run_coroutine_threadsafe(server.goaway(), loop).result(_PATIENCE)

    inspector = Inspector((LOOPBACK, inspect_port), desk, goaway)
    threading.Thread(target=inspector.serve_forever, daemon=True).start()
    stop = asyncio.Event()
    for received in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(received, stop.set)
    bound = listening.sockets[0].getsockname()[1]
    print(
        f"ready https://{LOOPBACK}:{bound} inspect http://{LOOPBACK}:{inspector.server_port}",
        flush=True,
    )
    await stop.wait()
    listening.close()
    await server.stop()
    inspector.shutdown()
    inspector.server_close()


def main() -> None:
    """Run until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(description="A local push service like Apple's.")
    parser.add_argument("--port", type=int, required=True, help="HTTP/2 over TLS; 0: any")
    parser.add_argument("--inspect-port", type=int, required=True, help="plain HTTP; 0: any")
    parser.add_argument("--folder", type=Path, required=True, help="where state is kept")
    parser.add_argument(
        "--certificates", type=Path, help="folder of the chain; <folder>/certificates by default"
    )
    parser.add_argument(
        "--streams-at-first", type=int, default=1, help="open requests until one was answered well"
    )
    given = parser.parse_args()
    folder = given.folder / "apns"
    try:
        chain = certificates.ensure(given.certificates or given.folder / "certificates")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        desk = Desk(folder / "pushes.jsonl", time.time)
        server = Server(desk, chain, streams_at_first=given.streams_at_first)
        asyncio.run(_run(server, desk, given.port, given.inspect_port))
        desk.close()
    except OSError as error:
        raise SystemExit(f"local APNs: {error}") from None


if __name__ == "__main__":
    main()
