"""Registrations of phones in the state table: the port that Apple's web service asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import items
from loyalty.store.tables import AllOf, Below, Cancelled, Delete, Equals, Put
from passes.apple.registrations import MOST_DEVICES, Device, TooManyDevices

if TYPE_CHECKING:
    from loyalty.store.tables import Tables


class TableRegistrations:
    """See ``passes.apple.registrations.Registrations``.

    A registration is two items, one for each way of asking, written and removed together.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def register(self, device: str, serial: str, push_token: str, now: int) -> bool:
        """Store the registration, or refresh its push token; tell whether it is new."""
        program, member = self._owner(serial)
        known = {found.device for found in self.devices(serial)}
        if device not in known and len(known) >= MOST_DEVICES:
            raise TooManyDevices(serial)
        registration = {"device": device, "token": push_token, "at": now}
        self._tables.write(
            Put(items.device_key(program, member, device), registration),
            Put(items.device_pass_key(device, serial), {"program": program, "member": member}),
        )
        return device not in known

    def unregister(self, device: str, serial: str) -> None:
        """Remove the registration, if it is there."""
        program, member = self._owner(serial)
        self._tables.write(
            Delete(items.device_key(program, member, device)),
            Delete(items.device_pass_key(device, serial)),
        )

    def serials(self, device: str) -> tuple[str, ...]:
        """Return the passes that a device wants to hear of."""
        partition = items.device_pass_key(device, "").pk
        return tuple(item["sk"] for item in self._tables.query("state", partition))

    def devices(self, serial: str) -> tuple[Device, ...]:
        """Return the devices that want to hear of a pass."""
        first = items.device_key(*self._owner(serial), "")
        return tuple(
            Device(item["device"], item["token"], item["at"])
            for item in self._tables.query("state", first.pk, first.sk)
        )

    def forget(self, device: str, serial: str, push_token: str, before: int) -> bool:
        """Remove a registration that APNs calls gone, unless it has been renewed since."""
        program, member = self._owner(serial)
        unchanged = AllOf((Equals("token", push_token), Below("at", before)))
        try:
            self._tables.write(
                Delete(items.device_key(program, member, device), unchanged),
                Delete(items.device_pass_key(device, serial)),
            )
        except Cancelled as cancelled:
            if cancelled.reasons[0].kind != "condition":
                raise
            return False
        return True

    def _owner(self, serial: str) -> tuple[str, str]:
        item = self._tables.get(items.directory_key("serial", serial))
        if item is None:
            raise LookupError("no pass of this serial")
        return item["program"], item["member"]


class TableGoogleSaves:
    """Remembers which members have begun to save their card to Google Wallet."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def mark(self, program: str, member: str) -> None:
        """Remember it, before the object is made: from then on updates are sent."""
        self._tables.write(Put(items.google_key(program, member), {"begun": 1}))

    def is_marked(self, program: str, member: str) -> bool:
        """Tell whether updates are wanted."""
        return self._tables.get(items.google_key(program, member)) is not None
