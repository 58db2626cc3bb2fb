"""Read and write which phones want to hear of which passes.

A registration is two items, one for each way of asking, written and removed together; with the
first and the last of it goes a line for figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import happenings, keys
from loyalty.store.happenings import InWallet
from loyalty.store.tables import Absent, AllOf, Below, Cancelled, Delete, Equals, Put

if TYPE_CHECKING:
    from loyalty.store.tables import Condition, Tables, Write


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

    A new one is a card put into a wallet.

    Raises
    ------
    Cancelled
        It was made, ended or made anew meanwhile; or a conflict.
    """
    device = registration.device
    program, member = owner
    line = InWallet(member, "apple", str(stamp), taken=False, at=registration.at)
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
        *([happenings.put_in_wallet(program, line)] if known is None else []),
    )


def remove(
    tables: Tables, owner: tuple[str, str], device: str, serial: str, now: int | None
) -> None:
    """Remove a registration, if it is there, unless it is made anew at this moment.

    ``now``: the second at which the card was taken out of the wallet; None where it was not.
    """
    key = keys.device_key(*owner, device)
    found = tables.get(key)
    if found is None:
        tables.write(Delete(keys.device_pass_key(device, serial)))
        return
    as_read = AllOf((Equals("token", found["token"]), Equals("at", found["at"])))
    _remove(tables, owner, device, serial, as_read, now)


def remove_gone(
    tables: Tables,
    owner: tuple[str, str],
    device: str,
    serial: str,
    now: int,
    *,
    push_token: str,
    before: int,
) -> bool:
    """Remove a registration if it still has that token and is older than that second.

    ``now``: the second at which the card is counted as taken out of the wallet.
    """
    unchanged = AllOf((Equals("token", push_token), Below("at", before)))
    return _remove(tables, owner, device, serial, unchanged, now)


def _remove(  # noqa: PLR0917
    tables: Tables,
    owner: tuple[str, str],
    device: str,
    serial: str,
    condition: Condition,
    now: int | None,
) -> bool:
    writes: list[Write] = [
        Delete(keys.device_key(*owner, device), condition),
        Delete(keys.device_pass_key(device, serial)),
    ]
    stamp = read_stamp(tables, device, serial) if now is not None else None
    if now is not None and stamp is not None:
        line = InWallet(owner[1], "apple", str(stamp), taken=True, at=now)
        writes.append(happenings.put_in_wallet(owner[0], line))
    try:
        tables.write(*writes)
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise
        return False
    return True


def forget_phones(tables: Tables, program: str, member: str, serial: str) -> int:
    """Remove all registrations of a member's passes, of earlier serials too; return how many.

    ``serial`` is that of registrations from before they said theirs. Nobody has taken these cards
    out of a wallet.
    """
    first = keys.device_key(program, member, "")
    found = tables.query("state", first.pk, first.sk)
    for item in found:
        remove(tables, (program, member), item["device"], item.get("serial", serial), None)
    return len(found)
