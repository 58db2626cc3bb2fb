"""A member is asked, answers and is answered: over tables that seal, with all that follows."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.ledger.timeline import Timeline
from loyalty.members.feedback import Feedbacks
from loyalty.members.own_data import own_data
from loyalty.outgoing.telling import Telling
from loyalty.refusals import Refusal
from loyalty.store import campaign_marks, feedback_book, keys, receivers
from loyalty.store.receivers import Receiver
from tests.loyalty.ledger.acts import act
from tests.loyalty.members.moving_out import test_moving_out as moving
from tests.support.campaigning import OPEN, Campaigning
from tests.support.sealed import SealedMemory
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.core.feedback import Feedback
    from loyalty.members.enrolment import Enrolled
    from loyalty.outgoing.queued import Sending

NPS: dict[str, Any] = {
    "kind": "question",
    "asks": "nps",
    "text": {"en": "{name}, would you recommend us?", "ru": "{name}, посоветуете нас?"},
}
STAFF = {"at_once": 50, "per_shift": 80, "per_month": 100}


@pytest.fixture
def shop() -> Campaigning:
    world = World(SealedMemory(TOKENS.wraps()))
    world.put_program(staff=STAFF)
    world.wait(hours=4)  # noon in New York: nobody's quiet hours
    return Campaigning(world)


def feedbacks(shop: Campaigning) -> Feedbacks:
    return Feedbacks(shop.world.books, shop.world.staff)


def asked(shop: Campaigning, who: Enrolled, name: str = "after", **question: Any) -> str:
    """Let a campaign ask somebody, and return what follows /ask/ on their card."""
    shop.start(name, trigger={"kind": "bought"}, actions=[{**NPS, **question}],
               guards={**OPEN, "cap": 9})  # fmt: skip
    shop.world.sell(f"visit-{name}", total=500, member=who)
    assert shop.running.event("coffee", who.member_id, shop.world.now) == ["sent"]
    return shop.told(who).rpartition("/ask/")[2]


def one(shop: Campaigning, token: str) -> Feedback:
    found = feedbacks(shop).behind(token)
    assert found is not None
    return found.one


def test_the_card_asks_by_a_link_that_nobody_can_make_up(shop: Campaigning) -> None:
    ann, ben = shop.join("Ann"), shop.join("Ben")
    token = asked(shop, ann)
    assert shop.told(ann).startswith("Ann, would you recommend us?\n")
    assert one(shop, token).texts["ru"] == "Ann, посоветуете нас?"
    program, member, name, mac = token.split(".")
    forged = (
        f"{program}.{ben.member_id}.{name}.{mac}",
        f"{program}.{member}.{'0' * 16}.{mac}",
        f"{program}.{member}.{name}.{mac[:-1]}{'A' if mac[-1] != 'A' else 'B'}",
        f"{program}.{member}.{name}",
        "",
    )
    for other in forged:
        assert feedbacks(shop).behind(other) is None
        assert feedbacks(shop).answer(other, 5, "", shop.world.now) is None
    assert shop.told(ben) == ""


def test_an_answer_is_kept_once_and_what_was_said_is_sealed(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    token = asked(shop, ann)
    kept = feedbacks(shop)
    first = kept.answer(token, 3, "Der Kanari war kalt", shop.world.now)
    assert first is not None
    assert first.state == "open"
    assert "Kanari" not in str(shop.world.tables.items)
    # It is not asked for on the card any more; its page stays.
    assert shop.told(ann) == ""
    shop.world.wait(hours=1)
    kept.answer(token, 4, "Der Kanari war lau", shop.world.now)
    (found,) = kept.of("coffee", ann.member_id)
    assert (found.score, found.words, found.changes) == (4, "Der Kanari war lau", 2)
    marks = campaign_marks.read(shop.world.tables, "coffee", ann.member_id)
    assert marks.scores["after"][0] == 4
    shop.world.wait(days=2)
    with pytest.raises(Refusal) as refused:
        kept.answer(token, 10, "", shop.world.now)
    assert refused.value.code == "answer_final"


def test_what_else_a_campaign_has_said_stays_on_the_card(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    hello = {"kind": "message", "text": {"en": "Hello!", "ru": "Привет!"}}
    shop.start("after", actions=[hello, NPS])
    shop.run()
    token = shop.told(ann).rpartition("/ask/")[2].split()[0]
    feedbacks(shop).answer(token, 9, "", shop.world.now)
    assert shop.told(ann) == "Hello!"


def test_two_answers_at_the_same_moment_are_one_after_the_other(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    token = asked(shop, ann)
    kept, tables, now = feedbacks(shop), shop.world.tables, shop.world.now
    write, raced = tables.beneath.write, list[int]()

    def between(*writes: Any) -> None:
        if not raced:
            raced.append(1)
            kept.answer(token, 1, "", now)
        write(*writes)

    tables.beneath.write = between
    assert kept.answer(token, 9, "", now) is not None
    tables.beneath.write = write
    found = one(shop, token)
    assert (found.score, found.changes, found.version) == (9, 2, 3)


def test_who_is_done_with_an_answer_overwrites_no_other_one(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    token = asked(shop, ann)
    kept, tables, now = feedbacks(shop), shop.world.tables, shop.world.now
    kept.answer(token, 3, "", now)
    write, raced = tables.beneath.write, list[int]()

    def between(*writes: Any) -> None:
        if not raced:
            raced.append(1)
            kept.answer(token, 1, "Worse", now)
        write(*writes)

    tables.beneath.write = between
    kept.resolve("coffee", ann.member_id, one(shop, token).id, "owner", now)
    tables.beneath.write = write
    found = one(shop, token)
    assert (found.state, found.score, found.words) == ("resolved", 1, "Worse")


def test_the_owner_answers_resolves_and_makes_it_right(shop: Campaigning) -> None:
    ann, ben = shop.join("Ann"), shop.join("Ben")
    shop.start("after", actions=[NPS])
    shop.run()
    token, happy = (shop.told(who).rpartition("/ask/")[2] for who in (ann, ben))
    kept, now = feedbacks(shop), shop.world.now
    kept.answer(token, 2, "Cold", now)
    kept.answer(happy, 9, "", now)

    def waiting(state: Any) -> list[str]:
        return [one.member for one in kept.listed("coffee", state, "", 9, now)[0]]

    assert (waiting("open"), waiting("noted")) == ([ann.member_id], [ben.member_id])
    name = one(shop, token).id
    before = shop.world.account(ann).card_version
    told = kept.reply("coffee", ann.member_id, name, "The next one is on us.", "owner", now)
    assert told.state == "answered"
    assert shop.told(ann) == "The next one is on us."
    assert shop.world.account(ann).card_version == before + 1
    kept.reply("coffee", ann.member_id, name, "The next one is on us.", "owner", now)
    assert shop.world.account(ann).card_version == before + 1
    assert (waiting("open"), waiting("answered")) == ([], [ann.member_id])
    balance = shop.world.balance(ann)
    sorry = act("sorry", reason="cold coffee")
    for _ in range(2):
        answer = kept.compensate(sorry, ann.member_id, name, "points", 50, now)
        assert answer.body["outcome"] == "given"
    assert shop.world.balance(ann) == balance + 50
    assert kept.one("coffee", ann.member_id, name).given == {"anna#sorry": 50}
    with pytest.raises(Refusal) as refused:
        kept.compensate(act("more"), ann.member_id, name, "points", 50, now)
    assert refused.value.code == "limit_reached"
    kept.resolve("coffee", ann.member_id, name, "owner", now)
    assert waiting("resolved") == [ann.member_id]
    lines = Timeline(shop.world.books).page("coffee", ann.member_id, "", 50).lines
    said = {line.what: line.said for line in lines}
    assert said["answer"] == "2: Cold"
    assert said["reply"] == "The next one is on us."
    with pytest.raises(Refusal) as refused:
        kept.one("coffee", ann.member_id, "0" * 16)
    assert refused.value.code == "feedback_not_found"


def test_pages_of_answers_lose_and_double_nobody(shop: Campaigning) -> None:
    people = [shop.join(f"P{number}") for number in range(7)]
    shop.start("all", actions=[NPS])
    shop.run()
    kept = feedbacks(shop)
    for person in people:
        token = shop.told(person).rpartition("/ask/")[2]
        kept.answer(token, 0, "", shop.world.now)
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page, cursor = kept.listed("coffee", "open", cursor, 3, shop.world.now)
        found += [one.member for one in page]
    assert sorted(found) == sorted(one.member_id for one in people)


def test_campaigns_follow_an_answer_and_segments_ask_for_it(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    token = asked(shop, ann)
    shop.start(
        "sorry",
        trigger={"kind": "answer_given", "of": "after"},
        audience={"field": "last_score", "of": "after", "at_most": 6},
        actions=[{"kind": "message", "text": {"en": "Sorry, {name}", "ru": "Простите"}}],
        guards={**OPEN, "cap": 9},
    )
    event = shop.running.event
    assert event("coffee", ann.member_id, shop.world.now) == []
    feedbacks(shop).answer(token, 9, "", shop.world.now)
    assert event("coffee", ann.member_id, shop.world.now) == []
    feedbacks(shop).answer(token, 5, "", shop.world.now)
    assert event("coffee", ann.member_id, shop.world.now) == ["sent"]
    assert event("coffee", ann.member_id, shop.world.now) == []
    assert shop.told(ann) == "Sorry, Ann"


class Queue:
    def __init__(self) -> None:
        self.sent: deque[Sending] = deque()

    def put(self, sendings: Any) -> None:
        self.sent += sendings


def test_others_are_told_of_a_low_score_and_the_night_finds_a_lost_bell(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    token, tables = asked(shop, ann), shop.world.tables
    since = shop.world.now
    crm = Receiver("coffee", "crm", "https://crm.example", ("feedback.low",), "active", since)
    receivers.put_receiver(tables, crm)
    queue = Queue()
    telling = Telling(tables, shop.world.programs, queue)
    name = one(shop, token).id
    assert telling.answered("coffee", ann.member_id, name) == 0
    feedbacks(shop).answer(token, 9, "fine", shop.world.now)
    assert telling.answered("coffee", ann.member_id, name) == 0
    feedbacks(shop).answer(token, 3, "not fine", shop.world.now)
    second = int(shop.world.now.timestamp()) + 1
    assert feedback_book.untold(tables, "coffee", second, 9) == [(ann.member_id, name)]
    unheard = [one for page in shop.world.night() for one in page.answers]
    assert unheard == [("coffee", ann.member_id, name)]
    assert [telling.answered("coffee", ann.member_id, name) for _ in range(2)] == [1, 0]
    assert not any(page.answers for page in shop.world.night())
    assert feedback_book.untold(tables, "coffee", second, 9) == []
    (sent,) = queue.sent
    assert sent.kind == "feedback.low"
    assert '"score":3' in str(sent.body)
    assert "fine" not in str(sent.body)
    feedbacks(shop).answer(token, 1, "worse", shop.world.now)
    assert telling.answered("coffee", ann.member_id, name) == 1
    assert queue.sent[1].event != sent.event


def test_it_goes_with_whoever_leaves_and_with_whoever_they_have_become(shop: Campaigning) -> None:
    ann, new = shop.join("Ann"), shop.join("Anna")
    token = asked(shop, ann)
    feedbacks(shop).answer(token, 3, "Kanari", shop.world.now)
    shop.world.merging.merge(act("m"), ann.member_id, new.member_id, shop.world.now)
    assert one(shop, token).words == "Kanari"
    found = own_data(shop.world.books, "coffee", new.member_id, shop.world.now)["answers"]
    assert [(said["score"], said["words"]) for said in found] == [(3, "Kanari")]
    shop.world.erasure.erase(act("e"), new.member_id, shop.world.now)
    assert feedbacks(shop).behind(token) is None
    left = [key for key in shop.world.tables.items if key.sk.startswith("ASK#")]
    assert left == []
    assert feedbacks(shop).listed("coffee", "open", "", 9, shop.world.now)[0] == []


def test_it_moves_out_and_in_again(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    token = asked(shop, ann)
    feedbacks(shop).answer(token, 3, "Kanari", shop.world.now)
    files = moving.carried(shop.world)
    other = World()
    moved = moving.restoring(other, files)
    moved.begin()
    for number in range(1, moved.summary()["pages"] + 1):
        moved.page(number, shop.world.now)
    found = Feedbacks(other.books, other.staff).of("coffee", ann.member_id)
    assert [(said.score, said.words, said.state) for said in found] == [(3, "Kanari", "open")]
    lines = [key for key in other.tables.items if "#N#Q" in key.pk]
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("question", "pointer", "code"),
    [
        ({"asks": None}, "/actions/0/asks", "missing"),
        ({"asks": "poll"}, "/actions/0/options", "not_a_poll"),
        ({"options": [{"text": {"en": "a", "ru": "a"}}] * 2}, "/actions/0/options", "not_a_poll"),
        ({"asks": "text", "low": 3}, "/actions/0/low", "no_scale"),
        ({"text": {"ru": "Только?"}}, "/actions/0/text", "language_missing"),
    ],
)
def test_what_is_no_question(
    shop: Campaigning, question: dict[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        shop.make("q", actions=[{**NPS, **question}])
    assert (pointer, code) in [(one.pointer, one.code) for one in refused.value.fields]
    with pytest.raises(Refusal):
        shop.make("twice", actions=[NPS, NPS])
    assert keys.asked_key("coffee", "a", "b").sk == "ASK#b"
