"""Of who was erased nothing personal stays at Google, and somebody looks whether that is so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.aws.google_state import MOST_CHECKS
from functions.aws.observability import logger
from functions.wiring import google_state
from loyalty.ledger.act import Act
from loyalty.store import google_saves
from tests.support.google_shop import Shop, checks, member, shop

if TYPE_CHECKING:
    import pytest

    from loyalty.members.enrolment import Enrolled

__all__ = ["member", "shop"]


def identifier(shop: Shop, member: Enrolled) -> str:
    return str(shop.shown(member)["id"])


def greeted(shop: Shop, member: Enrolled) -> None:
    """Say something personal on the card, as a campaign does."""
    message = {"id": "m1", "header": "Hello", "body": "Ann, your birthday coffee waits"}
    shop.google.client().add_object_message(identifier(shop, member), message)
    assert "Ann" in str(shop.shown(member))


def erase(shop: Shop, member: Enrolled) -> None:
    act = Act("coffee", "owner", "1", "asked for it")
    shop.erasure.erase(act, member.member_id, shop.now)
    shop.ring()
    shop.work()


def minute(shop: Shop, minutes: int = 1) -> None:
    shop.wait(seconds=60 * minutes)
    shop.sweep()
    shop.work()


def test_messages_go_with_the_name(shop: Shop, google: Any, member: Enrolled) -> None:
    greeted(shop, member)
    erase(shop, member)
    shown = shop.shown(member)
    assert shown["state"] == "INACTIVE"
    assert "Ann" not in str(shown)
    assert "messages" not in shown
    assert checks(shop) == 1
    google.ask("DELETE", "/inspect/requests")
    minute(shop)
    assert google.counts() == {"GET loyaltyObject 200": 1}
    assert checks(shop) == 0


def test_what_still_stands_there_is_taken_away_told_and_looked_at_again(
    shop: Shop, google: Any, member: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    erase(shop, member)
    greeted(shop, member)  # a request that Google carried out late
    minute(shop)
    assert "Ann" not in str(shop.shown(member))
    said = capsys.readouterr().out
    assert "GoogleStillPersonal" in said
    assert checks(shop) == 1, "mended, and looked at once more"
    minute(shop, 2)
    assert checks(shop) == 0
    assert "GoogleStillPersonal" not in capsys.readouterr().out


def test_it_is_told_when_google_never_lets_go(
    shop: Shop,
    member: Enrolled,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(logger, "error", lambda what, **_: told.append(what))
    erase(shop, member)
    for _ in range(MOST_CHECKS):
        greeted(shop, member)
        minute(shop, 61)
    said = capsys.readouterr().out
    assert said.count('"GoogleStillPersonal":[1.0]') == MOST_CHECKS
    assert told.count("google showed an ended card's data") == MOST_CHECKS
    assert "google never confirms" in told


def test_a_card_that_nobody_holds_is_emptied_too(shop: Shop, member: Enrolled) -> None:
    tables = shop.tables
    mark = google_saves.read_mark(tables, "coffee", member.member_id)
    greeted(shop, member)
    google_saves.put_mark(tables, "coffee", member.member_id, replace(mark, gone=1, pending=0))
    assert not google_state.google_saves().is_marked("coffee", member.member_id)
    erase(shop, member)
    assert shop.shown(member)["state"] == "INACTIVE"
    assert "Ann" not in str(shop.shown(member))
    minute(shop)
    assert checks(shop) == 0


def test_nothing_is_made_for_who_never_came_to_google(shop: Shop, google: Any) -> None:
    stranger = shop.enrol()
    erase(shop, stranger)
    assert google.counts() == {}
