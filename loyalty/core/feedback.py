"""A question put to a member, their answer, and what the shop did about it. Pure.

A member is asked once per occurrence of a campaign. What they answer may be changed for a day after
it was first given, and is final then.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Asks = Literal["nps", "stars", "poll", "text"]
"""What is asked for: 0 to 10, one to five stars, one of some options, words alone."""

State = Literal["waiting", "noted", "open", "answered", "resolved"]
"""``waiting`` for the member; ``noted``: nobody has to do anything; ``open``: somebody has to."""

LOW: Final[Mapping[Asks, tuple[int, ...]]] = {"nps": tuple(range(7)), "stars": (1, 2)}
"""Scores after which somebody has to look, where the owner names no other. Of 0 to 10 they are the
detractors (figures.md, section 3)."""

LONGEST_WORDS: Final = 1000
MOST_CHANGES: Final = 20
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


@dataclass(frozen=True, slots=True)
class Feedback:
    """One question and what became of it.

    Attributes
    ----------
    id
        Of it among the member's (:func:`name_of`).
    texts, options
        What is asked, and what there is to choose from, by language; the member's fields filled in.
        Empty where nobody can read them any more.
    low
        Scores after which it is ``open``. Words alone always are.
    comment
        Whether words may be added to a score.
    place
        Id of the location that it is about; empty where that is not known.
    asked, until
        µs since 1970; the second from which on nobody can answer any more.
    score
        None before the answer, and of words alone.
    answered, changed, changes
        When first and last (µs), and how often, 0 before the answer.
    reply, replied, by
        What the shop has said to it, when (µs), and which key did.
    given
        What was given to make it right: by act, points.
    told
        Up to which change others have been told of it.
    """

    program: str
    member: str
    id: str
    campaign: str
    occurrence: str
    asks: Asks
    texts: Mapping[str, str]
    options: tuple[Mapping[str, str], ...] = ()
    low: tuple[int, ...] = ()
    comment: bool = True
    place: str = ""
    asked: int = 0
    until: int = 0
    score: int | None = None
    words: str = ""
    answered: int = 0
    changed: int = 0
    changes: int = 0
    state: State = "waiting"
    reply: str = ""
    replied: int = 0
    by: str = ""
    given: Mapping[str, int] = field(default_factory=dict)
    told: int = 0
    version: int = 1

    @property
    def is_low(self) -> bool:
        """Tell whether somebody of the shop should hear of it at once."""
        return self.changes > 0 and self.score in self.low

    @property
    def scores(self) -> Sequence[int]:
        """Return the scores that there are to choose from; none of words alone."""
        return scores(self.asks, len(self.options))

    def changeable(self, now: int) -> bool:
        """Tell whether the member may answer, or answer otherwise, at an instant (µs)."""
        if not self.changes:
            return now < self.until * _SECOND
        return now < self.answered + _DAY and self.changes < MOST_CHANGES

    @property
    def changeable_until(self) -> int:
        """Return the second from which on it cannot be answered, or not otherwise."""
        return (self.answered + _DAY) // _SECOND if self.changes else self.until


def scores(asks: Asks, options: int) -> Sequence[int]:
    """Return the scores that an answer can have."""
    return {"nps": range(11), "stars": range(1, 6), "poll": range(options), "text": range(0)}[asks]


def name_of(campaign: str, occurrence: str) -> str:
    """Return the id of what a member is asked for an occurrence: 16 hexadecimal digits."""
    return hashlib.sha256(f"{campaign}#{occurrence}".encode()).hexdigest()[:16]


def answered(before: Feedback, score: int | None, words: str, now: int) -> Feedback:
    """Return a question with its answer, the first one or another one; ``now`` in µs.

    The same again changes nothing. What the shop has said to the answer before stays, and somebody
    has to look again where the new one is low.

    Raises
    ------
    Refusal
        ``question_over``, ``answer_final``, or ``answer_missing``: it is no answer to this.
    """
    said = words.strip()[:LONGEST_WORDS] if before.comment or before.asks == "text" else ""
    if before.changes and (score, said) == (before.score, before.words):
        return before
    if not before.changeable(now):
        code = "answer_final" if before.changes else "question_over"
        raise Refusal("conflict", code, "It cannot be answered, or not otherwise, any more.")
    missing = not said if before.asks == "text" else score not in before.scores
    if missing:
        raise Refusal("invalid", "answer_missing", "Choose one of the answers.")
    after = replace(
        before,
        score=None if before.asks == "text" else score,
        words=said,
        answered=before.answered or now,
        changed=now,
        changes=before.changes + 1,
        version=before.version + 1,
    )
    return replace(after, state="open" if after.is_low or after.asks == "text" else _calm(before))


def _calm(before: Feedback) -> State:
    return before.state if before.state in {"answered", "resolved"} else "noted"


def replied(before: Feedback, text: str, by: str, now: int) -> Feedback:
    """Return a question to whose answer the shop has said something; the same again is the same.

    Raises
    ------
    Refusal
        ``not_answered``: there is nothing yet to say something to.
    """
    _judge_answered(before)
    if before.reply == text:
        return before
    state: State = "resolved" if before.state == "resolved" else "answered"
    return replace(before, reply=text, replied=now, by=by, state=state, version=before.version + 1)


def resolved(before: Feedback) -> Feedback:
    """Return a question with whose answer nobody has to do anything any more; raises as above."""
    _judge_answered(before)
    if before.state == "resolved":
        return before
    return replace(before, state="resolved", version=before.version + 1)


def compensated(before: Feedback, act: str, points: int) -> Feedback:
    """Return a question after whose answer something was given; an act counts once."""
    if act in before.given:
        return before
    return replace(before, given={**before.given, act: points}, version=before.version + 1)


def _judge_answered(before: Feedback) -> None:
    if not before.changes:
        raise Refusal("conflict", "not_answered", "The member has not answered yet.")
