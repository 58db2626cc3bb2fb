"""A card's way out of Google Wallet and back: callbacks, the worker and the object together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import google_callback
from functions.wiring import callback_keys, google_state
from functions.wiring import google as google_wallet
from passes.google.callback_keys import KeyAnswer, KeyRing
from tests.support.events import Context, http
from tests.support.google_shop import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.members.enrolment import Enrolled
    from tests.support.google_shop import Shop

PATCHED = "PATCH loyaltyObject 200"
ASKED = "GET loyaltyObject 200"


class Street:
    """Ann with her phones, and Google's postman, who walks when he is told."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.ann: Enrolled = shop.enrol()
        self.server = shop.google.server

    @property
    def marked(self) -> bool:
        return google_state.google_saves().is_marked("coffee", self.ann.member_id)

    @property
    def balance(self) -> int:
        return int(self.shop.shown(self.ann)["loyaltyPoints"]["balance"]["int"])

    def count(self, what: str) -> int:
        return int(self.shop.google.counts().get(what, 0))

    def save(self, user: str = "ann") -> None:
        shown = self.shop.shown(self.ann)
        assert self.server.store.hold(shown["id"], user)
        self.server.callbacks.fire(shown, "save")

    def remove(self, user: str = "ann") -> None:
        assert self.server.saving.remove(self.shop.shown(self.ann)["id"], user)

    def sell(self, number: int) -> None:
        """Sell for 10, which is 100 points, and let the worker do what it does."""
        self.shop.sell(order=str(number), member=self.ann, total=1000)
        self.shop.ring()
        self.shop.work()

    def post(self) -> list[int]:
        """Deliver what waits; return the answers."""
        answers = []
        for one in self.server.store.due_callbacks():
            assert one["url"] == "https://cards.example/google/callback"
            body = self.server.keys.signed(one["message"], "3388000000012345678", one["mode"])
            context: Any = Context()
            event = http("POST", "/google/callback", {}, body)
            answers.append(google_callback.handler(event, context)["statusCode"])
            self.server.store.update_callback(one["number"], due=None)
        return answers


@pytest.fixture
def street(
    start_google: Callable[..., Any], world: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Street]:
    google = start_google(deliver=False)
    with opened(google, world.issuer, monkeypatch) as shop:
        ring = KeyRing(lambda: KeyAnswer(200, {}, google.server.keys.document()), lambda: shop.now)
        monkeypatch.setattr(callback_keys, "google_callback_keys", lambda: ring)
        made = Street(shop)
        assert shop.click(made.ann) == 302
        yield made
        secret = json.dumps(google.account)
        google_wallet._wallet(secret, google_callback.patience(), "live").client.close()


def test_nothing_is_sent_for_a_card_that_nobody_has(street: Street) -> None:
    street.save()
    street.sell(1)
    assert street.post() == [200]
    assert street.balance == 100
    street.remove()
    assert street.post() == [200]
    assert street.count(ASKED) == 1
    assert not street.marked
    before = street.count(PATCHED)
    street.sell(2)
    assert street.count(PATCHED) == before
    assert street.balance == 100
    # Back by an old link: its message is worked, and the card is as it should be.
    street.save()
    assert street.post() == [200]
    street.shop.work()
    assert street.balance == 200
    street.sell(3)
    assert street.balance == 300


def test_a_second_holder_keeps_the_card_alive(street: Street) -> None:
    street.save("ann")
    street.save("her tablet")
    street.remove("ann")
    assert street.post() == [200] * 3
    street.sell(1)
    assert street.balance == 100
    street.remove("her tablet")
    assert street.post() == [200]
    assert not street.marked


def test_while_google_does_not_answer_updates_go_on(street: Street) -> None:
    street.save()
    street.remove()
    street.shop.google.fault(status=503, next=9, method="GET")
    assert street.post() == [200, 200]
    assert street.marked
    street.shop.google.ask("DELETE", "/inspect/faults")
    street.sell(1)
    assert street.balance == 100


def test_the_button_brings_a_removed_card_back_as_it_is_now(street: Street) -> None:
    street.save()
    street.remove()
    street.post()
    street.sell(1)
    assert street.balance == 0
    assert street.shop.click(street.ann) == 302
    assert street.balance == 100
    assert street.marked
