"""Members are invited, answer, move up and leave: over tables that seal, with all that follows."""

from __future__ import annotations

import random
from collections import Counter, deque
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import invitation
from loyalty.members.erase import Erasure
from loyalty.members.inviting import Invitations
from loyalty.members.merging import Merging
from loyalty.members.own_data import own_data
from loyalty.outgoing.telling import Telling
from loyalty.refusals import Busy, Refusal
from loyalty.store import campaign_marks, invitation_book, keys, receivers
from loyalty.store.receivers import Receiver
from tests.loyalty.ledger.acts import act
from tests.loyalty.members.moving_out import test_moving_out as moving
from tests.support.campaigning import OPEN, Campaigning
from tests.support.sealed import SealedMemory
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from loyalty.outgoing.queued import Sending

DAY, DAYS = timedelta(days=1), timedelta(days=10)
TASTING: dict[str, Any] = {
    "kind": "invitation",
    "title": {"en": "Wine tasting", "ru": "Дегустация"},
    "text": {"en": "{name}, come and taste!", "ru": "{name}, приходите!"},
}


@pytest.fixture
def shop() -> Campaigning:
    world = World(SealedMemory(TOKENS.wraps()))
    world.put_program()
    world.wait(hours=4)
    return Campaigning(world)


def tasting(shop: Campaigning, **changes: Any) -> dict[str, Any]:
    """Return an invitation to a tasting ten days from now."""
    begins = shop.world.now.replace(tzinfo=None, minute=0) + DAYS
    terms = {
        "places": 2,
        "begins": f"{begins:%Y-%m-%dT%H:%M}",
        "closes": f"{begins - DAY:%Y-%m-%dT%H:%M}",
    }
    return {**TASTING, "invitation": {**terms, **changes}}


def use(shop: Campaigning) -> Invitations:
    return Invitations(shop.world.books)


def invite(shop: Campaigning, people: list[Enrolled], **changes: Any) -> list[str]:
    """Let everybody be invited; return what follows /ask/ for each of these."""
    shop.start("tasting", actions=[tasting(shop, **changes)], guards={**OPEN, "cap": 9})
    assert set(shop.run()) == {"sent"}
    name = invitation.name_of("tasting")
    return [TOKENS.question("coffee", one.member_id, name) for one in people]


def appointment(shop: Campaigning, who: Enrolled, language: str | None = None) -> str:
    card = shop.world.cards.by_member("coffee", who.member_id, shop.world.now, language)
    assert card is not None
    field = card.field("appointment")
    return field.text if field else ""


def states(shop: Campaigning, tokens: list[str]) -> list[str]:
    found = (use(shop).behind(one) for one in tokens)
    return [one.one.state for one in found if one is not None]


def say(shop: Campaigning, token: str, *, yes: bool) -> str:
    kept = use(shop).answer(token, shop.world.now, yes=yes)
    assert kept is not None
    return kept.state


def refused(shop: Campaigning, token: str, *, yes: bool) -> str:
    with pytest.raises(Refusal) as found:
        use(shop).answer(token, shop.world.now, yes=yes)
    return found.value.code


def consistent(shop: Campaigning, tokens: list[str]) -> Counter[str]:
    """Judge that book, lines and invitations say the same; return how many say what."""
    found = Counter(states(shop, tokens))
    book = use(shop).book("coffee", "tasting")
    assert (book.coming, book.waiting, book.refused) == (
        found["coming"], found["waiting"], found["no"],
    )  # fmt: skip
    assert book.coming <= book.places
    for state in ("coming", "waiting"):
        listed, _ = invitation_book.guests(shop.world.tables, "coffee", "tasting", state, "", 50)
        assert len(listed) == found[state]
        for guest in listed:
            one = invitation_book.read(
                shop.world.tables, "coffee", guest.member, invitation.name_of("tasting")
            )
            assert one is not None
            assert (one.state, one.number) == (state, guest.number)
    return found


def test_the_card_invites_and_shows_the_place_until_it_is_over(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    [token] = invite(shop, [ann])
    assert shop.told(ann).startswith("Ann, come and taste!\n")
    assert shop.told(ann).endswith(f"/ask/{token}")
    before = shop.world.books.account("coffee", ann.member_id)
    assert say(shop, token, yes=True) == "coming"
    after = shop.world.books.account("coffee", ann.member_id)
    assert before
    assert after
    assert after.card_version > before.card_version
    assert shop.told(ann) == ""
    assert appointment(shop, ann).startswith("Wine tasting: ")
    assert appointment(shop, ann, "ru").startswith("Дегустация: ")
    assert consistent(shop, [token])["coming"] == 1
    shop.world.wait(days=11)
    assert appointment(shop, ann) == ""
    assert refused(shop, token, yes=False) == "invitation_closed"


def test_who_waits_has_the_place_of_who_does_not_come_and_is_told(shop: Campaigning) -> None:
    people = [shop.join(name) for name in ("Ann", "Ben", "Cat", "Dan")]
    tokens = invite(shop, people)
    assert [say(shop, one, yes=True) for one in tokens] == [
        "coming", "coming", "waiting", "waiting",
    ]  # fmt: skip
    assert "you are on the waiting list" in shop.told(people[2])
    assert appointment(shop, people[2]) == ""
    shop.world.wait(hours=1)
    assert say(shop, tokens[0], yes=False) == "no"
    assert states(shop, tokens) == ["no", "coming", "coming", "waiting"]
    assert shop.told(people[2]).startswith("A place has become free: you are coming. Wine tasting")
    assert appointment(shop, people[2])
    assert appointment(shop, people[0]) == ""
    assert [one.member for one in use(shop).guests("coffee", "tasting", "coming", "", 9)[0]] == [
        people[1].member_id, people[2].member_id,
    ]  # fmt: skip
    # Who comes back stands behind whoever waits.
    assert say(shop, tokens[0], yes=True) == "waiting"
    consistent(shop, tokens)


def test_what_is_called_off_tells_every_guest_and_takes_no_answer(shop: Campaigning) -> None:
    people = [shop.join(name) for name in ("Ann", "Ben", "Cat", "Dan", "Eve")]
    tokens = invite(shop, people)
    assert [say(shop, one, yes=True) for one in tokens[:3]] == ["coming", "coming", "waiting"]
    assert say(shop, tokens[3], yes=False) == "no"
    shop.world.wait(hours=2)
    # There is time for one guest only; whoever asks again goes on.
    times = iter([True, False, False])
    book = use(shop).call_off("coffee", "tasting", "key:owner", shop.world.now, lambda: next(times))
    assert (book.coming, book.waiting) == (1, 1), "nobody has moved up"
    wider = use(shop).resize("coffee", "tasting", 8, "key:owner", shop.world.now)
    assert (wider.coming, wider.waiting) == (1, 1), "nor does a larger room let anybody"
    assert refused(shop, tokens[4], yes=True) == "invitation_closed"
    assert refused(shop, tokens[1], yes=False) == "invitation_closed"
    for _ in range(2):
        book = use(shop).call_off("coffee", "tasting", "key:owner", shop.world.now)
        assert (book.coming, book.waiting, book.refused) == (0, 0, 4)
    assert book.off
    for one in people[:3]:
        assert shop.told(one).startswith("It does not take place: Wine tasting")
        assert shop.told(one, "ru").startswith("Отменено: ")
        assert appointment(shop, one) == ""
    assert not shop.told(people[3])
    assert states(shop, tokens) == ["no", "no", "no", "no", "asked"]
    consistent(shop, tokens)
    # A larger room brings nobody back; whoever leaves breaks nothing.
    assert use(shop).resize("coffee", "tasting", 9, "key:owner", shop.world.now).coming == 0
    use(shop).release("coffee", people[0].member_id, shop.world.now)
    consistent(shop, tokens)


def test_without_a_waiting_list_the_next_yes_has_the_free_place(shop: Campaigning) -> None:
    people = [shop.join(name) for name in ("Ann", "Ben", "Cat")]
    tokens = invite(shop, people, waiting_list=False)
    assert [say(shop, one, yes=True) for one in tokens[:2]] == ["coming", "coming"]
    assert refused(shop, tokens[2], yes=True) == "invitation_full"
    say(shop, tokens[0], yes=False)
    assert say(shop, tokens[2], yes=True) == "coming"
    consistent(shop, tokens)


def racing(shop: Campaigning, during: Callable[[], object]) -> None:
    """Let something happen between what the next use case reads and what it writes."""
    tables = shop.world.tables
    write, raced = tables.beneath.write, list[int]()

    def between(*writes: Any) -> None:
        if not raced:
            raced.append(1)
            during()
        write(*writes)

    tables.beneath.write = between


def test_two_answers_at_the_same_moment_never_take_one_place_twice(shop: Campaigning) -> None:
    people = [shop.join(name) for name in ("Ann", "Ben")]
    tokens = invite(shop, people, places=1)
    racing(shop, lambda: say(shop, tokens[1], yes=True))
    assert say(shop, tokens[0], yes=True) == "waiting"
    assert states(shop, tokens) == ["waiting", "coming"]
    consistent(shop, tokens)


def test_racing_answers_in_any_order_keep_the_book_exact(shop: Campaigning) -> None:
    """Each answer may have several others between its read and its write: a model of races."""
    people = [shop.join(f"P{number}") for number in range(7)]
    tokens = invite(shop, people, places=3)
    dice = random.Random(15)
    beneath = shop.world.tables.beneath
    write, depth = beneath.write, [0]

    def between(*writes: Any) -> None:
        if depth[0] < 3 and dice.random() < 0.4:
            depth[0] += 1
            try:
                answer()
            finally:
                depth[0] -= 1
        write(*writes)

    def answer() -> None:
        token = dice.choice(tokens)
        with suppress(Busy, Refusal):
            use(shop).answer(token, shop.world.now, yes=dice.random() < 0.6)

    beneath.write = between
    for _ in range(150):
        answer()
        shop.world.wait(minutes=1)
    beneath.write = write
    found = consistent(shop, tokens)
    # Nobody waits beside a free place.
    assert found["coming"] == 3 or found["waiting"] == 0


def test_more_places_let_everybody_move_up_that_there_is_room_for(shop: Campaigning) -> None:
    people = [shop.join(f"P{number}") for number in range(6)]
    tokens = invite(shop, people)
    for one in tokens:
        say(shop, one, yes=True)
    book = use(shop).resize("coffee", "tasting", 5, "key:owner", shop.world.now)
    assert (book.places, book.coming, book.waiting) == (5, 5, 1)
    assert use(shop).resize("coffee", "tasting", 1, "key:owner", shop.world.now).coming == 5
    say(shop, tokens[0], yes=False)
    # Nobody moves up while more come than there are places by now.
    assert states(shop, tokens)[5] == "waiting"
    use(shop).resize("coffee", "tasting", 9, "key:owner", shop.world.now)
    assert consistent(shop, tokens)["coming"] == 5


def test_whoever_is_erased_gives_the_place_back_and_leaves_no_trace(shop: Campaigning) -> None:
    people = [shop.join(name) for name in ("Ann", "Ben", "Cat")]
    tokens = invite(shop, people)
    for one in tokens:
        say(shop, one, yes=True)
    Erasure(shop.world.books).erase(act("gone"), people[0].member_id, shop.world.now)
    assert use(shop).behind(tokens[0]) is None
    assert consistent(shop, tokens)["coming"] == 2
    left = [
        key for key, item in shop.world.tables.beneath.items.items()
        if people[0].member_id in str(item) and key.sk.startswith("GUEST")
    ]  # fmt: skip
    assert left == []
    assert states(shop, tokens[1:]) == ["coming", "coming"]


def test_a_line_of_somebody_who_is_gone_holds_nobody_up(shop: Campaigning) -> None:
    people = [shop.join(name) for name in ("Ann", "Ben", "Cat")]
    tokens = invite(shop, people, places=1)
    for one in tokens:
        say(shop, one, yes=True)
    shop.world.tables.beneath.items.pop(
        keys.invited_key("coffee", people[1].member_id, invitation.name_of("tasting"))
    )
    say(shop, tokens[0], yes=False)
    assert states(shop, tokens) == ["no", "coming"]
    assert use(shop).book("coffee", "tasting").waiting == 0


def test_one_of_two_cards_comes_on_the_card_that_stays(shop: Campaigning) -> None:
    ann, other = shop.join("Ann"), shop.join("Ann")
    tokens = invite(shop, [ann, other])
    say(shop, tokens[0], yes=True)
    merging = Merging(shop.world.books, shop.world.staff)
    merging.merge(act("one"), ann.member_id, other.member_id, shop.world.now)
    assert appointment(shop, other).startswith("Wine tasting")
    mine = use(shop).mine("coffee", other.member_id)
    assert sorted(one.state for one in mine) == ["asked", "coming"]
    [guest] = use(shop).guests("coffee", "tasting", "coming", "", 9)[0]
    assert (guest.member, guest.name) == (other.member_id, "Ann")
    assert say(shop, tokens[0], yes=False) == "no"
    assert appointment(shop, other) == ""


def test_a_segment_finds_who_comes(shop: Campaigning) -> None:
    people = [shop.join(name) for name in ("Ann", "Ben", "Cat")]
    tokens = invite(shop, people)
    for one in tokens[:2]:
        say(shop, one, yes=True)
    say(shop, tokens[1], yes=False)
    audience = {"field": "last_score", "of": "tasting", "is": 1}
    shop.start("remind", audience=audience, guards={**OPEN, "cap": 9})
    assert shop.run() == ["sent"]
    assert shop.told(people[0]) == "Hello Ann!"
    # And the news has not taken the place off the card.
    assert appointment(shop, people[0])


def test_receivers_hear_of_each_answer_once(shop: Campaigning) -> None:
    people = [shop.join(name) for name in ("Ann", "Ben")]
    sent: deque[Sending] = deque()

    class Queue:
        def put(self, found: Any) -> None:
            sent.extend(found)

    since = shop.world.now
    crm = Receiver(
        "coffee", "crm", "https://crm.example", ("invitation.answered",), "active", since
    )
    receivers.put_receiver(shop.world.tables, crm)
    telling = Telling(shop.world.tables, shop.world.programs, Queue())
    tokens, name = invite(shop, people, places=1), invitation.name_of("tasting")

    def told(who: Enrolled) -> int:
        return telling.answered("coffee", who.member_id, name)

    def unheard() -> list[Any]:
        return [one for page in shop.world.night() for one in page.answers]

    assert told(people[0]) == 0
    say(shop, tokens[0], yes=True)
    assert unheard() == [("coffee", people[0].member_id, name)]
    say(shop, tokens[1], yes=True)
    assert [told(people[0]), told(people[0]), told(people[1])] == [1, 0, 1]
    say(shop, tokens[0], yes=False)
    assert [told(people[0]), told(people[1])] == [1, 1]
    assert unheard() == []
    bodies = [one.body or "" for one in sent]
    answers = [one.partition('"answer":"')[2].partition('"')[0] for one in bodies]
    assert answers == ["coming", "waiting", "no", "coming"]
    assert "Ann" not in "".join(bodies)


def test_what_is_said_is_sealed(shop: Campaigning) -> None:
    ann = shop.join("Kanari")
    [token] = invite(shop, [ann])
    say(shop, token, yes=True)
    kept = [
        item for key, item in shop.world.tables.beneath.items.items()
        if key.sk.startswith("INVITED#")
    ]  # fmt: skip
    assert len(kept) == 1
    assert "Kanari" not in str(kept)
    marks = campaign_marks.read(shop.world.tables, "coffee", ann.member_id)
    assert marks.scores["tasting"][0] == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"places": 0}, "/actions/0/invitation/places"),
        ({"begins": "soon"}, "/actions/0/invitation/begins"),
        ({"ends": "2020-01-01T10:00"}, "/actions/0/invitation/ends"),
        ({"closes": "2090-01-01T10:00"}, "/actions/0/invitation/closes"),
        ({"location": "nowhere"}, "/actions/0/invitation/location"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    shop: Campaigning, changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Refusal) as refused:
        shop.make("tasting", actions=[tasting(shop, **changes)])
    assert pointer in [one.pointer for one in refused.value.fields]


def test_an_invitation_goes_out_once_and_not_too_late(shop: Campaigning) -> None:
    with pytest.raises(Refusal) as refused:
        shop.make("tasting", actions=[tasting(shop)], trigger={"kind": "bought"})
    assert [one.code for one in refused.value.fields] == ["invites_once"]
    shop.make("tasting", actions=[tasting(shop)])
    shop.world.wait(days=10)
    with pytest.raises(Refusal) as late:
        shop.move("tasting", "running")
    assert late.value.code == "invalid_campaign"


def test_it_is_told_to_whoever_asks_and_moves_out_and_in_again(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    [token] = invite(shop, [ann])
    say(shop, token, yes=True)
    [told] = own_data(shop.world.books, "coffee", ann.member_id, shop.world.now)["invitations"]
    assert (told["answer"], told["text"]["en"]) == ("coming", "Ann, come and taste!")
    other = World()
    moved = moving.restoring(other, moving.carried(shop.world))
    moved.begin()
    for number in range(1, moved.summary()["pages"] + 1):
        moved.page(number, shop.world.now)
    [one] = Invitations(other.books).mine("coffee", ann.member_id)
    assert (one.state, one.texts["en"]) == ("coming", "Ann, come and taste!")
    # Its guest book has come along: the place can be given back.
    given_back = Invitations(other.books).answer(token, shop.world.now, yes=False)
    assert given_back is not None
    assert Invitations(other.books).book("coffee", "tasting").coming == 0
