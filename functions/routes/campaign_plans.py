"""/v1/campaigns/templates, …/calendar, …/verdicts: ideas, the year's plan, and what worked."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - pydantic reads annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from functions.routes.campaigns import CampaignSent, CampaignTold, tag, told
from functions.wiring import campaigning
from loyalty.campaigns.campaign import State  # noqa: TC001 - pydantic reads annotations
from loyalty.campaigns.ready import NAMES, Lack
from loyalty.campaigns.results import Verdict  # noqa: TC001 - pydantic reads annotations
from loyalty.core.instants import instant
from loyalty.languages import Language  # noqa: TC001 - pydantic reads annotations

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.campaigns import ready

operations = Operations("Campaigns", "others")

_NAMES = {"template": Name("|".join(NAMES), "One of those that are listed.", "welcome")}
_SHOWN: dict[str, Any] = {
    "id": "welcome",
    "name": {"en": "Welcome"},
    "about": {"en": "A day after joining new members learn how their card works. Who …"},
    "possible": True,
    "lack": None,
}
_CAMPAIGN: dict[str, Any] = {
    "id": "hello",
    "state": "draft",
    "version": 1,
    "started": None,
    "control": None,
    "document": {"name": "Welcome"},
}
_PLANNED: dict[str, Any] = {
    "day": "2026-12-01",
    "last_day": "2026-12-01",
    "time": "10:00",
    "kind": "campaign",
    "id": "regulars",
    "name": "Thank the regulars",
    "state": "running",
}


_FEED = "https://cards.example.com/calendar/coffee.3q2-7w"
_JUDGED: dict[str, Any] = {
    "id": "win-back",
    "name": "Win back who slips away",
    "state": "running",
    "verdict": "proven_more",
    "judged_at": "2026-11-30T09:00:00Z",
    "fresh": True,
    "sentences": {"en": "More came: 4.5 points more, between 1.2 and 7.8."},
}


class TemplateTold(Told):
    """An idea."""

    id: str
    name: dict[str, str]
    about: Annotated[dict[str, str], Field(description="Two sentences, by language.")]
    possible: Annotated[bool, Field(description="The program has what it needs.")]
    lack: Annotated[
        Lack | None, Field(description="What is missing: a reward, value that ends, questions.")
    ]


class TemplateList(Told):
    """All ideas."""

    templates: list[TemplateTold]


class DraftSent(Sent):
    """What the draft is called."""

    id: Annotated[
        str | None,
        Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="The template's name, if not said."),
    ] = None


class CalendarAsked(Asked):
    """In which language holidays are called."""

    language: Annotated[
        Language | None, Field(description="Any of ours; else the program's first one.")
    ] = None


class PlannedTold(Told):
    """Something that falls on days."""

    day: date
    last_day: date
    time: Annotated[str | None, Field(description="Local time of the program; null: whole days.")]
    kind: Literal["campaign", "holiday", "promotion"]
    id: Annotated[str, Field(description="Of the campaign, the location or the promotion.")]
    name: str
    state: Annotated[str | None, Field(description="Of a campaign.")]


class StandingTold(Told):
    """A campaign that follows members, and no day of the shop."""

    id: str
    name: str
    state: str
    trigger: str


class CalendarTold(Told):
    """A year from today."""

    days: list[PlannedTold]
    standing: list[StandingTold]
    feed: Annotated[
        str,
        Field(description="The same as iCalendar (RFC 5545), for whoever has this address."),
    ]


class FeedTold(Told):
    """Where the calendar is."""

    feed: str


@operations.add(
    "GET",
    "/v1/campaigns/templates",
    summary="List campaign templates",
    scopes=("owner",),
    answers={200: Said(TemplateList, "All of them.", {"one": {"templates": [_SHOWN]}})},
)
def list_campaign_templates(call: Call[None, None]) -> Answer:
    """List ideas that become a campaign by one call, each explained in two sentences."""
    found = campaigning.plans().templates(call.key.program)
    return Answer(
        TemplateList(
            templates=[
                TemplateTold(
                    id=one.id,
                    name=dict(one.name),
                    about=dict(one.about),
                    possible=one.document is not None,
                    lack=one.lack,
                )
                for one in found
            ]
        )
    )


@operations.add(
    "POST",
    "/v1/campaigns/templates/{template}",
    summary="Make a campaign of a template",
    scopes=("owner",),
    names=_NAMES,
    body=DraftSent,
    examples={"welcome": {"id": "hello"}},
    answers={201: Said(CampaignTold, "A draft; nothing is sent.", {"one": _CAMPAIGN})},
    refusals=("template_not_possible", "campaign_exists", "too_many_campaigns", "busy"),
)
def make_from_template(call: Call[DraftSent, None]) -> Answer:
    """Make a draft with defaults that make sense for the program; change it with PUT, start it.

    The same once more answers with the draft as it was made.
    """
    name = call.names["template"]
    made = campaigning.plans().make(
        call.key.program,
        cast("ready.Name", name),
        call.body.id or name,
        lambda sent: CampaignSent.model_validate(sent).model_dump(mode="json"),
        call.actor,
        call.now,
    )
    return Answer(told(made), 201, tag=tag(made))


class JudgedTold(Told):
    """A campaign that has run."""

    id: str
    name: str
    state: State
    verdict: Annotated[
        Verdict | None, Field(description="As results tell it; null: nobody has looked so far.")
    ]
    judged_at: datetime | None
    fresh: Annotated[
        bool,
        Field(
            description="Whether it should be looked at: it is over, or proven, and no owner has "
            "asked for its results since; for two weeks."
        ),
    ]
    sentences: Annotated[
        dict[str, str], Field(description="What may be said, by language; empty without a verdict.")
    ]


class JudgedList(Told):
    """The twenty that began last."""

    campaigns: list[JudgedTold]


@operations.add(
    "GET",
    "/v1/campaigns/verdicts",
    summary="Tell which campaigns worked",
    scopes=("owner",),
    answers={200: Said(JudgedList, "As of the last day.", {"one": {"campaigns": [_JUDGED]}})},
)
def tell_verdicts(call: Call[None, None]) -> Answer:
    """Tell of each campaign that has run whether it is proven that more came. Looked at once a day.

    How large the difference is, and how sure, stands in the results of each.
    """
    found = campaigning.verdicts(call.key.program, call.now)
    return Answer(
        JudgedList(
            campaigns=[
                JudgedTold(
                    id=one.id,
                    name=one.name,
                    state=one.state,
                    verdict=one.verdict,
                    judged_at=None if one.at is None else instant(one.at * 1_000_000),
                    fresh=one.fresh,
                    sentences=dict(one.sentences),
                )
                for one in found
            ]
        )
    )


@operations.add(
    "GET",
    "/v1/campaigns/calendar",
    summary="Tell the year's plan",
    scopes=("owner",),
    query=CalendarAsked,
    answers={
        200: Said(
            CalendarTold,
            "A year from today.",
            {
                "one": {
                    "days": [_PLANNED],
                    "standing": [
                        {
                            "id": "win-back",
                            "name": "Win back who slips away",
                            "state": "running",
                            "trigger": "lapsed",
                        }
                    ],
                    "feed": _FEED,
                }
            },
        )
    },
)
def tell_calendar(call: Call[None, CalendarAsked]) -> Answer:
    """Tell what falls on which days of the coming year: campaigns, holidays, promotions.

    Campaigns that follow members (a birthday, an absence) fall on no day and stand apart.
    """
    program = call.key.program
    days, standing = campaigning.plans().calendar(program, call.now, call.query.language)
    return Answer(
        CalendarTold(
            days=[
                PlannedTold(
                    day=one.day,
                    last_day=one.last,
                    time=one.at or None,
                    kind=one.kind,
                    id=one.id,
                    name=one.name,
                    state=one.state or None,
                )
                for one in days
            ],
            standing=[
                StandingTold(id=one.id, name=one.name, state=state, trigger=one.trigger.kind)
                for one, state in standing
            ],
            feed=campaigning.feed_address(program),
        )
    )


class PublicHoliday(Told):
    """A day that the whole country has off."""

    day: date
    names: Annotated[
        dict[str, str], Field(description="By language; English where no other is known.")
    ]


class PublicHolidays(Told):
    """Those of the year to come, in their order."""

    holidays: list[PublicHoliday]


@operations.add(
    "GET",
    "/v1/campaigns/holidays",
    summary="List public holidays",
    scopes=("owner",),
    answers={
        200: Said(
            PublicHolidays,
            "A year from today.",
            {
                "one": {
                    "holidays": [
                        {
                            "day": "2026-12-25",
                            "names": {"en": "Christmas Day"},
                        }
                    ]
                }
            },
        )
    },
)
def list_public_holidays(call: Call[None, None]) -> Answer:
    """List the public holidays of the program's country: campaigns go by them.

    A place is closed on them where its own `holidays` say so. None of a country that is not known.
    """
    found = campaigning.public_holidays(call.key.program, call.now)
    told = [PublicHoliday(day=day, names=names) for day, names in found.items()]
    return Answer(PublicHolidays(holidays=told))


@operations.add(
    "POST",
    "/v1/campaigns/calendar/address",
    summary="Replace the calendar's address",
    scopes=("owner",),
    answers={200: Said(FeedTold, "The old one leads nowhere.", {"one": {"feed": _FEED}})},
    refusals=("busy",),
)
def replace_calendar_address(call: Call[None, None]) -> Answer:
    """Give the calendar another address, at once: whoever has the old one finds nothing there.

    Whoever subscribes to it has to do so anew.
    """
    return Answer(FeedTold(feed=campaigning.replace_feed(call.key.program, call.actor, call.now)))
