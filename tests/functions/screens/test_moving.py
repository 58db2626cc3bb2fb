"""A file of visits in the console: looked at, told of, refused by line, and never by half."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import moving, orders
from functions.screens import moving as screen
from functions.screens.calling import Ask, RefusedError
from loyalty.access.keys import Credentials, Endpoint
from loyalty.tills.bridges import visit_imports
from tests.functions.screens.visiting import Visitor
from tests.support.events import sqs

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop


class Salon:
    """An owner at the console, and the workers behind the queues."""

    def __init__(self, shop: Shop, ask: Any, language: str = "en") -> None:
        self.shop, self.ask = shop, ask
        Credentials(shop.world.tables).put_endpoint(
            Endpoint("salon", "coffee", ("salon",), "visits")
        )
        self.ann: Enrolled = shop.world.enrol()
        self.owner = Visitor(shop, ask, language=language)
        self._worked = {"moving": 0, "inbox": 0}

    def file(self, *rows: str) -> bytes:
        """Return a file of visits of Ann's: day, status and sum in each row."""
        card = self.ann.card_code
        lines = (f"b-{number},{row},{card}" for number, row in enumerate(rows, start=1))
        return "\n".join(["ID,Date,Status,Amount,Card", *lines]).encode()

    def day(self, days: int) -> str:
        """Return noon of a day that many days from now."""
        return f"{self.shop.now + timedelta(days=days):%Y-%m-%d} 12:00"

    def put(self, content: bytes, endpoint: str = "salon") -> int:
        """Put a file up, let the worker look at it, and open the page again."""
        self.owner.look("/console/import")
        status = self.owner.send("visits", {"visits": content}, endpoint=endpoint).status_code
        if status == 303:
            self.work("moving")
            self.owner.look(self.owner.at)
        return status

    def tell(self) -> None:
        """Say that they are to be counted, let both workers do it, and open the page again."""
        assert self.owner.send("tell").status_code == 303
        self.work("moving")
        self.work("inbox")
        self.owner.look(self.owner.at)

    def work(self, queue: str) -> int:
        """Let a worker take what waits, until nothing does; return how many messages it took."""
        worker, taken = {"moving": moving, "inbox": orders}[queue], 0
        while waiting := self.shop.queues.bodies(queue)[self._worked[queue] :]:
            self._worked[queue] += len(waiting)
            taken += len(waiting)
            assert self.ask(worker, sqs(waiting)) == {"batchItemFailures": []}
        return taken

    @property
    def points(self) -> int:
        return self.shop.world.account(self.ann).balance("points")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages do not wait for a worker that works when it is told to."""
    monkeypatch.setattr(screen, "_PATIENCE", 0.0)


@pytest.fixture
def salon(shop: Shop, ask: Any) -> Salon:
    return Salon(shop, ask)


def test_a_file_is_looked_at_first_and_counts_once(salon: Salon) -> None:
    content = salon.file(
        f"{salon.day(-3)},came,100", f"{salon.day(-2)},no-show,100",
        f"{salon.day(-2)},perhaps,100", f"{salon.day(2)},booked,",
        f"{salon.day(2)},came,5", f"{salon.day(-1)},came,12.50",
    )  # fmt: skip
    assert salon.put(content) == 303
    html = salon.owner.html
    assert "Visits in the file: 4" in html
    assert "Rows that are left out: 2" in html
    assert "<td>4</td><td>What its status means is not known.</td>" in html
    assert "<td>6</td><td>Nobody can have come on a day that is yet to come.</td>" in html
    assert html.count("<td>came</td>") == 1, "three visits are shown: came, did not come, expected"
    assert "<dt>Paid</dt><dd>Amount</dd>" in html
    assert salon.shop.queues.bodies("inbox") == [], "it was only looked at"
    assert salon.points == 0

    salon.tell()
    earned = salon.points
    assert earned > 0
    assert "The visits are on their way." in salon.owner.html
    assert "4 of 4 visits" in salon.owner.html
    assert len(salon.shop.queues.bodies("inbox")) == 4
    appointments = salon.owner.api.get(f"/v1/members/{salon.ann.member_id}/timeline")
    assert len(appointments["appointments"]) == 1

    # Told once more, and the same file put up once more: nothing counts twice.
    where = salon.owner.at
    salon.owner.api.ask(Ask("POST", f"/v1/imports/{where.rpartition('/')[2]}/visits/tell"))
    assert (salon.work("moving"), salon.work("inbox"), salon.points) == (1, 4, earned)
    salon.put(content)
    salon.tell()
    assert salon.points == earned
    # A later file says that the dearer of them was cancelled.
    salon.put(salon.file(f"{salon.day(-3)},cancelled,100"))
    salon.tell()
    assert 0 < salon.points < earned


@pytest.mark.parametrize(
    ("language", "shown", "fault"),
    [
        ("de", "Besuche in der Datei: 1", "Was der Status bedeutet, ist nicht bekannt."),
        ("ru", "Визитов в файле: 1", "Неизвестно, что значит этот статус."),
    ],
)
def test_the_screens_say_it_in_the_owners_language(
    shop: Shop, ask: Any, language: str, shown: str, fault: str
) -> None:
    salon = Salon(shop, ask, language)
    salon.put(salon.file(f"{salon.day(-1)},came,5", f"{salon.day(-1)},perhaps,5"))
    assert shown in salon.owner.html
    assert fault in salon.owner.html
    salon.put(b"a,b\n1,2\n")
    assert "No row of the file" not in salon.owner.html


@pytest.mark.parametrize(
    "content", [b"Name,Phone\nAnn,79000000001\n", b"PK\x03\x04 no workbook", b""]
)
def test_what_is_no_file_of_visits_is_refused_and_nothing_is_told(
    salon: Salon, content: bytes
) -> None:
    assert salon.put(content) == 303
    assert "It cannot be read like this." in salon.owner.html
    assert 'value="tell"' not in salon.owner.html
    name = salon.owner.at.rpartition("/")[2]
    with pytest.raises(RefusedError) as refused:
        salon.owner.api.ask(Ask("POST", f"/v1/imports/{name}/visits/tell"))
    assert refused.value.told.code == "visits_not_looked_at"
    assert salon.work("inbox") == 0


def test_only_an_address_of_visits_of_ones_own_takes_files(salon: Salon) -> None:
    known = Credentials(salon.shop.world.tables)
    known.put_endpoint(Endpoint("till", "coffee", ("till",), "standard"))
    known.put_endpoint(Endpoint("theirs", "barber", ("theirs",), "visits"))
    salon.owner.look("/console/import")
    assert "<option>salon</option>" in salon.owner.html
    assert "<option>till</option>" not in salon.owner.html
    content = salon.file(f"{salon.day(-1)},came,5")
    for other in ("till", "theirs", "nobodys", ""):
        assert salon.put(content, other) == 422
    assert salon.put(content) == 303


def test_whoever_has_no_such_address_is_told_how_to_make_one(shop: Shop, ask: Any) -> None:
    found = Visitor(shop, ask)
    assert 'href="/console/tills/new?of=visits"' in found.look("/console/import")
    assert "visits-file" not in found.html


def test_what_a_queue_did_not_take_is_told_when_the_job_comes_again(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a file is told of, and then all of it: what came twice counts once."""
    monkeypatch.setattr(visit_imports, "PAGE", 2)
    salon.put(salon.file(*(f"{salon.day(-number)},came,10" for number in range(1, 6))))
    assert salon.owner.send("tell").status_code == 303
    job = salon.shop.queues.bodies("moving")[-1]
    salon.shop.queues.refuse.add("inbox")
    assert len(salon.ask(moving, sqs([job]))["batchItemFailures"]) == 1, "it comes again"
    salon.shop.queues.refuse.clear()
    salon.work("moving")
    salon.work("inbox")
    told = {json.loads(one)["body"] for one in salon.shop.queues.bodies("inbox")}
    assert len(told) == 5
    salon.owner.look(salon.owner.at)
    assert "5 of 5 visits" in salon.owner.html
    entries = salon.shop.world.entries(salon.ann)
    assert sum(one.kind == "earn" for one in entries) == 5
