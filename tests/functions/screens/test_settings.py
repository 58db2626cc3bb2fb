"""Settings: what is set up and what is wrong with it, and who was erased, in every language."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.screens.calling import Ask
from functions.screens.desk import Shown
from functions.wiring import environment
from infra.commands import people
from loyalty.store import audit_log, trouble_book
from loyalty.store.audit_log import Changed
from tests.functions.screens.visiting import Visitor
from tests.loyalty.ledger.acts import act

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

SINCE = 1_777_896_000
CERTIFICATE = ("certificate", "7 days", "Passes for Apple: <ends>.", SINCE, SINCE)
GOOGLE = ("google", "service account", "No service account is stored.", SINCE, SINCE)
TILL = ("till", "corner-till", "No message of corner-till of the program corner.", SINCE, SINCE)
PAGE = "/console/settings/deployment"


def setting(monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    changed = replace(environment.configuration(), **changes)
    monkeypatch.setattr(environment, "configuration", lambda: changed)


WRONG = {
    "en": ("Needs somebody", "The key to Google is missing", "nothing is kept outside of it"),
    "de": ("Braucht jemanden", "Der Schlüssel zu Google fehlt", "außerhalb liegt nichts"),
    "ru": ("Нужно вмешаться", "Нет ключа к Google", "за его пределами ничего не хранится"),
}


@pytest.mark.parametrize("language", WRONG)
def test_what_is_wrong_is_told_in_words_of_an_owner(
    shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    wrong, google, missing = WRONG[language]
    setting(
        monkeypatch, apple_pass_type_identifier="pass.example", apple_team_identifier="TEAM",
        google_issuer_id="3388", backup_bucket="",
    )  # fmt: skip
    trouble_book.write(shop.world.tables, [CERTIFICATE, GOOGLE, TILL], SINCE)
    found = Visitor(shop, ask, language=language)
    found.look(PAGE)
    assert found.html.count(wrong) == 2
    assert google in found.html
    assert missing in found.html
    assert 'lang="en">Passes for Apple: &lt;ends&gt;.' in found.html
    assert "corner" not in found.html, "what is another shop's"


def test_what_is_set_up_and_sound_is_told(
    shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(
        monkeypatch, apple_pass_type_identifier="pass.example", apple_team_identifier="TEAM",
        google_issuer_id="3388", backup_bucket="elsewhere", message_channel="ses",
        sender_address="a@b.example",
    )  # fmt: skip
    found = Visitor(shop, ask)
    assert "Nobody has looked yet" in found.look(PAGE)
    trouble_book.write(shop.world.tables, [TILL], SINCE)
    found.look(PAGE)
    assert found.html.count(">Set up<") == 4
    assert "elsewhere" not in found.html.partition("<main")[2].replace("Backups elsewhere", "")
    assert "Looked at" in found.html


def test_what_was_not_deployed_is_not_wrong(
    shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(
        monkeypatch, apple_pass_type_identifier="", google_issuer_id="", message_channel="none"
    )  # fmt: skip
    trouble_book.write(shop.world.tables, [CERTIFICATE, GOOGLE], SINCE)
    told = Visitor(shop, ask).api.get("/v1/deployment")
    parts = {name: one for name, one in told.items() if name != "looked_at"}
    assert not any(one["set_up"] or one["wrong"] for one in parts.values())


@pytest.mark.parametrize(
    ("language", "nobody", "erased"),
    [
        ("en", "Nobody was erased yet", "Somebody was erased"),
        ("de", "Noch wurde niemand gelöscht", "Jemand wurde gelöscht"),
        ("ru", "Пока никого не удаляли", "Данные участника удалены"),
    ],
)
def test_who_was_erased_is_listed_in_ids(
    shop: Shop, ask: Any, language: str, nobody: str, erased: str
) -> None:
    ann = shop.world.enrol()
    found = Visitor(shop, ask, language=language)
    assert nobody in found.look("/console/settings/gone")
    shop.world.erasure.erase(act("e"), ann.member_id, shop.world.now)
    found.look("/console/settings/gone")
    assert erased in found.html
    assert f"<code>{ann.member_id}</code>" in found.html
    assert erased in found.look("/console/settings/changes")
    assert ann.member_id not in Visitor(shop, ask).look("/console/settings/privacy")


def test_who_was_erased_is_found_behind_many_other_changes(shop: Shop, ask: Any) -> None:
    ann = shop.world.enrol()
    shop.world.erasure.erase(act("e"), ann.member_id, shop.world.now)
    for number in range(520):
        at = shop.world.now.replace(microsecond=number + 1)
        audit_log.note(shop.world.tables, Changed("coffee", at, "key:o", "goal.put", "g", {}, {}))
    shop.world.now += timedelta(seconds=1)
    found = Visitor(shop, ask)
    found.look("/console/settings/gone")
    assert "Nobody among these changes" in found.html
    cursor = found.html.partition("?cursor=")[2].partition('"')[0]
    assert ann.member_id in found.look("/console/settings/gone", cursor=cursor)


def test_a_key_that_has_ended_is_only_said_to_have(shop: Shop, ask: Any) -> None:
    owner = Visitor(shop, ask)
    for key in ("counter1", "counter2"):
        owner.api.ask(Ask("POST", "/v1/keys", body={"id": key, "scope": "till", "name": key}))
    owner.api.ask(Ask("DELETE", "/v1/keys/counter1"))
    page = owner.look("/console/team")
    lines = {
        line.split("</strong>")[0]: line for line in page.split('<li><div class="row"><strong>')
    }
    assert "<span>ended</span>" in lines["counter1"]
    assert "New secret" not in lines["counter1"]
    assert "<span>good</span>" in lines["counter2"]
    assert "New secret" in lines["counter2"]


def test_who_has_changed_something_is_called_by_name(shop: Shop, ask: Any) -> None:
    owner, gone = Visitor(shop, ask), "z" * 26
    told = owner.api.ask(Ask("POST", "/v1/people", body={"name": "Beata", "role": "manager"}))
    beata, key = told.content["id"], "mainstreet1"
    body = {"id": key, "scope": "till", "name": "The front till"}
    owner.api.ask(Ask("POST", "/v1/keys", body=body))
    keys = (f"key:{one}" for one in (beata, key, gone, "anna5678"))
    for number, by in enumerate((*keys, audit_log.COMMAND)):
        at = shop.world.now + timedelta(seconds=number)
        change = Changed("coffee", at, by, "goal.put", "g", {}, {})
        audit_log.note(shop.world.tables, change)
    shop.world.now += timedelta(seconds=9)
    owner.look("/console/settings/changes")
    names = ("Beata", "The front till", "anna5678", "Somebody of the team", "By the command line")
    for said in names:
        assert f"<span>{said}</span> <span>g</span>" in owner.html, said
    assert beata not in owner.html
    # Whoever may not look people up reads of them nothing, and of a key its own id.
    eve = Visitor(shop, ask, role="manager").look("/console/settings/changes")
    assert "Beata" not in eve
    assert f"<span>{key}</span> <span>g</span>" in eve
    assert eve.count("<span>Somebody of the team</span> <span>g</span>") == 2


def test_what_is_wrong_stands_on_the_first_page(
    shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, apple_pass_type_identifier="pass.example", apple_team_identifier="TEAM")
    found = Visitor(shop, ask)
    assert "Wallets, mail or backups need somebody" not in found.look("/console")
    trouble_book.write(shop.world.tables, [CERTIFICATE], SINCE)
    assert "Wallets, mail or backups need somebody" in found.look("/console")
    assert 'href="/console/settings/deployment"' in found.html


def test_a_members_story_is_told_in_words(shop: Shop, ask: Any) -> None:
    ann = shop.world.enrol()
    found = Visitor(shop, ask)
    found.look(f"/console/members/{ann.member_id}")
    found.send("card")
    found.send("note", text="Likes the window.")
    found.look(f"/console/members/{ann.member_id}")
    assert "<strong>New card</strong>" in found.html
    assert "<strong>Note</strong>" in found.html


def test_a_phone_becomes_a_till_by_its_name_alone(shop: Shop, ask: Any) -> None:
    ada = Visitor(shop, ask)

    def named() -> str:
        form = ada.html.split('name="act" value="phone"')[1]
        return str(re.findall(r'name="id" value="([^"]+)"', form)[0])

    ada.look("/console/team")
    name = named()
    sent = {"id": name, "name": "Front counter", "location": "main-street"}
    ada.send("phone", **sent)
    assert 'class="code"' in ada.html
    assert "scan this with its camera" in ada.html
    (made,) = (key for key in ada.api.get("/v1/keys")["keys"] if key["id"] == name)
    assert (made["scope"], made["name"], made["location"]) == (
        "staff",
        "Front counter",
        "main-street",
    )
    assert named() != name, "the next phone has a key of its own"
    ada.send("phone", id="No", name="Back counter")
    assert named() == "No", "one that was not made is sent again as it was"


def test_who_has_no_passkey_is_told_a_command_that_works(shop: Shop, ask: Any) -> None:
    ada = Visitor(shop, ask)
    _, desk = ada._desk("/console/team", {})
    answer = desk.draw(Shown("prove.html", {"typed": {}, "here": "/console/team"}), "team")
    (command,) = re.findall(r"secret\">bin/loyalty (.*)</pre>", str(answer.body))
    parser = argparse.ArgumentParser()
    people.configure(parser)
    given = parser.parse_args(command.removeprefix("people ").split())
    assert (given.program, given.id) == ("coffee", "a" * 26)
