"""What a shop tells its members, out and in: segments, campaigns, guest books, broadcasts.

How occurrences of campaigns have ended comes along, line by line, and is there before the campaigns
are: nobody is told again, given again or drawn again. What ran is paused where it comes in, so that
it never runs in two places at once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from loyalty.members.moving_out.differences import Lines, differences
from loyalty.members.moving_out.records import built, plain
from loyalty.store import (
    broadcast_book,
    campaign_book,
    carrying,
    carrying_campaigns,
    segment_book,
)
from loyalty.store.broadcast_book import KeptBroadcast
from loyalty.store.campaign_book import KeptCampaign
from loyalty.store.carrying import OnProgram
from loyalty.store.carrying_campaigns import Ended, Ran, Seat
from loyalty.store.segment_book import NamedSegment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loyalty.ledger.books import Books
    from loyalty.store.tables import Tables

KINDS: Final = ("segments", "campaigns", "seats", "broadcasts", "beside")
OVER: Final = frozenset({"cancelled", "finished"})
"""Campaigns whose surprise is over: what it was drawn from is no secret any more."""


# Out


def lines(books: Books, program: str) -> dict[str, Lines]:
    """Return the lines of each kind, but of how occurrences ended."""
    tables = books.tables
    campaigns = campaign_book.read_all(tables, program)
    return {
        "segments": [plain(one) for one in segment_book.read_all(tables, program)],
        "campaigns": [
            {
                **plain(one),
                "ran": plain(carrying_campaigns.ran(tables, program, one)),
                "seed": _carried(books, program, one),
            }
            for one in campaigns
        ],
        "seats": [
            plain(seat)
            for one in campaigns
            for seat in carrying_campaigns.seats(tables, program, one.id)
        ],
        "broadcasts": [plain(one) for one in broadcast_book.read_all(tables, program)],
        "beside": [plain(carrying.on_program(tables, program))],
    }


def _carried(books: Books, program: str, one: KeptCampaign) -> Mapping[str, str] | None:
    """Return what a surprise is drawn from; as long as it is a secret, sealed."""
    seed = campaign_book.read_seed(books.tables, program, one.id)
    if seed is None or one.state in OVER:
        return {"plain": seed.hex()} if seed else None
    return carrying_campaigns.sealed_seed(books.tokens.wraps(), program, one.id, seed)


# In


def beside(read: Callable[[str], Lines]) -> OnProgram:
    """Return what an export has of what lies on its program; ``read`` returns lines of a kind."""
    return next((built(OnProgram, one) for one in read("beside")), OnProgram())


def put(books: Books, program: str, read: Callable[[str], Lines]) -> None:
    """Write all of that where it is not; how occurrences have ended is there."""
    tables = books.tables
    segments = [built(NamedSegment, one) for one in read("segments")]
    carrying_campaigns.put_segments(tables, program, segments)
    carrying_campaigns.put_seats(tables, program, [built(Seat, one) for one in read("seats")])
    for line in read("campaigns"):
        seed = _seed(books, program, line)
        done = built(Ran, line["ran"]) if line["ran"] else None
        carrying_campaigns.put_campaign(tables, program, _arrives(line, seed), done, seed)
    broadcasts = [built(KeptBroadcast, one) for one in read("broadcasts")]
    carrying_campaigns.put_broadcasts(tables, program, broadcasts)


def put_ended(tables: Tables, program: str, found: Iterable[Mapping[str, Any]]) -> None:
    """Write how occurrences have ended."""
    carrying_campaigns.put_ended(tables, program, [arrived(built(Ended, one)) for one in found])


def arrived(one: Ended) -> Ended:
    """Return how an occurrence has ended as it comes in.

    What waited for its channel there may have been sent from there: nobody knows, and it is not
    sent from here.
    """
    if one.claim.state != "waiting":
        return one
    return replace(one, claim=replace(one.claim, state="sending"))


def were_running(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the campaigns that ran when they were carried out."""
    return [one["id"] for one in found if one["state"] == "running"]


def _arrives(line: Mapping[str, Any], seed: bytes | None) -> KeptCampaign:
    own = {name: one for name, one in line.items() if name not in {"ran", "seed"}}
    one = replace(built(KeptCampaign, own), look=0)
    if line["seed"] and seed is None:
        # What it promised to draw from cannot be read here.
        return replace(one, state="cancelled", version=one.version + 1)
    if one.state == "running":
        return replace(one, state="paused", version=one.version + 1)
    return one


def _seed(books: Books, program: str, line: Mapping[str, Any]) -> bytes | None:
    """Return what a surprise is drawn from; None without one, or of another master key."""
    said = line["seed"]
    if not said:
        return None
    if "plain" in said:
        return bytes.fromhex(said["plain"])
    return carrying_campaigns.opened_seed(books.tokens.wraps(), program, line["id"], said)


# Held against each other


def faults(books: Books, program: str, read: Callable[[str], Lines]) -> Iterator[str]:
    """Yield what of all that is not here as it was carried out."""
    here = lines(books, program)
    for kind in KINDS:
        out = read(kind)
        if kind == "campaigns":
            out = [_comparable(books, program, one, arrives=True) for one in out]
            here[kind] = [_comparable(books, program, one, arrives=False) for one in here[kind]]
        if kind == "beside":
            here[kind] = [_no_newer(one, each) for one, each in zip(out, here[kind], strict=False)]
        yield from differences(kind, out, here[kind])


def _no_newer(out: Mapping[str, Any], here: Mapping[str, Any]) -> dict[str, Any]:
    """Return what lies on the program here; a version that has gone on is as good as it was."""
    name = "card_version"
    return {**here, name: min(out[name], here[name])}


def _comparable(
    books: Books, program: str, line: Mapping[str, Any], *, arrives: bool
) -> dict[str, Any]:
    seed = _seed(books, program, line)
    own = plain(_arrives(line, seed)) if arrives else dict(line)
    return {**own, "ran": line["ran"], "seed": seed.hex() if seed else None}


class Counting:
    """Holds how occurrences ended against what is here, page by page, and against what was paid."""

    def __init__(self, tables: Tables, program: str) -> None:
        self._tables = tables
        self._program = program
        self._lines = Counter[str]()
        self._costs = Counter[str]()

    def page(self, found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        """Yield which of these are not here as they were carried out."""
        out = [built(Ended, one) for one in found]
        here = carrying_campaigns.have_ended(self._tables, self._program, out)
        for one in out:
            self._lines[one.campaign] += 1
            self._costs[one.campaign] += one.claim.cost
            if here.get(one) != arrived(one).claim:
                where = f"{one.campaign} {one.claim.occurrence} {one.claim.member}"
                yield f"ended: {where} is not here as it was carried out"

    def all(self, campaigns: Iterable[Mapping[str, Any]], told: int) -> Iterator[str]:
        """Yield what does not add up once all pages were seen; ``told``: how many there are."""
        if sum(self._lines.values()) != told:
            yield f"ended: {sum(self._lines.values())} lines are here, and {told} were carried out"
        for line in campaigns:
            name = line["id"]
            here = sum(1 for _ in campaign_book.claims(self._tables, self._program, name))
            if here != self._lines[name]:
                yield f"ended: {name} has {here} here, and {self._lines[name]} were carried out"
            # What still ran was paid for on while it was carried out.
            paid = line["ran"]["spent"]["fine"] if line["ran"] else 0
            if line["state"] != "running" and paid != self._costs[name]:
                yield f"ended: {name} has paid {paid}, and its lines say {self._costs[name]}"
