"""Campaigns at the console: from an idea to its start and its end, and by a form."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from functions.pages import drawing
from functions.screens import campaign_actions, groups
from functions.screens import campaign_forms as forms
from functions.screens.typed import TypedError
from loyalty.campaigns import campaign as campaigns
from loyalty.campaigns import ready
from loyalty.program import document as program_document
from loyalty.store.campaign_book import KeptCampaign
from tests.functions.screens.test_rule_forms import PROGRAMS, shipped
from tests.functions.screens.visiting import Visitor
from tests.support.campaigning import Campaigning

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

TODAY = date(2026, 5, 4)


@pytest.fixture
def ada(shop: Shop, ask: Any) -> Visitor:
    shop.world.now = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
    return Visitor(shop, ask)


def as_shown(document: Any, program: Any, **typed: str) -> dict[str, str]:
    """Return what a browser sends of the form as it is shown, with some fields changed."""
    fields = forms.fields(document, groups.ready(program), lambda minor: f"{minor / 100:.2f}")
    return {**fields, **{name.replace("__", "."): value for name, value in typed.items()}}


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_idea_is_a_campaign_and_survives_its_form(name: str) -> None:
    program = shipped(name)
    rules = program_document.read(program)
    found = {one.id: one.document for one in ready.templates(rules) if one.document}
    assert {"win-back", "birthday", "welcome", "after-visit"} <= found.keys()
    for idea, document in found.items():
        campaigns.read("c", document, rules)  # refuses what contradicts the program
        typed = as_shown(document, program)
        again = forms.document(typed, program, groups.ready(program), document, TODAY)
        again["guards"] = {one: value for one, value in again["guards"].items() if value}
        assert forms.same(again, {"guards": {}, **document, **says_comments(document)}), idea


def says_comments(document: Any) -> Any:
    """Return the actions with what a form always says of a question."""
    told = [{"comment": True, **one} if one["kind"] == "question" else one
            for one in document["actions"]]  # fmt: skip
    return {"actions": told}


@pytest.mark.parametrize("kind", campaigns.TRIGGERS)
def test_every_trigger_there_is_survives_its_form(kind: Any) -> None:
    program = shipped("coffee")
    trigger = {"kind": kind, "time": "11:30", **TRIGGERS.get(kind, {})}
    document = {
        "name": "One", "audience": {"all": []}, "trigger": trigger, "guards": {},
        "actions": [{"kind": "message", "text": {"en": "a", "ru": "b"}}],
    }  # fmt: skip
    assert kind in forms._TRIGGERS
    typed = as_shown(document, program)
    again = forms.document(typed, program, groups.ready(program), document, TODAY)
    assert forms.same(again["trigger"], trigger)


TRIGGERS: dict[str, dict[str, Any]] = {
    "at": {"at": "2026-12-24T10:00"}, "birthday": {"days": 3}, "welcome": {"days": 1},
    "recurring": {"rule": "FREQ=WEEKLY;BYDAY=MO", "first": "2026-01-06"},
    "near_reward": {"of": "free-coffee", "amount": 20}, "near_level": {"amount": 1250},
    "expiring": {"of": "points", "days": 14}, "level_changed": {"of": "gold"},
    "bought": {"of": "espresso"}, "answer_given": {"of": "ask"}, "will_fall": {"days": 7},
    "before_appointment": {"days": 1}, "holiday": {"days": 2},
}  # fmt: skip


def test_news_questions_and_ways_survive_their_form() -> None:
    program = shipped("coffee")
    both = {"en": "a", "ru": "b"}
    said: list[dict[str, Any]] = [
        {"kind": "referral", "text": both},
        {"kind": "news", "text": both, "title": both, "link": "https://shop.example/new"},
        {"kind": "question", "text": both, "asks": "stars", "low": 3, "comment": False},
        {
            "kind": "question", "text": both, "asks": "poll", "comment": True,
            "options": [{"text": both, "low": True}, {"text": OTHER, "low": False}],
        },
    ]  # fmt: skip
    for action in said:
        channels = ["sms", "email", "card"] if action["kind"] == "news" else None
        document: dict[str, Any] = {
            "name": "One", "audience": {"all": []}, "trigger": {"kind": "now", "time": "10:00"},
            "actions": [action, {"kind": "coupon", "coupon": "spring"}, *GIVEN], "guards": {},
            "channels": channels,
        }  # fmt: skip
        typed = as_shown(document, program)
        again = forms.document(typed, program, groups.ready(program), document, TODAY)
        assert forms.same(again, document)
    changed = as_shown(document, program, **{"options.ru": "b"})
    with pytest.raises(TypedError, match="not_a_poll"):
        forms.document(changed, program, groups.ready(program), document, TODAY)
    ways = campaign_actions.ways({"way": "email", "way.sms": "yes", "way.card": "yes"}, None)
    assert ways == ["email", "card", "sms"]


def test_a_promotion_survives_its_form_and_is_said(ada: Visitor) -> None:
    program = shipped("coffee")
    rules = program_document.read(program)
    window = {"weekdays": ["tue"], "start": "14:00", "until": "16:00"}
    for terms in (
        {"pot": "points", "multiplier": 20_000, "days": 14},
        {"pot": "points", "multiplier": 25_000, "days": 0, "windows": [window], "minimum": 500},
        {"pot": "points", "bonus": 50, "until": "2026-12-24", "uses": 2},
        {"pot": "points", "bonus": 5, "per": "item", "days": 3, "only": {"items": ["tea"]}},
    ):
        document: dict[str, Any] = {
            "name": "One", "audience": {"all": []}, "trigger": {"kind": "now", "time": "10:00"},
            "actions": [{"kind": "promotion", "promotion": terms, "cost": 120}], "guards": {},
        }  # fmt: skip
        campaigns.read("c", document, rules)
        typed = as_shown(document, program)
        again = forms.document(typed, program, groups.ready(program), document, TODAY)
        assert forms.same(again, document), terms
    assert campaign_actions.field_of(["promotion", "until"]) == "promotion.until"
    assert campaign_actions.field_of(["promotion"]) == "promotion.multiplier"
    ada.look("/console/campaigns/new")
    assert 'value="20000" selected' in ada.html
    typed = {"name": "Double", "said": "", "gift": "promotion", "trigger__kind": "now"}
    typed |= {"promotion__multiplier": "bonus", "promotion__days": "14", "trigger__time": "10:00"}
    assert ada.send("save", **typed).status_code == 422
    assert re.search(r'name="promotion.bonus"[^>]*aria-invalid="true"', ada.html)
    assert ada.send("save", **typed, promotion__bonus="30", promotion__uses="2").status_code == 303
    assert "a promotion of their own: +30" in ada.html
    assert "for 14 days, for 2 purchases at most" in ada.html


OTHER = {"en": "c", "ru": "d"}
GIVEN = [{"kind": "points", "pot": "points", "points": 5, "cost": 10}]
"""What is given besides, which the form's one field of a gift is not of."""


def test_what_the_form_does_not_know_stays() -> None:
    program = shipped("coffee")
    chips = groups.ready(program)
    document = {
        "name": "Kept",
        "audience": {"not": {"field": "gone", "is": True}},
        "trigger": {"kind": "near_level", "amount": 500, "time": "10:00"},
        "actions": [
            {"kind": "message", "text": {"en": "a", "ru": "b"}, "shown_days": 3},
            {"kind": "news", "text": {"en": "c", "ru": "d"}},
        ],
        "guards": {"hold_out": 0, "budget": 1_000, "control": 750, "quiet": ["21:00", "08:00"]},
    }
    typed = as_shown(document, program, name="Renamed")
    again = forms.document(typed, program, chips, document, TODAY)
    assert forms.same(again, {**document, "name": "Renamed"})
    typed = as_shown(document, program, keep="", chip__regulars="yes", who__visits="3", join="any")
    again = forms.document(typed, program, chips, document, TODAY)
    assert again["audience"] == {
        "any": [{"field": "class", "is": "regulars"}, {"field": "visits", "at_least": 3}]
    }
    with pytest.raises(TypedError):
        forms.document({**typed, "trigger.kind": "never"}, program, chips, document, TODAY)


def test_an_idea_is_looked_at_started_and_ended(shop: Shop, ada: Visitor) -> None:
    Campaigning(shop.world).join("Ann")
    ada.look("/console/campaigns")
    ada.send("begin", idea="welcome")
    assert "Nobody is reached before you start it" in ada.html
    assert "1 of 1 members fit now" in ada.html
    assert "Welcome, Ann! Show your card" in unescape(ada.html)
    draft = ada.at
    assert ada.api.get(f"/v1/campaigns/{draft.rpartition('/')[2]}")["state"] == "draft"
    ada.send("campaign_start")
    assert ">Running</span>" in ada.html
    assert "nobody was held out to compare with" in ada.html
    ada.send("campaign_pause")
    ada.send("campaign_resume")
    ada.send("campaign_cancel")
    assert ">Ended</span>" in ada.html
    assert 'value="campaign_' not in ada.html
    ada.look("/console/campaigns")
    assert f'href="{draft}"' in ada.html


def test_what_gives_points_of_no_known_worth_is_not_said_to_cost_nothing(
    shop: Shop, ada: Visitor
) -> None:
    Campaigning(shop.world).join("Ann")
    said = drawing.words("en", "console")["campaigns"]
    for idea, unknown in (("birthday", True), ("welcome", False)):
        ada.look("/console/campaigns")
        ada.send("begin", idea=idea)
        assert "1 of 1 members fit now" in ada.html
        assert (said["cost_unknown"] in unescape(ada.html)) == unknown


def test_two_taps_make_one_draft(ada: Visitor) -> None:
    ada.look("/console/campaigns")
    page = ada.html
    first = ada.send("begin", idea="birthday").headers["Location"]
    ada.html, ada.at = page, "/console/campaigns"
    assert ada.send("begin", idea="birthday").headers["Location"] == first
    assert len(ada.api.get("/v1/campaigns")["campaigns"]) == 1


def test_a_campaign_is_made_by_the_form(ada: Visitor) -> None:
    ada.look("/console/campaigns/new", who="regulars")
    assert re.search(r'id="chip.regulars"[^>]*checked', ada.html)
    typed = {
        "name": "Thanks", "said": "message", "chip__regulars": "yes", "who__spent": "12.50",
        "trigger__kind": "at", "at__at": "2026-12-24T10:00", "trigger__time": "10:00",
        "text__en": "Thank you, {name}",
        "text__ru": "Спасибо, {name}", "gift": "points", "gift__points": "5", "gift__cost": "0.50",
        "guards__budget": "10", "guards__control": "10", "guards__quiet__0": "20:00",
        "guards__quiet__1": "09:00",
    }  # fmt: skip
    ada.send("count", **typed)
    assert "0 of 0 members fit now" in ada.html
    assert "class “regulars” and spent ever at least $12.50" in unescape(ada.html)
    answer = ada.send("save", **{**typed, "text__en": ""})
    assert answer.status_code == 422
    assert 'value="Thanks"' in ada.html
    answer = ada.send("save", **{**typed, "text__ru": "{nobody}"})
    assert "In braces stands something that is not known" in ada.html
    assert re.search(r'name="text.ru"[^>]*aria-invalid="true"', ada.html)
    ada.send("save", **typed)
    name = ada.at.rpartition("/")[2]
    document = ada.api.get(f"/v1/campaigns/{name}")["document"]
    assert document["guards"]["budget"] == 1_000
    assert document["trigger"]["at"] == "2026-12-24T10:00"
    assert "24, 2026" in ada.html
    ada.look(f"{ada.at}/edit")
    assert re.search(r'name="gift.cost"[^>]*value="0.50"', ada.html)
    ada.send("save", **{**typed, "name": "Many thanks"})
    assert "<h1>Many thanks</h1>" in ada.html


@pytest.mark.parametrize("language", ["de", "ru"])
def test_it_is_all_said_in_other_languages(shop: Shop, ask: Any, language: str) -> None:
    visitor = Visitor(shop, ask, language=language)
    english = Visitor(shop, ask)
    assert visitor.look("/console/campaigns") != english.look("/console/campaigns")
    visitor.send("begin", idea="win-back")
    visitor.look(f"{visitor.at}/edit")
    assert 'name="chip.slipping" value="yes" checked' in visitor.html


def test_an_accountant_sees_them_and_starts_nothing(shop: Shop, ask: Any, ada: Visitor) -> None:
    ada.look("/console/campaigns")
    ada.send("begin", idea="birthday")
    visitor = Visitor(shop, ask, role="accountant")
    page = visitor.look(ada.at)
    assert "campaign_start" not in page
    assert 'value="begin"' not in visitor.look("/console/campaigns")


def test_groups_of_members_are_chips_and_can_be_kept_and_written_to(
    shop: Shop, ada: Visitor
) -> None:
    Campaigning(shop.world).join("Ann")
    ada.look("/console/members")
    assert 'href="?who=slipping"' in ada.html
    ada.look("/console/members", who="slipping")
    assert "0 of 1 members fit now" in ada.html
    assert "Ann" not in ada.html
    ada.look("/console/members", who="new")
    ada.send("keep_group", who="new", name="Fresh ones")
    kept = ada.api.get("/v1/segments")["segments"][0]
    assert kept["name"] == "Fresh ones"
    ada.look("/console/members", who=f"kept-{kept['id']}")
    assert "Members with: class “new”" in unescape(ada.html)
    ada.look("/console/campaigns/new", who=f"kept-{kept['id']}")
    assert f'name="chip.kept-{kept["id"]}" value="yes" checked' in ada.html
    ada.look("/console/members", who=f"kept-{kept['id']}")
    ada.send("drop_group", segment=kept["id"])
    assert ada.api.get("/v1/segments")["segments"] == []


def test_a_campaign_that_says_only_what_it_needs_is_drawn(shop: Shop, ada: Visitor) -> None:
    """As it was kept before a form or the API filled in what is not said."""
    both = {"en": "a", "ru": "b"}
    invitation = {"places": 5, "begins": "2026-06-01T18:00"}
    actions = {
        "message": {"kind": "message", "text": both},
        "question": {"kind": "question", "text": both, "asks": "nps"},
        "invitation": {"kind": "invitation", "text": both, "title": both, "invitation": invitation},
    }
    campaigning = Campaigning(shop.world)
    for name, action in actions.items():
        document = {"name": name, "audience": {"all": []}, "trigger": {"kind": "now"},
                    "actions": [action], "guards": {}}  # fmt: skip
        campaigning.campaigns.put(
            "coffee", KeptCampaign(name, document), 0, "key:o", shop.world.now
        )
    assert ada.look("/console/campaigns").count('href="/console/campaigns/') >= len(actions)
    for name in actions:
        assert f"<h1>{name}</h1>" in ada.look(f"/console/campaigns/{name}")
        ada.look(f"/console/campaigns/{name}/edit")
