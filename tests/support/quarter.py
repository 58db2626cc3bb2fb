"""A shop's whole way through the system over HTTP: in, a quarter of business, and out again.

A shop of another vendor is moved in with the dirt of real life, sells with coupons and referrals,
changes its program and rolls it back, loses and recovers cards, erases a person, and is moved out
into an empty deployment, where every balance is what it was. ``tests/stack/test_quarter.py`` runs
it small. Whole, against the stack of ``make run``:

    .venv/bin/python -m tests.support.quarter --lines 10000

Orders are dated back 45 days at most, as tills may: what is older in the quarter is dated so.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import re
import secrets
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.deployment import Cloud
from infra.local.web import ask, until
from loyalty.access.keys import ApiKey, Credentials, key_text
from loyalty.ledger.offers import Offers
from loyalty.ledger.reconcile import Reconciliation
from loyalty.ledger.stock import Stock
from loyalty.members.moving_out.restoring import Restoring
from loyalty.program.document import read
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from passes.designs.archive import Archives
from tests.support.deployed import ROOT
from tests.support.integrator import Integrator
from tests.support.mechanics import document
from tests.support.moving import KeptFiles
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

API = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
BOTH = {"en": "x", "ru": "x"}
PATIENT = 1000
"""From so many lines on it is waited for what takes a minute to be known everywhere."""
WHY = {"reason": "as it was asked for"}
DIRT: Mapping[int, tuple[int, str]] = {
    0: (0, '=HYPERLINK("http://x","y")'),
    1: (1, "nobody"),
    2: (2, "many"),
    3: (1, "{last}"),
    4: (1, "  {row[1]} "),
    5: (2, "1 234"),
    6: (0, '  Zoë  O\'Brien; "Ann" '),
    7: (1, ""),
    8: (2, "-5"),
    9: (0, "Ж"),
}
"""Of each hundred lines some are odd: which column, and what stands there."""
WRONG = frozenset({1, 2, 3, 7, 8})
"""Those that make no member: no address, no number, somebody again, less than nothing."""


class Quarter:
    """One shop's way; each step says what it did in ``told``."""

    def __init__(self, stack: Mapping[str, Any], program: str, lines: int, seed: int = 1) -> None:
        aws = stack["aws"]
        cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
        names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
        self._tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
        self._base, self.program, self.lines = stack["base_url"], program, lines
        self._chance = random.Random(seed)
        self.told: dict[str, Any] = {}
        # What only whoever deploys can do: the program, and the first owner's key.
        shop = {
            **document("points"),
            "id": program,
            "lowered_bills": "nothing",
            "referral": {"pot": "points", "referrer": 40, "friend": 20, "minimum": 100},
        }
        shop["rewards"] = [
            {"id": "mug", "pot": "points", "price": 30, "name": BOTH, "stocked": True}
        ]
        Programs(self._tables, lambda: datetime.now(UTC)).put(read(shop))
        self.owner = self._key("owner")
        self.till, self.staff = self._made("till"), self._made("staff")
        self._sold = 0

    def run(self) -> dict[str, Any]:
        """Go the whole way; raises AssertionError where something is not as it should be."""
        began = time.monotonic()
        for step in (
            self.moves_in,
            self.gets_cards,
            self.sells,
            self.changes_its_mind,
            self.loses_cards,
            self.erases_somebody,
            self.moves_out,
        ):
            at = time.monotonic()
            step()
            self.told.setdefault("seconds", {})[step.__name__] = round(time.monotonic() - at, 1)
        self.told["seconds"]["all"] = round(time.monotonic() - began, 1)
        return self.told

    def moves_in(self) -> None:
        """Bring a file of another system with its dirt; each line is accounted for."""
        text, good = self._file()
        upload = self.owner.call("beginImport")
        assert ask("PUT", upload["url"], text.encode("utf-8-sig")).status == 200
        here = {"import": upload["id"]}
        self.owner.call("planImport", {}, **here)
        mapping = self._stands(here, "proposed")["mapping"]
        columns = {**mapping["columns"], "balance.points": "Points"}
        self.owner.call("planImport", {"mapping": {**mapping, "columns": columns}}, **here)
        would = self._stands(here, "planned")["would"]
        self.owner.call("runImport", **here)
        done = self._stands(here, "done", seconds=60 + self.lines / 4)
        assert done["lines"] == self.lines, done
        assert done["counts"].get("joined") == good, (good, done["counts"], would)
        again = self.owner.call("runImport", **here)
        assert again["counts"] == done["counts"], "the same file once more changes nothing"
        self.told["moved in"] = done["counts"]

    def gets_cards(self) -> None:
        """Give some of them their cards at the counter, and some friends whom they bring."""
        self.people: list[dict[str, Any]] = []
        page = self.owner.call("searchMembers", {})
        for one in page["members"][: max(6, self.lines // 100)]:
            self.people.append({"member_id": one["member_id"], **self._card(one["member_id"])})
        for number in range(max(3, self.lines // 200)):
            bringer = self.people[number % len(self.people)]
            friend = {
                "first_name": f"Friend {number}",
                "email": f"{secrets.token_hex(8)}@example.com",
                "consent": True,
                "referrer_code": bringer["card_code"],
            }
            self.people.append({**self.staff.call("enrolMember", friend), "brought": True})
        self.told["cards"] = len(self.people)

    def sells(self) -> None:
        """Sell for a quarter: coupons, single codes, rewards, refunds, friends' first purchases."""
        gives = {"basis_points": 1000}
        word = {"id": "tenth", "name": BOTH, "word": "TENTH", "gives": gives, "per_member": None}
        flyers = {"pot": "points", "points": 9}
        single = {"id": "flyers", "name": BOTH, "codes": 50, "gives": flyers, "per_member": None}
        self.owner.call("makeCoupon", word)
        self.owner.call("makeCoupon", single)
        codes = [one["code"] for one in self.owner.call("listCodes", coupon="flyers")["codes"]]
        self.owner.call("setStock", {"left": 5}, reward="mug")
        counts: Counter[str] = Counter()
        for number in range(max(30, self.lines // 20)):
            person = self.people[number % len(self.people)]
            total = self._chance.randrange(300, 4000)
            order = f"sale-{number}"
            if number % 4 == 0:
                total -= self._lowered(person, total, order)
                counts["lowered"] += 1
            self._sale(person, total, order)
            if number % 9 == 0:
                self._sale(person, total, order, version=2, status="refunded")
                counts["refunded"] += 1
            if number % 5 == 0 and counts["codes"] < len(codes):
                shown = {"card_code": person["card_code"], "code": codes[counts["codes"]]}
                used = self.till.call("useCode", shown)
                assert used["outcome"] == "redeemed", used
                assert self.till.call("useCode", shown)["reason"] == "coupon_used"
                counts["codes"] += 1
            if number % 6 == 0:
                mug = {"card_code": person["card_code"], "reward": "mug"}
                counts[self.till.call("redeem", mug)["outcome"]] += 1
        assert 0 < counts["redeemed"] <= 5, counts
        left = self.owner.call("getReward", reward="mug")["left"]
        assert left == 5 - counts["redeemed"], (left, counts)
        told = {one["id"]: one for one in self.owner.call("listCoupons")["coupons"]}
        assert told["tenth"]["used"] == counts["lowered"], told
        assert told["flyers"]["used"] == counts["codes"], told
        brought = [one for one in self.people if one.get("brought")]
        # Both sides of a friendship were rewarded by a first purchase that nobody has paid back.
        assert any(self._points(one) >= 20 for one in brought)
        self.told["sold"] = dict(counts)

    def changes_its_mind(self) -> None:
        """Change the program, sell by it, roll it back, and sell as before."""
        person = self.people[1]
        before = self._earned(person, 3000)
        seen = self.owner.reply("showProgram")
        shown = seen.json()["document"]
        doubled = [{**one, "points": one["points"] * 2} for one in shown["earning"]]
        changed = {"document": {**shown, "earning": doubled}}
        version = seen.json()["version"]
        answer = self.owner.reply("putProgram", changed, act=seen.headers["etag"])
        assert answer.status == 200, answer
        self._comes_to_earn(person, 2 * before)
        tag = self.owner.reply("showProgram").headers["etag"]
        back = self.owner.reply("rollBackProgram", {"version": version}, act=tag)
        assert back.status == 200, back
        assert self.owner.call("showProgram")["document"]["earning"] == shown["earning"]
        self._comes_to_earn(person, before)
        self.told["program"] = {"earned": before, "versions": version + 2}

    def loses_cards(self) -> None:
        """Replace lost cards: the old code opens nothing, the points are there."""
        for person in self.people[:3]:
            points, old = self._points(person), person["card_code"]
            person.update(self._card(person["member_id"]))
            lost = self.till.reply("lookUpMember", {"card_code": old})
            assert lost.status == 404, lost
            found = self.till.call("lookUpMember", {"card_code": person["card_code"]})
            assert found["member_id"] == person["member_id"]
            assert self._points(person) == points
        self.told["cards replaced"] = 3

    def erases_somebody(self) -> None:
        """Forget a person: nobody finds them any more, the others are as they were."""
        person, other = self.people.pop(0), self.people[0]
        points = self._points(other)
        self.owner.call("eraseMember", WHY, member=person["member_id"])
        assert self.staff.reply("showMember", member=person["member_id"]).status == 404
        lost = self.till.reply("lookUpMember", {"card_code": person["card_code"]})
        assert lost.status == 404, lost
        assert self._points(other) == points
        self.erased = person["member_id"]

    def moves_out(self) -> None:
        """Carry everything into an empty deployment, where each balance is what it was."""
        made = self.owner.call("beginExport")["id"]

        def ended() -> Any:
            reply = self.owner.reply("getExport", export=made)
            if reply.status == 503:  # "Send the same request again": the machine is busy with it
                return None
            assert reply.status == 200, reply
            found = reply.json()
            return found if found["ended"] else None

        export = until("the export to end", ended, 60 + self.lines / 5)
        files = {one.partition("?")[0].rpartition("/")[2]: one for one in export["files"]}

        def fetch(name: str) -> bytes | None:
            return ask("GET", files[name]).body if name in files else None

        there, kept = World(), KeptFiles()
        archives = Archives(kept.get, kept.put)
        there.now = datetime.now(UTC)
        reconciliation = Reconciliation(there.books)
        restoring = Restoring(there.books, reconciliation, fetch, archives, kept)
        restoring.begin()
        for number in range(1, restoring.summary()["pages"] + 1):
            restoring.page(number, there.now)
        assert list(restoring.check(there.now)) == []
        for person in self.people:
            account = there.books.account(self.program, person["member_id"])
            assert account is not None
            assert account.balance("points") == self._points(person), person
        offers = {
            one.coupon.id: (one.used, one.left) for one in Offers(there.books).every(self.program)
        }
        coupons = self.owner.call("listCoupons")["coupons"]
        assert offers == {one["id"]: (one["used"], one["left"]) for one in coupons}
        stock = Stock(there.books).offer(self.program, "mug").left
        assert stock == self.owner.call("getReward", reward="mug")["left"]
        gone = there.books.account(self.program, self.erased)
        assert gone is None or gone.closed
        self.told["moved out"] = {"counts": export["counts"], "sums": export["sums"]}

    # What the steps are made of

    def _key(self, scope: Any) -> Integrator:
        secret = secrets.token_hex(20)
        key = ApiKey(f"{scope}{secrets.token_hex(4)}", self.program, scope)
        Credentials(self._tables).add_key(key, "local", secret)
        return Integrator(API, self._base, key_text(key.id, "local", secret))

    def _made(self, scope: str) -> Integrator:
        """Let the owner make a key."""
        sent = {"id": f"{scope}{secrets.token_hex(4)}", "scope": scope}
        return Integrator(API, self._base, self.owner.call("makeKey", sent)["key"])

    def _card(self, member: str) -> dict[str, str]:
        """Make a new card for somebody, and read its code off its page as they would show it."""
        card = self.staff.call("replaceCard", member=member)
        page = ask("GET", card["card_url"], None, {"Accept": "text/html"}).body.decode()
        shown = re.search(r"<bdi dir=\"ltr\">([0-9A-Z]{4}-[0-9A-Z]{4})</bdi>", page)
        assert shown, page
        return {"card_code": shown[1]}

    def _file(self) -> tuple[str, int]:
        """Return a vendor's table with dirt in it, and how many of its lines are people."""
        table, good = io.StringIO(), 0
        rows = csv.writer(table, delimiter=";")
        rows.writerow(("Name", "Email", "Points"))
        last = ""
        for number in range(self.lines):
            row = [
                f"Client {number}",
                f"c{number}.{secrets.token_hex(4)}@example.com",
                str(self._chance.randrange(40, 400)),
            ]
            at, dirt = DIRT.get(number % 100, (0, None))
            if dirt is not None:
                row[at] = dirt.format(row=row, last=last)
            good += number % 100 not in WRONG
            last = row[1] if number % 100 not in WRONG else last
            rows.writerow(row)
        return table.getvalue(), good

    def _stands(self, here: Mapping[str, str], state: str, seconds: float = 60.0) -> Any:
        def there() -> Any:
            found = self.owner.call("getImport", **here)
            assert found["state"] != "refused", found["problems"]
            return found if found["state"] == state else None

        return until(f"the import to be {state}", there, seconds)

    def _lowered(self, person: Mapping[str, Any], total: int, order: str) -> int:
        shown = {"card_code": person["card_code"], "code": "tenth", "bill": total}
        used = self.till.call("useCode", {**shown, "order": {"source": "till", "id": order}})
        assert used["outcome"] == "redeemed", used
        assert used["discount"] == total // 10
        return int(used["discount"])

    def _sale(self, person: Mapping[str, Any], total: int, order: str, **more: Any) -> None:
        ago = timedelta(days=min(44, self._chance.randrange(90)), minutes=self._sold)
        self._sold += 1
        body = {
            "version": 1,
            "status": "completed",
            "occurred_at": (datetime.now(UTC) - ago).isoformat(timespec="seconds"),
            "currency": "USD",
            "total": total,
            "member": {"card_code": person["card_code"]},
            **more,
        }
        self.till.call("putOrder", body, source="till", order=order)

    def _earned(self, person: Mapping[str, Any], total: int) -> int:
        """Return what a bill would earn now."""
        asked = {"card_code": person["card_code"], "total": total}
        return int(self.till.call("quoteBill", asked)["points"])

    def _points(self, person: Mapping[str, Any]) -> int:
        shown = self.staff.call("showMember", member=person["member_id"])
        return int(shown["pots"][0]["balance"])

    def _comes_to_earn(self, person: Mapping[str, Any], points: int) -> None:
        """Wait until functions that run have read the new version: a minute at most."""
        if self.lines >= PATIENT:
            until(
                "the new rules to count", lambda: self._earned(person, 3000) == points or None, 90
            )


def main() -> int:
    """Run it against a stack that is there."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=ROOT / ".local")
    given = parser.parse_args()
    stack = json.loads((given.folder / "stack.json").read_text(encoding="utf-8"))
    program = f"quarter-{secrets.token_hex(4)}"
    print(json.dumps(Quarter(stack, program, given.lines).run(), indent=1, ensure_ascii=False))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
