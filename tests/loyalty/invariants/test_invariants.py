"""Every invariant is reported when it is broken, and nothing is when none is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.card.drawing import card
from loyalty.card.view import Card, CardField
from loyalty.core import earning
from loyalty.core.account import Account, Hold, Posting, Pot, append, chain
from loyalty.core.member import Member
from loyalty.core.order import Context, Line, Order, OrderKey, Part, Posted, Spent
from loyalty.core.visible import Published, visible
from loyalty.invariants import order as invariants_order
from loyalty.invariants.account import apart, broken
from loyalty.invariants.card import broken_card
from loyalty.invariants.order import broken_order, broken_split, gains_in_parts, posted, split
from loyalty.invariants.program import Fact, broken_fact, broken_head, broken_program, outstanding
from loyalty.program.rules import Level, PotRule, Program, Tiers
from tests.support import deciding, mechanics
from tests.support.programs import programs

if TYPE_CHECKING:
    from loyalty.core.account import Cause, Entry
    from loyalty.program.rules import Texts

Book = tuple[Account, tuple["Entry", ...]]
NOW = int(datetime(2026, 5, 4, tzinfo=UTC).timestamp())
SOON, LATE, PAST = NOW + 1000, NOW + 2000, NOW - 1000


def book(*lines: tuple[Cause, list[Posting]], member: str = "m", **options: Any) -> Book:
    """Return an account made of these entries, numbered and chained as they should be."""
    account = Account(options.get("program", "coffee"), member)
    entries = []
    for number, (kind, postings) in enumerate(lines):
        entry = chain(
            account,
            kind=kind,
            at=NOW * 1_000_000,
            fact=f"{member}{number}",
            actor="test",
            program_version=1,
            postings=tuple(postings),
        )
        entries.append(entry)
        account = append(account, entry)
    return account, tuple(entries)


def lot(cause: Cause, amount: int, bucket: int = LATE) -> Posting:
    return Posting(cause, "points", "lot", amount, bucket)


def held(cause: Cause, amount: int, name: str = "h", bucket: int = LATE) -> Posting:
    return Posting(cause, "points", "held", amount, bucket, ref=name)


def debt(cause: Cause, amount: int) -> Posting:
    return Posting(cause, "points", "debt", amount)


def limit(cause: Cause, amount: int, name: str = "h") -> Posting:
    return Posting(cause, "", "hold", amount, ref=name)


EARNED: tuple[Cause, list[Posting]] = ("earn", [lot("earn", 10), lot("earn", 5, SOON)])
HELD: tuple[Cause, list[Posting]] = (
    "hold",
    [lot("hold", -5, SOON), held("hold", 5, bucket=SOON), limit("hold", SOON)],
)


def test_a_sound_account_is_sound() -> None:
    account, entries = book(
        EARNED,
        HELD,
        (
            "capture",
            [
                held("capture", -3, bucket=SOON),
                held("release", -2, bucket=SOON),
                lot("release", 2, SOON),
                limit("release", -SOON),
            ],
        ),
        ("redeem", [lot("redeem", -2, SOON), lot("redeem", -4)]),
        ("reverse", [lot("reverse", -6), debt("reverse", 4)]),
        ("gift", [debt("gift", -4), lot("gift", 1)]),
    )
    assert broken(account, entries) == ()
    assert broken_program("coffee", [(account, entries)]) == ()


WRONG: dict[str, tuple[str, Book]] = {
    "a debt made by spending": (
        "I3",
        book(EARNED, ("redeem", [lot("redeem", -5, SOON), debt("redeem", 3)])),
    ),
    "a lot below nothing": ("I2", book(EARNED, ("reverse", [lot("reverse", -11)]))),
    "a lot below nothing on the way": (
        "I2",
        book(EARNED, ("reverse", [lot("reverse", -11), lot("reverse", 1)])),
    ),
    "value while something is owed": ("I2", book(EARNED, ("reverse", [debt("reverse", 3)]))),
    "the later lot first": ("I6", book(EARNED, ("redeem", [lot("redeem", -5)]))),
    "expired value spent": (
        "I7",
        book(("earn", [lot("earn", 5, PAST)]), ("redeem", [lot("redeem", -5, PAST)])),
    ),
    "expired value left": ("I7", book(("earn", [lot("earn", 5, PAST)]))),
    "captured twice": (
        "I8",
        book(
            EARNED,
            HELD,
            ("capture", [held("capture", -5, bucket=SOON), limit("capture", -SOON)]),
            ("capture", [held("capture", -5, bucket=SOON)]),
        ),
    ),
    "held on after the end": ("I8", book(EARNED, HELD, ("release", [limit("release", -SOON)]))),
    "held again under one name": (
        "I8",
        book(
            EARNED,
            HELD,
            (
                "release",
                [
                    held("release", -5, bucket=SOON),
                    lot("release", 5, SOON),
                    limit("release", -SOON),
                ],
            ),
            HELD,
        ),
    ),
    "value out of nothing": ("I10", book(EARNED, ("redeem", [lot("redeem", 3)]))),
    "a gift that takes": ("I10", book(EARNED, ("gift", [lot("gift", -3)]))),
    "a hold that keeps": ("I10", book(EARNED, ("hold", [lot("hold", -5, SOON)]))),
    "an activation that loses": (
        "I10",
        book(
            ("earn", [Posting("earn", "points", "pending", 5, LATE, at=SOON)]),
            (
                "activate",
                [
                    Posting("activate", "points", "pending", -5, LATE, at=SOON),
                    lot("activate", 4),
                ],
            ),
        ),
    ),
    "value left behind": ("I10", book(EARNED, ("close", [lot("close", -10)]))),
    "a remainder of more than a point": (
        "I15",
        book(("earn", [Posting("earn", "points", "remainder", Fraction(4, 3))])),
    ),
    "visits below nothing": ("I15", book(("earn", [Posting("earn", "", "visits", -1)]))),
    "more than there can be": ("I15", book(("earn", [lot("earn", 10**12 + 1)]))),
    "a float": ("I15", book(("earn", [lot("earn", 1.0)]))),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_reported(name: str) -> None:
    number, (account, entries) = WRONG[name]
    faults = broken(account, entries)
    assert any(fault.startswith(f"{number}:") for fault in faults), faults
    assert not any(fault.startswith("I1:") for fault in faults)


def test_an_account_that_is_not_its_entries() -> None:
    account, entries = book(EARNED, HELD)
    more = {"points": Pot(lots=((LATE, 11),))}
    for wrong in (
        replace(account, pots=more),
        replace(account, seq=3),
        replace(account, head="0"),
        replace(account, spend=1),
        replace(account, holds={"h": Hold((("points", SOON, 5),), LATE)}),
    ):
        assert any(fault.startswith("I1") for fault in broken(wrong, entries))
    missing, doubled = (entries[1],), (entries[0], entries[0], entries[1])
    altered = (replace(entries[0], at=entries[0].at + 1), entries[1])
    unchained = (entries[0], replace(entries[1], previous="0"))
    for told in (missing, doubled, altered, unchained, (entries[0],)):
        assert any(fault.startswith("I1") for fault in broken(account, told))


def test_one_fact_with_two_entries() -> None:
    account, entries = book(EARNED, EARNED)
    twice = replace(entries[1], fact=entries[0].fact)
    assert any(fault.startswith("I4") for fault in broken(account, (entries[0], twice)))


def test_entries_of_somebody_else() -> None:
    account, _ = book(EARNED)
    _, foreign = book(EARNED, program="barber")
    assert any(fault.startswith("I13") for fault in broken(account, foreign))
    faults = broken_program("barber", [book(EARNED)])
    assert any(fault.startswith("I13") for fault in faults)
    merged = replace(account, closed=1, successor="nobody")
    assert any(fault.startswith("I13") for fault in broken_program("coffee", [(merged, ())]))


def test_what_leaves_one_account_arrives_at_another() -> None:
    giver = book(EARNED, ("transfer", [lot("transfer", -5, SOON)]), member="a")
    whole = book(("transfer", [lot("transfer", 5, SOON)]), member="b")
    half = book(("transfer", [lot("transfer", 4, SOON)]), member="b")
    assert broken_program("coffee", [giver, whole]) == ()
    faults = broken_program("coffee", [giver, half])
    assert any(fault.startswith("I10") for fault in faults)
    assert outstanding([giver, whole])["points"] == {"earn": 15, "transfer": 0, "outstanding": 15}


def test_more_is_undone_than_was_done() -> None:
    reversed_twice = book(EARNED, ("reverse", [lot("reverse", -15), debt("reverse", 15)]))
    returned = book(EARNED, ("redeem", [lot("redeem", -5, SOON)]), ("return", [lot("return", 6)]))
    for one in (reversed_twice, returned):
        assert any(fault.startswith("I5") for fault in broken_program("coffee", [one]))


def test_figures_that_are_not_those_of_the_orders() -> None:
    account, entries = book(
        ("earn", [Posting("earn", "", "spend", 700), Posting("earn", "", "visits", 1)])
    )
    now = datetime(2026, 5, 4, tzinfo=UTC)
    order = Order(
        OrderKey("coffee", "till", "1"), "USD", now, now, member="m", context=Context(1, now)
    )
    right = replace(order, posted=Posted({}, 700, 1))
    assert broken_program("coffee", [(account, entries)], [right]) == ()
    wrong = replace(order, posted=Posted({}, 800, 1))
    faults = broken_program("coffee", [(account, entries)], [wrong])
    assert any(fault.startswith("I4") for fault in faults)
    too_much = replace(right, spent=(Spent("points", ((LATE, 5),), 6),))
    faults = broken_program("coffee", [(account, entries)], [too_much])
    assert any(fault.startswith("I5") for fault in faults)
    other = book(EARNED, member="b")
    one_fact = [replace(entry, fact="order#till#1#1") for entry in (entries[0], other[1][0])]
    faults = broken_program("coffee", [(account, one_fact[:1]), (other[0], one_fact[1:])])
    assert any(fault.startswith("I4") for fault in faults)


def tiered(down: str) -> Program:
    name: Texts = {"en": "x", "ru": "x"}
    levels = (Level("a", name), Level("b", name, spend=100), Level("c", name, spend=500))
    tiers = Tiers(levels, window="calendar_year", down=down)  # type: ignore[arg-type]
    return replace(mechanics.versions("points")[0], tiers=tiers)


@pytest.mark.parametrize(
    ("down", "level", "sound"),
    [
        ("step", 1, True),
        ("step", 0, False),
        ("step", 2, False),
        ("step", 3, False),
        ("never", 2, True),
        ("never", 0, False),
    ],
)
def test_the_tier_is_what_the_figures_say(down: str, level: int, sound: bool) -> None:  # noqa: FBT001
    month = 2026 * 12 + 4
    postings = [
        Posting("earn", "", "spend", 200, at=month),
        Posting("tier", "", "level", level),
    ]
    account, entries = book(("earn", postings))
    faults = broken(account, entries, tiered(down))
    assert (not any(fault.startswith("I9") for fault in faults)) == sound
    # A higher tier may wait for its deadline.
    account, entries = book(("earn", [*postings, Posting("tier", "", "deadline", LATE)]))
    faults = broken(account, entries, tiered(down))
    assert any(fault.startswith("I9") for fault in faults) == (level in {0, 3})


def test_the_order_of_arrival_may_not_matter() -> None:
    one, _ = book(EARNED)
    other, _ = book(("earn", [lot("earn", 15)]))
    assert apart(one, one) == ()
    assert apart(one, replace(one, seq=9, head="x", revision=9, card_version=9)) == ()
    (told,) = apart(one, other)
    assert told.startswith("I11: pots")
    for change in ({"spend": 1}, {"visits": 1}, {"earned": 1}, {"referrals": 1}, {"closed": 1}):
        assert len(apart(one, replace(one, **change))) == 1  # type: ignore[arg-type]


KEY = OrderKey("coffee", "till", "1")
WHEN = datetime(2026, 5, 4, tzinfo=UTC)
CAKES = (Line("a", "cake", 1000, 333), Line("b", "coffee", 2000, 667))
RULES = deciding.program(
    earning=[deciding.per_amount(7, 300)],
    promotions=[{"id": "x", "name": {"en": "x"}, "pot": "points", "multiplier": 15_000}],
)
SALE = Order(
    KEY,
    "USD",
    WHEN,
    WHEN,
    parts=(Part("basket", 1, "completed", 1000, lines=CAKES),),
    member="m",
    context=Context(1, WHEN),
    posted=Posted({"points": Fraction(35)}, 1000, 1),
    revision=1,
    entry=1,
)
POSTED: tuple[Cause, list[Posting]] = (
    "earn",
    [
        lot("earn", 35),
        Posting("earn", "", "spend", 1000),
        Posting("earn", "", "visits", 1),
        Posting("activate", "points", "pending", 5, LATE, at=SOON),
        Posting("activate", "points", "lot", -5, LATE),
    ],
)


def of_the_order(*lines: tuple[Cause, list[Posting]]) -> tuple[Entry, ...]:
    _, entries = book(*lines)
    return tuple(
        replace(entry, fact=f"order#till#1#{number}") for number, entry in enumerate(entries, 1)
    )


def test_an_order_that_holds_what_it_is_worth_is_sound() -> None:
    entries = of_the_order(POSTED)
    foreign = replace(entries[0], fact="order#till#1#1#1")
    assert broken_order(SALE, RULES, (*entries, foreign)) == ()
    assert broken_order(SALE, None) == ()
    nobodys = replace(SALE, member=None, context=None, posted=Posted(), entry=0)
    assert broken_order(nobodys, None) == ()
    back = replace(
        SALE,
        parts=(Part("basket", 2, "refunded", 1000, lines=CAKES),),
        posted=Posted({"points": Fraction(4)}, 0, 0),
    )
    owing, forgiving = RULES, replace(RULES, debt="forgive")
    assert broken_order(back, forgiving) == ()
    assert any(fault.startswith("I11") for fault in broken_order(back, owing))


def test_an_order_of_a_cent_wholly_given_back_is_still_an_order() -> None:
    cent = (Part("basket", 1, "completed", 1),)
    whole = (Spent("points", ((LATE, 5),), 5),)
    head = replace(SALE, parts=cent, posted=Posted({"points": Fraction(7, 200)}, 1, 1), spent=whole)
    assert broken_order(head, RULES) == ()
    uncounted = replace(head, context=None, posted=Posted())
    assert len(broken_order(uncounted, RULES)) == 1
    assert len(broken_order(replace(head, posted=Posted(head.posted.units, 1, 0)), RULES)) == 1
    more = replace(head, spent=(Spent("points", ((LATE, 5),), 6),), posted=Posted({}, 1, 1))
    assert [fault[:3] for fault in broken_order(more, RULES)] == ["I5:", "I11"]
    less = replace(head, spent=(Spent("points", ((LATE, 5),), -1),))
    assert [fault[:3] for fault in broken_order(less, RULES)] == ["I5:"]


def test_a_point_may_be_forgiven_and_no_part_of_one() -> None:
    forgiving = replace(RULES, debt="forgive")
    for more, sound in ((1, True), (Fraction(1, 2), False), (-1, False), (0, True)):
        head = replace(SALE, posted=Posted({"points": 35 + Fraction(more)}, 1000, 1))
        assert (broken_order(head, forgiving) == ()) is sound, more
    nothing = replace(
        SALE, posted=replace(SALE.posted, units={**SALE.posted.units, "x": Fraction(0)})
    )
    assert broken_order(nothing, RULES, of_the_order(POSTED)) == ()


def test_what_else_an_entry_posted_is_not_the_orders() -> None:
    kind, lines = POSTED
    (entry,) = of_the_order((kind, [*lines[-2:], *lines[:-2]]))
    foreign = replace(entry, fact="order#till#2#1")
    assert posted(SALE, (foreign, entry)) == SALE.posted
    assert broken_order(SALE, RULES, (foreign, entry)) == ()


def test_a_fault_names_the_order_and_the_difference() -> None:
    head = replace(SALE, posted=Posted({"points": Fraction(36)}, 999, 1), member=None)
    assert broken_order(head, RULES) == (
        "I11: order till 1 counts and is nobody's",
        "I11: order till 1 has posted 1 more of pot 'points' than it is worth",
        "I11: order till 1 has other figures posted than it comes to",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"posted": Posted({"points": Fraction(36)}, 1000, 1)},
        {"posted": Posted({"points": Fraction(34)}, 1000, 1)},
        {"posted": Posted({}, 1000, 1)},
        {"posted": Posted({"points": Fraction(35), "stars": Fraction(1)}, 1000, 1)},
        {"posted": Posted({"points": Fraction(35)}, 999, 1)},
        {"posted": Posted({"points": Fraction(35)}, 1000, 0)},
        {"parts": (Part("basket", 1, "completed", 1001, lines=CAKES),)},
        {"member": None},
        {"context": None},
        {"context": None, "posted": Posted()},
        {"context": Context(1, WHEN, refused="limit")},
    ],
    ids=str,
)
def test_an_order_that_holds_something_else_is_reported(wrong: dict[str, Any]) -> None:
    faults = broken_order(replace(SALE, **wrong), RULES)
    assert faults
    assert all(fault.startswith("I11") for fault in faults), faults


@pytest.mark.parametrize(
    "more",
    [
        ("earn", [lot("earn", 1)]),
        ("reverse", [debt("reverse", 1)]),
        ("earn", [Posting("earn", "points", "remainder", Fraction(1, 3))]),
        ("earn", [Posting("earn", "points", "pending", 1, LATE, at=SOON)]),
        ("earn", [Posting("earn", "", "visits", 1)]),
        ("reverse", [Posting("reverse", "", "spend", -1)]),
    ],
    ids=str,
)
def test_entries_that_do_not_add_up_to_the_order_are_reported(
    more: tuple[Cause, list[Posting]],
) -> None:
    faults = broken_order(SALE, RULES, of_the_order(POSTED, more))
    assert len(faults) == 1
    assert faults[0].startswith("I11")
    assert broken_order(SALE, RULES, ())


def test_heads_facts_and_entries_name_each_other() -> None:
    entries = of_the_order(POSTED)
    assert broken_head(SALE, entries) == ()
    assert broken_head(replace(SALE, entry=0), ()) == ()
    assert broken_head(SALE, ())
    assert broken_head(SALE, (replace(entries[0], fact="order#till#2#1"),))
    giver = book(EARNED, ("transfer", [lot("transfer", -5, SOON)]), member="a")[1][1]
    half = book(("transfer", [lot("transfer", 4, SOON)]), member="b")[1][0]
    fact = Fact("transfer x", (("a", 2), ("b", 1)))
    whole = {
        ("a", 2): replace(giver, fact="transfer#x"),
        ("b", 1): replace(half, fact="transfer#x", postings=(lot("transfer", 5, SOON),)),
    }
    assert broken_fact(fact, whole) == ()
    cut = {**whole, ("b", 1): replace(half, fact="transfer#x")}
    assert [fault[:4] for fault in broken_fact(fact, cut)] == ["I10:"]
    other = {**whole, ("b", 1): replace(whole["b", 1], fact="transfer#y")}
    assert [fault[:3] for fault in broken_fact(fact, other)] == ["I4:"]
    assert [fault[:3] for fault in broken_fact(fact, {})] == ["I4:"]


def test_an_entry_that_no_fact_names_is_reported() -> None:
    account, entries = book(EARNED)
    gift = (replace(entries[0], fact="gift#k#1"),)
    named = [Fact("gift", (("m", 1),))]
    assert not [
        fault
        for fault in broken_program("coffee", [(account, gift)], facts=named)
        if fault.startswith("I4")
    ]
    faults = broken_program("coffee", [(account, gift)], facts=[])
    assert any(fault.startswith("I4") for fault in faults)


# Splitting


PLAIN: dict[str, Any] = {
    "pots": st.just((PotRule("points"),)),
    "caps": st.just(()),
    "limits": st.just(()),
}


@settings(max_examples=200, deadline=None)
@given(
    programs(**PLAIN) | programs(**PLAIN, promotions=st.just(())),
    st.lists(
        st.tuples(
            st.sampled_from(["coffee", "tea", "pastry", "gift_card"]),
            st.sampled_from(["flat white", "sencha", "cake"]),
            st.integers(0, 5000),
            st.integers(0, 99_999),
        ),
        min_size=1,
        max_size=6,
    ),
    st.tuples(*[st.integers(0, 999)] * 4),
    st.integers(0, 3),
)
def test_no_program_gives_more_for_parts_unless_it_says_so(
    program: Program,
    lines: list[tuple[str, str, int, int]],
    shares: tuple[int, int, int, int],
    level: int,
) -> None:
    told = tuple(Line(item, category, *rest) for category, item, *rest in lines)
    total = sum(line.amount for line in told)
    tax, tip, discount, points = (min(share, total) for share in shares)
    basket = Part("basket", 1, "completed", total, 0, tax, tip, discount, points, told)
    order = replace(SALE, parts=(basket,))
    assert broken_split(program, order, Context(1, WHEN, level)) == ()


def test_parts_of_an_order_add_up_to_it() -> None:
    more = (Line("x", "tea", 1000, 41), Line("y", "tea", 1000, 59))
    lines = (*CAKES, *more, Line("c", "gift_card", 1000, 500))
    basket = Part("basket", 1, "completed", 1600, 0, 101, 33, 52, 17, lines)
    parts = [part.parts[0] for part in split(replace(SALE, parts=(basket,)))]
    assert sum(part.total for part in parts) == 1600
    for name in ("tax", "tip", "discount", "points_paid"):
        assert sum(getattr(part, name) for part in parts) == getattr(basket, name)
    assert [part.lines for part in parts] == [(line,) for line in lines]
    assert parts[-1].total == 500


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (Part("basket", 1, "completed", 333, lines=CAKES[:1]),),
        (Part("basket", 1, "completed", 1000, refunded=1, lines=CAKES),),
        (Part("basket", 1, "completed", 400, lines=(*CAKES, Line("c", "gift_card", 1, 500))),),
        (*SALE.parts, Part("refund:a", 1, "completed", 10)),
        (*SALE.parts, Part("payment:a", 1, "completed", 10)),
    ],
    ids=str,
)
def test_what_is_no_whole_basket_is_not_split(parts: tuple[Part, ...]) -> None:
    assert split(replace(SALE, parts=parts)) == ()


def test_parts_that_gain_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    right = earning.worth

    def a_point_more(*arguments: Any) -> Any:
        found = right(*arguments)
        return replace(found, units={pot: units + 1 for pot, units in found.units.items()})

    assert broken_split(RULES, SALE, Context(1, WHEN)) == ()
    monkeypatch.setattr(invariants_order, "worth", a_point_more)
    (told,) = broken_split(RULES, SALE, Context(1, WHEN))
    assert told.startswith("I14")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"earning": [{"pot": "points", "points": 1, "per": "visit"}]}, "earning per visit"),
        (
            {"promotions": [{"id": "x", "name": {"en": "x"}, "pot": "points", "bonus": 3}]},
            "bonuses per order",
        ),
        (
            {"caps": [{"pot": "points", "period": "order", "points": 5}]},
            "caps that refuse a large order",
        ),
        (
            {
                "promotions": [
                    {"id": name, "name": {"en": "x"}, "pot": "points", "multiplier": 20_000}
                    for name in "ab"
                ]
            },
            "one promotion out of several for each order",
        ),
        (
            {
                "earning": [deciding.per_amount(minimum=5)],
                "promotions": [
                    {
                        "id": "x",
                        "name": {"en": "x"},
                        "pot": "points",
                        "multiplier": 20_000,
                        "only": {"items": ["a"]},
                    }
                ],
            },
            "promotions of some lines where lines earn differently",
        ),
    ],
)
def test_what_a_program_gives_for_parts_is_named(changes: dict[str, Any], named: str) -> None:
    program = deciding.program(**{"earning": [deciding.per_amount()], **changes})
    assert gains_in_parts(program) == (named,)
    assert gains_in_parts(RULES) == ()


# The card


def drawn(account: Account, program: Program) -> tuple[Account, Card]:
    shown = replace(account, shown=visible(program, account, WHEN).fingerprint)
    return shown, card(program, MEMBER, shown, WHEN)


MEMBER = Member(
    "coffee",
    "m",
    "s",
    "c",
    1,
    4,
    "Ann",
    None,
    None,
    "en",
    "1",
    None,
    datetime(2026, 1, 1, tzinfo=UTC),
)
STANDING = Account(
    "coffee", "m", card_version=7, pots={"points": Pot(((LATE, 5),))}, shown="", revision=3
)


def test_a_card_that_shows_its_account_is_sound() -> None:
    account, seen = drawn(STANDING, RULES)
    for published in (
        Published(7),
        Published(6, waiting=True, since=NOW),
        Published(None, waiting=True, since=1),
    ):
        assert broken_card(RULES, account, seen, 4, published, WHEN) == ()
    for version in (1, 2):
        new, first = drawn(replace(STANDING, card_version=version), RULES)
        assert broken_card(RULES, new, first, 4, Published(None), WHEN) == ()


def card_field(value: int) -> tuple[CardField, ...]:
    return (CardField("balance", "Points", value, "number", str(value)),)


@pytest.mark.parametrize(
    ("account", "seen", "published", "told"),
    [
        ({"shown": "another"}, {}, Published(7), "says something else"),
        ({}, {"version": 11}, Published(7), "version is 11"),
        ({"card_version": 8}, {}, Published(8), "version is 12"),
        ({}, {"voided": True}, Published(7), "valid and the membership over"),
        ({}, {"facts": "balance of 6"}, Published(7), "shows 6, the account 5"),
        ({}, {}, Published(None), "nothing waits"),
        ({}, {}, Published(6), "nothing waits"),
        ({}, {}, Published(8), "a later card"),
        ({}, {}, Published(7, waiting=True, since=NOW), "has been"),
        ({}, {}, Published(6, waiting=True), "nobody finds it"),
        ({}, {}, Published(7, since=NOW), "nobody finds it"),
        ({}, {}, Published(6, waiting=True, since=NOW, astray=True), "nobody finds it"),
        ({}, {}, Published(8, waiting=True, since=NOW), "a later card"),
    ],
    ids=str,
)
def test_a_card_that_shows_something_else_is_reported(
    account: dict[str, Any], seen: dict[str, Any], published: Published, told: str
) -> None:
    right, shown = drawn(STANDING, RULES)
    if "facts" in seen:
        seen = {"fields": card_field(6)}
    faults = broken_card(
        RULES, replace(right, **account), replace(shown, **seen), 4, published, WHEN
    )
    assert len(faults) == 1
    assert faults[0].startswith("I12: ")
    assert told in faults[0]


def test_the_card_of_one_who_has_left_is_void() -> None:
    account, seen = drawn(replace(STANDING, pots={}, closed=1), RULES)
    assert seen.voided
    assert broken_card(RULES, account, seen, 4, Published(7), WHEN) == ()
    (told,) = broken_card(RULES, account, replace(seen, voided=False), 4, Published(7), WHEN)
    assert "membership over" in told


def test_a_card_without_a_balance_shows_none() -> None:
    account, seen = drawn(STANDING, RULES)
    bare = replace(seen, fields=())
    assert broken_card(RULES, account, bare, 4, Published(7), WHEN) == ()


LIFTED = {
    "promotions": [
        {
            "id": "x",
            "name": {"en": "x"},
            "pot": "points",
            "multiplier": 20_000,
            "only": {"items": ["a"]},
        }
    ]
}


@pytest.mark.parametrize(
    ("rule", "lifts"),
    [
        (deciding.per_amount(), False),
        (deciding.per_amount(minimum=1), True),
        (deciding.per_amount(only={"items": ["b"]}), True),
        ({"pot": "points", "points": 1, "per": "item"}, True),
    ],
    ids=str,
)
def test_lines_that_earn_alike_may_be_lifted(rule: dict[str, Any], *, lifts: bool) -> None:
    program = deciding.program(earning=[rule], **LIFTED)
    assert bool(gains_in_parts(program)) is lifts


def test_promotions_that_add_up_give_no_choice() -> None:
    both = [
        {"id": name, "name": {"en": "x"}, "pot": "points", "multiplier": 20_000} for name in "ab"
    ]
    program = deciding.program(earning=[deciding.per_amount()], promotions=both, stacking="sum")
    assert gains_in_parts(program) == ()


def test_money_shared_out_is_rounded_and_no_more_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of 100 is 33 on the bill, and 34 for whom the last cent is left."""
    rules = deciding.program(earning=[deciding.per_amount(1, 1, only={"items": ["c"]})])
    lines = tuple(Line(name, "tea", 1000, 50) for name in "abc")
    order = replace(SALE, parts=(Part("basket", 1, "completed", 100, discount=50, lines=lines),))
    assert broken_split(rules, order, Context(1, WHEN)) == ()
    monkeypatch.setattr(invariants_order, "_rounding", lambda *_, **__: Fraction(0))
    (told,) = broken_split(rules, order, Context(1, WHEN))
    assert told == "I14: in parts order 1 earns 34 of pot 'points', not 33"
