"""A campaign: whom (audience), when (trigger), what (actions), held back by what (guards). Pure.

The document's shape is checked at the edge; here is what it means, and what contradicts the
program or itself, each with a JSON pointer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from loyalty.campaigns import inviting, promoting, public_days, segment
from loyalty.campaigns.channels.choosing import CHANNELS, NOT_BY
from loyalty.campaigns.recurring import rule_fault
from loyalty.campaigns.surprises import ONE, Prize
from loyalty.core.feedback import LOW, scores
from loyalty.core.instants import read_local
from loyalty.program.by_language import faults as text_faults
from loyalty.program.by_language import fitted, worded
from loyalty.refusals import FieldRefusal, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loyalty.campaigns.channels.choosing import Channel
    from loyalty.campaigns.leaves import Source
    from loyalty.campaigns.promoting import Gives
    from loyalty.campaigns.segment import Tree
    from loyalty.core.feedback import Asks
    from loyalty.core.invitation import Terms
    from loyalty.program.rules import Program

State = Literal["draft", "running", "paused", "cancelled", "finished"]
TriggerKind = Literal[
    "now", "at", "recurring", "holiday", "birthday", "welcome", "lapsed", "near_reward",
    "near_level", "expiring", "before_visit", "level_changed", "bought", "answer_given",
    "will_fall", "claimed", "before_appointment",
]  # fmt: skip
EVENTS: Final[frozenset[TriggerKind]] = frozenset(
    {"level_changed", "bought", "answer_given", "claimed"}
)
"""Triggers of which a member's entries tell, or their answers."""

NUDGES: Final[frozenset[TriggerKind]] = frozenset(
    {
        *("now", "at", "recurring", "holiday", "lapsed", "near_reward", "near_level"),
        *("before_visit",),
    }
)
"""Triggers that ask somebody to come: nobody is asked who has an appointment. The rest answers what
a member has done, greets, warns of an end, or reminds of the appointment itself."""

ONCE: Final[frozenset[TriggerKind]] = frozenset({"now", "at"})
"""Of these, triggers that are due once for each member, whatever comes."""

ActionKind = Literal[
    "message", "news", "points", "reward", "coupon", "promotion", "question", "surprise",
    "invitation", "referral",
]  # fmt: skip
GIFTS: Final[frozenset[ActionKind]] = frozenset({"points", "reward", "promotion", "surprise"})
"""Actions that post to a member's account: a campaign has one of them."""
TRIGGERS: Final = get_args(TriggerKind)
ACTIONS: Final = get_args(ActionKind)

LONGEST_TEXT, LONGEST_TITLE = 500, 60
FEWEST_OPTIONS, LONGEST_OPTION = 2, 80
LOCK_SCREEN: Final = 90
"""Characters that vendors say a lock screen shows of a change; Apple documents no number."""

FIELDS: Final = (
    *("name", "program", "balance", "level", "missing", "reward", "friends", "coupon"),
    *("prize", "ticket"),
)
"""What may stand in a text in braces; a member without it is told an empty text there."""

PUBLIC: Final = "public"
"""What ``holiday`` says for holidays of the whole country."""

MOST_DAYS: Final = 366
USUAL_WINDOW: Final = 14
HOLD_OUT: Final = 500
"""Of members whom no marketing campaign reaches, unless the owner says otherwise: basis points."""

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Trigger:
    """When.

    Attributes
    ----------
    time
        On the member's clock: not before it.
    at
        Of ``at``: the local instant.
    rule, first
        Of ``recurring``: an iCalendar rule (RFC 5545) and the local day that it counts from.
    days
        Before a birthday, a holiday, the end of value or of grace, an appointment; after joining.
    of
        ``public`` (``holiday``: those of the country, not of the location), a pot (``expiring``), a
        reward (``near_reward``), the level that is reached, or any
        (``level_changed``), an item or category (``bought``), the campaign that has asked, or any
        (``answer_given``).
    amount
        What is missing at most: points, or money (minor units) to the next level.
    skip_holidays
        Of ``recurring``: days on which the country or the location has a holiday are left out.
    """

    kind: TriggerKind
    time: time
    at: datetime | None = None
    rule: str = ""
    first: str = ""
    days: int = 0
    of: str = ""
    amount: int = 0
    skip_holidays: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What is done. ``texts`` and ``titles`` are by language; ``cost`` is in minor units.

    ``picture`` is the id of one that is kept (``loyalty.store.news_pictures``).
    ``asks``, ``options``, ``low`` and ``comment`` are of a question (``loyalty.core.feedback``),
    ``prizes`` of a surprise, and ``nothing`` what is said to who draws none; ``terms`` of an
    invitation, ``gives`` of a promotion.
    """

    kind: ActionKind
    texts: Mapping[str, str]
    titles: Mapping[str, str]
    link: str = ""
    coupon: str = ""
    pot: str = ""
    points: int = 0
    cost: int = 0
    shown_days: int = 14
    asks: Asks = "text"
    options: tuple[Mapping[str, str], ...] = ()
    low: tuple[int, ...] = ()
    comment: bool = True
    prizes: tuple[Prize, ...] = ()
    nothing: Mapping[str, str] = field(default_factory=dict)
    terms: Terms | None = None
    picture: str = ""
    gives: Gives | None = None


@dataclass(frozen=True, slots=True)
class Guards:
    """What holds it back.

    Attributes
    ----------
    quiet
        Hours of the member's clock in which nothing is said, from the first to the second.
    cap, cap_days
        So many messages of all campaigns in so many days, at most.
    budget
        Minor units; None for none.
    control
        Share held out, basis points; None: what the audience's size says when it starts.
    hold_out
        Share of all members whom no campaign reaches, the same for all campaigns of a year.
    window
        Days after being reached (or held out) in which coming counts.
    """

    quiet: tuple[time, time]
    cap: int
    cap_days: int
    budget: int | None
    control: int | None
    hold_out: int
    window: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign as its document says it.

    ``channels``: members are told by the first of them that reaches them.
    """

    id: str
    name: str
    audience: Tree
    trigger: Trigger
    actions: tuple[Action, ...]
    guards: Guards
    channels: tuple[Channel, ...] = ("card",)

    @property
    def needs(self) -> frozenset[Source]:
        """Return what has to be read of a member to know by which channel they are told."""
        if self.channels == ("card",):
            return frozenset()
        asks: set[Source] = {"reach"}
        return frozenset(asks | {"wallet"} if self.channels[0] == "card" else asks)

    @property
    def once(self) -> bool:
        """Tell whether it is over when everybody was looked at."""
        return self.trigger.kind in {"now", "at"}

    @property
    def plain(self) -> bool:
        """Tell whether it only says something on the card: nothing of it is counted exactly."""
        if self.channels != ("card",) or self.guards.budget is not None:
            return False
        return not any(
            one.points or one.cost or one.coupon or one.prizes or one.gives for one in self.actions
        ) and all(one.kind != "question" for one in self.actions)

    @property
    def brings_friends(self) -> bool:
        """Tell whether it asks members to bring a friend: then it is counted who has."""
        return any(one.kind == "referral" for one in self.actions)

    @property
    def coupon(self) -> str:
        """Return the id of the coupon that texts name; empty where they name none."""
        return next((one.coupon for one in self.actions if one.coupon), "")

    @property
    def pictures(self) -> tuple[tuple[int, str], ...]:
        """Return the ids of pictures that it shows, each behind the number of its action."""
        return tuple((at, one.picture) for at, one in enumerate(self.actions) if one.picture)

    @property
    def cost(self) -> int:
        """Return what reaching one member costs, without what a surprise gives; minor units."""
        return sum(one.cost for one in self.actions)

    @property
    def dearest(self) -> int:
        """Return what reaching one member costs at most, minor units."""
        return dearest(self.actions)


def dearest(actions: Iterable[Action]) -> int:
    """Return what actions cost at most, minor units."""
    return sum(one.cost + max((prize.cost for prize in one.prizes), default=0) for one in actions)


class _Reader:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.faults: list[FieldRefusal] = []

    def fault(self, pointer: str, code: str, detail: str) -> None:
        self.faults.append(FieldRefusal(pointer, code, detail))

    def trigger(self, sent: Mapping[str, Any]) -> Trigger:
        kind: TriggerKind = sent["kind"]
        days, at = int(sent.get("days") or 0), None
        if kind == "at":
            at = self.instant(sent.get("at"))
        if kind == "recurring":
            why = rule_fault(sent.get("rule") or "", sent.get("first") or "")
            if why:
                self.fault("/trigger/rule", "not_a_rule", why)
        if kind == "holiday":
            self.holidays(sent.get("of") or "")
        of = self.named(kind, sent.get("of") or "")
        amount = int(sent.get("amount") or 0)
        if kind in {"near_reward", "near_level"} and amount < 1:
            self.fault("/trigger/amount", "missing", "Say how much may be missing, 1 at least.")
        clock = self.time(sent.get("time") or "10:00", "/trigger/time")
        return Trigger(
            kind, clock, at, sent.get("rule") or "", sent.get("first") or "", days, of, amount,
            skip_holidays=bool(sent.get("skip_holidays")),
        )  # fmt: skip

    def holidays(self, of: str) -> None:
        """Look whether there are holidays of that kind."""
        if of not in {"", PUBLIC}:
            self.fault("/trigger/of", "unknown_holidays", f"Say {PUBLIC}, or nothing.")
        elif of and not public_days.known(self.program.region):
            why = f"No public holidays are known of {self.program.region}."
            self.fault("/trigger/of", "no_holidays", why)
        elif not of and not any(one.holidays for one in self.program.locations):
            why = "No location of the program names holidays."
            self.fault("/trigger/kind", "no_holidays", why)

    def named(self, kind: TriggerKind, of: str) -> str:
        """Return what a trigger is about, once it is something that the program has."""
        if kind == "expiring" and self.program.pot(of) is None:
            self.fault("/trigger/of", "unknown_pot", "The program has no such pot.")
        if kind == "near_reward" and self.program.reward(of) is None:
            self.fault("/trigger/of", "unknown_reward", "The program has no such reward.")
        if kind in {"near_level", "will_fall"} and self.program.tiers is None:
            self.fault("/trigger/kind", "no_levels", "The program has no levels.")
        if kind == "level_changed":
            levels = [one.id for one in self.program.tiers.levels] if self.program.tiers else []
            if not levels:
                self.fault("/trigger/kind", "no_levels", "The program has no levels.")
            elif of and of not in levels:
                self.fault("/trigger/of", "unknown_level", f"It is one of {', '.join(levels)}.")
        return of

    def instant(self, text: Any) -> datetime | None:
        found = read_local(text)
        if found is None:
            said = "Give a local day and time: 2026-12-01T10:00."
            self.fault("/trigger/at", "not_a_time", said)
            return None
        return found

    def time(self, text: str, pointer: str) -> time:
        try:
            found = time.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None:
            self.fault(pointer, "not_a_time", "Give a time of the day: 10:00.")
            return time(10)
        return found

    def action(self, number: int, sent: Mapping[str, Any]) -> Action:
        below, kind = f"/actions/{number}", sent["kind"]
        texts: Mapping[str, str] = sent.get("text") or {}
        titles: Mapping[str, str] = sent.get("title") or {}
        if kind == "coupon" and not sent.get("coupon"):
            self.fault(f"{below}/coupon", "missing", "Name a coupon.")
        if kind == "referral":
            self.referral()
        if kind in {"message", "news", "question", "surprise", "invitation", "referral"}:
            self.texts(texts, f"{below}/text", LONGEST_TEXT, needed=True)
            self.texts(titles, f"{below}/title", LONGEST_TITLE, needed=kind == "invitation")
        link = sent.get("link") or ""
        if link and not link.startswith("https://"):
            self.fault(f"{below}/link", "not_https", "Give an address with https://.")
        pot, points = self.given(kind, sent, below)
        cost = sent.get("cost")
        value = self._worth(pot, points) if cost is None else int(cost)
        shown = int(sent.get("shown_days") or 14)
        coupon = sent.get("coupon") or ""
        picture = sent.get("picture") or ""
        if picture and kind != "news":
            self.fault(f"{below}/picture", "no_picture_here", "Only news shows a picture.")
        made = Action(kind, texts, titles, link, coupon, pot, points, value, shown, picture=picture)
        if kind == "promotion":
            return self.promotion(made, sent, below)
        if kind == "surprise":
            return self.surprise(made, sent, below)
        if kind == "invitation":
            found = inviting.terms(self.program, sent, titles, below, self.fault)
            return replace(made, terms=found)
        return self.question(made, sent, below) if kind == "question" else made

    def given(self, kind: ActionKind, sent: Mapping[str, Any], below: str) -> tuple[str, int]:
        """Return what of which pot an action gives."""
        pot, points = sent.get("pot") or "", int(sent.get("points") or 0)
        if kind == "reward":
            reward = self.program.reward(sent.get("reward") or "")
            if reward is None:
                self.fault(f"{below}/reward", "unknown_reward", "The program has no such reward.")
            else:
                pot, points = reward.pot, reward.price
        elif kind == "points":
            if self.program.pot(pot) is None:
                self.fault(f"{below}/pot", "unknown_pot", "The program has no such pot.")
            if points < 1:
                self.fault(f"{below}/points", "missing", "Give one point at least.")
        return pot, points

    def promotion(self, made: Action, sent: Mapping[str, Any], below: str) -> Action:
        """Return an action with what members get on purchases of their own for a time."""
        given = promoting.gives(self.program, sent.get("promotion"), below, self.fault)
        points = promoting.most(given)
        if sent.get("cost") is None and points is not None:
            made = replace(made, cost=self._worth(given.promotion.pot, points))
        return replace(made, gives=given)

    def surprise(self, made: Action, sent: Mapping[str, Any], below: str) -> Action:
        """Return an action with what can be drawn, and what is said to who draws nothing."""
        prizes = []
        for number, one in enumerate(sent.get("prizes") or ()):
            at = f"{below}/prizes/{number}"
            self.texts(one["text"], f"{at}/text", LONGEST_TITLE, needed=True)
            if self.program.pot(one["pot"]) is None:
                self.fault(f"{at}/pot", "unknown_pot", "The program has no such pot.")
            cost = one.get("cost")
            worth = self._worth(one["pot"], one["points"]) if cost is None else int(cost)
            prizes.append(Prize(one["text"], one["pot"], one["points"], one["odds"], worth))
        odds = sum(one.odds for one in prizes)
        if not 0 < odds <= ONE:
            said = f"Name prizes whose odds are {ONE} together at most."
            self.fault(f"{below}/prizes", "odds", said)
        nothing: Mapping[str, str] = sent.get("nothing") or {}
        self.texts(nothing, f"{below}/nothing", LONGEST_TEXT, needed=0 < odds < ONE)
        return replace(made, prizes=tuple(prizes), nothing=nothing)

    def referral(self) -> None:
        """Look whether there is anything for who brings a friend."""
        if self.program.referral is None:
            said = "Nobody gets anything for a friend: say what, in the program's referral."
            self.fault("/actions", "no_referral", said)

    def question(self, made: Action, sent: Mapping[str, Any], below: str) -> Action:
        """Return an action with what it asks."""
        asks: Asks | None = sent.get("asks")
        if asks is None:
            self.fault(f"{below}/asks", "missing", "Say what is asked for: nps, stars, poll, text.")
            return made
        options: list[Mapping[str, str]] = [one["text"] for one in sent.get("options") or ()]
        if (asks == "poll") is not (len(options) >= FEWEST_OPTIONS):
            said = "A poll has two options at least, and nothing else has any."
            self.fault(f"{below}/options", "not_a_poll", said)
        for number, one in enumerate(options):
            self.texts(one, f"{below}/options/{number}/text", LONGEST_OPTION, needed=True)
        chosen = [number for number, one in enumerate(sent.get("options") or ()) if one.get("low")]
        low, at_most = tuple(chosen), sent.get("low")
        if at_most is None:
            low = low or LOW.get(asks, ())
        else:
            low = tuple(one for one in scores(asks, 0) if one <= at_most)
            if asks not in LOW:
                self.fault(
                    f"{below}/low", "no_scale", "Only nps and stars have scores that are low."
                )
        comment = sent.get("comment") is not False
        return replace(made, asks=asks, options=tuple(options), low=low, comment=comment)

    def _worth(self, pot: str, points: int) -> int:
        money = self.program.points_as_money
        if money is None or money.pot != pot:
            return 0
        return -(-points * money.amount // money.points)

    def texts(self, texts: Mapping[str, str], pointer: str, longest: int, *, needed: bool) -> None:
        self.faults += text_faults(texts, pointer, self.program.languages, needed=needed)
        for language, text in texts.items():
            below = f"{pointer}/{language}"
            if len(text) > longest:
                self.fault(below, "too_long", f"At most {longest} characters.")
            for name in _FIELD.findall(text):
                if name not in FIELDS:
                    known = ", ".join(f"{{{one}}}" for one in FIELDS)
                    self.fault(below, "unknown_text_field", f"Texts may hold {known}.")

    def channels(self, sent: Sequence[Channel], actions: Iterable[Action]) -> tuple[Channel, ...]:
        for number, one in enumerate(sent):
            if one not in CHANNELS or one in sent[:number]:
                said = f"Name each once: {', '.join(CHANNELS)}."
                self.fault(f"/channels/{number}", "not_a_channel", said)
            elif self.program.region in NOT_BY.get(one, ()):
                said = f"Nobody may advertise there in {self.program.region}."
                self.fault(f"/channels/{number}", "channel_not_allowed", said)
        kinds = {one.kind for one in actions}
        if set(sent) - {"card"} and not kinds & {"message", "news"}:
            self.fault("/channels", "nothing_said", "Add a message: there is nothing to send.")
        if set(sent) - {"card"} and kinds & {"question", "surprise", "invitation", "referral"}:
            said = "Questions, surprises, invitations and links for friends are the card's alone."
            self.fault("/channels", "card_only", said)
        return tuple(sent)

    def guards(self, sent: Mapping[str, Any]) -> Guards:
        quiet = sent.get("quiet") or ["20:00", "09:00"]
        hours = (
            self.time(quiet[0], "/guards/quiet/0"),
            self.time(quiet[1], "/guards/quiet/1"),
        )
        hold_out, window = sent.get("hold_out"), sent.get("window_days")
        return Guards(
            quiet=hours,
            cap=int(sent.get("cap") or 2),
            cap_days=int(sent.get("cap_days") or 7),
            budget=sent.get("budget"),
            control=sent.get("control"),
            hold_out=HOLD_OUT if hold_out is None else int(hold_out),
            window=USUAL_WINDOW if window is None else int(window),
        )


def read(name: str, document: Mapping[str, Any], program: Program) -> Campaign:
    """Return the campaign that a document says.

    Raises
    ------
    Refusal
        ``invalid_campaign``, with a pointer (RFC 6901) for each fault.
    """
    reader, document = _Reader(program), worded(document, program.languages)
    audience: Tree = segment.EVERYBODY
    try:
        audience = segment.read(document["audience"], program, "/audience")
    except Refusal as refusal:
        reader.faults += refusal.fields
    guards = reader.guards(document.get("guards") or {})
    trigger = reader.trigger(document["trigger"])
    if trigger.kind != "now" and is_quiet(_clock(trigger), guards.quiet):
        reader.fault("/trigger/time", "quiet", "That time is in the quiet hours.")
    actions = tuple(reader.action(*one) for one in enumerate(document["actions"]))
    if len([one for one in actions if one.kind in GIFTS]) > 1:
        said = "Give points, a reward, a promotion or a surprise: one of them."
        reader.fault("/actions", "points_twice", said)
    if len([one for one in actions if one.kind in {"question", "invitation", "referral"}]) > 1:
        said = "Ask one question, invite once, or ask for a friend once."
        reader.fault("/actions", "asked_twice", said)
    if trigger.kind not in {"now", "at"} and any(one.kind == "invitation" for one in actions):
        said = "An invitation goes out once: now, or at a time."
        reader.fault("/trigger/kind", "invites_once", said)
    spoken = " ".join(text for one in actions for text in one.texts.values())
    if "{coupon}" in spoken and not any(one.coupon for one in actions):
        reader.fault("/actions", "no_coupon", "A text names a coupon: add the action.")
    channels = reader.channels(document.get("channels") or ("card",), actions)
    if guards.budget is not None and channels == ("card",) and not dearest(actions):
        said = "A budget needs a price: say the `cost` of an action; points cost something, too."
        reader.fault("/guards/budget", "no_cost", said)
    if reader.faults:
        raise Refusal("invalid", "invalid_campaign", fields=reader.faults)
    return Campaign(name, document["name"], audience, trigger, actions, guards, channels)


def read_kept(name: str, document: Mapping[str, Any], program: Program) -> Campaign:
    """Return the campaign that a kept document says, in the languages of its program by now.

    Raises
    ------
    Refusal
        ``invalid_campaign``: the program has lost what it names.
    """
    return read(name, worded(document, program.languages, fitted), program)


def _clock(trigger: Trigger) -> time:
    return trigger.at.time() if trigger.at else trigger.time


def is_quiet(clock: time, quiet: tuple[time, time]) -> bool:
    """Tell whether a time of the day is in quiet hours, which may go past midnight."""
    begins, ends = quiet
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with a member's fields in it, and no double spaces where one is empty."""
    found = _FIELD.sub(lambda match: values.get(match[1], ""), text)
    return re.sub(r" +([,.!?])", r"\1", re.sub(r" {2,}", " ", found)).strip()
