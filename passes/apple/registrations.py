"""Which devices want to hear of changes to which passes: the port, not its storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MOST_DEVICES = 50
"""Devices that one pass may be registered on at a time."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that holds a pass.

    Attributes
    ----------
    device
        The device library identifier: a secret between the device and us.
    push_token
        Hexadecimal address for pushes; it may change at any registration.
    registered_at
        When the device last registered this token, in seconds of UTC.
    """

    device: str
    push_token: str
    registered_at: int


class TooManyDevices(Exception):  # noqa: N818 - a refusal, named as the owner would say it
    """A pass is already registered on as many devices as one pass may be."""


class Registrations(Protocol):
    """Registrations by (device, serial). Every read sees every finished write.

    Whatever names a pass that does not exist (any more) may raise LookupError.
    """

    def register(self, device: str, serial: str, push_token: str, now: int) -> bool:
        """Store the registration, or refresh its push token; tell whether it is new.

        Raises
        ------
        TooManyDevices
            The pass is on :data:`MOST_DEVICES` other devices.
        """

    def unregister(self, device: str, serial: str) -> None:
        """Remove the registration, if it is there."""

    def serials(self, device: str) -> tuple[str, ...]:
        """Return the passes that a device wants to hear of."""

    def stamps(self, device: str) -> dict[str, int]:
        """Return the same passes, each with a number that a registration keeps while it lives.

        A registration that is ended and made again has another number.
        """

    def devices(self, serial: str) -> tuple[Device, ...]:
        """Return the devices that want to hear of a pass."""

    def forget(self, device: str, serial: str, push_token: str, before: int) -> bool:
        """Remove a registration that APNs calls gone, unless it has been renewed since.

        Only a registration with this very token, registered before `before` (seconds of UTC), is
        removed. Tells whether one was.
        """
