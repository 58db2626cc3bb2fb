"""What staff read on top of what customers read."""

from __future__ import annotations

from dataclasses import replace

from loyalty.program.describe import describe
from loyalty.program.rules import Cap, Expiry, Level, PotRule, Referral, StaffLimits, Tiers
from tests.loyalty.program.describe.saying import BARE, BASIC, COFFEE, GOLD, POINTS, RULE, said


def test_the_cheat_sheet_of_staff() -> None:
    program = replace(
        BARE,
        earning=(RULE,),
        rewards=COFFEE.rewards,
        pots=(PotRule(POINTS, expiry=Expiry(months=1), reminder_days=21),),
        caps=(Cap(POINTS, "day", 50),),
        staff=StaffLimits(21, 1000, 10_000),
        returned_value_days=2,
        zone="Europe/Moscow",
        hold_minutes=2,
        referral=Referral(POINTS, 1, 1),
        tiers=Tiers((Level("guest", BASIC), Level("gold", GOLD, referrals=1))),
    )
    customers = describe(program, "en")
    assert describe(program, "en", "staff")[: len(customers)] == customers
    assert said(program, "en", "staff")[len(customers) :] == [
        "What does not make a whole one is carried to the next purchase.",
        "Gift cards and whatever is paid from the card earn nothing.",
        "Tips earn nothing.",
        "A hold lasts 2 minutes; then everything is free again.",
        "What was spent by mistake can be given back within 1 day.",
        "A return takes back what the purchase earned and gives back what paid for it.",
        "What is spent already is owed, and the next purchases pay it first.",
        "What is given back lives at least 2 days.",
        "You may give up to 21 points at once, 1,000 a day and 10,000 a month.",
        "The card warns 21 days before points end.",
        "Friends brought always count, whatever the time.",
        "Days and hours are those of Europe/Moscow.",
    ]
    assert said(program, "ru", "staff")[len(customers) :] == [
        "Что не набирает целого, переносится на следующую покупку.",
        "Подарочные карты и оплаченное с карты ничего не приносят.",
        "Чаевые ничего не приносят.",
        "Резерв держится 2 минуты, потом всё снова свободно.",
        "Потраченное по ошибке можно вернуть, срок: 1 день.",
        "Возврат забирает начисленное за покупку и отдаёт то, чем её оплатили.",
        "Уже потраченное становится долгом, его погашают следующие покупки.",
        "Возвращённое живёт ещё хотя бы 2 дня.",
        "Подарить можно до 21 балла за раз, 1 000 за день и 10 000 за месяц.",
        "За 21 день до сгорания баллов карта предупреждает об этом.",
        "Приведённые друзья считаются всегда, за любое время.",
        "Дни и часы — по времени Europe/Moscow.",
    ]
    forgiving = replace(program, debt="forgive")
    assert "What is spent already is forgiven." in said(forgiving, "en", "staff")
    assert "Уже потраченное прощается." in said(forgiving, "ru", "staff")
