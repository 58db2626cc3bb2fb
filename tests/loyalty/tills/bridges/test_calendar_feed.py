"""Calendars as they are published: what they say of somebody is an appointment, and goes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from loyalty.outgoing.posting import Reply
from loyalty.store import feeds
from loyalty.store.tables import Cancelled
from loyalty.tills.bridges import calendar_feed
from loyalty.tills.bridges.calendar_events import occurrences
from loyalty.tills.bridges.following import Following, https
from loyalty.tills.bridges.free_text import named
from loyalty.tills.failures import VendorFailed
from tests.support.vendors import Shop

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
URL = "https://calendar.example/private-0123456789/basic.ics"


def event(uid: str, *lines: str) -> str:
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260504T000000Z", *lines, "END:VEVENT"]
    )


def calendar(*events: str) -> bytes:
    begin = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//own//EN"]
    return "\r\n".join([*begin, *events, "END:VCALENDAR", ""]).encode()


def starts(*events: str, days: int = 90) -> list[str]:
    found = occurrences(calendar(*events), MOSCOW, NOW, NOW + timedelta(days=days))
    return sorted(one.at.strftime("%m-%dT%H:%M") for one in found if one.status == "booked")


def test_times_are_those_of_their_zone_and_else_of_the_shop() -> None:
    assert starts(event("1", "DTSTART;TZID=Europe/Berlin:20260505T100000")) == ["05-05T08:00"]
    assert starts(event("1", "DTSTART:20260505T100000Z")) == ["05-05T10:00"]
    assert starts(event("1", "DTSTART:20260505T100000")) == ["05-05T07:00"], "the shop's own zone"
    assert starts(event("1", "DTSTART;TZID=Russian Standard Time:20260505T100000")) == [
        "05-05T07:00"
    ]
    assert starts(event("1", "DTSTART;VALUE=DATE:20260505")) == [], "a whole day is no appointment"
    assert starts(event("1", "DTSTART:20260504T113000Z", "DURATION:PT1H")) == ["05-04T11:30"]
    assert starts(event("1", "DTSTART:20260504T100000Z", "DURATION:PT1H")) == [], "it is over"


def test_what_comes_again_keeps_its_hour_when_clocks_change() -> None:
    weekly = event(
        "1",
        "DTSTART;TZID=Europe/Berlin:20261021T090000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
    )
    autumn = datetime(2026, 10, 20, tzinfo=UTC)
    found = occurrences(calendar(weekly), MOSCOW, autumn, autumn + timedelta(days=90))
    hours = sorted(one.at.strftime("%m-%dT%H:%M") for one in found)
    assert hours == ["10-21T07:00", "10-28T08:00", "11-04T08:00"]


@pytest.mark.parametrize(
    "until", ["20260519T235959Z", "20260519", "20260519T120000"], ids=["utc", "day", "floating"]
)
def test_a_series_ends_is_left_out_moved_and_cancelled_in_parts(until: str) -> None:
    series = event(
        "1",
        "DTSTART;TZID=Europe/Moscow:20260505T100000",
        "DTEND;TZID=Europe/Moscow:20260505T110000",
        f"RRULE:FREQ=DAILY;INTERVAL=2;UNTIL={until}",
        "EXDATE;TZID=Europe/Moscow:20260507T100000,20260509T100000",
    )
    whole = [
        "05-05T07:00",
        "05-11T07:00",
        "05-13T07:00",
        "05-15T07:00",
        "05-17T07:00",
        "05-19T07:00",
    ]
    assert starts(series) == whole
    moved = event(
        "1",
        "RECURRENCE-ID;TZID=Europe/Moscow:20260511T100000",
        "DTSTART;TZID=Europe/Moscow:20260512T150000",
    )
    gone = event(
        "1",
        "RECURRENCE-ID:20260513T070000Z",
        "DTSTART;TZID=Europe/Moscow:20260513T100000",
        "STATUS:CANCELLED",
    )
    left = ["05-05T07:00", "05-12T12:00", "05-15T07:00", "05-17T07:00", "05-19T07:00"]
    assert starts(series, moved, gone) == left
    assert starts(gone, moved, series) == left, "in whatever order they stand"
    assert starts(moved) == ["05-12T12:00"], "whoever is invited to one time sees only that"


def test_days_that_are_added_and_events_that_nobody_can_read() -> None:
    added = event("1", "DTSTART:20260505T100000Z", "RDATE:20260505T100000Z,20260601T100000Z")
    assert starts(added) == ["05-05T10:00", "06-01T10:00"]
    broken = event("2", "DTSTART:20260505T110000Z", "RRULE:FREQ=NEVER")
    often = event("3", "DTSTART:20260505T110000Z", "RRULE:FREQ=SECONDLY")
    none = event("4", "SUMMARY:nothing")
    good = event("5", "DTSTART:20260506T110000Z")
    assert starts(broken, often, none, good) == ["05-06T11:00"]
    old = event("6", "DTSTART:20000101T110000Z", "RRULE:FREQ=DAILY")
    assert len(starts(old, days=3)) == 3
    later = event("5", "DTSTART:20260507T110000Z", "SEQUENCE:2")
    assert starts(later, good) == ["05-07T11:00"], "the last version of an event"


@pytest.mark.parametrize(
    "body", [b"", b"<html>sign in</html>", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"\xff"]
)
def test_what_is_no_calendar_says_nothing(body: bytes) -> None:
    with pytest.raises(VendorFailed, match="not_understood"):
        occurrences(body, MOSCOW, NOW, NOW + timedelta(days=1))


def test_who_is_named_in_what_people_type() -> None:
    found = named("Haircut Ann, 8 (900) 000-00-01 <ann@example.com>", "room 12, +7 900 000-00-02")
    assert found.phones == ("8 (900) 000-00-01", "+7 900 000-00-02")
    assert found.emails == ("ann@example.com",)
    assert named("1.a.b.c", "on 2026-05-04 at 10:00").card_codes == ("1.a.b.c",)
    assert named("order 12 of 2026").phones == ()
    assert https("webcal://c.example/a.ics") == "https://c.example/a.ics"
    assert https(URL) == URL


class Server:
    """Where a calendar lies; it knows whether it is asked for the same again."""

    def __init__(self) -> None:
        self.body, self.status, self.asked = calendar(), 200, 0
        self.unchanged = 0

    def get(self, url: str, headers: Mapping[str, str], seconds: float, largest: int) -> Reply:
        assert (url, seconds <= 10) == (URL, True)
        self.asked += 1
        if self.status != 200:
            return Reply(self.status)
        tag = f'"{hash(self.body)}"'
        if headers.get("If-None-Match") == tag:
            self.unchanged += 1
            return Reply(304)
        return Reply(200, content=self.body[:largest], tag=tag)


class Salon(Shop):
    """A shop that follows a calendar."""

    def __init__(self) -> None:
        super().__init__("calendar")
        self.world.now = NOW
        self.server = Server()

    def says(self, *events: str) -> int:
        """Let the calendar say that, and look at it; return how much was new."""
        self.world.wait(minutes=15)
        self.server.body = calendar(*events)
        return self.look()

    def look(self) -> int:
        tables, now = self.world.tables, self.world.now
        follow = Following(tables, self.server, calendar_feed.look, self.sender, URL)
        found = follow.look(now)
        self.record(found)
        follow.keep(now)
        return len(found.visits)

    def of(self, uid: str, *more: str, begins: str = "20260506T100000Z") -> str:
        who = f"DESCRIPTION:card {self.customer.card_code}"
        # Lines are folded as the standard says.
        folded = [who[:70], *(f" {who[at : at + 69]}" for at in range(70, len(who), 69))]
        return event(uid, f"DTSTART:{begins}", *folded, *more)

    @property
    def shown(self) -> str:
        card = self.world.cards.by_member("conformance", self.customer.member_id, self.world.now)
        assert card is not None
        field = card.field("appointment")
        return field.text if field else ""


def test_an_appointment_is_booked_moved_and_gone_by_what_the_calendar_says() -> None:
    salon = Salon()
    assert salon.says(salon.of("1")) == 1
    assert salon.shown == "Wed, May 6, 6:00\u202fAM"
    assert salon.look() == 0
    assert salon.server.unchanged == 1, "nothing is sent again that we have"
    assert salon.says(salon.of("1", begins="20260507T100000Z")) == 1
    assert salon.shown == "Thu, May 7, 6:00\u202fAM"
    assert salon.says(salon.of("1", "STATUS:CANCELLED", begins="20260507T100000Z")) == 1
    assert salon.shown == ""
    assert salon.says(salon.of("1", begins="20260507T100000Z")) == 1
    assert salon.shown == "Thu, May 7, 6:00\u202fAM", "and it was booked again"
    assert salon.says() == 1
    assert salon.shown == "", "it does not stand there any more"
    assert salon.points == 0


def test_what_is_over_goes_without_a_word_and_strangers_leave_nothing() -> None:
    salon = Salon()
    stranger = event("9", "DTSTART:20260506T100000Z", "SUMMARY:Dentist with the child")
    assert salon.says(salon.of("1", begins="20260504T130000Z"), stranger) == 1
    assert len(feeds.read(salon.world.tables, "conformance", "conformance-calendar").listed) == 1
    salon.world.now = NOW + timedelta(hours=3)
    assert salon.says(stranger) == 0


def test_guests_who_come_are_known_and_not_the_shop_itself() -> None:
    salon = Salon()
    host = "ORGANIZER:mailto:shop@example.com"
    told = [
        (["ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@example.com"], 1),
        (["ATTENDEE;PARTSTAT=DECLINED:mailto:ann@example.com"], 0),
        (["ATTENDEE:mailto:shop@example.com"], 0),
        (["ATTENDEE:mailto:shop@example.com", "ATTENDEE:mailto:ann@example.com"], 1),
        (["ATTENDEE:tel:+79000000001"], 1),
    ]
    for guests, number in told:
        found = calendar_feed.look(
            salon.sender,
            calendar(event("1", "DTSTART:20260506T100000Z", host, *guests)),
            feeds.Feed(),
            NOW,
        )
        assert len(found.visits) == number, guests


def test_a_large_calendar_is_recorded_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_feed, "MOST_AT_ONCE", 4)
    salon = Salon()
    events = [salon.of(str(n), begins=f"202605{n + 7:02}T100000Z") for n in range(10)]
    assert [salon.says(*events), *(salon.look() for _ in range(4))] == [4, 4, 2, 0, 0]
    assert salon.server.unchanged == 2, "asked for in full until all of it is told"
    salon.world.now = NOW + timedelta(days=1)
    assert [salon.look() for _ in range(4)] == [4, 4, 2, 0], "once a day all is told again"
    assert [salon.says(), *(salon.look() for _ in range(3))] == [4, 4, 2, 0]
    assert salon.shown == ""


def test_whoever_is_known_only_later_is_found_the_day_after() -> None:
    salon = Salon()
    late = salon.of("1", begins="20260520T100000Z")
    other = salon.world.enrol(program="conformance")
    first, salon.customer = salon.customer, other
    assert salon.says(late.replace(first.card_code, "unknown")) <= 1
    before = feeds.read(salon.world.tables, "conformance", "conformance-calendar")
    salon.world.now = NOW + timedelta(days=1)
    salon.customer = first
    assert salon.says(late) == 1
    after = feeds.read(salon.world.tables, "conformance", "conformance-calendar")
    assert before.listed.keys() == after.listed.keys() or not before.listed


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "token_refused"), (403, "not_allowed"), (404, "refused"), (429, "rate_limited"),
     (503, "unavailable"), (0, "unavailable"), (302, "unavailable"), (304, "unavailable")],
)  # fmt: skip
def test_a_calendar_that_is_not_told_takes_nothing_away(status: int, reason: str) -> None:
    salon = Salon()
    salon.says(salon.of("1"))
    salon.world.now = NOW + timedelta(days=1)
    salon.server.status = status
    with pytest.raises(VendorFailed, match=reason):
        salon.look()
    salon.server.status = 200
    salon.server.body = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" + b" " * (4 * 1024 * 1024)
    with pytest.raises(VendorFailed, match="not_understood"):
        salon.look()
    assert salon.shown


def test_of_two_who_look_at_once_one_is_kept() -> None:
    salon = Salon()
    salon.server.body = calendar(salon.of("1"))
    both = [
        Following(salon.world.tables, salon.server, calendar_feed.look, salon.sender, URL)
        for _ in range(2)
    ]
    for one in both:
        salon.record(one.look(NOW))
    both[0].keep(NOW)
    with pytest.raises(Cancelled):
        both[1].keep(NOW)
    assert salon.shown
