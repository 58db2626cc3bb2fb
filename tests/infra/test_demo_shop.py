"""A made-up shop: planned from a seed alone, and lived through by the real use cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from infra import demo_office, demo_shop, demo_together
from loyalty.campaigns import campaign
from loyalty.core.instants import microseconds
from loyalty.languages import LANGUAGES
from loyalty.ledger.donating import Causes
from loyalty.ledger.drawing_prizes import Draws
from loyalty.ledger.staff import Staff
from loyalty.members.feedback import Feedbacks
from loyalty.members.inviting import Invitations
from loyalty.store import reading
from loyalty.store.campaign_book import KeptCampaign
from tests.support.world import START, World

DAYS = timedelta(days=120)
MEMBERS = 10


def guests(seed: int = 1) -> tuple[demo_shop.Guest, ...]:
    return demo_shop.plan(seed, MEMBERS, START, START + DAYS)


def test_a_seed_says_it_all() -> None:
    assert guests() == guests()
    assert guests() != guests(2)


def test_nothing_is_before_joining_or_after_today() -> None:
    for guest in guests():
        joined, *others = guest.deeds
        assert joined.kind == "join"
        assert START <= joined.at <= START + DAYS
        assert all(joined.at <= one.at <= START + DAYS for one in others)
        # What happens once has a number of its own.
        numbered = [(one.kind, one.number) for one in others]
        assert len(set(numbered)) == len(numbered)


def test_people_come_at_paces_of_their_own_and_some_stay_away() -> None:
    sales = [sum(one.kind == "sale" for one in guest.deeds) for guest in guests()]
    assert max(sales) > 3 * min(sales)
    many = Counter(
        one.kind for guest in demo_shop.plan(1, 80, START, START + DAYS) for one in guest.deeds
    )
    assert {"join", "sale", "refund", "redeem"} <= many.keys()
    assert many["refund"] < many["sale"] / 20


def test_a_shop_is_lived_through_and_adds_up() -> None:
    world = World()
    world.put_program("coffee")
    world.now = START + DAYS
    program = world.programs.current("coffee")
    player = demo_shop.Player(world.books, program, 1)
    done: Counter[str] = Counter()
    for counts in demo_shop.play(player, guests()):
        done += counts
    planned = Counter(one.kind for guest in guests() for one in guest.deeds)
    for kind in ("join", "sale", "refund", "gift"):
        assert done[kind] == planned[kind]
    assert 0 < done["redeem"] <= planned["redeem"]
    members = {key.pk for key in world.tables.items if key.sk == "MEMBER"}
    taken_back = 0
    assert len(members) == MEMBERS
    for partition in members:
        member = partition.rpartition("#")[2]
        account = reading.read_account(world.tables, "coffee", member)
        assert account is not None
        entries = reading.read_entries(world.tables, "coffee", member)
        taken_back += sum(entry.kind == "reverse" for entry in entries)
        moved = sum(
            int(one.amount) for entry in entries for one in entry.postings
            if one.measure in {"lot", "held", "pending"} and one.pot == "points"
        )  # fmt: skip
        assert moved == account.balance("points") + account.pot("points").waiting
    assert taken_back == planned["refund"] > 0
    # Nobody was written to.
    assert world.channel.sent == []


def test_its_campaigns_are_usable_in_every_language_we_speak() -> None:
    world = World()
    world.put_program("coffee")
    program = replace(world.programs.current("coffee"), languages=tuple(LANGUAGES))
    kinds = {}
    for name, said in demo_office.CAMPAIGNS.items():
        document = demo_office.document(name, program.languages)
        read = campaign.read(name, document, program)
        assert read.trigger.kind == said["trigger"]["kind"]
        kinds[name] = [one.kind for one in read.actions]
    assert set(demo_office.STARTED) < demo_office.CAMPAIGNS.keys()
    assert kinds[demo_office.CALLED] == ["message", "points"]
    assert kinds[demo_office.ASKED] == ["question"]


def test_a_year_goes_on_after_a_campaign_that_brings_people_and_a_question() -> None:
    """The same deeds in two parts, more visits of those who were called, answers, and a verdict."""
    world = World()
    world.put_program("coffee")
    last = START + timedelta(days=150)
    world.now = last
    program = world.programs.current("coffee")
    everybody = demo_shop.plan(1, 60, START, last)
    at = (last - timedelta(days=60)).replace(hour=16)
    before, after = demo_shop.parted(everybody, at)
    assert sum(len(one.deeds) for one in (*before, *after)) == sum(
        len(one.deeds) for one in everybody
    )
    player = demo_shop.Player(world.books, program, 1)
    office = demo_office.Office(world.books, "coffee", 1, last, "https://cards.example")
    done: Counter[str] = Counter()
    for counts in demo_shop.play(player, before):
        done += counts
    languages = program.languages
    for name in (demo_office.CALLED, demo_office.ASKED):
        document = demo_office.document(name, languages)
        if name == demo_office.CALLED:
            document["guards"] = {"control": 5000, "hold_out": 0}
        office.campaigns.put("coffee", KeptCampaign(name, document), 0, "key:o", at)
        assert office.start(name, at)
        assert not office.start(name, at)
    reached = office.call(at)
    assert 0 < len(reached) < len(player.members)
    called = {number for number, one in player.members.items() if one in reached}
    more = demo_shop.called_back(before, after, called, at)
    assert sum(len(one.deeds) for one in more) > sum(len(one.deeds) for one in after)
    for counts in demo_shop.play(player, more, office):
        done += counts
    assert done["answer"] > 0
    assert player.park(range(3), last) == 3
    together = demo_shop._together(player, world.books, program, 1, office, last)
    assert together.keys() == {"given", "entries", "answered", "booked"}
    assert all(together.values())
    draws = {one.draw.id: one for one in Draws(world.books).all("coffee")}
    assert {name: one.state for name, one in draws.items()} == {
        "demo-drawn": "drawn", "demo-open": "open",
    }  # fmt: skip
    assert len(Draws(world.books).winners("coffee", "demo-drawn")) == 2
    (cause,) = Causes(world.books).all("coffee")
    assert cause.collected.gifts == together["given"]
    book = Invitations(world.books).book("coffee", demo_together.TASTING)
    assert book.coming + book.waiting + book.refused == together["answered"]
    # Who has bought a moment ago is not asked yet.
    for member in player.members.values():
        assert office.ask(member, last - timedelta(hours=1), "en") == 0
    assert latest(world) <= microseconds(last)


def latest(world: World) -> int:
    """Return the last instant (µs) of an entry, or at which a question was asked or answered."""
    found = []
    for key in [key for key in world.tables.items if key.sk == "MEMBER"]:
        member = key.pk.rpartition("#")[2]
        found += [one.at for one in reading.read_entries(world.tables, "coffee", member)]
        for one in Feedbacks(world.books, Staff(world.books)).of("coffee", member):
            found += [one.asked, one.answered]
    return max(found)
