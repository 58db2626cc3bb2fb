"""Moving in: what a file says becomes members, once, and can be taken back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.core.account import NEVER
from loyalty.core.calendar import day_start
from loyalty.members.finding import Finding, Wanted
from loyalty.members.moving_in.lines import mapping_of
from loyalty.messages import Contact
from loyalty.store import contact_book, keys, membership, reading
from tests.support import soundness
from tests.support.memory import FAULTS, Killed, MemoryTables
from tests.support.moving import CHANGES, HEADER, KeptFiles, Mover
from tests.support.refusals import refused
from tests.support.world import OPENED, TOKENS, World, settled

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.members.enrolment import Enrolled

ANN = "Ann,+14155550101,ann@example.com,120,7,0,,yes\n"
BOB = "Bob,+14155550102,,5,0,0,,no\n"
ANNS = Contact("email", "ann@example.com")


@pytest.fixture
def changes() -> dict[str, Any]:
    return {**CHANGES, "welcome": {"pot": "points", "points": 50}}


@pytest.fixture
def mover(world: World) -> Mover:
    return Mover(world)


def balances(world: World, member: Enrolled) -> tuple[int, int]:
    return world.balance(member), world.balance(member, "cups")


def owner(world: World, contact: Contact) -> contact_book.ContactOwner | None:
    key = TOKENS.contact_key("coffee", contact)
    return contact_book.read_contact(world.tables, "coffee", key)


def test_a_row_becomes_a_member(world: World, mover: Mover) -> None:
    head = mover.run(HEADER + ANN + BOB, consent="form of 2024")
    assert (head.state, head.counts) == ("done", {"joined": 2})
    ann, bob = mover.members(head)
    assert (balances(world, ann), balances(world, bob)) == ((120, 7), (5, 0))
    person = membership.read_member(world.tables, "coffee", ann.member_id)
    other = membership.read_member(world.tables, "coffee", bob.member_id)
    assert person is not None
    assert other is not None
    assert (person.first_name, person.contact) == ("Ann", ANNS)
    assert person.marketing_consent_version == "import: form of 2024"
    assert other.marketing_consent_version is None
    assert not person.welcome_due
    (entry,) = world.entries(ann)
    assert (entry.kind, entry.actor) == ("import", f"import:{head.id}")
    assert soundness.faults(world) == []


def test_value_ends_as_the_program_says_or_the_file(world: World, mover: Mover) -> None:
    (ann,) = mover.members(mover.run(HEADER + ANN))
    given = world.account(ann).pot("points").lots
    assert [amount for _, amount in given] == [120]
    assert given[0][0] < NEVER
    assert world.account(ann).pot("cups").lots == ((NEVER, 7),)
    text = HEADER.replace("Offers", "Until") + "Bob,+14155550102,,5,0,0,,2026-05-31\n"
    columns = {"phone": "Phone", "balance.points": "Points", "expires": "Until"}
    (bob,) = mover.members(mover.run(text, columns=columns, expires="column"))
    ends = day_start(date(2026, 6, 1).toordinal(), "America/New_York")
    assert world.account(bob).pot("points").lots == ((ends, 5),)
    world.wait(days=30)
    world.night()
    assert world.balance(bob) == 0


def test_a_level_is_reached_by_figures(world: World, mover: Mover) -> None:
    rows = [
        "A,+14155550101,,0,0,0,Gold,\n",
        "B,+14155550102,,0,0,950.00,,\n",
        "C,+14155550103,,0,0,120.50,gold,\n",
        "D,+14155550104,,0,0,0,5 %,\n",
        "E,+14155550105,,0,0,0,New,\n",
    ]
    members = mover.members(mover.run(HEADER + "".join(rows)))
    accounts = [world.account(member) for member in members]
    assert [(one.level, one.spend) for one in accounts] == [
        (2, 90_000),
        (2, 95_000),
        (2, 90_000),
        (1, 10_000),
        (0, 0),
    ]
    world.sell(total=100, member=members[0])
    assert world.account(members[0]).level == 2
    assert soundness.faults(world) == []


def test_the_same_file_is_the_same_import(world: World, mover: Mover) -> None:
    head = mover.run(HEADER + ANN)
    again = mover.begin(HEADER + ANN)
    assert again == head
    assert mover.go(mover.imports.start(again)) == head
    with refused("import_exists"):
        mover.begin(HEADER + ANN, vouched=True)
    assert len(mover.members(head)) == 1
    assert soundness.faults(world) == []


def test_a_plan_that_has_not_run_may_be_another(world: World, mover: Mover) -> None:
    first = mover.begin(HEADER + ANN)
    head = mover.run(HEADER + ANN, vouched=True)
    assert head.id == first.id
    found = owner(world, ANNS)
    assert found is not None
    assert found.verified


def test_who_is_a_member_already(world: World, mover: Mover, ann: Enrolled) -> None:
    assert mover.checked(HEADER + ANN + BOB) == ["skip", "enrol"]
    assert mover.checked(HEADER + ANN + BOB, known="add") == ["add", "enrol"]
    head = mover.begin(HEADER + ANN + BOB)
    before = world.balance(ann)
    assert mover.go(mover.imports.start(head)).counts == {"known": 1, "joined": 1}
    assert world.balance(ann) == before
    added = mover.run(HEADER + ANN, known="add")
    assert added.counts == {"added": 1}
    assert world.balance(ann) == before + 120
    assert world.account(ann).member == ann.member_id
    assert soundness.faults(world) == []


def test_contacts_of_two_members_are_no_one_person(world: World, mover: Mover) -> None:
    world.enrol_proved(ANNS)
    mover.run(HEADER + "Bob,+14155550101,,5,0,0,,\n")
    assert mover.checked(HEADER + ANN, known="add") == ["wrong"]
    assert mover.run(HEADER + ANN, known="add").counts == {"wrong": 1}


# Whose contact it is


def test_a_stranger_who_types_the_contact_gets_nothing(world: World, mover: Mover) -> None:
    (imported,) = mover.members(mover.run(HEADER + ANN))
    stranger = world.enrol(ANNS)
    assert world.balance(stranger) == 0
    assert world.proving.prove(stranger.link, "00000000", world.now) == "wrong"
    assert (world.balance(stranger), world.balance(imported)) == (0, 120)
    # A till that names the contact only reaches nobody: it is not proved.
    found = owner(world, ANNS)
    assert found == contact_book.ContactOwner(imported.member_id, verified=False, told=True)


def test_who_proves_the_contact_on_a_card_of_their_own_has_what_was_theirs(
    world: World, mover: Mover
) -> None:
    (imported,) = mover.members(mover.run(HEADER + ANN))
    mine = world.enrol(ANNS)
    world.prove(mine)
    # What they had, and no welcome for a new member.
    assert balances(world, mine) == (120, 7)
    assert world.account(imported).successor == mine.member_id
    found = owner(world, ANNS)
    assert found == contact_book.ContactOwner(mine.member_id, verified=True)
    assert soundness.faults(world) == []


def test_who_proves_the_contact_on_the_card_of_the_invitation_keeps_that(
    world: World, mover: Mover
) -> None:
    (imported,) = mover.members(mover.run(HEADER + ANN))
    assert world.proving.standing(imported.link) == "open"
    world.proving.send(imported.link, world.now)
    world.prove(imported)
    found = owner(world, ANNS)
    assert found == contact_book.ContactOwner(imported.member_id, verified=True)
    assert balances(world, imported) == (120, 7)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_proof_that_is_cut_short_loses_nothing(fault: Any) -> None:
    for call in range(60):
        world = World()
        world.put_program(**CHANGES)
        mover = Mover(world)
        (imported,) = mover.members(mover.run(HEADER + ANN))
        mine = world.enrol(ANNS)
        code = world.code()
        world.tables.plan(fault, call)
        # Whatever it is, the next try goes on.
        with suppress(Killed, Exception):
            world.proving.prove(mine.link, code, world.now)
        met = world.tables.fault_at is None
        world.tables.fault_at = None
        again = world.enrol(ANNS)
        world.prove(again)
        assert balances(world, again) == (120, 7)
        assert world.account(imported).closed
        assert soundness.faults(world) == []
        if not met:
            return
    pytest.fail("the proof makes more calls than were tried")


def test_contacts_that_the_shop_vouches_for_are_proved(world: World, mover: Mover) -> None:
    (imported,) = mover.members(mover.run(HEADER + ANN, vouched=True))
    for contact in (ANNS, Contact("phone", "+14155550101")):
        found = owner(world, contact)
        assert found == contact_book.ContactOwner(imported.member_id, verified=True)


# Undoing


def test_undoing_takes_back_what_is_there_and_removes_who_did_nothing(
    world: World, mover: Mover
) -> None:
    head = mover.run(HEADER + ANN + BOB)
    ann, bob = mover.members(head)
    world.wait(hours=1)
    world.redeem(ann)
    assert world.balance(ann) == 20
    head = mover.undo(head)
    assert head.state == "undone"
    assert head.counts == {"taken_back": 1, "gone.points": 100, "removed": 1}
    assert balances(world, ann) == (0, 0)
    assert list(mover.imports.spent(head)) == [(ann.member_id, {"points": 100})]
    gone = membership.read_member(world.tables, "coffee", bob.member_id)
    assert gone is not None
    assert gone.is_forgotten
    assert world.account(bob).closed
    assert owner(world, Contact("phone", "+14155550102")) is None
    assert mover.undo(head) == head
    assert soundness.faults(world) == []


def test_an_undone_file_can_be_imported_again(world: World, mover: Mover) -> None:
    mover.undo(mover.run(HEADER + ANN))
    head = mover.run(HEADER + ANN, vouched=True)
    assert (head.run, head.counts) == (2, {"joined": 1})
    (ann,) = mover.members(head)
    assert balances(world, ann) == (120, 7)
    assert soundness.faults(world) == []


def test_whoever_has_the_card_stays_without_the_value(world: World, mover: Mover) -> None:
    head = mover.run(HEADER + ANN)
    (ann,) = mover.members(head)
    world.proving.send(ann.link, world.now)
    world.prove(ann)
    assert mover.undo(head).counts == {"taken_back": 1}
    assert balances(world, ann) == (0, 0)
    assert not world.account(ann).closed


def test_value_follows_who_was_merged(world: World, mover: Mover) -> None:
    head = mover.run(HEADER + ANN)
    mine = world.enrol(ANNS)
    world.prove(mine)
    assert mover.undo(head).counts == {"taken_back": 1}
    assert balances(world, mine) == (0, 0)
    assert soundness.faults(world) == []


def test_a_level_goes_with_what_had_reached_it(world: World, mover: Mover) -> None:
    ann = world.enrol_proved(ANNS)
    before = world.account(ann)
    head = mover.run(HEADER + "Ann,,ann@example.com,5,0,0,Gold,\n", known="add")
    assert world.account(ann).level == 2
    mover.undo(head)
    after = world.account(ann)
    assert (after.level, after.spend, after.pots) == (0, before.spend, before.pots)
    assert soundness.faults(world) == []


def test_what_cannot_be(world: World, mover: Mover) -> None:
    head = mover.begin(HEADER + ANN)
    with refused("import_not_run"):
        mover.imports.start_undo(head)
    mover.files.kept.clear()
    running_now = mover.imports.start(head)
    with refused("plan_gone"):
        mover.imports.step(running_now, world.now)
    done = mover.go(mover.imports.start_undo(running_now))
    assert done.counts == {"nothing": 1}
    with refused("import_undone"):
        mover.imports.start(done)
    with refused("import_not_found"):
        mover.imports.head("coffee", "none")


# Whatever happens in between

_ROWS = st.lists(
    st.tuples(
        st.integers(0, 6),  # who
        st.integers(0, 300),
        st.integers(0, 9),
        st.sampled_from([0, 50, 100, 950]),
        st.sampled_from(["", "Silver", "Gold"]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[0],
)


def _text(rows: list[tuple[int, int, int, int, str]]) -> str:
    return HEADER + "".join(
        f"P{who},+1415555010{who},p{who}@example.com,{points},{cups},{spent},{level},\n"
        for who, points, cups, spent, level in rows
    )


def _standing(world: World) -> dict[str, Account]:
    """Return every open account without what merely counts, and without counters."""
    found = {}
    for key in world.tables.items:
        if key.sk != "ACCOUNT":
            continue
        account = reading.read_account(world.tables, *keys.owner(key.pk))
        assert account is not None
        if not account.closed:
            plain = settled(account)
            found[account.member] = replace(plain, counters={}, shown="")
    return found


def _contacts(world: World) -> dict[str, Any]:
    return {key.pk: item for key, item in world.tables.items.items() if key.sk == "CONTACT"}


@settings(max_examples=40)
@given(_ROWS, st.sets(st.integers(0, 6), max_size=3), st.sampled_from(["skip", "add"]))
def test_undoing_returns_to_the_state_before(rows: Any, there: set[int], known: str) -> None:
    world = World()
    world.put_program(**CHANGES)
    for who in sorted(there):
        member = world.enrol_proved(Contact("email", f"p{who}@example.com"))
        world.sell(f"o{who}", total=1000 * who, member=member)
    before, contacts = _standing(world), _contacts(world)
    mover = Mover(world)
    head = mover.run(_text(rows), known=known)
    new = {who for who, *_ in rows} - there
    counts = head.counts or {}
    assert counts.get("joined", 0) == len(new)
    # A naive sum: what the file gives to those who get it.
    gets = [row for row in rows if row[0] in new or known == "add"]
    added = sum(one.balance("points") for one in _standing(world).values())
    assert added - sum(one.balance("points") for one in before.values()) == sum(
        points for _, points, *_ in gets
    )
    assert soundness.faults(world) == []
    mover.undo(head)
    assert _standing(world) == before
    assert _contacts(world) == contacts
    assert soundness.faults(world) == []


@settings(max_examples=60)
@given(st.data())
def test_whatever_cuts_an_import_short_it_ends_the_same(data: st.DataObject) -> None:
    rows = [(who, 10 + who, who, 0, "Gold" if who == 1 else "") for who in range(5)]
    world = World()
    world.put_program(**CHANGES)
    world.enrol_proved(Contact("email", "p4@example.com"))
    files = KeptFiles()
    tables: MemoryTables = world.tables
    for _ in range(data.draw(st.integers(0, 4))):
        tables.plan(data.draw(st.sampled_from(FAULTS)), data.draw(st.integers(0, 25)))
        # Whatever it is, the next try goes on.
        with suppress(Killed, Exception):
            Mover(world, files).run(_text(rows), known="add")
        tables.fault_at = None
    head = Mover(world, files).run(_text(rows), known="add")
    assert (head.state, head.counts) == ("done", {"joined": 4, "added": 1})
    points = sorted(one.balance("points") for one in _standing(world).values())
    assert points == [10, 11, 12, 13, 14]
    assert soundness.faults(world) == []
    undone = data.draw(st.integers(0, 3))
    for _ in range(undone):
        tables.plan(data.draw(st.sampled_from(FAULTS)), data.draw(st.integers(0, 40)))
        # Whatever it is, the next try goes on.
        with suppress(Killed, Exception):
            Mover(world, files).undo(Mover(world, files).imports.head("coffee", head.id))
        tables.fault_at = None
    mover = Mover(world, files)
    head = mover.undo(mover.imports.head("coffee", head.id))
    assert head.state == "undone"
    assert [one.balance("points") for one in _standing(world).values()] == [0]
    assert soundness.faults(world) == []


def test_ten_thousand_lines_with_dirt() -> None:
    """Every kind of line a thousand times over; what each comes to is known beforehand."""
    kinds = 10
    rows, expected = [], 0
    for number in range(10_000):
        phone = f"+1415{5_000_000 + number:07d}"
        good = f"P{number},{phone},p{number}@example.com,{number % 100},{number % 9},0,,\n"
        rows.append(
            [
                good,
                good.replace(phone, f"'{phone}"),
                good.replace(phone, "7.9E+10"),  # found by the address
                good.replace(phone, "12").replace("@", "(at)"),  # by nothing
                good.replace(",0,,\n", ",0,Platinum,\n"),
                good.replace(f",{number % 100},", ",n/a,", 1),
                good.replace(f",{number % 100},", ",#N/A,", 1),
                f"P,,,{number % 100},0,0,,\n",
                good.replace(f"P{number},", '"P,\n1",'),
                good.replace("\n", "\n\n"),
            ][number % kinds]
        )
        expected += number % 100 if number % kinds in {0, 1, 2, 8, 9} else 0
    world = World()
    world.put_program(**CHANGES)
    head = Mover(world).run(HEADER + "".join(rows))
    assert head.counts == {"joined": 6000, "wrong": 4000}
    accounts = _standing(world).values()
    assert sum(one.balance("points") for one in accounts) == expected
    OPENED.clear()  # two nights over all of them would take minutes


def test_tags_come_along_and_find_the_member() -> None:
    world = World()
    world.put_program(**CHANGES)
    mover = Mover(world)
    text = 'Name,Phone,Tags\nAnn,+14155550101,"VIP; Gold Customer"\nBen,+14155550102,Ж|dog\n'
    columns = {"first_name": "Name", "phone": "Phone", "tags": "Tags"}
    head = mover.run(text, columns=columns)
    assert head.counts
    assert head.counts["joined"] == 2
    finding = Finding(world.books)

    def tagged(tag: str) -> list[str]:
        page = finding.page("coffee", Wanted(tag=tag), "", 10, "key:x", world.now)
        return [one.person.first_name for one in page.members]

    assert (tagged("vip"), tagged("gold-customer"), tagged("dog")) == (["Ann"], ["Ann"], ["Ben"])
    lines = mover.imports.plan("coffee", text.encode(), mapping_of(head), world.now).lines
    assert [any("Tags are" in one for one in line.remarks) for line in lines] == [False, True]
    mover.undo(head)
    assert (tagged("vip"), tagged("dog")) == ([], [])
