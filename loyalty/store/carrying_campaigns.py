"""Carry out and in what a shop tells its members: how campaigns ended for them, and guest books."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.core.invitation import GuestBook  # noqa: TC001 - read where one is built
from loyalty.store import broadcast_book, campaign_book, invitation_book, keys, segment_book
from loyalty.store.campaign_book import Claim, Spent  # noqa: TC001 - the same
from loyalty.store.carrying import as_it_was, put_absent
from loyalty.store.sealing import NONCE, unwrapped, wrapped
from loyalty.store.tables import Absent, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loyalty.store.broadcast_book import KeptBroadcast
    from loyalty.store.campaign_book import KeptCampaign
    from loyalty.store.sealing import Wraps
    from loyalty.store.segment_book import NamedSegment
    from loyalty.store.tables import Tables, Write

Yes = Literal["coming", "waiting"]
_YES: tuple[Yes, Yes] = ("coming", "waiting")


@dataclass(frozen=True, slots=True)
class Ended:
    """How an occurrence of a campaign has ended for a member."""

    campaign: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Seat:
    """Who comes to what a campaign invites to, or waits, by the number of their yes."""

    campaign: str
    state: Yes
    number: int
    member: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What a campaign that was started has done so far.

    ``verdict``: what may be said of it, as of the second ``judged``; ``book``: of what it invites
    to.
    """

    spent: Spent
    verdict: str = ""
    judged: int = 0
    book: GuestBook | None = None


# Out


def ended(
    tables: Tables, program: str, after: tuple[str, str] | None, limit: int
) -> tuple[list[Ended], tuple[str, str] | None]:
    """Return how so many occurrences ended, and where to go on; None at the end."""
    partition, place = after or ("", "")
    found: list[Ended] = []
    for one in campaign_book.read_all(tables, program):
        for pk in keys.claim_partitions(program, one.id) if one.started else ():
            if pk < partition:
                continue
            # A space stands before whatever an occurrence begins with.
            first = f"{place}\x00" if pk == partition else " "
            page = tables.between("state", pk, first, "~", limit - len(found))
            found += [Ended(one.id, campaign_book.to_claim(item)) for item in page]
            if len(found) == limit:
                return found, (pk, page[-1]["sk"])
    return found, None


def ran(tables: Tables, program: str, campaign: KeptCampaign) -> Ran | None:
    """Return what a campaign has done; None before its start."""
    if not campaign.started:
        return None
    verdicts = campaign_book.judged(tables, program, [campaign.id])
    said = verdicts.get(campaign.id, campaign_book.Said("", 0))
    spent = campaign_book.read_spent(tables, program, campaign.id)
    book = invitation_book.read_book(tables, program, campaign.id)
    return Ran(spent, said.verdict, said.at, book)


def seats(tables: Tables, program: str, campaign: str) -> Iterator[Seat]:
    """Yield who comes and who waits, in the order of their yes."""
    for state in _YES:
        for guest in invitation_book.all_guests(tables, program, campaign, state):
            yield Seat(campaign, state, guest.number, guest.member)


def have_ended(tables: Tables, program: str, wanted: Sequence[Ended]) -> dict[Ended, Claim]:
    """Return how these lie in the table, by what was asked for; of those that there are."""
    places = {
        keys.claim_of_key(program, one.campaign, one.claim.occurrence, one.claim.member): one
        for one in wanted
    }
    found = tables.get_many(places) if places else {}
    return {places[key]: campaign_book.to_claim(item) for key, item in found.items()}


def sealed_seed(wraps: Wraps, program: str, campaign: str, seed: bytes) -> dict[str, str]:
    """Return what a surprise is drawn from as nobody can read it without the master key."""
    # The same is sealed alike each time: nothing else is ever sealed with that nonce.
    nonce = hashlib.sha256(b"nonce" + seed).digest()[:NONCE]
    return wrapped(wraps, keys.seed_key(program, campaign), seed, nonce)


def opened_seed(
    wraps: Wraps, program: str, campaign: str, sealed: Mapping[str, str]
) -> bytes | None:
    """Return it; None where it was sealed with a master key that is not here."""
    return unwrapped(wraps, keys.seed_key(program, campaign), dict(sealed))


# In


def put_segments(tables: Tables, program: str, found: Iterable[NamedSegment]) -> None:
    """Write segments as they were."""
    put_absent(tables, [as_it_was(segment_book.put(program, one)) for one in found])


def put_ended(tables: Tables, program: str, found: Iterable[Ended]) -> None:
    """Write how occurrences have ended: none of them comes again."""
    put_absent(tables, [campaign_book.ended(program, one.campaign, one.claim) for one in found])


def put_seats(tables: Tables, program: str, found: Iterable[Seat]) -> None:
    """Write who comes and who waits."""
    put_absent(
        tables,
        [
            invitation_book.put_line(program, one.campaign, one.state, one.number, one.member)
            for one in found
        ],
    )


def put_campaign(
    tables: Tables, program: str, one: KeptCampaign, has_done: Ran | None, seed: bytes | None
) -> None:
    """Write a campaign with what it has done; that first: it is there as a whole, or not yet."""
    writes: list[Write] = []
    if has_done is not None:
        said = {"vd": has_done.verdict, "va": has_done.judged} if has_done.verdict else {}
        item = {"f": has_done.spent.fine, "c": has_done.spent.reached, **said}
        writes.append(Put(keys.spent_key(program, one.id), item, Absent()))
        if has_done.book is not None:
            book = invitation_book.put_book(program, one.id, has_done.book)
            writes.append(as_it_was(book))
    if seed is not None:
        writes.append(campaign_book.put_seed(program, one.id, seed))
    writes.append(as_it_was(campaign_book.put(program, one)))
    put_absent(tables, writes)


def put_broadcasts(tables: Tables, program: str, found: Iterable[KeptBroadcast]) -> None:
    """Write broadcasts as they were."""
    put_absent(tables, [as_it_was(broadcast_book.put(program, one)) for one in found])
