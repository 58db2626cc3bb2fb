"""Booking tools as far as we ask them, strict as they document themselves; and a calendar.

Source: developer.alteg.io, REST v1: "Records", authorization by two tokens, the header ``Accept``,
the limit of questions; YCLIENTS is the same platform.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from infra.local.vendors.server import Answer

if TYPE_CHECKING:
    from infra.local.vendors.server import Asked

Json = dict[str, Any]

_ACCEPTED = "application/vnd.api.v2+json"
_LISTING = {"changed_after", "changed_before", "with_deleted", "count", "page"}


def _refused(status: int) -> Answer:
    return Answer({"success": False, "data": None, "meta": {"message": "refused"}}, status)


@dataclass
class Salon:
    """The records of one salon at YCLIENTS or Altegio, by id."""

    token: str = "example-partner,example-user"  # noqa: S105 - nobody's
    company: int = 4564
    records: dict[int, Json] = field(default_factory=dict)
    clients: dict[int, Json] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        partner, _, user = self.token.partition(",")
        if asked.headers.get("authorization") != f"Bearer {partner}, User {user}":
            return _refused(HTTPStatus.UNAUTHORIZED)
        if asked.headers.get("accept") != _ACCEPTED:
            return _refused(HTTPStatus.BAD_REQUEST)
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["api", "v1", "record", company, name]) if name.isdecimal():
                found = self.records.get(int(name))
                gone = _refused(HTTPStatus.NOT_FOUND) if found is None else _told(found)
                return gone if company == str(self.company) else _refused(HTTPStatus.FORBIDDEN)
            case (method, ["api", "v1", "client", company, name]) if company == str(self.company):
                return self._client(method, int(name), asked.body)
            case ("GET", ["api", "v1", "records", company]) if company == str(self.company):
                return self._listed(dict(asked.query))
        return _refused(HTTPStatus.FORBIDDEN)

    def _client(self, method: str, name: int, body: bytes) -> Answer:
        """Tell of a client, or take a whole new state of theirs, as the vendor does."""
        if name not in self.clients:
            return _refused(HTTPStatus.NOT_FOUND)
        if method == "PUT":
            told = json.loads(body)
            if not told.get("name") or not told.get("phone"):
                return _refused(HTTPStatus.UNPROCESSABLE_ENTITY)
            kept = {one: self.clients[name][one] for one in ("id", "last_change_date")}
            self.clients[name] = {**kept, **told}
        return _told(self.clients[name])

    def _listed(self, query: dict[str, str]) -> Answer:
        if query.keys() - _LISTING:
            return _refused(HTTPStatus.BAD_REQUEST)
        since, until = (
            datetime.fromisoformat(query[one]) for one in ("changed_after", "changed_before")
        )
        found = [
            record
            for _, record in sorted(self.records.items())
            if since <= datetime.fromisoformat(record["last_change_date"]) <= until
            and (query.get("with_deleted") == "1" or not record["deleted"])
        ]
        page, count = int(query["page"]), int(query["count"])
        return _told(found[(page - 1) * count : page * count])


@dataclass
class PublishedCalendar:
    """A calendar at a secret address; it is not sent to who has it already."""

    path: str = "/private-0123456789/basic.ics"
    events: tuple[str, ...] = ()
    unchanged: int = 0

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        if (asked.method, asked.path) != ("GET", self.path):
            return Answer({}, HTTPStatus.NOT_FOUND)
        begin = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN")
        body = "\r\n".join((*begin, *self.events, "END:VCALENDAR", "")).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        if asked.headers.get("if-none-match") == tag:
            self.unchanged += 1
            return Answer(b"", HTTPStatus.NOT_MODIFIED, {"ETag": tag})
        return Answer(body, headers={"ETag": tag, "Content-Type": "text/calendar"})


def _told(found: Any) -> Answer:
    return Answer({"success": True, "data": found, "meta": []})
