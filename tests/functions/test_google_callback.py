"""POST /google/callback as deployed, over a shop in memory and a key host on the clock."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import google_callback
from functions.aws.google_saves import TableGoogleSaves, folded, may_end
from functions.wiring import callback_keys, card_reading, environment, google_state
from loyalty.store import google_saves, happenings, keys
from loyalty.store.google_saves import SaveMark
from passes.google.callback_keys import KeyAnswer, KeyRing
from tests.support import google_callback as google
from tests.support.events import http
from tests.support.google_callback import HOUR, ISSUER, NOW, ROOTS, Sender

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from loyalty.store.happenings import InWallet


class Site:
    """Google's key host and what it says of who holds a card; and our callback address."""

    def __init__(self, shop: Any, ask: Callable[..., dict[str, Any]]) -> None:
        self.shop = shop
        self.answer = KeyAnswer(200, {"cache-control": "max-age=3600"}, ROOTS)
        self.down = False
        self.fetched = 0
        self.held: bool | None = False
        self.asked = 0
        self.ring = KeyRing(self.fetch, lambda: shop.world.now)
        self._ask = ask
        self._numbers = itertools.count()

    def fetch(self) -> KeyAnswer:
        self.fetched += 1
        if self.down:
            raise ConnectionError("down")
        return self.answer

    def is_held(self, _: str) -> bool | None:
        self.asked += 1
        return self.held

    def send(self, body: bytes | str, **headers: str) -> int:
        answer = self._ask(google_callback, http("POST", "/google/callback", headers, body))
        return int(answer["statusCode"])

    def event(self, member: Enrolled, kind: str, **changes: Any) -> bytes:
        said = {
            "objectId": f"{ISSUER}.{self.serial(member)}",
            "eventType": kind,
            "nonce": f"nonce-{next(self._numbers)}",
        }
        return google.callback(**said | changes)

    def serial(self, member: Enrolled) -> str:
        card = card_reading.cards().by_member("coffee", member.member_id, self.shop.now)
        assert card is not None
        return card.serial

    def mark(self, member: Enrolled) -> SaveMark:
        return google_saves.read_mark(self.shop.world.tables, "coffee", member.member_id)

    def events(self, member: Enrolled) -> list[InWallet]:
        tables = self.shop.world.tables
        return happenings.in_wallets(tables, "coffee", member.member_id, self.shop.world.now)

    @property
    def saves(self) -> TableGoogleSaves:
        return google_state.google_saves()

    def is_marked(self, member: Enrolled) -> bool:
        return self.saves.is_marked("coffee", member.member_id)

    @property
    def bells(self) -> list[str]:
        return [json.loads(one)["member"] for one in self.shop.queues.bodies("google.fifo")]


@pytest.fixture
def site(shop: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> Site:
    made = Site(shop, ask)
    settings = replace(environment.configuration(), google_issuer_id=ISSUER)
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(callback_keys, "google_callback_keys", lambda: made.ring)
    monkeypatch.setattr(google_callback, "_is_held", made.is_held)
    return made


@pytest.fixture
def ann(shop: Any) -> Enrolled:
    made: Enrolled = shop.world.enrol()
    return made


def test_a_save_is_an_event_and_counts_once(site: Site, ann: Enrolled) -> None:
    site.saves.mark("coffee", ann.member_id, site.shop.now)
    body = site.event(ann, "save")
    assert [site.send(body) for _ in range(3)] == [200] * 3
    (event,) = site.events(ann)
    assert (event.wallet, event.taken, event.member) == ("google", False, ann.member_id)
    assert event.at == NOW // 1000
    mark = site.mark(ann)
    assert (mark.saves, mark.removals, mark.last) == (1, 0, "save")
    assert site.is_marked(ann)
    assert (site.asked, site.bells) == (0, [])


def test_metrics_name_what_happened(
    site: Site, ann: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    body = site.event(ann, "save")
    for sent in (body, body, site.event(ann, "del", expTimeMillis=NOW + 2 * HOUR), b"x"):
        site.send(sent)
    lines = capsys.readouterr().out.splitlines()
    sets = [json.loads(line)["_aws"]["CloudWatchMetrics"][0] for line in lines if "_aws" in line]
    names = [one["Name"] for told in sets for one in told["Metrics"]]
    assert names == ["GoogleCardSaved", "GoogleCardRemoved", "GoogleCallbackRefused"]


def test_a_removal_by_the_only_holder_ends_updates_until_the_card_is_back(
    site: Site, ann: Enrolled
) -> None:
    site.saves.mark("coffee", ann.member_id, site.shop.now)
    assert site.send(site.event(ann, "save")) == 200
    assert site.send(site.event(ann, "del", expTimeMillis=NOW + HOUR + 1)) == 200
    assert not site.is_marked(ann)
    assert [event.taken for event in site.events(ann)] == [False, True]
    # Back by an old link, without our button: it has missed changes, so a bell rings.
    site.held = True
    assert site.send(site.event(ann, "save", expTimeMillis=NOW + HOUR + 2)) == 200
    assert site.is_marked(ann)
    assert site.bells == [ann.member_id]
    # Back by our button, which brings it up to date itself.
    site.held = False
    assert site.send(site.event(ann, "del", expTimeMillis=NOW + HOUR + 3)) == 200
    assert not site.is_marked(ann)
    site.saves.mark("coffee", ann.member_id, site.shop.now)
    assert site.is_marked(ann)
    assert site.mark(ann).removals == 2


@pytest.mark.parametrize("held", [True, None])
def test_a_card_on_another_device_goes_on(site: Site, ann: Enrolled, held: bool | None) -> None:  # noqa: FBT001
    site.held = held
    site.send(site.event(ann, "save"))
    assert site.send(site.event(ann, "del", expTimeMillis=NOW + HOUR + 1)) == 200
    assert site.is_marked(ann)
    assert site.asked == 1


def test_a_click_is_not_undone_by_an_older_removal(site: Site, ann: Enrolled) -> None:
    site.send(site.event(ann, "save"))
    late = site.event(ann, "del", expTimeMillis=NOW + HOUR + 1)
    site.saves.mark("coffee", ann.member_id, site.shop.now)
    assert site.send(late) == 200
    assert site.is_marked(ann)
    assert site.asked == 0


@pytest.mark.parametrize("seed", range(30))
def test_any_order_and_any_repetition_give_one_state(
    site: Site, ann: Enrolled, shop: Any, seed: int
) -> None:
    chance = random.Random(seed)
    kinds = [chance.choice(["save", "del"]) for _ in range(5)]
    bodies = [
        site.event(ann, kind, expTimeMillis=NOW + HOUR + number // chance.choice([1, 2]))
        for number, kind in enumerate(kinds)
    ]
    site.held = None
    states = set()
    for _ in range(6):
        shop.world.tables.items.pop(keys.google_key("coffee", ann.member_id), None)
        for key in [one for one in shop.world.tables.items if one.pk.startswith("D#nonce#")]:
            del shop.world.tables.items[key]
        sent = bodies + chance.sample(bodies, 3)
        chance.shuffle(sent)
        site.saves.mark("coffee", ann.member_id, site.shop.now)
        final = max(
            (json.loads(json.loads(body)["signedMessage"]) for body in bodies),
            key=lambda said: (said["expTimeMillis"], said["eventType"] == "save"),
        )
        site.held = final["eventType"] == "save"
        assert {site.send(body) for body in sent} == {200}
        mark = site.mark(ann)
        states.add(replace(mark, change=0))
        assert mark.saves + mark.removals == 5
        # Where nobody ever saved, the click still waits for its save.
        assert site.is_marked(ann) == (site.held or "save" not in kinds)
    assert len(states) == 1


def test_folding_is_free_of_order() -> None:
    empty = SaveMark(pending=1)
    events = [("save", 5), ("del", 5), ("del", 7), ("save", 6)]
    ends = set()
    for order in itertools.permutations(events):
        mark = empty
        for kind, at in order:
            mark = folded(mark, kind, at)
        ends.add(mark)
        assert may_end(mark, NOW)
    assert len(ends) == 1
    assert empty.saves == 0


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "conflict", "throttled"])
def test_a_failing_table_loses_nothing(site: Site, ann: Enrolled, shop: Any, fault: Any) -> None:
    site.saves.mark("coffee", ann.member_id, site.shop.now)
    body = site.event(ann, "save")
    shop.world.tables.plan(fault, 2)  # two reads, and then the write
    first = site.send(body)
    assert first in {200, 503}
    assert site.send(body) == 200
    assert site.mark(ann).saves == 1
    assert len(site.events(ann)) == 1


def test_somebody_else_writes_the_mark_meanwhile(
    site: Site, ann: Enrolled, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.send(site.event(ann, "save"))

    def click_while_asking(_: str) -> bool:
        site.saves.mark("coffee", ann.member_id, site.shop.now)
        return False

    monkeypatch.setattr(google_callback, "_is_held", click_while_asking)
    assert site.send(site.event(ann, "del", expTimeMillis=NOW + HOUR + 1)) == 200
    assert site.is_marked(ann)
    assert site.mark(ann).removals == 1


def test_unknown_cards_are_answered_well_and_do_nothing(site: Site, shop: Any) -> None:
    before = dict(shop.world.tables.items)
    assert site.send(google.callback(objectId=f"{ISSUER}.unknown")) == 200
    assert shop.world.tables.items == before


def test_what_google_did_not_say_changes_nothing(site: Site, ann: Enrolled, shop: Any) -> None:
    good = site.event(ann, "save")
    before = dict(shop.world.tables.items)
    stranger = Sender(root="stranger").body()
    assert site.send(stranger) == 401
    assert site.send(Sender(issuer="42").body()) == 401
    assert site.send(google.callback(expTimeMillis=NOW)) == 401
    assert site.send(b"{") == 400
    assert site.send("") == 400
    assert site.send(b" " * 16_385) == 413
    assert site.send(good, **{"content-type": "text/html"}) == 415
    assert site.send(good.replace(b'"save', b'"del', 1)) == 401 or b'"save' not in good
    broken = http("POST", "/google/callback", {}, good) | {"isBase64Encoded": True, "body": "%"}
    assert google_callback.handler(broken, _context())["statusCode"] == 400
    assert shop.world.tables.items == before
    log = json.dumps(shop.logged())
    assert "Traceback" not in log
    assert "exception" not in log
    assert site.serial(ann) not in log
    assert site.send(good, **{"content-type": "application/json; charset=UTF-8"}) == 200
    assert site.serial(ann) not in json.dumps(shop.logged())


def _context() -> Any:
    from tests.support.events import Context  # noqa: PLC0415

    return Context()


def test_a_body_in_base64(site: Site, ann: Enrolled, ask: Any) -> None:
    event = http("POST", "/google/callback", {}, site.event(ann, "save"), in_base64=True)
    assert ask(google_callback, event)["statusCode"] == 200
    assert site.mark(ann).saves == 1


def test_other_methods_and_a_shop_without_google(
    site: Site, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(google_callback, http("GET", "/google/callback"))["statusCode"] == 404
    settings = replace(environment.configuration(), google_issuer_id="")
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    assert site.send(Sender().body()) == 404


def test_a_rotated_root_key_is_fetched_once(site: Site, ann: Enrolled, shop: Any) -> None:
    site.send(site.event(ann, "save"))
    assert site.fetched == 1
    shop.world.now += timedelta(minutes=2)
    site.answer = replace(site.answer, body=google.keys_document(google.root_entry("next-root")))
    member = {"objectId": f"{ISSUER}.{site.serial(ann)}", "eventType": "save", "nonce": "new"}
    assert site.send(Sender(root="next-root", message=member).body()) == 200
    assert site.fetched == 2
    # Now and for a minute strangers' keys do not make us ask.
    for _ in range(5):
        assert site.send(Sender(root="stranger").body()) == 401
    assert site.fetched == 2


def test_a_key_host_that_is_down(site: Site, ann: Enrolled, shop: Any) -> None:
    site.down = True
    body = site.event(ann, "save")
    assert site.send(body) == 503
    site.down = False
    assert site.send(body) == 200
    site.down = True
    shop.world.now += timedelta(minutes=50)
    assert site.send(site.event(ann, "save")) == 200  # with the keys at hand
    shop.world.now += timedelta(minutes=5)
    # Whether an unknown key is Google's cannot be told now, so Google is asked to come again.
    assert site.send(Sender(root="next-root").body()) == 503
    shop.world.now += timedelta(minutes=6)
    assert site.send(site.event(ann, "save", expTimeMillis=NOW + 5 * HOUR)) == 503
    assert "Traceback" not in json.dumps(shop.logged())


def test_a_queue_that_is_down_does_not_undo_the_event(site: Site, ann: Enrolled, shop: Any) -> None:
    site.send(site.event(ann, "save"))
    site.send(site.event(ann, "del", expTimeMillis=NOW + HOUR + 1))
    shop.queues.down.add("google.fifo")
    assert site.send(site.event(ann, "save", expTimeMillis=NOW + HOUR + 2)) == 200
    assert site.is_marked(ann)
