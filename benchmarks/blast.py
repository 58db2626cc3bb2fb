"""A campaign to many members through the local stack, and what a till meets meanwhile.

``python -m benchmarks.blast [MEMBERS]``: so many join (by the product's own code, at the stack's
tables), a campaign says something on every card, and one till sells all along: before it, and while
it runs. Emulator, functions and till share this machine, so what is compared is compared within one
run, and says more of the machine than of AWS, where they share no worker.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.stack import REPEAT_AFTER
from benchmarks.timing import Times, result, row, title
from infra.commands import ledger, place
from infra.demo_shop import Silence
from infra.local.web import ask_json
from loyalty.core.member import Application
from loyalty.members.codes import DIGITS
from loyalty.members.enrolment import Enrolment, NewNames
from loyalty.messages import Contact
from tests.stack.running import RunningStack
from tests.stack.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.web import Reply
    from tests.stack.shop import Customer

MEMBERS, SALES = 5_000, 100
PATIENCE = 1_800.0
_TOLD_EVERY = 5.0


def main(members: int = MEMBERS) -> None:
    """Start a stack, fill it, let a campaign run beside a till, stop it."""
    with tempfile.TemporaryDirectory() as folder:
        stack = RunningStack(Path(folder) / "stack", REPEAT_AFTER)
        try:
            shop = Shop(stack.start())
            title(f"A message on the cards of {members:,} members through the local stack")
            began = time.perf_counter()
            _fill(shop, stack.folder, members)
            row("joined", f"{members / (time.perf_counter() - began):.0f} a second")
            ann = shop.customer().install()
            shop.behind.wait_until_quiet(PATIENCE)
            quiet = Times(tuple(sorted(_sold(shop, ann) for _ in range(SALES))))
            row("acknowledged, quiet", str(quiet))
            _run(shop, ann, members, quiet)
        finally:
            stack.stop()


def _fill(shop: Shop, folder: Path, members: int) -> None:
    """Let so many join who agree to marketing."""
    where = place.open_place(argparse.Namespace(stage="local", region=None, folder=folder))
    books = ledger.books(where)
    program = books.programs.current(str(shop.stack["program"]))
    enrolment = Enrolment(
        books,
        Silence(),
        names=lambda: NewNames.made(secrets.randbelow),
        code=lambda: f"{secrets.randbelow(10**DIGITS):0{DIGITS}}",
        card_page=lambda link: link,
    )
    consent, run = program.consent.version, uuid.uuid4().hex
    for number in range(members):
        application = Application(
            first_name=f"M{number}",
            contact=Contact("email", f"{run}-{number}@example.com"),
            birthday=None,
            language=program.languages[0],
            consent_version=consent,
            marketing_consent_version=consent,
            source="blast",
        )
        enrolment.enrol(program.id, application, datetime.now(UTC))


def _run(shop: Shop, ann: Customer, members: int, quiet: Times) -> None:
    """Start the campaign, and sell until everybody was told."""
    name = f"b{uuid.uuid4().hex[:12]}"
    path = f"/v1/campaigns/{name}"
    languages = _call(shop, "GET", "/v1/program").json()["document"]["languages"]
    sent = {
        "name": "A blast",
        "audience": {"field": "source", "is": "blast"},
        "trigger": {"kind": "now"},
        "actions": [{"kind": "message", "text": dict.fromkeys(languages, f"Hello {name}")}],
        "guards": {"control": 0, "hold_out": 0, "quiet": ["03:00", "03:00"]},
    }
    made = _call(shop, "PUT", path, sent, '"0"')
    started = _call(shop, "POST", f"{path}/start", tag=made.headers["etag"])
    if started.status != 200:  # noqa: PLR2004
        raise SystemExit(f"it does not start: {started.body!r}")
    began = time.perf_counter()
    busy = Times(tuple(sorted(_beside(shop, ann, path, members, began))))
    seconds = time.perf_counter() - began
    row("acknowledged while it ran", str(busy))
    row("everybody told", f"in {seconds:.0f} s, {members / seconds:.0f} a second")
    result("p50 of an acknowledgement beside a blast / quiet", busy.p50 / quiet.p50, "context")
    result("p99 of an acknowledgement beside a blast / quiet", busy.p99 / quiet.p99, "context")


def _beside(shop: Shop, ann: Customer, path: str, members: int, began: float) -> Iterator[float]:
    """Sell one after the other until everybody was told once; yield how long each took."""
    looked = began
    while True:
        yield _sold(shop, ann)
        now = time.perf_counter()
        if now - began > PATIENCE:
            raise SystemExit("not everybody was told in time")
        if now - looked >= _TOLD_EVERY:
            looked = now
            told: dict[str, Any] = _call(shop, "GET", f"{path}/results").json()["outcomes"]
            if sum(told.values()) >= members:
                if told != {"sent": members}:
                    raise SystemExit(f"not everybody was told once: {told}")
                return


def _sold(shop: Shop, ann: Customer) -> float:
    """Send a sale until it is taken; return how long that took (µs)."""
    message = shop.till.order(uuid.uuid4().hex, 300, ann.by_card)
    return shop.till.seal(message).post_until_taken().seconds * 1e6


def _call(shop: Shop, method: str, path: str, body: Any = None, tag: str = "") -> Reply:
    headers = {"Authorization": f"Bearer {shop.stack['owner_key']}"}
    headers |= {"If-Match": tag} if tag else {}
    return ask_json(method, f"{shop.stack['base_url']}{path}", body, headers)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS)
