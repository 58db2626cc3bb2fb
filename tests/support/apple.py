"""Cards, storage and a local APNs for the tests of the Apple side."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from infra.local.apns import Server
from infra.local.apns_rules import Desk
from loyalty.card.view import Card, CardField, Place
from passes.apple.registrations import MOST_DEVICES, Device, TooManyDevices

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from infra.local.certificates import Certificates

BASE_URL = "https://cards.example.com"
SERIAL = "3f6c1b2a9d8e4f70a1b2c3d4e5f60718"
PASS_TYPE = "pass.dev.loyalty.card"


def token_of(serial: str) -> str:
    return f"token-of-{serial}-0123456789abcdef"


def make_card(**changes: object) -> Card:
    given: dict[str, object] = {
        "program": "coffee",
        "member": "m1",
        "program_name": "Morning Club",
        "organization": "Corner Coffee",
        "design": "coffee",
        "serial": SERIAL,
        "code": "1.A.GEZDGNBVGY3TQOJQ.MFRGGZDFMZTWQ2LK",
        "language": "en",
        "version": 3,
        "fields": make_fields(7),
        "sentences": ("1 point for every 100 ₽.", "A free coffee for 10 points."),
        "contact": (("Telephone", "+44 20 7946 0000"),),
        "places": (Place(51.5, -0.12, "Coffee is near"),),
    }
    made = Card(**{**given, **changes})  # type: ignore[arg-type]
    return made if "also" in changes else replace(made, also=(in_other_language(made),))


def in_other_language(card: Card) -> Card:
    """The same card as a program of two languages draws it for the other half of its members."""
    return replace(
        card,
        language="ru" if card.language == "en" else "en",
        program_name=f"{card.program_name} (и по-русски)",
        sentences=tuple(f"«{line}»" for line in card.sentences),
        fields=tuple(
            replace(
                card_field,
                label=f"«{card_field.label}»",
                text=f"«{card_field.text}»"
                if card_field.key in {"progress", "reward", "tier"}
                else card_field.text,
                change_message=card_field.change_message and f"«{card_field.change_message}»",
            )
            for card_field in card.fields
        ),
        also=(),
    )


def make_fields(balance: int, member: str = "Zoë") -> tuple[CardField, ...]:
    return (
        CardField(
            "balance", "Points", balance, "number", str(balance), change_message="Now %@ points"
        ),
        CardField("discount", "Discount", 500, "percent", "5%", change_message="Discount: %@"),
        CardField("progress", "Next", "3 more points", "text", "3 more points"),
        CardField("reward", "Ready for you", "Free coffee", "text", "Free coffee"),
        CardField("member", "Member", member, "text", member),
    )


class MemoryRegistrations:
    """The port, in a dictionary."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Device] = {}
        self._stamps: dict[tuple[str, str], int] = {}
        self._next = 0

    def register(self, device: str, serial: str, push_token: str, now: int) -> bool:
        created = (device, serial) not in self.held
        if created and len(self.devices(serial)) >= MOST_DEVICES:
            raise TooManyDevices(serial)
        self.held[device, serial] = Device(device, push_token, now)
        if created:
            self._next += 1
            self._stamps[device, serial] = self._next
        return created

    def unregister(self, device: str, serial: str) -> None:
        self.held.pop((device, serial), None)

    def serials(self, device: str) -> tuple[str, ...]:
        return tuple(serial for found, serial in self.held if found == device)

    def stamps(self, device: str) -> dict[str, int]:
        return {serial: self._stamps[device, serial] for serial in self.serials(device)}

    def devices(self, serial: str) -> tuple[Device, ...]:
        return tuple(one for (_, found), one in self.held.items() if found == serial)

    def forget(self, device: str, serial: str, push_token: str, before: int) -> bool:
        found = self.held.get((device, serial))
        if found is None or found.push_token != push_token or found.registered_at >= before:
            return False
        del self.held[device, serial]
        return True


class MemoryCards:
    """Cards by serial; a test changes them under the service's feet."""

    def __init__(self, *cards: Card) -> None:
        self.held = {card.serial: card for card in cards}

    def by_serial(self, serial: str, now: datetime) -> Card | None:
        return self.held.get(serial)

    def by_link(self, link: str, now: datetime, language: str | None = None) -> Card | None:
        return self.held.get(link.removeprefix("link-")) if link.startswith("link-") else None

    def by_link_in_languages(self, link: str, now: datetime) -> Card | None:
        return self.by_link(link, now)

    def by_member(self, program: str, member: str, now: datetime) -> Card | None:
        return next((card for card in self.held.values() if card.member == member), None)

    def versions(self, serials: Iterable[str]) -> dict[str, int]:
        return {serial: self.held[serial].version for serial in serials if serial in self.held}


class LocalApns:
    """The local APNs in a thread of the test's process."""

    def __init__(self, chain: Certificates, folder: Path) -> None:
        self.desk = Desk(folder / "pushes.jsonl", time.time)
        self._chain = chain
        self._port = 0

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._port}"

    def start(self) -> Self:
        started = threading.Event()

        async def run() -> None:
            self._loop = asyncio.get_running_loop()
            self._end = asyncio.Event()
            self._server = Server(self.desk, self._chain)
            listening = await self._server.start(self._port)
            self._port = listening.sockets[0].getsockname()[1]
            started.set()
            await self._end.wait()
            listening.close()
            await self._server.stop()

        self._thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def goaway(self) -> None:
        asyncio.run_coroutine_threadsafe(self._server.goaway(), self._loop).result(5)

    def received(self, status: int = 200) -> list[str]:
        return [one["token"] for one in self.desk.listing()["pushes"] if one["status"] == status]
