"""/v1/feedback: what members answer to questions, and what the shop does about it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import WORDS, Asked, Sent, Told
from functions.routes.member_shapes import ANN, LanguageAsked
from functions.routes.recommending import PromotersTold
from functions.routes.staff_acts import ActTold, PotNamed, ReasonSent, act_of
from functions.routes.staff_acts import told as act_told
from functions.wiring import campaigning, feedback, reading_answers
from loyalty.core.feedback import Asks, State  # noqa: TC001 - pydantic reads annotations
from loyalty.core.instants import instant
from loyalty.members.feedback import LONGEST_REPLY

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.core.feedback import Feedback

operations = Operations("Feedback", "others")

MOST = 50
_MEMBER = 32
_ID = f"{ANN['member_id']}{'5b' * 8}"
_NAMES = {"feedback": Name(r"[0-9a-f]{48}", "The answer's id.", _ID)}
_CAMPAIGN = {"campaign": Name(r"[a-z][a-z0-9-]{0,39}", "Whose question it is.", "after-visit")}
_SHOWN: dict[str, Any] = {
    "id": _ID, "member_id": ANN["member_id"], "campaign": "after-visit", "asks": "nps",
    "question": {"en": "Would you recommend us?"}, "options": [], "score": 3,
    "words": "The coffee was cold.", "low": True, "location": "main-street",
    "asked_at": "2026-05-04T09:00:00Z", "answered_at": "2026-05-04T12:00:00Z",
    "changed_at": "2026-05-04T12:00:00Z", "state": "open", "reply": None, "replied_at": None,
    "replied_by": None, "given": 0,
}  # fmt: skip


class FeedbackAsked(Asked):
    """Which answers."""

    state: Annotated[
        State,
        Field(description="`open`: somebody has to do something; `noted`: nobody has to."),
    ] = "open"
    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many.")] = 20
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


class FeedbackTold(Told):
    """What a member has answered, and what became of it."""

    id: str
    member_id: str
    campaign: str
    asks: Asks
    question: Annotated[dict[str, str], Field(description="As the member was asked, by language.")]
    options: Annotated[list[dict[str, str]], Field(description="Of a poll, by language.")]
    score: Annotated[
        int | None, Field(description="0 to 10, 1 to 5, the number of an option from 0; or none.")
    ]
    words: Annotated[str | None, Field(description="What they said besides, or alone.")]
    low: bool
    location: Annotated[str | None, Field(description="What it is about, if that is known.")]
    asked_at: datetime
    answered_at: datetime
    changed_at: datetime
    state: State
    reply: Annotated[str | None, Field(description="What the shop has said to it.")]
    replied_at: datetime | None
    replied_by: str | None
    given: Annotated[int, Field(description="Points and stamps given to make it right.")]


class FeedbackList(Told):
    """Answers, the oldest first."""

    feedback: list[FeedbackTold]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


class ReplySent(Sent):
    """What the shop says to an answer, in the words that the member reads."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_REPLY), WORDS]


class CompensationSent(ReasonSent):
    """What is given to make it right, and why."""

    pot: PotNamed
    points: Annotated[int, Field(ge=1, le=1_000_000_000)]


class AnswersTold(Told):
    """How often each answer to a campaign's question was given."""

    campaign: str
    asks: Asks
    asked: Annotated[int, Field(description="Members who were asked.")]
    answers: int
    members: Annotated[int, Field(description="Who answered, each once.")]
    scores: Annotated[dict[str, int], Field(description="Answers by score, or option's number.")]
    words: Annotated[int, Field(description="Answers in words alone.")]
    average: Annotated[
        int | None,
        Field(description="Of stars, in hundredths; null of fewer than thirty members."),
    ]
    nps: PromotersTold | None


@operations.add(
    "GET",
    "/v1/feedback",
    summary="List what members answered",
    scopes=("owner",),
    query=FeedbackAsked,
    answers={200: Said(FeedbackList, "A page.", {"one": {"feedback": [_SHOWN], "next": None}})},
    refusals=("invalid_cursor",),
)
def list_feedback(call: Call[None, FeedbackAsked]) -> Answer:
    """Return answers that stand so, the oldest first.

    Low scores, and words alone, are `open` until somebody answers or resolves them; all others are
    `noted`. An answer may be changed by the member for a day.
    """
    asked = call.query
    found, following = feedback.feedbacks().listed(
        call.key.program, asked.state, asked.cursor, asked.limit, call.now
    )
    return Answer(FeedbackList(feedback=[_told(one) for one in found], next=following))


@operations.add(
    "GET",
    "/v1/feedback/{feedback}",
    summary="Look at an answer",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(FeedbackTold, "The answer.", {"one": _SHOWN})},
    refusals=("feedback_not_found",),
)
def get_feedback(call: Call[None, None]) -> Answer:
    """Return what a member has answered, and what became of it."""
    return Answer(_told(feedback.feedbacks().one(call.key.program, *_split(call))))


@operations.add(
    "PUT",
    "/v1/feedback/{feedback}/reply",
    summary="Answer the member",
    scopes=("owner",),
    names=_NAMES,
    body=ReplySent,
    examples={"sorry": {"text": "We are sorry: the next one is on us."}},
    answers={
        200: Said(
            FeedbackTold,
            "The card says it, for two weeks.",
            {
                "one": {
                    **_SHOWN, "state": "answered", "reply": "We are sorry: the next one is on us.",
                    "replied_at": "2026-05-04T12:30:00Z", "replied_by": "key:0123456789",
                }
            },
        )
    },
    refusals=("feedback_not_found", "busy"),
)  # fmt: skip
def reply_to_feedback(call: Call[ReplySent, None]) -> Answer:
    """Say something to an answer: the card in the wallet says it, and the card's page shows it.

    Another text takes the place of the one before. It is no marketing and needs no consent.
    """
    found = feedback.feedbacks().reply(
        call.key.program, *_split(call), call.body.text, call.key.id, call.now
    )
    return Answer(_told(found))


@operations.add(
    "POST",
    "/v1/feedback/{feedback}/resolve",
    summary="Be done with an answer",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(FeedbackTold, "It is done.", {"one": {**_SHOWN, "state": "resolved"}})},
    refusals=("feedback_not_found", "busy"),
)
def resolve_feedback(call: Call[None, None]) -> Answer:
    """Say that nobody has to do anything any more; the same again changes nothing."""
    found = feedback.feedbacks().resolve(call.key.program, *_split(call), call.key.id, call.now)
    return Answer(_told(found))


@operations.add(
    "POST",
    "/v1/feedback/{feedback}/compensation",
    summary="Make it right",
    scopes=("owner",),
    names=_NAMES,
    query=LanguageAsked,
    body=CompensationSent,
    keyed=True,
    examples={"a coffee": {"pot": "points", "points": 50, "reason": "the coffee was cold"}},
    answers={
        200: Said(
            ActTold,
            "It was given, or declined; either is final.",
            {
                "given": {
                    "outcome": "given", "reason": None, "sentence": None, "also": [],
                    "points": 50, "balance": 275,
                }
            },
        )
    },
    refusals=("feedback_not_found", "unknown_pot", "member_not_found", "limit_reached", "busy"),
)  # fmt: skip
def compensate_feedback(call: Call[CompensationSent, LanguageAsked]) -> Answer:
    """Give the member something to make it right, within the key's limits as any other gift."""
    act = act_of(call, call.body.reason)
    answer = feedback.feedbacks().compensate(
        act, *_split(call), call.body.pot, call.body.points, call.now
    )
    return act_told(call, answer)


@operations.add(
    "GET",
    "/v1/campaigns/{campaign}/answers",
    summary="Count the answers to a question",
    scopes=("owner",),
    names=_CAMPAIGN,
    answers={
        200: Said(
            AnswersTold,
            "By now.",
            {
                "a poll": {
                    "campaign": "after-visit", "asks": "poll", "asked": 120, "answers": 41,
                    "members": 41, "scores": {"0": 30, "1": 11}, "words": 0, "average": None,
                    "nps": None,
                }
            },
        )
    },
    refusals=("campaign_not_found", "no_question"),
)  # fmt: skip
def count_answers(call: Call[None, None]) -> Answer:
    """Tell how many were asked, and how often each answer was given."""
    name = call.names["campaign"]
    asks, since, asked = campaigning.question(call.key.program, name)
    found = reading_answers.answers().given(call.key.program, name, asks, since, call.now)
    score = found.promoters
    return Answer(
        AnswersTold(
            campaign=name,
            asks=asks,
            asked=asked,
            answers=found.answers,
            members=found.members,
            scores={str(one): number for one, number in found.scores.items()},
            words=found.words,
            average=found.average,
            nps=PromotersTold.of("", score) if score else None,
        )
    )


def _split(call: Call[Any, Any]) -> tuple[str, str]:
    name = call.names["feedback"]
    return name[:_MEMBER], name[_MEMBER:]


def _told(one: Feedback) -> FeedbackTold:
    return FeedbackTold(
        id=f"{one.member}{one.id}",
        member_id=one.member,
        campaign=one.campaign,
        asks=one.asks,
        question=dict(one.texts),
        options=[dict(option) for option in one.options],
        score=one.score,
        words=one.words or None,
        low=one.is_low,
        location=one.place or None,
        asked_at=instant(one.asked),
        answered_at=instant(one.answered),
        changed_at=instant(one.changed),
        state=one.state,
        reply=one.reply or None,
        replied_at=instant(one.replied) if one.replied else None,
        replied_by=one.by or None,
        given=sum(one.given.values()),
    )
