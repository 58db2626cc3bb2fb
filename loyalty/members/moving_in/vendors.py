"""Ready mappings: how the exports of well-known systems are read.

By the columns that each documents (help centre articles named beside each, read in November 2026).
Where a vendor documents only what it takes in, or nothing, its files are guessed at and the ready
mapping only answers what no file says. No file of a real shop was seen of any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

VALUE = "balance"
"""In a ready mapping: the first pot of the kind that the vendor counts, whatever its id."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """How a vendor's export is read.

    Attributes
    ----------
    told_by
        Names of columns (as ``plain_name`` writes them) that together are nobody else's; empty
        where only the owner can say whose file it is.
    columns
        Fields by the names that the column may have.
    kind
        Of the pot that its balance goes into, if it is of one kind only.
    answers
        What no file says: see ``Mapping``.
    documented
        Whether the vendor documents the columns of its export.
    """

    id: str
    name: str
    told_by: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    kind: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    documented: bool = True


VENDORS: tuple[Vendor, ...] = (
    # help.perkstar.co.uk 12574294 and 14440651; boomerangme.help "customers-import".
    Vendor(
        "boomerangme",
        "Boomerangme, Perkstar",
        frozenset({"card status", "card serial number"}),
        {
            "first_name": ("first name",),
            "full_name": ("name", "client name", "customer name"),
            "phone": ("phone", "phone number"),
            "email": ("email", "e-mail"),
            "birthday": ("date of birth", "birthday"),
            "visits": ("total visits", "visits"),
            "spend": ("ltv",),
            "expires": ("expiry date", "expiration date", "card expiry date"),
            VALUE: ("balance", "points balance", "stamps", "cashback balance", "current stamps"),
        },
    ),
    # PassKit's documents name no columns of a member export.
    Vendor("loopy", "Loopy Loyalty", frozenset(), {}, "stamps", documented=False),
    # stampme.com help 13385: the owner picks the columns of the portal's table.
    Vendor(
        "stampme",
        "Stamp Me",
        frozenset({"active stamps"}),
        {
            "first_name": ("first name",),
            "full_name": ("name", "customer name", "full name"),
            "phone": ("mobile", "phone", "mobile number"),
            "email": ("email", "e-mail"),
            "birthday": ("birthday", "date of birth"),
            VALUE: ("active stamps",),
        },
        "stamps",
    ),
    # squareup.com help 6632 (customer directory), 5498 (formats); points only by the Loyalty API.
    Vendor(
        "square",
        "Square",
        frozenset({"email subscription status"}),
        {
            "first_name": ("first name", "given name"),
            "phone": ("phone number", "phone"),
            "email": ("email address", "email"),
            "birthday": ("birthday",),
            "marketing": ("email subscription status",),
            "spend": ("total spend", "lifetime spend"),
            "visits": ("transaction count", "visits"),
            VALUE: ("points balance", "loyalty points", "points"),
        },
        "points",
    ),
    # No public export; amounts have two decimals, rounded half up (their example code on GitHub).
    Vendor("uds", "UDS", frozenset(), {}, "points", {"rounding": "half_up"}, documented=False),
    # help.smile.io 4036233 (import and export of points), 11886789 (birthdays: a second file).
    Vendor(
        "smile",
        "Smile.io",
        frozenset({"email", "points"}),
        {
            "email": ("email",),
            "first_name": ("first name",),
            "birthday": ("birthday", "date of birth"),
            "level": ("vip tier",),
            VALUE: ("points", "points balance"),
        },
        "points",
    ),
    # support.yclients.com 115002270149 (client list), alteg.io 4905960584861 (upload of cards).
    Vendor(
        "yclients",
        "YCLIENTS, Altegio",
        frozenset(),
        {
            "full_name": ("имя", "фио", "клиент", "name", "client"),
            "phone": ("телефон", "phone", "phone number"),
            "email": ("email", "e-mail", "почта", "эл. почта"),
            "spend": ("продано", "оплачено", "сумма продаж", "spent", "total spent", "sold"),
            "visits": ("визиты", "количество визитов", "посещения", "visits"),
            "level": ("скидка", "discount"),
            "birthday": ("дата рождения", "день рождения", "birthday", "date of birth"),
            VALUE: ("баланс карты", "остаток на карте", "card balance", "баланс"),
        },
        "points",
        {"phones": "international"},
    ),
)


def vendor(name: str) -> Vendor | None:
    """Return the vendor of that id."""
    return next((one for one in VENDORS if one.id == name), None)


def recognised(names: tuple[str, ...]) -> Vendor | None:
    """Return the vendor whose file has these columns (as ``plain_name`` writes them)."""
    present = frozenset(names)
    for one in VENDORS:
        if not one.told_by <= present or not one.told_by:
            continue
        known = {name for words in one.columns.values() for name in words}
        # Smile.io's file is nothing but two columns: with others beside them it is anybody's.
        if one.id != "smile" or present <= known:
            return one
    return None
