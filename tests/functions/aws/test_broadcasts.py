"""A broadcast: one write, one request to Google, every phone once; paused, resumed, taken back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.redraw import APPLE_RATE, MEMBERS, SETTLING, STALLED
from functions.wiring import redrawing
from loyalty.campaigns.broadcasting import PHONES_PER_SECOND, Broadcasts, Told
from loyalty.refusals import Refusal
from loyalty.store import keys, program_marks
from tests.support.campaigning import HELLO, Campaigning
from tests.support.google_shop import Shop, sold, walk

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

TEXT = {"en": "Closed on Friday.", "ru": "В пятницу закрыто."}
NOTICE: dict[str, Any] = {"text": TEXT, "title": None, "link": None, "shown_days": 5}


class Owner:
    """An owner with something to say."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.broadcasts = Broadcasts(shop.books)

    def write(self, name: str = "closed", seen: int = 0, **changes: Any) -> Told:
        sent = {**NOTICE, **changes}
        return self.broadcasts.put("coffee", name, sent, seen, "key:owner", self.shop.now)

    def send(self, name: str = "closed", **changes: Any) -> Told:
        self.write(name, **changes)
        return self.act("send", name)

    def act(self, what: str, name: str = "closed") -> Told:
        seen = self.broadcasts.one("coffee", name).one.version
        told: Told = getattr(self.broadcasts, what)(
            "coffee", name, seen, "key:owner", self.shop.now
        )
        return told

    def begin(self) -> None:
        """Let the walk begin: until then processes may hold the program as it was."""
        self.shop.wait(seconds=SETTLING)
        self.shop.restart_google()
        self.shop.sweep()


@pytest.fixture
def owner(shop: Shop) -> Owner:
    return Owner(shop)


def message(shop: Shop, member: Enrolled, language: str = "en") -> str:
    shop.restart()
    card = shop.cards.by_member("coffee", member.member_id, shop.now, language)
    assert card is not None
    field = card.field("message")
    return field.text if field else ""


def cards_asked_for(google: Any) -> dict[str, int]:
    return {what: count for what, count in google.counts().items() if "token" not in what}


def on_the_class(google: Any) -> list[dict[str, Any]]:
    [found] = google.ask("GET", "/inspect/classes")["classes"]
    messages: list[dict[str, Any]] = found.get("messages") or []
    return messages


def test_everybody_is_told_by_one_write_one_request_and_a_ring_each(
    shop: Shop, google: Any, member: Enrolled, owner: Owner
) -> None:
    """… also who has not agreed to marketing, and who joins while it is said."""
    silent = shop.enrol()
    assert owner.broadcasts.reach("coffee").members == 2
    owner.write()
    assert (message(shop, silent), shop.programs.current("coffee").card_version) == ("", 1)
    before = deepcopy(dict(shop.tables.items))
    told = owner.act("send")
    assert (told.standing, told.one.members, told.rung) == ("running", 2, 0)
    changed = [key for key, item in shop.tables.items.items() if before.get(key) != item]
    assert {key.sk.split("#")[0] for key in changed if not key.pk.endswith("#L")} == {
        "PROGRAM", "BROADCAST",
    }  # fmt: skip
    owner.begin()
    google.ask("DELETE", "/inspect/requests")
    walk(shop)
    assert cards_asked_for(google) == {"POST loyaltyClass 200": 1}
    assert sorted(shop.rung) == sorted([("coffee", member.member_id), ("coffee", silent.member_id)])
    late = shop.enrol()
    for one in (member, silent, late):
        assert message(shop, one) == TEXT["en"]
        assert message(shop, one, "ru") == TEXT["ru"]
    assert shop.programs.current("coffee").card_version == 2
    [found] = on_the_class(google)
    assert found["messageType"] == "TEXT_AND_NOTIFY"
    assert found["localizedBody"]["translatedValues"] == [{"language": "ru", "value": TEXT["ru"]}]
    told = owner.broadcasts.one("coffee", "closed")
    assert (told.standing, told.rung, told.left) == ("finished", 2, 0)
    # A card that changes later says at Google nothing that the class says already.
    sold(shop, member, "after")
    assert "POST loyaltyObject 200" not in google.counts()
    assert TEXT["en"] not in str(shop.shown(member))
    shop.wait(days=5)
    assert message(shop, member) == ""


def test_what_goes_wrong_on_the_way_rings_nobody_twice(
    shop: Shop, google: Any, member: Enrolled, owner: Owner
) -> None:
    owner.send()
    owner.begin()
    shop.steps.clear()  # the message is lost
    shop.wait(seconds=STALLED)
    shop.sweep()
    google.ask("DELETE", "/inspect/requests")
    shop.steps *= 2  # and comes twice
    walk(shop)
    assert shop.rung == [("coffee", member.member_id)]
    assert cards_asked_for(google) == {"POST loyaltyClass 200": 1}


def test_paused_it_rings_for_nobody_and_resumed_for_the_rest(
    shop: Shop, member: Enrolled, owner: Owner
) -> None:
    for _ in range(MEMBERS):
        shop.wait(seconds=0.001)
        shop.enrol()
    owner.send()
    owner.begin()
    body = shop.steps.pop(0)["body"]
    assert redrawing.redraw().step("coffee", body["since"], body["step"]) is not None
    rung = len(shop.rung)
    told = owner.act("pause")
    assert (told.standing, told.rung, told.left) == ("paused", rung, 0)
    assert 0 < rung < MEMBERS + 1
    walk(shop)
    shop.wait(seconds=STALLED)
    shop.sweep()
    walk(shop)
    assert len(shop.rung) == rung
    told = owner.act("resume")
    assert told.standing == "running"
    assert told.left == -(-(MEMBERS + 1 - rung) // PHONES_PER_SECOND)
    shop.sweep()
    walk(shop)
    assert len(shop.rung) == len({*shop.rung}) == MEMBERS + 1
    assert owner.broadcasts.one("coffee", "closed").standing == "finished"
    with pytest.raises(Refusal) as refused:
        owner.act("pause")
    assert refused.value.code == "broadcast_state"


def test_cancelled_no_card_says_it_and_nobody_is_rung_for_that(
    shop: Shop, google: Any, member: Enrolled, owner: Owner
) -> None:
    owner.send()
    owner.begin()
    walk(shop)
    rung = list(shop.rung)
    assert owner.act("cancel").standing == "cancelled"
    assert message(shop, member) == ""
    owner.begin()
    walk(shop)
    assert shop.rung == rung
    assert on_the_class(google) == []
    assert keys.program_key("coffee") in shop.tables.items
    assert program_marks.changed_at(shop.tables, "coffee") is None


def test_a_new_one_takes_the_place_of_the_one_before(
    shop: Shop, google: Any, member: Enrolled, owner: Owner
) -> None:
    owner.send()
    owner.begin()
    walk(shop)
    owner.send("moved", text={"en": "We have moved.", "ru": "Мы переехали."})
    owner.begin()
    walk(shop)
    assert message(shop, member) == "We have moved."
    assert [one["body"] for one in on_the_class(google)] == ["We have moved."]
    assert owner.broadcasts.one("coffee", "closed").standing == "finished"
    # To cancel the old one takes nothing of the new one away.
    owner.act("cancel")
    assert message(shop, member) == "We have moved."


def test_a_change_of_the_program_meanwhile_draws_every_card_and_keeps_the_notice(
    shop: Shop, google: Any, member: Enrolled, owner: Owner
) -> None:
    owner.send()
    shop.wait(seconds=1)
    shop.rename("Beans")
    owner.begin()
    google.ask("DELETE", "/inspect/requests")
    walk(shop)
    assert google.counts()["PATCH loyaltyObject 200"] == 1
    assert [one["body"] for one in on_the_class(google)] == [TEXT["en"]]
    assert message(shop, member) == TEXT["en"]
    told = owner.broadcasts.one("coffee", "closed")
    assert (told.standing, told.rung) == ("finished", None)


def test_a_broadcast_takes_no_redraw_away_that_is_due(
    shop: Shop, google: Any, member: Enrolled, owner: Owner
) -> None:
    shop.rename("Beans")
    owner.send()
    with pytest.raises(Refusal):
        owner.act("pause")
    owner.begin()
    google.ask("DELETE", "/inspect/requests")
    walk(shop)
    assert google.counts()["PATCH loyaltyObject 200"] == 1
    assert shop.rung == [("coffee", member.member_id)]


def test_the_newest_is_shown_and_what_a_campaign_says_stays_below(
    shop: Shop, member: Enrolled, owner: Owner
) -> None:
    campaigns = Campaigning(shop)
    shop.wait(hours=6)
    ann = campaigns.join("Ann")
    campaigns.start("hello", actions=[HELLO], guards={"control": 0, "hold_out": 0})
    campaigns.run()
    assert campaigns.told(ann) == "Hello Ann!"
    shop.wait(hours=2)
    owner.send()
    shop.restart()
    assert campaigns.told(ann) == TEXT["en"]
    shop.wait(days=6)
    assert campaigns.told(ann) == "Hello Ann!"


def test_nobody_at_google_is_asked_where_nobody_has_a_card_there(
    shop: Shop, google: Any, owner: Owner
) -> None:
    shop.enrol()
    owner.send()
    owner.begin()
    walk(shop)
    assert cards_asked_for(google) == {}
    assert len(shop.rung) == 1


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"text": {"ru": "Закрыто."}}, "/text"),
    ({"text": {**TEXT, "fr": "Fermé."}}, "/text/fr"),
    ({"text": {**TEXT, "en": "Hello {name}"}}, "/text/en"),
    ({"link": "http://shop.example"}, "/link"),
    ({"title": {"ru": "Закрыто"}}, "/title"),
]


@pytest.mark.parametrize(("changes", "pointer"), FAULTS)
def test_what_cannot_be_said_to_everybody_is_refused(
    owner: Owner, changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Refusal) as refused:
        owner.write(**changes)
    assert [one.pointer for one in refused.value.fields] == [pointer]


def test_it_goes_from_one_state_to_the_next_and_not_by_an_old_tag(shop: Shop, owner: Owner) -> None:
    owner.write()
    assert owner.write(seen=1).one.version == 1
    with pytest.raises(Refusal) as refused:
        owner.write(seen=0, shown_days=3)
    assert refused.value.code == "precondition_failed"
    with pytest.raises(Refusal) as refused:
        owner.act("resume")
    assert refused.value.code == "broadcast_state"
    owner.act("send")
    for what in ("send", "resume"):
        with pytest.raises(Refusal) as refused:
            owner.act(what)
        assert refused.value.code == "broadcast_state"
    with pytest.raises(Refusal) as refused:
        owner.write(seen=2, shown_days=3)
    assert refused.value.code == "broadcast_state"
    with pytest.raises(Refusal) as refused:
        owner.broadcasts.send("coffee.test", "closed", 1, "key:owner", shop.now)
    assert refused.value.code in {"test_side", "broadcast_not_found"}
    assert APPLE_RATE == PHONES_PER_SECOND, "what is promised is what is done"


def test_a_program_that_changes_at_the_same_moment_loses_nothing(shop: Shop, owner: Owner) -> None:
    """Whoever has read the program before the broadcast was sent writes over nothing of it."""
    program = shop.programs.current("coffee")
    owner.write()
    original = shop.tables.write

    def late(*writes: Any) -> Any:
        shop.tables.write = original
        owner.act("send")
        return original(*writes)

    shop.tables.write = late
    changed = replace(program, organization="Other")
    with pytest.raises(Refusal) as refused:
        shop.programs.put(changed, seen=program.version)
    assert refused.value.code == "precondition_failed"
    shop.programs.put(changed, seen=program.version)
    shop.restart()
    notice = shop.programs.current("coffee").notice
    assert notice is not None
    assert shop.programs.current("coffee").card_version == 3
