"""Stories of people: receipts, customers of tills, joining at the till, moving in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.core import personal
from loyalty.core.account import Personal
from loyalty.core.decide.grants import Promote
from loyalty.core.decide.moving import MoveIn
from loyalty.ledger.receipts import Receipt
from loyalty.members.customers import Customers
from loyalty.program.rules import Filter, Promotion, Window
from loyalty.store.commit import FactWrite
from tests.support.drive_sides import Sides, applied
from tests.support.naive_purse import Own


class People(Sides):
    """What is asked of both sides, and the steps that ask it."""

    @property
    def many(self) -> int:
        return len(self.ids)

    # The steps

    def _receipt(self, a: int, b: int, c: int, *rest: int) -> None:
        """Claim by what stands on a receipt, mostly of a sale that waits, and mostly rightly."""
        now, zone = self.world.now, self.model.program.zone
        sales = self.model.sales.items()
        waiting = [(key, sale) for key, sale in sales if not sale.owner and sale.money > 0]
        order, amount, day = b % 5, c % 1300, now.date()
        if waiting and c % 8:
            key, sale = waiting[b % len(waiting)]
            order, amount = int(key.id.partition(" ")[0]), sale.money + (c % 16 == 1)
            day = sale.happened(now).astimezone(ZoneInfo(zone)).date()
        asked = (f"q{len(self.calls)}", order, amount, day.toordinal(), a % self.many)
        self._call("receipt", asked, fault=rest[-1])

    def _link(self, a: int, b: int, *rest: int) -> None:
        """Let a customer of the till lead to a member."""
        self._call("link", (-1 - b % 2, a % self.many), fault=rest[-1])

    def _move_in(self, a: int, b: int, c: int, d: int, *rest: int) -> None:
        """Take over what somebody had in another system."""
        pot = self.model.program.pots[d % len(self.model.program.pots)].id
        had = (c % 30, 100 * (b % 40), b % 3)
        self._call("move_in", (len(self.calls), a % self.many, pot, *had), fault=rest[-1])

    def _enrol(self, a: int, *rest: int) -> None:
        """Enrol one more at the till, whom somebody has brought or nobody."""
        if self.many > len(self.stage.ids):
            return
        bringer = self.model.purses[self.ids[a % self.many]]
        brought = a % self.many if a % 4 and not bringer.closed else None
        self._call("enrol", (f"n{len(self.calls)}", brought), fault=rest[-1], note=False)

    def _promise(self, a: int, b: int, c: int, d: int, e: int, *rest: int) -> None:
        """Let a campaign give somebody a promotion of their own."""
        at = int(self.world.now.timestamp())
        asked = (f"o{len(self.calls)}", a % self.many, at, f"campaign{b % 3}", c, d, e)
        self._call("promise", asked, fault=rest[-1])

    # Both sides

    def _real_promise(self, name: str, a: int, at: int, campaign: str, *given: int) -> Any:
        until, promotion, uses = self._given(at, *given)
        terms = personal.written(promotion, uses)
        promised = Personal(campaign, at, until, terms)
        fact = FactWrite(self.program_id, "promotion", campaign, name, name)
        command = Promote(f"promotion#{campaign}#{name}", "campaign:1", promised)
        now, who = datetime.fromtimestamp(at, UTC), self.ids[a]
        return self.world.books.once(fact, self.program_id, who, lambda _: command, now).body

    def _model_promise(self, name: str, a: int, at: int, campaign: str, *given: int) -> Any:
        own = Own(*self._given(at, *given))
        return self.model.promote(name, self.ids[a], at, campaign, own)

    def _given(self, at: int, c: int, d: int, e: int) -> tuple[int, Promotion, int]:
        """Return until when it counts, what it gives, and for how many purchases."""
        pots = self.stage.program.pots
        kinds: tuple[dict[str, Any], ...] = (
            {"multiplier": 20_000},
            {"multiplier": 15_000, "only": Filter(categories=("cake",))},
            {"bonus": 4, "minimum": 300},
            {"bonus": 1, "per": "item"},
            {"bonus": 2, "per": "item", "only": Filter(items=("latte",))},
            {"bonus": 3, "windows": (Window(("sat", "sun"), "21:00", "04:00"),)},
        )
        promotion = Promotion("own", {}, pots[e % len(pots)].id, **kinds[c % len(kinds)])
        return at + (86_400, 86_400 * 9, 86_400 * 40)[d % 3], promotion, e % 3

    def _real_receipt(self, name: str, order: int, amount: int, day: int, a: int) -> Any:
        receipt = Receipt(str(order), amount, date.fromordinal(day))
        who, actor = self.ids[a], f"key:{name}"
        done = self.world.receipts.claim(self.program_id, receipt, who, actor, self.world.now)
        return {"result": done.result, "points": done.points}

    def _model_receipt(self, _: str, order: int, amount: int, day: int, a: int) -> Any:
        when = date.fromordinal(day)
        return self.model.receipt(str(order), amount, when, self.ids[a], self.world.now)

    def _real_link(self, customer: int, a: int) -> Any:
        customers = Customers(self.world.books)
        customers.link(self.program_id, self.ids[a], "till", f"C{customer}", "anna", self.world.now)
        return {"outcome": "linked"}

    def _model_link(self, customer: int, a: int) -> Any:
        return self.model.link(f"customer:till:C{customer}", self.ids[a])

    def _real_move_in(self, row: int, a: int, pot: str, *had: int) -> Any:
        fact = FactWrite(self.program_id, "import", "old", str(row), str(row))
        points, spend, visits = had
        command = MoveIn(f"import#old#{row}", "import:1", ((pot, 0, points),), spend, visits)
        books, who = self.world.books, self.ids[a]
        return books.once(fact, self.program_id, who, lambda _: command, self.world.now).body

    def _model_move_in(self, row: int, a: int, pot: str, *had: int) -> Any:
        return self.model.move_in(str(row), self.ids[a], pot, had, self.world.now)

    def _real_enrol(self, name: str, bringer: int | None) -> Any:
        application = applied(name, None if bringer is None else self.codes[bringer])
        world, program = self.world, self.program_id
        card = world.enrolment.enrol(program, application, world.now, name, "key:till")
        if card.member_id not in self.ids:
            self.ids.append(card.member_id)
            self.codes.append(card.card_code)
        return {"outcome": "enrolled"}

    def _model_enrol(self, _: str, bringer: int | None) -> Any:
        who = None if bringer is None else self.ids[bringer]
        return self.model.enrol(self.ids[-1], who, self.world.now)
