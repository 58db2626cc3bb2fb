"""Moving out: everything leaves, and an empty deployment made of it is the same."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.access.tokens import Tokens, digest
from loyalty.core.coupon import Coupon
from loyalty.core.decide.spending import Price
from loyalty.core.order import Paged
from loyalty.ledger.coupon_uses import Shown
from loyalty.ledger.offers import codes
from loyalty.ledger.reconcile import Reconciliation
from loyalty.ledger.spending import Request, Whose
from loyalty.ledger.stock import Stock
from loyalty.members.links import Links
from loyalty.members.moving_out import exporting
from loyalty.members.moving_out.exporting import Exports, Progress
from loyalty.members.moving_out.restoring import Restoring
from loyalty.members.records import Changes, Records
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from loyalty.store import contact_book, directory, keys, reading, supply_keys
from passes.designs.archive import Archives
from tests.loyalty.ledger.acts import act
from tests.support import soundness
from tests.support.extent import FULL
from tests.support.memory import FAULTS, Killed, MemoryTables
from tests.support.moving import CHANGES, HEADER, KeptFiles, Mover
from tests.support.refusals import refused
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

FOLDER = "out"
NO_FILES = KeptFiles()
ARCHIVES = Archives(NO_FILES.get, NO_FILES.put)
DOG = {"id": "dog", "name": {"en": "Dog", "ru": "Собака"}, "kind": "yes_no"}
NAME = {"en": "A gift", "ru": "Подарок"}
MUG = {"id": "mug", "name": NAME, "pot": "points", "price": 10, "stocked": True}
STAFF = {"at_once": 500, "per_shift": 5000, "per_month": 50_000}


def shop() -> World:
    world = World()
    world.put_program(**CHANGES, staff=STAFF, debt="owe", attributes=[DOG])
    return world


def carried(world: World, files: KeptFiles | None = None, shown: KeptFiles = NO_FILES) -> KeptFiles:
    files = files or KeptFiles()
    exports = Exports(world.books, files, ARCHIVES, shown)
    progress = Progress("coffee", FOLDER)
    while not progress.ended:
        progress = exports.step(progress, world.now)
    return files


def restoring(world: World, files: KeptFiles, shown: KeptFiles = NO_FILES) -> Restoring:
    def read(name: str) -> bytes | None:
        return files.get(f"{FOLDER}/{name}")

    return Restoring(world.books, Reconciliation(world.books), read, ARCHIVES, shown)


def restored(
    files: KeptFiles,
    now: Any,
    tables: MemoryTables | None = None,
    shown: KeptFiles = NO_FILES,
) -> World:
    world = World(tables)
    world.now = now
    whole = restoring(world, files, shown)
    whole.begin()
    for number in range(1, whole.summary()["pages"] + 1):
        whole.page(number, world.now)
    assert list(whole.check(world.now)) == []
    world.restart()
    return world


def ledger(world: World) -> dict[Any, Any]:
    """Return everything in the ledger but declines, which post nothing and are not carried."""
    return {
        key: item
        for key, item in world.tables.items.items()
        if key.table == "ledger" and (key.sk != "FACT" or item["en"])
    }


def standing(world: World) -> dict[str, Any]:
    found = {}
    for key in world.tables.items:
        if key.sk == "ACCOUNT":
            account = reading.read_account(world.tables, *keys.owner(key.pk))
            assert account is not None
            found[account.member] = replace(account, revision=0, card_version=0, shown="")
    return found


def orders(world: World) -> dict[Any, Any]:
    found = {}
    for key, item in world.tables.items.items():
        if key.sk == "ORDER":
            order = reading.order_of(world.tables, item)
            plain = replace(order, revision=0, paged=Paged())
            found[key] = plain, item.get("wp"), item.get("wt"), item.get("ttl")
    return found


CARRIED = (
    "CONTACT",
    "MEMBER",
    "MERGED#",
    "CLAIM#",
    "CONTACT#",
    "REFERRAL",
    "DOUBLE",
    "D",
    "PROGRAM",
    "RECORD",
    "FOUND#",
    "COUPON#",
    "CODE#",
    "FOREIGN#",
    "USED#",
)


def others(world: World) -> dict[Any, Any]:
    """Return everything else that is carried, but for applications, which are good for a day."""
    # Not carried: that wallets are to be told of something, for they are not carried either.
    return {
        key: {
            name: json.loads(value) if name == "document" else value
            for name, value in item.items()
            if name not in {"wp", "wt", "wa"}
        }
        for key, item in world.tables.items.items()
        if key.table == "state"
        and key.sk.startswith(CARRIED)
        and not key.pk.startswith(("D#join", "D#device"))
        and not key.sk.startswith("DEVICE")
    }


def story(world: World) -> list[Enrolled]:
    """A bit of everything."""
    ann = world.enrol_proved(Contact("email", "ann@example.com"))
    ben = world.enrol_proved(Contact("phone", "+14155550177"))
    cat, dan, eve = (world.enrol() for _ in range(3))
    world.sell("1", total=20_000, member=ann)
    world.sell("2", total=30_000, member=ben)
    world.sell("3", total=700)  # parked
    world.sell("4", total=9_999, member=cat)
    world.wait(days=1)
    world.redeem(ann)
    world.sell("1", 2, total=500, member=ann)  # most of it goes back: a debt
    world.staff.give(act("g", reason="sorry"), ben.member_id, "cups", 3, world.now)
    world.staff.transfer(act("t"), ben.member_id, cat.member_id, "points", 50, world.now)
    records = Records(world.books)
    wishes = Changes(add_tags=("regular", "tea"), attributes={"dog": "yes"})
    records.change(act("r1"), ann.member_id, wishes, world.now)
    records.change(act("r2"), ann.member_id, Changes(remove_tags=("tea",)), world.now)
    records.consent(act("r3"), ann.member_id, ("marketing", "sms"), (True, "v2"), world.now)
    records.change(act("r4"), dan.member_id, Changes(add_tags=("late",)), world.now)
    world.merging.merge(act("m"), dan.member_id, cat.member_id, world.now)
    world.erasure.erase(act("e"), eve.member_id, world.now)
    Mover(world).run(HEADER + "Fay,+14155550101,fay@example.com,120,7,10.00,Gold,\n")
    request = Request("coffee", "till", "h1", "endpoint:till")
    held = world.spending.hold(request, ben.card_code, Price(reward="free-coffee"), world.now)
    assert held.body["outcome"] == "held"
    world.put_program(**CHANGES, staff=STAFF, debt="owe", hold_minutes=30)
    world.sell("5", total=1_000, member=ben)
    world.sell("7", total=90_000, member=ben)
    for number in range(130):  # more than the head of an order has room for
        world.sell("7", total=10, status="completed", member=ben, part=f"refund:{number}")
    return [ann, ben, cat]


def test_a_deployment_made_of_an_export_is_the_same() -> None:
    world = shop()
    story(world)
    there = restored(carried(world), world.now)
    assert ledger(there) == ledger(world)
    assert standing(there) == standing(world)
    assert orders(there) == orders(world)
    assert others(there) == others(world)
    assert soundness.faults(there) == []


def asked(name: str) -> Request:
    return Request("coffee", "API", name, "key:till1")


def with_coupons(world: World) -> Enrolled:
    """A word, single-use codes and a reward in stock; used, undone, given back by a successor."""
    world.put_program(**CHANGES, rewards=[MUG])
    word = Coupon("fifty", NAME, word="FIFTY", pot="points", points=50, uses=5)
    flyers = Coupon("flyers", NAME, codes=20, pot="points", points=10, per_member=None)
    old = Coupon("old", NAME, foreign=True, pot="points", points=5, per_member=None)
    for one in (word, flyers, old):
        world.offers.make("coffee", one, "key:owner1", world.now)
    printed = [f"GIFT-{number:04d}" for number in range(45)]
    world.offers.take_in("coffee", "old", printed, "key:owner1", world.now)
    Stock(world.books).put(act("s"), "mug", world.now, left=7)
    ann, ben = world.enrol_proved(), world.enrol()
    uses = (
        (ann, "FIFTY"),
        (ben, "FIFTY"),
        (ann, "gift-0007"),
        *((one, at) for one in (ann, ben) for at in (3, 4)),
    )
    for number, (who, code) in enumerate(uses):
        typed = code if isinstance(code, str) else flyer(world, code + (2 if who is ben else 0))
        card = Shown(card_code=who.card_code)
        used = world.coupons.use(asked(f"c{number}"), card, typed, 0, world.now)
        assert used.body["outcome"] == "redeemed", used
    world.merging.merge(act("m"), ben.member_id, ann.member_id, world.now)
    # Whoever has used it has become somebody else: the code is good again.
    for name in ("c4", "c6"):
        world.coupons.undo(asked(name), world.now, Whose((), anybodys=False))
    eve = world.enrol()
    for name, typed in (("e1", "FIFTY"), ("e2", flyer(world, 11))):
        card = Shown(card_code=eve.card_code)
        assert world.coupons.use(asked(name), card, typed, 0, world.now).body["points"]
    world.erasure.erase(act("e"), eve.member_id, world.now)
    had = world.redeem(ann, "r1", "mug")
    assert had.body["outcome"] == "redeemed", had
    return ann


def flyer(world: World, serial: int) -> str:
    coupon = world.offers.one("coffee", "flyers").coupon
    return codes(world.books, "coffee", coupon, serial, 1)[0]


def test_coupons_their_uses_and_stock_are_the_same_there() -> None:
    world = shop()
    ann = with_coupons(world)
    files = carried(world)
    there = restored(files, world.now)
    assert others(there) == others(world)
    assert ledger(there) == ledger(world)
    for one in (world, there):
        assert soundness.faults(one) == []
        offered = {offer.coupon.id: offer for offer in one.offers.every("coffee")}
        assert (offered["fifty"].used, offered["fifty"].left) == (3, 2)
        assert (offered["flyers"].used, Stock(one.books).offer("coffee", "mug").left) == (3, 6)
    # Done once more it changes nothing.
    again = restoring(there, files)
    again.begin()
    for number in range(1, again.summary()["pages"] + 1):
        again.page(number, there.now)
    assert list(again.check(there.now)) == []
    # Life goes on alike: used codes and words are had, one that was given back is good.
    card = Shown(card_code=ann.card_code)
    for one in (world, there):
        typed = ("FIFTY", flyer(one, 3), flyer(one, 11), "GIFT-0007", flyer(one, 4), "gift-0008")
        said = [
            one.coupons.use(asked(f"n{at}"), card, code, 0, one.now).body
            for at, code in enumerate(typed)
        ]
        reasons = [told.get("reason", told["outcome"]) for told in said]
        assert reasons == ["coupon_had", *["coupon_used"] * 3, *["redeemed"] * 2]
    assert standing(there) == standing(world)


@pytest.mark.corrupts
def test_a_check_misses_no_piece_of_stock() -> None:
    world = shop()
    with_coupons(world)
    files = carried(world)
    there = restored(files, world.now)
    key = supply_keys.supply_key("coffee", "reward:mug", 0)
    there.tables.items[key]["n"] += 1
    assert len(list(restoring(there, files).check(world.now))) == 1


def test_life_goes_on_where_it_stopped() -> None:
    world = shop()
    ann, ben, cat = story(world)
    there = restored(carried(world), world.now)
    for one in (world, there):
        # Card codes, links, refunds of old orders, holds, codes of contacts: all as before.
        one.sell("4", 2, total=1_000, member=cat)
        one.sell("6", total=5_000, member=ann)
        one.wait(hours=1)
        one.night()
        assert directory.find(one.tables, "link", digest(ben.link)) == ("coffee", ben.member_id)
        assert soundness.faults(one) == []
    assert standing(there) == standing(world)


def test_another_master_key_makes_new_names_of_what_it_can() -> None:
    world = shop()
    ann = world.enrol_proved(Contact("email", "ann@example.com"))
    world.sell(total=20_000, member=ann)
    there = World()
    there.now = world.now
    there.books.tokens = Tokens("B", {"B": bytes(range(1, 33))})
    whole = restoring(there, carried(world))
    whole.begin()
    whole.page(1, there.now)
    assert list(whole.check(there.now)) == []
    person = there.cards.by_member("coffee", ann.member_id, there.now)
    assert person is not None
    reference = there.books.tokens.read_card_code(person.code)
    assert reference == TOKENS.read_card_code(ann.card_code)
    key = there.books.tokens.contact_key("coffee", Contact("email", "ann@example.com"))
    owner = contact_book.read_contact(there.tables, "coffee", key)
    assert owner == contact_book.ContactOwner(ann.member_id, verified=True)


def test_only_an_empty_deployment_takes_it() -> None:
    world = shop()
    story(world)
    files = carried(world)
    there = shop()
    there.put_program(**CHANGES)
    there.enrol()
    with refused("not_empty"):
        restoring(there, files).begin()


def test_whoever_has_a_new_link_keeps_it_when_it_is_done_once_more() -> None:
    world = shop()
    ann = world.enrol()
    files = carried(world)
    there = restored(files, world.now)
    Links(there.books).renew("coffee", ann.member_id)
    again = restoring(there, files)
    again.begin()
    again.page(1, there.now)
    assert directory.find(there.tables, "link", digest(ann.link)) is None


@pytest.mark.parametrize("kind", ["members", "entries", "orders"])
def test_an_export_writes_into_no_other_program(kind: str) -> None:
    world = shop()
    story(world)
    files = carried(world)
    for name, data in files.kept.items():
        if f"{kind}-" in name and name.endswith("jsonl"):
            files.kept[name] = data.replace(b'"program":"coffee"', b'"program":"barber"')
            files.kept[name] = files.kept[name].replace(
                b'"program": "coffee"', b'"program": "barber"'
            )
            assert files.kept[name] != data
    there = World()
    with refused("export_damaged"):
        whole = restoring(there, files)
        whole.begin()
        whole.page(1, there.now)
    assert there.tables.query("state", "barber#M", "") == []


def test_an_export_that_was_tampered_with_is_refused() -> None:
    world = shop()
    story(world)
    files = carried(world)
    name = next(one for one in files.kept if "entries" in one and one.endswith("jsonl"))
    lines = files.kept[name].splitlines(keepends=True)
    files.kept[name] = b"".join(lines[:-1])
    there = World()
    whole = restoring(there, files)
    whole.begin()
    with refused("export_damaged"):
        for number in range(1, whole.summary()["pages"] + 1):
            whole.page(number, world.now)


@pytest.mark.corrupts
def test_a_check_finds_what_was_lost_on_the_way() -> None:
    world = shop()
    story(world)
    files = carried(world)
    there = restored(files, world.now)
    key = next(key for key in there.tables.items if key.sk == "FACT")
    del there.tables.items[key]
    assert any("I4" in one for one in restoring(there, files).check(there.now))
    summary = json.loads(files.kept[f"{FOLDER}/{exporting.SUMMARY}"])
    summary["sums"]["points"] += 1
    files.kept[f"{FOLDER}/{exporting.SUMMARY}"] = json.dumps(summary).encode()
    assert any("were carried out" in one for one in restoring(there, files).check(there.now))


def test_an_export_that_has_not_ended_is_none() -> None:
    with refused("no_export"):
        restoring(World(), KeptFiles()).summary()


def table(files: KeptFiles, kind: str) -> list[dict[str, str]]:
    texts = [files.kept[one] for one in sorted(files.kept) if kind in one and one.endswith("csv")]
    return [row for one in texts for row in csv.DictReader(io.StringIO(one.decode()))]


def test_tables_tell_the_same_and_are_no_formulas() -> None:
    world = shop()
    ann, ben, _ = story(world)
    files = carried(world)
    members = {row["member"]: row for row in table(files, "members")}
    assert members[ben.member_id]["phone"] == "'+14155550177"
    assert int(members[ben.member_id]["points"]) == world.balance(ben)
    assert members[ann.member_id]["email"] == "ann@example.com"
    moved = [row for row in table(files, "entries") if row["member"] == ben.member_id]
    assert sum(int(row["amount"]) for row in moved if row["measure"] == "spend") == 119_700
    assert {row["order"] for row in table(files, "orders")} == {"1", "2", "3", "4", "5", "7"}
    cells = [
        cell
        for kind in ("members", "orders")
        for row in table(files, kind)
        for cell in row.values()
    ]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@settings(max_examples=25 if FULL else 8)
@given(st.data())
def test_whatever_cuts_it_short_it_ends_the_same(data: st.DataObject) -> None:
    world = shop()
    story(world)
    files = KeptFiles()
    for _ in range(data.draw(st.integers(0, 2))):
        world.tables.plan(data.draw(st.sampled_from(FAULTS)), data.draw(st.integers(0, 60)))
        _try(lambda: carried(world, files))
        world.tables.fault_at = None
    carried(world, files)
    tables = MemoryTables()
    for _ in range(data.draw(st.integers(0, 3))):
        tables.plan(data.draw(st.sampled_from(FAULTS)), data.draw(st.integers(0, 60)))
        _try(lambda: restored(files, world.now, tables))
        tables.fault_at = None
    there = restored(files, world.now, tables)
    assert ledger(there) == ledger(world)
    assert standing(there) == standing(world)
    assert others(there) == others(world)


def _try(act: Any) -> None:
    # Whatever it is, the next try goes on.
    with suppress(Killed, Exception):
        act()


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["sell", "change", "redeem", "give", "transfer", "merge", "wait"]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(1, 40_000),
    ),
    max_size=25,
)


@settings(max_examples=40)
@given(_ACTS)
def test_any_history_comes_out_and_in_the_same(acts: list[tuple[str, int, int, int]]) -> None:
    world = shop()
    people = [world.enrol_proved(Contact("email", f"p{n}@example.com")) for n in range(4)]
    for number, (kind, one, other, amount) in enumerate(acts):
        member = people[one]
        if kind == "sell":
            world.sell(f"o{other}{one}", total=amount, member=member)
        elif kind == "change":
            world.sell(f"o{other}{one}", number + 2, total=amount // 3, member=member)
        elif kind == "redeem":
            world.redeem(member, f"r{number}")
        elif kind == "give":
            world.staff.give(act(f"g{number}"), member.member_id, "cups", 1, world.now)
        elif kind == "transfer" and one != other:
            _refusable(world, number, people[one], people[other])
        elif kind == "merge" and one != other:
            _refusable(world, number, people[one], people[other], whole=True)
        else:
            world.wait(days=amount % 60)
    there = restored(carried(world), world.now)
    assert ledger(there) == ledger(world)
    assert standing(there) == standing(world)
    assert orders(there) == orders(world)
    assert others(there) == others(world)


def _refusable(
    world: World, number: int, one: Enrolled, other: Enrolled, *, whole: bool = False
) -> None:
    # Refused where they were merged before, and are one by now.
    with suppress(Refusal):
        if whole:
            world.merging.merge(act(f"m{number}"), one.member_id, other.member_id, world.now)
        else:
            ids = one.member_id, other.member_id
            world.staff.transfer(act(f"t{number}"), *ids, "points", 5, world.now)
