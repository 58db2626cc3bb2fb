"""What can be read of a member from a column, and by which words other systems head it."""

from __future__ import annotations

from typing import Final

BALANCE: Final = "balance."
"""Before the id of a pot: the value that goes into it."""

FIELDS: Final = {
    "first_name": "the first name",
    "full_name": "the whole name; the first name is taken from it",
    "phone": "the phone number",
    "email": "the e-mail address",
    "birthday": "the day of birth",
    "language": "the language",
    "level": "the level, by name, id or per cent of its discount",
    "spend": "the money spent so far: it counts towards the level from the day of the import",
    "visits": "the visits so far: they count in the same way",
    "expires": "the last day on which the value is good",
    "marketing": "whether messages about offers were agreed to",
    "home": "the home location, by name or id",
    "tags": "tags, with commas, semicolons or bars between them",
}
"""Every field, with what it is; beside them ``balance.<pot>`` for each pot of the program."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(" | "))


# Columns that are known and not taken over, so that they are not taken for something else.
KNOWN_ASIDE: Final = frozenset(
    _words(
        "accepts sms marketing | address | average bill | card no. | card number | card "
        "serial number | card status | card type | city | comment | company | completed "
        "stamps | country | created | created at | customer id | date created | deposit | "
        "device | enrolled | family name | gender | geschlecht | guest registration date | id "
        "| joined | kartennummer | last activity | last name | last purchase | last "
        "transaction | last visit | last visited | letzter besuch | letzter einkauf | "
        "lifetime points | member since | middle name | nachname | note | notes | orders | "
        "pending points | points spent | points used | redeemed | reference id | referral "
        "link | registered | serial number | sms consent | sms subscription status | spent "
        "points | stamps | status | surname | total orders | total points earned | "
        "used points | utm | адрес | город | дата регистрации | дата создания | депозит | "
        "комментарий | номер карты | отчество | пол | последнее посещение | последний визит | "
        "последняя покупка | списано | средний чек | статус | статус карты | страна | "
        "устройство | фамилия | №"
    )
)

EXACT: Final = {
    "first_name": _words(
        "first name | firstname | given name | имя | vorname | name first | имя гостя | имя клиента"
    ),
    "full_name": _words(
        "name | full name | customer name | client name | client | customer | фио | полное "
        "имя | клиент | гость | покупатель | имя и фамилия | nombre | kunde | kundenname | "
        "vor- und nachname"
    ),
    "phone": _words(
        "phone | phone number | mobile | mobile number | mobile phone | cell | cell phone | "
        "tel | telephone | телефон | номер телефона | мобильный | мобильный телефон | тел | "
        "тел. | контакт | handy | telefon | telefonnummer | mobil | handynummer | whatsapp"
    ),
    "email": _words(
        "email | e-mail | email address | e-mail address | mail | почта | эл. почта | "
        "электронная почта | e-mail-adresse | емейл | имейл"
    ),
    "birthday": _words(
        "birthday | birth date | birthdate | date of birth | dob | день рождения | дата "
        "рождения | др | geburtstag | geburtsdatum"
    ),
    "language": _words("language | locale | язык | sprache | preferred language"),
    "level": _words(
        "level | tier | vip tier | vip_tier | vip level | customer group | group | category | "
        "categories | status level | loyalty tier | уровень | категория | группа | статус "
        "лояльности | скидка | discount | rabatt | stufe | kundengruppe | персональная скидка"
    ),
    "spend": _words(
        "spend | spent | total spent | total spend | total | ltv | lifetime value | purchase "
        "total | revenue | sum of purchases | сумма покупок | потрачено | всего потрачено | "
        "оборот | продано | оплачено | umsatz | gesamtumsatz | purchase amount"
    ),
    "visits": _words(
        "visits | total visits | number of visits | visit count | transaction count | визиты "
        "| посещения | количество визитов | количество посещений | всего визитов | число "
        "визитов | besuche | anzahl besuche"
    ),
    "expires": _words(
        "expiry | expires | expiry date | expiration | expiration date | expiration_date | "
        "expires at | valid until | points expire | срок действия | действует до | годен до | "
        "сгорают | дата сгорания | gültig bis | ablaufdatum"
    ),
    "marketing": _words(
        "consent | marketing consent | email consent | accepts marketing | accepts email "
        "marketing | email subscription status | opt-in | opt in | subscribed | newsletter | "
        "согласие | согласие на рассылку | рассылка | подписка | подписан | einwilligung | "
        "werbung"
    ),
    "tags": _words(
        "tags | tag | labels | customer tags | теги | тег | метки | schlagwörter | schlagworte"
    ),
    "home": _words(
        "location | store | shop | home location | branch | филиал | точка | магазин | "
        "заведение | filiale | standort"
    ),
}

VALUE_EXACT: Final = {
    "points": _words(
        "points | balance | points balance | point balance | current points | bonus | bonus "
        "balance | bonuses | cashback | cashback balance | approved points | баллы | бонусы | "
        "баланс | бонусный баланс | баланс карты | остаток баллов | количество баллов | бонус "
        "| punkte | punktestand | guthaben | card balance | loyalty points"
    ),
    "stamps": _words(
        "active stamps | stamps balance | current stamps | stamp count | number of stamps | "
        "stamps | штампы | печати | наклейки | количество штампов | stempel | stempelanzahl | "
        "balance | points"
    ),
    "visits": _words(
        "visits left | remaining visits | sessions left | осталось посещений | остаток "
        "посещений | balance | restbesuche"
    ),
}
"""How the column of a pot is headed, by the kind of the pot."""

NEGATIVE: Final = _words(
    "spent | used | redeem | complet | average | status | expired | lifetime | ever | pending "
    "| списан | использован | средн | всего начислено | сгорел | verbraucht | eingelöst | "
    "total earned | referral"
)
"""Words that make a column something else than the value that is there now."""
