"""The page's ways to verify a signature, run: what is genuine passes, whatever else does not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.outgoing.posting import signed_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = (Path(__file__).parents[3] / "docs" / "outgoing.md").read_text(encoding="utf-8")
SECRET, OTHER = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4"
BODY = '{"type":"points.earned","data":{"name":"Ж"}}'
# Set where php is not on the path.
PHP = os.environ.get("PHP") or shutil.which("php") or ""
DRIVERS = {
    "python": """
import json, sys
for case in json.load(sys.stdin):
    print(int(verify(case["headers"], case["body"].encode(), case["secret"])))
""",
    "js": """
for (const one of JSON.parse(require("node:fs").readFileSync(0))) {
  console.log(Number(verify(one.headers, Buffer.from(one.body), one.secret)));
}
""",
    "php": """
foreach (json_decode(file_get_contents("php://stdin"), true) as $case) {
    echo (int) verify($case["headers"], $case["body"], $case["secret"]), "\\n";
}
""",
}
COMMANDS = {"python": [sys.executable], "js": ["node"], "php": [PHP, "-n"]}


def cases() -> list[tuple[bool, dict[str, Any]]]:
    now = datetime.now(UTC)
    good = signed_headers([SECRET], "evt_1", BODY, now)
    both = signed_headers([OTHER, SECRET], "evt_1", BODY, now)

    def case(headers: Mapping[str, str], body: str = BODY, secret: str = SECRET) -> dict[str, Any]:
        small = {name.lower(): value for name, value in headers.items()}
        return {"headers": small, "body": body, "secret": secret}

    late = signed_headers([SECRET], "evt_1", BODY, now - timedelta(minutes=6))
    early = signed_headers([SECRET], "evt_1", BODY, now + timedelta(minutes=6))
    return [
        (True, case(good)),
        (True, case(both)),
        (True, case(both, secret=OTHER)),
        (False, case(good, secret=OTHER)),
        (False, case(good, body=BODY + " ")),
        (False, case({**good, "webhook-id": "evt_2"})),
        (False, case({**good, "webhook-timestamp": str(int(now.timestamp()) - 1)})),
        (False, case(late)),
        (False, case(early)),
        (False, case({**good, "webhook-timestamp": "nan"})),
        (False, case({**good, "webhook-timestamp": ""})),
        (False, case({**good, "webhook-signature": ""})),
        (False, case({**good, "webhook-signature": "v1,"})),
        (False, case({**good, "webhook-signature": good["webhook-signature"][3:]})),
        (False, case({**good, "webhook-signature": "v1,ü v1, , v2,x"})),
        (False, case({})),
    ]


@pytest.mark.parametrize(
    "language",
    [
        "python",
        "js",
        pytest.param("php", marks=pytest.mark.skipif(not PHP, reason="no php on this machine")),
    ],
)
def test_the_page_verifies(language: str, tmp_path: Path) -> None:
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert len(code.splitlines()) < 25
    file = tmp_path / f"verify.{language}"
    file.write_text(code + DRIVERS[language], encoding="utf-8")
    wanted = cases()
    answer = subprocess.run(
        [*COMMANDS[language], str(file)],
        input=json.dumps([case for _, case in wanted]),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == [str(int(genuine)) for genuine, _ in wanted], answer.stderr
