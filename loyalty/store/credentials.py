"""Read and write API keys and webhook endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.core.instants import instant, microseconds
from loyalty.store import keys
from loyalty.store.tables import Absent, Equals, Put, Update

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.store.tables import Tables

Scope = Literal["till", "staff", "owner"]


@dataclass(frozen=True, slots=True)
class StoredKey:
    """An API key without its secret, of which the hash and the last four letters are kept."""

    program: str
    scope: Scope
    sources: tuple[str, ...]
    hash: str
    last4: str
    expires_at: datetime | None


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


def read_key(tables: Tables, key: str) -> StoredKey | None:
    """Read the API key of that id."""
    item = tables.get(keys.directory_key("key", key))
    if item is None:
        return None
    return StoredKey(
        program=item["program"],
        scope=item["scope"],
        sources=tuple(item["sources"]),
        hash=item["hash"],
        last4=item["last4"],
        expires_at=instant(item["expires"]) if "expires" in item else None,
    )


def add_key(tables: Tables, key: str, stored: StoredKey) -> None:
    """Write a new API key; raises Cancelled where there is one of that id."""
    item = {
        "program": stored.program,
        "scope": stored.scope,
        "sources": list(stored.sources),
        "hash": stored.hash,
        "last4": stored.last4,
        **({"expires": microseconds(stored.expires_at)} if stored.expires_at else {}),
    }
    tables.write(Put(keys.directory_key("key", key), item, Absent()))


def end_key(tables: Tables, key: str, stored: StoredKey, now: datetime) -> None:
    """Let an API key be good for nothing from now on; its id stays taken, for it names an actor.

    Raises Cancelled where the key is another one by now.
    """
    values = {"expires": microseconds(now)}
    place = keys.directory_key("key", key)
    tables.write(Update(place, values, condition=Equals("hash", stored.hash)))


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
    )


def put_endpoint(tables: Tables, endpoint: str, stored: StoredEndpoint) -> None:
    """Write a webhook endpoint, new or not; it is watched from then on."""
    item = {
        "program": stored.program,
        "sources": list(stored.sources),
        "scheme": stored.scheme,
        "url": stored.url,
        **({"merchant": stored.merchant} if stored.merchant else {}),
        **({"address": stored.address} if stored.address else {}),
        **({} if stored.secrets_at is None else {"secrets_at": stored.secrets_at}),
        **({"token": True} if stored.token else {}),
    }
    place = keys.directory_key("endpoint", endpoint)
    # Looked at from the next minute on (``till_watch``), and as before where it is there already.
    watched = keys.till_watch_key(stored.program, endpoint)
    tables.write(Put(place, item), Update(watched, defaults={"wp": keys.TILLS, "wt": 0}))
