"""Channels to members: how a program's are set up, and what of a member's has ended or leads there.

Secrets of carriers lie with the other secrets. The number of a chat is sealed like all that tells
who somebody is; of a dead address a pseudonym is kept, so that another address is tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from loyalty.money import FINE
from loyalty.store import keys, named_documents
from loyalty.store.sealing import is_sealed
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.store.tables import Item, Tables, Write

MOST_SOFT, SOFT_SECONDS = 3, 14 * 86_400
"""So many bounces that may pass, in so many seconds, rest an address until they are past."""

_LINK_SECONDS: Final = 15 * 60


@dataclass(frozen=True, slots=True)
class Trial:
    """A message to try a channel: the second it was asked for, and how its carrier took it.

    ``how`` is empty until somebody has handed it over; ``reason`` is the carrier's code, no words.
    """

    asked: int
    how: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeptChannel:
    """How a channel is set up.

    Attributes
    ----------
    document
        As the owner sent it, without secrets, with what the carrier has said of itself.
    version
        Rises with every change.
    held
        The second until which the whole channel rests, because its carrier has asked for it.
    down
        The carrier's code of why it takes nothing any more, until the owner sets it up anew.
    trial
        The last message that tried it as it is set up now.
    """

    id: str
    document: Mapping[str, Any]
    version: int = 1
    held: int = 0
    down: str = ""
    trial: Trial | None = None

    @property
    def price(self) -> int:
        """Return what one message, or a part of a text message, costs: parts of a minor unit."""
        return round((self.document.get("price") or 0) * FINE)


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of ways to a member.

    Attributes
    ----------
    chat
        The number of the chat that they have bound; empty without one.
    dead
        By channel: the pseudonym of an address at which there is nobody.
    soft
        By channel: seconds of bounces that may pass.
    version
        0 where nothing was ever written.
    """

    chat: str = ""
    dead: Mapping[str, str] = field(default_factory=dict)
    soft: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    version: int = 0

    def rests(self, channel: str, second: int) -> bool:
        """Tell whether too much has bounced lately."""
        lately = [one for one in self.soft.get(channel, ()) if one > second - SOFT_SECONDS]
        return len(lately) >= MOST_SOFT

    def bounced(self, channel: str, second: int) -> Reach:
        """Return the same after one more bounce that may pass."""
        times = (*self.soft.get(channel, ()), second)[-MOST_SOFT:]
        return replace(self, soft={**self.soft, channel: times})


NOWHERE: Final = Reach()


# A program's


def read(tables: Tables, program: str, channel: str) -> KeptChannel | None:
    """Return how a channel is set up."""
    return named_documents.read(tables, keys.channel_key(program, channel), _channel)


def read_all(tables: Tables, program: str) -> dict[str, KeptChannel]:
    """Return all channels of a program that are set up."""
    found = named_documents.read_all(tables, keys.channel_key(program, ""), _channel)
    return {one.id: one for one in found}


def put(program: str, channel: KeptChannel) -> Write:
    """Return the write of a channel, if its version is the next one."""
    return named_documents.put(
        keys.channel_key(program, channel.id), channel.document, channel.version
    )


def remove(program: str, channel: KeptChannel) -> Write:
    """Return the write by which a channel is not set up any more, as it was read."""
    return Delete(keys.channel_key(program, channel.id), Equals("v", channel.version))


def hold(tables: Tables, program: str, channel: KeptChannel, second: int, down: str = "") -> None:
    """Let a whole channel rest until a second, unless it has changed meanwhile."""
    key, unchanged = keys.channel_key(program, channel.id), Equals("v", channel.version)
    try:
        tables.write_alone(Update(key, {"hd": second, "dn": down}, condition=unchanged))
    except Cancelled:
        return


def tried(tables: Tables, program: str, channel: KeptChannel, trial: Trial) -> None:
    """Keep how a channel was tried, unless it was set up anew meanwhile."""
    key, unchanged = keys.channel_key(program, channel.id), Equals("v", channel.version)
    values = {"ta": trial.asked, "th": trial.how, "tr": trial.reason}
    try:
        tables.write_alone(Update(key, values, condition=unchanged))
    except Cancelled:
        return


def _channel(item: Item) -> KeptChannel:
    name = keys.listed_name(item["sk"])
    trial = Trial(item["ta"], item["th"], item["tr"]) if "ta" in item else None
    held, down = item.get("hd", 0), item.get("dn", "")
    return KeptChannel(name, named_documents.document_of(item), item["v"], held, down, trial)


# A member's


def read_reach(tables: Tables, program: str, member: str) -> Reach:
    """Return what is known of ways to a member."""
    return read_many(tables, program, [member]).get(member, NOWHERE)


def read_many(tables: Tables, program: str, members: Iterable[str]) -> dict[str, Reach]:
    """Return the same of those of these members of whom anything is known."""
    places = {keys.channels_of_key(program, one): one for one in members}
    found = tables.get_many(places) if places else {}
    return {places[key]: to_reach(item) for key, item in found.items()}


def change(program: str, member: str, before: Reach, after: Reach) -> Write:
    """Return the write of it, if it still is as it was read."""
    unchanged = Equals("v", before.version) if before.version else Absent()
    item = {
        "c": after.chat,
        "d": dict(after.dead),
        "s": {name: list(times) for name, times in after.soft.items()},
        "v": before.version + 1,
    }
    return Put(keys.channels_of_key(program, member), item, unchanged)


def to_reach(item: Item) -> Reach:
    """Return it as it lies in the table; of whoever is unreadable without the chat."""
    chat = "" if is_sealed(item) else item["c"]
    soft = {name: tuple(times) for name, times in item["s"].items()}
    return Reach(chat, item["d"], soft, item["v"])


# Links that bind a chat to a member's card


def offer_link(program: str, member: str, hashed: str, second: int) -> Write:
    """Return the write of a link (its hash) that is good once, for a quarter of an hour."""
    item = {"p": program, "m": member, "e": second + _LINK_SECONDS}
    return Put(keys.directory_key("bind", hashed), {**item, "ttl": second + _LINK_SECONDS})


def read_link(tables: Tables, hashed: str, second: int) -> tuple[str, str] | None:
    """Return program and member of a link that is still good."""
    item = tables.get(keys.directory_key("bind", hashed))
    return (item["p"], item["m"]) if item and item["e"] > second else None


def use_link(hashed: str, program: str) -> Write:
    """Return the write by which a link is good once."""
    return Delete(keys.directory_key("bind", hashed), Equals("p", program))
