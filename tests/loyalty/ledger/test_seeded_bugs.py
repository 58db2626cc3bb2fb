"""Negative controls: bugs that somebody might make, each caught by the suite named beside it."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from loyalty.core import (
    bill,
    calendar,
    caps,
    decide,
    double,
    earning,
    inactivity,
    limits,
    personal,
    tier_review,
)
from loyalty.core import settle as settling
from loyalty.core.account import Account
from loyalty.core.decide import grants as decide_grants
from loyalty.core.decide import order as decide_order
from loyalty.core.draft import Decision, Draft
from loyalty.core.order import Order, Part, Posted
from loyalty.ledger import deeds, nightly
from loyalty.ledger.buyers import matches
from loyalty.ledger.order_acts import OrderActs
from loyalty.ledger.sales import Sales
from loyalty.ledger.spending import Spending
from loyalty.store import commit
from loyalty.store.commit import Change, Moved
from loyalty.store.program_versions import Programs
from loyalty.store.tables import Cancelled, OutcomeUnknown
from tests.loyalty.core import test_caps
from tests.loyalty.ledger import (
    test_confluence,
    test_crash_points,
    test_hostile,
    test_time,
    test_worth,
)
from tests.support import mechanics
from tests.support.drive import play, write

if TYPE_CHECKING:
    from collections.abc import Callable

# Each line is covered by other suites, too; tracing would double the time.
pytestmark = pytest.mark.no_cover

Patch = pytest.MonkeyPatch
STORIES = 250


def everywhere(patch: Patch, old: Any, new: Any) -> None:
    """Replace a function in every module of the business that has imported it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("loyalty."):
            for attribute, value in list(vars(module).items()):
                if value is old:
                    patch.setattr(module, attribute, new)


# The suites


def stories(program: str) -> None:
    """``test_stateful``: stories of one program, until one ends otherwise than the model's."""
    number = mechanics.NAMES.index(program)
    for seed in range(number, number + STORIES * len(mechanics.NAMES), len(mechanics.NAMES)):
        play(*write(seed))


def crashes(operation: Callable[..., Any]) -> None:
    test_crash_points.test_every_fault_at_every_call(operation)


def confluence(name: str, *, spent: bool = False) -> None:
    test_confluence.begun.cache_clear()
    test_confluence.test_every_arrival_with_every_repeat_ends_the_same(name, spent)


# The bugs


def drop_the_fence(patch: Patch) -> None:
    patch.setattr(commit, "Absent", lambda: None)


def take_the_unknown_for_done(patch: Patch) -> None:
    def careless(tables: Any, writes: Any) -> None:
        with suppress(OutcomeUnknown):
            tables.write(*writes)

    patch.setattr(commit, "_write", careless)


def decline_before_looking_for_the_fact(patch: Patch) -> None:
    right = commit.commit_fact

    def wrong(*arguments: Any, changes: Any, **options: Any) -> None:
        changes = list(changes)
        if any(change.decision.entry for change in changes):
            right(*arguments, changes=changes, **options)

    patch.setattr(commit, "commit_fact", wrong)


def judge_the_last_reason_first(patch: Patch) -> None:
    def wrong(tables: Any, writes: Any) -> None:
        try:
            tables.write(*writes)
        except (Cancelled, OutcomeUnknown) as fault:
            raise Moved from fault

    patch.setattr(commit, "_write", wrong)


def expire_a_second_late(patch: Patch) -> None:
    right = settling.settle

    def wrong(draft: Draft) -> None:
        now, draft.now = draft.now, draft.now - timedelta(seconds=1)
        right(draft)
        draft.now = now

    everywhere(patch, right, wrong)


def skip_settle(patch: Patch) -> None:
    everywhere(patch, settling.settle, lambda _: None)


def never_post(patch: Patch, measure: str, cause: str | None = None) -> None:
    right = Draft.post

    def wrong(self: Draft, why: Any, pot: str, what: Any, *rest: Any, **more: Any) -> None:
        if what != measure or (cause and why != cause):
            right(self, why, pot, what, *rest, **more)

    patch.setattr(Draft, "post", wrong)


def spend_the_latest_lot_first(patch: Patch) -> None:
    def wrong(self: Draft, cause: Any, pot: str, points: int) -> Any:
        taken = []
        for bucket, amount in reversed(self.account.pot(pot).lots):
            part = min(amount, points)
            self.post(cause, pot, "lot", -part, bucket)
            taken += [(bucket, part)] if part else []
            points -= part
        return tuple(sorted(taken))

    patch.setattr(Draft, "spend", wrong)


def ignore_the_debt(patch: Patch) -> None:
    def wrong(self: Draft, cause: Any, pot: str, points: int, bucket: int) -> None:
        self.post(cause, pot, "lot", points, bucket)

    patch.setattr(Draft, "credit", wrong)


def lose_what_a_lapsed_hold_held(patch: Patch) -> None:
    def wrong(draft: Draft, name: str) -> None:
        hold = draft.account.holds[name]
        for pot, bucket, amount in hold.lots:
            draft.post("release", pot, "held", -amount, bucket, ref=name)
        for limit, number in hold.room:
            draft.post("release", "", "room", -1, at=number, ref=f"{name}#{limit}")
        draft.post("release", "", "hold", -hold.deadline, ref=name)

    patch.setattr(settling, "let_go", wrong)


def forget_the_frozen_context(patch: Patch) -> None:
    right = decide_order.record_order

    def wrong(draft: Draft, command: Any) -> Any:
        return right(draft, replace(command, order=replace(command.order, context=None)))

    patch.setitem(decide._DECIDERS, decide_order.RecordOrder, wrong)


def leave_the_caps_uncounted(patch: Patch) -> None:
    patch.setattr(caps, "count", lambda *arguments: arguments[4])


def forget_the_cap_of_the_longer_period(patch: Patch) -> None:
    right = caps.chain
    everywhere(patch, right, lambda *arguments: right(*arguments)[:1])


def scale_all_parts_together(patch: Patch) -> None:
    right = bill.returned

    def wrong(lines: Any, refunds: Any) -> Any:
        return {key: {} for key in right(lines, refunds)}

    everywhere(patch, right, wrong)


def count_items_that_points_paid(patch: Patch) -> None:
    patch.setattr(bill.Bill, "paid_in_money", Fraction(1))


def subtract_a_refund_twice(patch: Patch) -> None:
    patch.setattr(Order, "_taken_off", lambda _: ())


def take_the_instant_of_the_first_report(patch: Patch) -> None:
    patch.setattr(Order, "instant", lambda self, _: self.occurred_at)


def leave_value_in_its_old_lot(patch: Patch) -> None:
    patch.setattr(decide_order, "_rehome", lambda *_: None)


def keep_the_level_of_what_was_paid_back(patch: Patch) -> None:
    patch.setattr(tier_review, "undo", lambda *_: None)


def forget_the_bill(patch: Patch) -> None:
    patch.setattr(decide_order, "_stays", lambda order, *_: order.kept)


def swallow_a_double(patch: Patch) -> None:
    everywhere(patch, double.apart, lambda *_: None)


def count_no_earning_orders(patch: Patch) -> None:
    patch.setattr(limits, "count_order", lambda *_: None)


def skip_the_review(patch: Patch) -> None:
    patch.setattr(tier_review, "review", lambda *_: None)


def let_the_last_report_win(patch: Patch) -> None:
    patch.setattr(Part, "replaces", lambda *_: True)


def add_reports_up(patch: Patch) -> None:
    from loyalty.core import order  # noqa: PLC0415
    from loyalty.ledger import sales as orders  # noqa: PLC0415

    def wrong(head: Any, *parts: Part, **options: Any) -> Any:
        named = [replace(part, key=f"{part.key}:{part.version}") for part in parts]
        return order.merge(head, *named, **options)

    patch.setattr(orders, "merge", wrong)


def take_nothing_back(patch: Patch) -> None:
    patch.setattr(decide_order, "take_back", lambda *_: 0)


def keep_winter_time(patch: Patch) -> None:
    right = calendar.local

    def wrong(instant: Any, zone: str) -> Any:
        return instant.astimezone(right(instant.replace(month=1, day=1), zone).tzinfo) - (
            right(instant, zone).dst() or timedelta(0)
        )

    everywhere(patch, right, wrong)


def give_back_without_noting_it(patch: Patch) -> None:
    right = decide_order._return_spent

    def wrong(draft: Any, program: Any, order: Any, spent: Any) -> Any:
        right(draft, program, order, spent)
        return spent

    patch.setattr(decide_order, "_return_spent", wrong)


def count_no_gifts(patch: Patch) -> None:
    patch.setattr(deeds, "within_limits", lambda *_: [])


def move_a_sale_and_leave_it(patch: Patch) -> None:
    def wrong(_: OrderActs, order: Any, owner: Any, *__: Any) -> Change:
        answer = {"points": 0, "balance": 0}
        return Change(owner, Decision(owner, None, answer, order=order))

    patch.setattr(OrderActs, "_take", wrong)


def forget_where_a_sale_was(patch: Patch) -> None:
    right = OrderActs._moved

    def wrong(self: OrderActs, act: Any, fact: Any, order: Any, *rest: Any) -> Any:
        return right(self, act, fact, replace(order, posted=Posted()), *rest)

    patch.setattr(OrderActs, "_moved", wrong)


def let_the_paused_spend(patch: Patch) -> None:
    patch.setattr(decide, "_earns_or_spends", lambda _: False)


def spend_what_is_pending(patch: Patch) -> None:
    def wrong(self: Draft, cause: Any, pot: str, points: int, granted: Any) -> None:
        self.credit(cause, pot, points, self.home(pot, granted)[1])

    patch.setattr(Draft, "grant", wrong)


def undo_for_anybody(patch: Patch) -> None:
    patch.setattr(Spending, "_spent_by", lambda self, _, member, done: "lots" in done and member)


def count_by_the_present_program(patch: Patch) -> None:
    for name in ("version", "in_force"):
        patch.setattr(Programs, name, lambda self, program, _: self.current(program))


def let_the_gone_go_on_earning(patch: Patch) -> None:
    def wrong(self: Sales, order: Any, *asked: Any) -> Any:
        found = matches(self._books, order.key.program, order.hints, *asked)
        member = order.member or next(found, None)
        account = self._books.account(order.key.program, member) if member else None
        return replace(order, member=member), account

    patch.setattr(Sales, "_buyer", wrong)


def let_merging_end_the_wait(patch: Patch) -> None:
    right = decide_grants.receive

    def wrong(draft: Draft, command: Any) -> Any:
        lots = tuple((pot, 0, bucket, amount) for pot, _, bucket, amount in command.lots)
        return right(draft, replace(command, lots=lots))

    patch.setitem(decide._DECIDERS, decide_grants.Receive, wrong)


def reward_friends_for_ever(patch: Patch) -> None:
    right = Account.count

    def wrong(self: Account, counter: str, period: int) -> Any:
        found = right(self, counter, period)
        return 1 if counter == decide_order.BOUGHT and self.latest(counter) is not None else found

    patch.setattr(Account, "count", wrong)


def decide_a_referral_on_what_was(patch: Patch) -> None:
    right = commit._write

    def wrong(tables: Any, writes: Any) -> None:
        if writes[0].key.sk == "REFERRAL":
            head = tables.get(writes[0].key)
            writes = [replace(writes[0], condition=None), *writes[1:]] if not head else writes
            writes = [one for one in writes if not (one.key.sk == "REFERRAL" and head)]
        right(tables, writes)

    patch.setattr(commit, "_write", wrong)


def undo_without_giving_room_back(patch: Patch) -> None:
    right = limits.count_redemption

    def wrong(draft: Draft, cause: Any, *rest: Any) -> None:
        if cause != "return":
            right(draft, cause, *rest)

    patch.setattr(limits, "count_redemption", wrong)


def forget_who_was_merged(patch: Patch) -> None:
    right = Account.__init__

    def wrong(self: Account, *arguments: Any, **options: Any) -> None:
        right(self, *arguments, **{**options, "successor": ""})

    patch.setattr(Account, "__init__", wrong)


def give_value_no_beginning(patch: Patch) -> None:
    patch.setattr(inactivity, "begin", lambda *_: None)


def begin_days_late(patch: Patch) -> None:
    def wrong(day: date, zone: str) -> int:
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        return int(max(midnight.timestamp(), midnight.replace(fold=1).timestamp()))

    patch.setattr(calendar, "_start", wrong)
    for remembered in (calendar.month_start, calendar.day_start):
        everywhere(patch, remembered, remembered.__wrapped__)


def count_hours_of_greenwich(patch: Patch) -> None:
    right = calendar.period

    def wrong(instant: datetime, zone: str, length: Any) -> int:
        return right(instant, "UTC" if length == "hour" else zone, length)

    everywhere(patch, right, wrong)


def settle_under_one_name(patch: Patch) -> None:
    patch.setattr(nightly, "_settling", lambda _: decide.Settle("settle#1", "nightly"))


def count_a_promotion_for_any_number(patch: Patch) -> None:
    everywhere(patch, personal.has_uses, lambda _: True)


def leave_a_promotion_used_after_a_refund(patch: Patch) -> None:
    right = Draft.post

    def wrong(
        self: Draft, cause: Any, pot: Any, measure: Any, amount: Any, *at: Any, **how: Any
    ) -> Any:
        if measure == "applied":
            amount = max(0, amount)
        return right(self, cause, pot, measure, amount, *at, **how)

    patch.setattr(Draft, "post", wrong)


def forget_what_an_order_was_counted_with(patch: Patch) -> None:
    right = personal.applying
    patch.setattr(personal, "applying", lambda account, _, *rest: right(account, (), *rest))


def give_a_bonus_once_whatever_was_bought(patch: Patch) -> None:
    right = earning._extra

    def wrong(promotion: Any, *rest: Any) -> Fraction:
        return right(replace(promotion, per="order"), *rest)

    patch.setattr(earning, "_extra", wrong)


BUGS: dict[str, tuple[Callable[[Patch], None], Callable[[], None]]] = {
    "promotions without an end of uses: stories": (
        count_a_promotion_for_any_number,
        partial(stories, "ladder"),
    ),
    "a refund leaves a promotion used: stories": (
        leave_a_promotion_used_after_a_refund,
        partial(stories, "pending"),
    ),
    "a promotion is forgotten by its orders: stories": (
        forget_what_an_order_was_counted_with,
        partial(stories, "points"),
    ),
    "a bonus by items is given once: stories": (
        give_a_bonus_once_whatever_was_bought,
        partial(stories, "stamps"),
    ),
    "drop the fence: crash points": (
        drop_the_fence,
        partial(crashes, test_crash_points.redeem),
    ),
    "take an unknown outcome for done: crash points": (
        take_the_unknown_for_done,
        partial(crashes, test_crash_points.hold),
    ),
    "look at the balance before the fact: stories": (
        decline_before_looking_for_the_fact,
        partial(stories, "points"),
    ),
    "swap the reason order: crash points": (
        judge_the_last_reason_first,
        partial(crashes, test_crash_points.redeem),
    ),
    "expire a second late: stories": (expire_a_second_late, partial(stories, "points")),
    "expire a second late: hostile A08": (
        expire_a_second_late,
        partial(
            test_hostile.test_a08_value_is_good_until_its_last_moment, timedelta(0), "declined"
        ),
    ),
    "scale all parts together: stories": (scale_all_parts_together, partial(stories, "points")),
    "count items that points paid: stories": (
        count_items_that_points_paid,
        partial(stories, "stamps"),
    ),
    "subtract a refund twice: stories": (subtract_a_refund_twice, partial(stories, "points")),
    "take the instant of the first report: stories": (
        take_the_instant_of_the_first_report,
        partial(stories, "full"),
    ),
    "leave value in its old lot: stories": (
        leave_value_in_its_old_lot,
        partial(stories, "forgive"),
    ),
    "keep the level of what was paid back: stories": (
        keep_the_level_of_what_was_paid_back,
        partial(stories, "ladder"),
    ),
    "forget the bill: worth": (
        forget_the_bill,
        partial(
            test_worth.test_a_smaller_bill_gives_back_what_it_no_longer_needs,
            ((test_worth.THREE,), (test_worth.SMALLER,)),
            150,
            17,
            hold=False,
        ),
    ),
    "forget the cap of the longer period: caps": (
        forget_the_cap_of_the_longer_period,
        test_caps.test_a_week_lies_in_the_month_that_it_begins_in,
    ),
    "swallow a double: stories": (swallow_a_double, partial(stories, "points")),
    "skip settle: stories": (skip_settle, partial(stories, "forgive")),
    "forget the remainder: stories": (
        partial(never_post, measure="remainder"),
        partial(stories, "points"),
    ),
    "spend the latest lot first: stories": (
        spend_the_latest_lot_first,
        partial(stories, "points"),
    ),
    "ignore the debt: stories": (ignore_the_debt, partial(stories, "points")),
    "lose what a lapsed hold held: stories": (
        lose_what_a_lapsed_hold_held,
        partial(stories, "stamps"),
    ),
    "capture and give back as well: stories": (
        partial(never_post, measure="held", cause="capture"),
        partial(stories, "points"),
    ),
    "cap room not frozen: stories": (forget_the_frozen_context, partial(stories, "full")),
    "caps not counted: stories": (leave_the_caps_uncounted, partial(stories, "full")),
    "limits not counted: stories": (count_no_earning_orders, partial(stories, "full")),
    "skip the tier's review: stories": (skip_the_review, partial(stories, "ladder")),
    "let the last report win: confluence": (
        let_the_last_report_win,
        partial(confluence, "five versions"),
    ),
    "add reports up: stories": (add_reports_up, partial(stories, "points")),
    "a refund takes nothing back: stories": (take_nothing_back, partial(stories, "stamps")),
    "winter time all year: stories": (keep_winter_time, partial(stories, "full")),
    "give back twice: confluence": (
        give_back_without_noting_it,
        partial(confluence, "up to the full refund", spent=True),
    ),
    "staff's gifts not counted: stories": (count_no_gifts, partial(stories, "full")),
    "a moved sale stays, too: stories": (move_a_sale_and_leave_it, partial(stories, "points")),
    "a moved sale stays, too: crash points": (
        move_a_sale_and_leave_it,
        partial(crashes, test_crash_points.move),
    ),
    "a moved sale is given back twice: stories": (
        forget_where_a_sale_was,
        partial(stories, "points"),
    ),
    "the paused spend: stories": (let_the_paused_spend, partial(stories, "points")),
    "spend what is pending: stories": (spend_what_is_pending, partial(stories, "pending")),
    "undo for anybody: stories": (undo_for_anybody, partial(stories, "points")),
    "count by the present program: stories": (
        count_by_the_present_program,
        partial(stories, "points"),
    ),
    "the gone go on earning: stories": (let_the_gone_go_on_earning, partial(stories, "points")),
    "merging ends the wait: stories": (let_merging_end_the_wait, partial(stories, "pending")),
    "friends rewarded for ever: stories": (reward_friends_for_ever, partial(stories, "ladder")),
    "a referral's head not kept: crash points": (
        decide_a_referral_on_what_was,
        partial(crashes, test_crash_points.referral_taken_back),
    ),
    "undoing leaves the limit full: stories": (
        undo_without_giving_room_back,
        partial(stories, "full"),
    ),
    "a hold forgets where it counts: stories": (
        partial(never_post, measure="room"),
        partial(stories, "full"),
    ),
    "a gift has no beginning: stories": (give_value_no_beginning, partial(stories, "stamps")),
    "days begin with the second midnight: stories": (
        begin_days_late,
        partial(stories, "points"),
    ),
    "hours are those of Greenwich: limits": (
        count_hours_of_greenwich,
        partial(
            test_time.test_a_limit_per_hour_counts_the_hours_of_the_zone,
            *("Asia/Kolkata", (4, 31), (5, 1), "declined"),
        ),
    ),
    "settle under one name: stories": (settle_under_one_name, partial(stories, "stamps")),
    "forget who was merged: stories": (forget_who_was_merged, partial(stories, "forgive")),
}


@pytest.mark.parametrize("name", BUGS)
@pytest.mark.corrupts
def test_a_seeded_bug_is_caught(name: str, monkeypatch: Patch) -> None:
    seed, suite = BUGS[name]
    seed(monkeypatch)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - it may also fall over
        suite()
    # Falling over for want of an attribute would prove nothing.
    assert not isinstance(caught.value, NameError | AttributeError | TypeError), caught.value
