"""Registrations of phones in the state table: the port that Apple's web service asks for."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from loyalty.store import items
from loyalty.store.tables import Absent, AllOf, Below, Cancelled, Delete, Equals, Put
from passes.apple.registrations import MOST_DEVICES, Device, TooManyDevices

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.store.tables import Tables

_ATTEMPTS = 3


class TableRegistrations:
    """See ``passes.apple.registrations.Registrations``.

    A registration is two items, one for each way of asking, written and removed together.
    """

    def __init__(
        self, tables: Tables, stamp: Callable[[], int] = lambda: secrets.randbits(32)
    ) -> None:
        self._tables = tables
        self._stamp = stamp

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
        program, member = self._owner(serial)
        ours = items.device_pass_key(device, serial)
        known = self._tables.get(ours)
        if known is None:
            others = [found for found in self.devices(serial) if found.device != device]
            if len(others) >= MOST_DEVICES:
                raise TooManyDevices(serial)
        stamp = known.get("stamp") if known else None
        # A registration that was ended between reading and writing is a new one, with a new stamp:
        # the phone may hold an old file by now, and must hear of everything.
        unchanged = Equals("stamp", stamp) if stamp is not None else None
        passed = {
            "program": program,
            "member": member,
            "stamp": self._stamp() if stamp is None else stamp,
        }
        self._tables.write(
            Put(
                items.device_key(program, member, device),
                {"device": device, "token": push_token, "at": now},
            ),
            Put(ours, passed, Absent() if known is None else unchanged),
        )
        return known is None

    def unregister(self, device: str, serial: str) -> None:
        """Remove the registration, if it is there, unless it is made anew at this moment."""
        program, member = self._owner(serial)
        theirs, ours = (
            items.device_key(program, member, device),
            items.device_pass_key(device, serial),
        )
        found = self._tables.get(theirs)
        if found is None:
            self._tables.write(Delete(ours))
            return
        as_read = AllOf((Equals("token", found["token"]), Equals("at", found["at"])))
        try:
            self._tables.write(Delete(theirs, as_read), Delete(ours))
        except Cancelled as cancelled:
            if cancelled.reasons[0].kind != "condition":
                raise

    def serials(self, device: str) -> tuple[str, ...]:
        """Return the passes that a device wants to hear of."""
        return tuple(self.stamps(device))

    def stamps(self, device: str) -> dict[str, int]:
        """Return the same passes, each with its registration's own number."""
        partition = items.device_pass_key(device, "").pk
        found = self._tables.query("state", partition)
        return {item["sk"]: int(item.get("stamp", 0)) for item in found}

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
