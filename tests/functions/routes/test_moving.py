"""/v1/imports and /v1/exports: a file goes up, a worker reads it, an owner looks and says run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions import moving
from functions.aws import kept_files
from loyalty.members.moving_in.running import Imports
from loyalty.members.moving_out import exporting
from loyalty.members.moving_out.exporting import Exports, Progress
from loyalty.refusals import Refusal
from loyalty.store import import_book
from tests.functions.routes.till import till
from tests.support.events import sqs

if TYPE_CHECKING:
    from datetime import datetime

    from tests.functions.conftest import Shop
    from tests.support.events import Context

FILE = "Name,Email,Points\nAnn,ann@example.com,120\nBob,bob@example.com,7\nEve,nobody,5\n"
MAPPING = {"columns": {"full_name": "Name", "email": "Email", "balance.points": "Points"}}


class Owner:
    """An owner with a file, and the worker behind the queue."""

    def __init__(self, shop: Shop, ask: Any) -> None:
        self.shop = shop
        self.ask = ask
        self.till = till(shop, ask, "owner")
        self._worked = 0

    def begin(self, text: str | bytes = FILE) -> str:
        """Return the path of an import whose file has gone up."""
        status, made = self.till.ask("POST", "/v1/imports")
        assert status == 201
        name = f"imports/coffee/{made['id']}/file"
        assert made["url"] == f"https://put-object.example/{name}"
        self.shop.moved.objects[name] = text.encode() if isinstance(text, str) else text
        return f"/v1/imports/{made['id']}"

    def do(self, path: str, what: str, body: Any = None) -> dict[str, Any]:
        """Ask for something, and say how it stands when the worker is done."""
        status, said = self.till.ask("POST", f"{path}/{what}", body)
        assert status == 202, said
        self.work()
        return self.stands(path)

    def plan(self, path: str, mapping: Any = MAPPING) -> dict[str, Any]:
        return self.do(path, "plan", {"mapping": mapping})

    def stands(self, path: str, **query: str) -> dict[str, Any]:
        return self.till.told("GET", path, **query)

    def work(self) -> int:
        """Let the worker take what waits, until nothing does; return how many messages it took."""
        taken = 0
        while waiting := self.shop.queues.bodies("moving")[self._worked :]:
            self._worked += len(waiting)
            taken += len(waiting)
            assert self.ask(moving, sqs(waiting)) == {"batchItemFailures": []}
        return taken


@pytest.fixture
def owner(shop: Shop, ask: Any) -> Owner:
    return Owner(shop, ask)


def contacts(shop: Shop) -> int:
    return sum(1 for key in shop.world.tables.items if key.sk == "MEMBER")


def test_a_file_is_proposed_planned_run_and_taken_back(owner: Owner, shop: Shop) -> None:
    path = owner.begin()
    assert owner.stands(path)["state"] == "waiting"
    assert owner.till.ask("POST", f"{path}/run")[1]["code"] == "import_not_planned"

    proposed = owner.do(path, "plan", {})
    assert (proposed["state"], proposed["columns"]) == ("proposed", ["Name", "Email", "Points"])
    assert proposed["mapping"]["columns"] == MAPPING["columns"]

    planned = owner.plan(path, proposed["mapping"])
    assert (planned["state"], planned["lines"], planned["position"]) == ("planned", 3, 0)
    assert planned["would"] == {"enrol": 2, "wrong": 1}
    (wrong,) = planned["wrong"]
    assert wrong == {"line": 4, "why": "Email: This is no e-mail address."}
    report = planned["report_url"].removeprefix("https://get-object.example/")
    lines = shop.moved.objects[report].decode("utf-8-sig").splitlines()
    assert lines[0] == "Name,Email,Points,what happens,why"
    assert [line.split(",")[3] for line in lines[1:]] == ["enrol", "enrol", "wrong"]
    assert contacts(shop) == 0  # a dry run

    done = owner.do(path, "run")
    assert (done["state"], done["position"]) == ("done", 3)
    assert done["counts"] == {"joined": 2, "wrong": 1}
    assert contacts(shop) == 2
    entries = len(shop.world.tables.items)
    assert owner.do(path, "run")["counts"] == done["counts"]
    assert len(shop.world.tables.items) == entries

    undone = owner.do(path, "undo")
    assert undone["state"] == "undone"
    assert [item for item in shop.world.tables.items.values() if "Ann" in str(item)] == []


def test_the_same_file_put_up_twice_moves_people_once(owner: Owner, shop: Shop) -> None:
    for _ in range(2):
        path = owner.begin()
        owner.plan(path)
        done = owner.do(path, "run")
        assert done["counts"] == {"joined": 2, "wrong": 1}
    assert contacts(shop) == 2


def test_what_time_does_not_allow_waits_in_the_queue(
    owner: Owner, shop: Shop, ask: Any, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page may be the last of a process; a message that comes twice changes nothing."""
    rows = [f"P{number},p{number}@example.com,{number}" for number in range(120)]
    path = owner.begin("\n".join(["Name,Email,Points", *rows]))
    owner.plan(path)
    owner.till.ask("POST", f"{path}/run")
    step = Imports.step

    def slow(imports: Imports, *given: Any) -> Any:
        context.milliseconds = 1_000
        return step(imports, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Imports, "step", slow)
        for position in (50, 100):
            context.milliseconds = 15_000
            ask(moving, sqs(shop.queues.bodies("moving")[-1:]))
            assert owner.stands(path)["position"] == position
    context.milliseconds = 15_000
    assert owner.work() == 3  # the message that began it comes again, and so do both that follow
    done = owner.stands(path)
    assert (done["state"], done["counts"]) == ("done", {"joined": 120})
    assert contacts(shop) == 120


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"Name,Email\n" + b"\xff\xfe\x00\x81\x8d\x8f" * 9, None),
        (b"PK\x03\x04 and no more", None),
        (b"Name,Email,Points\n", None),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    owner: Owner, shop: Shop, data: bytes, code: str | None
) -> None:
    told = owner.plan(owner.begin(data))
    assert told["state"] == "refused"
    assert all(one["code"] and one["detail"] for one in told["problems"])
    assert code in {None, told["problems"][0]["code"]}
    assert contacts(shop) == 0


def test_a_mapping_that_cannot_be_used_points_at_what_is_wrong(owner: Owner) -> None:
    path = owner.begin()
    told = owner.plan(path, {"columns": {"email": "Mail", "balance.moons": "Points"}})
    assert told["state"] == "refused"
    assert {one["pointer"] for one in told["problems"]} & {
        "/columns/email",
        "/columns/balance.moons",
    }
    assert owner.plan(path)["state"] == "planned"  # mended


def test_a_file_that_has_not_come_is_asked_for(owner: Owner, shop: Shop) -> None:
    path = owner.begin()
    shop.moved.objects.pop(f"imports/coffee/{path.rpartition('/')[2]}/file")
    told = owner.plan(path)
    assert [one["code"] for one in told["problems"]] == ["file_missing"]


def test_a_file_without_end_is_not_fetched(
    owner: Owner, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signed address takes what is put there: 5 GB would end the process again and again."""
    monkeypatch.setattr(kept_files, "LARGEST", 2_000)
    told = owner.plan(owner.begin(FILE + "Tom,tom@example.com,1\n" * 100))
    assert [one["code"] for one in told["problems"]] == ["file_unreadable"]


def test_a_job_whose_files_have_expired_is_not_found_and_holds_nobody_up(
    owner: Owner, shop: Shop
) -> None:
    path = owner.begin()
    owner.plan(path)
    owner.till.ask("POST", f"{path}/run")
    shop.moved.forget()
    assert owner.work() == 1  # taken from the queue: it would fail for ever
    assert owner.till.ask("GET", path)[0] == 404


def test_a_fault_of_ours_lets_the_message_come_again(
    owner: Owner, shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = owner.begin()
    owner.plan(path)
    owner.till.ask("POST", f"{path}/run")
    (message,) = shop.queues.bodies("moving")[-1:]
    with monkeypatch.context() as patch:
        patch.setattr(shop.world.tables, "get", lambda _: 1 / 0)
        answer = ask(moving, sqs([message]))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert ask(moving, sqs([message])) == {"batchItemFailures": []}
    assert owner.stands(path)["state"] == "done"


def test_a_busy_moment_costs_one_page_and_half_a_minute(
    owner: Owner, shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written before goes on from there; a first page comes again soon, then later."""
    for _ in range(3):
        shop.world.enrol()
    monkeypatch.setattr(exporting, "PAGE", 3)
    step, pages = Exports.step, []

    def busy(exports: Exports, progress: Progress, now: datetime) -> Progress:
        pages.append(progress.page)
        if progress.page == 2 and pages.count(2) < 4:
            raise Refusal("unavailable", "unavailable", "Something behind us is slow.")
        return step(exports, progress, now)

    monkeypatch.setattr(Exports, "step", busy)
    _, begun = owner.till.ask("POST", "/v1/exports")
    (message,) = shop.queues.bodies("moving")
    assert ask(moving, sqs([message])) == {"batchItemFailures": []}
    _, message = shop.queues.bodies("moving")
    assert ask(moving, sqs([message])) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    event = sqs([message])
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = "4"
    assert ask(moving, event) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert [seconds for _, seconds in shop.queues.hidden] == [30, 30 * 4**3]
    assert ask(moving, sqs([message])) == {"batchItemFailures": []}
    assert pages[:6] == [0, 1, 2, 2, 2, 2]
    owner.work()
    assert owner.stands(f"/v1/exports/{begun['id']}")["counts"]["members"] == 3


def test_everything_goes_out_and_nobody_elses(owner: Owner, shop: Shop) -> None:
    ann, stranger = shop.world.enrol(), shop.world.enrol(program="barber")
    shop.world.sell(member=ann, total=5_000)
    status, begun = owner.till.ask("POST", "/v1/exports")
    assert (status, begun["ended"], begun["files"]) == (202, False, [])
    path = f"/v1/exports/{begun['id']}"
    assert owner.stands(path) == begun
    owner.work()
    ended = owner.stands(path)
    assert ended["ended"]
    assert ended["sums"] == {"points": shop.world.balance(ann)}
    assert ended["counts"]["members"] == 1
    names = [one.removeprefix("https://get-object.example/") for one in ended["files"]]
    assert names
    assert all(name.startswith(f"exports/coffee/{begun['id']}/") for name in names)
    everything = b"".join(shop.moved.objects[name] for name in names)
    assert ann.member_id.encode() in everything
    assert stranger.member_id.encode() not in everything


def test_files_of_a_large_export_are_told_page_by_page(owner: Owner, shop: Shop) -> None:
    _, begun = owner.till.ask("POST", "/v1/exports")
    owner.work()
    folder, path = f"exports/coffee/{begun['id']}", f"/v1/exports/{begun['id']}"
    for number in range(1_200):
        shop.moved.objects[f"{folder}/claims-{number:06}.jsonl"] = b""
    every = {name for name in shop.moved.objects if name.startswith(f"{folder}/")}
    found: list[str] = []
    cursor = ""
    for _ in range(3):
        told = owner.stands(path, cursor=cursor)
        assert len(told["files"]) <= 500
        found += told["files"]
        cursor = told["next"]
    assert cursor is None
    names = [one.removeprefix("https://get-object.example/") for one in found]
    assert len(names) == len(set(names))
    assert {*names} == every - {f"{folder}/standing.json"}
    # A cursor of somebody's own making leads nowhere else.
    for url in owner.stands(path, cursor="../../barber/")["files"]:
        assert f"/{folder}/" in url


def test_jobs_of_another_program_are_as_if_they_were_not_there(
    owner: Owner, shop: Shop, ask: Any
) -> None:
    path = owner.begin()
    owner.plan(path)
    export = f"/v1/exports/{owner.till.ask('POST', '/v1/exports')[1]['id']}"
    owner.work()
    stranger = till(shop, ask, "owner", program="barber")
    before = dict(shop.moved.objects), len(shop.queues.bodies("moving"))
    for method, theirs in (
        ("GET", path),
        ("POST", f"{path}/plan"),
        ("POST", f"{path}/run"),
        ("POST", f"{path}/undo"),
        ("GET", export),
    ):
        body: Any = {} if theirs.endswith("plan") else None
        nobodys = theirs.replace(theirs.split("/")[3], "0" * 32)
        found = stranger.ask(method, theirs, body)
        assert found == stranger.ask(method, nobodys, body)
        assert found[0] == 404
    assert (dict(shop.moved.objects), len(shop.queues.bodies("moving"))) == before


def test_who_did_it_is_known(owner: Owner, shop: Shop) -> None:
    path = owner.begin()
    owner.plan(path)
    owner.do(path, "run")
    (head,) = import_book.read_all(shop.world.tables, "coffee")
    assert head.by == f"key:{owner.till.key.split('_')[2]}"
    written = [item for key, item in shop.world.tables.items.items() if key.sk.startswith("E#")]
    assert len(written) == 2
    assert [item for item in written if f"import:{head.id}" not in item.values()] == []
