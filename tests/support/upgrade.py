"""An earlier version is upgraded while tills talk: nothing is lost, and nobody is told nonsense.

The earlier version is a commit of this repository: it is built and deployed by its own code to a
stage of its own on the emulator of a stack that runs (`make run`), gets members and sales, and is
deployed over by this tree's `loyalty deploy` while a till goes on selling, by the API and by
signed messages. At the end every member has what the till has sold. By hand, since it needs the
repository's history and builds twice:

    .venv/bin/python -m tests.support.upgrade --from COMMIT
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from infra.build import ROOT
from infra.local.deployment import REGION
from infra.local.web import ask, until
from tests.stack.test_deploying import STAGE, Trial
from tests.support.till import signed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MEMBERS, TOTAL = 5, 1000
_PAUSE = 0.2
_AGAIN = 0.5
_PATIENCE = 60


class Earlier:
    """A tree of an earlier commit, and what its own commands do for the trial's stage."""

    def __init__(self, commit: str, folder: Path, trial: Trial) -> None:
        self._folder, self._trial = folder, trial
        self._run("git", "worktree", "add", "--detach", str(folder), commit, where=ROOT)
        for name in (".venv", ".tools", "node_modules"):
            (folder / name).symlink_to(ROOT / name)

    def remove(self) -> None:
        for name in (".venv", ".tools", "node_modules"):
            (self._folder / name).unlink()
        self._run("git", "worktree", "remove", "--force", str(self._folder), where=ROOT)

    def deploy(self, base_url: str) -> None:
        """Build and deploy it, as its page of deploying says."""
        self.loyalty("build", "--stage", "local", place=False)
        artifact = self._folder / ".build" / "local" / "functions.zip"
        self.loyalty("secret", "master-key")
        osls = (str(ROOT / "node_modules" / ".bin" / "osls"), "deploy")
        parameters = [f"artifact={artifact}", f"base-url={base_url}"]
        drawing = artifact.with_name("designs.zip")
        if drawing.exists():
            parameters.append(f"drawing-artifact={drawing}")
        told = (word for one in parameters for word in ("--param", one))
        self._run(*osls, "--stage", STAGE, "--region", REGION, *told)

    def loyalty(self, *words: str, place: bool = True) -> str:
        where = ("--stage", STAGE, "--region", REGION) if place else ()
        return self._run(sys.executable, "-m", "infra.commands", *words, *where)

    def _run(self, *command: str, where: Path | None = None) -> str:
        answer = subprocess.run(
            command,
            cwd=where or self._folder,
            env={
                **os.environ,
                **self._trial.environment,
                "PYTHONPATH": str(where or self._folder),
            },
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert answer.returncode == 0, f"{command}\n{answer.stdout}{answer.stderr}"
        return answer.stdout


class Till:
    """Sells without end, to one member after the other; asks again as tills do."""

    def __init__(self, base_url: str, key: str, secret: str, members: list[str]) -> None:
        self._base, self._key, self._secret = base_url, key, secret
        self._members, self._end = members, threading.Event()
        self.sold: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.longest = 0.0
        self._thread = threading.Thread(target=self._go)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        self._thread.join()

    def _go(self) -> None:
        for number in itertools.count():
            if self._end.is_set():
                return
            member = self._members[number % len(self._members)]
            send = self._by_message if number % 2 else self._by_api
            began = time.monotonic()
            while not send(f"sale-{number}", member):
                assert time.monotonic() - began < _PATIENCE, "a till has given up"
                time.sleep(_AGAIN)
            self.longest = max(self.longest, time.monotonic() - began)
            self.sold[member] += 1
            time.sleep(_PAUSE)

    def _by_api(self, order: str, member: str) -> bool:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        body = json.dumps(self._order(member)).encode()
        path = f"{self._base}/v1/orders/till/{order}"
        return self._taken("api", lambda: ask("PUT", path, body, headers).status)

    def _by_message(self, order: str, member: str) -> bool:
        """Send an order as the generic till does (Standard Webhooks)."""
        now = datetime.now(UTC)
        said = {
            "type": "order.updated",
            "timestamp": now.isoformat(timespec="seconds"),
            "data": {"order": {"source": "till", "id": order, **self._order(member)}},
        }
        body = json.dumps(said).encode()
        headers = signed(body, now, name=f"msg_{order}", secret=self._secret)
        headers["Content-Type"] = "application/json"
        path = f"{self._base}/webhooks/before"
        return self._taken("message", lambda: ask("POST", path, body, headers).status)

    def _taken(self, way: str, send: Callable[[], int]) -> bool:
        try:
            status = send()
        except OSError:
            status = 0
        self.answers[f"{way} {status}"] += 1
        assert status < 400 or status in {429, 500, 502, 503, 504}, (way, status)
        return 200 <= status < 300

    def _order(self, member: str) -> dict[str, Any]:
        return {
            "version": 1,
            "status": "completed",
            "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "currency": "USD",
            "total": TOTAL,
            "member": {"card_code": member},
        }


def upgrade(stack: Mapping[str, Any], folder: Path, commit: str) -> dict[str, Any]:
    """Go the whole way; raises AssertionError where something is not as it should be."""
    running: Any = SimpleNamespace(description=stack, folder=folder)
    trial = Trial(running)
    scratch = Path(tempfile.mkdtemp(prefix="upgrade-"))
    earlier = Earlier(commit, scratch / "earlier", trial)
    try:
        return _upgraded(trial, earlier)
    finally:
        earlier.remove()
        shutil.rmtree(scratch)
        if trial.stack() or trial.tables():
            trial.loyalty("destroy", "--everything", "--confirm", STAGE)


def _upgraded(trial: Trial, earlier: Earlier) -> dict[str, Any]:
    told: dict[str, Any] = {}
    earlier.deploy(trial.base_url)
    earlier.loyalty("program", "put", str(ROOT / "templates" / "programs" / "coffee.toml"))
    said = earlier.loyalty("till", "add", "before", "--program", "coffee", "--sources", "till")
    secret = next(word for word in said.split() if word.startswith("whsec_"))
    keys = {
        scope: earlier.loyalty("key", "add", "--program", "coffee", "--scope", scope).split()[-1]
        for scope in ("till", "owner")
    }
    with trial.edge():
        people = [_join(trial, number) for number in range(MEMBERS)]
        till = Till(trial.base_url, keys["till"], secret, [one["card_code"] for one in people])
        till.start()
        try:
            until("sales of before", lambda: sum(till.sold.values()) > 4 * MEMBERS, _PATIENCE)
            told["sold before"] = sum(till.sold.values())
            began = time.monotonic()
            trial.deploy("--base-url", trial.base_url)
            told["seconds of deploying"] = round(time.monotonic() - began, 1)
            told["sold meanwhile"] = sum(till.sold.values()) - told["sold before"]
            after = sum(till.sold.values()) + 4 * MEMBERS
            until("sales of after", lambda: sum(till.sold.values()) > after, _PATIENCE)
        finally:
            till.stop()
        told |= {"answers": dict(till.answers), "longest wait": round(till.longest, 1)}
        each = _each(trial)
        for one in people:
            wanted = till.sold[one["card_code"]] * each
            _has(trial, keys["owner"], one, wanted)
        told["sold"] = sum(till.sold.values())
        for words in (("members", "seal"), ("members", "rebuild"), ("restore", "mend")):
            told[" ".join(words)] = trial.loyalty(*words).strip().splitlines()[-1]
        assert ask("GET", people[0]["card_url"]).status == 200
    return told


def _each(trial: Trial) -> int:
    """Return what one of the till's sales earns by the program that is in force."""
    said = trial.loyalty("program", "get", "coffee")
    (rule,) = json.loads(said)["earning"]
    return TOTAL // int(rule["amount"]) * int(rule["points"])


def _join(trial: Trial, number: int) -> dict[str, Any]:
    body = {"first_name": f"Guest {number}", "email": f"g{number}@example.com", "consent": True}
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    path = f"{trial.base_url}/join/coffee"
    made = ask("POST", path, json.dumps(body).encode(), headers)
    assert made.status == 201, made
    return dict(made.json())


def _has(trial: Trial, key: str, member: Mapping[str, Any], wanted: int) -> None:
    """Wait until a member has so many points; messages are worked on by and by."""
    until(f"{wanted} points", lambda: _points(trial, key, member) == wanted, _PATIENCE)


def _points(trial: Trial, key: str, member: Mapping[str, Any]) -> int:
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
    told = ask("GET", f"{trial.base_url}/v1/members/{member['member_id']}", None, headers)
    return int(told.json()["pots"][0]["balance"]) if told.status == 200 else -1


def main() -> int:
    """Run it against a stack that is there."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--from", dest="commit", required=True)
    parser.add_argument("--folder", type=Path, default=ROOT / ".local")
    given = parser.parse_args()
    stack = json.loads((given.folder / "stack.json").read_text(encoding="utf-8"))
    os.chdir(ROOT)
    print(json.dumps(upgrade(stack, given.folder, given.commit), indent=1))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
