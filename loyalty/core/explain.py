"""A decision's steps as a cashier reads them aloud.

``2 × 180 ₽ coffee → 18 points; happy hour doubles: 36; daily cap 50 leaves 14``
"""  # noqa: RUF002 - a multiplication sign is meant

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from loyalty import words
from loyalty.program.describe.sentences import limits_of
from loyalty.program.describe.speaker import Speaker
from loyalty.program.rules import ONE, PointsAsMoney

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyalty.core.trace import Step
    from loyalty.languages import Language
    from loyalty.program.rules import Program

_WHOLE = 1000
_FEW_LINES = 3


def read_aloud(steps: Iterable[Step], program: Program, language: Language) -> str:
    """Return the steps as one line of text.

    Parameters
    ----------
    program
        The version that decided.
    """
    speaker = Speaker(program, language)
    texts = [_SENTENCES[step.kind](speaker, step.values) for step in steps]
    return "; ".join(texts) or speaker.phrase("trace.nothing")


def _amount(speaker: Speaker, values: Mapping[str, Any]) -> str:
    goods = _priced(speaker, values["lines"])
    if not goods:
        what = speaker.money(values["amount"])
    elif sum(amount for _, _, amount in values["lines"]) == values["amount"]:
        what = goods
    else:
        counted = speaker.money(values["amount"])
        what = speaker.phrase("trace.counted", lines=goods, amount=counted)
    return _gives(speaker, what, values)


def _visit(speaker: Speaker, values: Mapping[str, Any]) -> str:
    return _gives(speaker, speaker.phrase("trace.visit"), values)


def _items(speaker: Speaker, values: Mapping[str, Any]) -> str:
    quantities: dict[str, int] = defaultdict(int)
    for category, quantity, _ in values["lines"]:
        quantities[category] += quantity
    if len(quantities) > _FEW_LINES or not all(quantities):
        what = speaker.plural("items", words.thousandths(sum(quantities.values())))
    else:
        what = ", ".join(
            speaker.phrase(
                "trace.goods",
                quantity=_quantity(speaker, number),
                category=speaker.category(category),
            )
            for category, number in quantities.items()
        )
    return _gives(speaker, what, values)


def _minimum(speaker: Speaker, values: Mapping[str, Any]) -> str:
    if not values["amount"]:
        return speaker.phrase("trace.minimum.none")
    minimum = speaker.money(values["minimum"])
    return speaker.phrase("trace.minimum", amount=speaker.money(values["amount"]), minimum=minimum)


def _tier(speaker: Speaker, values: Mapping[str, Any]) -> str:
    return speaker.phrase(
        "trace.tier",
        level=speaker.text(values["level"]),
        factor=words.factor(speaker.language, values["multiplier"]),
        points=_number(speaker, values["points"]),
    )


def _promotion(speaker: Speaker, values: Mapping[str, Any]) -> str:
    return _promoted(speaker, speaker.text(values["promotion"]), values)


def _personal(speaker: Speaker, values: Mapping[str, Any]) -> str:
    return _promoted(speaker, speaker.phrase("trace.personal"), values)


def _promoted(speaker: Speaker, name: str, values: Mapping[str, Any]) -> str:
    points = _number(speaker, values["points"])
    if values["bonus"] is not None:
        bonus = _number(speaker, values["bonus"])
        return speaker.phrase("trace.promotion.bonus", name=name, bonus=bonus, points=points)
    factor = words.factor(speaker.language, values["multiplier"])
    known = values["multiplier"] in {2 * ONE, 3 * ONE}
    key = f"trace.promotion.{factor if known else 'times'}"
    return speaker.phrase(key, name=name, factor=factor, points=points)


def _cap(speaker: Speaker, values: Mapping[str, Any]) -> str:
    points = _number(speaker, values["points"])
    if "cap" not in values:
        return speaker.phrase("trace.caps", points=points)
    period = speaker.phrase(f"daily.{values['period']}")
    cap = _number(speaker, values["cap"])
    return speaker.phrase("trace.cap", period=period, cap=cap, points=points)


def _order_cap(speaker: Speaker, values: Mapping[str, Any]) -> str:
    cap = speaker.counted_of(values["pot"], values["cap"])
    return speaker.phrase("trace.order_cap", cap=cap, points=_number(speaker, values["points"]))


def _limit(speaker: Speaker, _: Mapping[str, Any]) -> str:
    limits = limits_of(speaker, "earn", "purchases")
    return speaker.phrase("trace.limit", limits=limits)


def _coupon(speaker: Speaker, _: Mapping[str, Any]) -> str:
    return speaker.phrase("trace.coupon")


def _cool_down(speaker: Speaker, _: Mapping[str, Any]) -> str:
    time = words.span(speaker.language, speaker.program.cool_down_minutes)
    return speaker.phrase("trace.cool_down", time=time)


def _membership_ended(speaker: Speaker, _: Mapping[str, Any]) -> str:
    return speaker.phrase("declined.membership_ended")


def _account_full(speaker: Speaker, _: Mapping[str, Any]) -> str:
    return speaker.phrase("declined.account_full")


def _membership_paused(speaker: Speaker, _: Mapping[str, Any]) -> str:
    return speaker.phrase("declined.membership_paused")


def _points_paid(speaker: Speaker, values: Mapping[str, Any]) -> str:
    return speaker.phrase("trace.points_paid", amount=speaker.money(values["amount"]))


def _carried(speaker: Speaker, values: Mapping[str, Any]) -> str:
    points = speaker.counted(values["pot"], values["points"])
    return speaker.phrase("trace.carried", points=points)


def _discount(speaker: Speaker, values: Mapping[str, Any]) -> str:
    if not values["basis_points"]:
        return speaker.phrase("trace.discount.none")
    level = values.get("level")
    return speaker.phrase(
        "trace.discount.level" if level else "trace.discount",
        level=speaker.text(level) if level else "",
        percent=speaker.percent(values["basis_points"]),
        amount=speaker.money(values["amount"]),
        discount=speaker.money(values["discount"]),
    )


def _pays(speaker: Speaker, values: Mapping[str, Any]) -> str:
    rule = speaker.program.points_as_money
    if rule is None:
        return speaker.phrase("declined.points_are_no_money")
    if not values["points"]:
        return speaker.phrase("trace.pays.none")
    share = speaker.percent(rule.share) if rule.share < ONE else ""
    return speaker.phrase(
        "trace.pays",
        points=speaker.counted(values["pot"], values["points"]),
        amount=speaker.money(values["amount"]),
        share=speaker.phrase("money.share", percent=share) if share else "",
    )


def _declined(speaker: Speaker, values: Mapping[str, Any]) -> str:
    reason = values["reason"]
    if not words.has_phrase(speaker.language, f"declined.{reason}"):
        return speaker.phrase("declined", reason=reason)
    money = speaker.program.points_as_money or PointsAsMoney("", 1, 1)
    return speaker.phrase(
        f"declined.{reason}",
        price=_number(speaker, values.get("price") or 0),
        balance=_number(speaker, values.get("balance") or 0),
        minimum=_number(speaker, money.minimum),
        share=speaker.percent(money.share),
        limits=limits_of(speaker, "redeem", "often"),
        least=speaker.money(values.get("minimum") or 0),
    )


_SENTENCES: Mapping[str, Callable[[Speaker, Mapping[str, Any]], str]] = {
    "amount": _amount,
    "visit": _visit,
    "items": _items,
    "minimum": _minimum,
    "tier": _tier,
    "promotion": _promotion,
    "personal": _personal,
    "cap": _cap,
    "order_cap": _order_cap,
    "limit": _limit,
    "cool_down": _cool_down,
    "coupon": _coupon,
    "membership_ended": _membership_ended,
    "membership_paused": _membership_paused,
    "account_full": _account_full,
    "points_paid": _points_paid,
    "carried": _carried,
    "discount": _discount,
    "pays": _pays,
    "declined": _declined,
}


def _gives(speaker: Speaker, what: str, values: Mapping[str, Any]) -> str:
    points = speaker.counted(values["pot"], values["points"])
    return speaker.phrase("trace.gives", what=what, points=points)


def _priced(speaker: Speaker, lines: list[tuple[str, int, int]]) -> str:
    """Return lines with their prices; nothing where they are too many to read."""
    sums: dict[tuple[str, int | None], tuple[int, int]] = {}
    for category, quantity, amount in lines:
        # Goods sold by weight have no price apiece.
        apiece = quantity > 0 and quantity % _WHOLE == 0 and amount % (quantity // _WHOLE) == 0
        key = category, amount // (quantity // _WHOLE) if apiece else None
        number, so_far = sums.get(key, (0, 0))
        sums[key] = number + quantity, so_far + amount
    if len(sums) > _FEW_LINES:
        return ""
    texts = []
    for (category, price), (quantity, total) in sums.items():
        shown = speaker.money(total)
        if price is not None and quantity > _WHOLE:
            times = _quantity(speaker, quantity)
            shown = speaker.phrase("trace.times", quantity=times, price=speaker.money(price))
        named = speaker.category(category)
        of = speaker.phrase("trace.of", category=named) if named else ""
        texts.append(speaker.phrase("trace.line", price=shown, category=of))
    return ", ".join(texts)


def _quantity(speaker: Speaker, quantity: int) -> str:
    return words.decimal(speaker.language, words.thousandths(quantity))


def _number(speaker: Speaker, number: int) -> str:
    return words.integer(speaker.language, number)
