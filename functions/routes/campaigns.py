"""/v1/campaigns: whom to reach, when and how; starting and stopping it; what it did."""

from __future__ import annotations

import re
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import WORDS, Sent, Told
from functions.wiring import campaigning, environment, ledger
from loyalty.campaigns.campaign import LOCK_SCREEN, ActionKind, State, TriggerKind
from loyalty.campaigns.channels.choosing import Channel  # noqa: TC001 - pydantic reads it
from loyalty.campaigns.judging import seen_by_owner
from loyalty.campaigns.results import Verdict, results
from loyalty.core.feedback import Asks  # noqa: TC001 - pydantic reads annotations
from loyalty.core.instants import instant
from loyalty.program.rules import ONE, Weekday
from loyalty.store.campaign_book import KeptCampaign
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.campaigns.uplift import Effect

operations = Operations("Campaigns", "others")

_OTHERS = r"(?!(templates|calendar|verdicts)$)"  # addresses of their own
_NAMES = {"campaign": Name(_OTHERS + r"[a-z][a-z0-9-]{0,39}", "A name of your own.", "win-back")}
_SENT: dict[str, Any] = {
    "name": "Win back who slips away",
    "audience": {"field": "visits", "at_least": 2},
    "trigger": {"kind": "lapsed", "time": "10:00"},
    "actions": [
        {
            "kind": "message",
            "text": {
                "en": "{name}, we miss you: a coffee is waiting.",
                "ru": "{name}, мы скучаем: вас ждёт кофе.",
            },
        },
        {"kind": "points", "pot": "points", "points": 50, "cost": 50},
    ],
    "guards": {"budget": 10_000, "control": 1_000},
}
_WHOLE: dict[str, Any] = {
    **_SENT,
    "trigger": {
        "kind": "lapsed", "time": "10:00", "at": None, "rule": None, "first": None, "days": None,
        "of": None, "amount": None, "skip_holidays": None,
    },
    "actions": [
        {
            "kind": "message", "text": _SENT["actions"][0]["text"], "title": None, "link": None,
            "pot": None, "points": None, "reward": None, "coupon": None, "cost": None,
            "shown_days": None, "asks": None, "options": None, "low": None, "comment": None,
            "prizes": None, "nothing": None, "invitation": None, "picture": None,
            "promotion": None,
        },
        {
            "kind": "points", "text": None, "title": None, "link": None, "pot": "points",
            "points": 50, "reward": None, "coupon": None, "cost": 50, "shown_days": None,
            "asks": None, "options": None, "low": None, "comment": None,
            "prizes": None, "nothing": None, "invitation": None, "picture": None,
            "promotion": None,
        },
    ],
    "guards": {
        "quiet": None, "cap": None, "cap_days": None, "budget": 10_000, "control": 1_000,
        "hold_out": None, "window_days": None,
    },
    "channels": None,
}  # fmt: skip
_SHOWN: dict[str, Any] = {
    "id": "win-back", "state": "draft", "version": 1, "started": None, "control": None,
    "document": _WHOLE,
}  # fmt: skip

Basis = Annotated[int, Field(ge=0, le=ONE // 2, description="Basis points.")]
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
GoodsName = Annotated[str, Field(min_length=1, max_length=80)]
Texts = dict[str, Annotated[str, Field(min_length=1, max_length=500), WORDS]]
Titles = dict[str, Annotated[str, Field(min_length=1, max_length=60), WORDS]]


class TriggerSent(Sent):
    """When members are reached, on the clock of their home location."""

    kind: TriggerKind
    time: Annotated[
        str | None, Field(max_length=5, description="Not before; 10:00 if not said.")
    ] = None
    at: Annotated[str | None, Field(max_length=25, description="Of `at`: 2026-12-01T10:00.")] = None
    rule: Annotated[
        str | None, Field(max_length=200, description="Of `recurring`: RFC 5545, as FREQ=WEEKLY.")
    ] = None
    first: Annotated[
        str | None, Field(max_length=10, description="The day that a rule counts from.")
    ] = None
    days: Annotated[
        int | None,
        Field(ge=0, le=366, description="Before a birthday, a holiday, the end of value; after "
              "joining."),
    ] = None  # fmt: skip
    of: Annotated[
        str | None,
        Field(max_length=40, description="`expiring`: a pot; `near_reward`: a reward; `holiday`: "
              "`public` for those of the country; …"),
    ] = None  # fmt: skip
    amount: Annotated[
        int | None, Field(ge=1, le=10**12, description="`near_…`: what is missing at most.")
    ] = None
    skip_holidays: Annotated[
        bool | None, Field(description="Of `recurring`: not on holidays of country or location.")
    ] = None


class OptionSent(Sent):
    """One answer of a poll."""

    text: dict[str, Annotated[str, Field(min_length=1, max_length=80), WORDS]]
    low: Annotated[bool, Field(description="Somebody has to look when it is chosen.")] = False


class PrizeSent(Sent):
    """What can be drawn."""

    text: Annotated[Titles, Field(description="What it is called: {prize} in texts.")]
    pot: Annotated[str, Field(min_length=1, max_length=40)]
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    odds: Annotated[int, Field(ge=1, le=10_000, description="In ten thousand.")]
    cost: Annotated[
        int | None, Field(ge=0, le=10**9, description="Minor units; as of points, if not said.")
    ] = None


class InvitationSent(Sent):
    """What members are invited to, on the clock of its place."""

    places: Annotated[int, Field(ge=1, le=10_000)]
    begins: Annotated[str, Field(max_length=25, description="2026-12-05T18:00.")]
    ends: Annotated[
        str | None, Field(max_length=25, description="Three hours later, if not said.")
    ] = None
    closes: Annotated[
        str | None,
        Field(max_length=25, description="From then on nobody can say yes; when it begins, if not "
              "said."),
    ] = None  # fmt: skip
    location: Annotated[
        str | None, Field(max_length=40, description="Id of the location; its clock counts.")
    ] = None
    waiting_list: Annotated[
        bool | None,
        Field(description="Whether who finds no place may wait for one; yes if not said."),
    ] = None


class HoursSent(Sent):
    """Hours of some days, or of all."""

    weekdays: Annotated[list[Weekday] | None, Field(min_length=1, max_length=7)] = None
    start: Annotated[str | None, Field(pattern=_CLOCK, description="00:00 if not said.")] = None
    until: Annotated[
        str | None, Field(pattern=_CLOCK, description="Midnight if not said; may be past it.")
    ] = None


class OnlySent(Sent):
    """Which lines of a bill count, by what the till calls them."""

    categories: Annotated[list[GoodsName] | None, Field(min_length=1, max_length=5)] = None
    items: Annotated[list[GoodsName] | None, Field(min_length=1, max_length=5)] = None
    exclude_categories: Annotated[list[GoodsName] | None, Field(min_length=1, max_length=5)] = None
    exclude_items: Annotated[list[GoodsName] | None, Field(min_length=1, max_length=5)] = None


class PromotionSent(Sent):
    """What a member gets on purchases of their own for a time: more points, or points on top."""

    pot: Annotated[
        str | None, Field(max_length=40, description="The program's first one, if not said.")
    ] = None
    multiplier: Annotated[
        int | None,
        Field(ge=ONE + 1, le=100 * ONE, description="Basis points: 20000 is twice as many."),
    ] = None
    bonus: Annotated[int | None, Field(ge=1, le=1_000_000, description="Points on top.")] = None
    per: Annotated[
        Literal["order", "item"] | None,
        Field(description="A bonus for each purchase, if not said, or for each item of it."),
    ] = None
    days: Annotated[
        int | None,
        Field(ge=0, le=366, description="After the day on which they are reached, through the end "
              "of the last one."),
    ] = None  # fmt: skip
    until: Annotated[
        str | None, Field(max_length=10, description="Or the last day, the same for all.")
    ] = None
    uses: Annotated[
        int | None, Field(ge=1, le=100, description="So many purchases; any number if not said.")
    ] = None
    minimum: Annotated[
        int | None, Field(ge=0, le=10**12, description="Smaller bills get nothing; minor units.")
    ] = None
    windows: Annotated[
        list[HoursSent] | None,
        Field(min_length=1, max_length=4, description="On the program's clock; always if not "
              "said."),
    ] = None  # fmt: skip
    only: OnlySent | None = None


class ActionSent(Sent):
    """What is done for each member."""

    kind: ActionKind
    text: Annotated[
        Texts | None,
        Field(description="By language; {name}, {program}, {balance}, {level}, {missing}, "
        "{reward}, {friends} and {coupon} are filled in."),
    ] = None  # fmt: skip
    title: Titles | None = None
    link: Annotated[str | None, Field(max_length=200, description="https://…")] = None
    pot: Annotated[str | None, Field(max_length=40)] = None
    points: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    reward: Annotated[str | None, Field(max_length=40)] = None
    coupon: Annotated[
        str | None, Field(max_length=40, description="One with a word; texts hold it as {coupon}.")
    ] = None
    cost: Annotated[
        int | None,
        Field(ge=0, le=10**9, description="Minor units a member; what the points are worth where "
              "bills are paid with them, if not said."),
    ] = None  # fmt: skip
    shown_days: Annotated[
        int | None,
        Field(ge=1, le=90, description="14 if not said; so long a question can be answered."),
    ] = None
    asks: Annotated[
        Asks | None, Field(description="Of `question`: 0 to 10, one to five, an option, words.")
    ] = None
    options: Annotated[
        list[OptionSent] | None, Field(min_length=2, max_length=10, description="Of a poll.")
    ] = None
    low: Annotated[
        int | None,
        Field(
            ge=0,
            le=10,
            description="Scores up to it are a task for the owner: 6 of 10, 2 of five if not said.",
        ),
    ] = None
    comment: Annotated[
        bool | None, Field(description="Whether words may be added; yes if not said.")
    ] = None
    prizes: Annotated[
        list[PrizeSent] | None,
        Field(min_length=1, max_length=10, description="Of a surprise; one of them, or nothing."),
    ] = None
    nothing: Annotated[
        Texts | None, Field(description="Said to who draws nothing, by language.")
    ] = None
    invitation: Annotated[
        InvitationSent | None, Field(description="Of an invitation; `title` says what to.")
    ] = None
    picture: Annotated[
        str | None,
        Field(pattern=r"^[0-9a-f]{32}$", description="Of news: one that POST /v1/pictures/…/news "
              "has kept."),
    ] = None  # fmt: skip
    promotion: Annotated[
        PromotionSent | None, Field(description="Of a promotion: for whom is reached alone.")
    ] = None


class GuardsSent(Sent):
    """What holds it back."""

    quiet: Annotated[
        list[Annotated[str, Field(max_length=5)]] | None,
        Field(min_length=2, max_length=2, description='["20:00", "09:00"] if not said.'),
    ] = None
    cap: Annotated[
        int | None, Field(ge=1, le=20, description="Messages of all campaigns; 2 if not said.")
    ] = None
    cap_days: Annotated[int | None, Field(ge=1, le=90, description="In days; 7 if not said.")] = (
        None
    )
    budget: Annotated[int | None, Field(ge=0, le=10**12, description="Minor units, exactly.")] = (
        None
    )
    control: Annotated[
        Basis | None, Field(description="Held out; by the audience's size if not said.")
    ] = None
    hold_out: Annotated[
        Basis | None,
        Field(description="Of all members, reached by no campaign of a year; 500 if not said."),
    ] = None
    window_days: Annotated[
        int | None, Field(ge=1, le=90, description="In which coming counts; 14 if not said.")
    ] = None


class CampaignSent(Sent):
    """A campaign."""

    name: Annotated[str, Field(min_length=1, max_length=80), WORDS]
    audience: Annotated[
        dict[str, Any], Field(description="Conditions as of a segment; `{all: []}` is everybody.")
    ]
    trigger: TriggerSent
    actions: Annotated[list[ActionSent], Field(min_length=1, max_length=5)]
    guards: GuardsSent = GuardsSent()
    channels: Annotated[
        list[Channel] | None,
        Field(min_length=1, max_length=4, description="Each member is told by the first that "
              "reaches them; the card, if not said."),
    ] = None  # fmt: skip


class CampaignTold(Told):
    """A campaign, and how it stands."""

    id: str
    state: State
    version: int
    started: datetime | None
    control: Annotated[int | None, Field(description="Held out since it started, basis points.")]
    document: dict[str, Any]


class CampaignList(Told):
    """All campaigns."""

    campaigns: list[CampaignTold]


class TextTold(Told):
    """What a card would say, to the one of the sample for whom it is longest."""

    language: str
    text: str
    characters: int
    parts: Annotated[int, Field(description="Of a text message, with the link by which they end.")]
    lock_screen: Annotated[
        bool, Field(description="Short enough for a lock screen, by what vendors say (90).")
    ]
    picture: Annotated[
        str | None, Field(description="Where the picture that goes with it can be seen.")
    ]


class CampaignPreview(Told):
    """What would happen."""

    said: dict[str, str]
    fitting: int
    members: int
    exact: bool
    consenting: Annotated[int, Field(description="Of the sample, who may be told something.")]
    sample: int
    control: int | None
    cost: Annotated[int, Field(description="Minor units at most, within the budget.")]
    seconds: Annotated[int, Field(description="Until the wallets know, about.")]
    smallest: Annotated[
        int | None,
        Field(description="The smallest effect that can be seen, basis points of who comes."),
    ]
    texts: list[TextTold]


class EffectTold(Told):
    """A difference and its interval, which holds in 95 of 100 cases."""

    value: int
    low: int
    high: int


class SideTold(Told):
    """One side of the comparison: those whose days are over."""

    members: int
    came: int
    money: Annotated[int, Field(description="Spent within the window, minor units.")]


class PromotionTold(Told):
    """What the campaign's promotion has given so far, before caps of periods."""

    members: int
    purchases: int
    points: int
    money: Annotated[int, Field(description="What that is worth, minor units.")]


class FriendsTold(Told):
    """Friends who have bought for the first time since their friend was drawn to a side."""

    treated: int
    control: int


class CampaignResults(Told):
    """What it did so far."""

    outcomes: Annotated[
        dict[str, int],
        Field(
            description="sent, control, held_out, no_consent, capped, budget, appointment: "
            "occurrences. Who has an appointment is named of what goes out once."
        ),
    ]
    channels: Annotated[
        dict[str, dict[str, int]],
        Field(
            description="Of other channels than the card: waiting, accepted, dead, opted_out, "
            "refused, late, cancelled, budget, delivered, undelivered, bounced, complained; "
            "unknown may have been sent, "
            "and is not sent again."
        ),
    ]
    cost: Annotated[int, Field(description="As it was counted when members were reached.")]
    promotion: PromotionTold | None
    friends: Annotated[
        FriendsTold | None, Field(description="Of a campaign that asks members to bring some.")
    ]
    treated: SideTold
    control: SideTold
    verdict: Verdict
    sentences: Annotated[dict[str, str], Field(description="What may be said, by language.")]
    came: Annotated[EffectTold | None, Field(description="Basis points.")]
    money: Annotated[EffectTold | None, Field(description="Minor units a member.")]
    gain: Annotated[EffectTold | None, Field(description="Minor units in all, after costs.")]


@operations.add(
    "GET",
    "/v1/campaigns",
    summary="List campaigns",
    scopes=("owner",),
    answers={200: Said(CampaignList, "All of them.", {"one": {"campaigns": [_SHOWN]}})},
)
def list_campaigns(call: Call[None, None]) -> Answer:
    """Return all campaigns, and how they stand."""
    found = campaigning.campaigns().all(call.key.program)
    return Answer(CampaignList(campaigns=[told(one) for one in found]))


@operations.add(
    "GET",
    "/v1/campaigns/{campaign}",
    summary="Show a campaign",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(CampaignTold, "As it is.", {"one": _SHOWN})},
    refusals=("campaign_not_found",),
)
def show_campaign(call: Call[None, None]) -> Answer:
    """Show a campaign. Its ETag is what a change, a start and a stop of it have to name."""
    found = campaigning.campaigns().one(call.key.program, call.names["campaign"])
    return Answer(told(found), tag=tag(found))


@operations.add(
    "PUT",
    "/v1/campaigns/{campaign}",
    summary="Make or change a campaign",
    scopes=("owner",),
    names=_NAMES,
    body=CampaignSent,
    guarded=True,
    examples={"win back": _SENT},
    answers={200: Said(CampaignTold, "A draft; nothing is sent.", {"one": _SHOWN})},
    refusals=("invalid_campaign", "too_many_campaigns", "campaign_state"),
)
def put_campaign(call: Call[CampaignSent, None]) -> Answer:
    """Make a campaign, or change one that never ran. Nobody is reached before it is started.

    If-Match is the ETag of the campaign, or `"0"` for one that is not there yet.
    """
    document = call.body.model_dump(mode="json")
    sent = KeptCampaign(call.names["campaign"], document)
    found = campaigning.campaigns().put(
        call.key.program, sent, _seen(call, r"0|[1-9][0-9]{0,8}"), call.actor, call.now
    )
    return Answer(told(found), tag=tag(found))


@operations.add(
    "GET",
    "/v1/campaigns/{campaign}/preview",
    summary="Try a campaign",
    scopes=("owner",),
    names=_NAMES,
    answers={
        200: Said(
            CampaignPreview,
            "What would happen.",
            {
                "one": {
                    "said": {"en": "Members with: number of purchases ever at least 2."},
                    "fitting": 412, "members": 980, "exact": True, "consenting": 15, "sample": 20,
                    "control": 1_000, "cost": 10_000, "seconds": 19, "smallest": 2_300,
                    "texts": [
                        {
                            "language": "en", "text": "Ann, we miss you: a coffee is waiting.",
                            "characters": 38, "parts": 2, "lock_screen": True,
                            "picture": None,
                        }
                    ],
                }
            },
        )
    },
    refusals=("campaign_not_found", "invalid_campaign"),
)  # fmt: skip
def preview_campaign(call: Call[None, None]) -> Answer:
    """Say who would be reached, how many, what it costs, how long it takes, and what can be seen.

    Who fits is counted now; what a trigger makes of them over time is not foreseen.
    """
    found = campaigning.campaigns().preview(
        call.key.program, call.names["campaign"], call.now, campaigning.more
    )
    base = environment.configuration().base_url
    return Answer(
        CampaignPreview(
            said=dict(found.said),
            fitting=found.count.fitting,
            members=found.count.members,
            exact=found.count.exact,
            consenting=found.consenting[0],
            sample=found.consenting[1],
            control=found.control,
            cost=found.cost,
            seconds=found.seconds,
            smallest=found.smallest,
            texts=[
                TextTold(
                    language=one.language,
                    text=one.text,
                    characters=one.characters,
                    parts=one.parts,
                    lock_screen=one.characters <= LOCK_SCREEN,
                    picture=f"{base}{one.picture}" if one.picture else None,
                )
                for one in found.texts
            ],
        )
    )


def _act(name: str, state: State, summary: str, done: str) -> Any:
    return operations.add(
        "POST",
        f"/v1/campaigns/{{campaign}}/{name}",
        summary=summary,
        scopes=("owner",),
        names=_NAMES,
        guarded=True,
        answers={200: Said(CampaignTold, done, {"one": {**_SHOWN, "state": state}})},
        refusals=("campaign_not_found", "campaign_state", "invalid_campaign"),
    )


@_act("start", "running", "Start a campaign", "It runs.")
def start_campaign(call: Call[None, None]) -> Answer:
    """Start a campaign, with what its ETag in If-Match names. Within a minute it begins."""
    return _moved(call, "running")


@_act("pause", "paused", "Pause a campaign", "It rests.")
def pause_campaign(call: Call[None, None]) -> Answer:
    """Reach nobody more, within seconds, until it is resumed."""
    return _moved(call, "paused")


@_act("resume", "running", "Resume a campaign", "It runs.")
def resume_campaign(call: Call[None, None]) -> Answer:
    """Go on. Nobody who was reached is reached again for the same."""
    return _moved(call, "running")


@_act("cancel", "cancelled", "Cancel a campaign", "It is over.")
def cancel_campaign(call: Call[None, None]) -> Answer:
    """End a campaign for good, within seconds. What was told and given stays."""
    return _moved(call, "cancelled")


@operations.add(
    "GET",
    "/v1/campaigns/{campaign}/results",
    summary="Tell what a campaign did",
    scopes=("owner",),
    names=_NAMES,
    answers={
        200: Said(
            CampaignResults,
            "By now.",
            {
                "not proven": {
                    "outcomes": {"sent": 371, "control": 41},
                    "channels": {"email": {"accepted": 60, "unknown": 1}}, "cost": 18_550,
                    "promotion": {"members": 61, "purchases": 83, "points": 4_150, "money": 4_150},
                    "friends": None,
                    "treated": {"members": 371, "came": 120, "money": 214_000},
                    "control": {"members": 41, "came": 11, "money": 19_800},
                    "verdict": "not_proven",
                    "sentences": {
                        "en": "Not proven: 5.5 percentage points more came, which may be anything "
                        "from -10.1 to 17.5."
                    },
                    "came": {"value": 551, "low": -1_010, "high": 1_748},
                    "money": None, "gain": None,
                }
            },
        )
    },
    refusals=("campaign_not_found", "invalid_campaign"),
)  # fmt: skip
def tell_campaign_results(call: Call[None, None]) -> Answer:
    """Tell how occurrences ended, and what members did in the days after them.

    Members count on the side that they were drawn to, reached or not. Money is told where two
    hundred were held out: what people spend is skewed.
    """
    kept = campaigning.campaigns().one(call.key.program, call.names["campaign"])
    found = results(ledger.books(), call.key.program, kept, call.now)
    if found.verdict != "not_over":
        seen_by_owner(ledger.books(), call.key.program, kept.id, found.verdict)
    result, promoted = found.result, found.promotion
    sides = {
        side: SideTold(members=found.over[side], came=found.came[side], money=found.money[side])
        for side in ("treated", "control")
    }
    believed = result is not None and result.even
    return Answer(
        CampaignResults(
            outcomes=dict(found.outcomes),
            channels={name: dict(one) for name, one in found.channels.items()},
            cost=found.spent.money,
            promotion=PromotionTold(
                members=promoted.members,
                purchases=promoted.purchases,
                points=promoted.points,
                money=promoted.money,
            )
            if promoted
            else None,
            friends=None if found.friends is None else FriendsTold(**found.friends),
            treated=sides["treated"],
            control=sides["control"],
            verdict=found.verdict,
            sentences=dict(found.sentences),
            came=_effect(result.came if result and believed else None, ONE),
            money=_effect(result.money if result and believed else None, 1),
            gain=_effect(result.gain if result and believed else None, 1),
        )
    )


def _moved(call: Call[None, None], state: State) -> Answer:
    found = campaigning.campaigns().move(
        call.key.program,
        call.names["campaign"],
        _seen(call, r"[1-9][0-9]{0,8}"),
        state,
        call.actor,
        call.now,
    )
    return Answer(told(found), tag=tag(found))


def _seen(call: Call[Any, Any], form: str) -> int:
    match = re.fullmatch(rf'"({form})"', call.seen)
    if match is None:
        raise changed_meanwhile()
    return int(match[1])


def _effect(effect: Effect | None, scale: int) -> EffectTold | None:
    if effect is None:
        return None
    value, low, high = (round(one * scale) for one in (effect.value, effect.low, effect.high))
    return EffectTold(value=value, low=low, high=high)


def told(one: KeptCampaign) -> CampaignTold:
    """Return a campaign as it is told."""
    return CampaignTold(
        id=one.id,
        state=one.state,
        version=one.version,
        started=instant(one.started) if one.started else None,
        control=one.control if one.started else None,
        document=dict(one.document),
    )


def tag(one: KeptCampaign) -> str:
    """Return the ETag of a campaign."""
    return f'"{one.version}"'
