"""Trying a channel: one message to whoever agreed, once, and how its carrier took it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyalty.campaigns.trying import Asking, Try, Trying, asked_of
from loyalty.messages import Contact, Handed
from loyalty.refusals import Refusal
from loyalty.store import channel_book
from loyalty.store.channel_book import KeptChannel, Trial
from tests.support.offering import Offering, stop_at
from tests.support.world import World

NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


class Shop(Offering):
    """Keeps what is asked for until somebody hands it over."""

    def __init__(self) -> None:
        world = World()
        world.put_program()
        world.now = NOON
        super().__init__(world)
        self.set_up("email", price=3)
        self.asked: list[Try] = []
        self.ann = self.agreed("Ann", "email", contact=Contact("email", "ann@example.com"))

    def ask(self, asked: Try) -> None:
        self.asked.append(asked)

    def wish(self, member: str = "", channel: str = "email") -> None:
        asking = Asking(self.world.books, self)
        asking.ask("coffee", channel, member or self.ann.member_id, self.world.now)

    def hand_over(self) -> list[str]:
        trying = Trying(self.world.books, self.carrier, stop_at)
        return [trying.send(one, self.world.now) for one in self.asked]

    def trial(self) -> Trial | None:
        kept = channel_book.read(self.world.tables, "coffee", "email")
        assert kept is not None
        return kept.trial


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_one_message_goes_to_who_agreed_and_its_end_is_kept(shop: Shop) -> None:
    shop.wish()
    second = int(NOON.timestamp())
    assert (shop.trial(), shop.carrier.taken) == (Trial(second), [])
    assert shop.hand_over() == ["accepted"]
    [(channel, offer)] = shop.carrier.taken
    assert (channel, offer.to) == ("email", "ann@example.com")
    assert "trial message" in offer.text
    # It ends as every offer does.
    assert offer.stop in offer.text
    assert shop.trial() == Trial(second, "accepted")
    # The queue brings it again: nobody is written to twice.
    assert shop.hand_over() == ["ended"]
    assert len(shop.carrier.taken) == 1


def test_what_a_carrier_refuses_is_told_with_its_code(shop: Shop) -> None:
    shop.carrier.answers["ann@example.com"] = Handed("refused", reason="MessageRejected")
    shop.wish()
    assert shop.hand_over() == ["refused"]
    assert shop.trial() == Trial(int(NOON.timestamp()), "refused", "MessageRejected")
    # Whoever sets it up anew has it to try anew.
    shop.set_up("email", price=4)
    assert shop.trial() is None


def test_nobody_is_written_to_who_has_not_agreed_or_not_any_more(shop: Shop) -> None:
    ben = shop.agreed("Ben", contact=Contact("email", "ben@example.com"))
    for member, channel, code in (
        (ben.member_id, "email", "channel_not_reached"),
        ("0" * 32, "email", "member_not_found"),
        ("", "sms", "channel_not_found"),
    ):
        with pytest.raises(Refusal) as refused:
            shop.wish(member, channel)
        assert refused.value.code == code
    shop.wish()
    shop.says(shop.ann, "email", given=False)
    assert shop.hand_over() == ["opted_out"]
    assert shop.carrier.taken == []


def test_one_that_was_set_up_anew_meanwhile_is_not_tried_with_what_was_asked_before(
    shop: Shop,
) -> None:
    shop.wish()
    kept = channel_book.read(shop.world.tables, "coffee", "email")
    assert kept is not None
    after = KeptChannel("email", {"price": 9}, kept.version + 1)
    shop.world.tables.write(channel_book.put("coffee", after))
    assert shop.hand_over() == ["ended"]
    assert shop.carrier.taken == []


def test_messages_of_the_queue_are_told_apart() -> None:
    asked = {"program": "coffee", "channel": "sms", "member": "m", "asked": 7}
    assert asked_of({"trial": asked}) == Try("coffee", "sms", "m", 7)
    assert (
        asked_of({"program": "coffee", "campaign": "c", "occurrence": "o", "member": "m"}) is None
    )
