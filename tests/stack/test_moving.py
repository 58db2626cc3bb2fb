"""Moving in and out of a running stack: the command line, and what customers then do over HTTP."""

from __future__ import annotations

import csv
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands.__main__ import main
from infra.local.web import ask
from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.moving_out.restoring import Restoring
from tests.support.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

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


def test_a_shop_moves_out_into_an_empty_deployment(shop: Shop, line: Any, tmp_path: Path) -> None:
    ann = shop.customer()
    shop.sell(ann, 4_000)
    shop.settle()
    folder = tmp_path / "export"
    program = shop.stack["program"]
    code, out = line("export", "run", "--program", program, "--to", str(folder))
    assert code == 0, out

    def read(name: str) -> bytes | None:
        place = folder / name
        return place.read_bytes() if place.exists() else None

    there = World()
    there.now = datetime.now(UTC)
    restoring = Restoring(there.books, Reconciliation(there.books), read)
    restoring.begin()
    for number in range(1, restoring.summary()["pages"] + 1):
        restoring.page(number, there.now)
    assert list(restoring.check(there.now)) == []
    account = there.books.account(program, ann.card["member_id"])
    assert account is not None
    assert account.balance("points") == shop.standing(ann).account.balance("points") == 400
