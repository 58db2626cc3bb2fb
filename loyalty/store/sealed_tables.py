"""Tables that seal and open: the one place through which personal data is written and read.

Nothing of data keys is kept in memory between two calls, so an erase counts at once.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loyalty.store import keys
from loyalty.store.sealing import (
    DATA_KEY,
    NONCE,
    SEALED,
    is_sealed,
    opened,
    private_in,
    seal,
    unreadable,
    unwrapped,
    wrapped,
)
from loyalty.store.tables import Absent, Cancelled, Equals, Key, Put, Reason, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from loyalty.store.sealing import Wraps
    from loyalty.store.tables import Item, Place, TableName, Tables, Write

_TRIES = 3
_PERSON = keys.member_key("", "")


def unopened(tables: Tables) -> Tables:
    """Return the tables beneath: for whoever needs of a person only what is not sealed."""
    return tables.beneath if isinstance(tables, SealedTables) else tables


def opened_items(tables: Tables, items: Sequence[Item]) -> list[Item]:
    """Return items of the state table with everything open that can be, by one read of keys."""
    return tables.opened("state", items) if isinstance(tables, SealedTables) else list(items)


class SealedTables:
    """Tables that seal what is private when it is written and open it when it is read.

    What lies in clear from before there were data keys is read as it is, and sealed when it is next
    written. What cannot be opened is left sealed: its readers say so (:func:`unreadable`).

    Parameters
    ----------
    beneath
        Where everything lies, as it lies there.
    wraps
        Asked only when something is sealed or opened: most of what happens needs no master key.
    random
        Makes so many random bytes.
    """

    def __init__(
        self,
        beneath: Tables,
        wraps: Callable[[], Wraps],
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.beneath = beneath
        self._wraps = wraps
        self._random = random

    # Reading

    def get(self, key: Key) -> Item | None:
        """Read one item; see ``Tables.get``."""
        return self.get_many([key]).get(key) if private_in(key) else self.beneath.get(key)

    def get_many(self, keys_: Iterable[Key]) -> dict[Key, Item]:
        """Read items, and the data keys that open them, at once; see ``Tables.get_many``."""
        wanted = list(keys_)
        places = [keys.data_key_key(pk) for pk in _owners(wanted)]
        found = self.beneath.get_many([*wanted, *places])
        data_keys = {place.pk: found.pop(place, None) for place in places}
        return {key: self._opened(key, item, data_keys) for key, item in found.items()}

    def query(self, table: TableName, pk: str, prefix: str = "") -> list[Item]:
        """Read all items of a partition; see ``Tables.query``."""
        return self.opened(table, self.beneath.query(table, pk, prefix))

    def between(
        self, table: TableName, pk: str, first: str, last: str, limit: int, *, newest: bool = False
    ) -> list[Item]:
        """Read so many items of a partition; see ``Tables.between``."""
        found = self.beneath.between(table, pk, first, last, limit, newest=newest)
        return self.opened(table, found)

    def waiting(
        self,
        partition: str,
        before: int,
        limit: int,
        since: int = 0,
        after: Place | None = None,
    ) -> list[Place]:
        """Read places of the index ``waiting``; see ``Tables.waiting``."""
        return self.beneath.waiting(partition, before, limit, since, after)

    def listed(self, partition: str, after: str, limit: int) -> list[str]:
        """Read places of the index ``members``; see ``Tables.listed``."""
        return self.beneath.listed(partition, after, limit)

    def scan(
        self,
        segment: int,
        segments: int,
        after: tuple[str, str] | None,
        limit: int,
        sort_keys: tuple[str, ...],
    ) -> tuple[list[Item], tuple[str, str] | None]:
        """Read a page of the state table, and open nothing; see ``Tables.scan``.

        A walk needs of few what is sealed: :meth:`opened` opens these.
        """
        return self.beneath.scan(segment, segments, after, limit, sort_keys)

    def opened(self, table: TableName, items: Sequence[Item]) -> list[Item]:
        """Return items with everything open, of which some were sealed; one read of data keys."""
        owners = dict.fromkeys(item["pk"] for item in items if is_sealed(item))
        places = [keys.data_key_key(pk) for pk in owners]
        if not places:
            return list(items)
        found = self.beneath.get_many(places)
        data_keys = {place.pk: found.get(place) for place in places}
        return [self._opened(Key(table, item["pk"], item["sk"]), item, data_keys) for item in items]

    def _opened(self, key: Key, item: Item, data_keys: Mapping[str, Item | None]) -> Item:
        if not is_sealed(item) or not private_in(key):
            return item
        stored = data_keys.get(key.pk)
        data_key = self._unwrapped(stored, key.pk) if stored else None
        values = opened(data_key, key, item[SEALED]) if data_key else None
        if values is None:
            return item
        return {**{name: value for name, value in item.items() if name != SEALED}, **values}

    def _unwrapped(self, item: Item, pk: str) -> bytes | None:
        return unwrapped(self._wraps(), keys.data_key_key(pk), item)

    # Writing

    def write(self, *writes: Write) -> None:
        """Write all or nothing, what is private sealed; see ``Tables.write``.

        Whoever has no data key yet is given one in the same transaction.

        Raises
        ------
        Refusal
            ``member_unreadable``: something of them is sealed and their data key is gone.
        """
        for attempt in range(_TRIES):
            sealed, more = self._sealed(writes, sure=attempt > 0)
            try:
                self.beneath.write(*sealed, *more)
            except Cancelled as cancelled:
                asked, own = cancelled.reasons[: len(writes)], cancelled.reasons[len(writes) :]
                if not own or any(one.kind != "none" for one in asked):
                    raise Cancelled(asked) from cancelled
                if any(one.kind != "condition" for one in own if one.kind != "none"):
                    break
            else:
                return
        # Others write there, which whoever asks knows how to take.
        raise Cancelled((Reason("conflict"), *(Reason("none") for _ in writes[1:])))

    def write_alone(self, write: Write) -> None:
        """Write one item; see ``Tables.write_alone``. With a new data key, in a transaction."""
        [sealed], more = self._sealed([write], sure=False)
        if more:
            self.write(write)
        else:
            self.beneath.write_alone(sealed)

    def add(self, key: Key, numbers: Mapping[str, int], values: Mapping[str, Any]) -> None:
        """Add to numbers of one item; see ``Tables.add``."""
        self.beneath.add(key, numbers, values)

    def has_data_key(self, pk: str) -> bool:
        """Tell whether a member has a data key that can be unwrapped."""
        stored = self.beneath.get(keys.data_key_key(pk))
        return stored is not None and self._unwrapped(stored, pk) is not None

    def rewrap(self, pk: str) -> bool:
        """Wrap a data key by the current master key; tell whether an older one had wrapped it."""
        place, wraps = keys.data_key_key(pk), self._wraps()
        stored = self.beneath.get(place)
        if stored is None or stored["w"] == wraps.current:
            return False
        data_key = unwrapped(wraps, place, stored)
        if data_key is None:
            return False
        item = wrapped(wraps, place, data_key, self._random(NONCE))
        # Gone meanwhile: then it must not come back.
        self.beneath.write(Put(place, item, Equals("k", stored["k"])))
        return True

    def _sealed(self, writes: Sequence[Write], *, sure: bool) -> tuple[list[Write], list[Write]]:
        """Return the writes with what is private sealed, and those of data keys that they need.

        ``sure``: data keys are looked for even of members who are only being made.
        """
        owners = list(dict.fromkeys(one.key.pk for one in writes if _told_by(one)))
        if not owners:
            return list(writes), []
        data_keys, more = self._data_keys(owners, set() if sure else _newcomers(writes))
        sealed: list[Write] = []
        for one in writes:
            told = _told_by(one)
            if told and isinstance(one, Put):
                text = seal(data_keys[one.key.pk], one.key, told, self._random(NONCE))
                rest = {name: value for name, value in one.item.items() if name not in told}
                sealed.append(replace(one, item={**rest, SEALED: text}))
            else:
                sealed.append(one)
        return sealed, more

    def _data_keys(
        self, owners: Sequence[str], new: set[str]
    ) -> tuple[dict[str, bytes], list[Write]]:
        wraps = self._wraps()
        found: dict[str, bytes] = {}
        more: list[Write] = []
        known = [pk for pk in owners if pk not in new]
        places = {pk: (keys.data_key_key(pk), replace(_PERSON, pk=pk)) for pk in known}
        wanted = [one for two in places.values() for one in two]
        there = self.beneath.get_many(wanted) if wanted else {}
        for pk in owners:
            place, person = places.get(pk, (keys.data_key_key(pk), None))
            stored = there.get(place)
            if stored is not None:
                data_key = unwrapped(wraps, place, stored)
                if data_key is None:
                    raise unreadable()
            elif person in there and is_sealed(there[person]):
                raise unreadable()
            else:
                data_key = self._random(DATA_KEY)
                item = wrapped(wraps, place, data_key, self._random(NONCE))
                more.append(Put(place, item, Absent()))
            found[pk] = data_key
        return found, more


def _owners(wanted: Iterable[Key]) -> list[str]:
    return list(dict.fromkeys(key.pk for key in wanted if private_in(key)))


def _told_by(write: Write) -> dict[str, Any]:
    """Return what of a write is private.

    Raises
    ------
    TypeError
        It would change single attributes of what is sealed as a whole.
    """
    private = private_in(write.key)
    if isinstance(write, Update) and {*write.values, *write.defaults} & {*private}:
        raise TypeError("what is sealed is written as a whole")
    if not isinstance(write, Put):
        return {}
    return {name: write.item[name] for name in private if name in write.item}


def _newcomers(writes: Iterable[Write]) -> set[str]:
    """Return the partitions of members who come into being by these writes."""
    return {
        one.key.pk
        for one in writes
        if isinstance(one, Put)
        and one.key.sk == _PERSON.sk
        and one.condition == Absent()
        and private_in(one.key)
    }
