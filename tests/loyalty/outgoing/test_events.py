"""What others are told of each kind of entry: by value, the same every time, nobody's data."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from loyalty.core.account import Account, Cause, Entry, Posting, chain, fold
from loyalty.core.member import Member
from loyalty.core.told import Told
from loyalty.messages import Contact
from loyalty.outgoing import events
from loyalty.outgoing.catalogue import KINDS, VERSION, fields_of
from loyalty.outgoing.events import Known, advance, derive
from tests.support.deciding import NOON, program
from tests.support.mechanics import NAMES, versions
from tests.support.world import World

RULES = program(
    pots=[{"id": "points"}, {"id": "cups", "kind": "stamps"}],
    rewards=[
        {"id": "coffee", "pot": "cups", "price": 9, "name": {"en": "Coffee"}},
        {"id": "cake", "pot": "points", "price": 100, "name": {"en": "Cake"}},
    ],
    tiers={
        "levels": [
            {"id": "silver", "name": {"en": "Silver"}, "spend": 1},
            {"id": "gold", "name": {"en": "Gold"}, "spend": 2},
        ]
    },
)
HAD = Told(6, {"points": 90, "cups": 8})
AT = 1_777_896_000_000_000
FAR, SOON = 4_000_000_000, 1_777_900_000
ORDER = {"kind": "order", "source": "till", "id": "47#11"}


def entry(kind: Cause, *postings: Posting, fact: str = "order#till#47#11#3") -> Entry:
    made = chain(
        Account("coffee", "ann", seq=6),
        kind=kind,
        at=AT,
        fact=fact,
        actor="endpoint:till",
        program_version=1,
        postings=postings,
    )
    assert made.seq == 7
    return made


def lot(cause: Cause, amount: int, pot: str = "points", ref: str = "") -> Posting:
    return Posting(cause, pot, "lot", amount, FAR, ref=ref)


def held(cause: Cause, amount: int, ref: str = "till:h") -> Posting:
    return Posting(cause, "points", "held", amount, FAR, ref=ref)


def own(made: Entry, told: Told = HAD, known: Known = events.NOTHING_KNOWN) -> list[Any]:
    """Return kinds and what each says beside what all say; that is checked here."""
    found = []
    for event in derive(RULES, made, told, known):
        data = dict(event.data)
        assert (data.pop("program"), data.pop("member"), data.pop("seq")) == ("coffee", "ann", 7)
        assert data.pop("by") == "endpoint:till"
        data.pop("fact")
        found.append((event.kind, data))
    return found


def pot(balance: int, name: str = "points", **more: Any) -> dict[str, Any]:
    return {
        "pot": name,
        "pot_kind": "stamps" if name == "cups" else "points",
        "balance": balance,
        **more,
    }


def test_earning() -> None:
    made = entry("earn", lot("earn", 5), Posting("earn", "", "spend", 500))
    assert own(made) == [("points.earned", pot(95, points=5, pending=0))]


def test_earning_what_waits_and_what_pays_a_debt() -> None:
    postings = [
        Posting("earn", "points", "debt", -3),
        Posting("earn", "points", "pending", 4, FAR, SOON),
        Posting("earn", "points", "remainder", 1),
    ]
    assert own(entry("earn", *postings)) == [("points.earned", pot(90, points=7, pending=4))]


def test_earning_in_two_pots_and_a_full_stamp_card() -> None:
    made = entry("earn", lot("earn", 5), lot("earn", 1, "cups"))
    assert own(made) == [
        ("points.earned", pot(95, points=5, pending=0)),
        ("points.earned", pot(9, "cups", points=1, pending=0)),
        ("reward.reached", pot(9, "cups", reward="coffee", price=9)),
    ]


def test_a_card_is_full_once_more_and_not_in_between() -> None:
    assert own(entry("earn", lot("earn", 3, "cups")), Told(6, {"cups": 9}))[1:] == []
    again = own(entry("earn", lot("earn", 9, "cups")), Told(6, {"cups": 9}))
    assert [kind for kind, _ in again] == ["points.earned", "reward.reached"]


def test_nothing_moved_is_nothing_told() -> None:
    made = entry("earn", Posting("earn", "points", "remainder", 1), Posting("earn", "", "spend", 9))
    assert own(made) == []


def test_reversing_with_what_is_owed() -> None:
    made = entry("reverse", lot("reverse", -4), Posting("reverse", "points", "debt", 2))
    assert own(made) == [("points.reversed", pot(86, points=6, owed=2))]


def test_an_order_says_which_one_it_was() -> None:
    (event,) = derive(RULES, entry("earn", lot("earn", 5)), HAD)
    assert event.data["fact"] == ORDER
    assert event.at == AT


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("redemption#till#r#1", ("redemption", "till", "r#1")),
        ("undo#till#r1", ("undo", "till", "r1")),
        ("hold#till:h:1", ("hold", "till", "h:1")),
        ("capture#till:h1", ("capture", "till", "h1")),
        ("gift#anna#g1", ("gift", "anna", "g1")),
        ("birthday#ann#2026", ("birthday", None, "2026")),
        ("referral#friend#ben#2", ("referral", "friend", "ben")),
        ("welcome", ("welcome", None, None)),
        ("settle#7", ("settle", None, "7")),
    ],
)
def test_what_caused_it(fact: str, told: tuple[str, str | None, str | None]) -> None:
    (event,) = derive(RULES, entry("earn", lot("earn", 5), fact=fact), HAD)
    assert event.data["fact"] == dict(zip(("kind", "source", "id"), told, strict=True))


def test_redeeming_a_reward() -> None:
    made = entry("redeem", lot("redeem", -30), lot("redeem", -20))
    assert own(made, known=Known(reward="cake")) == [
        ("points.redeemed", pot(40, points=50)),
        ("reward.redeemed", pot(40, reward="cake", price=50)),
    ]


def test_points_as_money_are_no_reward() -> None:
    assert own(entry("redeem", lot("redeem", -30))) == [("points.redeemed", pot(60, points=30))]


def test_what_comes_back_to_whom_it_was_spent_by() -> None:
    assert own(entry("return", lot("return", 20))) == [
        ("points.returned", pot(110, points=20)),
        ("reward.reached", pot(110, reward="cake", price=100)),
    ]


@pytest.mark.parametrize("cause", events.GIVEN)
def test_what_is_given(cause: Cause) -> None:
    assert own(entry(cause, lot(cause, 5))) == [
        ("points.given", pot(95, points=5, reason=cause)),
    ]


@pytest.mark.parametrize("points", [5, -5])
def test_adjusting(points: int) -> None:
    made = entry("adjust", lot("adjust", points))
    assert own(made) == [("points.adjusted", pot(90 + points, points=points))]


def test_activating() -> None:
    pending = Posting("activate", "points", "pending", -4, FAR, SOON)
    made = entry("settle", pending, lot("activate", 4))
    assert own(made) == [("points.activated", pot(94, points=4))]


def test_expiring_with_an_order() -> None:
    made = entry("earn", lot("expire", -10), lot("earn", 5))
    assert own(made) == [
        ("points.expired", pot(85, points=10)),
        ("points.earned", pot(85, points=5, pending=0)),
    ]


def test_holding_capturing_a_part_and_what_is_left() -> None:
    placed = entry(
        "hold", lot("hold", -50), held("hold", 50), Posting("hold", "", "hold", SOON, ref="till:h")
    )
    until = "2026-05-04T13:06:40.000Z"
    assert own(placed) == [("hold.placed", pot(90, points=50, hold="till:h", expires_at=until))]
    captured = entry(
        "capture",
        held("capture", -30),
        held("release", -20),
        lot("release", 20),
        Posting("release", "", "hold", -SOON, ref="till:h"),
    )
    assert own(captured, known=Known(reward="cake")) == [
        ("hold.captured", pot(60, points=30, hold="till:h")),
        ("points.redeemed", pot(60, points=30)),
        ("reward.redeemed", pot(60, reward="cake", price=30)),
    ]


@pytest.mark.parametrize(("kind", "reason"), [("release", "released"), ("settle", "lapsed")])
def test_a_hold_is_let_go(kind: Cause, reason: str) -> None:
    made = entry(kind, held("release", -50), lot("release", 50))
    assert own(made) == [("hold.released", pot(90, points=50, hold="till:h", reason=reason))]


def test_two_holds_that_lapse_at_once_are_two_events() -> None:
    made = entry("settle", held("release", -5), held("release", -6, "till:i"))
    found = derive(RULES, made, HAD)
    assert [event.data["hold"] for event in found] == ["till:h", "till:i"]
    assert len({event.id for event in found}) == 2


@pytest.mark.parametrize("cause", events.MOVED)
@pytest.mark.parametrize("points", [40, -40])
def test_moving_to_and_from_another_member(cause: Cause, points: int) -> None:
    found = own(entry(cause, lot(cause, points)), known=Known(other="ben"))
    moved = pot(90 + points, points=points, reason=cause, other="ben")
    assert found[0] == ("points.transferred", moved)
    assert [kind for kind, _ in found[1:]] == (["reward.reached"] if points > 0 else [])


def test_being_merged() -> None:
    made = entry("merge", lot("merge", -90), Posting("merge", "", "closed", 1))
    assert own(made, known=Known(other="ben"))[1:] == [("member.merged", {"into": "ben"})]


def test_being_erased() -> None:
    made = entry(
        "close",
        lot("close", -90),
        Posting("close", "cups", "pending", -2, FAR, SOON),
        Posting("close", "points", "debt", -7),
        Posting("close", "", "closed", 1),
    )
    assert own(made) == [
        ("points.forfeited", pot(0, points=90)),
        ("points.forfeited", pot(8, "cups", points=2)),
        ("member.erased", {}),
    ]


@pytest.mark.parametrize(
    ("level", "step", "told"),
    [
        (0, 1, (None, "silver", "up")),
        (2, -2, ("gold", None, "down")),
        (1, 1, ("silver", "gold", "up")),
    ],
)
def test_another_level(level: int, step: int, told: tuple[Any, Any, str]) -> None:
    made = entry("earn", Posting("tier", "", "level", step))
    assert own(made, Told(6, {}, level)) == [
        ("tier.changed", dict(zip(("from", "to", "direction"), told, strict=True)))
    ]


def test_a_level_that_will_fall() -> None:
    made = entry("settle", Posting("tier", "", "deadline", SOON))
    told = {"level": "gold", "until": "2026-05-04T13:06:40.000Z"}
    assert own(made, Told(6, {}, 2)) == [("tier.will_fall", told)]
    saved = entry("earn", Posting("tier", "", "deadline", -SOON))
    assert own(saved, Told(6, {}, 2)) == []


def test_bringing_friends() -> None:
    came = entry("referral", lot("referral", 5), Posting("referral", "", "referrals", 1))
    assert own(came)[1] == ("referral.completed", {"friends": 1})
    went = entry("reverse", lot("reverse", -5), Posting("reverse", "", "referrals", -1))
    assert own(went)[1] == ("referral.reversed", {"friends": 1})
    # What a merged member had brought is no news.
    merged = entry("merge", Posting("merge", "", "referrals", 2))
    assert own(merged) == []


@pytest.mark.parametrize("points", [40, -40])
def test_moving_in_from_another_system_and_out_again(points: int) -> None:
    made = entry("import", lot("import", points), Posting("import", "", "spend", 100 * points))
    told = own(made)
    assert told[0] == ("points.imported", pot(90 + points, points=points))


@pytest.mark.parametrize(("step", "told"), [(1, "member.paused"), (-1, "member.resumed")])
def test_a_card_at_rest(step: int, told: str) -> None:
    kind: Cause = "pause" if step > 0 else "resume"
    assert own(entry(kind, Posting(kind, "", "paused", step))) == [(told, {})]


def test_every_cause_there_is_is_told_or_known_to_be_silent() -> None:
    spoken = {"earn", "reverse", "close", "activate", "hold", "release", "capture"}
    spoken |= {*events.GIVEN, *events.MOVED, *events.PLAIN}
    assert spoken | set(events.SILENT) == set(get_args(Cause))
    assert spoken & set(events.SILENT) == set()


def test_ids_follow_from_the_entry_and_nothing_else() -> None:
    made = entry("earn", lot("expire", -1), lot("earn", 5), lot("earn", 1, "cups"))
    once, again = derive(RULES, made, HAD), derive(RULES, made, HAD)
    assert once == again
    assert len({event.id for event in once}) == len(once) == 4
    others = derive(RULES, fold_other(made), HAD)
    assert {event.id for event in once} & {event.id for event in others} == set()
    # The sender's ids are signed with a point behind them (Standard Webhooks).
    assert all(event.id.startswith("evt_") and "." not in event.id for event in once)


def fold_other(made: Entry) -> Entry:
    return chain(
        Account("coffee", "ben", seq=6),
        kind=made.kind,
        at=made.at,
        fact=made.fact,
        actor=made.actor,
        program_version=1,
        postings=made.postings,
    )


def test_a_message_is_the_same_letters_every_time() -> None:
    (event,) = derive(RULES, entry("earn", lot("earn", 5)), HAD)
    text = events.message(event)
    assert text == events.message(event)
    found = json.loads(text)
    assert list(found) == ["id", "type", "version", "timestamp", "data"]
    assert found["id"] == event.id
    assert found["type"] == "points.earned"
    assert found["version"] == VERSION == 1
    assert found["timestamp"] == "2026-05-04T12:00:00.000Z"
    assert found["data"] == event.data


def member(**changes: Any) -> Member:
    values: dict[str, Any] = {
        "program": "coffee",
        "id": "ann",
        "serial": "s",
        "card_code": "c",
        "link_generation": 1,
        "card_version": 0,
        "first_name": "Canary",
        "contact": Contact("email", "canary@example.com"),
        "birthday": date(1990, 1, 1),
        "language": "en",
        "consent_version": "1",
        "marketing_consent_version": None,
        "enrolled_at": NOON,
        **changes,
    }
    return Member(**values)


def test_joining_tells_nothing_of_the_person() -> None:
    event = events.joined(member(home="main-street", referrer="ben", source="flyer"))
    assert (event.kind, event.seq, event.member) == ("member.enrolled", 0, "ann")
    common = {"program": "coffee", "member": "ann", "seq": 0}
    assert event.data == {**common, "location": "main-street", "source": "flyer", "referred": True}
    text = events.message(event)
    assert not any(word in text for word in ("Canary", "canary", "1990", "ben"))


def test_a_changed_program_and_a_test_are_about_nobody() -> None:
    changed = events.program_changed("coffee", 3, AT)
    assert changed.data == {"program": "coffee", "member": None, "seq": 3}
    first, second = (
        events.test_event("coffee", datetime(2026, 5, 4, 12, 0, number, tzinfo=UTC))
        for number in (1, 2)
    )
    assert first.id != second.id


def fits(value: Any, kind: str) -> bool:
    if kind.endswith(" or null"):
        return value is None or fits(value, kind.removesuffix(" or null"))
    if kind == "instant":
        return bool(datetime.fromisoformat(value).tzinfo)
    types: dict[str, type] = {"integer": int, "text": str, "object": dict, "true or false": bool}
    return type(value) is types[kind]


@pytest.mark.parametrize("name", NAMES)
def test_whole_histories_are_told_as_the_catalogue_says(name: str) -> None:
    """A year of a busy member: every field has its type, and balances are those of the account."""
    rules, _ = versions(name)
    world = World()
    world.programs.put(rules)
    world.restart()
    ann = world.enrol_proved(program=name)
    for number in range(40):
        world.wait(days=9, hours=number % 5)
        order = str(number // 2)
        total = 700 + 90 * number if number % 3 else 0
        world.sell(order, number + 1, total, member=ann, program=name)
        if number % 10 == 9:
            world.night()
    entries = world.entries(ann, name)
    assert len(entries) > 15
    told, found = Told(0), []
    for one in entries:
        found += derive(rules, one, told)
        told = advance(told, one)
    account = fold(name, ann.member_id, entries)
    held_now = {pot_id: account.balance(pot_id) for pot_id in account.pots}
    assert told.balances == {key: value for key, value in sorted(held_now.items()) if value}
    assert told.level == account.level
    assert len({event.id for event in found}) == len(found)
    for event in found:
        wanted = fields_of(event.kind)
        assert set(event.data) == set(wanted), event.kind
        wrong = [key for key, field in wanted.items() if not fits(event.data[key], field.type)]
        assert wrong == [], event.kind


def test_the_catalogue_names_what_can_be_told() -> None:
    assert all(kind.meaning.endswith(".") for kind in KINDS.values())
    assert all(kind.count(".") == 1 for kind in KINDS)
