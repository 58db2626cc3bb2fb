"""Read and write API keys and webhook endpoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from loyalty.core.instants import instant, microseconds
from loyalty.store import keys
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.store.tables import Item, Tables, Write

Scope = Literal["till", "staff", "accountant", "manager", "owner"]


@dataclass(frozen=True, slots=True)
class StoredKey:
    """An API key without its secret, of which the hash and the last four letters are kept.

    Attributes
    ----------
    name, location, person
        How its owner calls it, where it is used, whose it is; empty where nobody said.
    limits
        Limits of acts by their names in a program's ``staff``; narrower than these, or nothing.
    old_hash, old_until
        The secret before the last rotation, and the instant (µs) until which it opens, too.
    made_at
        Instant (µs); 0 for keys that were made before that was kept.
    revision
        Rises with every change.
    """

    program: str
    scope: Scope
    sources: tuple[str, ...]
    hash: str
    last4: str
    expires_at: datetime | None
    name: str = ""
    location: str = ""
    person: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    old_hash: str = ""
    old_until: int = 0
    made_at: int = 0
    revision: int = 1


@dataclass(frozen=True, slots=True)
class ToolFields:
    """What the fields of a booking tool's or CRM's clients mean, as the owner has said it.

    Attributes
    ----------
    attributes
        The program's attribute, by the tool's field.
    consents
        The channel for which a field says whether somebody agrees to offers, by the tool's field.
    written
        The tool's field into which we write, by what is written (``WRITTEN``).
    """

    attributes: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)


WRITTEN: Final = ("balance", "level", "code")
"""What of a card may be written into a tool's fields."""
NO_FIELDS: Final = ToolFields()


@dataclass(frozen=True, slots=True)
class StoredEndpoint:
    """A webhook endpoint without its secrets, which are kept elsewhere."""

    program: str
    sources: tuple[str, ...]
    scheme: str
    url: str
    merchant: str = ""
    address: str = ""
    secrets_at: int | None = None
    token: bool = False
    location: str = ""
    fields: ToolFields = NO_FIELDS


def read_key(tables: Tables, key: str) -> StoredKey | None:
    """Read the API key of that id."""
    item = tables.get(keys.directory_key("key", key))
    return None if item is None else _to_key(item)


def read_keys(tables: Tables, program: str) -> dict[str, StoredKey]:
    """Read all keys of a program, by id; those that were made before they were listed are not."""
    first = keys.listed_key_key(program, "")
    names = [keys.listed_name(item["sk"]) for item in tables.query("state", first.pk, first.sk)]
    places = {name: keys.directory_key("key", name) for name in names}
    found = tables.get_many(places.values())
    return {name: _to_key(found[place]) for name, place in places.items()}


def write(tables: Tables, *writes: Write) -> bool:
    """Write changes of keys and people; False where one was not as it had been read."""
    try:
        tables.write(*writes)
    except Cancelled as cancelled:
        if any(reason.kind == "throttled" for reason in cancelled.reasons):
            raise
        return False
    return True


def add_key(tables: Tables, key: str, stored: StoredKey, *more: Write) -> None:
    """Write a new API key, and ``more`` with it; raises Cancelled where there is one of that id."""
    tables.write(*put_key(key, stored), *more)


def put_key(key: str, stored: StoredKey) -> list[Write]:
    """Return the writes of an API key in its next revision; the first lists it."""
    before = stored.revision - 1
    condition = Equals("r", before) if before else Absent()
    writes: list[Write] = [Put(keys.directory_key("key", key), _key_item(stored), condition)]
    if not before:
        writes.append(Put(keys.listed_key_key(stored.program, key), {}))
    return writes


def _key_item(stored: StoredKey) -> Item:
    return {
        "program": stored.program,
        "scope": stored.scope,
        "sources": list(stored.sources),
        "hash": stored.hash,
        "last4": stored.last4,
        "at": stored.made_at,
        "r": stored.revision,
        **({"expires": microseconds(stored.expires_at)} if stored.expires_at else {}),
        **({"name": stored.name} if stored.name else {}),
        **({"location": stored.location} if stored.location else {}),
        **({"person": stored.person} if stored.person else {}),
        **({"limits": dict(stored.limits)} if stored.limits else {}),
        **({"oh": stored.old_hash, "ou": stored.old_until} if stored.old_hash else {}),
    }


def _to_key(item: Item) -> StoredKey:
    return StoredKey(
        program=item["program"],
        scope=item["scope"],
        sources=tuple(item["sources"]),
        hash=item["hash"],
        last4=item["last4"],
        expires_at=instant(item["expires"]) if "expires" in item else None,
        name=item.get("name", ""),
        location=item.get("location", ""),
        person=item.get("person", ""),
        limits=item.get("limits", {}),
        old_hash=item.get("oh", ""),
        old_until=item.get("ou", 0),
        made_at=item["at"],
        revision=item["r"],
    )


def read_endpoint(tables: Tables, endpoint: str) -> StoredEndpoint | None:
    """Read the webhook endpoint of that id."""
    item = tables.get(keys.directory_key("endpoint", endpoint))
    if item is None:
        return None
    return StoredEndpoint(
        program=item["program"],
        sources=tuple(item["sources"]),
        scheme=item["scheme"],
        url=item["url"],
        merchant=item.get("merchant", ""),
        address=item.get("address", ""),
        secrets_at=item.get("secrets_at"),
        token=item.get("token", False),
        location=item.get("location", ""),
        fields=ToolFields(*item["fields"]) if "fields" in item else NO_FIELDS,
    )


def put_endpoint(tables: Tables, endpoint: str, stored: StoredEndpoint, *more: Write) -> None:
    """Write a webhook endpoint, new or not, and ``more`` with it; it is watched from then on."""
    item = {
        "program": stored.program,
        "sources": list(stored.sources),
        "scheme": stored.scheme,
        "url": stored.url,
        **({"merchant": stored.merchant} if stored.merchant else {}),
        **({"address": stored.address} if stored.address else {}),
        **({} if stored.secrets_at is None else {"secrets_at": stored.secrets_at}),
        **({"token": True} if stored.token else {}),
        **({"location": stored.location} if stored.location else {}),
        **({} if stored.fields == NO_FIELDS else {"fields": _fields(stored.fields)}),
    }
    place = keys.directory_key("endpoint", endpoint)
    # Looked at from the next minute on (``till_watch``), and as before where it is there already.
    watched = keys.till_watch_key(stored.program, endpoint)
    tables.write(Put(place, item), Update(watched, defaults={"wp": keys.TILLS, "wt": 0}), *more)


def _fields(fields: ToolFields) -> list[dict[str, str]]:
    return [dict(fields.attributes), dict(fields.consents), dict(fields.written)]


def claim_name(tables: Tables, program: str, endpoint: str) -> bool:
    """Let an endpoint's name be a program's for good; False where it is another's.

    Messages that wait, and those that are kept to be worked on again, are known by it.
    """
    key = keys.directory_key("endpoint-name", endpoint)
    if write(tables, Put(key, {"program": program}, Absent())):
        return True
    item = tables.get(key)
    return item is not None and bool(item["program"] == program)


def remove_endpoint(tables: Tables, program: str, endpoint: str, *more: Write) -> bool:
    """Let an endpoint be gone, with the watch over it and what its calendar said last.

    Its name stays the program's, and nothing is written into its tool any more. False: somebody
    else has changed into whose tools is written meanwhile.
    """
    return write(
        tables,
        Put(keys.directory_key("endpoint-name", endpoint), {"program": program}),
        *change_writing(tables, program, endpoint, writes=False),
        Delete(keys.directory_key("endpoint", endpoint)),
        Delete(keys.till_watch_key(program, endpoint)),
        Delete(keys.feed_key(program, endpoint)),
        *more,
    )


def change_fields(endpoint: str, fields: ToolFields) -> Write:
    """Return the write after which an endpoint's tool's fields mean that."""
    return Update(keys.directory_key("endpoint", endpoint), {"fields": _fields(fields)})


def read_writing(tables: Tables, program: str) -> tuple[str, ...]:
    """Return the endpoints of a program whose tool is written into."""
    # By the call that may read any item of the table: routers may get no single one.
    key = keys.writing_key(program)
    found = tables.get_many([key]).get(key)
    return tuple(found["li"]) if found else ()


def change_writing(tables: Tables, program: str, endpoint: str, *, writes: bool) -> list[Write]:
    """Return the writes after which an endpoint is among these, or is not."""
    key = keys.writing_key(program)
    seen = tables.get(key)
    before = list(seen["li"]) if seen else []
    after = sorted({*before, endpoint} if writes else {*before} - {endpoint})
    if after == before:
        return []
    unmoved = Equals("v", seen["v"]) if seen else Absent()
    return [Put(key, {"li": after, "v": (seen["v"] if seen else 0) + 1}, unmoved)]
