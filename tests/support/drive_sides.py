"""Both sides of a random story: the real use cases and the naive model, asked the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from loyalty.core.account import Pot
from loyalty.core.coupon import Coupon
from loyalty.core.decide.spending import Price
from loyalty.core.draft import Draft
from loyalty.core.member import Application
from loyalty.core.order import OrderKey, OrderReport, Part
from loyalty.core.settle import settle
from loyalty.ledger import offers
from loyalty.ledger.act import Act
from loyalty.ledger.coupon_uses import Shown
from loyalty.ledger.spending import Request, Whose
from loyalty.ledger.stock import Stock
from loyalty.messages import Contact
from loyalty.refusals import Busy, Refusal
from loyalty.store import program_versions as program_reading
from loyalty.store import reading
from loyalty.store.tables import Cancelled, OutcomeUnknown
from tests.support import healthy, mechanics, soundness
from tests.support.memory import FAULTS, Killed, MemoryTables
from tests.support.naive_purse import Refused
from tests.support.naive_staff import NaiveLedger
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.core.account import Account
    from loyalty.program.rules import Program

Value = tuple[str, int]
"""A pot, and how much of it."""
RETRY = (Busy, ConnectionError, OutcomeUnknown, Cancelled, Killed)
REFUSALS = {
    "card_not_found",
    "customer_taken",
    "id_reused",
    "limit_reached",
    "member_not_found",
    "order_not_found",
    "order_paid_with_points",
    "order_taken",
    "receipt_not_found",
    "same_member",
    "unknown_reward",
}
BEGINNING = datetime(2026, 1, 1, 9, tzinfo=UTC)
MEMBERS = 3


class Different(AssertionError):  # noqa: N818 - what it says
    """The system and the model do not agree."""


@dataclass(frozen=True)
class Stage:
    """A program with its members, as every story of it begins."""

    program: Program
    second: Program
    items: dict[Any, Any]
    ids: tuple[str, ...]
    codes: tuple[str, ...]
    printed: tuple[str, ...]


@cache
def stage(name: str) -> Stage:
    # Stories jump through time, so programs would be read over and over.
    program_reading._built = lru_cache(maxsize=64)(program_reading._built)
    first, second = mechanics.versions(name)
    world = World()
    world.now = BEGINNING
    # The model gives the welcome at joining, as where no message could prove a contact.
    world.channel.reached = False
    program = world.programs.put(first)
    world.restart()
    stock = Stock(world.books)
    for reward in first.rewards:
        if reward.stocked:
            act = Act(name, "owner", reward.id, "")
            stock.put(act, reward.id, world.now, left=mechanics.STOCK)
    first_pot, names = first.pots[0].id, {"en": "x", "ru": "x"}
    made = {
        one.id: world.offers.make(name, one, "key:owner", world.now).coupon
        for one in (
            Coupon("word", names, word="WORD", pot=first_pot, points=6, uses=5, per_member=2),
            Coupon("less", names, word="LESS", basis_points=1000, per_member=None),
            Coupon("once", names, codes=2, pot=first_pot, points=3, per_member=None),
        )
    }
    cards: list[Any] = []
    for number in range(MEMBERS):
        bringer = cards[0].card_code if number == MEMBERS - 1 else None
        application = applied(str(number), bringer)
        cards.append(world.enrolment.enrol(name, application, world.now))
    ids, codes = zip(*((card.member_id, card.card_code) for card in cards), strict=True)
    printed = tuple(offers.codes(world.books, name, made["once"], 1, 2))
    return Stage(program, second, dict(world.tables.items), ids, codes, printed)


def applied(name: str, bringer: str | None) -> Application:
    return Application(
        first_name="Ann",
        contact=Contact("email", f"{name}@example.com"),
        birthday=None,
        language="en",
        consent_version="2026-11",
        marketing_consent_version=None,
        referrer_code=bringer,
    )


class Sides:
    """The system and the model, asked the same."""

    def __init__(self, name: str) -> None:
        self.stage = stage(name)
        self.program_id = name
        tables = MemoryTables()
        tables.items = {key: dict(item) for key, item in self.stage.items.items()}
        # Other names than those of the members that are there.
        self.world = World(tables, seed=2)
        healthy.forget()
        self.world.now = BEGINNING
        self.world.channel.reached = False
        self.ids, self.codes = list(self.stage.ids), list(self.stage.codes)
        ids = self.ids
        self.model = NaiveLedger(self.stage.program, list(ids), {ids[-1]: ids[0]})
        self.model.stock = dict.fromkeys(("small", "large"), mechanics.STOCK)
        self.model.stock |= {"word": 5, "less": 10**9, "once": 10**9, "once 1": 1, "once 2": 1}
        pot = self.stage.program.pots[0].id
        self.model.offers = {
            "word": ((pot, 6), 2, False),
            "less": (("", 0), 0, True),
            "once": ((pot, 3), 0, False),
        }
        for who in ids:
            self.model.greet(who, BEGINNING)
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.touched: set[int] = set()

    # Both sides

    def _call(
        self, name: str, arguments: tuple[Any, ...], *, fault: int, note: bool = True
    ) -> None:
        if note:
            self.calls.append((name, arguments))
        real: Callable[..., Any] = getattr(self, f"_real_{name}")
        faulty = fault % 7 == 0
        if faulty:
            self.world.tables.plan(FAULTS[fault // 7 % len(FAULTS)], fault // 49 % 6)
            try:
                found = self._outcome(real, arguments)
            except RETRY:
                self.world.restart()
                found = None
            self.world.tables.fault = self.world.tables.fault_at = None
            if found is None:
                found = self._outcome(real, arguments)
        else:
            found = self._outcome(real, arguments)
        wanted = self._expected(name, arguments)
        same = found == wanted
        if faulty and not same and isinstance(found, dict) and found.get("result") == "unchanged":
            same = isinstance(wanted, dict) and wanted["result"] == "recorded"
        if faulty and not same and isinstance(found, dict) and isinstance(wanted, dict):
            # The first, lost, attempt has seen the conflict or taken the parked order's place.
            same = "result" in wanted and found.get("result") in {"unchanged", wanted["result"]}
        if not same:
            raise Different(f"{name}{arguments}: answered {found}, expected {wanted}")

    def _outcome(self, real: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        try:
            return real(*arguments)
        except Refusal as refusal:
            if refusal.code not in REFUSALS:
                raise
            return refusal.code

    def _expected(self, name: str, arguments: tuple[Any, ...]) -> Any:
        try:
            body = getattr(self, f"_model_{name}")(*arguments)
        except Refused as refusal:
            return str(refusal)
        return {key: value for key, value in body.items() if key != "_"}

    def _real_report(
        self, order: int, parts: tuple[Part, ...], member: int | None, occurred: datetime
    ) -> dict[str, Any]:
        hints = (f"code:{self._reference(member)}",) if member is not None and member >= 0 else ()
        if member is not None and member < 0:
            hints = (f"customer:till:C{member}",)
        report = OrderReport(self._key(order), "USD", occurred, parts, hints, "endpoint:test")
        outcome = self.world.sales.record_order(report, self.world.now)
        return {
            "result": outcome.result,
            "points": outcome.points,
            "conflict": outcome.conflict,
        }

    def _model_report(
        self, order: int, parts: tuple[Part, ...], member: int | None, occurred: datetime
    ) -> dict[str, Any]:
        hint = None
        if member is not None:
            hint = f"customer:till:C{member}"
        if member is not None and member >= 0:
            hint = f"{self._reference(member)}={self.ids[member]}"
        return self.model.report(self._key(order), list(parts), hint, occurred, self.world.now)

    def _real_claim(self, order: int, member: int) -> dict[str, Any]:
        code = self.codes[member]
        done = self.world.sales.claim_order(self._key(order), code, "key:till", self.world.now)
        return {"result": done.result, "points": done.points}

    def _model_claim(self, order: int, member: int) -> dict[str, Any]:
        return self.model.claim(self._key(order), self.ids[member], self.world.now)

    def _real_spend(self, name: str, member: int, price: Any, order: int | None) -> Any:
        reward, points, bill = price
        return self.world.spending.spend(
            self._request(name),
            self.codes[member],
            Price(reward, points, bill),
            self.world.now,
            None if order is None else self._key(order),
        ).body

    def _model_spend(self, name: str, member: int, price: Any, order: int | None) -> Any:
        key = None if order is None else self._key(order)
        return self.model.spend(name, self.ids[member], price, key, self.world.now)

    def _real_hold(self, name: str, member: int, price: Any) -> Any:
        code = self.codes[member]
        return self.world.spending.hold(
            self._request(name), code, Price(*price), self.world.now
        ).body

    def _model_hold(self, name: str, member: int, price: Any) -> Any:
        return self.model.hold(name, self.ids[member], price, self.world.now)

    def _real_capture(self, name: str, member: int, points: int | None, order: int | None) -> Any:
        key = None if order is None else self._key(order)
        code = self.codes[member]
        return self.world.spending.capture(
            self._request(name), code, self.world.now, points, key
        ).body

    def _model_capture(self, name: str, member: int, points: int | None, order: int | None) -> Any:
        key = None if order is None else self._key(order)
        return self.model.capture(name, self.ids[member], points, key, self.world.now)

    def _real_release(self, name: str, member: int) -> Any:
        code = self.codes[member]
        return self.world.spending.release(self._request(name), code, self.world.now).body

    def _model_release(self, name: str, member: int) -> Any:
        return self.model.release(name, self.ids[member], self.world.now)

    def _real_undo(self, name: str, member: int | None) -> Any:
        code = None if member is None else self.codes[member]
        return self.world.spending.undo(self._request(name), code, self.world.now).body

    def _model_undo(self, name: str, member: int | None) -> Any:
        who = None if member is None else self.ids[member]
        return self.model.undo(name, who, self.world.now)

    def _real_staff(self, kind: str, name: str, key: str, member: int, *values: Value) -> Any:
        deed, ((pot, points), *also) = getattr(self.world.staff, kind), values
        who, act = self.ids[member], self._act(key, name)
        return deed(act, who, pot, points, self.world.now, tuple(also)).body

    def _model_staff(self, kind: str, name: str, key: str, member: int, *values: Value) -> Any:
        who = self.ids[member]
        return self.model.staff(kind, name, key, who, dict(values), self.world.now)

    def _real_transfer(self, name: str, key: str, a: int, b: int, pot: str, n: int) -> Any:  # noqa: PLR0917
        ids = self.ids
        act = self._act(key, name)
        return self.world.staff.transfer(act, ids[a], ids[b], pot, n, self.world.now).body

    def _model_transfer(self, name: str, key: str, a: int, b: int, pot: str, n: int) -> Any:  # noqa: PLR0917
        ids = self.ids
        return self.model.transfer(name, key, ids[a], ids[b], pot, n, self.world.now)

    def _real_merge(self, name: str, key: str, a: int, b: int) -> Any:
        ids = self.ids
        return self.world.staff.merge(self._act(key, name), ids[a], ids[b], self.world.now).body

    def _model_merge(self, name: str, key: str, a: int, b: int) -> Any:
        return self.model.merge(name, key, self.ids[a], self.ids[b], self.world.now)

    def _real_pause(self, kind: str, name: str, key: str, a: int) -> Any:
        act, paused = self._act(key, name), kind == "pause"
        return self.world.staff.pause(act, self.ids[a], self.world.now, paused=paused).body

    def _model_pause(self, kind: str, name: str, key: str, a: int) -> Any:
        return self.model.pause(name, key, self.ids[a], self.world.now, paused=kind == "pause")

    def _real_move(self, name: str, key: str, order: int, a: int) -> Any:
        act = self._act(key, name)
        return self.world.order_acts.move(act, self._key(order), self.ids[a], self.world.now).body

    def _model_move(self, name: str, key: str, order: int, a: int) -> Any:
        return self.model.move(name, key, self._key(order), self.ids[a], self.world.now)

    def _real_forget(self, name: str, key: str, order: int) -> Any:
        act = self._act(key, name)
        return self.world.order_acts.forget(act, self._key(order), self.world.now).body

    def _model_forget(self, name: str, key: str, order: int) -> Any:
        return self.model.forget(name, key, self._key(order), self.world.now)

    def _real_erase(self, name: str, key: str, a: int) -> Any:
        return self.world.erasure.erase(self._act(key, name), self.ids[a], self.world.now).body

    def _model_erase(self, name: str, key: str, a: int) -> Any:
        return self.model.erase(name, key, self.ids[a], self.world.now)

    def _real_leave(self, name: str, key: str, a: int, forfeit: bool) -> Any:  # noqa: FBT001
        act, who = self._act(key, name), self.ids[a]
        return self.world.erasure.leave(act, who, self.world.now, forfeit=forfeit).body

    def _model_leave(self, name: str, key: str, a: int, forfeit: bool) -> Any:  # noqa: FBT001
        return self.model.leave(name, key, self.ids[a], self.world.now, forfeit=forfeit)

    def _real_use_code(
        self, name: str, member: int, typed: str, bill: int, order: int | None
    ) -> Any:
        key = None if order is None else self._key(order)
        who = Shown(card_code=self.codes[member])
        word, _, serial = typed.partition(" ")
        code = self.stage.printed[int(serial) - 1] if serial else word
        uses, now = self.world.coupons, self.world.now
        return uses.use(self._request(name), who, code, bill, now, key).body

    def _model_use_code(
        self, name: str, member: int, typed: str, bill: int, order: int | None
    ) -> Any:
        key = None if order is None else self._key(order)
        return self.model.use_code(name, self.ids[member], typed, bill, key, self.world.now)

    def _real_undo_code(self, name: str) -> Any:
        return self.world.coupons.undo(self._request(name), self.world.now, Whose()).body

    def _model_undo_code(self, name: str) -> Any:
        return self.model.undo_code(name, self.world.now)

    # Comparing

    def _compare(self, members: list[int]) -> None:
        for number in members:
            account = self._account(number)
            assert account is not None
            found = _standing(account)
            wanted = self.model.standing(self.ids[number], self.world.now)
            if found != wanted:
                raise Different(f"member {number} stands at {found}, expected {wanted}")

    def _account(self, number: int) -> Account | None:
        account = reading.read_account(self.world.tables, self.program_id, self.ids[number])
        if account is None or account.successor:
            return account
        draft = Draft(self.model.program, account, self.world.now)
        settle(draft)
        return draft.account

    def _sound(self) -> None:
        if faults := soundness.faults(self.world, self.program_id):
            raise Different("; ".join(faults))

    def end(self) -> None:
        self._compare(list(range(len(self.ids))))
        self._sound()
        if faults := healthy.ringing(self.world):
            raise Different("; ".join(faults))

    def _key(self, order: int) -> OrderKey:
        return OrderKey(self.program_id, "till", str(order))

    def _request(self, name: str) -> Request:
        return Request(self.program_id, "till", name, "endpoint:till")

    def _act(self, key: str, name: str) -> Act:
        return Act(self.program_id, key, name, "because")

    def _reference(self, member: int) -> str:
        return str(TOKENS.read_card_code(self.codes[member]))


def _standing(account: Account) -> dict[str, Any]:
    if account.successor:
        return {"successor": account.successor}
    return {
        "pots": {
            name: (
                dict(pot.lots),
                {(active, gone): n for active, gone, n in pot.pending},
                pot.debt,
                pot.remainder,
            )
            for name, pot in account.pots.items()
            # What caps have cut off alone is no standing.
            if replace(pot, cut=Fraction(0)) != Pot()
        },
        "held": {
            name.removeprefix("till:"): (hold.deadline, sorted(hold.lots))
            for name, hold in account.holds.items()
        },
        "figures": (account.spend, account.visits, account.earned),
        "tier": (account.level, account.deadline),
        "referrals": account.referrals,
        "own": {one.key: (one.until, one.used, one.brought) for one in account.personal},
        "closed": bool(account.closed),
        "paused": bool(account.paused),
    }
