"""A made-up shop: planned from a seed alone, and lived through by the real use cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from infra import demo_shop
from loyalty.campaigns import campaign
from loyalty.languages import LANGUAGES
from loyalty.store import reading
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
    for name, said in demo_shop.CAMPAIGNS.items():
        action = {"kind": "message", "text": said["text"]}
        read = campaign.read(name, {**said, "actions": [action]}, program)
        assert read.trigger.kind == said["trigger"]["kind"]
    assert set(demo_shop.STARTED) < demo_shop.CAMPAIGNS.keys()
