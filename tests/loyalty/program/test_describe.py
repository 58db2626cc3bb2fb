"""The program in plain sentences that a native speaker would say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from loyalty import words
from loyalty.money import LARGEST_AMOUNT, exponent
from loyalty.program.describe import MOST_SENTENCES, describe, warnings
from loyalty.program.document import dump, read_toml
from loyalty.program.rules import (
    Basis,
    Bonus,
    Cap,
    EarnRule,
    Expiry,
    Filter,
    Level,
    Limit,
    PointsAsMoney,
    PotRule,
    Program,
    Promotion,
    Referral,
    Reward,
    StaffLimits,
    Texts,
    Tiers,
    Window,
)
from tests.support.programs import programs
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from loyalty.program.describe import Audience
    from loyalty.program.rules import Language


def shipped(name: str) -> Program:
    return read_toml((TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8"))


COFFEE, BARBER = shipped("coffee"), shipped("barber")
POINTS = "points"
STAMPS = PotRule("stamps", "stamps", {"en": "Coffee card", "ru": "Кофейная карта"})
BARE = replace(COFFEE, currency="RUB", earning=(), rewards=(), pots=(PotRule(POINTS),))
HAPPY: Texts = {"en": "Happy hour", "ru": "Счастливый час"}
RULE = EarnRule(POINTS, 5, amount=100_00)


def said(program: Program, language: Language, audience: Audience = "customer") -> list[str]:
    """Return the sentences with plain spaces instead of the kinds that do not break."""
    return [plain(sentence) for sentence in describe(program, language, audience)]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def check(english: list[str], russian: list[str], **rules: Any) -> None:
    program = replace(BARE, **rules)
    assert said(program, "en") == english
    assert said(program, "ru") == russian


def test_what_ships_in_english() -> None:
    assert said(COFFEE, "en") == [
        "10 points for every $1.",
        "Free coffee for 100 points.",
        "Points live 12 months, through the end of the month.",
    ]
    assert said(BARBER, "en") == ["10% off every bill."]


def test_what_ships_in_russian() -> None:
    assert said(COFFEE, "ru") == [
        "10 баллов за каждый 1 $.",
        "Бесплатный кофе за 100 баллов.",
        "Баллы живут 12 месяцев, до конца месяца.",
    ]
    assert said(BARBER, "ru") == ["Скидка 10 % на каждый чек."]


@pytest.mark.parametrize(
    ("points", "amount", "currency", "english", "russian"),
    [
        (1, 100, "USD", "1 point for every $1.", "1 балл за каждый 1 $."),
        (2, 50, "USD", "2 points for every $0.50.", "2 балла за каждые 0,50 $."),
        (5, 100_00, "RUB", "5 points for every 100 ₽.", "5 баллов за каждые 100 ₽."),
        (1, 1_00, "RUB", "1 point for every 1 ₽.", "1 балл за каждый 1 ₽."),
        (2, 2_00, "RUB", "2 points for every 2 ₽.", "2 балла за каждые 2 ₽."),
        (5, 5_00, "RUB", "5 points for every 5 ₽.", "5 баллов за каждые 5 ₽."),
        (11, 11_00, "RUB", "11 points for every 11 ₽.", "11 баллов за каждые 11 ₽."),
        (21, 21_00, "RUB", "21 points for every 21 ₽.", "21 балл за каждый 21 ₽."),
        (21, 21_00, "EUR", "21 points for every €21.", "21 балл за каждый 21 €."),
        (3, 1_00, "UAH", "3 points for every 1 ₴.", "3 балла за каждую 1 ₴."),
        (11, 1, "JPY", "11 points for every ¥1.", "11 баллов за каждую 1 ¥."),
        (3, 1_500, "KWD", "3 points for every KWD 1.500.", "3 балла за каждые 1,500 KWD."),
        # Nobody here knows the gender of a dinar of Kuwait: said so that it does not matter.
        (3, 1_000, "KWD", "3 points for every KWD 1.", "3 балла за 1 KWD в чеке."),
        (
            1000,
            100_000_00,
            "RUB",
            "1,000 points for every 100,000 ₽.",
            "1 000 баллов за каждые 100 000 ₽.",
        ),
    ],
)
def test_earning_reads_well_for_any_amount(
    points: int, amount: int, currency: str, english: str, russian: str
) -> None:
    rule = EarnRule(POINTS, points, amount=amount)
    check([english], [russian], currency=currency, earning=(rule,))


def test_earning_by_visit_and_item() -> None:
    check(
        ["1 stamp for every visit.", "2 stamps for every item of “coffee” or “tea”."],
        ["1 штамп за каждый визит.", "2 штампа за каждый товар «coffee» или «tea»."],
        pots=(STAMPS,),
        earning=(
            EarnRule("stamps", 1, "visit"),
            EarnRule("stamps", 2, "item", only=Filter(("coffee", "tea"))),
        ),
    )


def test_earning_with_minimum_filter_and_exclusions() -> None:
    check(
        [
            (
                "5 points for every 100 ₽ spent on “coffee” (except “beans” and “mugs”), "
                "from 300 ₽ of these."
            ),
            "1 point for every visit with “flat white”.",
            "1 point for every visit, on bills from 300 ₽.",
        ],
        [
            (
                "5 баллов за каждые 100 ₽ на «coffee» (кроме «beans» и «mugs»), "
                "если их куплено на 300 ₽ и больше."
            ),
            "1 балл за каждый визит с покупкой «flat white».",
            "1 балл за каждый визит, при чеке от 300 ₽.",
        ],
        earning=(
            replace(
                RULE, minimum=300_00, only=Filter(("coffee",), exclude_items=("beans", "mugs"))
            ),
            EarnRule(POINTS, 1, "visit", only=Filter(items=("flat white",))),
            EarnRule(POINTS, 1, "visit", minimum=300_00),
        ),
    )


def test_basis() -> None:
    check(
        ["5 points for every 100 ₽.", "What counts is the price before discounts and with tips."],
        ["5 баллов за каждые 100 ₽.", "Считается цена до скидок и с чаевыми."],
        earning=(RULE,),
        basis=Basis(discount="before", tips="with"),
    )
    untaxed = replace(BARE, earning=(RULE,), basis=Basis(tax="without"))
    assert said(untaxed, "en")[1:] == ["What counts is the price without tax."]
    assert said(untaxed, "ru")[1:] == ["Считается цена без налога."]
    by_visit = replace(untaxed, earning=(EarnRule(POINTS, 1, "visit"),))
    assert len(said(by_visit, "en")) == 1


def promotion(**changes: Any) -> Promotion:
    given = {"bonus": None} if "multiplier" in changes else {"multiplier": 20_000}
    return Promotion(**{"id": "p", "name": HAPPY, "pot": POINTS, **given, **changes})


@pytest.mark.parametrize(
    ("one", "english", "russian"),
    [
        (
            promotion(windows=(Window(("mon", "tue", "wed", "thu", "fri"), "15:00", "17:00"),)),
            "Happy hour: twice the points, Mon–Fri 3:00 PM–5:00 PM.",
            "Счастливый час: вдвое больше баллов, пн–пт с 15:00 до 17:00.",
        ),
        (
            promotion(windows=(Window(("sat", "sun"), "22:00", "00:00"), Window())),
            (
                "Happy hour: twice the points, Sat, Sun from 10:00 PM until midnight; "
                "every day all day."
            ),
            "Счастливый час: вдвое больше баллов, сб, вс с 22:00 до полуночи; ежедневно весь день.",
        ),
        (
            promotion(multiplier=15_000, first_day="2026-12-01", last_day="2026-12-31"),
            "Happy hour: 1.5 times the points from December 1, 2026 to December 31, 2026.",
            "Счастливый час: в 1,5 раза больше баллов с 1 декабря 2026 г. по 31 декабря 2026 г.",
        ),
        (
            promotion(multiplier=50_000, last_day="2026-12-31"),
            "Happy hour: 5 times the points through December 31, 2026.",
            "Счастливый час: в 5 раз больше баллов по 31 декабря 2026 г.",
        ),
        (
            promotion(multiplier=30_000, first_day="2026-12-01"),
            "Happy hour: 3 times the points from December 1, 2026.",
            "Счастливый час: в 3 раза больше баллов с 1 декабря 2026 г.",
        ),
        (
            promotion(multiplier=None, bonus=50, only=Filter(("tea",)), minimum=300_00),
            "Happy hour: 50 points extra for “tea”, from 300 ₽ of these.",
            "Счастливый час: дополнительно 50 баллов за «tea», если их куплено на 300 ₽ и больше.",
        ),
        (
            promotion(multiplier=None, bonus=21, minimum=300_00),
            "Happy hour: 21 points extra, on bills from 300 ₽.",
            "Счастливый час: дополнительно 21 балл, при чеке от 300 ₽.",
        ),
    ],
)
def test_promotions(one: Promotion, english: str, russian: str) -> None:
    check([english], [russian], promotions=(one,))


@pytest.mark.parametrize(
    ("stacking", "english", "russian"),
    [
        (
            "best",
            "When several promotions apply, the best one counts.",
            "Если действуют сразу несколько акций, считается самая выгодная.",
        ),
        (
            "sum",
            "Promotions that apply at the same time add up.",
            "Если действуют сразу несколько акций, они складываются.",
        ),
        (
            "first",
            "When several promotions apply, the one named first counts.",
            "Если действуют сразу несколько акций, считается названная первой.",
        ),
    ],
)
def test_stacking(stacking: Any, english: str, russian: str) -> None:
    two = replace(BARE, promotions=(promotion(), promotion(id="q")), stacking=stacking)
    assert said(two, "en")[-1] == english
    assert said(two, "ru")[-1] == russian
    assert len(said(replace(two, promotions=two.promotions[:1]), "en")) == 1


def test_caps_limits_and_pauses() -> None:
    check(
        [
            "At most 50 points a day and 500 points a month.",
            "A purchase worth more than 21 points earns nothing.",
            "At most 1 purchase a day and 5 purchases a week can earn.",
            "You can spend at most once an hour and 2 times a year.",
            "A purchase less than 90 minutes after another one earns nothing.",
        ],
        [
            "Не больше 50 баллов в день и 500 баллов в месяц.",
            "Покупка, за которую вышло бы больше 21 балла, не приносит ничего.",
            "Начисляем не больше чем за 1 покупку в день и 5 покупок в неделю.",
            "Тратить можно не чаще 1 раза в час и 2 раз в год.",
            "Покупка раньше чем через 90 минут после другой не приносит ничего.",
        ],
        caps=(Cap(POINTS, "day", 50), Cap(POINTS, "month", 500), Cap(POINTS, "order", 21)),
        limits=(
            Limit("earn", "day", 1),
            Limit("earn", "week", 5),
            Limit("redeem", "hour", 1),
            Limit("redeem", "year", 2),
        ),
        cool_down_minutes=90,
    )


@pytest.mark.parametrize(
    ("minutes", "english", "russian"),
    [
        (1, "1 minute", "1 минуту"),
        (2, "2 minutes", "2 минуты"),
        (21, "21 minutes", "21 минуту"),
        (60, "1 hour", "1 час"),
        (240, "4 hours", "4 часа"),
        (1440, "1 day", "1 день"),
        (10_080, "7 days", "7 дней"),
    ],
)
def test_spans_of_time(minutes: int, english: str, russian: str) -> None:
    assert (words.span("en", minutes), words.span("ru", minutes)) == (english, russian)


@pytest.mark.parametrize(
    ("pot", "english", "russian"),
    [
        (
            PotRule(POINTS, expiry=Expiry(months=1)),
            "Points live 1 month, through the end of the month.",
            "Баллы живут 1 месяц, до конца месяца.",
        ),
        (
            PotRule(POINTS, "stamps", expiry=Expiry(months=21)),
            "Stamps live 21 months, through the end of the month.",
            "Штампы живут 21 месяц, до конца месяца.",
        ),
        (
            PotRule(POINTS, expiry=Expiry(dates=("12-31", "06-30"))),
            "Points end every year after June 30 and December 31.",
            "Баллы сгорают каждый год после 30 июня и 31 декабря.",
        ),
        (
            PotRule(POINTS, "visits", expiry=Expiry(inactivity_months=6)),
            "Visits end after 6 months without a purchase.",
            "Визиты сгорают через 6 месяцев без покупок.",
        ),
        (
            PotRule(POINTS, pending_days=2),
            "New points can be spent after 2 days.",
            "Новые баллы можно тратить через 2 дня.",
        ),
    ],
)
def test_expiry_and_pending(pot: PotRule, english: str, russian: str) -> None:
    check([english], [russian], pots=(pot,))


def test_pots_of_one_kind_are_told_apart() -> None:
    tea = PotRule("tea", "stamps", {"en": "Tea card", "ru": "Чайная карта"})
    check(
        [
            "1 stamp (Tea card) for every item of “tea”.",
            "Cup for 9 stamps (Coffee card).",
            "Stamps (Coffee card) live 3 months, through the end of the month.",
        ],
        [
            "1 штамп («Чайная карта») за каждый товар «tea».",
            "Чашка за 9 штампов («Кофейная карта»).",
            "Штампы («Кофейная карта») живут 3 месяца, до конца месяца.",
        ],
        pots=(replace(STAMPS, expiry=Expiry(months=3)), tea),
        earning=(EarnRule("tea", 1, "item", only=Filter(("tea",))),),
        rewards=(Reward("cup", "stamps", 9, {"en": "Cup", "ru": "Чашка"}),),
    )
    alike = tuple(replace(pot, expiry=Expiry(months=3)) for pot in (STAMPS, tea))
    check(
        ["Stamps live 3 months, through the end of the month."],
        ["Штампы живут 3 месяца, до конца месяца."],
        pots=alike,
    )


def test_a_long_catalogue_is_one_sentence() -> None:
    one = Reward("bun", POINTS, 1, {"en": "A bun", "ru": "Булочка"})
    pie = Reward("pie", POINTS, 22, {"en": "A pie", "ru": "Пирог"})
    check(
        ["A bun for 1 point.", "A pie for 22 points."],
        ["Булочка за 1 балл.", "Пирог за 22 балла."],
        rewards=(one, pie),
    )
    check(
        ["A bun for 1 point; A pie for 22 points; A bun for 1 point."],
        ["Булочка за 1 балл; Пирог за 22 балла; Булочка за 1 балл."],
        rewards=(one, pie, one),
    )


@pytest.mark.parametrize(
    ("money", "english", "russian"),
    [
        (
            PointsAsMoney(POINTS, 1, 1_00, share=3000),
            "1 point = 1 ₽, up to 30% of a bill.",
            "1 балл = 1 ₽, до 30 % чека.",
        ),
        (
            PointsAsMoney(POINTS, 10, 1_50, minimum=21),
            "10 points = 1.50 ₽ off your bill, from 21 points up.",
            "10 баллов = 1,50 ₽ при оплате, от 21 балла.",
        ),
    ],
)
def test_points_as_money(money: PointsAsMoney, english: str, russian: str) -> None:
    check([english], [russian], points_as_money=money)


BASIC: Texts = {"en": "Guest", "ru": "Гость"}
GOLD: Texts = {"en": "Gold", "ru": "Золото"}
GIFT: Texts = {"en": "Coffee on us.", "ru": "Кофе от нас."}
LEVELS = (
    Level("guest", BASIC, discount=500),
    Level(
        "gold",
        GOLD,
        spend=500_00,
        visits=21,
        points=100,
        referrals=2,
        discount=1000,
        multiplier=15_000,
        perks=GIFT,
    ),
)
ENGLISH = (
    "Guest (5% off); Gold from 500 ₽, 21 visits, 100 points, or 2 friends "
    "(10% off, 1.5 times the points, Coffee on us)."
)
RUSSIAN = (
    "Гость (скидка 5 %); Золото от 500 ₽, 21 визита, 100 баллов или 2 друзей "
    "(скидка 10 %, в 1,5 раза больше баллов, Кофе от нас)."
)


@pytest.mark.parametrize(
    ("changes", "english", "russian"),
    [
        (
            {},
            [f"Your level counts everything so far: {ENGLISH}"],
            [f"Уровень считается за всё время: {RUSSIAN}"],
        ),
        (
            {"window": "calendar_year"},
            [
                f"Your level counts this calendar year: {ENGLISH}",
                "A level once reached is yours to keep.",
            ],
            [
                f"Уровень считается за календарный год: {RUSSIAN}",
                "Достигнутый уровень остаётся навсегда.",
            ],
        ),
        (
            {"window": "rolling", "down": "fit", "rolling_months": 1},
            [
                f"Your level counts the last 1 month: {ENGLISH}",
                "You go down to the level that fits when you no longer reach it.",
            ],
            [
                f"Уровень считается за последний 1 месяц: {RUSSIAN}",
                "Уровень снижается до подходящего, если условие больше не выполняется.",
            ],
        ),
        (
            {"window": "rolling", "down": "step", "grace_months": 2, "warn_days": 21},
            [
                f"Your level counts the last 12 months: {ENGLISH}",
                (
                    "You go down one level 2 months after you no longer reach it; "
                    "your card says so 21 days before."
                ),
            ],
            [
                f"Уровень считается за последние 12 месяцев: {RUSSIAN}",
                (
                    "Уровень снижается на одну ступень через 2 месяца после того, как условие "
                    "перестало выполняться; карта предупредит за 21 день."
                ),
            ],
        ),
        (
            {"window": "rolling", "down": "step", "quiet_months": 3},
            [
                f"Your level counts the last 12 months: {ENGLISH}",
                (
                    "You go down one level when you no longer reach it, or after 3 months without "
                    "a visit; your card says so 30 days before."
                ),
            ],
            [
                f"Уровень считается за последние 12 месяцев: {RUSSIAN}",
                (
                    "Уровень снижается на одну ступень, если условие больше не выполняется, или "
                    "через 3 месяца без визитов; карта предупредит за 30 дней."
                ),
            ],
        ),
        (
            {"window": "rolling", "down": "fit", "quiet_months": 1, "warn_days": 0},
            [
                f"Your level counts the last 12 months: {ENGLISH}",
                (
                    "You go down to the level that fits when you no longer reach it, or one level "
                    "after 1 month without a visit."
                ),
            ],
            [
                f"Уровень считается за последние 12 месяцев: {RUSSIAN}",
                (
                    "Уровень снижается до подходящего, если условие больше не выполняется, или на "
                    "одну ступень через 1 месяц без визитов."
                ),
            ],
        ),
        (
            {"down": "fit", "quiet_months": 5, "warn_days": 1},
            [
                f"Your level counts everything so far: {ENGLISH}",
                (
                    "You go down one level after 5 months without a visit; "
                    "your card says so 1 day before."
                ),
            ],
            [
                f"Уровень считается за всё время: {RUSSIAN}",
                (
                    "Уровень снижается на одну ступень через 5 месяцев без визитов; "
                    "карта предупредит за 1 день."
                ),
            ],
        ),
    ],
)
def test_levels(changes: dict[str, Any], english: list[str], russian: list[str]) -> None:
    check(english, russian, tiers=Tiers(LEVELS, **changes))


def test_gifts_and_friends() -> None:
    check(
        [
            "100 points as a welcome gift.",
            "1 point on your birthday.",
            (
                "Bring a friend: 21 points for you and 2 points for your friend after their first "
                "purchase of 300 ₽ or more."
            ),
        ],
        [
            "100 баллов в подарок за вступление.",
            "1 балл в подарок на день рождения.",
            "Приведите друга: 21 балл вам и 2 балла другу после его первой покупки от 300 ₽.",
        ],
        welcome=Bonus(POINTS, 100),
        birthday=Bonus(POINTS, 1),
        referral=Referral(POINTS, 21, 2, 300_00),
    )


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
        "Gift cards and whatever is paid with points earn nothing.",
        "Tips earn nothing.",
        "A hold lasts 2 minutes; then everything is free again.",
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
        "Подарочные карты и оплаченное баллами ничего не приносят.",
        "Чаевые ничего не приносят.",
        "Резерв держится 2 минуты, потом всё снова свободно.",
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


def test_only_what_there_is_is_said() -> None:
    assert describe(BARE, "en") == ()
    assert describe(replace(BARE, pots=()), "en", "staff") == ()


WARNED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "this program gives nothing", "программа ничего не даёт"),
    (
        {"caps": (Cap(POINTS, "day", 9), Cap(POINTS, "order", 9))},
        "caps.1: a big purchase earns nothing at all",
        "caps.1: крупная покупка не приносит ничего",
    ),
    (
        {"promotions": (promotion(), promotion(id="q")), "stacking": "first"},
        "stacking = 'first': customers cannot tell",
        "stacking = 'first': клиент не поймёт",
    ),
    (
        {
            "pots": (
                PotRule("a", expiry=Expiry(months=3)),
                PotRule("b", "stamps", expiry=Expiry(inactivity_months=3)),
            )
        },
        "pots.0.expiry, pots.1.expiry: value ends in different ways",
        "pots.0.expiry, pots.1.expiry: сроки устроены по-разному",
    ),
    (
        {"pots": (STAMPS, PotRule("b", "stamps"))},
        "pots.0, pots.1: several pots of stamps",
        "pots.0, pots.1: несколько счетов вида stamps",
    ),
    (
        {"earning": (RULE,)},
        "pots.0: nothing can be bought with 'points'",
        "pots.0: на 'points' ничего нельзя купить",
    ),
    (
        {"rewards": COFFEE.rewards},
        "pots.0: nothing ever fills 'points'",
        "pots.0: ничто не пополняет 'points'",
    ),
    (
        {"earning": (RULE,) * 3},
        "earning.0, earning.1, earning.2: 3 rules fill 'points'",
        "earning.0, earning.1, earning.2: правил для 'points' — 3",
    ),
    (
        {"basis": Basis("before", "without", "with")},
        "basis: before discounts, without tax, and with tips at once",
        "basis: до скидок, без налога и с чаевыми сразу",
    ),
    ({"tiers": Tiers(LEVELS)}, "tiers.levels: 4 different ways up", "разных путей наверх — 4"),
    (
        {"tiers": Tiers(LEVELS, "rolling", down="fit")},
        "tiers: levels fall without notice",
        "tiers: уровни падают без предупреждения",
    ),
    (
        {"tiers": Tiers((Level("a", BASIC), Level("b", GOLD, spend=1)))},
        "tiers.levels.1: this level gives nothing",
        "tiers.levels.1: этот уровень не даёт ничего",
    ),
    (
        {"earning": (RULE,), "points_as_money": PointsAsMoney(POINTS, 1, 11_00)},
        "earning.0: spending gives back 55%",
        "earning.0: возвращается 55 %",
    ),
    (
        {"limits": (Limit("earn", "day", 1),), "cool_down_minutes": 5},
        "cool_down_minutes and limits.0: two limits",
        "cool_down_minutes и limits.0: два ограничения",
    ),
    (
        {"earning": (RULE,) * 7},
        "Customers would need 7 sentences to understand this program; more than 6",
        "Чтобы понять программу, клиенту нужно 7 предложений; больше 6",
    ),
]


@pytest.mark.parametrize(("rules", "english", "russian"), WARNED)
def test_an_owner_is_warned(rules: dict[str, Any], english: str, russian: str) -> None:
    program = replace(BARE, **rules)
    for language, text in (("en", english), ("ru", russian)):
        told = [plain(warning) for warning in warnings(program, language)]  # type: ignore[arg-type]
        assert any(text in warning for warning in told), told


def test_a_clear_program_has_no_warnings() -> None:
    for program in (COFFEE, BARBER):
        assert warnings(program, "en") == warnings(program, "ru") == ()
    six = replace(
        COFFEE, earning=COFFEE.earning * 2, rewards=COFFEE.rewards * 2, welcome=Bonus(POINTS, 1)
    )
    assert len(describe(six, "en")) == MOST_SENTENCES
    assert warnings(six, "en") == ()
    assert warnings(replace(six, birthday=Bonus(POINTS, 1)), "en") != ()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(program=programs())
def test_every_program_can_be_told(program: Program) -> None:
    assume("None" not in dump(program))  # as a name that somebody gave
    counts = set()
    for language in program.languages:
        customers, staff = describe(program, language), describe(program, language, "staff")
        for sentence in staff:
            assert sentence.endswith(".")
            assert "None" not in sentence
        assert staff[: len(customers)] == customers
        counts.add((len(customers), len(staff)))
        told = any("understand this program" in text for text in warnings(program, "en"))
        assert told == (len(customers) > MOST_SENTENCES)
    # Both languages say the same rules.
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("number", "english", "russian"),
    [
        (0, "0 points", "0 баллов"),
        (1, "1 point", "1 балл"),
        (2, "2 points", "2 балла"),
        (4, "4 points", "4 балла"),
        (5, "5 points", "5 баллов"),
        (11, "11 points", "11 баллов"),
        (12, "12 points", "12 баллов"),
        (21, "21 points", "21 балл"),
        (22, "22 points", "22 балла"),
        (25, "25 points", "25 баллов"),
        (101, "101 points", "101 балл"),
        (111, "111 points", "111 баллов"),
        (1_000_000, "1,000,000 points", "1 000 000 баллов"),
    ],
)
def test_points_are_counted_as_people_count(number: int, english: str, russian: str) -> None:
    assert words.plural("en", "points", number) == english
    assert plain(words.plural("ru", "points", number)) == russian


@pytest.mark.parametrize(
    ("number", "russian"),
    [(1, "1 балла"), (2, "2 баллов"), (5, "5 баллов"), (11, "11 баллов"), (21, "21 балла")],
)
def test_after_at_most_points_are_in_the_genitive(number: int, russian: str) -> None:
    assert words.plural("ru", "points.of", number) == russian
    assert words.plural("en", "points.of", number) == words.plural("en", "points", number)


@pytest.mark.parametrize("missing", [1, 2, 5, 21])
def test_what_is_missing_reads_well(missing: int) -> None:
    """Russian verbs would have to agree with the number; there is none in the phrase."""
    points = words.plural("ru", "points", missing)
    told = words.phrase("ru", "progress", points=points, reward="Кофе")
    assert told == f"Кофе: ещё {points}"


def test_what_a_lock_screen_says_fits_any_number() -> None:
    for language in words.LANGUAGES:
        for key in ("change.balance", "change.discount", "change.tier"):
            assert words.phrase(language, key).count("%") == 1


@pytest.mark.parametrize(
    ("basis_points", "english", "russian"),
    [
        (1, "0.01%", "0,01 %"),
        (750, "7.5%", "7,5 %"),
        (1000, "10%", "10 %"),
        (10_000, "100%", "100 %"),
    ],
)
def test_percentages_are_exact(basis_points: int, english: str, russian: str) -> None:
    assert words.percent("en", basis_points) == english
    assert plain(words.percent("ru", basis_points)) == russian


@pytest.mark.parametrize(
    ("days", "english", "russian"),
    [
        ([0, 1, 2, 3, 4], "Mon–Fri", "пн–пт"),
        ([6, 5], "Sat, Sun", "сб, вс"),
        ([0, 2, 3, 4, 6], "Mon, Wed–Fri, Sun", "пн, ср–пт, вс"),
    ],
)
def test_days_of_the_week(days: list[int], english: str, russian: str) -> None:
    assert (words.weekdays("en", days), words.weekdays("ru", days)) == (english, russian)


CURRENCIES = ["USD", "EUR", "RUB", "JPY", "KWD", "CLF", "RSD", "ISK", "UAH", "HUF", "IDR", "XXX"]


@given(
    language=st.sampled_from(words.LANGUAGES),
    minor=st.integers(0, LARGEST_AMOUNT),
    currency=st.sampled_from(CURRENCIES),
)
def test_no_minor_unit_is_rounded_away(language: str, minor: int, currency: str) -> None:
    text = words.money(language, minor, currency)
    digits = exponent(currency)
    whole, part = divmod(minor, 10**digits)
    shown = "".join(letter for letter in text if letter.isdigit())
    assert shown == (f"{whole}{part:0{digits}d}" if part else str(whole))


def test_every_phrase_is_in_every_language() -> None:
    english, russian = words._PHRASES["en"], words._PHRASES["ru"]
    more = {key for key in russian if key.startswith("each.")}
    assert set(english) == set(russian) - more
    for key in english:
        assert english[key].count("{") == russian[key].count("{"), key
    assert words._PLURALS["en"].keys() == words._PLURALS["ru"].keys()
    for noun, forms in words._PLURALS["ru"].items():
        assert set(forms) == {"one", "few", "many", "other"}, noun


def test_the_suite_sees_a_wrong_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: English rules for Russian numbers."""
    forms = {**words._PLURALS["ru"]["points"], "few": "{n} баллов"}
    monkeypatch.setitem(words._PLURALS["ru"], "points", forms)
    with pytest.raises(AssertionError):
        test_points_are_counted_as_people_count(2, "2 points", "2 балла")


def test_the_suite_sees_a_forgotten_gender(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: every currency a he."""
    monkeypatch.setattr(words.russian, "GENDERS", {"JPY": "masculine"})
    with pytest.raises(AssertionError):
        test_earning_reads_well_for_any_amount(
            11, 1, "JPY", "11 points for every ¥1.", "11 баллов за каждую 1 ¥."
        )
