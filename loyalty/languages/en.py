"""What cards, pages and cash desks say in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UNIT_FORMS = ("one", "other")
BARE_UNIT = False
UNIT_EXAMPLE = "bonus, bonuses"
GENDERS: Mapping[str, str] = {}
COMING_DAY: tuple[str, str] | None = None


def governed(forms: Mapping[str, str], form: str) -> str:
    """Return a noun after "at most": the same in English."""
    return forms[form]


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
    "link.answer": "Answer here",
    "label.message": "News",
    "label.promotion": "For you",
    "label.appointment": "Your appointment",
    "label.member": "Member",
    "change.balance": "{noun}: %@",
    "change.tier": "Your level is now %@",
    "change.appointment": "Your appointment: %@",
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
    "progress": "{reward}: {points} to go",
    "near": "You are near {location}",
    "cause.gifts": "Gifts: {n}",
    "draw.won": "You have won: {prize}. Show this at the counter.",
    "draw.went": (
        "The winners are drawn. Whoever has won reads it on the card, and anybody can check "
        "how it was done."
    ),
    "saving.members": "Members of the group: {n}",
    "saving.more": "{n} more",
    "saving.1": "A quarter of the way to {what}, together.",
    "saving.2": "Half of the way to {what}, together.",
    "saving.3": "Three quarters of the way to {what}, together.",
    "saving.4": "{what}: done, together! {prize}",
    "invited.off": ("It does not take place: {what}, {when}."),
    "invited.free": ("A place has become free: you are coming. {what}, {when}."),
    "invited.waiting": (
        "{what}, {when}: you are on the waiting list, and we tell you here when a place becomes "
        "free."
    ),
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
    "promotion.bonus.item": "{points} extra for each item",
    "personal": "For you through {day}: {what}{on}{minimum}{times}{left}",
    "personal.left": " ({purchases} left)",
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
    "reward": "{reward} for {points}{dates}{times}{most}{stock}",
    "lowered_bills": "A bill that a code has lowered earns nothing",
    "reward.once": ", once per member",
    "reward.most": ", at most {number} per member",
    "reward.stocked": ", while stock lasts",
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
    "tiers.last_month": "last month",
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
    "referral.brought": (
        "If somebody has brought you: {friend} for you and {referrer} for them after your first "
        "purchase{minimum}"
    ),
    "referral.invited": (
        "{friend} for you and {referrer} for me after your first purchase{minimum}"
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
    "receipt.reward": "Ready",
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
    "trace.personal": "your own promotion",
    "trace.cap": "{period} cap {cap} leaves {points}",
    "trace.caps": "caps leave {points}",
    "trace.order_cap": "more than {cap} for one purchase is refused: {points}",
    "trace.limit": "at most {limits} can earn: nothing",
    "trace.coupon": "a code has lowered this bill: nothing",
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
    "declined.reward_not_now": "this reward is not to be had at this time",
    "declined.reward_all_had": "this member has had that reward as often as one may",
    "declined.out_of_stock": "this reward is out of stock",
    "declined.coupon_not_found": "there is no such code here",
    "declined.coupon_at_till": "this code is used at the till",
    "declined.coupon_stopped": "this code is good no longer",
    "declined.coupon_over": "the time of this code is over",
    "declined.coupon_not_now": "this code is not good at this time",
    "declined.coupon_used": "this code was used before",
    "declined.coupon_had": "this member has used that code as often as one may",
    "declined.coupon_all_used": "this code was used as often as it may be",
    "declined.coupon_needs_bill": "this code lowers a bill: ring it up first",
    "declined.coupon_minimum": "this code is good from {least} on",
    "declined.another_coupon": "another code has lowered this bill already",
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
    # A place, and what an owner has changed.
    "place.hours": "Open {hours}",
    "place.days": "{first} to {last}",
    "place.named": " ({name})",
    "place.closed": "Closed on {days}{name}",
    "place.open": "On {days}{name} open {hours}",
    "changed.earning": "Earning",
    "changed.rewards": "Rewards",
    "changed.money": "Paying with the card",
    "changed.expiries": "How long value lives",
    "changed.discount": "Discount",
    "changed.levels": "Levels",
    "changed.promotions": "Promotions",
    "changed.gifts": "Gifts",
    "changed.basis": "What counts",
    "changed.pending": "When new value can be spent",
    "changed.limits": "Limits",
    "changed.staff": "For staff",
    "changed.now": "{what}: until now “{before}”, from now on “{after}”",
    "changed.new": "{what}: new is “{after}”",
    "changed.gone": "{what}: “{before}” is gone",
    "changed.value": "{what}: {before} becomes {after}",
    "changed.set": "{what}: new is {after}",
    "changed.unset": "{what}: {before} is gone",
    "changed.at": "{label} ({path})",
    "changed.yes": "yes",
    "changed.no": "no",
    "changed.field.name": "Name",
    "changed.field.organization": "Shop",
    "changed.field.currency": "Currency",
    "changed.field.zone": "Time zone",
    "changed.field.region": "Country of phone numbers",
    "changed.field.languages": "Languages",
    "changed.field.design": "Design of the card",
    "changed.field.contact": "How to reach the shop",
    "changed.field.locations": "Locations",
    "changed.field.identity": "How members are recognised",
    "changed.field.leaving": "What leaving does with value",
    "changed.field.latitude": "Latitude",
    "changed.field.longitude": "Longitude",
    "changed.field.address": "Address",
    "changed.field.hours": "Opening hours",
    "changed.field.holidays": "Holidays",
    "changed.field.text": "Text near the place",
    "changed.field.attributes": "Attributes of members",
    "changed.field.order": "Order",
    "changed.field.reminder_days": "Reminder before value ends, in days",
    "changed.field.unit": "What is counted",
    "changed.field.kind": "Kind",
    "changed.field.free_items": "Free items count",
    "changed.field.version": "Version of the consent text",
    "changed.field.program": "Text of joining",
    "changed.field.marketing": "Text of offers",
    "changed.field.stacking": "When several promotions apply",
    "changed.field.hold_minutes": "How long a hold lasts, in minutes",
    "changed.field.undo_minutes": "How long spending can be undone, in minutes",
    "changed.field.returned_value_days": "How long returned value lives, in days",
    "changed.field.debt": "What is spent when an order is refunded",
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
    # Figures: what each of them means.
    "figure.active": "Members who came at least once in the days before.",
    "figure.lapsed": "Members who have come before, and not once in these days.",
    "figure.new": "Members who came for the first time ever. People are counted, not visits.",
    "figure.returning": (
        "Members who came, and for whom it was not the only visit until then. People are counted."
    ),
    "figure.repeat_rate": "Of members who came in the window, the share who came twice or more.",
    "figure.second_visit": (
        "Of the members whose first visit was at least so many days ago, the share who came again "
        "within so many days."
    ),
    "figure.cohort": (
        "Of the members who first came in a month, the share who came in that later month. A month "
        "that is not over is blank."
    ),
    "figure.frequency": "Visits per member who came, and month.",
    "figure.histogram": "Members who came that often.",
    "figure.penetration": "The share of all sales that members made.",
    "figure.penetration_money": "The share of all money that members spent: net, before tips.",
    "figure.average_ticket": (
        "Net money per sale, after refunds, discounts and points, before tips. Members were better "
        "customers before they joined, too: a comparison, not an effect."
    ),
    "figure.lifetime_value": "Net money per member who came in the window; no forecast.",
    "figure.members": "Members who are there: neither left nor joined with another card.",
    "figure.joined": "Members who joined in the window.",
    "figure.put_into_apple": (
        "Cards put into Apple Wallet: phones that began to hear of a card's changes."
    ),
    "figure.taken_from_apple": (
        "Phones that stopped hearing of a card: it was deleted, its updates were turned off, or "
        "the phone is gone."
    ),
    "figure.put_into_google": "Saves of a card that Google Wallet has reported.",
    "figure.taken_from_google": "Removals of a card that Google Wallet has reported.",
    "figure.visits": (
        "Visits of members: one or more sales of one member at one location on one local day."
    ),
    "figure.sales": "Orders that are paid and not fully refunded, of members and of others.",
    "figure.net": "What these sales brought: after refunds, discounts and points, before tips.",
    "figure.average_ticket_others": "The same of sales that are no member's.",
    "figure.slipping": (
        "Members who are away longer than nine in ten of their own next visits take, and who may "
        "still come back."
    ),
    "figure.gone": (
        "Members of whom fewer than one in ten comes back within three times their own usual gap."
    ),
    "figure.expected": "Members who are expected within the next seven days: a forecast.",
    "figure.staff_share": "What staff gave and adjusted, worth in money, as a part of net sales.",
    "figure.nps": (
        "Promoters (9 or 10) less detractors (0 to 6) in a hundred answers of ninety days."
    ),
    "figure.nps.days": (
        "Promoters (9 or 10) less detractors (0 to 6) in a hundred answers of these days."
    ),
    # What a campaign did.
    "campaign.not_over": "It is too early to say: the days after it are not over for everybody.",
    "campaign.not_measurable": "Nothing can be said: nobody was held out to compare with.",
    "campaign.uneven": (
        "The two sides are not as large as they were drawn: something went wrong, and nothing"
        " is to be believed."
    ),
    "campaign.public_holiday": "Public holiday",
    "campaign.not_proven": (
        "Not proven: {value} percentage points more came, which may be anything from {low} to"
        " {high}."
    ),
    "campaign.proven_more": (
        "It brought people: {value} percentage points more came than without it ({low} to {high})."
    ),
    "campaign.proven_less": (
        "It kept people away: {value} percentage points against without it ({low} to {high})."
    ),
    # What stands below offers that go by other ways than the card.
    "offer.stop.email": (
        "You read this because you agreed to offers of {program}. No more of them: {link}"
    ),
    "offer.stop.sms": "Stop: {link}",
    "offer.stop.telegram": "No more of this: /stop",
    "offer.trial": "This is a trial message from {program}: it has come by the way it should.",
    "chat.bound": (
        "The card of {name} at {program} is connected: offers come here. No more of them: /stop"
    ),
    "chat.old": "This link is good no more. Open your card, and connect the chat from there.",
    "chat.stopped": "Nothing more comes here. On your card you can connect the chat again.",
    # Campaigns that are ready to be made (loyalty.campaigns.ready).
    "template.double-points": "Twice as much for who slips away",
    "template.double-points.about": (
        "Whoever stays away longer than nine in ten of their own gaps gets twice as much on their "
        "purchases for two weeks. It costs you only where they come, and nobody else gets it."
    ),
    "template.double-points.text": "{name}, for two weeks you get twice as much on every purchase.",
    "template.win-back": "Win back who slips away",
    "template.win-back.about": (
        "Whoever stays away longer than nine in ten of their own gaps hears from you once. It "
        "goes out while they can still be won, and with a small gift where your program has "
        "rewards."
    ),
    "template.win-back.text": "{name}, it has been a while. We would love to see you again.",
    "template.before-visit": "Before the expected visit",
    "template.before-visit.about": (
        "A day before the week in which somebody is most likely to come, they are reminded of "
        "you. Whoever comes by themselves costs nothing, and the control group shows what it "
        "changed."
    ),
    "template.before-visit.text": "{name}, see you soon? We are looking forward to it.",
    "template.birthday": "Birthday",
    "template.birthday.about": (
        "On their birthday members are wished well, with a gift where your program has rewards. "
        "It goes out once a year, and whoever has told no birthday hears nothing."
    ),
    "template.birthday.text": "Happy birthday, {name}! A little something from us is on your card.",
    "template.near-reward": "Near a reward",
    "template.near-reward.about": (
        "Who is less than a fifth away from your cheapest reward learns how little is missing. "
        "Each way to it is told once."
    ),
    "template.near-reward.text": "{name}, only {missing} more, and {reward} is yours.",
    "template.expiring": "Before value ends",
    "template.expiring.about": (
        "Two weeks before value ends members are told, so that they come and use it. What ends "
        "without a word makes people leave."
    ),
    "template.expiring.text": "{name}, some of your {balance} ends soon. Come and use it.",
    "template.quiet-hours": "Fill quiet hours",
    "template.quiet-hours.about": (
        "Once a week, on the day that you choose, members are invited to the hours that are "
        "quiet. Change the day, the hours and what you offer before you start it."
    ),
    "template.quiet-hours.text": (
        "{name}, it is quiet today between 2 and 5. Come by, we have time for you."
    ),
    "template.welcome": "Welcome",
    "template.welcome.about": (
        "A day after joining new members learn how their card works. Who understands the card "
        "comes back sooner."
    ),
    "template.welcome.text": (
        "Welcome, {name}! Show your card with each purchase, and it fills by itself."
    ),
    "template.regulars": "Thank the regulars",
    "template.regulars.about": (
        "On the first of each month those who come at least once a month, and came lately, are "
        "thanked. It costs little, and they are who you live by."
    ),
    "template.regulars.text": "Thank you, {name}. It is good to have you here so often.",
    "template.after-visit": "Ask after the visit",
    "template.after-visit.about": (
        "After a purchase members are asked whether they would recommend you. "
        "A bad answer reaches you while it can still be made right."
    ),
    "template.after-visit.text": "{name}, would you recommend us to a friend?",
    # What owners ask of members (loyalty.campaigns.leaves).
    "segment.everybody": "All members.",
    "segment.members": "Members with: {conditions}",
    "segment.anybody": "anything at all",
    "segment.not": "not: {condition}",
    "segment.at_least": "{what} at least {value}",
    "segment.at_most": "{what} at most {value}",
    "segment.is": "{what} {value}",
    "segment.attribute": "{of}",
    "segment.tag": "tag",
    "segment.level": "level",
    "segment.balance": "balance in {of}",
    "segment.lifetime": "points earned ever",
    "segment.visits": "number of purchases ever",
    "segment.spent": "spent ever",
    "segment.average_ticket": "average purchase",
    "segment.year_visits": "visits in 365 days",
    "segment.year_spent": "spent in 365 days",
    "segment.last_visit": "days since the last visit",
    "segment.joined": "days since joining",
    "segment.friends": "friends brought",
    "segment.group": "group",
    "segment.class": "class",
    "segment.favourite": "favourite item",
    "segment.usual_hour": "usual hour",
    "segment.usual_day": "usual day",
    "segment.birthday_in": "days to the birthday",
    "segment.age": "age",
    "segment.language": "language",
    "segment.source": "joined by",
    "segment.home": "home location",
    "segment.wallet": "card in a wallet",
    "segment.marketing": "consent to news on the card",
    "segment.email_marketing": "consent to news by e-mail",
    "segment.expires_in": "days until value in {of} ends",
    "segment.to_reward": "missing for {of}",
    "segment.to_reward.any": "missing for the next reward",
    "segment.to_level_spend": "purchases missing for the next level",
    "segment.to_level_visits": "visits missing for the next level",
    "segment.expected_in": "days until the expected visit",
    "segment.appointment_in": "days to the appointment",
    "segment.slipping": "slipping away",
    "segment.gone": "gone",
    "segment.reached": "reached by the campaign {of}",
    "segment.reached.any": "reached by a campaign",
    "segment.last_score": "score answered to the campaign {of}",
    "segment.reached_ago": "days since the campaign {of}",
    "segment.reached_ago.any": "days since the last campaign",
    "segment.group.champions": "champions",
    "segment.group.loyal": "loyal",
    "segment.group.active": "active",
    "segment.group.new": "new",
    "segment.group.promising": "promising",
    "segment.group.needs_attention": "needs attention",
    "segment.group.at_risk": "at risk",
    "segment.group.previously_loyal": "previously loyal",
    "segment.group.almost_lost": "almost lost",
    "segment.group.dormant": "dormant",
    "segment.group.prospects": "no purchases yet",
    "segment.group.regulars": "regulars",
    "segment.group.occasional": "occasional",
    "segment.group.slipping_away": "slipping away",
    "segment.group.gone": "gone",
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

PAGES: Mapping[str, Mapping[str, str]] = {
    # {braces} are filled in by the template that uses the sentence.
    "page": {
        "language": "English",
        "powered": "{organization} keeps your details.",
    },
    "join": {
        "title": "Join {name}",
        "heading": "{name}: get your card",
        "lead": "It takes half a minute and lives in your phone's wallet. No app to install.",
        "all_lines": "All rules ({n} more)",
        "lines": "How it works",
        "first_name": "First name",
        "contact": "How can we recognise you?",
        "by_phone": "Phone",
        "by_email": "E-mail",
        "phone": "Phone number",
        "email": "E-mail address",
        "contact_hint": "We use it to find your card and to send you its link if you lose it.",
        "birthday": "Birthday",
        "optional": "optional",
        "referrer": "Who brought you?",
        "referrer_hint": (
            "The eight letters below the code on their card, or the link they sent you."
        ),
        "consents": "Your agreement",
        "submit": "Get my card",
        "working": "Making your card…",
        "fault": "Error",
        "faults": "Please look at what is marked below. Everything else is kept.",
        "too_many": (
            "There have been too many attempts with this contact. Please try again in {wait}."
        ),
        "later": "That did not work just now. Please try once more in a moment.",
        "minutes_one": "a minute",
        "minutes_few": "{n} minutes",
        "minutes_many": "{n} minutes",
        "hours_one": "an hour",
        "hours_few": "{n} hours",
        "hours_many": "{n} hours",
        "yes": "Yes",
        "no": "No",
    },
    "kit": {
        "heading": "Get your {name} card",
        "lead": "Point your phone's camera at the code. It takes half a minute, and no app.",
        "slip": "Your purchases can count: scan the code, and the card is in your phone.",
        "staff": "For staff: {name}",
        "staff_ask": (
            "Ask before the bill is paid: “Do you have our card?” Nobody has to, and it takes half "
            "a minute: let them scan the code below."
        ),
        "staff_scan": (
            "Scan the code on the phone. It cannot be read? Type the eight letters below it."
        ),
        "staff_contact": (
            "No phone at hand? Whoever has confirmed a phone number or e-mail address is found by "
            "it."
        ),
        "staff_undo": (
            "Wrong card, wrong sum? “Undo” at the counter takes it back for ten minutes."
        ),
        "staff_offline": (
            "No connection? Go on: what you count is kept and counts later. Rewards, and paying "
            "from the card, wait."
        ),
        "staff_missed": (
            "Forgotten? On the page of the card the purchase can be added within 30 days, by the "
            "number of the receipt."
        ),
        "staff_rules": "What the card gives, and what to know of it",
        "code": "Code of the page where you get the card",
        "fold": "Fold here",
        "print": (
            "Print at 100%, without headers and footers. The paper has the size of this page."
        ),
    },
    "card": {
        "more": "More about your card",
        "about": "About this card",
        "title": "Your {name} card",
        "voided": "This card is closed. It can no longer be used.",
        "expired": "This card has expired.",
        "prove": "Confirm your contact",
        "prove_lead": (
            "We have sent a code to the contact you gave. Once you type it here, your purchases "
            "count even when you only name that contact."
        ),
        "prove_code": "Code from the message",
        "prove_submit": "Confirm",
        "prove_again": "Send another code",
        "proved": "Thank you, your contact is confirmed.",
        "sent": "We have sent another code. The one before no longer works.",
        "coupon": "Do you have a code?",
        "coupon_lead": (
            "Type it here, once. A code that lowers a bill, or is for something to take with you, "
            "is shown at the till."
        ),
        "coupon_code": "Code",
        "coupon_submit": "Use this code",
        "given": "Thank you: it is given.",
        "entered": "You have entered. Good luck!",
        "coupon_used": "Thank you, your code counts on your card now.",
        "claim": "A purchase is missing?",
        "claim_lead": (
            "If you paid without showing your card: type what stands on the receipt, within 30 "
            "days."
        ),
        "claim_receipt": "Number of the receipt",
        "claim_amount": "Amount paid",
        "claim_day": "Day",
        "claim_submit": "Count this purchase",
        "claimed": "Thank you, the purchase counts on your card now.",
        "claim_too_many": (
            "There have been too many attempts. Please try again in {wait}, or ask the staff."
        ),
        "code": "Your card's code",
        "friend": "Bring a friend",
        "friend_lead": "Send them this link: then the card knows that it was you.",
        "friend_link": "Link for a friend",
        "out": "Out of stock just now: {names}.",
        "show": "Show this code when you pay",
        "add": "Keep it at hand",
        "add_lead": "In your wallet the card updates by itself after every visit.",
        "apple": "Add to Apple Wallet",
        "google": "Add to Google Wallet",
        "in_app": (
            "If nothing happens, open this page in Safari or Chrome: tap the menu and choose “Open "
            "in browser”."
        ),
        "other_device": "On your phone",
        "scan": (
            "Scan this with your phone's camera to open the page there and add the card to its "
            "wallet."
        ),
        "page_code": "Link to this page",
        "bookmark": (
            "This page is your card, too. Keep its link to yourself: whoever has it can see your "
            "card."
        ),
        "lines": "How it works",
        "contact": "Contact",
        "data": "What is kept of you",
        "data_lead": (
            "A file with everything: who you are, what your card holds and why, your purchases. "
            "Show this page to nobody else."
        ),
        "data_submit": "Save the file",
        "asked": "About you",
        "asked_submit": "Save",
        "answered": "Thank you, it is saved.",
    },
    "sign_in": {
        "console": "To the console",
        "title": "Sign in",
        "heading": "Sign in to your program",
        "lead": (
            "This address lets you in once. Press the button in the browser that you want to work "
            "with."
        ),
        "submit": "Sign in",
        "inside_heading": "You are signed in, {name}.",
        "inside_lead": (
            "This browser stays signed in for twelve hours after you last used it, for thirty days "
            "at most."
        ),
        "refused_heading": "This link lets nobody in any more",
        "refused_lead": (
            "It was used, or it is older than 15 minutes. Ask whoever gave it to you for a new one."
        ),
    },
    "front": {
        "title": "Loyalty cards",
        "heading": "Choose a card",
        "lead": "Each is ready in half a minute and lives in your phone's wallet.",
        "none": "Nothing here yet",
        "none_lead": "This address is ready, and its first shop is still being set up.",
        "card": "You have a card already? Open it from your wallet, or by its link.",
    },
    "history": {
        "title": "What has happened",
        "back": "Back to your card",
        "why": "Why?",
        "why_of": "Why? {what}, {day}",
        "why_not": "That can no longer be told: the rules or the purchase have changed since.",
        "nothing": "Nothing yet. It begins with your first purchase.",
        "older": "Show earlier",
        "missing": "Is something missing or wrong? Ask the staff: they see the same list.",
    },
    "happened": {
        "earn": "Purchase",
        "reverse": "Refund",
        "redeem": "Redeemed",
        "give": "Given to a good cause",
        "enter": "Entered a prize draw",
        "hold": "Reserved",
        "capture": "Paid from the card",
        "release": "No longer reserved",
        "return": "Given back",
        "adjust": "Set right by the shop",
        "gift": "Gift",
        "welcome": "Welcome gift",
        "birthday": "Birthday gift",
        "referral": "For a friend",
        "coupon": "Code used",
        "transfer": "Moved",
        "merge": "Two cards became one",
        "import": "Brought along from the card before",
        "promotion": "Promotion",
        "activate": "Ready to be used",
        "expire": "Ended",
        "tier": "Level",
        "settle": "Brought up to date",
        "other": "Changed",
    },
    "ask": {
        "title": "A question from {name}",
        "nps": "How likely is it that you recommend us?",
        "scale": "0: not at all, 10: certainly.",
        "stars": "How many stars?",
        "poll": "Your choice",
        "text": "Your answer",
        "comment": "Anything to add?",
        "submit": "Send",
        "seen": "{organization} sees who has answered.",
        "thanks": "Thank you! You can change your answer for a day.",
        "over": "This question can no longer be answered.",
        "final": "Thank you for your answer. It can no longer be changed.",
        "missing": "Choose one of the answers.",
        "missing_words": "Write your answer.",
        "reply": "{organization} answers",
        "asked": "A question for you",
        "go": "Answer",
    },
    "invited": {
        "title": "An invitation from {name}",
        "when": "When",
        "where": "Where",
        "until": "Please answer by",
        "asked": "You are invited",
        "coming": "You are coming",
        "waiting": "You are on the waiting list",
        "waiting_lead": "When a place becomes free your card tells you.",
        "off": "Called off: it does not take place",
        "no": "You are not coming",
        "yes_button": "I am coming",
        "wait_button": "Put me on the waiting list",
        "no_button": "I am not coming",
        "full": "All places are taken.",
        "full_wait": "All places are taken. You can wait for one.",
        "too_late": "It is too late to answer.",
        "go": "Answer",
        "change": "Change my answer",
        "seen": "{organization} sees your answer.",
    },
    "together": {
        "full": (
            "All groups that may save for this have begun. If you are invited to one, you "
            "can still join it, until {until}."
        ),
        "title": "Save together",
        "way": "{percent} % of the way, together, until {until}.",
        "done": "Done, together!",
        "until": "Until {until}.",
        "who": "You save together with",
        "alone": "You are alone so far: send somebody the invitation.",
        "link": "Invitation to send",
        "link_hint": "Whoever has it can join, as long as there is room.",
        "leave": "Leave the group",
        "leave_hint": "What you have brought stays with the others.",
        "begin": "Begin a group",
        "shows": "The others may read my first name",
        "invited": "Invited by somebody?",
        "paste": "Paste the invitation here",
        "join": "Join the group",
        "accept": "How to join",
        "accept_how": (
            "Copy this address, open the page of your card, and paste it there under “Groups and "
            "invitations”."
        ),
        "no_card": "No card yet? Get one here.",
        "over": "Nobody can join this group any more.",
        "go": "Groups and invitations",
    },
    "cause": {
        "give": "Give to: {cause}",
        "points": "How much",
        "least": "{least} at least. They cannot be taken back.",
        "submit": "Give",
        "look": "What has come together",
        "together": "Together so far",
        "target": "On the way to {target}",
        "closed": "Nothing more is collected.",
        "link": "More about it",
        "how": (
            "Members give of what is on their card; what is shown here is counted with every gift."
        ),
    },
    "draw": {
        "mine": "You have {entries} entries, under the name",
        "each": "{price} for an entry, until {until}. They cannot be taken back.",
        "how_many": "How many entries",
        "named": "Prize draw: {name}",
        "prizes": "To be won",
        "submit": "Enter",
        "look": "Rules, list and result",
        "won": "Won",
        "rules": "{price} for an entry, {most} entries of a member at most, until {until}.",
        "bought": "An entry comes of each {price}, by itself, until {until}.",
        "rules_bought": (
            "An entry for each {price}, by itself, {most} entries of a member at "
            "most, until {until}."
        ),
        "proof": "How anybody can check it",
        "lead": (
            "The list of entrants is fixed first, and its fingerprint stands here, so that nobody "
            "can change it later. A round of a public source of chance is named that has not "
            "happened yet. That round decides, and nothing else."
        ),
        "chain": "Source of chance: drand, chain",
        "entries": "Entries",
        "hash": "Fingerprint of the list (SHA-256)",
        "round": "Round that decides",
        "randomness": "What it brought",
        "later": "Shown when it is known",
        "list": "The list, as it was fixed",
        "source": "The round at drand",
    },
    "friends": {
        "title": "Bring a friend",
        "scan": "Let your friend scan this",
        "code": "Or your friend types this code when joining.",
        "send": "Send an invitation",
        "text": "Text to send",
        "mail": "Send by e-mail",
        "sms": "Send as a text message",
        "more": "Code to scan, text to send, how many came",
        "came": "{friends} came so far.",
        "invitation": "Join {program} with me. {gets} {link}",
    },
    "surprise": {
        "title": "Surprises of {name}",
        "odds": "What can be drawn",
        "promise": "Fixed beforehand",
        "promise_lead": (
            "The commitment was published before anybody drew. Once the surprise "
            "has ended the seed is shown, and anybody can repeat every draw with "
            "it."
        ),
        "rules": "Rules",
        "commitment": "Commitment (SHA-256)",
        "seed": "Seed",
        "later": "Shown when it has ended",
        "list": "All tickets and what they drew",
    },
    "choices": {
        "title": "Settings and your data",
        "language": "Language of your card",
        "language_hint": "Cards in a wallet follow with their next change.",
        "agreed": "What you agree to",
        "leave": "Leave for good",
        "leave_lead": (
            "Your card is closed and everything that tells who you are is deleted at once. It "
            "cannot be undone."
        ),
        "sure": "I know that whatever is left on my card is lost.",
        "leave_submit": "Delete my card and data",
        "left": "You have left",
        "left_lead": "Your {name} card is closed, and nothing is kept of you any more.",
        "again": "Get a new card",
        "chat": "Telegram",
        "chat_lead": "Offers and news come to a chat with us. By connecting it you agree to them.",
        "chat_submit": "Connect Telegram",
        "chat_bound": "A chat is connected. Write /stop there to end it.",
    },
    "stop": {
        "title": "No more offers",
        "lead": "{name}: “{what}”.",
        "submit": "Stop them",
        "done": "Done. Nothing more comes this way.",
        "again": "On your card you can agree to them again.",
    },
    "topics": {
        "marketing_email": "Offers and news by e-mail",
        "marketing_sms": "Offers and news by text message",
        "marketing_phone": "Offers and news by phone",
        "marketing_messenger": "Offers and news by messenger",
        "profiling_card": "Offers on the card that follow from my purchases",
        "profiling_email": "Offers by e-mail that follow from my purchases",
        "profiling_sms": "Offers by text message that follow from my purchases",
        "profiling_phone": "Offers by phone that follow from my purchases",
        "profiling_messenger": "Offers by messenger that follow from my purchases",
    },
    "not_found": {
        "title": "Page not found",
        "heading": "There is nothing here",
        "lead": "The link may be mistyped, or it has been replaced by a newer one.",
        "hint": "If it was the link of your card, ask the staff: they can give you a new one.",
    },
    "error": {
        "title": "Something went wrong",
        "broken_heading": "That did not work",
        "broken_lead": (
            "The fault is ours, not yours. Your card and everything on it are safe. Please ask the "
            "staff to tell us."
        ),
        "later_heading": "That did not work just now",
        "later_lead": "Your card and everything on it are safe. Please try again in a minute.",
        "gone_heading": "This card is closed",
        "gone_lead": (
            "It can no longer be used or added to a wallet. The staff can give you a new one."
        ),
        "too_many_heading": "That was too often",
        "too_many_lead": (
            "There have been too many attempts. Please wait a while before the next one."
        ),
        "refused_heading": "This form was not accepted",
        "refused_lead": (
            "It came from another site, or in a shape we do not know. Please open the join page "
            "and fill in its form."
        ),
    },
    # What is wrong with a field, by code; also the detail in answers to programs.
    "faults": {
        "required": "This is missing.",
        "unknown_field": "There is no such field.",
        "wrong_type": "This has the wrong type.",
        "invalid_value": "This value is not possible here.",
        "name_missing": "Please enter your first name.",
        "name_too_long": "Please use at most 60 characters.",
        "contact_missing": "Please enter your phone number or e-mail address.",
        "contact_twice": "Please give a phone number or an e-mail address, not both.",
        "phone_missing": "Please enter your phone number.",
        "email_missing": "Please enter your e-mail address.",
        "unknown_location": "There is no such location. Its id stands in the program's document.",
        "invalid_phone": (
            "This does not look like a phone number. With the country code it always works."
        ),
        "invalid_email": "This does not look like an e-mail address.",
        "invalid_birthday": "Please enter a real date, year first, such as 1990-05-28.",
        "birthday_in_future": "A birthday cannot be in the future.",
        "birthday_too_early": "Please enter a year from 1900 on.",
        "invalid_referrer": "This is not the code of a card. Please look again, or leave it empty.",
        "consent_required": "Without this we cannot keep a card for you.",
        "consent_changed": "This text has changed since you opened the page. Please read it again.",
        "give_missing": "Say how much.",
        "give_least": "Give more, at least what is asked for.",
        "give_balance": "You do not have so much.",
        "give_closed": "Nothing can be given to it any more.",
        "draw_missing": "Say how many entries.",
        "draw_most": "So many entries are more than a member may have.",
        "draw_closed": "Nobody can enter any more.",
        "group_missing": "Paste the whole address that you were sent.",
        "group_none": "There is no such group any more. Please look again.",
        "group_full": "This group has as many members as it can have.",
        "group_done": "This group has reached its goal already.",
        "group_other": "You are in another group for this: leave that one first.",
        "group_others": "This is for others.",
        "group_places": (
            "All groups that may save for this have begun. You can join one that you are "
            "invited to."
        ),
        "group_closed": "Nobody can join or begin that any more.",
        "coupon_missing": "Please enter a code.",
        "coupon_none": "There is no such code here. Please look again.",
        "coupon_over": "This code is good no longer.",
        "coupon_not_now": "This code is not good at this time.",
        "coupon_used": "This code was used before, as often as it may be.",
        "coupon_at_till": "This code is good at the till: show it there together with your card.",
        "coupon_refused": "This code cannot be used with this card now. Please ask the staff.",
        "receipt_missing": (
            "Please enter the number, the amount and the day as they stand on the receipt."
        ),
        "receipt_not_found": (
            "No receipt of that number, amount and day waits for its customer. Please look again, "
            "or ask the staff."
        ),
        "leave_sure": "Please tick that you know what is lost.",
        "code_missing": "Please enter the code from the message.",
        "code_wrong": "This is not the code we have sent for this card. Please look again.",
        "code_used_up": "That was one try too many. Ask for another code.",
        "code_expired": "This code is no longer good. Ask for another one.",
    },
}

DESIGNS: Mapping[str, str] = {
    # What designs say beside the card fields, by key; a design may word any of it otherwise.
    "news": "News",
    "message_changed": "%@",
    "no_news": "Nothing new",
    "about": "About the program",
    "join": "Rules and joining",
    "member_name": "Member",
    "card_number": "Card number",
    "climb": "Your progress",
    "silver": "Silver",
    "gold": "Gold",
}
