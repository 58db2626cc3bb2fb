"""What the owner of the made-up shop does: campaigns, one of them measured, a question, a coupon.

Campaigns are made over the API, as an owner does. Two of them belong to the past of the shop: they
are started and run by the use cases themselves, at the instants at which it would have been.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyalty.campaigns.audiences import Audiences
from loyalty.campaigns.managing import Campaigns
from loyalty.campaigns.running import Cursor, Running
from loyalty.core.instants import microseconds
from loyalty.ledger.staff import Staff
from loyalty.members.feedback import Feedbacks
from loyalty.store import campaign_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyalty.ledger.books import Books

ACTOR = "key:demo-owner"
CAMPAIGNS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("demo_campaigns.toml").read_text(encoding="utf-8")
)
"""With what they say in every language."""
STARTED = ("demo-welcome", "demo-lapsed")
"""Campaigns that run from today on; of the others two have run, and the rest stay drafts."""
CALLED, ASKED = "demo-called", "demo-asked"
"""The one that has called everybody and was measured, and the one that asks after a visit."""

_ANSWERS = 0.7  # share of those asked
_AFTER = timedelta(hours=2)
_WORDS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)


def document(name: str, languages: Sequence[str]) -> dict[str, Any]:
    """Return a campaign as the API takes it, in these languages."""
    said = dict(CAMPAIGNS[name])
    text = {one: said["text"][one] for one in languages}
    asks = {"kind": "question", "asks": said["asks"]} if "asks" in said else {"kind": "message"}
    given = said.get("gives", ())
    kept: dict[str, Any] = {
        one: said[one] for one in ("name", "audience", "trigger", "guards") if one in said
    }
    return {**kept, "actions": [{**asks, "text": text}, *given]}


class Office:
    """Does what an owner does, by the API and by the use cases: nothing after ``present``."""

    def __init__(
        self, books: Books, program: str, seed: int, present: datetime, base_url: str = ""
    ) -> None:
        self._books, self._program, self._seed = books, program, seed
        self._present = present
        self.campaigns = Campaigns(books, Audiences(books))
        self._running = Running(books, base_url)
        self._feedback = Feedbacks(books, Staff(books))

    def start(self, name: str, now: datetime) -> bool:
        """Start a campaign at an instant of the past; tell whether it had not been started."""
        kept = self.campaigns.one(self._program, name)
        if kept.state != "draft":
            return False
        self.campaigns.move(self._program, name, kept.version, "running", ACTOR, now)
        return True

    def call(self, now: datetime, name: str = CALLED) -> set[str]:
        """Let a campaign reach members at an instant of the past; return who was reached.

        The deployed worker, whose clock is the present one, looks at it when that is done.
        """
        tables, kept = self._books.tables, self.campaigns.one(self._program, name)
        later = int((self._present + timedelta(hours=1)).timestamp())
        campaign_book.look_again(tables, self._program, kept, later)
        cursor: Cursor | None = Cursor(self._program, (name,))
        while cursor is not None:
            cursor = self._running.walk(cursor, now).next
        campaign_book.look_again(tables, self._program, kept, int(self._present.timestamp()))
        claims = campaign_book.claims(tables, self._program, name)
        return {one.member for one in claims if one.outcome == "sent"}

    def ask(self, member: str, bought: datetime, language: str) -> int:
        """Let a member be asked after a purchase, and perhaps answer; return how many answered.

        Who has bought a moment ago is asked by the deployed worker, when it is time.
        """
        if bought + 2 * _AFTER > self._present:
            return 0
        chance = random.Random(f"{self._seed}/{member}/{bought}")  # noqa: S311 - no secret
        self._running.event(self._program, member, bought + _AFTER)
        answered = 0
        for one in self._feedback.mine(self._program, member):
            answerable = not one.changes and one.changeable(microseconds(bought + 2 * _AFTER))
            if not answerable or chance.random() > _ANSWERS:
                continue
            score = chance.choices(range(11), (1, 0, 1, 1, 1, 2, 3, 8, 12, 25, 30))[0]
            words = chance.choice(_WORDS["said"][language]) if score in one.low else ""
            token = self._feedback.link(one)
            self._feedback.answer(token, score, words, bought + 2 * _AFTER)
            answered += 1
        return answered


def make(stack: Mapping[str, Any], languages: Sequence[str]) -> Counter[str]:
    """Make what an owner has made over the API, so that each screen shows some of it.

    Campaigns, a coupon, a notice that is not sent yet, something to save for, and a receiver of
    events that is off. What is there stays.
    """

    def said(what: str) -> dict[str, str]:
        return {one: _WORDS[what][one] for one in languages}

    done: Counter[str] = Counter()
    for name in CAMPAIGNS:
        body = document(name, languages)
        done["campaign"] += _asked(stack, "PUT", f"/v1/campaigns/{name}", body, '"0"')
    coupon = {
        "id": "demo-hello", "name": said("coupon"),
        "word": "HELLO20", "gives": {"basis_points": 2_000},
    }  # fmt: skip
    done["coupon"] += _asked(stack, "POST", "/v1/coupons", coupon)
    notice = {"text": said("closed"), "shown_days": 7}
    done["notice"] += _asked(stack, "PUT", "/v1/broadcasts/demo-closed", notice, '"0"')
    today = datetime.now(UTC)
    brunch = {
        "name": said("brunch"), "text": said("brunch_about"), "counts": "points", "target": 1_000,
        "begins": f"{today:%Y-%m-%d}T00:00", "ends": f"{today + timedelta(days=60):%Y-%m-%d}T00:00",
        "most": 6, "prizes": [{"text": said("brunch_prize"), "pot": "points", "points": 50}],
    }  # fmt: skip
    done["savings goal"] += _asked(stack, "PUT", "/v1/savings-goals/demo-brunch", brunch, '"0"')
    books = {"id": "demo-books", "url": "https://books.example.com/loyalty", "events": []}
    done["receiver"] += _asked(stack, "POST", "/v1/receivers", books)
    _asked(stack, "PATCH", "/v1/receivers/demo-books", {"state": "paused"})
    return done


def set_goal(stack: Mapping[str, Any]) -> bool:
    """Set the owner's goal once figures are there; tell whether they are."""
    ends = f"{datetime.now(UTC) + timedelta(days=90):%Y-%m-%d}"
    goal = {"figure": "active", "days": 30, "target": 450, "by": ends, "main": True}
    return _asked(stack, "PUT", "/v1/goals/demo-active", goal)


def start(stack: Mapping[str, Any]) -> None:
    """Start those that run from today on."""
    for name in STARTED:
        _asked(stack, "POST", f"/v1/campaigns/{name}/start", None, '"1"')


def _asked(stack: Mapping[str, Any], method: str, path: str, body: Any, seen: str = "") -> bool:
    from infra.local.web import ask  # noqa: PLC0415 - slow to import

    headers = {"Authorization": f"Bearer {stack['owner_key']}", "Content-Type": "application/json"}
    headers["Idempotency-Key"] = f"demo-{method}-{path}"
    if seen:
        headers["If-Match"] = seen
    sent = None if body is None else json.dumps(body).encode()
    answer = ask(method, f"{stack['base_url']}{path}", sent, headers)
    return answer.status in {HTTPStatus.OK, HTTPStatus.CREATED}
