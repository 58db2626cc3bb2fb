"""The generic connector reads what is right, says what is wrong, and never falls over."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.http.strict_json import LARGEST_INTEGER
from loyalty.core.order import Line, OrderKey, OrderReport, Part
from loyalty.messages import Contact
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.tills import standard
from loyalty.tills.incoming import is_name, refusal
from loyalty.tills.reading import Message
from loyalty.tills.standard import read_redemption
from tests.support.till import order, redemption, sender
from tests.support.world import TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.tills.incoming import Sender

REFERENCE = "ABCDEFGHIJKLMNOP"
CODE = TOKENS.card_code(REFERENCE)

# What may come out of the strict JSON reader, and nothing it refuses.
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    | st.sampled_from(["", "USD", "till", "1e9", "٢٠٢٦-05-04T12:00:00Z", "0001-01-01T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


def read_order(who: Sender, message: dict[str, Any]) -> OrderReport | None:
    """Return the one order that a message tells; None where it is not for us."""
    reading = standard.read(who, Message(message))
    assert not reading.wanted
    if not reading.reports:
        assert reading.ignored == ("other",)
        return None
    (found,) = reading.reports
    return found


def faults(message: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Refusal) as caught:
        read_order(sender(), message)
    return {field.pointer: field.code for field in caught.value.fields}


def report(message: dict[str, Any]) -> OrderReport:
    found = read_order(sender(), message)
    assert found is not None
    return found


def test_an_order_becomes_a_report() -> None:
    assert report(order(member={"card_code": CODE})) == OrderReport(
        key=OrderKey("coffee", "till", "1001"),
        currency="USD",
        occurred_at=datetime(2026, 5, 4, 11, 58, tzinfo=UTC),
        parts=(
            Part(
                key="basket",
                version=1,
                status="completed",
                total=1250,
                lines=(Line("1", "coffee", 2000, 900), Line("2", "", 1000, 350)),
            ),
        ),
        hints=(f"code:{REFERENCE}",),
        actor="endpoint:coffee-till",
    )


def test_other_types_are_not_for_us() -> None:
    assert read_order(sender(), {"type": "shift.closed", "data": 5}) is None
    assert read_order(sender(), {}) is None
    assert read_order(sender(), {"type": ["order.updated"]}) is None


def test_members_that_we_do_not_know_are_left_alone() -> None:
    message = order(table=7, member={"card_code": CODE, "nickname": "Annie"})
    message |= {"shop": "north"}
    message["data"]["order"]["lines"][0]["vat"] = {"rate": 20}
    assert report(message) == report(order(member={"card_code": CODE}))


def test_what_may_be_left_out() -> None:
    found = report(order(lines=...))
    assert (found.parts[0].total, found.hints) == (1250, ())


@pytest.mark.parametrize("field", ["id", "version", "status", "occurred_at", "currency", "total"])
def test_what_may_not_be_left_out(field: str) -> None:
    without: dict[str, Any] = {field: ...}
    assert faults(order(**without)) == {f"/data/order/{field}": "missing"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("id", "a" * 129),
        ("id", " 1"),
        ("id", "1\n"),
        ("id", "1\x00"),
        *(("id", f"1{letter}") for letter in ("\x85", "\xa0", "\u2028", "\u202e", "\u200b")),
        ("id", 1.0),
        ("id", True),
        ("id", None),
        ("id", "A 17"),
        ("id", [1]),
        ("version", True),
        ("version", -1),
        ("version", "1"),
        ("version", 2**53),
        ("version", 1.0),
        ("status", "paid"),
        ("status", None),
        ("currency", "usd"),
        ("currency", "USD\n"),
        ("total", True),
        ("total", -1),
        ("total", 12.5),
        ("total", "1250"),
        ("total", "١٢"),
        ("total", 10**11 + 1),
        ("lines", [{}] * 501),
        ("occurred_at", 1777895880),
        ("occurred_at", "1777895880"),
        ("occurred_at", "2026-05-04"),
        ("occurred_at", "2026-05-04T11:58:00"),
        ("occurred_at", "2026-02-30T11:58:00Z"),
        ("occurred_at", "2026-05-04T11:58:00+99:99"),
        ("occurred_at", "1999-12-31T23:59:59Z"),
        ("occurred_at", "0001-01-01T00:00:00+14:00"),
        ("occurred_at", "9999-12-31T23:59:59-14:00"),
        ("occurred_at", "2026-05-04T11:58:00Z\n"),
        ("occurred_at", None),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any) -> None:
    changed: dict[str, Any] = {field: value}
    assert list(faults(order(**changed))) == [f"/data/order/{field}"]


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ({"amount": "-1"}, "/data/order/lines/1/amount"),
        ({"amount": -1.0}, "/data/order/lines/1/amount"),
        ({"amount": -(10**11) - 1}, "/data/order/lines/1/amount"),
        ({"amount": True}, "/data/order/lines/1/amount"),
        ({"amount": 1, "quantity": "2"}, "/data/order/lines/1/quantity"),
        ({"amount": 1, "quantity": -0.5}, "/data/order/lines/1/quantity"),
        ({"amount": 1, "quantity": True}, "/data/order/lines/1/quantity"),
        ({}, "/data/order/lines/1/amount"),
        (None, "/data/order/lines/1"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(line: Any, pointer: str) -> None:
    assert list(faults(order(lines=[{"amount": 1}, line]))) == [pointer]


def test_every_fault_is_told_at_once() -> None:
    wrong = faults(order(total=-1, currency="dollar", version="one"))
    assert sorted(wrong) == ["/data/order/currency", "/data/order/total", "/data/order/version"]


def test_quantities_may_be_weights() -> None:
    assert report(order(lines=[{"amount": 300, "quantity": 0.25}])).parts[0].total == 1250


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04T11:58:00Z",
        "2026-05-04t11:58:00z",
        "2026-05-04T13:58:00.000+02:00",
        "2026-05-04T06:28:00-05:30",
        "2026-05-04 11:58:00.000000000Z",
    ],
)
def test_instants_come_in_any_zone(text: str) -> None:
    found = report(order(occurred_at=text))
    assert found.occurred_at == datetime(2026, 5, 4, 11, 58, tzinfo=UTC)
    assert found.occurred_at.tzinfo is UTC


def test_money_of_another_kind_is_refused() -> None:
    assert faults(order(currency="EUR")) == {"/data/order/currency": "currency_mismatch"}


def test_an_endpoint_speaks_for_its_own_tills_only() -> None:
    assert report(order(source="square")).key.source == "square"
    with pytest.raises(Refusal) as caught:
        read_order(sender(), order(source="till-of-the-neighbour"))
    (field,) = caught.value.fields
    assert field == FieldRefusal(
        "/data/order/source", "unknown_source", "This endpoint may speak for: till, square."
    )


def test_a_customer_is_named_by_code_phone_and_email() -> None:
    member = {"card_code": CODE, "phone": "(212) 555-0123", "email": " Ann@Example.com "}
    phone = TOKENS.contact_key("coffee", Contact("phone", "+12125550123"))
    email = TOKENS.contact_key("coffee", Contact("email", "ann@example.com"))
    hints = report(order(member=member)).hints
    assert hints == (f"code:{REFERENCE}", f"phone:{phone}", f"email:{email}")
    assert "555" not in "".join(hints)


@pytest.mark.parametrize(
    "member",
    [
        {"card_code": CODE[:-1] + ("A" if CODE[-1] != "A" else "B")},
        {"card_code": "hello"},
        {"phone": "no phone"},
        {"phone": "1"},
        {"email": "nobody"},
        {"card_code": None, "phone": None, "email": None},
        {},
        None,
    ],
)
def test_what_names_nobody_parks_the_order_instead_of_losing_it(member: Any) -> None:
    message = order()
    message["data"]["order"]["member"] = member
    assert report(message).hints == ()


def test_a_redemption_is_read() -> None:
    found = read_redemption(redemption(CODE))
    assert (found.id, found.card_code, found.reward) == ("r-1", CODE, "free-coffee")


@pytest.mark.parametrize(
    ("message", "pointer"),
    [
        ({"type": "order.updated"}, "/type"),
        ({}, "/type"),
        ({"type": "redemption.requested"}, "/data"),
        (redemption(CODE, name=""), "/data/id"),
        (redemption(""), "/data/card_code"),
        (redemption(CODE, reward="x" * 81), "/data/reward"),
    ],
)
def test_a_wrong_redemption_is_told_where(message: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_redemption(message)
    assert [field.pointer for field in caught.value.fields] == [pointer]


PLACES = [
    (),
    ("data",),
    ("data", "order"),
    *(("data", "order", name) for name in order(member={})["data"]["order"]),
    *(("data", "order", "member", name) for name in ("card_code", "phone", "email")),
    *(
        ("data", "order", "lines", 0, name)
        for name in ("id", "name", "category", "quantity", "amount")
    ),
]


def put(message: dict[str, Any], place: tuple[Any, ...], value: object) -> dict[str, Any]:
    if not place:
        return {"type": "order.updated", "data": value}
    here: Any = message
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value
    return message


def outcome(read: Callable[[], object]) -> Any:
    """Return what was read, or the faults that were found."""
    try:
        return read()
    except Refusal as caught:
        return caught.fields


def judged(message: dict[str, Any]) -> None:
    """Either a usable report, or faults whose pointers lead into the message."""
    found = outcome(lambda: read_order(sender(), message))
    if isinstance(found, OrderReport):
        assert 0 <= found.parts[0].total <= 10**12
        assert 2000 <= found.occurred_at.year < 2100
        return
    assert found
    for fault in found:
        here: Any = message
        *parents, _ = fault.pointer.removeprefix("/").split("/")
        for step in parents:
            here = here[int(step) if isinstance(here, list) else step]
        assert fault.code
        assert fault.detail
        # A till's maker knows JSON, and need not know what we are written in.
        for word in (
            "dictionary",
            "instance of",
            "tuple",
            "Message",
            "Value error",
            "^",
            "NoneType",
        ):
            assert word not in fault.detail, fault.detail


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("total", value) for value in (-1, 1250.0, "1250")),
        *((name, -1) for name in ("tax", "tip", "discount", "points_paid", "version")),
        ("id", 77.5),
        ("id", "A 17"),
        ("lines", [{"id": "1", "name": "x", "amount": 5}] * 501),
        ("refunds", [{"id": "r", "amount": -1}]),
        ("occurred_at", "2026-05-04T12:00:00"),
    ],
)
def test_what_the_page_for_tills_calls_unusable(field: str, value: Any) -> None:
    """See docs/till.md, "What is 422"."""
    assert faults(order(**{field: value}))


@given(place=st.sampled_from(PLACES), value=json_values)
def test_any_value_in_any_place_is_read_or_refused(place: tuple[Any, ...], value: object) -> None:
    judged(put(order(member={"card_code": CODE}), place, value))


@given(value=json_values)
def test_any_redemption_is_read_or_refused(value: object) -> None:
    for place in ("id", "card_code", "reward"):
        message = redemption(CODE)
        message["data"][place] = value
        found = outcome(partial(read_redemption, message))
        if isinstance(found, tuple):
            assert [field.pointer for field in found] == [f"/data/{place}"]
        else:
            # A number for an id is the same in text.
            told = str(value) if place == "id" else value
            assert getattr(found, place) == told


def test_the_judge_sees_a_reader_that_falls_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: an exception of another kind, and a pointer into nothing."""

    def careless(_: object, message: dict[str, Any]) -> OrderReport:
        return report(order(total=int(message["data"]["order"]["total"])))

    monkeypatch.setitem(globals(), "read_order", careless)
    with pytest.raises(ValueError, match="invalid literal"):
        judged(order(total="many"))

    def astray(*_: object) -> None:
        raise refusal(FieldRefusal("/data/order/lines/9/amount", "missing", "Gone."))

    monkeypatch.setitem(globals(), "read_order", astray)
    with pytest.raises(IndexError):
        judged(order())


def test_private_values_are_never_in_a_problem() -> None:
    canary = "canary-7391@example.com"
    message = order(member={"email": [canary], "phone": {"number": canary}, "card_code": 5})
    with pytest.raises(Refusal) as caught:
        standard.read(sender(), Message(message))
    assert canary not in str(caught.value) + repr(caught.value.fields)


@pytest.mark.parametrize(
    "spelling", ["gift_card", "Gift Card", "giftcard", "GIFT_CARD", "gift-card", " gift  cards "]
)
def test_gift_cards_are_one_thing_however_they_are_spelt(spelling: str) -> None:
    line = {"id": "1", "category": spelling, "amount": 500}
    report = read_order(sender(), order(lines=[line]))
    assert report is not None
    assert report.parts[0].lines[0].category == "gift_card"


@pytest.mark.parametrize("category", ["gifts", "card", "gift", "Giftcardholder", "coffee"])
def test_other_categories_stay_as_they_are(category: str) -> None:
    report = read_order(sender(), order(lines=[{"id": "1", "category": category, "amount": 500}]))
    assert report is not None
    assert report.parts[0].lines[0].category == category


def test_a_refund_says_what_of_it_is_tip_tax_and_points() -> None:
    refund = {"id": "r", "amount": 500, "tip": 30, "tax": 20, "points_paid": 10}
    report = read_order(sender(), order(refunds=[refund]))
    assert report is not None
    back = report.parts[1]
    assert (back.total, back.tip, back.tax, back.points_paid) == (500, 30, 20, 10)


UNSEEN = ["\x00", "\x20", "\x7f", "\x85", "\xa0", "\u2028", "\u202e", "\u200b", "\u3000", "\ue000"]


@pytest.mark.parametrize("letter", [*UNSEEN, "\u0378"])
def test_an_id_has_nothing_that_nobody_sees(letter: str) -> None:
    """No character of the Unicode categories C and Z, wherever it stands."""
    for name in (letter, f"a{letter}", f"{letter}a", f"a{letter}b"):
        assert not is_name(name)
    for name in ("1", "Order/7#é", "日本", "№12", "🧾"):
        assert is_name(name)


def test_a_number_for_an_id_is_the_same_in_text() -> None:
    told = order(id=77, lines=[{"id": 5, "amount": 1}], refunds=[{"id": 9, "amount": 1}])
    found = report(told)
    assert found.key.id == "77"
    assert [part.key for part in found.parts] == ["basket", "refund:9"]
    assert found.parts[0].lines[0].item == "5"
    assert (
        read_redemption(redemption(CODE) | {"data": redemption(CODE)["data"] | {"id": 8}}).id == "8"
    )


def test_one_l_is_enough() -> None:
    assert report(order(status="canceled")).parts[0].status == "cancelled"


@pytest.mark.parametrize("member", [None, "", [], {}])
def test_an_empty_member_is_nobody(member: object) -> None:
    found = report(order(member={}) if member is None else put_member(member))
    assert found.hints == ()


def put_member(member: object) -> dict[str, Any]:
    message = order()
    message["data"]["order"]["member"] = member
    return message


@pytest.mark.parametrize("customer", ["C-1", 17])
def test_the_tills_own_customer_is_named_with_its_source(customer: str | int) -> None:
    found = report(put_member({"customer_id": customer}))
    assert found.hints == (f"customer:till:{customer}",)


def test_a_phone_may_be_a_number() -> None:
    member: dict[str, Any] = {"phone": 12125550123}
    key = TOKENS.contact_key("coffee", Contact("phone", "+12125550123"))
    assert report(put_member(member)).hints == (f"phone:{key}",)


COAT = {"id": "coat", "category": "coats", "amount": 5000}
SHIRT = {"id": "shirt", "category": "shirts", "amount": 2000}


@pytest.mark.parametrize(
    ("lines", "total", "left", "lowered"),
    [
        # A discount on the whole bill: every line bears its share, as the total says.
        ([COAT, SHIRT, {"amount": -700}], 6300, [("coat", 5000), ("shirt", 2000)], 700),
        # A discount on one item.
        ([COAT, {**COAT, "amount": -500}], 4500, [("coat", 4500)], 500),
        # Rung up by mistake, and taken back.
        ([COAT, SHIRT, {**SHIRT, "amount": -2000, "quantity": -1}], 5000, [("coat", 5000)], 0),
        # An exchange without its receipt: something of another day comes back.
        ([COAT, {**SHIRT, "amount": -2000, "quantity": -1}], 3000, [("coat", 5000)], 0),
        # Two discounts that eat a line up.
        ([SHIRT, {**SHIRT, "amount": -1500}, {**SHIRT, "amount": -900}], 0, [("shirt", 0)], 2400),
    ],
)
def test_lines_below_zero_in_a_bill_that_is_not(
    lines: list[dict[str, Any]], total: int, left: list[tuple[str, int]], lowered: int
) -> None:
    (basket,) = report(order(lines=lines, total=total)).parts
    assert [(line.item, line.amount) for line in basket.lines] == left
    assert (basket.total, basket.discount) == (total, lowered)
    assert all(line.quantity >= 0 for line in basket.lines)


def test_a_told_discount_is_not_told_twice() -> None:
    told = order(lines=[COAT, {"amount": -700}], total=4300, discount=700)
    assert report(told).parts[0].discount == 700


def test_a_return_receipt_takes_from_the_sale_that_it_names() -> None:
    for sign in (1, -1):
        back = {**SHIRT, "quantity": sign, "amount": sign * 2000}
        told = order(id="R-5", refund_of="1001", total=sign * 2000, tax=sign * 180, lines=[back])
        found = report(told)
        assert found.key.id == "1001"
        line = Line("shirt", "shirts", 1000, 2000)
        (part,) = found.parts
        assert part == Part("refund:R-5", 1, "completed", 2000, tax=180, lines=(line,))


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("completed", "completed"),
        ("refunded", "completed"),
        ("canceled", "cancelled"),
        ("open", "open"),
    ],
)
def test_a_return_receipt_may_be_taken_back(said: str, status: str) -> None:
    told = order(id="R-5", refund_of=1001, total=500, lines=[], status=said)
    assert report(told).parts[0].status == status


def test_an_exchange_that_names_its_sale_is_a_return_and_a_sale() -> None:
    lines = [COAT, {**SHIRT, "quantity": -1, "amount": -2000}]
    told = order(id="X-6", refund_of="1001", total=3000, lines=lines)
    first, second = standard.read(sender(), Message(told)).reports
    assert (first.key.id, first.parts[0].key, first.parts[0].total) == ("1001", "refund:X-6", 2000)
    assert (second.key.id, second.parts[0].key, second.parts[0].total) == ("X-6", "basket", 5000)
    assert [line.item for line in second.parts[0].lines] == ["coat"]


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"total": -5}, "/total", "refund_of"),
        ({"total": "1250"}, "/total", "(int) round($amount * 100)"),
        ({"total": 12.5}, "/total", "1250 for 12.50"),
        ({"id": "A 17"}, "/id", 'str_replace(" ", "-", trim($id))'),
        ({"lines": {"0": COAT, "2": SHIRT}}, "/lines", "array_values($list)"),
        ({"occurred_at": 1777895880}, "/occurred_at", "date(DATE_ATOM, $seconds)"),
        ({"status": "paid"}, "/status", "'canceled'"),
        ({"refund_of": "1001"}, "/refund_of", "an id of its own"),
        ({"lines": [{**COAT, "quantity": -1}]}, "/lines/0/quantity", "below zero only where"),
        ({"lines": [{**COAT, "quantity": "2"}]}, "/lines/0/quantity", "without quotation marks"),
    ],
)
def test_whoever_writes_a_till_is_told_what_to_send(
    changes: dict[str, Any], pointer: str, words: str
) -> None:
    with pytest.raises(Refusal) as caught:
        read_order(sender(), order(**changes))
    (field,) = caught.value.fields
    assert field.pointer == f"/data/order{pointer}"
    assert words in field.detail
