"""Clients from PyPI on the same local APNs; as many in flight as ours has. Nobody sends again."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_WIDTH = 250


def _context(chain: dict[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=chain["root"])
    context.load_cert_chain(chain["certificate"], chain["key"])
    return context


async def aioapns(url: str, topic: str, chain: dict[str, str]) -> Callable[[str], Awaitable[bool]]:
    """Return a sender on aioapns, with its one connection."""
    from aioapns import APNs, NotificationRequest, PushType  # noqa: PLC0415
    from aioapns import connection as inner  # noqa: PLC0415

    host, _, port = url.removeprefix("https://").partition(":")
    client = APNs(
        client_cert=chain["certificate"],
        topic=topic,
        max_connections=1,
        ssl_context=_with_alpn(_context(chain)),
    )
    pool: Any = client.pool
    # The library knows Apple's addresses only.
    kind = type("Local", (inner.APNsProductionClientProtocol,), {
        "APNS_SERVER": host, "APNS_PORT": int(port)
    })  # fmt: skip
    pool.protocol_class = kind

    async def send(token: str) -> bool:
        answer = await client.send_notification(
            NotificationRequest(
                device_token=token, message={}, priority=5, push_type=PushType.BACKGROUND
            )
        )
        return bool(answer.is_successful)

    return send


def _with_alpn(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_alpn_protocols(["h2"])
    return context


async def httpx(url: str, topic: str, chain: dict[str, str]) -> Callable[[str], Awaitable[bool]]:
    """Return a sender on httpx with HTTP/2."""
    import httpx as library  # noqa: PLC0415

    client = library.AsyncClient(http2=True, verify=_context(chain), timeout=10)
    headers = {"apns-topic": topic, "apns-push-type": "background", "apns-priority": "5"}

    async def send(token: str) -> bool:
        answer = await client.post(f"{url}/3/device/{token}", content=b"{}", headers=headers)
        return bool(answer.status_code == 200)  # noqa: PLR2004

    return send


async def _round(
    send: Callable[[str], Awaitable[bool]], count: int, limit: float | None, bound: float
) -> int:
    """Push to so many tokens; a push without an answer after `limit` seconds is a lost one.

    A library that holds a push beyond `bound` seconds, whatever it is told, has lost it too.
    """
    gate = asyncio.Semaphore(_WIDTH)

    async def one(token: str) -> bool:
        async with gate:
            try:
                async with asyncio.timeout(limit):
                    return await send(token)
            except Exception:  # noqa: BLE001 - a lost push is what is counted
                return False

    tasks = [asyncio.create_task(one(f"{number:064x}")) for number in range(count)]
    done, held = await asyncio.wait(tasks, timeout=bound)
    for task in held:
        task.cancel()
    return sum(not task.cancelled() and not task.exception() and task.result() for task in done)


async def _serve(name: str, url: str, topic: str, chain: dict[str, str]) -> None:
    send = await globals()[name](url, topic, chain)
    sys.stdout.write("ready 0\n")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        count, limit, bound = line.split()
        wall, began = time.perf_counter(), time.process_time()
        good = await _round(send, int(count), float(limit) or None, float(bound))
        computed, passed = time.process_time() - began, time.perf_counter() - wall
        sys.stdout.write(f"{computed} {passed} {good}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    logging.disable()  # the libraries complain about every lost push
    asyncio.run(_serve(sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])))
