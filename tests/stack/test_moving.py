"""Moving in and out of a running stack: the command line, and what customers then do over HTTP."""

from __future__ import annotations

import csv
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands.__main__ import main
from infra.local.web import ask, until
from loyalty.campaigns.results import results
from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.moving_out.restoring import Restoring
from loyalty.store import campaign_book, campaign_marks, news_pictures
from passes.designs.archive import Archives
from tests.stack.test_campaigns import call, tagged
from tests.support.drawing_tools import logos
from tests.support.moving import KeptFiles
from tests.support.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stack.running import RunningStack
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack


@pytest.fixture
def line(running: RunningStack, shop: Shop, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main([*words, "--folder", str(running.folder)])
        return code, capsys.readouterr().out

    return run


def test_a_shop_moves_in_and_its_customers_find_their_balances(
    shop: Shop, line: Any, tmp_path: Path
) -> None:
    program = shop.stack["program"]
    ann, bob = (f"{uuid.uuid4().hex}@example.com" for _ in range(2))
    file, mapping = tmp_path / "clients.csv", tmp_path / "mapping.json"
    file.write_text(f"Name;E-Mail;Points\nAnn;{ann};120\nBob;{bob};7\nEve;nobody;5\n")
    code, out = line("import", "read", str(file), "--program", program, "--mapping", str(mapping))
    assert code == 0, out
    found = json.loads(mapping.read_text())["columns"]
    assert found == {"balance.points": "Points", "email": "E-Mail", "full_name": "Name"}
    named = (str(file), "--program", program, "--mapping", str(mapping))
    report = tmp_path / "lines.csv"
    code, out = line("import", "check", *named, "--report", str(report))
    assert (code, "line 4: E-Mail: This is no e-mail address." in out) == (1, True)
    told = list(csv.DictReader(report.read_text("utf-8-sig").splitlines()))
    assert [row["what happens"] for row in told] == ["enrol", "enrol", "wrong"]
    code, out = line("import", "run", *named)
    assert "2 members made" in out
    assert "2 members made" in line("import", "run", *named)[1]
    name = line("import", "list", "--program", program)[1].split()[0]

    # Ann scans the poster like anybody, and proves her address: what was hers is there.
    customer = shop.customer(email=ann)
    shop.type_code(customer, shop.code(ann))
    assert shop.standing(customer).account.balance("points") == 120
    assert shop.redeem(customer).status == 200

    # Bob opens his invitation.
    links = tmp_path / "links.csv"
    line("import", "links", name, "--program", program, "--csv", str(links))
    invited = {
        row["contact"]: row["link"]
        for row in csv.DictReader(links.read_text("utf-8-sig").splitlines())
    }
    assert set(invited) == {bob}
    page = ask("GET", invited[bob], None, {"Accept": "text/html"})
    assert (page.status, b"Bob" in page.body or b"7" in page.body) == (200, True)

    code, out = line("import", "undo", name, "--program", program)
    assert code == 0
    assert "1 members removed" in out
    assert "100 points spent or expired" in out
    assert shop.standing(customer).account.balance("points") == 0
    assert ask("GET", invited[bob], None, {"Accept": "text/html"}).status == 404


def told(shop: Shop, customer: Customer) -> tuple[str, str, bytes]:
    """Let a campaign tell somebody news with a picture; return its name, and the picture."""
    begun = call(shop, "POST", "/v1/pictures").json()
    assert ask("PUT", begun["url"], logos()["for-print"]()).status == 200
    kept = call(shop, "POST", f"/v1/pictures/{begun['id']}/news")
    assert kept.status == 201, kept
    picture = ask("GET", kept.json()["url"]).body
    assert isinstance(picture, bytes)
    tag = f"t{uuid.uuid4().hex[:12]}"
    tagged(shop, customer, tag)
    languages = call(shop, "GET", "/v1/program").json()["document"]["languages"]
    news = {"kind": "news", "picture": kept.json()["id"], "title": dict.fromkeys(languages, "Cake"),
            "text": dict.fromkeys(languages, f"Hello {tag}")}  # fmt: skip
    sent = {
        "name": "Cake",
        "audience": {"field": "tag", "is": tag},
        "trigger": {"kind": "now"},
        "actions": [news, {"kind": "points", "pot": "points", "points": 5, "cost": 3}],
        "guards": {"control": 0, "hold_out": 0, "quiet": ["03:00", "03:00"]},
    }
    path = f"/v1/campaigns/{tag}"
    made = call(shop, "PUT", path, sent, '"0"')
    assert made.status == 200, made.body
    started = call(shop, "POST", f"{path}/start", tag=made.headers["etag"])
    assert started.status == 200, started.body

    def ended() -> bool:
        outcomes: dict[str, int] = call(shop, "GET", f"{path}/results").json()["outcomes"]
        return outcomes == {"sent": 1}

    assert shop.until("the campaign to have told her", ended, 120)
    return tag, kept.json()["id"], picture


def test_a_shop_moves_out_into_an_empty_deployment(shop: Shop, line: Any, tmp_path: Path) -> None:
    ann = shop.customer(marketing_consent=True)
    tag, picture, cake = told(shop, ann)
    shop.sell(ann, 4_000)
    shop.settle()
    folder = tmp_path / "export"
    program = shop.stack["program"]
    code, out = line("export", "run", "--program", program, "--to", str(folder))
    assert code == 0, out
    assert tag in out, "it runs still"

    def read(name: str) -> bytes | None:
        place = folder / name
        return place.read_bytes() if place.exists() else None

    there, kept = World(), KeptFiles()
    archives = Archives(kept.get, kept.put)
    there.now = datetime.now(UTC)
    restoring = Restoring(there.books, Reconciliation(there.books), read, archives, kept)
    restoring.begin()
    for number in range(1, restoring.summary()["pages"] + 1):
        restoring.page(number, there.now)
    assert list(restoring.check(there.now)) == []
    account = there.books.account(program, ann.card["member_id"])
    assert account is not None
    assert account.balance("points") == shop.standing(ann).account.balance("points") == 405
    # Its campaign has told her, here and there, and tells her nothing more from there.
    assert restoring.paused().count(tag) == 1
    campaign = campaign_book.read(there.tables, program, tag)
    assert campaign is not None
    assert campaign.state == "paused"
    [claim] = campaign_book.claims(there.tables, program, tag)
    assert (claim.member, claim.outcome) == (ann.card["member_id"], "sent")
    found = call(shop, "GET", f"/v1/campaigns/{tag}/results").json()
    assert results(there.books, program, campaign, there.now).spent.money == found["cost"] == 3
    marks = campaign_marks.read(there.tables, program, ann.card["member_id"])
    assert [one.texts["en"] for one in marks.news] == [f"Hello {tag}"]
    assert kept.get(news_pictures.file_of(program, picture)) == cake


def test_an_owner_moves_people_in_and_everything_out_over_http(shop: Shop) -> None:
    """By signed addresses and a worker, all under their own roles."""
    contact, other = (f"{uuid.uuid4().hex}@example.com" for _ in range(2))
    upload = shop.api("POST", "/v1/imports", "owner_key")
    assert upload.status == 201, upload
    path = f"/v1/imports/{upload.json()['id']}"
    file = f"Name,Email,Points\nGus,{contact},120\nIda,{other},7\nEve,nobody,5\n".encode()
    assert ask("PUT", upload.json()["url"], file).status == 200

    def stands(*states: str) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            found: dict[str, Any] = shop.api("GET", path, "owner_key").json()
            assert "refused" in states or found["state"] != "refused", found["problems"]
            return found if found["state"] in states else None

        return until(f"the import to be {states}", there)

    assert shop.api("POST", f"{path}/run", "owner_key").status == 409
    assert shop.api("POST", f"{path}/plan", "owner_key", {}).status == 202
    proposed = stands("proposed")
    assert "balance.points" in proposed["look"]
    sent = {"mapping": proposed["mapping"]}
    assert shop.api("POST", f"{path}/plan", "owner_key", sent).status == 202
    planned = stands("planned")
    assert planned["would"] == {"enrol": 2, "wrong": 1}
    report = ask("GET", planned["report_url"]).body.decode("utf-8-sig")
    assert "This is no e-mail address." in report
    assert shop.api("POST", f"{path}/run", "owner_key").status == 202
    assert stands("done")["counts"] == {"joined": 2, "wrong": 1}
    customer = shop.customer(email=contact, marketing_consent=True)
    shop.type_code(customer, shop.code(contact))
    assert shop.standing(customer).account.balance("points") == 120
    tag, picture, cake = told(shop, customer)

    made = shop.api("POST", "/v1/exports", "owner_key").json()["id"]

    def written() -> dict[str, Any] | None:
        found: dict[str, Any] = shop.api("GET", f"/v1/exports/{made}", "owner_key").json()
        return found if found["ended"] else None

    export = until("the export to end", written)
    assert export["sums"]["points"] >= 120
    lines = [ask("GET", one).body for one in export["files"] if "/members-" in one]
    assert any(customer.card["member_id"].encode() in one for one in lines)
    [shown] = [one for one in export["files"] if f"/picture-{picture}.jpg" in one]
    assert ask("GET", shown).body == cake
    ended = [ask("GET", one).body for one in export["files"] if "/ended-" in one]
    assert sum(one.count(tag.encode()) for one in ended) == 1

    assert shop.api("POST", f"{path}/undo", "owner_key").status == 202
    assert stands("undone")["counts"] == {"taken_back": 1, "removed": 1, "nothing": 1}
    assert shop.standing(customer).account.balance("points") == 5, "what the campaign gave stays"
    # Another's, and what there never was, are alike; tills have nothing to do here.
    assert shop.api("GET", f"/v1/imports/{'0' * 32}", "owner_key").status == 404
    assert shop.api("POST", "/v1/exports", "till_key").status == 403
