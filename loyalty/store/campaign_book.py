"""Campaigns, how they stand, and how each of their occurrences ended for each member.

A claim is written once, with all that follows from it, or not at all: it is why nobody is reached
twice. Claims name members by ids and nothing else; they stay when a member leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from loyalty.money import FINE
from loyalty.store import keys, named_documents
from loyalty.store.tables import Absent, Below, Equals, Put, Update, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from loyalty.store.tables import Item, Key, Tables, Write

State = Literal["draft", "running", "paused", "cancelled", "finished"]


@dataclass(frozen=True, slots=True)
class KeptCampaign:
    """A campaign as it is kept.

    Attributes
    ----------
    document
        As the owner sent it.
    version
        Rises with every change of it or of its state.
    started
        µs since 1970 of the first start; 0 before it.
    control
        Share held out, basis points: fixed when it starts.
    look
        The second at which it is looked at next; 0 where it is not.
    """

    id: str
    document: Mapping[str, Any]
    state: State = "draft"
    version: int = 1
    started: int = 0
    control: int = 0
    look: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """How an occurrence ended for a member: when (µs since 1970), and what it cost, finely.

    Attributes
    ----------
    channel
        By which the member is told; empty: on the card, in the transaction of the claim.
    state
        Of another channel: waiting, sending (nobody knows, if it stays so), or how it ended.
    serial
        Of the single-use code of a coupon that they were given; 0 without one.
    friends
        How many friends they had brought by then; None of campaigns that do not ask for any.
    """

    occurrence: str
    member: str
    outcome: str
    at: int
    cost: int = 0
    channel: str = ""
    state: str = ""
    serial: int = 0
    friends: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a campaign has cost so far; ``reached``: who was asked or cost something.

    ``fine`` is in parts of a minor unit (``loyalty.money.FINE``), exactly.
    """

    fine: int = 0
    reached: int = 0

    @property
    def money(self) -> int:
        """Return what it cost in minor units, of which one that has begun counts."""
        return -(-self.fine // FINE)


def read(tables: Tables, program: str, campaign: str) -> KeptCampaign | None:
    """Return a campaign."""
    return named_documents.read(tables, keys.campaign_key(program, campaign), _campaign)


def read_many(tables: Tables, program: str, campaigns: Iterable[str]) -> list[KeptCampaign]:
    """Return those of these campaigns that there are, by id."""
    found = tables.get_many([keys.campaign_key(program, one) for one in campaigns])
    return sorted(map(_campaign, found.values()), key=lambda one: one.id)


def read_all(tables: Tables, program: str) -> list[KeptCampaign]:
    """Return all campaigns of a program, by id."""
    return named_documents.read_all(tables, keys.campaign_key(program, ""), _campaign)


def put(program: str, campaign: KeptCampaign) -> Write:
    """Return the write of a campaign, if its version is the next one."""
    more = {
        "st": campaign.state,
        "sa": campaign.started,
        "cs": campaign.control,
        **({"wp": keys.CAMPAIGNS, "wt": campaign.look} if campaign.look else {}),
    }
    key = keys.campaign_key(program, campaign.id)
    return named_documents.put(key, campaign.document, campaign.version, more)


def begin(program: str, campaign: str) -> Write:
    """Return the write that lets a campaign spend: nothing has been, so far."""
    return Update(keys.spent_key(program, campaign), defaults={"f": 0, "c": 0})


def put_seed(program: str, campaign: str, seed: bytes) -> Write:
    """Return the write of what a surprise is drawn from: once, and never again."""
    return Put(keys.seed_key(program, campaign), {"s": seed.hex()}, Absent())


def read_seed(tables: Tables, program: str, campaign: str) -> bytes | None:
    """Return what a surprise is drawn from; None before the campaign has started."""
    item = tables.get(keys.seed_key(program, campaign))
    return bytes.fromhex(item["s"]) if item else None


def calendar_address(tables: Tables, program: str) -> int:
    """Return how often the address of a program's calendar was replaced."""
    item = tables.get(keys.calendar_address_key(program))
    return int(item["n"]) if item else 0


def replace_calendar_address(program: str, seen: int) -> Write:
    """Return the write by which that address is another one, if it was replaced so often."""
    before = Equals("n", seen) if seen else Absent()
    return Put(keys.calendar_address_key(program), {"n": seen + 1}, before)


def listen(program: str) -> Write:
    """Return the write by which events of a program are told to its campaigns from now on."""
    return Put(keys.campaign_events_key(program), {"l": 1})


def listens(tables: Tables, program: str) -> bool:
    """Tell whether events of a program are told to its campaigns."""
    return tables.get(keys.campaign_events_key(program)) is not None


def look_again(tables: Tables, program: str, campaign: KeptCampaign, second: int) -> bool:
    """Have a campaign looked at at a second; False where it has changed meanwhile."""
    unchanged = Equals("v", campaign.version)
    key = keys.campaign_key(program, campaign.id)
    return written(tables, Update(key, {"wt": second}, condition=unchanged))


def due(tables: Tables, second: int, limit: int) -> list[tuple[str, str]]:
    """Return campaigns (program, id) that are to be looked at by that second.

    Eventually consistent: read them again.
    """
    found = tables.waiting(keys.CAMPAIGNS, second, limit)
    return [keys.campaign_at(place.key) for place in found]


def spend(program: str, campaign: str, cost: int, budget: int | None) -> Write:
    """Return the write that counts who costs something or is asked, if the budget holds.

    ``cost`` is in parts of a minor unit, ``budget`` in minor units.
    """
    key, adds = keys.spent_key(program, campaign), {"f": cost, "c": 1}
    condition = None if budget is None else Below("f", budget * FINE - cost + 1)
    return Update(key, condition=condition, adds=adds)


def correct(program: str, campaign: str, more: int, budget: int | None) -> Write:
    """Return the write by which a member who was reached costs more, or less, than was thought."""
    holds = budget is not None and more > 0
    condition = Below("f", (budget or 0) * FINE - more + 1) if holds else None
    return Update(keys.spent_key(program, campaign), condition=condition, adds={"f": more})


def read_spent(tables: Tables, program: str, campaign: str) -> Spent:
    """Return what a campaign has cost so far."""
    item = tables.get(keys.spent_key(program, campaign))
    return Spent(item.get("f", item.get("m", 0) * FINE), item["c"]) if item else Spent()


@dataclass(frozen=True, slots=True)
class Said:
    """What may be said of a campaign.

    Attributes
    ----------
    at, since
        Second as of which it is said, and since which nothing else was; 0 where that is not known.
    measured
        Difference and interval in thousandths, where there are any.
    looked
        What was said when an owner last looked at what came of it; empty before anybody has.
    """

    verdict: str
    at: int
    since: int = 0
    measured: tuple[int, int, int] | None = None
    looked: str = ""


def judge(program: str, campaign: str, said: Said) -> Write:
    """Return the write of what may be said of a campaign; whether somebody looked stays."""
    measured = list(said.measured or ())
    item = {"vd": said.verdict, "va": said.at, "vs": said.since, "vn": measured}
    return Update(keys.spent_key(program, campaign), item)


def look(program: str, campaign: str, verdict: str) -> Write:
    """Return the write by which an owner has seen what came of a campaign."""
    return Update(keys.spent_key(program, campaign), {"vl": verdict})


def judged(tables: Tables, program: str, campaigns: Iterable[str]) -> dict[str, Said]:
    """Return what was last said of these campaigns, of whom something was."""
    places = {keys.spent_key(program, one): one for one in campaigns}
    found = tables.get_many(places) if places else {}
    return {
        places[key]: Said(
            item["vd"],
            item["va"],
            item.get("vs", 0),
            tuple(item["vn"]) if item.get("vn") else None,
            item.get("vl", ""),
        )
        for key, item in found.items()
        if "vd" in item
    }


def handed_out(tables: Tables, program: str, coupon: str) -> int:
    """Return how many single-use codes of a coupon campaigns have handed out."""
    item = tables.get(keys.handed_key(program, coupon))
    return int(item["n"]) if item else 0


def hand_out(program: str, coupon: str, serial: int) -> Write:
    """Return the write by which a code is out, if it is the next one."""
    before = Equals("n", serial - 1) if serial > 1 else Absent()
    return Put(keys.handed_key(program, coupon), {"n": serial}, before)


def claim(program: str, campaign: str, made: Claim) -> Write:
    """Return the write of a claim: the first one stands."""
    waits = {"wp": keys.OFFERS, "wt": made.at // 1_000_000} if made.channel else {}
    begun = replace(made, state="waiting" if made.channel else "")
    return Put(_claim_key(program, campaign, made), _claim_item(begun) | waits, Absent())


def ended(program: str, campaign: str, made: Claim) -> Write:
    """Return the write of a claim as it ended elsewhere: nobody sends anything for it."""
    return Put(_claim_key(program, campaign, made), _claim_item(made), Absent())


def _claim_item(made: Claim) -> Item:
    """Return a claim as it lies in the table."""
    return {
        "o": made.outcome,
        "a": made.at,
        "f": made.cost,
        **({"cn": made.serial} if made.serial else {}),
        **({"rf": made.friends} if made.friends is not None else {}),
        **({"ch": made.channel, "st": made.state} if made.channel else {}),
    }


def _claim_key(program: str, campaign: str, made: Claim) -> Key:
    return keys.claim_of_key(program, campaign, made.occurrence, made.member)


def claimed(
    tables: Tables, program: str, wanted: Iterable[tuple[str, str, str]]
) -> set[tuple[str, str, str]]:
    """Return those of these (campaign, occurrence, member) that have ended."""
    places = {keys.claim_of_key(program, *one): one for one in wanted}
    return {places[key] for key in tables.get_many(places)} if places else set()


def claims(tables: Tables, program: str, campaign: str) -> Iterator[Claim]:
    """Return how all occurrences ended for all members so far."""
    for partition in keys.claim_partitions(program, campaign):
        after = " "  # before whatever an occurrence begins with
        while True:
            page = tables.between("state", partition, after, "~", _PAGE)
            for item in page:
                yield to_claim(item)
            if len(page) < _PAGE:
                break
            after = page[-1]["sk"] + "\x00"


def to_claim(item: Item) -> Claim:
    """Return a claim as it lies in the table."""
    occurrence, _, member = item["sk"].rpartition("#")
    return Claim(
        occurrence=occurrence,
        member=member,
        outcome=item["o"],
        at=item["a"],
        # Before prices were that fine a claim held whole minor units.
        cost=item["f"] if "f" in item else item["k"] * FINE,
        channel=item.get("ch", ""),
        state=item.get("st", ""),
        serial=item.get("cn", 0),
        friends=item.get("rf"),
    )


_PAGE = 500


def _campaign(item: Item) -> KeptCampaign:
    return KeptCampaign(
        id=item["sk"].partition("#")[2],
        document=named_documents.document_of(item),
        state=item["st"],
        version=item["v"],
        started=item["sa"],
        control=item["cs"],
        look=item.get("wt", 0),
    )
