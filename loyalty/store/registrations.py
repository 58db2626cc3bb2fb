"""Read and write which phones want to hear of which passes.

A registration is two items, one for each way of asking, written and removed together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Absent, AllOf, Below, Cancelled, Delete, Equals, Put

if TYPE_CHECKING:
    from loyalty.store.tables import Condition, Tables


@dataclass(frozen=True, slots=True)
class Registration:
    """A phone that holds a member's pass: where it is told of changes, when it last came."""

    device: str
    push_token: str
    at: int


def read_stamp(tables: Tables, device: str, serial: str) -> int | None:
    """Return the number that this registration keeps while it lives; None where there is none."""
    item = tables.get(keys.device_pass_key(device, serial))
    return int(item["stamp"]) if item else None


def read_stamps(tables: Tables, device: str) -> dict[str, int]:
    """Return the serials of the passes that a phone wants to hear of, each with its number."""
    found = tables.query("state", keys.device_pass_key(device, "").pk)
    return {item["sk"]: int(item["stamp"]) for item in found}


def read_phones(tables: Tables, program: str, member: str) -> tuple[Registration, ...]:
    """Return the phones that want to hear of a member's pass."""
    first = keys.device_key(program, member, "")
    return tuple(
        Registration(item["device"], item["token"], item["at"])
        for item in tables.query("state", first.pk, first.sk)
    )


def put(
    tables: Tables,
    owner: tuple[str, str],
    serial: str,
    registration: Registration,
    *,
    known: int | None,
    stamp: int,
) -> None:
    """Write a registration whose number was ``known`` (None: there was none) when it was read.

    Raises
    ------
    Cancelled
        It was made, ended or made anew meanwhile; or a conflict.
    """
    device = registration.device
    program, member = owner
    tables.write(
        Put(
            keys.device_key(program, member, device),
            {
                "device": device,
                "token": registration.push_token,
                "at": registration.at,
                "serial": serial,
            },
        ),
        Put(
            keys.device_pass_key(device, serial),
            {"program": program, "member": member, "stamp": stamp},
            Absent() if known is None else Equals("stamp", known),
        ),
    )


def remove(tables: Tables, owner: tuple[str, str], device: str, serial: str) -> None:
    """Remove a registration, if it is there, unless it is made anew at this moment."""
    key = keys.device_key(*owner, device)
    found = tables.get(key)
    if found is None:
        tables.write(Delete(keys.device_pass_key(device, serial)))
        return
    as_read = AllOf((Equals("token", found["token"]), Equals("at", found["at"])))
    _remove(tables, owner, device, serial, as_read)


def remove_gone(
    tables: Tables,
    owner: tuple[str, str],
    device: str,
    serial: str,
    *,
    push_token: str,
    before: int,
) -> bool:
    """Remove a registration if it still has that token and is older than that second."""
    unchanged = AllOf((Equals("token", push_token), Below("at", before)))
    return _remove(tables, owner, device, serial, unchanged)


def _remove(
    tables: Tables, owner: tuple[str, str], device: str, serial: str, condition: Condition
) -> bool:
    try:
        tables.write(
            Delete(keys.device_key(*owner, device), condition),
            Delete(keys.device_pass_key(device, serial)),
        )
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise
        return False
    return True


def forget_phones(tables: Tables, program: str, member: str, serial: str) -> int:
    """Remove all registrations of a member's passes, of earlier serials too; return how many.

    ``serial`` is that of registrations from before they said theirs.
    """
    first = keys.device_key(program, member, "")
    found = tables.query("state", first.pk, first.sk)
    for item in found:
        remove(tables, (program, member), item["device"], item.get("serial", serial))
    return len(found)
