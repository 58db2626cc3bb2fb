"""Registrations of phones in the state table: the port that Apple's web service asks for."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loyalty.store import directory, registrations
from loyalty.store.registrations import Registration
from loyalty.store.tables import Cancelled
from passes.apple.registrations import MOST_DEVICES, Device, TooManyDevices

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.store.tables import Tables

_ATTEMPTS = 3


class TableRegistrations:
    """See ``passes.apple.registrations.Registrations``."""

    def __init__(
        self,
        tables: Tables,
        stamp: Callable[[], int] = lambda: secrets.randbits(32),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._tables = tables
        self._stamp = stamp
        self._clock = clock

    def register(self, device: str, serial: str, push_token: str, now: int) -> bool:
        """Store the registration, or refresh its push token; tell whether it is new."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                return self._register(device, serial, push_token, now)
            except Cancelled:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _register(self, device: str, serial: str, push_token: str, now: int) -> bool:
        owner = self._owner(serial)
        known = registrations.read_stamp(self._tables, device, serial)
        if known is None:
            others = [found for found in self.devices(serial) if found.device != device]
            if len(others) >= MOST_DEVICES:
                raise TooManyDevices(serial)
        # A registration that was ended between reading and writing is a new one, with a new stamp:
        # the phone may hold an old file by now, and must hear of everything.
        stamp = self._stamp() if known is None else known
        registration = Registration(device, push_token, now)
        registrations.put(self._tables, owner, serial, registration, known=known, stamp=stamp)
        return known is None

    def unregister(self, device: str, serial: str) -> None:
        """Remove the registration, if it is there, unless it is made anew at this moment."""
        now = int(self._clock().timestamp())
        registrations.remove(self._tables, self._owner(serial), device, serial, now)

    def serials(self, device: str) -> tuple[str, ...]:
        """Return the passes that a device wants to hear of."""
        return tuple(self.stamps(device))

    def stamps(self, device: str) -> dict[str, int]:
        """Return the same passes, each with its registration's own number."""
        return registrations.read_stamps(self._tables, device)

    def devices(self, serial: str) -> tuple[Device, ...]:
        """Return the devices that want to hear of a pass."""
        found = registrations.read_phones(self._tables, *self._owner(serial))
        return tuple(Device(one.device, one.push_token, one.at) for one in found)

    def forget(self, device: str, serial: str, push_token: str, before: int) -> bool:
        """Remove a registration that APNs calls gone, unless it has been renewed since."""
        now = int(self._clock().timestamp())
        owner = self._owner(serial)
        return registrations.remove_gone(
            self._tables, owner, device, serial, now, push_token=push_token, before=before
        )

    def _owner(self, serial: str) -> tuple[str, str]:
        owner = directory.find(self._tables, "serial", serial)
        if owner is None:
            raise LookupError("no pass of this serial")
        return owner
