"""Drive the real use cases and the naive model through the same random story, side by side.

A story is a list of steps of plain numbers, so that any step can be left out and the rest still
means something: that is how a failing story is made short.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from loyalty.core.order import BASKET, Line, Part
from tests.support import mechanics
from tests.support.drive_people import People
from tests.support.drive_sides import Different

if TYPE_CHECKING:
    from collections.abc import Callable


Step = tuple[int, ...]
STARTS = (
    datetime(2026, 1, 30, 18, 30, tzinfo=UTC),
    datetime(2026, 3, 28, 22, 55, tzinfo=UTC),
    datetime(2026, 10, 24, 21, 58, tzinfo=UTC),
    datetime(2026, 12, 31, 22, 30, tzinfo=UTC),
    datetime(2028, 2, 28, 12, 0, tzinfo=UTC),
)
WAITS = (
    *(timedelta(seconds=n) for n in (0.000001, 1, 59, 120, 300, 300, 960, 3600, 7200)),
    *(timedelta(days=n) for n in (0.3, 0.5, 1, 1, 2, 3, 7, 14, 27, 31, 62, 130, 400)),
)
MENU_ORDERS = 3
MENU = (("latte", "coffee", 180), ("cake", "cake", 250), ("card", "gift_card", 500))
NUMBERS = 9
LENGTH = 40


class Story(People):
    """One story under way."""

    # The steps

    def step(self, step: Step) -> None:
        kind, a, b, c, d, e, f, g, h = step
        self.touched = {a % self.many}
        deeds: tuple[tuple[int, Callable[..., None]], ...] = (
            (30, self._report),
            (12, self._spend),
            (12, self._hold),
            (3, self._end_hold),
            (4, self._undo),
            (14, self._wait),
            (8, self._again),
            (7, self._staff),
            (3, self._transfer),
            (2, self._claim),
            (3, self._program),
            (2, self._restart),
            (3, self._pause),
            (4, self._move),
            (1, self._forget),
            (1, self._part),
            (1, self._night),
            (2, self._receipt),
            (2, self._link),
            (1, self._move_in),
            (1, self._enrol),
            (8, self._code),
            (9, self._promised),
        )
        at = kind % sum(weight for weight, _ in deeds)
        for weight, deed in deeds:
            if at < weight:
                deed(a, b, c, d, e, f, g, h)
                break
            at -= weight
        self._compare(sorted(self.touched))

    def _report(self, a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int) -> None:  # noqa: PLR0917
        order = b % 5
        member: int | None = a % self.many
        if f % 8:
            member = order % self.many
        if f % 11 == 0:
            # Nobody is named, or a customer of the till.
            member = None if f % 2 else -1 - a % 2
        key = (BASKET, BASKET, BASKET, "payment:1", "payment:2", "refund:1", "refund:2")[c % 7]
        version = 1 + d % 6
        parts: tuple[Part, ...] = (made_up(key, version=version, status=e, content=g),)
        if key == BASKET and order % 2 and version > 2:
            # A basket that lists its refunds; its total may have been lowered by them or not.
            parts += (made_up("refund:1", version=1 + d % 2, status=0, content=h),)
            parts += (made_up("refund:3", version=1, status=0, content=g // 4),) * (version > 4)
            back = sum(one.total for one in parts[1:])
            if g % 8 and parts[0].total >= back:
                parts = (replace(parts[0], total=parts[0].total - back), *parts[1:])
        late = (0, 0, 0, 0, -600, 3600, 86400 * 3, 86400 * 45)[h % 8]
        occurred = self.world.now - timedelta(seconds=late)
        self._call("report", (order, parts, member, occurred), fault=h)
        if d % 5 == 0:
            again = self._real_report(order, parts, member, occurred)
            if again["result"] != "unchanged":
                raise Different(f"the same report at once once more: {again}")

    def _promised(self, a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int) -> None:  # noqa: PLR0917
        """Let a campaign promise somebody something; often they buy something soon."""
        self._promise(a, b, c, d, e, f, g, h)
        if f % 3:
            order = next((one for one in range(5) if one % self.many == a % self.many), b)
            self._report(a, order, 0, d, 0, 1, g, h)

    def _spend(self, a: int, b: int, c: int, d: int, e: int, *rest: int) -> None:
        member, price = self._wish(a, b, c, d)
        order = (member, member + MENU_ORDERS, e % 5)[e % 3] if e % 2 else None
        self._call("spend", (f"r{len(self.calls)}", member, price, order), fault=rest[-1])

    def _hold(self, a: int, b: int, c: int, d: int, *rest: int) -> None:
        if self._open_holds() and a % 4:
            self._end_hold(a, b, c, d, *rest)
            return
        member, price = self._wish(a, b, c, d)
        self._call("hold", (f"h{len(self.calls)}", member, price), fault=rest[-1])

    def _wish(self, a: int, b: int, c: int, d: int) -> tuple[int, tuple[str | None, int, int]]:
        """Return who wants to spend, mostly somebody who can, and what: a reward, or money."""
        rich = [
            number
            for number, member in enumerate(self.ids)
            if any(
                self.model.purses[member].available(pot.id) > 2 for pot in self.model.program.pots
            )
        ]
        member = rich[a % len(rich)] if rich and b % 8 else a % self.many
        self.touched.add(member)
        rewards = [reward.id for reward in self.model.program.rewards]
        if b % 3 == 0 and (self.model.program.points_as_money or b % 5 == 0):
            return member, (None, c % 12, d % 900)
        return member, (
            ("small", "large")[c % 2] if b % 9 == 0 else rewards[c % len(rewards)],
            0,
            0,
        )

    def _open_holds(self) -> list[tuple[str, int]]:
        return [
            (name, number)
            for number, member in enumerate(self.ids)
            for name in self.model.purses[member].deadlines
        ]

    def _end_hold(self, a: int, b: int, c: int, d: int, e: int, *rest: int) -> None:
        holds = self._open_holds()
        if not holds or c % 7 == 0:
            asked = [arguments for name, arguments in self.calls if name == "hold"]
            holds = [(name, member) for name, member, _ in asked] or [("none", a % self.many)]
        name, member = holds[b % len(holds)]
        if c % 9 == 0:
            member = a % self.many
        self.touched |= {member}
        if d % 3 == 0:
            self._call("release", (name, member), fault=rest[-1])
        else:
            points = d % 12 if d % 2 else None
            order = (member, member + MENU_ORDERS, e % 5)[e % 3] if e % 2 else None
            self._call("capture", (name, member, points, order), fault=rest[-1])

    def _undo(self, a: int, b: int, c: int, *rest: int) -> None:
        done = [key[1] for key, (_, body) in self.model.answers.items() if "_" in body]
        spent = [
            arguments
            for name, arguments in self.calls
            if name == "spend" and (arguments[0] in done or b % 6 == 0)
        ]
        name, member, *_ = spent[b % len(spent)] if spent else ("none", a % self.many)
        if c % 9 == 0:
            member = a % self.many
        self.touched |= {member}
        # Also by the redemption's name alone, without the card.
        self._call("undo", (name, None if c % 5 == 0 else member), fault=rest[-1])

    def _code(self, a: int, b: int, c: int, d: int, e: int, *rest: int) -> None:
        """Use a code, or undo that."""
        used = [arguments for name, arguments in self.calls if name == "use_code"]
        if used and b % 4 == 0:
            name, member, *_ = used[c % len(used)]
            self.touched |= {member}
            self._call("undo_code", (name,), fault=rest[-1])
            return
        member = a % self.many
        typed = ("word", "less", "less", "once 1", "once 2")[c % 5]
        order = (member, member + MENU_ORDERS, e % 5)[e % 3] if e % 2 else None
        bill = d % 900 if d % 8 else 0
        self._call("use_code", (f"c{len(self.calls)}", member, typed, bill, order), fault=rest[-1])

    def _staff(self, a: int, b: int, c: int, d: int, *rest: int) -> None:
        kind = ("give", "adjust")[b % 2]
        points = 1 + c % 45
        if kind == "adjust" and d % 2:
            points = -points
        pots = self.model.program.pots
        values = [(pots[d % len(pots)].id, points)]
        if c % 3 == 0 and len(pots) > 1:
            # Of another pot too, the other way round where that can be.
            more = 1 + b % 7
            values.append((pots[(d + 1) % len(pots)].id, -more if points < 0 or d % 5 else more))
            if kind == "give":
                values[1] = values[1][0], more
        name = f"s{len(self.calls)}"
        self._call("staff", (kind, name, "anna", a % self.many, *values), fault=rest[-1])

    def _transfer(self, a: int, b: int, c: int, d: int, *rest: int) -> None:
        pot = self.model.program.pots[d % len(self.model.program.pots)].id
        name = f"t{len(self.calls)}"
        self.touched |= {b % self.many}
        self._call(
            "transfer",
            (name, "anna", a % self.many, b % self.many, pot, 1 + c % 10),
            fault=rest[-1],
        )

    def _pause(self, a: int, b: int, c: int, *rest: int) -> None:
        kind = ("pause", "resume", "resume")[b % 3]
        self._call("pause", (kind, f"p{len(self.calls)}", "otto", a % self.many), fault=rest[-1])

    def _move(self, a: int, b: int, c: int, *rest: int) -> None:
        """Give a sale to somebody else, mostly one that there is."""
        self.touched |= set(range(self.many))
        order = b % 5
        self._call("move", (f"v{len(self.calls)}", "otto", order, a % self.many), fault=rest[-1])

    def _forget(self, a: int, b: int, *rest: int) -> None:
        self.touched |= set(range(self.many))
        self._call("forget", (f"f{len(self.calls)}", "otto", b % 5), fault=rest[-1])

    def _part(self, a: int, b: int, c: int, *rest: int) -> None:
        """Merge, erase or leave: an end for somebody, so it is rare."""
        self.touched |= set(range(self.many))
        if c % 3 == 2:
            self._call("leave", (f"l{b % 50}", "otto", a % self.many, b % 2 > 0), fault=rest[-1])
        elif c % 3:
            self._call(
                "merge",
                (f"m{b % 50}", "anna", a % self.many, b % self.many),
                fault=rest[-1],
            )
        else:
            self._call("erase", (f"e{b % 50}", "anna", a % self.many), fault=rest[-1])

    def _claim(self, a: int, b: int, *rest: int) -> None:
        self._call("claim", (b % 5, a % self.many), fault=rest[-1])

    def _wait(self, a: int, b: int, c: int, *_: int) -> None:
        if c % 6 == 0:
            # To the very second, or a moment before it, at which something comes due.
            account = self._account(a % self.many)
            if account is not None:
                due = [pot.lots[0][0] for pot in account.pots.values() if pot.lots]
                due += [pot.pending[0][0] for pot in account.pots.values() if pot.pending]
                due += [hold.deadline for hold in account.holds.values()]
                ahead = [at for at in due if self.world.now.timestamp() < at < 4 * 10**9]
                if ahead:
                    moment = timedelta(microseconds=b % 2)
                    self.world.now = datetime.fromtimestamp(min(ahead), UTC) - moment
        else:
            self.world.now += WAITS[b % len(WAITS)]

    def _again(self, a: int, b: int, c: int, *rest: int) -> None:
        """Say something a second time, as it was, or with something else under the same id."""
        if not self.calls:
            return
        name, arguments = self.calls[b % len(self.calls)]
        if c % 4 == 0 and name not in {"report", "claim", "receipt", "link", "leave", "undo_code"}:
            place = (
                3
                if name in {"staff", "pause", "move"}
                else 2
                if name in {"transfer", "merge", "erase", "forget"}
                else 1
            )
            changed = list(arguments)
            changed[place] = a % self.many
            arguments = tuple(changed)
        self.touched |= {one for one in arguments if isinstance(one, int) and 0 <= one < self.many}
        self._call(name, arguments, fault=rest[-1], note=False)

    def _program(self, *_: int) -> None:
        now = self.model.program
        text = self.stage.second if now.version % 2 else self.stage.program
        stored = self.world.programs.put(replace(text, version=1, card_version=1))
        self.world.restart()
        # What came due until now came due by the rules until now.
        self.model.program = self.model.programs[stored.version] = stored
        self.model.since[stored.version] = self.world.now

    def _night(self, *_: int) -> None:
        """Settle the idle: nothing that anybody can see depends on it."""
        self.touched |= set(range(self.many))
        if faults := [fault for page in self.world.night(1) for fault in page.faults]:
            raise Different("; ".join(faults))

    def _restart(self, *_: int) -> None:
        self.world.restart()
        self._sound()


def made_up(key: str, *, version: int, status: int, content: int) -> Part:
    states = ("completed",) * 5 + ("open", "refunded", "cancelled")
    lines = tuple(
        Line(item, category, 1000 * quantity, price * quantity)
        for index, (item, category, price) in enumerate(MENU)
        if (quantity := content // 3**index % 3) and key != "payment:1"
    )
    if content % 17 == 0:
        lines = tuple(replace(line, amount=0) for line in lines[:1]) + lines[1:]
    if content % 19 == 0:
        lines = tuple(replace(line, item="") for line in lines)
    if content % 5 == 0:
        lines = ()
    goods = sum(line.amount for line in lines)
    tip = content % 4 * 25
    total = goods + tip if lines else content % 1300
    refunded = total // 3 if key != BASKET and content % 7 == 0 else 0
    if key == BASKET and content % 13 == 0:
        refunded = total // 4
    if key.startswith("refund:"):
        # Of what its lines say, of half of that, or of more.
        refunded, total = 0, (total // 2, total, goods + 40)[content % 3]
    return Part(
        key=key,
        version=version,
        status=states[status % len(states)],  # type: ignore[arg-type]
        total=total,
        refunded=refunded,
        tax=total // 6 if content % 3 == 0 else 0,
        tip=tip if lines else 0,
        discount=content % 90,
        points_paid=min(total, content % 200) if content % 6 == 0 else 0,
        lines=lines,
        by_gift_card=key == "payment:2" and content % 5 == 1,
    )


def write(seed: int) -> tuple[str, datetime, list[Step]]:
    """Make a story up: program, beginning, steps."""
    chance = random.Random(seed)
    steps = [tuple(chance.randrange(1 << 16) for _ in range(NUMBERS)) for _ in range(LENGTH)]
    return mechanics.NAMES[seed % len(mechanics.NAMES)], chance.choice(STARTS), steps


def play(name: str, start: datetime, steps: list[Step]) -> None:
    """Act a story out; raises where system and model part."""
    story = Story(name)
    story.world.now = start
    for step in steps:
        story.step(step)
    story.end()


def shorten(name: str, start: datetime, steps: list[Step]) -> tuple[list[Step], str]:
    """Leave out steps as long as the story still fails; return it and how it fails."""
    told = "does not fail any more"
    size = len(steps)
    while size:
        size //= 2
        at = 0
        while at < len(steps):
            fewer = steps[:at] + steps[at + max(size, 1) :]
            try:
                play(name, start, fewer)
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is what we look for
                steps, told = fewer, f"{type(fault).__name__}: {fault}"
            else:
                at += max(size, 1)
    return steps, told


def run(seed: int, stories: int) -> int:
    """Act out so many stories; return the number of steps. A failing one is told short."""
    for number in range(seed, seed + stories):
        name, start, steps = write(number)
        try:
            play(name, start, steps)
        except Exception as fault:
            fewer, told = steps, f"{type(fault).__name__}: {fault}"
            with suppress(Exception):
                fewer, told = shorten(name, start, steps)
            lines = "\n".join(f"    {step}," for step in fewer)
            message = f"seed {number}: program {name!r} from {start}, {len(fewer)} steps:\n{lines}"
            raise Different(f"{message}\n{told}") from fault
    return stories * LENGTH
