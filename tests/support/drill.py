"""A deployment's whole life: made, given cards, upgraded, its keys replaced, restored, destroyed.

Beside a stack that runs, a stage of its own on the same emulator. First stands an earlier version:
a commit of this repository, built and deployed by its own code. A till sells without a break, by
the API and by signed messages, until the end; it asks again as tills do. Then this tree's
`loyalty deploy` goes over it; the till's secret, the master key and an API key are replaced; the
tables are restored to an earlier moment, and the till says again what it has said since. In the end
every member has what the till has sold, once.

    .venv/bin/python -m tests.support.drill --from COMMIT

The emulator gives a copy of now whatever instant is asked for: so each is asked for at its moment.
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
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.build import ROOT
from infra.local.deployment import REGION
from infra.local.web import ask, until
from tests.support.till import signed
from tests.support.trial import STACK, STAGE, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BEFORE = "55c69562eb81"
"""What stands for v0.1.0: without data keys, without `loyalty deploy`, four layouts ago."""
MEMBERS, TOTAL = 5, 1000
_PAUSE = 0.2
_AGAIN = 0.5
_PATIENCE = 120
_AGAIN_IN_THE_QUEUE = 420
"""A message whose worker was cut off is seen again after three minutes (queueVisibility)."""
_KNOWN = 75
"""Seconds after which every function knows of a till's second secret (docs/operating.md)."""


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


@dataclass(frozen=True, slots=True)
class Sale:
    """What a till has once said, and says in the same words again."""

    order: str
    member: str
    body: Mapping[str, Any]


class Till:
    """Sells without end, to one member after the other; asks again as tills do."""

    def __init__(self, base_url: str, key: str, secret: str, members: list[str]) -> None:
        self._base, self.key, self.secret = base_url, key, secret
        self.members, self._end = members, threading.Event()
        self._at_work = threading.RLock()
        self.sales: list[Sale] = []
        self.answers: Counter[str] = Counter()
        self.longest = 0.0
        self._failed: Exception | None = None
        self._thread = threading.Thread(target=self._go)

    @contextmanager
    def selling(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._end.set()
            self._thread.join()
        self._going()

    def _going(self) -> bool:
        if self._failed:
            raise self._failed
        return True

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Keep it from beginning another sale."""
        with self._at_work:
            yield

    def sold(self, member: str) -> int:
        return sum(one.member == member for one in self.sales)

    def wait(self, more: int) -> None:
        """Wait until it has sold so many more times."""
        wanted = len(self.sales) + more
        until(f"{wanted} sales", lambda: self._going() and len(self.sales) >= wanted, _PATIENCE)

    def say_again(self, since: int) -> None:
        """Send every sale from that one on again, as it was said."""
        for sale in self.sales[since:]:
            self._until_taken(sale, self.by_api)

    def sell(self, order: str, member: str, way: Any = None) -> None:
        sale = Sale(order, member, _order(member))
        self._until_taken(sale, way or self.by_api)
        self.sales.append(sale)

    def _go(self) -> None:
        for number in itertools.count():
            if self._end.is_set():
                return
            way = self.by_message if number % 2 else self.by_api
            try:
                with self._at_work:
                    self.sell(f"sale-{number}", self.members[number % len(self.members)], way)
            except Exception as error:  # noqa: BLE001 - whoever waits for it is told
                self._failed = error
                return
            time.sleep(_PAUSE)

    def _until_taken(self, sale: Sale, way: Any) -> None:
        began = time.monotonic()
        while not 200 <= (status := way(sale)) < 300:
            assert status in {0, 429, 500, 502, 503, 504}, (way, status)
            assert time.monotonic() - began < _PATIENCE, "a till has given up"
            time.sleep(_AGAIN)
        self.longest = max(self.longest, time.monotonic() - began)

    def by_api(self, sale: Sale) -> int:
        headers = {"Authorization": f"Bearer {self.key}"}
        path = f"{self._base}/v1/orders/till/{sale.order}"
        return self._told("api", "PUT", path, json.dumps(sale.body).encode(), headers)

    def by_message(self, sale: Sale, secret: str = "") -> int:
        """Send an order as the generic till does (Standard Webhooks)."""
        now = datetime.now(UTC)
        said = {
            "type": "order.updated",
            "timestamp": now.isoformat(timespec="seconds"),
            "data": {"order": {"source": "till", "id": sale.order, **sale.body}},
        }
        body = json.dumps(said).encode()
        headers = signed(body, now, name=f"msg_{sale.order}", secret=secret or self.secret)
        return self._told("message", "POST", f"{self._base}/webhooks/before", body, headers)

    def _told(self, way: str, method: str, path: str, body: bytes, headers: Any) -> int:
        try:
            status = ask(method, path, body, {"Content-Type": "application/json", **headers}).status
        except OSError:
            status = 0
        self.answers[f"{way} {status}"] += 1
        return int(status)


class Owner:
    """What the drill's owner asks over HTTP, and looks at."""

    def __init__(self, base_url: str, key: str) -> None:
        self._base, self._key, self._ids = base_url, key, itertools.count()

    def join(self, name: str) -> dict[str, Any]:
        body = {"first_name": name, "email": f"{name}@example.com", "consent": True}
        made = self._ask("POST", "/join/coffee", body)
        assert made.status == 201, made
        return dict(made.json())

    def erase(self, member: Mapping[str, Any]) -> None:
        path = f"/v1/members/{member['member_id']}/erase"
        told = self._ask("POST", path, {"reason": "as asked"})
        assert told.status == 200, told

    def points(self, member: Mapping[str, Any]) -> int:
        told = self._ask("GET", f"/v1/members/{member['member_id']}")
        return int(told.json()["pots"][0]["balance"]) if told.status == 200 else -1

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if path.startswith("/v1"):
            headers["Authorization"] = f"Bearer {self._key}"
            headers["Idempotency-Key"] = f"drill-{next(self._ids)}"
        data = None if body is None else json.dumps(body).encode()
        return ask(method, f"{self._base}{path}", data, headers)


def known(commit: str) -> bool:
    """Tell whether this folder's history reaches back to a commit."""
    words = ("git", "cat-file", "-e", f"{commit}^{{commit}}")
    return subprocess.run(words, cwd=ROOT, check=False, capture_output=True).returncode == 0


def go_through(stack: Mapping[str, Any], commit: str) -> dict[str, Any]:
    """Go the whole way, and return what was measured.

    ``stack``: of a stack that runs, its ``stack.json``. Raises AssertionError where something is
    not as it should be.
    """
    trial = Trial(stack)
    scratch = Path(tempfile.mkdtemp(prefix="drill-"))
    earlier = Earlier(commit, scratch / "earlier", trial)
    try:
        assert (trial.stack(), trial.tables()) == ("", set())
        earlier.deploy(trial.base_url)
        drill = _begun(trial, earlier)
        with trial.edge():
            drill.joined()
            with drill.till.selling():
                drill.till.wait(2 * MEMBERS)
                drill.upgraded(scratch)
                drill.replaced()
                drill.restored(scratch)
                drill.finished()
                drill.till.wait(2 * MEMBERS)
            drill.true()
        drill.destroyed()
        return drill.told
    finally:
        earlier.remove()
        shutil.rmtree(scratch)
        if trial.stack() or trial.tables():
            trial.loyalty("destroy", "--everything", "--confirm", STAGE)


def _begun(trial: Trial, earlier: Earlier) -> Drill:
    """Make the first program, a till and keys by the earlier version's own commands."""
    earlier.loyalty("program", "put", str(ROOT / "templates" / "programs" / "coffee.toml"))
    said = earlier.loyalty("till", "add", "before", "--program", "coffee", "--sources", "till")
    secret = next(word for word in said.split() if word.startswith("whsec_"))
    of = ("--program", "coffee", "--scope")
    key = earlier.loyalty("key", "add", "till0001", *of, "till").split()[-1]
    owner = Owner(trial.base_url, earlier.loyalty("key", "add", *of, "owner").split()[-1])
    return Drill(trial, owner, Till(trial.base_url, key, secret, []))


class Drill:
    """The steps; each leaves a deployment that works."""

    def __init__(self, trial: Trial, owner: Owner, till: Till) -> None:
        self._trial, self._owner, self.till = trial, owner, till
        self._people: list[dict[str, Any]] = []
        self._left: set[str] = set()
        self._secret, self._rotated = "", 0.0
        self.told: dict[str, Any] = {}

    def joined(self) -> None:
        self._people = [self._owner.join(f"guest{number}") for number in range(MEMBERS)]
        self.till.members = [one["card_code"] for one in self._people]

    def upgraded(self, scratch: Path) -> None:
        """Deploy this tree over it; and a customer goes from joining to being erased."""
        before, began = len(self.till.sales), time.monotonic()
        trial = self._trial
        wallets = trial.wallet_options(scratch / "keys")
        trial.deploy("--base-url", trial.base_url, *wallets)
        self.told["seconds of upgrading"] = round(time.monotonic() - began, 1)
        self.told["sold meanwhile"] = len(self.till.sales) - before
        trial.loyalty("members", "seal")
        assert "All as it should be" in trial.smoke()
        self._even()

    def replaced(self) -> None:
        """Replace what may have leaked: the till's secret, an API key, the master key."""
        trial, till = self._trial, self.till
        said = trial.loyalty("till", "rotate", "before")
        self._secret = next(word for word in said.split() if word.startswith("whsec_"))
        self._rotated = time.monotonic()
        said = trial.loyalty("key", "add", "--program", "coffee", "--scope", "till")
        leaked = till.key
        with till.silent():
            till.key = said.split()[-1]
        trial.loyalty("key", "revoke", "till0001", "--program", "coffee")
        headers = {"Authorization": f"Bearer {leaked}"}
        refused = ask("GET", f"{trial.base_url}/v1/program", None, headers)
        assert refused.status == 401, refused
        trial.loyalty("secret", "master-key", "--add")
        assert "15 minutes" in trial.loyalty("secret", "master-key", "--switch", code=1)
        till.wait(MEMBERS)
        self._even()

    def finished(self) -> None:
        """Let the till sign with its new secret, and end the old one."""
        trial, till = self._trial, self.till
        # Each function process has read that there are two a minute after they were written.
        until("a minute", lambda: time.monotonic() - self._rotated > _KNOWN, _PATIENCE)
        with till.silent():
            old, till.secret = till.secret, self._secret
        till.wait(MEMBERS)
        trial.loyalty("till", "rotate", "before", "--finish")
        code = self._people[0]["card_code"]
        forged = Sale("forged", code, _order(code))
        until("the old one's end", lambda: till.by_message(forged, old) == 401, _PATIENCE)
        with till.silent():
            till.sell("forged", code, till.by_message)

    def restored(self, scratch: Path) -> None:
        """Put tables of two moments in the place of damaged ones, while cards are in pockets."""
        trial, owner, till = self._trial, self._owner, self.till
        ann, bob = self._people[0], owner.join("bob")
        present = {f"{STACK}-state", f"{STACK}-ledger"}
        with till.silent():
            self._even()
            trial.loyalty("key", "add", "leaked01", "--program", "coffee", "--scope", "till")
            state = self._copied("state", 2)
            till.sell("between", ann["card_code"])  # of which only the ledger will know
            ledger = self._copied("ledger", 1)
            since = len(till.sales)
        till.wait(MEMBERS)
        owner.erase(bob)
        trial.loyalty("key", "revoke", "leaked01", "--program", "coffee")
        listed = scratch / "forgotten.txt"
        trial.loyalty("members", "forgotten", "--list", str(listed))
        began = time.monotonic()
        trial.loyalty("restore", "rest")
        said = trial.loyalty("restore", "adopt", "--state", state, "--ledger", ledger)
        assert "restore mend" in said
        damaged = ("--access-of", f"{STACK}-state")
        said = trial.loyalty("restore", "mend", "--list", str(listed), *damaged, code=1)
        assert f"Who may do what in coffee is what {STACK}-state says: 1 keys." in said
        assert "1 accounts are what their entries say again, 1 people forgotten, " in said
        assert f"WRONG   coffee#M#{ann['member_id']}: I4: order till between" in said
        trial.loyalty("restore", "go-on")
        self.told["seconds of restoring"] = round(time.monotonic() - began, 1)
        till.say_again(since)
        self._even()
        assert ask("GET", ann["card_url"]).status == 200
        assert ask("GET", bob["card_url"]).status == 404
        # The stack owns the other tables now, and the next deployment changes nothing of it.
        trial.deploy()
        assert trial.resource("StateTable") == state
        assert trial.resource("LedgerTable") == ledger
        assert trial.resource("KeysTable") == f"{STACK}-keys"
        assert f"table {state}" in trial.loyalty("doctor", code=1)
        assert trial.stream_rings(state)
        assert present < trial.tables()
        self._left = present

    def _copied(self, table: str, minutes: int) -> str:
        """Copy a table as of so many minutes ago, as is said; return what the copy is called."""
        at = (datetime.now(UTC) - timedelta(minutes=minutes)).replace(microsecond=0)
        said = self._trial.loyalty("restore", "copy", "--only", table, "--at", at.isoformat())
        called = f"{STACK}-{table}-{at:%Y%m%d%H%M%S}"
        assert f"restore adopt --{table} {called}" in said
        return called

    def true(self) -> None:
        """Every member has what was sold; and nothing is left that does not hold."""
        self._even()
        self.told |= {
            "sold": len(self.till.sales),
            "answers": dict(sorted(self.till.answers.items())),
            "longest wait": round(self.till.longest, 1),
        }

    def destroyed(self) -> None:
        """What holds points stays until somebody says everything; so do the damaged tables."""
        trial = self._trial
        said = trial.loyalty("destroy", "--confirm", STAGE)
        assert f"Stays: {STACK}-state-2026" in said
        assert f"Stays: {STACK}-state: a restore had replaced it" in said
        assert self._left <= trial.tables()
        trial.loyalty("destroy", "--everything", "--confirm", STAGE)
        assert (trial.stack(), trial.tables()) == ("", set())

    def _even(self) -> None:
        """Wait until every member has what the till has sold to them; messages take a moment."""
        each = self._each()

        def all_even() -> bool:
            return all(
                self._owner.points(one) == self.till.sold(one["card_code"]) * each
                for one in self._people
            )

        with self.till.silent():
            until("everybody's points", all_even, _AGAIN_IN_THE_QUEUE)

    def _each(self) -> int:
        """Return what one of the till's sales earns by the program that is in force."""
        said = self._trial.loyalty("program", "get", "coffee")
        (rule,) = json.loads(said)["earning"]
        return TOTAL // int(rule["amount"]) * int(rule["points"])


def _order(member: str) -> dict[str, Any]:
    return {
        "version": 1,
        "status": "completed",
        "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "currency": "USD",
        "total": TOTAL,
        "member": {"card_code": member},
    }


def main() -> int:
    """Go through it beside a stack that is there."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--from", dest="commit", default=BEFORE)
    parser.add_argument("--folder", type=Path, default=ROOT / ".local")
    given = parser.parse_args()
    stack = json.loads((given.folder / "stack.json").read_text(encoding="utf-8"))
    os.chdir(ROOT)
    print(json.dumps(go_through(stack, given.commit), indent=1))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
