"""What joining answers, in its two voices: pages for people, JSON for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from babel import Locale

from functions.http import problems
from functions.http.answers import json_answer, redirect
from functions.pages import drawing as pages
from functions.pages.attribute_fields import ATTRIBUTE, pointer
from loyalty.access import short_code
from loyalty.core.member import SOURCE
from loyalty.refusals import FieldRefusal, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from aws_lambda_powertools.event_handler import Response

    from functions.pages.application_form import Faults
    from loyalty.members.enrolment import Enrolled
    from loyalty.program.rules import ProgramProfile

_UNREADABLE = "The application cannot be read"
WORDING = problems.Wording(
    titles={
        "broken": "Something went wrong on our side",
        "forbidden": _UNREADABLE,
        "invalid_application": "The application has faults",
        "unknown_program": "There is no such program",
        "unreadable": _UNREADABLE,
    },
    statuses={
        "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    },
)

_EMPTY = {
    "first_name": "",
    "contact_kind": "phone",
    "phone": "",
    "email": "",
    "birthday": "",
    "referrer_code": "",
    "consent": "",
    "marketing_consent": "",
    "location": "",
    "source": "",
    "key": "",
}
_HOUR = 3600


class Answers(Protocol):
    """One voice. Each method is one thing that can come of an application."""

    def enrolled(self, enrolled: Enrolled) -> Response[str]:
        """Hand out a new card."""
        ...

    def faulty(self, profile: ProgramProfile, faults: Faults) -> Response[str]:
        """Say which fields are wrong."""
        ...

    def too_many(self, profile: ProgramProfile, seconds: int) -> Response[str]:
        """Ask to wait that long."""
        ...

    def later(self, profile: ProgramProfile) -> Response[str]:
        """Ask to try again: it is not known, or not possible, at this moment."""
        ...

    def refused(self, refusal: Refusal) -> Response[str]:
        """Refuse what leads to no form: it cannot be read, there is no program, or we failed."""
        ...


class JsonAnswers:
    """For programs: resources and problem documents."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def enrolled(self, enrolled: Enrolled) -> Response[str]:
        """201 with the ids and addresses of the new card; the same when it is asked for again.

        Whoever joins gets one, known contact or not: who is a member is told to nobody here.
        """
        card_url = f"{self._base_url}/c/{enrolled.link}"
        return json_answer(
            {
                "member_id": enrolled.member_id,
                "card_code": enrolled.card_code,
                "short_code": short_code.shown(enrolled.short_code),
                "card_url": card_url,
                "apple_url": f"{card_url}/apple",
                "google_url": f"{card_url}/google",
            },
            HTTPStatus.CREATED,
            headers={
                "Location": card_url,
                **({"Idempotent-Replayed": "true"} if enrolled.replayed else {}),
            },
        )

    def faulty(self, profile: ProgramProfile, faults: Faults) -> Response[str]:
        """422 with a pointer per field."""
        sentences = pages.words(profile.language)["faults"]
        fields = (
            FieldRefusal(pointer(name), code, sentences[code]) for name, code in faults.items()
        )
        return self.refused(Refusal("invalid", "invalid_application", fields=fields))

    def too_many(self, profile: ProgramProfile, seconds: int) -> Response[str]:
        """429 with Retry-After."""
        sentence = too_many_sentence(profile.language, seconds)
        return self.refused(Refusal("too_many", "too_many_attempts", sentence, retry_after=seconds))

    def later(self, profile: ProgramProfile) -> Response[str]:
        """503 with Retry-After."""
        sentence = pages.words(profile.language)["join"]["later"]
        return self.refused(Refusal("unavailable", "try_again", sentence))

    def refused(self, refusal: Refusal) -> Response[str]:
        """Return a problem document."""
        return problems.problem(refusal, WORDING)


class PageAnswers:
    """For people: the form again with everything they typed, or the next page."""

    def __init__(
        self,
        language: str,
        today: date,
        typed: Mapping[str, str] | None = None,
        base_url: str = "",
    ) -> None:
        self._language = language
        self._today = today
        self._typed = typed or {}
        self._base_url = base_url

    def form(self, profile: ProgramProfile) -> Response[str]:
        """Show the form as it was typed so far."""
        return self._form(profile)

    def enrolled(self, enrolled: Enrolled) -> Response[str]:
        """303 to the card, so that a reload does not send the form again."""
        return redirect(f"/c/{enrolled.link}", HTTPStatus.SEE_OTHER)

    def faulty(self, profile: ProgramProfile, faults: Faults) -> Response[str]:
        """422: the form with an error beside each field."""
        return self._form(profile, faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def too_many(self, profile: ProgramProfile, seconds: int) -> Response[str]:
        """429: the form under a sentence that says how long to wait."""
        return self._form(
            profile,
            banner=too_many_sentence(profile.language, seconds),
            status=HTTPStatus.TOO_MANY_REQUESTS,
            headers={"Retry-After": str(seconds)},
        )

    def later(self, profile: ProgramProfile) -> Response[str]:
        """503: the form, ready to be sent again."""
        return self._form(
            profile,
            banner=pages.words(profile.language)["join"]["later"],
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": str(problems.RETRY_SECONDS)},
        )

    def refused(self, refusal: Refusal) -> Response[str]:
        """Say so in general: a person can only start anew, and its detail is for developers."""
        return pages.refused(refusal, self._language, WORDING)

    def _form(
        self,
        profile: ProgramProfile,
        faults: Faults | None = None,
        *,
        banner: str | None = None,
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> Response[str]:
        faults = faults or {}
        sentences = pages.words(profile.language)["faults"]
        fields = (*_EMPTY, *(f"{ATTRIBUTE}{one.id}" for one in profile.attributes))
        return pages.draw(
            "join.html",
            language=profile.language,
            design=profile.design,
            status=status,
            # Browsers then name our origin on the form's POST, which functions/join.py checks;
            # the address of this page holds no secret.
            referrer="same-origin",
            script="join.js",
            headers={"Vary": "Accept-Language", **(headers or {})},
            profile=profile,
            base_url=self._base_url,
            typed=self._kept(profile, faults),
            faults={name: sentences[faults[name]] if name in faults else "" for name in fields},
            first_fault=next((name for name in fields if name in faults), ""),
            banner=banner or (pages.words(profile.language)["join"]["faults"] if faults else ""),
            today=self._today.isoformat(),
        )

    def _kept(self, profile: ProgramProfile, faults: Faults) -> dict[str, str]:
        kept = {name: self._typed.get(name, empty) for name, empty in _EMPTY.items()}
        for one in profile.attributes:
            kept[f"{ATTRIBUTE}{one.id}"] = self._typed.get(f"{ATTRIBUTE}{one.id}", "")
        if kept["contact_kind"] not in ("phone", "email"):
            kept["contact_kind"] = "email" if kept["email"] and not kept["phone"] else "phone"
        kept["location"] = self._location(profile)
        kept["source"] = self._source()
        # A tick is for the text that was read; a changed text starts without one.
        for consent in ("consent", "marketing_consent"):
            if faults.get(consent) == "consent_changed":
                kept[consent] = ""
        return kept

    def _source(self) -> str:
        named = self._typed.get("source", "")
        return named if SOURCE.fullmatch(named) else ""

    def _location(self, profile: ProgramProfile) -> str:
        named = self._typed.get("location", "")
        return named if named in profile.locations else ""


def too_many_sentence(language: str, seconds: int, sentence: str | None = None) -> str:
    """Return how long to wait, in minutes or hours rounded up; in that sentence, or joining's."""
    words = pages.words(language)["join"]
    unit, number = "minutes", -(-seconds // 60)
    if seconds > _HOUR:
        unit, number = "hours", -(-seconds // _HOUR)
    form = Locale(language).plural_form(number)
    wait = words[f"{unit}_{'many' if form == 'other' else form}"].format(n=number)
    return str((sentence or words["too_many"]).format(wait=wait))
