"""/v1/program, /v1/templates, /v1/locations: an owner changes what they have seen, or nothing."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import program
from infra.program_cards import card_faults
from loyalty.program import ready, sides
from loyalty.program.document import dump, read
from loyalty.refusals import Refusal
from loyalty.store.program_versions import Programs
from loyalty.store.tables import Put
from passes.designs.check import check
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.access.keys import Scope
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

MITTE = {
    "name": {"en": "Mitte", "ru": "Митте"},
    "latitude": 52.53,
    "longitude": 13.4,
    "zone": "Europe/Berlin",
    "address": {"en": "Torstr. 1", "ru": "Торштр. 1"},
    "hours": [{"weekdays": ["mon", "tue"], "start": "08:00", "until": "18:00"}],
    "holidays": [{"first_day": "2026-12-25", "name": {"en": "Christmas", "ru": "Рождество"}}],
}


SCOPES: tuple[Scope, ...] = ("till", "staff")


class Owner:
    """Calls with a key; keeps the tag of what was looked at last."""

    def __init__(self, ask: Ask, key: str) -> None:
        self._ask = ask
        self._key = key
        self.tag = ""

    def __call__(
        self, method: str, path: str, body: Any = None, tag: str | None = None, **query: str
    ) -> tuple[int, dict[str, Any]]:
        seen = self.tag if tag is None else tag
        headers = {"authorization": self._key, **({"if-match": seen} if seen else {})}
        text = None if body is None else json.dumps(body)
        answer = self._ask(program, http(method, path, headers, text, query=query))
        tagged = answer["headers"].get("ETag", "")
        # A version's; what is said in words has one of its own text.
        self.tag = tagged if re.fullmatch(r'"\d+"', tagged) else self.tag
        return answer["statusCode"], content(answer)

    def document(self) -> dict[str, Any]:
        status, shown = self("GET", "/v1/program")
        assert status == 200
        document: dict[str, Any] = shown["document"]
        return document


@pytest.fixture
def owner(shop: Shop, ask: Ask) -> Owner:
    return Owner(ask, shop.key("owner"))


def half(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "earning": [{**document["earning"][0], "points": 5}]}


def test_a_change_its_history_and_the_way_back(owner: Owner) -> None:
    first = owner.document()
    assert (first["id"], owner.tag) == ("coffee", '"1"')
    status, told = owner("PUT", "/v1/program", {"document": half(first)})
    assert (status, told["version"], told["actor"], owner.tag) == (200, 2, "key:ownerkey000", '"2"')
    # The same again changes nothing.
    assert owner("PUT", "/v1/program", {"document": half(first)}) == (200, told)
    status, listed = owner("GET", "/v1/program/versions")
    assert [(one["version"], one["actor"]) for one in listed["versions"]] == [
        (2, "key:ownerkey000"),
        (1, None),
    ]
    assert listed["next"] is None
    (change,) = listed["versions"][0]["changes"]
    assert change["path"] == "earning"
    assert listed["versions"][1]["changes"] == []
    status, said = owner("GET", "/v1/program/difference", language="ru")
    assert (said["before"], said["after"], len(said["changes"])) == (1, 2, 1)
    assert said["changes"][0]["sentence"].startswith("Начисление: было «10 баллов")
    status, old = owner("GET", "/v1/program/versions/1")
    assert old["document"] == first
    owner("GET", "/v1/program")
    status, back = owner("POST", "/v1/program/rollback", {"version": 1})
    assert (status, back["version"], back["document"]) == (200, 3, first)
    status, page = owner("GET", "/v1/program/versions", limit="1")
    assert ([one["version"] for one in page["versions"]], page["next"]) == ([3], 3)
    status, page = owner("GET", "/v1/program/versions", limit="2", below="3")
    assert ([one["version"] for one in page["versions"]], page["next"]) == ([2, 1], None)
    # 2 to 3 puts back what 1 to 2 had changed.
    assert owner("GET", "/v1/program/difference", before="1", after="3")[1]["changes"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/program", {"document": {}}),
        ("POST", "/v1/program/rollback", {"version": 1}),
        ("PUT", "/v1/locations/mitte", MITTE),
        ("DELETE", "/v1/locations/mitte", None),
    ],
)
def test_whoever_has_not_seen_what_is_there_changes_nothing(
    owner: Owner, method: str, path: str, body: Any
) -> None:
    status, refused = owner(method, path, body)
    assert (status, refused["code"]) == (428, "precondition_missing")
    for stale in ('"2"', '"0"', "1", 'W/"1"', "*", '"1", "2"'):
        status, refused = owner(method, path, body, tag=stale)
        assert (status, refused["code"]) == (412, "precondition_failed"), stale
    owner.document()
    assert owner.tag == '"1"'


def test_of_two_who_saw_the_same_only_one_changes_it(owner: Owner) -> None:
    document = owner.document()
    seen = owner.tag
    assert owner("PUT", "/v1/program", {"document": half(document)}, tag=seen)[0] == 200
    status, refused = owner("PUT", "/v1/program", {"document": document}, tag=seen)
    assert (status, refused["code"]) == (412, "precondition_failed")


def test_who_is_a_moment_late_is_told(shop: Shop, owner: Owner) -> None:
    """Between the look and the write somebody else writes: the store finds it."""
    document = owner.document()
    programs = Programs(shop.world.tables, lambda: shop.now)
    other = ready.find("coffee").program

    class Late:
        """The tables, and somebody who is faster just before the first write."""

        def __init__(self) -> None:
            self.was = False

        def __getattr__(self, name: str) -> Any:
            return getattr(shop.world.tables, name)

        def write(self, *writes: Any) -> None:
            if not self.was and any(isinstance(one, Put) for one in writes):
                self.was = True
                programs.put(read(half(document)))
            shop.world.tables.write(*writes)

    late = Programs(Late(), lambda: shop.now)
    changed = ready.started(other, programs.current("coffee"))
    with pytest.raises(Refusal, match="changed meanwhile"):
        late.put(read(changed), 1, "key:x")
    assert programs.latest("coffee").program.version == 2


def test_what_a_wallet_cannot_hold_is_refused_by_place(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = owner.document()

    def faults(changed: dict[str, Any]) -> list[tuple[str, str]]:
        status, refused = owner("PUT", "/v1/program", {"document": changed})
        assert status == 422
        return [(one["pointer"], one["code"]) for one in refused["errors"]]

    assert faults({**document, "id": "other"}) == [("/document/id", "id_changed")]
    assert faults({**document, "version": 7}) == [("/document/version", "unknown_key")]
    assert faults({**document, "design": "nice"}) == [("/document/design", "contradiction")]
    long = {"en": "n" * 121, "ru": "н"}
    assert faults({**document, "name": long}) == [("/document/name/en", "string_too_long")]
    monkeypatch.setattr("passes.apple.pass_json.LONGEST_TEXT", 5)
    assert faults(half(document))[0] == ("/document", "card_refused")
    owner.document()
    assert owner.tag == '"1"'


def test_a_check_tells_everything_and_changes_nothing(owner: Owner) -> None:
    document = owner.document()
    status, told = owner("POST", "/v1/program/check", {"document": half(document)}, language="ru")
    assert (status, told["usable"], told["faults"]) == (200, True, [])
    assert told["customer"][0].startswith("5 баллов")
    assert len(told["staff"]) > len(told["customer"])
    assert [one["path"] for one in told["changes"]] == ["earning"]
    broken = {**document, "desing": "coffee", "region": "XX1"}
    status, told = owner("POST", "/v1/program/check", {"document": broken})
    assert (status, told["usable"]) == (200, False)
    assert {one["pointer"] for one in told["faults"]} == {"/desing", "/region"}
    owner.document()
    assert owner.tag == '"1"'


def test_the_program_in_sentences(owner: Owner) -> None:
    path = "/v1/program/description"
    status, said = owner("GET", path)
    assert (status, said["language"]) == (200, "en")
    assert said["sentences"][0] == "10 points for every $1."
    staff = owner("GET", path, audience="staff", language="ru")[1]
    assert len(staff["sentences"]) > len(said["sentences"])
    german = owner("GET", path, language="de")[1]
    assert german["sentences"][0] == "10 Punkte für je 1\N{NO-BREAK SPACE}$.", "its team reads it"
    assert owner("GET", path, language="fr")[0] == 422


def test_a_shop_starts_from_a_template(owner: Owner) -> None:
    own = owner.document()
    listed = owner("GET", "/v1/templates", language="ru")[1]
    trades = [one["trade"] for one in listed["templates"]]
    assert trades == ["coffee", "bakery", "barber", "salon", "shop", "restaurant"]
    assert all(one["sentences"] for one in listed["templates"])
    assert not any("€" in said for one in listed["templates"] for said in one["sentences"])
    for trade in trades:
        started = owner("GET", f"/v1/templates/{trade}")[1]
        document = started["document"]
        for name in ("id", "organization", "currency", "consent", "contact", "locations"):
            assert document.get(name) == own.get(name), (trade, name)
        told = owner("POST", "/v1/program/check", {"document": document})[1]
        assert (told["usable"], told["faults"]) == (True, []), trade
    assert owner("GET", "/v1/templates/bank")[0] == 404


def test_a_places_life(owner: Owner, shop: Shop) -> None:
    count = len(owner.document().get("locations", []))
    status, shown = owner("PUT", "/v1/locations/mitte", MITTE)
    assert (status, owner.tag) == (200, '"2"')
    assert shown["address"] == MITTE["address"]
    assert shown["holidays"][0]["last_day"] == "2026-12-25"
    assert shown["sentences"][0] == "Torstr. 1."
    assert owner("GET", "/v1/locations/mitte")[1] == shown
    status, listed = owner("GET", "/v1/locations", language="ru")
    assert len(listed["locations"]) == count + 1
    assert listed["locations"][-1]["sentences"][0] == "Торштр. 1."
    shop.world.now = datetime(2026, 11, 30, 7, tzinfo=UTC)  # eight on a Monday in Berlin
    was_open = [one["open"] for one in owner("GET", "/v1/locations")[1]["locations"]]
    assert was_open == [None] * count + [True]
    shop.world.now += timedelta(hours=10)
    assert owner("GET", "/v1/locations")[1]["locations"][-1]["open"] is False
    assert owner("GET", "/v1/locations/mitte")[1] == shown
    moved = {**MITTE, "latitude": 52.6}
    assert owner("PUT", "/v1/locations/mitte", moved)[1]["latitude"] == 52.6
    said = owner("GET", "/v1/program/difference")[1]["changes"]
    assert [one["path"] for one in said] == ["locations.mitte.latitude"]
    status, refused = owner("PUT", "/v1/locations/mitte", {**MITTE, "zone": "Berlin"})
    assert status == 422
    assert [one["pointer"] for one in refused["errors"]] == ["/zone"]
    twice = {**MITTE, "hours": [*MITTE["hours"], {"start": "17:00", "until": "19:00"}]}  # type: ignore[misc]
    status, refused = owner("PUT", "/v1/locations/mitte", twice)
    assert status == 422
    assert "overlap" in refused["errors"][0]["detail"]
    assert owner("DELETE", "/v1/locations/mitte") == (200, {"id": "mitte"})
    assert owner("GET", "/v1/locations/mitte")[0] == 404
    assert owner("DELETE", "/v1/locations/mitte")[0] == 404


def test_nobody_but_an_owner_and_only_their_own(shop: Shop, ask: Ask) -> None:
    for one in program.OPERATIONS:
        path = one.path.format(**{name: about.example for name, about in one.names.items()})
        for scope in SCOPES:
            status = Owner(ask, shop.key(scope))(one.method, path, {}, tag='"1"')[0]
            assert status == 403, (one.method, one.path, scope)


def test_a_key_of_the_test_side_looks_and_does_not_change(shop: Shop, ask: Ask) -> None:
    owner = Owner(ask, shop.key("owner", program=sides.test_side("coffee")))
    document = owner.document()
    assert document["id"] == "coffee"
    assert owner("POST", "/v1/program/check", {"document": document})[1]["usable"]
    status, refused = owner("PUT", "/v1/program", {"document": half(document)})
    assert (status, refused["code"]) == (409, "test_side")


def test_every_template_passes_what_a_put_asks_of_it() -> None:
    for one in ready.ready():
        check(one.program.design)
        assert card_faults(one.program) == (), one.trade
        assert json.loads(dump(one.program))["languages"] == ["en", "ru"]


def test_what_is_told_of_a_place_in_another_language_is_put_back_as_it_is(owner: Owner) -> None:
    owner("GET", "/v1/program")
    assert owner("PUT", "/v1/locations/mitte", MITTE)[0] == 200
    status, listed = owner("GET", "/v1/locations", language="de")
    shown = owner("GET", "/v1/locations/mitte", language="de")[1]
    assert (status, shown["name"]) == (200, MITTE["name"])
    assert [one["name"] for one in listed["locations"] if one["id"] == "mitte"] == [MITTE["name"]]
    assert "Torstr. 1" in shown["sentences"][0]
    assert shown["sentences"] != owner("GET", "/v1/locations/mitte", language="en")[1]["sentences"]
    body = {name: one for name, one in shown.items() if name not in {"id", "sentences"}}
    assert owner("PUT", "/v1/locations/mitte", body)[0] == 200
