"""What an owner configures: one document, read from TOML or JSON, in force as it stands here.

Pure data, defined once: the reader (``document``) takes types, ranges and unknown-key
strictness from these classes, editors get their JSON Schema, deciding modules get the values.
Amounts are minor units of the program's currency, rates and shares are basis points
(10000 = 100 % = times one), months are whole months of the program's zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from loyalty.languages import Language
from loyalty.money import LARGEST_AMOUNT
from loyalty.program.unseen import UNSEEN, acts_unseen

ONE = 10_000
"""Basis points of one whole."""

GIFT_CARD = "gift_card"
"""The category of lines that sell gift cards, which earn nothing."""

MOST_ITEMS = 100_000
"""Items of one order, or kilograms, litres: more is a till gone wrong."""

MOST_LOCATIONS = 1000
"""Locations of one program."""

MOST_ATTRIBUTES, MOST_CHOICES, LONGEST_TEXT = 20, 50, 200
"""Attributes of a program's members, values to choose from, characters of a text."""

MOST_HOURS, MOST_HOLIDAYS = 28, 60
"""Spans of opening hours in a week, and holidays, of one location."""


@dataclass(frozen=True, slots=True)
class Range:
    """Marks a number field: smallest and largest value that make sense."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Tell the reader; called by it, so that nothing here needs to know it."""
        return {**handler(source), "ge": self.least, "le": self.most}


@dataclass(frozen=True, slots=True)
class Text:
    """Marks a text field: how long it may be, and the form it has."""

    most: int
    form: str | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Tell the reader; called by it, so that nothing here needs to know it."""
        form = {"pattern": self.form} if self.form else {}
        return {**handler(source), "min_length": 1, "max_length": self.most, **form}


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """Marks a list that needs at least one element."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Tell the reader; called by it, so that nothing here needs to know it."""
        return {**handler(source), "min_length": 1}


@dataclass(frozen=True, slots=True)
class AtMost:
    """Marks a list that has a largest length."""

    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Tell the reader; called by it, so that nothing here needs to know it."""
        return {**handler(source), "max_length": self.most}


Identifier = Annotated[str, Text(40, r"^[a-z][a-z0-9-]{0,39}$")]
Sentence = Annotated[str, Text(2000)]
Texts = dict[Language, Sentence]
Name = Annotated[str, Text(120)]
ShortTexts = dict[Language, Annotated[str, Text(100)]]
"""Texts that fit on a lock screen, also behind a few words of ours."""
Labels = dict[Language, Annotated[str, Text(120)]]
"""Texts that a wallet shows as a name or a caption."""
Paragraphs = dict[Language, Annotated[str, Text(500)]]
"""Texts that are one of many on the back of a card."""
Amount = Annotated[int, Range(1, LARGEST_AMOUNT)]
AmountOrNone = Annotated[int, Range(0, LARGEST_AMOUNT)]
Points = Annotated[int, Range(1, 1_000_000_000)]
Months = Annotated[int, Range(1, 120)]
Share = Annotated[int, Range(1, ONE)]
Day = Annotated[str, Text(5, r"^\d\d-\d\d$")]
Date = Annotated[str, Text(10, r"^\d{4}-\d\d-\d\d$")]
TimeOfDay = Annotated[str, Text(5, r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Period = Literal["hour", "day", "week", "month", "year"]

_WHOLE = re.compile(r"-?[0-9]{1,9}")

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Rule:
    """What the reader needs to know of every class here: nothing unknown, nothing converted."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True)
class Expiry(_Rule):
    """When value of a pot is gone; exactly one of the three.

    Attributes
    ----------
    months
        Each lot lives that many whole months after the one it was granted in, through month's end.
    dates
        Everything granted before such a day (``MM-DD``) ends with that day.
    inactivity_months
        Everything ends when nothing was earned or spent for that many whole months.
    """

    months: Months | None = None
    dates: tuple[Day, ...] = ()
    inactivity_months: Months | None = None


@dataclass(frozen=True, slots=True)
class PotRule(_Rule):
    """One kind of value: points, stamps on a card, or prepaid visits.

    ``unit``: what it counts, where that has a name of its own, in the forms of the language after
    numbers: ``bonus, bonuses``; ``бонус, бонуса, бонусов``.
    ``pending_days``: earned value becomes spendable at the start of that many days later.
    ``reminder_days``: how long before value ends the card says so.
    """

    id: Identifier
    kind: Literal["points", "stamps", "visits"] = "points"
    name: ShortTexts | None = None
    unit: ShortTexts | None = None
    expiry: Expiry | None = None
    pending_days: Annotated[int, Range(0, 366)] = 0
    reminder_days: Annotated[int, Range(0, 366)] = 14


@dataclass(frozen=True, slots=True)
class Filter(_Rule):
    """Which lines of a basket a rule looks at: all, or those named, less those excluded."""

    categories: tuple[Name, ...] = ()
    items: tuple[Name, ...] = ()
    exclude_categories: tuple[Name, ...] = ()
    exclude_items: tuple[Name, ...] = ()

    def takes(self, category: str, item: str) -> bool:
        """Tell whether a line of this category and item counts."""
        if category in self.exclude_categories or item in self.exclude_items:
            return False
        named = self.categories or self.items
        return not named or category in self.categories or item in self.items


@dataclass(frozen=True, slots=True)
class Goods(_Rule):
    """What people call a category, or an item, that rules know by the tills' name for it (`id`)."""

    id: Name
    name: Labels


@dataclass(frozen=True, slots=True)
class EarnRule(_Rule):
    """``points`` of a pot for every ``amount`` minor units, for every visit, or for every item.

    What does not make a whole point is carried to the next order. ``minimum``: smaller orders
    earn nothing by this rule. ``free_items``: with ``per = "item"``, items given away count, too.
    """

    pot: Identifier
    points: Points
    per: Literal["amount", "visit", "item"] = "amount"
    amount: Amount | None = None
    minimum: AmountOrNone = 0
    only: Filter = Filter()
    free_items: bool = False


@dataclass(frozen=True, slots=True)
class Basis(_Rule):
    """Which money earns. What is paid with points and what buys gift cards never does."""

    discount: Literal["after", "before"] = "after"
    tax: Literal["with", "without"] = "with"
    tips: Literal["with", "without"] = "without"


@dataclass(frozen=True, slots=True)
class Window(_Rule):
    """Recurring hours in the program's zone; over midnight when ``until`` is not after ``start``.

    A window belongs to the day on which it starts.
    """

    weekdays: tuple[Weekday, ...] = ()
    start: TimeOfDay = "00:00"
    until: TimeOfDay = "00:00"


@dataclass(frozen=True, slots=True)
class Promotion(_Rule):
    """Earning multiplied (20000 = doubled), or points on top, at certain times.

    ``first_day`` and ``last_day`` bound it (both included); without windows it runs all day long.
    ``per``: a bonus is given for the order, or for each item of it that ``only`` takes.
    """

    id: Identifier
    name: Labels
    pot: Identifier
    multiplier: Annotated[int, Range(ONE + 1, 100 * ONE)] | None = None
    bonus: Points | None = None
    per: Literal["order", "item"] = "order"
    windows: tuple[Window, ...] = ()
    first_day: Date | None = None
    last_day: Date | None = None
    minimum: AmountOrNone = 0
    only: Filter = Filter()


@dataclass(frozen=True, slots=True)
class Cap(_Rule):
    """At most so many points: a period's cap cuts off, an order's cap refuses the order."""

    pot: Identifier
    period: Literal["order", "day", "week", "month", "year"]
    points: Points


@dataclass(frozen=True, slots=True)
class Limit(_Rule):
    """At most so many earning orders, or redemptions, of one member in a period."""

    action: Literal["earn", "redeem"]
    period: Period
    count: Annotated[int, Range(1, 10_000)]


Identity = Literal["card", "customer", "phone", "email"]
"""By what the member of an order is known: the card, the till's own customer who was linked to a
member, a proved phone number, a proved e-mail address."""


@dataclass(frozen=True, slots=True)
class StaffLimits(_Rule):
    """What staff may give: points at once, in one key's day (a shift), in one key's month.

    ``acts_per_hour`` bounds acts of any kind with one key: a till gone wrong, or a stolen key.
    """

    at_once: Points = 500
    per_shift: Points = 2_000
    per_month: Points = 20_000
    acts_per_hour: Annotated[int, Range(1, 10_000)] = 200


@dataclass(frozen=True, slots=True)
class Velocity(_Rule):
    """How much one key may ask: a till gone wrong, or a stolen key, comes no further.

    ``sales``: orders reported or claimed; ``spending``: holds, captures, redemptions and their
    undoing; ``others``: all else that tills and staff ask.
    """

    sales_per_minute: Annotated[int, Range(1, 100_000)] = 3_000
    spending_per_minute: Annotated[int, Range(1, 30_000)] = 300
    spending_per_hour: Annotated[int, Range(1, 1_000_000)] = 5_000
    others_per_minute: Annotated[int, Range(1, 100_000)] = 6_000


@dataclass(frozen=True, slots=True)
class PointsAsMoney(_Rule):
    """``points`` of a pot pay ``amount``; at most ``share`` of a bill, at least ``minimum``."""

    pot: Identifier
    points: Points
    amount: Amount
    share: Share = ONE
    minimum: Points = 1


@dataclass(frozen=True, slots=True)
class Reward(_Rule):
    """Something that ``price`` of a pot buys.

    ``windows``, ``first_day`` and ``last_day`` say when, as of promotions. ``per_member``: so often
    one member may have it. ``stocked``: there are only as many as the owner has put into stock,
    which is counted outside this document, for it changes with every one that is had.
    """

    id: Identifier
    pot: Identifier
    price: Points
    name: ShortTexts
    windows: tuple[Window, ...] = ()
    first_day: Date | None = None
    last_day: Date | None = None
    per_member: Annotated[int, Range(1, 10_000)] | None = None
    stocked: bool = False


@dataclass(frozen=True, slots=True)
class Discount(_Rule):
    """A fixed part of every bill."""

    basis_points: Share


@dataclass(frozen=True, slots=True)
class Level(_Rule):
    """One tier: reached by any of the thresholds given; the first level has none.

    ``multiplier`` of earning, ``discount`` off every bill, ``perks`` in words.
    """

    id: Identifier
    name: ShortTexts
    spend: Amount | None = None
    visits: Points | None = None
    points: Points | None = None
    referrals: Points | None = None
    multiplier: Annotated[int, Range(ONE, 100 * ONE)] = ONE
    discount: Annotated[int, Range(0, ONE)] = 0
    perks: Paragraphs | None = None


@dataclass(frozen=True, slots=True)
class Tiers(_Rule):
    """Status levels, lowest first.

    Attributes
    ----------
    window
        What counts towards a level: everything ever, this calendar year, or the present month and
        the ``rolling_months`` before it.
    down
        What happens when a member no longer qualifies: never down, one step, or to what fits.
    grace_months
        Whole months between no longer qualifying and going down.
    quiet_months
        Without a visit in so many whole months a member goes down whatever the window says.
    warn_days
        How long before going down the card says so.
    """

    levels: Annotated[tuple[Level, ...], NotEmpty()]
    window: Literal["lifetime", "calendar_year", "rolling"] = "lifetime"
    rolling_months: Annotated[int, Range(1, 24)] = 12
    down: Literal["never", "step", "fit"] = "never"
    grace_months: Annotated[int, Range(0, 24)] = 0
    quiet_months: Annotated[int, Range(1, 24)] | None = None
    warn_days: Annotated[int, Range(0, 366)] = 30


@dataclass(frozen=True, slots=True)
class Bonus(_Rule):
    """A one-time grant."""

    pot: Identifier
    points: Points


@dataclass(frozen=True, slots=True)
class Referral(_Rule):
    """Both sides are rewarded after the friend's first order of at least ``minimum``."""

    pot: Identifier
    referrer: Points
    friend: Points
    minimum: AmountOrNone = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said on every card of a program; seconds since 1970, texts by language."""

    id: str
    at: int
    until: int
    texts: dict[str, str]
    titles: dict[str, str]
    link: str = ""


@dataclass(frozen=True, slots=True)
class ConsentTexts(_Rule):
    """What a customer agrees to on joining; ``version`` is kept with the answer.

    ``reminders``: the text for the program says that whoever books is reminded of it. Then such a
    reminder is a part of the service and needs no consent to marketing.
    """

    version: Annotated[str, Text(40)]
    program: Texts
    marketing: Texts
    reminders: bool = False


@dataclass(frozen=True, slots=True)
class Joining(_Rule):
    """What whoever joins is asked: their name, a way to reach them, their birthday.

    A program that asks for nothing holds no personal data: its cards are found by their codes.
    """

    name: Literal["required", "optional", "never"] = "required"
    contact: Literal["required", "optional", "never"] = "required"
    birthday: Literal["optional", "never"] = "optional"


@dataclass(frozen=True, slots=True)
class ContactLine(_Rule):
    """One way to reach the shop, shown on the back of the pass."""

    label: Labels
    text: Annotated[str, Text(500)]


@dataclass(frozen=True, slots=True)
class Holiday(_Rule):
    """Days on which a location keeps other hours than in the week; closed where none are named.

    ``last_day`` is ``first_day`` where it is not given; both are included. ``hours`` of no weekday
    are those of each of these days.
    """

    first_day: Date
    last_day: Date | None = None
    name: ShortTexts | None = None
    hours: Annotated[tuple[Window, ...], AtMost(MOST_HOURS)] = ()


@dataclass(frozen=True, slots=True)
class Location(_Rule):
    """A place of business: WGS 84 degrees, north and east positive.

    ``text`` is what a lock screen says near it, instead of the name in a few words of ours;
    ``zone`` is the program's where none is given. ``hours`` are those of an ordinary week in that
    zone; without any nothing is known of them. ``holidays`` take the place of these on their days.
    """

    id: Identifier
    name: ShortTexts
    latitude: Annotated[float, Range(-90, 90)]
    longitude: Annotated[float, Range(-180, 180)]
    zone: Annotated[str, Text(60)] | None = None
    text: ShortTexts | None = None
    address: Paragraphs | None = None
    hours: Annotated[tuple[Window, ...], AtMost(MOST_HOURS)] = ()
    holidays: Annotated[tuple[Holiday, ...], AtMost(MOST_HOLIDAYS)] = ()


@dataclass(frozen=True, slots=True)
class Choice(_Rule):
    """One value that an attribute may have."""

    id: Identifier
    name: ShortTexts


@dataclass(frozen=True, slots=True)
class Attribute(_Rule):
    """Something that a shop writes down of its members: age, what they like, their dog's name.

    ``choices`` are the values of a ``choice``; ``least`` and ``most`` bound a ``number``. ``ask``
    says where the member is asked for it: when they join, or on the page of their card; staff may
    fill it in anyway. Nobody has to answer.
    """

    id: Identifier
    name: ShortTexts
    kind: Literal["choice", "number", "yes_no", "date", "text"]
    choices: Annotated[tuple[Choice, ...], AtMost(MOST_CHOICES)] = ()
    least: int = 0
    most: int = 1_000_000
    ask: Literal["joining", "card"] | None = None

    def fault(self, value: str) -> str | None:
        """Return why a value cannot be one of this attribute; None where it can."""
        if self.kind == "choice":
            known = [one.id for one in self.choices]
            return None if value in known else f"is none of {', '.join(known)}"
        if self.kind == "yes_no":
            return None if value in {"yes", "no"} else "is neither yes nor no"
        if self.kind == "number":
            number = int(value) if _WHOLE.fullmatch(value) else None
            fits = number is not None and self.least <= number <= self.most
            return None if fits else f"is no whole number from {self.least} to {self.most}"
        if self.kind == "date":
            return None if _is_day(value) else "is no day such as 2026-05-04"
        if not 0 < len(value) <= LONGEST_TEXT:
            return f"is not 1 to {LONGEST_TEXT} characters"
        return UNSEEN if any(map(acts_unseen, value)) else None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Program(_Rule):
    """One version of a program.

    Attributes
    ----------
    currency, zone, region
        ISO 4217 code; IANA zone of its policies; ISO 3166 country whose phone numbers need no
        prefix.
    languages
        The first one is used when none fits.
    categories, items
        What people call the goods that rules name as the tills do.
    stacking
        Which of several promotions that apply at once count: the best, all, or the first.
    lowered_bills
        What an order earns whose bill a coupon has lowered: what its rules say, or nothing.
    cool_down_minutes
        An order that soon after the last one that earned earns nothing.
    debt
        What happens when an order is refunded whose points are spent: the rest is owed and paid
        by later earning, or forgiven.
    returned_value_days
        Value given back by a refund lives at least that long, even where its time is over.
    hold_minutes
        How long a hold lasts when nobody captures or releases it.
    undo_minutes
        How long a redemption can be undone, by whoever made it or by staff.
    version
        Not in the document: rises by one with every change of it. Old versions stay readable,
        because an order is always computed with the version that it was first decided with.
    card_version
        Not in the document: rises when a change is visible on every card of the program.
    notice
        Not in the document: what is said on every card at present; None for nothing.
    look
        Not in the document: the stored version that its design was published as last, by
        reference; empty for a design that is shipped.
    """

    schema: Annotated[int, Range(1, 1)]
    id: Identifier
    name: Labels
    organization: Annotated[str, Text(80)]
    currency: Annotated[str, Text(3, r"^[A-Z]{3}$")]
    zone: Annotated[str, Text(60)]
    region: Annotated[str, Text(2, r"^[A-Z]{2}$")]
    languages: Annotated[tuple[Language, ...], NotEmpty()]
    design: Identifier
    consent: ConsentTexts
    contact: Annotated[tuple[ContactLine, ...], NotEmpty()]
    locations: Annotated[tuple[Location, ...], AtMost(MOST_LOCATIONS)] = ()
    joining: Joining = Joining()
    attributes: Annotated[tuple[Attribute, ...], AtMost(MOST_ATTRIBUTES)] = ()
    pots: tuple[PotRule, ...] = ()
    categories: tuple[Goods, ...] = ()
    items: tuple[Goods, ...] = ()
    earning: tuple[EarnRule, ...] = ()
    basis: Basis = Basis()
    promotions: tuple[Promotion, ...] = ()
    stacking: Literal["best", "sum", "first"] = "best"
    caps: tuple[Cap, ...] = ()
    limits: tuple[Limit, ...] = ()
    cool_down_minutes: Annotated[int, Range(0, 10_080)] = 0
    staff: StaffLimits = StaffLimits()
    velocity: Velocity = Velocity()
    rewards: tuple[Reward, ...] = ()
    lowered_bills: Literal["earn", "nothing"] = "earn"
    points_as_money: PointsAsMoney | None = None
    discount: Discount | None = None
    tiers: Tiers | None = None
    welcome: Bonus | None = None
    birthday: Bonus | None = None
    referral: Referral | None = None
    debt: Literal["owe", "forgive"] = "owe"
    returned_value_days: Annotated[int, Range(0, 366)] = 0
    leaving: Literal["forfeit", "spend_first"] = "forfeit"
    hold_minutes: Annotated[int, Range(1, 120)] = 15
    undo_minutes: Annotated[int, Range(0, 366 * 24 * 60)] = 24 * 60
    identity: Annotated[tuple[Identity, ...], NotEmpty()] = ("card", "customer", "phone", "email")
    version: int = 1
    card_version: int = 1
    look: str = ""
    notice: Notice | None = None

    @property
    def worn(self) -> str:
        """What the cards wear: a stored version by reference, or a shipped design by name."""
        return self.look or self.design

    def needs_lines(self) -> tuple[str, ...]:
        """Return the rules (by their path) that give nothing where a till tells no lines."""
        rules = [(f"earning.{index}", rule) for index, rule in enumerate(self.earning)]
        offers = [(f"promotions.{index}", one) for index, one in enumerate(self.promotions)]
        by_item = {path for path, rule in rules if rule.per == "item"}
        return tuple(
            path
            for path, rule in (*rules, *offers)
            if path in by_item or rule.only.categories or rule.only.items  # type: ignore[attr-defined]
        )

    def pot(self, pot_id: str) -> PotRule | None:
        """Return the pot of that id, or None."""
        return next((pot for pot in self.pots if pot.id == pot_id), None)

    def reward(self, reward_id: str) -> Reward | None:
        """Return the reward of that id, or None."""
        return next((reward for reward in self.rewards if reward.id == reward_id), None)

    def attribute(self, attribute_id: str) -> Attribute | None:
        """Return the attribute of that id, or None."""
        return next((one for one in self.attributes if one.id == attribute_id), None)

    def location(self, location_id: str | None) -> Location | None:
        """Return the location of that id, or None."""
        return next((one for one in self.locations if one.id == location_id), None)

    def level(self, level: int) -> Level | None:
        """Return the tier of that number (0 is the lowest); the highest for numbers above."""
        if self.tiers is None:
            return None
        return self.tiers.levels[min(level, len(self.tiers.levels) - 1)]

    def language(self, wanted: str | None) -> Language:
        """Return the wanted language if the program speaks it, else its first one."""
        return next((spoken for spoken in self.languages if spoken == wanted), self.languages[0])


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One consent in one language, with the version of its wording."""

    text: str
    version: str


@dataclass(frozen=True, slots=True)
class ProgramProfile:
    """What the join page shows of a program, in one language, and what it asks by.

    ``locations``: ids that an application may name as the member's home. ``languages``: those that
    the program speaks. ``friends``: whether it matters who brought a new member. ``joining``,
    ``attributes``: what is asked. ``brought``: what a friend gets, and who has brought them.
    """

    program: str
    name: str
    organization: str
    design: str
    language: str
    sentences: tuple[str, ...]
    contact: tuple[tuple[str, str], ...]
    consent: ConsentText
    marketing_consent: ConsentText
    region: str
    locations: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en", "ru")
    friends: bool = False
    brought: str = ""
    joining: Joining = Joining()
    attributes: tuple[Attribute, ...] = ()
