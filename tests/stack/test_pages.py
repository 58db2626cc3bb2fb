"""The commands and examples of the pages, against a running stack, as they are written."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING

import pytest

from infra.local.till import Till
from infra.local.web import ask, ask_json
from tests.infra.commands.pages import ROOT, block

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


@pytest.fixture
def desk(running: RunningStack, tmp_path: Path) -> Path:
    """A folder like the project's own, with the running stack as its `.local`."""
    folder = tmp_path / "a desk"
    folder.mkdir()
    for name in ("bin", "templates"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / ".local").symlink_to(running.folder)
    return folder


def run(script: str, desk: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-uo", "pipefail", "-c", script],
        cwd=desk,
        env={"PATH": "/usr/bin:/bin", "HOME": str(desk), "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def lines_of(page: str, heading: str) -> list[str]:
    """Return commands, one each; what is continued on the next line is one."""
    text = block(page, heading).text.replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_a_program_a_till_and_a_key_as_the_page_of_deploying_says(
    shop: Shop, running: RunningStack, desk: Path
) -> None:
    (desk / "signature-key.txt").write_text("signature-key-of-square-0001\n")
    mark = f"t{uuid.uuid4().hex[:7]}"
    told: dict[str, str] = {}
    for line in lines_of("docs/operating.md", "A program, a till and a key"):
        assert line.startswith("bin/loyalty "), line
        # The shipped names are seeded here; the stage is this one.
        here = line.replace("--stage production", f"--folder '{running.folder}'")
        here = re.sub(r"coffee-(till|square)|till0001", lambda one: f"{mark}{one[0][-5:]}", here)
        answer = run(here, desk)
        if "master-key" in line:
            assert answer.returncode == 1
            assert "is there already" in answer.stderr
            continue
        assert (answer.returncode, answer.stderr) == (0, ""), (here, answer)
        told[line] = answer.stdout
    made = next(out for line, out in told.items() if "till add coffee-till" in line)
    facts = dict(re.findall(r"^(Address|Redemptions|Secret) +(\S+)$", made, re.MULTILINE))
    owner = next(out for line, out in told.items() if "--scope owner" in line).strip()
    webhook = {
        "url": facts["Address"],
        "redemptions_url": facts["Redemptions"],
        "secret": facts["Secret"],
        "source": "till",
    }
    till, card = Till(webhook, shop.stack["currency"]), shop.customer()
    assert till.send(till.order(f"{mark}-1", 1250, card.by_card)).status == 202
    assert shop.balance(card) == 125
    found = ask_json(
        "GET",
        f"{shop.stack['base_url']}/v1/orders?state=parked",
        None,
        {"Authorization": f"Bearer {owner}"},
    )
    assert found.status == 200
    # A replaced secret: both are good, then only the new one.
    till_id = facts["Address"].rpartition("/")[2]
    rotated = run(f"bin/loyalty till rotate {till_id} --folder '{running.folder}'", desk)
    assert rotated.returncode == 0
    assert "half a minute" in rotated.stdout
    again = run(f"bin/loyalty till rotate {till_id} --folder '{running.folder}'", desk)
    assert "--finish" in again.stderr
    ended = run(
        f"bin/loyalty till rotate {till_id} --finish --at-once --folder '{running.folder}'", desk
    )
    assert ended.returncode == 0


def test_more_of_everything_as_the_page_of_running_says(
    shop: Shop, running: RunningStack, desk: Path
) -> None:
    for line in lines_of("docs/run-locally.md", "More programs, tills, keys"):
        answer = run(line.replace("--stage local", f"--folder '{running.folder}'"), desk)
        assert (answer.returncode, answer.stderr) == (0, ""), (line, answer)
    assert ask("GET", f"{shop.stack['base_url']}/join/cashback").status == 200
    got = run(f"bin/loyalty program get cashback --folder '{running.folder}'", desk)
    assert '"id": "cashback"' in got.stdout


def test_faults_on_purpose_as_the_page_of_running_says(shop: Shop, desk: Path) -> None:
    text = block("docs/run-locally.md", "Fail on purpose").text
    text = text.replace("http://127.0.0.1:4103", shop.stack["apns"]["inspect_url"])
    text = text.replace("http://127.0.0.1:4104", shop.stack["google"]["api_url"])
    text = text.replace("curl -s ", "curl -sS --fail-with-body ")
    answer = run(f"set -e\n{text}", desk)
    assert answer.returncode == 0, answer


def test_the_complete_example_of_a_till_runs(shop: Shop, desk: Path) -> None:
    (desk / "example.py").write_text(block("docs/till.md", "A complete example", "python").text)
    answer = subprocess.run(
        [sys.executable, "-I", "example.py"],
        cwd=desk,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    sold, redeemed, repeated, refunded, page = answer.stdout.splitlines()
    assert sold == refunded == "(202, {'result': 'accepted'})"
    assert ast.literal_eval(redeemed) == ast.literal_eval(repeated)
    assert "'outcome': 'redeemed', 'balance': 25, 'price': 100" in redeemed
    assert ask("GET", page).status == 200


def test_a_till_in_a_shell_and_its_parked_order_as_the_page_says(shop: Shop, desk: Path) -> None:
    receipt = f"receipt-{uuid.uuid4().hex[:8]}"
    script = block("docs/till.md", "A complete example").text.replace("receipt-77", receipt)
    answer = run(script, desk)
    assert "202 Accepted" in answer.stdout, answer
    shop.settle()
    card = shop.customer()
    claim = block("docs/till.md", "Parked orders").text
    claim = claim.replace("http://127.0.0.1:4100", shop.stack["base_url"])
    claim = claim.replace("receipt-77", receipt).replace("1.A.…", card.code)
    keys = {"OWNER_KEY": shop.stack["owner_key"], "TILL_KEY": shop.stack["till_key"]}
    answer = run(claim.replace("curl ", "curl -sS --fail-with-body "), desk, **keys)
    assert answer.returncode == 0, answer
    assert receipt in answer.stdout
    assert '"points": 125' in answer.stdout


def test_looking_inside_as_the_page_of_the_ledger_says(shop: Shop, desk: Path) -> None:
    card = shop.customer()
    script = block("docs/ledger.md", "Looking inside").text.replace(
        "MEMBER_ID", card.card["member_id"]
    )
    answer = run(script, desk)
    assert answer.returncode == 0, answer.stderr
    assert "Account(" in answer.stdout
