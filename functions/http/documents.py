"""What is said of a refusal over HTTP: a problem document (RFC 9457), its status, its headers.

Nothing here knows how an answer travels: functions.http.problems answers for functions with routes,
and the door for tills' messages, which has one, by itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.refusals import FieldRefusal, Kind

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 5
"""What is asked for where something behind us does not answer, and nothing says how long."""

STATUS: Mapping[Kind, HTTPStatus] = {
    "unreadable": HTTPStatus.BAD_REQUEST,
    "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unsigned": HTTPStatus.UNAUTHORIZED,
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "gone": HTTPStatus.GONE,
    "conflict": HTTPStatus.CONFLICT,
    "too_many": HTTPStatus.TOO_MANY_REQUESTS,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "broken": HTTPStatus.INTERNAL_SERVER_ERROR,
}
_TITLES: Mapping[Kind, str] = {
    "unreadable": "Not acceptable JSON",
    "invalid": "The request cannot be used",
    "reused": "The request cannot be used",
    "unsigned": "Not authentic",
    "unauthenticated": "Who is calling?",
    "forbidden": "Not allowed",
    "not_found": "Not found",
    "gone": "Gone",
    "conflict": "In conflict with what is there",
    "too_many": "Too many attempts",
    "busy": "Try again",
    "unavailable": "Not possible at this moment",
    "broken": "Something went wrong",
}
_Text = TypeVar("_Text")


@dataclass(frozen=True, slots=True)
class Wording:
    """What one function says in words of its own.

    Keys are codes, or kinds where all of a kind are meant.

    Attributes
    ----------
    codes
        The code of the whole document, where it may not tell refusals apart.
    titles, details
        Sentences. A detail of "" says nothing.
    statuses
        Where another status than the kind's is the caller's custom.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)

    def document(self, refusal: Refusal) -> dict[str, Any]:
        """Return a refusal as a problem document, with an entry per field that is refused.

        Programs decide by ``code``; ``title`` and ``detail`` are for the person reading a log.
        Its ``more`` are further members of the document (RFC 9457 section 3.2).
        """
        code = self.code(refusal)
        document: dict[str, Any] = {
            "type": f"urn:problem:{code}",
            "title": _chosen(self.titles, refusal, _TITLES[refusal.kind]),
            "status": self.status(refusal),
            "code": code,
        }
        detail = _chosen(self.details, refusal, refusal.detail)
        if refusal.fields:
            # The sentences stand with the fields that they are about.
            document["errors"] = [asdict(self._said(one)) for one in refusal.fields]
        elif detail:
            document["detail"] = detail
        return {**document, **refusal.more}

    def code(self, refusal: Refusal) -> str:
        """Return the code of the whole document."""
        return _chosen(self.codes, refusal, refusal.code)

    def status(self, refusal: Refusal) -> int:
        """Return the status over HTTP."""
        return int(_chosen(self.statuses, refusal, STATUS[refusal.kind]))

    def _said(self, one: FieldRefusal) -> FieldRefusal:
        return replace(one, detail=self.details.get(one.code, one.detail))


def headers(refusal: Refusal) -> dict[str, str]:
    """Return the headers that go with a refusal, whichever voice it is told in."""
    found = {}
    if refusal.retry_after is not None or refusal.kind == "unavailable":
        found["Retry-After"] = str(refusal.retry_after or RETRY_SECONDS)
    if refusal.kind == "unauthenticated":
        found["WWW-Authenticate"] = "Bearer"
    return found


def nowhere() -> Refusal:
    """Return the refusal of an address that is none of ours."""
    return Refusal("not_found", "not_found")


def unavailable() -> Refusal:
    """Return the refusal for whatever was not foreseen: a service behind us, or a fault of ours.

    Every route that answers so may be called again with the same content, which counts once.
    """
    detail = "The fault is on our side. Send the same request again; it counts once."
    return Refusal("unavailable", "unavailable", detail)


def broken() -> Refusal:
    """Return the refusal where nobody is told that the same again may help."""
    return Refusal("broken", "internal_error")


def _chosen(said: Mapping[str, _Text], refusal: Refusal, otherwise: _Text) -> _Text:
    return said.get(refusal.code, said.get(refusal.kind, otherwise))
