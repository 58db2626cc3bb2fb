"""Offers by e-mail, text message and Telegram: whom by what, once, and what ends a channel."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from loyalty.access.tokens import digest
from loyalty.campaigns.channels.receipts import Receipt
from loyalty.campaigns.channels.ses_events import Told
from loyalty.campaigns.channels.telegram import Heard
from loyalty.ledger.act import Act
from loyalty.members.erase import Erasure
from loyalty.messages import Contact, Handed
from loyalty.money import FINE
from loyalty.refusals import Refusal
from loyalty.store import campaign_book, channel_book, membership, registrations
from loyalty.store.registrations import Registration
from tests.support.campaigning import OPEN
from tests.support.memory import FAULTS, Killed
from tests.support.offering import Offering
from tests.support.world import World

NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)  # 14:00 in New York
LATER = Handed("later", seconds=30, reason="429")


def opened() -> Offering:
    world = World()
    world.put_program()
    world.now = NOON
    made = Offering(world)
    made.set_up("email", "sms", "telegram", price=0)
    return made


@pytest.fixture
def shop() -> Offering:
    return opened()


def phone(number: int) -> Contact:
    return Contact("phone", f"+1212555{number:04d}")


def mail(name: str) -> Contact:
    return Contact("email", f"{name}@example.com")


def test_everybody_is_told_by_the_first_channel_that_reaches_them(shop: Offering) -> None:
    ann = shop.agreed("Ann", "email", "card", contact=mail("ann"))
    ben = shop.agreed("Ben", "sms", contact=phone(1))
    cid = shop.agreed("Cid", "sms", contact=phone(2))
    shop.bind(cid, "5000000001")
    dan = shop.agreed("Dan", "email", "card", contact=mail("dan"))
    in_a_wallet(shop, dan.member_id)
    shop.agreed("Eve", "email", contact=mail("eve"), proved=False)
    shop.agreed("Fay", contact=mail("fay"))
    shop.start("hello", channels=["card", "email", "telegram", "sms"])
    assert sorted(shop.run()) == ["no_consent", "no_consent", "sent", "sent", "sent", "sent"]
    assert shop.handed() == ["accepted"] * 3
    assert sorted(shop.carrier.to()) == [
        ("email", "ann@example.com"), ("sms", "+12125550001"), ("telegram", "5000000001"),
    ]  # fmt: skip
    # Whose card is in a wallet is told there, and nowhere else; the others' cards say nothing.
    assert shop.told(dan) == "Hello Dan!"
    assert [shop.told(one) for one in (ann, ben, cid)] == ["", "", ""]
    [of_ann] = [offer for channel, offer in shop.carrier.taken if channel == "email"]
    assert of_ann.text.startswith("Hello Ann!\n\n")
    assert f"/u/coffee.{ann.member_id}.email.mac" in of_ann.stop
    assert of_ann.stop in of_ann.text
    assert [shop.swept(), shop.handed(), shop.run()] == [[], [], []]


def in_a_wallet(shop: Offering, member: str) -> None:
    """Put a card into a wallet."""
    person = membership.read_member(shop.world.tables, "coffee", member)
    assert person is not None
    held = Registration("device", "p" * 64, int(NOON.timestamp()))
    owner = "coffee", member
    registrations.put(shop.world.tables, owner, person.serial, held, known=None, stamp=1)


def test_an_unknown_end_is_never_sent_again(shop: Offering) -> None:
    shop.agreed("Ann", "email", contact=mail("ann"))
    shop.carrier.answers["ann@example.com"] = Handed("unknown", reason="ReadTimeoutError")
    shop.set_up("email", price=3)
    shop.start("hello", channels=["email"])
    shop.run()
    assert shop.handed() == ["unknown"]
    for _ in range(5):
        shop.world.wait(hours=2)
        assert shop.swept() == []
    assert len(shop.carrier.taken) == 1
    # It may have been sent, so it is paid.
    assert (shop.states("hello"), shop.spent("hello")) == (["unknown"], 3)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_fails_wherever_nobody_is_written_to_twice(fault: Any) -> None:
    calls, sent = 1, []
    while True:
        shop = opened()
        shop.agreed("Ann", "email", contact=mail("ann"))
        shop.set_up("email", price=3)
        shop.start("hello", channels=["email"])
        shop.run()
        begun = shop.world.tables.calls
        shop.world.tables.plan(fault, calls)
        for _ in range(4):
            try:
                shop.handed()
                shop.world.wait(minutes=20)
                shop.swept()
            except (Killed, Refusal, Exception):  # noqa: BLE001 - the queue delivers again
                shop.world.restart()
                shop.restarted()
        met = shop.world.tables.calls - begun >= calls
        shop.world.tables.fault_at = None
        assert len(shop.carrier.taken) <= 1, (fault, calls)
        state = shop.states("hello")
        # What nobody knows stays as it was begun, and counts as unknown.
        assert state in (["accepted"], ["sending"]), (fault, calls, state)
        assert state == ["sending"] or len(shop.carrier.taken) == 1
        assert shop.spent("hello") == 3
        sent.append(len(shop.carrier.taken))
        if not met:
            break
        calls += 1
    assert sum(sent) >= len(sent) - 2
    assert calls > 8


def test_a_budget_stops_exactly_with_parts_and_gives_back_what_was_not_taken(
    shop: Offering,
) -> None:
    for number in range(5):
        shop.agreed(f"P{number}", "sms", contact=phone(number))
    shop.set_up("sms", price=5)
    text = {"en": "я" * 60, "ru": "я" * 60}  # with the address it ends by: three parts
    actions = [{"kind": "message", "text": text}]
    shop.start("hello", channels=["sms"], actions=actions, guards={**OPEN, "budget": 44})
    shop.carrier.answers = {f"+1212555{one:04d}": Handed("dead") for one in (0, 1, 2, 3, 4)}
    assert sorted(shop.run()) == ["budget"] * 3 + ["sent"] * 2
    assert shop.spent("hello") == 2 * 3 * 5
    assert shop.handed() == ["dead", "dead"]
    assert shop.spent("hello") == 0


def test_a_price_below_a_minor_unit_is_counted_exactly(shop: Offering) -> None:
    """$0.0075 a part is three quarters of a cent: four parts are three cents, a fifth is more."""
    for number in range(9):
        shop.agreed(f"P{number}", "sms", contact=phone(number))
    shop.set_up("sms", price=0.75)
    actions = [{"kind": "message", "text": {"en": "Hello", "ru": "Hello"}}]
    shop.start("hello", channels=["sms"], actions=actions, guards={**OPEN, "budget": 3})
    assert sorted(shop.run()) == ["budget"] * 5 + ["sent"] * 4
    found = campaign_book.read_spent(shop.world.tables, "coffee", "hello")
    assert (found.fine, found.money) == (3 * FINE, 3)
    shop.carrier.answers = {f"+1212555{one:04d}": Handed("dead") for one in range(9)}
    shop.sending.send(shop.bells.pop(0)[0], shop.world.now)
    found = campaign_book.read_spent(shop.world.tables, "coffee", "hello")
    # Two and a quarter cents are told as three: never less than was spent.
    assert (found.fine, found.money) == (3 * FINE - 7_500, 3)


def test_what_was_counted_in_whole_minor_units_is_read_as_that(shop: Offering) -> None:
    for number in range(2):
        shop.agreed(f"P{number}", "sms", contact=phone(number))
    shop.set_up("sms", price=5)
    shop.start("hello", channels=["sms"])
    shop.run()
    before = shop.spent("hello"), sorted(one.cost for one in shop.claims("hello"))
    for key, item in shop.world.tables.items.items():
        if "f" in item and key.pk.startswith(("coffee#J", "coffee#Y")):
            name = "m" if key.sk.startswith("SPENT") else "k"
            item[name] = item.pop("f") // FINE
    assert (shop.spent("hello"), sorted(one.cost for one in shop.claims("hello"))) == before
    assert before[0]


def test_what_a_text_costs_is_what_it_says_when_it_is_sent(shop: Offering) -> None:
    shop.agreed("Ann", "sms", contact=phone(1))
    shop.set_up("sms", price=7)
    shop.start("hello", channels=["sms"], guards={**OPEN, "budget": 14})
    shop.run()
    before = shop.spent("hello")
    [(place, _)] = shop.bells
    # Dearer than thought, and dearer than the budget: it ends, and costs nothing.
    shop.set_up("sms", price=15)
    assert shop.sending.send(place, shop.world.now) == "budget"
    assert (before, shop.spent("hello"), shop.carrier.taken) == (7, 0, [])


def test_a_dead_address_is_not_tried_again_and_another_one_is(shop: Offering) -> None:
    ann = shop.agreed("Ann", "email", contact=mail("ann"))
    shop.carrier.answers["ann@example.com"] = Handed("dead")
    shop.start("one", channels=["email"])
    shop.run()
    assert shop.handed() == ["dead"]
    shop.start("two", channels=["email"])
    assert shop.run() == ["no_consent"]
    reach = channel_book.read_reach(shop.world.tables, "coffee", ann.member_id)
    assert "ann@example.com" not in repr(reach)


def test_who_has_opted_out_with_the_carrier_has_opted_out(shop: Offering) -> None:
    shop.agreed("Ann", "sms", contact=phone(1))
    shop.carrier.answers["+12125550001"] = Handed("opted_out")
    shop.start("one", channels=["sms"])
    shop.run()
    assert (shop.handed(), shop.states("one")) == (["opted_out"], ["opted_out"])
    shop.start("two", channels=["sms"])
    assert shop.run() == ["no_consent"]


def test_who_takes_back_their_word_before_it_is_sent_is_not_written_to(shop: Offering) -> None:
    ann = shop.agreed("Ann", "email", contact=mail("ann"))
    shop.start("hello", channels=["email"])
    shop.run()
    shop.says(ann, "email", given=False)
    assert (shop.handed(), shop.carrier.taken) == (["opted_out"], [])


def test_who_has_left_is_not_written_to(shop: Offering) -> None:
    ann = shop.agreed("Ann", "email", contact=mail("ann"))
    shop.start("hello", channels=["email"])
    shop.run()
    act = Act("coffee", "card-page", "1", "", automatic=True)
    Erasure(shop.world.books).leave(act, ann.member_id, shop.world.now, forfeit=True)
    assert (shop.handed(), shop.carrier.taken) == (["opted_out"], [])
    # A bounce that comes late keeps nothing of them either.
    shop.hearing.dead("coffee", ann.member_id, "email", "ann@example.com")
    reach = channel_book.read_reach(shop.world.tables, "coffee", ann.member_id)
    assert reach == channel_book.NOWHERE


def test_a_channel_that_is_down_pauses_the_campaign_and_loses_nobody(shop: Offering) -> None:
    shop.agreed("Ann", "email", contact=mail("ann"))
    shop.agreed("Ben", "email", contact=mail("ben"))
    shop.carrier.answers["ann@example.com"] = Handed("down", reason="SendingPausedException")
    shop.start("hello", channels=["email"])
    shop.run()
    assert sorted(shop.handed()) in (["down", "waits"], ["accepted", "down"])
    assert shop.campaigns.one("coffee", "hello").state == "paused"
    kept = channel_book.read(shop.world.tables, "coffee", "email")
    assert kept is not None
    assert kept.down == "SendingPausedException"
    shop.world.wait(hours=2)
    assert set(shop.swept()) <= {"waits"}
    shop.carrier.answers.clear()
    shop.set_up("email", price=0)
    shop.move("hello", "running")
    shop.world.wait(minutes=5)
    shop.swept()
    assert sorted(address for _, address in shop.carrier.to())[:1] == ["ann@example.com"]
    assert shop.states("hello") == ["accepted", "accepted"]


def test_a_carrier_that_asks_for_a_rest_has_it_of_the_whole_channel(shop: Offering) -> None:
    ann = shop.agreed("Ann", contact=mail("ann"))
    ben = shop.agreed("Ben", contact=mail("ben"))
    shop.bind(ann, "501")
    shop.bind(ben, "502")
    shop.carrier.answers = {"501": LATER, "502": LATER}
    shop.start("hello", channels=["telegram"])
    shop.run()
    assert shop.handed() == ["later", "waits"]
    shop.carrier.answers.clear()
    shop.world.wait(seconds=29)
    assert shop.swept() == []
    shop.world.wait(seconds=2)
    assert shop.swept() == ["accepted", "accepted"]


def test_what_is_put_off_too_often_ends(shop: Offering) -> None:
    ann = shop.agreed("Ann", contact=mail("ann"))
    shop.bind(ann, "501")
    shop.carrier.answers["501"] = LATER
    shop.start("hello", channels=["telegram"])
    shop.run()
    ended = shop.handed()
    for _ in range(6):
        shop.world.wait(minutes=1)
        ended += shop.swept()
    assert ended == ["later"] * 4 + ["refused"]


def test_quiet_hours_hold_for_what_waits(shop: Offering) -> None:
    shop.agreed("Ann", "email", contact=mail("ann"))
    shop.start("hello", channels=["email"])
    shop.run()
    shop.world.wait(hours=7)  # 21:00
    assert shop.handed() == ["waits"]
    shop.world.wait(hours=12, minutes=1)
    assert shop.swept() == ["accepted"]


def test_what_waits_too_long_ends_unsent(shop: Offering) -> None:
    shop.agreed("Ann", "email", contact=mail("ann"))
    shop.set_up("email", price=4)
    shop.start("hello", channels=["email"])
    shop.run()
    shop.move("hello", "paused")
    assert shop.handed() == ["waits"]
    shop.world.wait(days=4)
    shop.move("hello", "running")
    assert shop.swept() == ["late"]
    assert (shop.spent("hello"), shop.carrier.taken) == (0, [])


def test_cancelling_stops_what_waits(shop: Offering) -> None:
    shop.agreed("Ann", "email", contact=mail("ann"))
    shop.start("hello", channels=["email"])
    shop.run()
    shop.move("hello", "cancelled")
    assert (shop.handed(), shop.states("hello")) == (["cancelled"], ["cancelled"])
    assert shop.carrier.taken == []


def test_points_come_though_the_words_go_by_mail(shop: Offering) -> None:
    ann = shop.agreed("Ann", "email", contact=mail("ann"))
    points = {"kind": "points", "pot": "points", "points": 50, "cost": 30}
    message = {"kind": "message", "text": {"en": "Fifty!", "ru": "Пятьдесят!"}}
    shop.set_up("email", price=1)
    shop.start("gift", channels=["email"], actions=[message, points])
    before = shop.world.balance(ann)
    assert shop.run() == ["sent"]
    assert shop.world.balance(ann) == before + 50
    shop.carrier.answers["ann@example.com"] = Handed("dead")
    assert shop.handed() == ["dead"]
    # What was given stays given, and costs; what was not sent does not.
    assert shop.spent("gift") == 30


# What carriers and members say


@pytest.mark.parametrize(
    ("how", "again"), [("dead", "no_consent"), ("complained", "no_consent"), ("soft", "sent")]
)
def test_ses_says_twice_and_late_what_ends_a_channel(shop: Offering, how: Any, again: str) -> None:
    shop.agreed("Ann", "email", contact=mail("ann"))
    shop.start("one", channels=["email"])
    shop.run()
    shop.handed()
    told = Told("id-1", how, ("ann@example.com",))
    assert shop.hearing.told("barber", told, shop.world.now) == ""
    for _ in range(2):
        assert shop.hearing.told("coffee", told, shop.world.now) == how
    assert shop.states("one") == ["complained" if how == "complained" else "bounced"]
    shop.start("two", channels=["email"])
    assert shop.run() == [again]


def test_three_bounces_that_may_pass_rest_an_address_for_a_fortnight(shop: Offering) -> None:
    shop.agreed("Ann", "email", contact=mail("ann"))
    guards = {**OPEN, "cap": 20}
    for number in range(3):
        shop.start(f"c{number}", channels=["email"], guards=guards)
        assert shop.run() == ["sent"]
        shop.handed()
        told = Told(f"id-{number + 1}", "soft", ("ann@example.com",))
        shop.hearing.told("coffee", told, shop.world.now)
        shop.world.wait(minutes=1)
    shop.start("c4", channels=["email"], guards=guards)
    assert shop.run() == ["no_consent"]
    shop.world.wait(days=14)
    shop.start("c5", channels=["email"], guards=guards)
    assert "sent" in shop.run()


@pytest.mark.parametrize(
    ("how", "state", "again"),
    [
        ("delivered", "delivered", "sent"),
        ("undelivered", "undelivered", "sent"),
        ("dead", "bounced", "no_consent"),
    ],
)
@pytest.mark.parametrize("to", ["+12125550001", ""])
def test_a_receipt_says_twice_and_late_what_became_of_a_text_message(
    shop: Offering, how: Any, state: str, again: str, to: str
) -> None:
    shop.agreed("Ann", "sms", contact=phone(1))
    shop.set_up("sms", price=5)
    shop.start("one", channels=["sms"])
    shop.run()
    shop.handed()
    spent = shop.spent("one")
    told = Receipt("id-1", how, to)
    assert shop.hearing.received("barber", told, shop.world.now) == ""
    assert shop.hearing.received("coffee", Receipt("id-9", how, to), shop.world.now) == ""
    for _ in range(2):
        assert shop.hearing.received("coffee", told, shop.world.now) == how
    # The first word stands, whatever comes later.
    shop.hearing.received("coffee", Receipt("id-1", "undelivered", to), shop.world.now)
    assert shop.states("one") == [state]
    assert shop.spent("one") == spent, "it was taken, and is paid"
    shop.start("two", channels=["sms"])
    assert shop.run() == [again]


def test_three_text_messages_that_do_not_come_rest_a_phone(shop: Offering) -> None:
    shop.agreed("Ann", "sms", contact=phone(1))
    shop.set_up("sms")
    for number in range(3):
        name = f"c{number}"
        shop.start(name, channels=["sms"], guards={**OPEN, "cap": 20})
        assert shop.run() == ["sent"]
        shop.handed()
        for _ in range(3):
            told = Receipt(f"id-{number + 1}", "undelivered")
            shop.hearing.received("coffee", told, shop.world.now)
        shop.world.wait(minutes=1)
    shop.start("c4", channels=["sms"], guards={**OPEN, "cap": 20})
    assert shop.run() == ["no_consent"]
    shop.world.wait(days=14)
    shop.start("c5", channels=["sms"], guards={**OPEN, "cap": 20})
    assert "sent" in shop.run()


def test_an_address_ends_a_channel_and_only_a_genuine_one(shop: Offering) -> None:
    ann = shop.agreed("Ann", "email", "sms", contact=mail("ann"))
    path = shop.hearing.stop_path("coffee", ann.member_id, "email")
    assert shop.hearing.read_stop(path) == ("coffee", ann.member_id, "email")
    assert shop.hearing.read_stop(path.replace(".email.", ".sms.")) is None
    assert shop.hearing.read_stop(path[:-1]) is None
    assert shop.hearing.read_stop("") is None
    for _ in range(2):
        shop.hearing.stop("coffee", ann.member_id, "email", shop.world.now)
    shop.start("hello", channels=["email"])
    assert shop.run() == ["no_consent"]


def link(shop: Offering, member: str, text: str) -> None:
    second = int(shop.world.now.timestamp())
    write = channel_book.offer_link("coffee", member, digest(text), second)
    shop.world.tables.write(write)


def test_a_link_binds_a_chat_once_and_stop_ends_it(shop: Offering) -> None:
    ann = shop.agreed("Ann", contact=mail("ann"))
    link(shop, ann.member_id, "token")
    said = shop.hearing.chat("coffee", Heard("start", "501", "token"), shop.world.now)
    assert "A…" in said
    assert "Ann" not in said
    # The same update once more is answered no more.
    assert shop.hearing.chat("coffee", Heard("start", "501", "token"), shop.world.now) == ""
    for payload in ("token", "other", ""):
        again = shop.hearing.chat("coffee", Heard("start", "502", payload), shop.world.now)
        assert "no more" in again
    shop.start("one", channels=["telegram"])
    shop.run()
    shop.handed()
    assert shop.carrier.to() == [("telegram", "501")]
    assert "/stop" in shop.carrier.taken[0][1].text
    for expected in (True, False):
        said = shop.hearing.chat("coffee", Heard("stop", "501"), shop.world.now)
        assert bool(said) is expected
    shop.start("two", channels=["telegram"])
    assert shop.run() == ["no_consent"]


def test_a_chat_is_of_one_card_and_a_card_of_one_chat(shop: Offering) -> None:
    ann, ben = shop.agreed("Ann", contact=mail("ann")), shop.agreed("Ben", contact=mail("ben"))
    for member, chat in ((ann, "501"), (ben, "501"), (ben, "502")):
        link(shop, member.member_id, f"{member.member_id}{chat}")
        heard = Heard("start", chat, f"{member.member_id}{chat}")
        assert "…" in shop.hearing.chat("coffee", heard, shop.world.now)
    reach = [
        channel_book.read_reach(shop.world.tables, "coffee", one.member_id).chat
        for one in (ann, ben)
    ]
    assert reach == ["", "502"]
    # The first chat is nobody's now: what it says ends nothing.
    assert shop.hearing.chat("coffee", Heard("stop", "501"), shop.world.now) == ""


def test_a_link_is_good_for_a_quarter_of_an_hour_and_for_its_program(shop: Offering) -> None:
    ann = shop.agreed("Ann", contact=mail("ann"))
    shop.world.put_program("barber")
    shop.restarted()
    link(shop, ann.member_id, "token")
    heard = Heard("start", "501", "token")
    assert "no more" in shop.hearing.chat("barber", heard, shop.world.now)
    shop.world.wait(minutes=15)
    assert "no more" in shop.hearing.chat("coffee", heard, shop.world.now)
