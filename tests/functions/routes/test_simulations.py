"""/v1/simulations: a program is tried on kept orders or on a till's file, and compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import moving
from functions.wiring import moving_work
from loyalty.members.moving_jobs import Job
from loyalty.simulation import running
from tests.functions.routes.till import till
from tests.support.events import sqs
from tests.support.figure_streams import FigureStreams

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

FILE = (
    "Date,Card,Total\n"
    "2026-03-01 09:00,A1,10.00\n"
    "2026-03-02 09:00,A1,20.00\n"
    "2026-03-02 10:00,B2,7.50\n"
    "2026-03-03 10:00,,3.00\n"
)


class Owner:
    """An owner who asks, and the worker behind the queue."""

    def __init__(self, shop: Shop, ask: Any) -> None:
        self.shop = shop
        self.ask = ask
        self.till = till(shop, ask, "owner")
        self._worked = 0

    def make(self, text: str = "") -> str:
        status, made = self.till.ask("POST", "/v1/simulations")
        assert status == 201
        if text:
            name = f"simulations/coffee/{made['id']}/file"
            assert made["url"] == f"https://put-object.example/{name}"
            self.shop.moved.objects[name] = text.encode()
        return f"/v1/simulations/{made['id']}"

    def run(self, path: str, **asked: Any) -> dict[str, Any]:
        status, said = self.till.ask("POST", f"{path}/run", asked)
        assert (status, said["state"]) == (202, "running"), said
        while waiting := self.shop.queues.bodies("moving")[self._worked :]:
            self._worked += len(waiting)
            assert self.ask(moving, sqs(waiting)) == {"batchItemFailures": []}
        return self.till.told("GET", path)


@pytest.fixture
def owner(shop: Shop, ask: Any) -> Owner:
    return Owner(shop, ask)


def fed(shop: Shop) -> None:
    """Let figures take up what was sold: by their lines a simulation finds its orders."""
    streams = FigureStreams(shop.world)
    streams.ring(streams.news())


def of(told: dict[str, Any], which: str) -> dict[str, Any]:
    return next(one for one in told["programs"] if one["which"] == which)


def present(owner: Owner) -> dict[str, Any]:
    document: dict[str, Any] = owner.till.told("GET", "/v1/program")["document"]
    return document


def test_a_file_of_the_till_is_tried(owner: Owner) -> None:
    told = owner.run(owner.make(FILE), sales="file")
    assert told["state"] == "done", told
    assert (told["sales"], told["anonymous"], told["left_out"]) == (3, 1, 0)
    assert told["columns"] == {"day": "Date", "customer": "Card", "amount": "Total"}
    assert [one["which"] for one in told["programs"]] == ["present"] + ["template"] * 3
    now = of(told, "present")
    assert (now["members"], now["visits"], now["gross"]) == (2, 3, 3_750)
    assert now["issued"]["points"] == sum(now["outstanding"].values()) + sum(now["spent"].values())


def test_the_kept_orders_come_to_what_the_ledger_holds(owner: Owner, shop: Shop) -> None:
    """The same code decides: what members have is what they would have had."""
    members = []
    for name, totals in {"Ann": (5_000, 1_250), "Bob": (990,)}.items():
        member = shop.world.enrol(name=name)
        members.append(member)
        for number, total in enumerate(totals):
            shop.world.sell(f"{name}-{number}", total=total, member=member)
    shop.world.sell("nobodys", total=300)
    fed(shop)
    told = owner.run(owner.make(), spends=False)
    assert told["anonymous"] == 1
    held = sum(shop.world.balance(member) for member in members)
    assert of(told, "present")["outstanding"]["points"] == held
    assert (told["sales"], of(told, "present")["gross"]) == (3, 7_240)


def test_a_proposed_program_stands_beside_the_present_one(owner: Owner) -> None:
    proposed = present(owner)
    proposed["earning"] = [{"pot": "points", "points": 2, "amount": 100}]
    path = owner.make(FILE)
    told = owner.run(path, sales="file", program=proposed, spends=False)
    assert [one["which"] for one in told["programs"]] == ["proposed", "present"] + ["template"] * 3
    assert of(told, "proposed")["outstanding"] == {"points": 75}
    # Nothing is in force by it.
    assert present(owner)["earning"] != proposed["earning"]


def test_who_changes_level_is_told(owner: Owner, shop: Shop) -> None:
    levels = [
        {"id": "guest", "name": {"en": "Guest", "ru": "Гость"}},
        {
            "id": "friend",
            "name": {"en": "Friend", "ru": "Друг"},
            "spend": 2_500,
            "discount": 500,
        },
    ]
    proposed = {**present(owner), "tiers": {"levels": levels}}
    told = owner.run(owner.make(FILE), sales="file", program=proposed)
    assert {"present": "", "proposed": "friend", "members": 1} in told["moves"]
    name = told["levels_url"].removeprefix("https://get-object.example/")
    lines = shop.moved.objects[name].decode().splitlines()
    assert lines[0] == "customer,present level,proposed level"
    assert "1,,friend" in lines


def test_only_the_days_that_were_asked_for(owner: Owner) -> None:
    told = owner.run(owner.make(FILE), sales="file", first_day="2026-03-02", last_day="2026-03-02")
    assert (told["sales"], of(told, "present")["gross"]) == (2, 2_750)


def test_other_columns_may_be_named_and_it_runs_again(owner: Owner) -> None:
    path = owner.make("When,Who,How much,Date\n2026-03-01,A1,10.00,2026-01-01\n")
    told = owner.run(path, sales="file")
    assert told["state"] == "refused"
    assert {one["pointer"] for one in told["refused"]} == {"/columns/customer", "/columns/amount"}
    named = {"day": "When", "customer": "Who", "amount": "How much"}
    told = owner.run(path, sales="file", columns=named)
    assert (told["state"], told["first"][:10], told["sales"]) == ("done", "2026-03-01", 1)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"sales": "file"}, ("", "file_missing")),
        ({"program": {"schema": 1}}, ("/consent", "missing")),
        ({"program": {"schema": 1, "curency": "USD"}}, ("/curency", "unknown_key")),
    ],
)
def test_what_cannot_be_tried_says_why(owner: Owner, asked: Any, told: tuple[str, str]) -> None:
    found = owner.run(owner.make(), **asked)
    assert found["state"] == "refused"
    assert told in {(one["pointer"], one["code"]) for one in found["refused"]}
    assert all(one["detail"] for one in found["refused"])


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"first_day": "2026-02-30"}, "/first_day"),
        ({"first_day": "2026-03-02", "last_day": "2026-03-01"}, "/last_day"),
        ({"margin": 0}, "/margin"),
        ({"sales": "receipts"}, "/sales"),
        ({"reward_costs": {"cup": -1}}, "/reward_costs/cup"),
    ],
)
def test_what_is_asked_wrongly_is_refused_at_once(owner: Owner, asked: Any, pointer: str) -> None:
    status, said = owner.till.ask("POST", f"{owner.make()}/run", asked)
    assert (status, said["code"]) == (422, "invalid_request")
    assert [one["pointer"] for one in said["errors"]] == [pointer]


def test_another_name_is_not_found(owner: Owner) -> None:
    for method, path in (("GET", ""), ("POST", "/run")):
        asked: Any = {"sales": "file"} if method == "POST" else None
        assert owner.till.ask(method, f"/v1/simulations/{'0' * 32}{path}", asked)[0] == 404


def test_the_same_question_asked_twice_is_one_run(owner: Owner, shop: Shop) -> None:
    path, asked = f"/v1/simulations/{'a' * 32}", {"program": present(owner), "templates": False}
    for _ in range(3):
        assert owner.till.ask("POST", f"{path}/run", asked)[0] == 202
    assert len(shop.queues.bodies("moving")) == 1
    assert owner.till.told("GET", path)["program"] == asked["program"]
    # Another question is another run, and so is one whose run was lost.
    assert owner.till.ask("POST", f"{path}/run", {**asked, "spends": False})[0] == 202
    assert len(shop.queues.bodies("moving")) == 2
    shop.world.wait(minutes=16)
    assert owner.till.ask("POST", f"{path}/run", {**asked, "spends": False})[0] == 202
    assert len(shop.queues.bodies("moving")) == 3
    told = owner.run(path, **asked)
    assert (told["state"], [one["which"] for one in told["programs"]]) == (
        "done", ["proposed", "present"],
    )  # fmt: skip
    # What has ended is worked out anew: more may have been sold.
    assert owner.till.ask("POST", f"{path}/run", asked)[1]["state"] == "running"
    # A name is one's own program's.
    other = till(shop, owner.ask, "owner", program="barber")
    assert other.ask("GET", path)[0] == 404


def test_how_far_it_is_is_told_in_sales(
    owner: Owner, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAGE", 20)
    monkeypatch.setattr(running, "BEFORE_TELLING", 1)
    monkeypatch.setattr(running, "BEFORE_LOOKING", 1)
    for member in [shop.world.enrol() for _ in range(3)]:
        for number in range(10):
            shop.world.sell(f"{member.member_id}-{number}", total=1_000, member=member)
    fed(shop)
    path = owner.make()
    assert owner.till.ask("POST", f"{path}/run", {})[0] == 202
    told: list[tuple[int, int]] = []
    files = shop.moved.put_object

    def put(**given: Any) -> None:
        files(**given)
        if given["Key"].endswith("standing.json"):
            said = json.loads(given["Body"])
            told.append((said.get("tried", 0), said.get("sales", 0)))

    monkeypatch.setattr(shop.moved, "put_object", put)
    assert owner.ask(moving, sqs(shop.queues.bodies("moving"))) == {"batchItemFailures": []}
    assert told[-1] == (30, 30)
    assert told == sorted(told, key=lambda one: (one[0], one[1]))
    assert {(0, 20), (0, 30), (10, 30), (20, 30)} <= {*told}


def test_it_stops_where_its_time_ends_and_goes_on(owner: Owner, shop: Shop) -> None:
    rows = "".join(
        f"2026-03-{day:02} 09:00,C{number},{number}.50\n"
        for number in range(1, 120)
        for day in (1, 2, 3)
    )
    text = "Date,Card,Total\n" + rows
    whole = owner.run(owner.make(text), sales="file")

    path = owner.make(text)
    assert owner.till.ask("POST", f"{path}/run", {"sales": "file"})[0] == 202
    left: Job | None = Job(**json.loads(shop.queues.bodies("moving")[-1]))
    shares = []
    while left is not None:
        left = moving_work.jobs().work(left, lambda: shop.world.now, lambda: False)
        shares.append(owner.till.told("GET", path)["share"])
    assert shares == [21, 42, 63, 84, 100]
    assert {**owner.till.told("GET", path), "id": whole["id"]} == whole


def begun(owner: Owner, text: str) -> tuple[str, Job]:
    """Begin to try a file, and stop on the way; return where it stands and what is left."""
    path = owner.make(text)
    assert owner.till.ask("POST", f"{path}/run", {"sales": "file"})[0] == 202
    job = Job(**json.loads(owner.shop.queues.bodies("moving")[-1]))
    left = moving_work.jobs().work(job, lambda: owner.shop.world.now, lambda: False)
    assert left is not None
    return path, left


def many() -> str:
    rows = "".join(f"2026-03-01 09:00,C{number},{number}.50\n" for number in range(1, 60))
    return "Date,Card,Total\n" + rows


def finished(owner: Owner, left: Job | None) -> None:
    while left is not None:
        left = moving_work.jobs().work(left, lambda: owner.shop.world.now, lambda: True)


def test_it_ends_by_the_rules_that_it_began_with(owner: Owner, shop: Shop) -> None:
    whole = owner.run(owner.make(many()), sales="file")
    path, left = begun(owner, many())
    shop.world.put_program("coffee", earning=[{"pot": "points", "points": 70, "amount": 100}])
    shop.world.wait(minutes=2)
    finished(owner, left)
    told = owner.till.told("GET", path)
    assert of(told, "present") == of(whole, "present")


def test_a_question_in_place_of_another_ends_it(owner: Owner, shop: Shop) -> None:
    path, left = begun(owner, many())
    shop.world.wait(minutes=1)
    asked = {"sales": "file", "last_day": "2026-02-01"}
    told = owner.run(path, **asked)
    assert (told["state"], told["sales"]) == ("done", 0)
    finished(owner, left)
    assert owner.till.told("GET", path) == told


def test_what_lies_in_the_bucket_names_nobody(owner: Owner, shop: Shop) -> None:
    path = owner.make(FILE.replace("A1", "+1 202 555 0142"))
    owner.run(path, sales="file")
    made = {name: data for name, data in shop.moved.objects.items() if not name.endswith("/file")}
    assert made
    assert b"5550142" not in b"".join(made.values())
    assert "5550142" not in json.dumps(shop.queues.bodies("moving"))
