"""What cards, pages and cash desks say in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PHRASES: Mapping[str, str] = {
    # Cards.
    "label.tier": "Level",
    "label.worth": "Pays",
    "label.way": "Level: {level}",
    "label.keep": "To keep your level",
    "label.since": "Member since",
    "label.expiry": "Use soon",
    "label.warning": "Your level",
    "label.discount": "Discount",
    "label.progress": "Next reward",
    "label.reward": "Ready for you",
    "label.member": "Member",
    "change.balance": "{noun}: %@",
    "change.tier": "Your level is now %@",
    "change.discount": "Your discount is now %@",
    "expiring": "{points} until {day}",
    "falling": "Goes down after {day} unless you visit",
    "falling.needs": "Goes down after {day}; {missing} more keeps it",
    "climb": "{number} of {count}",
    "way": "{missing} more to {target}",
    "way.level": "{missing} more to {level}",
    "way.top": "The highest level",
    "keep": "{missing} by {day}",
    "keep.ever": "Nothing to do: it stays yours",
    "progress": "{points} more to {reward}",
    "near": "You are near {location}",
    # Messages.
    "message.code.subject": "Your code: {program}",
    "message.code.text": (
        "{code} is the code for your {program} card. Type it on the page that opened when you "
        "joined; it is good for {minutes} minutes.\n\n"
        "Never tell it to anybody, and type it on no page that somebody has sent you. "
        "If you did not join, do nothing: nobody gets anything without this code."
    ),
    "message.code.known.text": (
        "You have a {program} card. Here it is:\n{address}\n\n"
        "Have you just made a new one, to go on with that? Then type the code {code} on the page "
        "that opened when you joined, within {minutes} minutes. All you have moves to the new "
        "card, and the old one is closed.\n\n"
        "Never tell the code to anybody, and type it on no page that somebody has sent you. "
        "If you did not ask for it, do nothing: your card stays as it is."
    ),
    # Nouns without a number.
    "noun.points": "Points",
    "noun.stamps": "Stamps",
    "noun.visits": "Visits",
    "noun.of.points": "points",
    "noun.of.stamps": "stamps",
    "noun.of.visits": "visits",
    "quoted": "“{name}”",
    "in_pot": "{counted} ({pot})",
    # Earning.
    "each": "every {amount}",
    "earn.amount": "{points} for {each}{on}{minimum}",
    "earn.amount.on": " spent on {names}",
    # Of a pot that is said in money.
    "earn.share": "{percent} of every purchase{on} comes back{minimum}",
    "earn.share.on": " of {names}",
    "earn.visit": "{points} for every visit{on}{minimum}",
    "earn.visit.on": " with {names}",
    "earn.item": "{points} for every item{on}{minimum}",
    "earn.item.on": " of {names}",
    "earn.except": " (except {names})",
    "earn.minimum": ", on bills from {amount}",
    "earn.minimum.on": ", from {amount} of these",
    "basis": "What counts is the price {parts}",
    "basis.discount": "before discounts",
    "basis.tax": "without tax",
    "basis.tips": "with tips",
    # Promotions.
    "promotion": "{name}: {what}{on}{minimum}{dates}{times}",
    "promotion.twice": "twice the {noun}",
    "promotion.twice.money": "twice as much",
    "promotion.times": "{times} the {noun}",
    "promotion.times.money": "{times} as much",
    "promotion.bonus": "{points} extra",
    "promotion.on": " for {names}",
    "promotion.dates": " from {first} to {last}",
    "promotion.first": " from {first}",
    "promotion.last": " through {last}",
    "promotion.times_of_day": ", {windows}",
    "window.every_day": "every day",
    "window.hours": "{days} {start}–{until}",
    "window.until_midnight": "{days} from {start} until midnight",
    "window.all_day": "{days} all day",
    "stacking.best": "When several promotions apply, the best one counts",
    "stacking.sum": "Promotions that apply at the same time add up",
    "stacking.first": "When several promotions apply, the one named first counts",
    # Limits.
    "a.order": "a purchase",
    "a.hour": "an hour",
    "a.day": "a day",
    "a.week": "a week",
    "a.month": "a month",
    "a.year": "a year",
    "cap": "At most {caps}",
    "cap.order": "A purchase worth more than {points} earns nothing",
    "limit.earn": "At most {limits} can earn",
    "limit.redeem": "You can spend at most {limits}",
    "cool_down": "A purchase less than {time} after another one earns nothing",
    "pending.points": "New points can be spent after {time}",
    "pending.stamps": "New stamps can be spent after {time}",
    "pending.money": "What you collect can be spent after {time}",
    "pending.unit": "{noun} can be spent {time} after they were given",
    "pending.visits": "New visits can be spent after {time}",
    # Spending.
    "reward": "{reward} for {points}",
    "money": "{points} = {amount}{share}{minimum}",
    "money.itself": "You can pay with what you collected{share}{minimum}",
    "money.itself.all": "",
    "money.itself.share": ", up to {percent} of a bill",
    "money.share": ", up to {percent} of a bill",
    "money.all": " off your bill",
    "money.minimum": ", from {points} up",
    "discount": "{percent} off every bill",
    # Expiry.
    "expiry.months": "{noun} live {months}, through the end of the month",
    "expiry.months.money": "What you collected lives {months}, through the end of the month",
    "expiry.dates.money": "What you collected ends every year after {days}",
    "expiry.inactivity.money": "What you collected ends after {months} without a purchase",
    "expiry.dates": "{noun} end every year after {days}",
    "expiry.inactivity": "{noun} end after {months} without a purchase",
    "noun.in_pot": "{noun} ({pot})",
    # Levels.
    "tiers.lifetime": "Your level counts everything so far: {levels}",
    "tiers.calendar_year": "Your level counts this calendar year: {levels}",
    "tiers.rolling": "Your level counts the {months}: {levels}",
    "level": "{name}{threshold}{benefits}",
    "level.threshold": " from {thresholds}",
    "level.benefits": " ({benefits})",
    "level.discount": "{percent} off",
    "down.never": "A level once reached is yours to keep",
    "down": "You go down {where}{conditions}{warning}",
    "down.step": "one level",
    "down.fit": "to the level that fits",
    "down.window": " when you no longer reach it",
    "down.grace": " {months} after you no longer reach it",
    "down.quiet": " after {months} without a visit",
    "down.or.step": "{first}, or{second}",
    "down.or.fit": "{first}, or one level{second}",
    "down.warning": "; your card says so {days} before",
    # Gifts.
    "welcome": "{points} as a welcome gift",
    "birthday": "{points} on your birthday",
    "referral": (
        "Bring a friend: {referrer} for you and {friend} for your friend "
        "after their first purchase{minimum}"
    ),
    "referral.minimum": " of {amount} or more",
    # Staff.
    "staff.remainder": "What does not make a whole one is carried to the next purchase",
    "staff.nothing": "Gift cards and whatever is paid from the card earn nothing",
    "staff.tips": "Tips earn nothing",
    "staff.lifetime_counts": "Friends brought always count, whatever the time",
    "staff.zone": "Days and hours are those of {zone}",
    "staff.reminder.money": "The card warns {days} before money on it ends",
    "staff.reminder": "The card warns {days} before {noun} end",
    "staff.return": "A return takes back what the purchase earned and gives back what paid for it",
    "staff.debt.owe": "What is spent already is owed, and the next purchases pay it first",
    "staff.debt.forgive": "What is spent already is forgiven",
    "staff.returned": "What is given back lives at least {days}",
    "receipt.earned": "{points} earned",
    "receipt.taken": "{points} taken back",
    "receipt.returned": "{points} given back",
    "receipt.line": "{label}: {text}",
    "staff.hold": "A hold lasts {time}; then everything is free again",
    "staff.undo": "What was spent by mistake can be given back within {time}",
    "staff.limits": "You may give up to {at_once} at once, {shift} a day and {month} a month",
    # A decision read aloud.
    "trace.line": "{price}{category}",
    "trace.times": "{quantity} × {price}",
    "trace.of": " {category}",
    "trace.goods": "{quantity} × {category}",
    "trace.counted": "{lines}, of which {amount} count",
    "trace.gives": "{what} → {points}",
    "trace.visit": "visit",
    "trace.discount": "{percent} off {amount}: {discount}",
    "trace.discount.level": "level {level}: {percent} off {amount}: {discount}",
    "trace.discount.none": "no discount",
    "trace.pays": "{points} can pay {amount}{share}",
    "trace.pays.none": "the card can pay nothing of this bill now",
    "trace.minimum": "{amount} is below the minimum of {minimum}",
    "trace.minimum.none": "nothing here counts",
    "trace.tier": "level {level} ×{factor}: {points}",
    "trace.promotion.2": "{name} doubles: {points}",
    "trace.promotion.3": "{name} triples: {points}",
    "trace.promotion.times": "{name} ×{factor}: {points}",
    "trace.promotion.bonus": "{name} adds {bonus}: {points}",
    "trace.cap": "{period} cap {cap} leaves {points}",
    "trace.caps": "caps leave {points}",
    "trace.order_cap": "more than {cap} for one purchase is refused: {points}",
    "trace.limit": "at most {limits} can earn: nothing",
    "trace.cool_down": "less than {time} after the last purchase: nothing",
    "trace.points_paid": "{amount} paid from the card earns nothing",
    "trace.carried": "with what was carried from last time: {points}",
    "trace.nothing": "nothing is earned",
    "daily.day": "daily",
    "daily.week": "weekly",
    "daily.month": "monthly",
    "daily.year": "yearly",
    "declined.insufficient_balance": "{price} needed, {balance} there",
    "declined.below_minimum": "{price} is too little: at least {minimum} at once",
    "declined.above_share": "{price} is too much: the card pays at most {share} of a bill",
    "declined.points_are_no_money": "the card cannot pay bills here",
    "declined.limit": "enough has been spent for now: at most {limits}",
    "declined.another_hold_open": "another hold is open on this card",
    "declined.card_not_found": "no card of this program has that code",
    "declined.account_full": "this account holds as much as can be counted",
    "declined.too_many_on_order": "this order was paid for with cards too many times",
    "declined.hold_not_open": "this hold is not open any more",
    "declined.more_than_held": "{price} asked, {balance} held",
    "declined.membership_ended": "this membership has ended",
    "declined.membership_paused": "this card is paused; staff can resume it",
    "declined.value_left": "there is value left on the card that would be lost",
    "declined": "declined: {reason}",
    # What an owner is warned of.
    "warn.sentences": (
        "Customers would need {count} sentences to understand this program; "
        "more than {most} are not read: drop or merge rules"
    ),
    "warn.order_cap": "{path}: a big purchase earns nothing at all; a cap per day cuts off instead",
    "warn.stacking": (
        "stacking = 'first': customers cannot tell which promotion counts; 'best' needs no telling"
    ),
    "warn.expiries": "{paths}: value ends in different ways; customers remember one",
    "warn.names": "{paths}: several pots of {kind} and not each has a name of its own",
    "warn.currency": "currency: {code} is no money that anybody pays with; is it a typing error?",
    "warn.above_cap": "{path}: costs more than {cap} lets anybody earn in a year",
    "warn.double": "{path}: says the same as {first}; was one of them to be changed?",
    "warn.goods": "{path}: no rule names {name!r}; did you mean {meant!r}?",
    "warn.named_twice": "name and organization: a card says {name!r} twice in a row",
    "warn.caption": "{path}: {name!r} is what cards call something else; choose another word",
    "warn.unit": "{path}: it is called {name!r}, but counted in {noun}; say in what with unit",
    "warn.useless": "{path}: nothing can be bought with {pot!r}",
    "warn.unfed": "{path}: nothing ever fills {pot!r}",
    "warn.many_rules": "{paths}: {count} rules fill {pot!r}; nobody works that out at the till",
    "warn.basis": "basis: {parts} at once is hard to check on a receipt",
    "warn.metrics": "tiers.levels: {count} different ways up; customers follow one or two",
    "warn.notice": "tiers: levels fall without notice; grace_months = 1 lets cards warn before",
    "warn.empty": "{path}: this level gives nothing that the one below does not",
    "warn.generous": "{path}: spending gives back {percent} of what it earned on; is that meant?",
    "warn.limits": "cool_down_minutes and {path}: two limits on one thing; keep one",
    "warn.lines": "{paths}: gives nothing where a till reports no lines, as Square's payments do",
    "warn.nothing": "this program gives nothing: no earning, no discount, no levels, no gifts",
}

PLURALS: Mapping[str, Mapping[str, str]] = {
    "points": {"one": "{n} point", "other": "{n} points"},
    "stamps": {"one": "{n} stamp", "other": "{n} stamps"},
    "visits": {"one": "{n} visit", "other": "{n} visits"},
    # After "at most", "more than", "from": the same in English.
    "points.of": {"one": "{n} point", "other": "{n} points"},
    "stamps.of": {"one": "{n} stamp", "other": "{n} stamps"},
    "visits.of": {"one": "{n} visit", "other": "{n} visits"},
    "friends.of": {"one": "{n} friend", "other": "{n} friends"},
    "friends": {"one": "{n} friend", "other": "{n} friends"},
    "items": {"one": "{n} item", "other": "{n} items"},
    "purchases": {"one": "{n} purchase", "other": "{n} purchases"},
    "sentences": {"one": "{n}", "other": "{n}"},
    "times": {"one": "{n} time", "other": "{n} times"},
    "often": {"one": "once", "other": "{n} times"},
    "minutes": {"one": "{n} minute", "other": "{n} minutes"},
    "hours": {"one": "{n} hour", "other": "{n} hours"},
    "days": {"one": "{n} day", "other": "{n} days"},
    "months": {"one": "{n} month", "other": "{n} months"},
    "last_months": {"one": "last {n} month", "other": "last {n} months"},
}

UNITS: Mapping[str, str] = {
    # What owners call what they count, and its forms after one and after many.
    f"{one}s": f"{one}, {one}s"
    for one in (
        *("bean", "coin", "credit", "crown", "crystal", "cup", "drop", "gem", "heart", "mile"),
        *("point", "stamp", "star", "sticker", "token", "visit"),
    )
} | {"bonuses": "bonus, bonuses", "leaves": "leaf, leaves"}

OWN_SYMBOLS: Mapping[str, str] = {
    # CLDR gives English only the codes of these; people at the till write the sign, after the sum.
    "AMD": "֏",
    "GEL": "₾",
    "KZT": "₸",
    "RUB": "₽",
    "TRY": "₺",
    "UAH": "₴",
}
