"""What a shop tells its members moves with them, and nobody is told anything twice for it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.tokens import Tokens
from loyalty.campaigns.broadcasting import Broadcasts
from loyalty.campaigns.results import results
from loyalty.campaigns.surprising import Surprises
from loyalty.core import invitation
from loyalty.core.booking import VisitReport
from loyalty.core.report import OrderKey
from loyalty.members.feedback import Feedbacks
from loyalty.members.inviting import Invitations
from loyalty.messages import Contact, Handed
from loyalty.store import (
    appointments,
    broadcast_book,
    campaign_book,
    campaign_marks,
    channel_book,
    invitation_book,
    keys,
    news_pictures,
    segment_book,
)
from loyalty.store.campaign_book import KeptCampaign
from loyalty.store.news_pictures import NewsPicture
from loyalty.store.segment_book import NamedSegment
from tests.loyalty.campaigns.test_surprises import LUCKY
from tests.loyalty.ledger.acts import act
from tests.loyalty.members.moving_out.test_moving_out import FOLDER, carried, restored, restoring
from tests.loyalty.members.test_feedback import NPS, STAFF
from tests.loyalty.members.test_inviting import tasting
from tests.support import soundness
from tests.support.campaigning import HELLO, OPEN
from tests.support.figure_streams import FigureStreams
from tests.support.memory import Killed, MemoryTables
from tests.support.moving import KeptFiles
from tests.support.offering import Offering
from tests.support.refusals import refused
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

# 14:00 in New York, where the shop is.
NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
FREE = {**OPEN, "cap": 99}
PHOTO = b"a picture of a cake"
CAKE = NewsPicture(news_pictures.name_of(PHOTO), 1860, 900, len(PHOTO), 1)
POINTS = {"kind": "points", "pot": "points", "points": 50, "cost": 30}
CLOSED = {"text": {"en": "Closed on Friday.", "ru": "В пятницу закрыто."}, "title": None,
          "link": None, "shown_days": 5}  # fmt: skip
MADE = ("gift", "half", "lucky", "drawn", "tasting", "after", "mail", "day", "cake", "happy",
        "draft")  # fmt: skip


class Story:
    """A shop that has told its members all sorts of things, with a place for its pictures."""

    def __init__(self, tables: MemoryTables | None = None) -> None:
        self.files = KeptFiles()
        world = World(tables)
        world.put_program(staff=STAFF)
        world.now = NOON
        self.shop = shop = Offering(world)
        shop.set_up("email", price=2)
        self.people = [shop.join(f"P{number}") for number in range(6)]
        self.ann, self.ben, self.cat = self.people[:3]
        ways = [
            shop.agreed(f"M{number}", "email", contact=Contact("email", f"m{number}@example.com"))
            for number in range(4)
        ]
        self.last = ways[3]
        shop.bind(ways[0], "5000000001")
        shop.hearing.dead("coffee", ways[1].member_id, "email", "m1@example.com")
        world.tables.write(
            segment_book.put("coffee", NamedSegment("all", "Everybody", {"all": []})),
            campaign_book.replace_calendar_address("coffee", 0),
        )
        self.files.put(news_pictures.file_of("coffee", CAKE.id), PHOTO)
        news_pictures.put(world.tables, "coffee", CAKE)
        self._campaigns()
        self._broadcasts()
        self._appointment()
        world.sell("s1", total=500, member=self.ann)
        world.wait(hours=21)
        shop.run()

    def _campaigns(self) -> None:
        shop, now = self.shop, self.shop.world.now
        shop.start("gift", actions=[HELLO, POINTS], guards={**FREE, "budget": 100})
        shop.start("half", guards={**FREE, "control": 5_000}, trigger={"kind": "welcome"})
        shop.start("lucky", actions=[LUCKY], guards=FREE, trigger={"kind": "welcome"})
        shop.start("drawn", actions=[LUCKY], guards=FREE)
        shop.start("tasting", actions=[tasting(shop, places=1)], guards=FREE)
        shop.start("after", actions=[NPS], guards=FREE, trigger={"kind": "bought"})
        shop.start("day", guards=FREE, trigger={
            "kind": "recurring", "rule": "FREQ=DAILY", "first": "2026-05-04"})  # fmt: skip
        shop.start("cake", guards=FREE, actions=[{**HELLO, "kind": "news", "picture": CAKE.id}])
        happy = {"bonus": 50, "uses": 2, "days": 7}
        more = {"kind": "promotion", "promotion": happy, "cost": 30}
        shop.start("happy", guards=FREE, actions=[HELLO, more])
        shop.make("draft")
        shop.carrier.answers["m0@example.com"] = Handed("unknown", reason="ReadTimeoutError")
        shop.start("mail", channels=["email"], guards=FREE)
        shop.run()
        # One of those who are written to waits still.
        shop.bells = [bell for bell in shop.bells if bell[0].member != self.last.member_id]
        assert set(shop.handed()) == {"accepted", "unknown"}
        self.links = [self.link(one) for one in self.people]
        for one, yes in ((0, True), (1, True), (2, False)):
            Invitations(shop.world.books).answer(self.links[one], now, yes=yes)
        shop.world.sell("s0", total=500, member=self.ann)
        assert "sent" in shop.running.event("coffee", self.ann.member_id, now)
        token = shop.told(self.ann).partition("/ask/")[2].split("\n")[0]
        Feedbacks(shop.world.books, shop.world.staff).answer(token, 3, "Cold", now)
        shop.move("drawn", "cancelled")

    def link(self, who: Enrolled) -> str:
        """Return what follows /ask/ in the invitation of a member."""
        return TOKENS.question("coffee", who.member_id, invitation.name_of("tasting"))

    def _broadcasts(self) -> None:
        said = Broadcasts(self.shop.world.books)
        for name in ("gone", "closed", "later"):
            said.put("coffee", name, CLOSED, 0, "k", self.shop.world.now)
        said.send("coffee", "gone", 1, "k", self.shop.world.now)
        said.cancel("coffee", "gone", 2, "k", self.shop.world.now)
        self.shop.world.restart()
        said.send("coffee", "closed", 1, "k", self.shop.world.now)
        self.shop.world.restart()

    def _appointment(self) -> None:
        self.book("booked", 1)

    def book(self, status: Any, version: int) -> None:
        """Say of the fourth what a booking tool says."""
        hints = (f"code:{TOKENS.read_card_code(self.people[3].card_code)}",)
        key = OrderKey("coffee", "salon", "b-1")
        at = NOON + timedelta(days=9)
        report = VisitReport(key, version, status, at, None, hints, "endpoint:salon")
        self.shop.world.visits.record(report, self.shop.world.now)

    def carried(self) -> KeptFiles:
        return carried(self.shop.world, shown=self.files)


def opened(files: KeptFiles, now: datetime, tables: MemoryTables | None = None) -> Offering:
    """Return the shop that an export makes of an empty deployment."""
    shown = KeptFiles()
    shop = Offering(restored(files, now, tables, shown))
    assert shown.kept == {news_pictures.file_of("coffee", CAKE.id): PHOTO}
    shop.set_up("email", price=2)
    return shop


def looks(shop: Offering, people: list[Enrolled]) -> dict[str, Any]:
    """Return all of it as owners, members and strangers see it."""
    books, world = shop.world.books, shop.world
    world.restart()
    fed = FigureStreams(world)
    fed.ring(fed.news())
    kept = {one: shop.campaigns.one("coffee", one) for one in MADE}
    surprises, guests = Surprises(books), Invitations(books)
    return {
        "documents": {one: each.document for one, each in kept.items()},
        "results": {one: told(shop, each) for one, each in kept.items()},
        "surprises": [(surprises.published("coffee", one), surprises.tickets("coffee", one),
                       surprises.counts("coffee", one)) for one in ("lucky", "drawn")],
        "book": guests.book("coffee", "tasting"),
        "guests": [guests.guests("coffee", "tasting", one, "", 9)
                   for one in ("coming", "waiting")],
        "answers": [replace(one, version=0) for one in
                    Feedbacks(books, world.staff).listed("coffee", "open", "", 9, world.now)[0]],
        "broadcasts": [one.one for one in Broadcasts(books).all("coffee")],
        "segments": segment_book.read_all(world.tables, "coffee"),
        "calendar": campaign_book.calendar_address(world.tables, "coffee"),
        "cards": {one.member_id: card(shop, one) for one in people},
        "pictures": news_pictures.read_all(world.tables, "coffee"),
    }  # fmt: skip


def told(shop: Offering, kept: KeptCampaign) -> Any:
    found = results(shop.world.books, "coffee", kept, shop.world.now + timedelta(days=30))
    ways = {name: Counter(one) for name, one in found.channels.items()}
    for one in ways.values():  # what waited there: nobody knows whether it was sent
        one["unknown"] += one.pop("waiting", 0)
    return replace(found, channels=ways)


def card(shop: Offering, one: Enrolled) -> Any:
    shown = shop.card(one, "ru")
    return [(field.key, field.text) for field in shown.fields], shown.said


def of_members(world: World) -> dict[str, Any]:
    """Return what is remembered of members one by one, without how often it was written."""
    found = {}
    for key in world.tables.items:
        if key.sk == "MEMBER":
            member = keys.owner(key.pk)[1]
            marks = campaign_marks.read(world.tables, "coffee", member)
            reach = channel_book.read_reach(world.tables, "coffee", member)
            booked = appointments.read(world.tables, "coffee", member).appointments
            found[member] = replace(marks, version=0), replace(reach, version=0), booked
    return found


def test_all_of_it_looks_the_same_there() -> None:
    story = Story()
    world = story.shop.world
    there = opened(story.carried(), world.now)
    assert of_members(there.world) == of_members(world)
    here, found = looks(story.shop, story.people), looks(there, story.people)
    for name, each in here.items():
        assert found[name] == each, name
    assert here["results"]["gift"].outcomes == {"sent": 3, "budget": 3, "no_consent": 4}
    assert here["results"]["mail"].channels["email"]["unknown"] == 2
    assert here["results"]["half"].result is not None
    assert here["results"]["happy"].promotion.purchases == 2
    assert here["book"].coming == here["book"].waiting == 1
    assert any("Closed" in str(each) or "закрыто" in str(each) for each in here["cards"].values())
    assert world.programs.current("coffee").card_version == 4
    assert there.world.programs.current("coffee").card_version == 4
    # Phones are rung for it where it was sent, and not once more.
    assert Broadcasts(there.world.books).one("coffee", "closed").standing == "finished"
    assert soundness.faults(there.world) == []


def test_what_ran_is_paused_and_tells_nobody_again_once_it_goes_on() -> None:
    story = Story()
    files = story.carried()
    there = opened(files, story.shop.world.now)
    summary = json.loads(files.kept[f"{FOLDER}/summary.json"])
    assert summary["running"] == sorted({*MADE} - {"drawn", "draft"})
    states = {one: there.campaigns.one("coffee", one).state for one in MADE}
    assert Counter(states.values()) == {"paused": 9, "cancelled": 1, "draft": 1}
    assert story.shop.states("mail") == ["accepted", "unknown", "waiting"]
    assert there.states("mail") == ["accepted", "sending", "unknown"]
    for _ in range(2):
        assert [there.run(), there.swept(), there.handed()] == [[], [], []]
        there.world.wait(minutes=5)
    there.world.now = story.shop.world.now
    for name, state in states.items():
        if state == "paused":
            there.move(name, "running")
    assert [there.run(), there.swept(), there.handed()] == [[], [], []]
    # From then on each day goes as it would have gone there, member by member. Whoever joins has
    # the same ids at both: they throw the same dice.
    for dice in ("random", "codes", "short_codes"):
        getattr(there.world, dice).setstate(getattr(story.shop.world, dice).getstate())
    ran = 0
    for day in range(12):
        for shop in (story.shop, there):
            shop.world.wait(days=1)
            if day % 3 == 0:
                shop.join(f"late{day}")
        outcomes = [sorted(shop.run()) for shop in (story.shop, there)]
        assert outcomes[0] == outcomes[1]
        ran += len(outcomes[0])
    assert ran > 40
    assert there.carrier.taken == []


def test_frequency_caps_count_what_was_told_there() -> None:
    story = Story()
    there = opened(story.carried(), story.shop.world.now)
    there.start("more", guards={**OPEN, "cap": 4})
    assert "sent" not in there.run()
    there.world.wait(days=8)
    there.start("later", guards={**OPEN, "cap": 4})
    assert Counter(there.run())["sent"] == 5  # but whoever has an appointment


def test_guests_answer_there_and_who_waits_moves_up() -> None:
    story = Story()
    there = opened(story.carried(), story.shop.world.now)
    use, now = Invitations(there.world.books), there.world.now
    told = use.answer(story.links[0], now, yes=False)
    assert told is not None
    assert told.state == "no"
    [first], _ = use.guests("coffee", "tasting", "coming", "", 9)
    assert first.member == story.ben.member_id
    assert use.book("coffee", "tasting").coming == 1
    there.world.erasure.erase(act("e"), story.ben.member_id, now)
    assert use.book("coffee", "tasting").coming == 0
    story.shop.world = there.world
    story.book("cancelled", 2)
    kept = appointments.read(there.world.tables, "coffee", story.people[3].member_id)
    assert kept.appointments == ()


def test_whatever_cuts_it_short_it_ends_the_same() -> None:
    story = Story()
    files, now = story.carried(), story.shop.world.now
    whole = opened(files, now).world
    tables, shown = MemoryTables(), KeptFiles()
    world = World(tables)
    world.now = now
    calls = 1
    while True:
        tables.plan("killed", calls)
        try:
            again = restoring(world, files, shown)
            again.begin()
            for number in range(1, again.summary()["pages"] + 1):
                again.page(number, now)
        except Killed:
            calls += 4
        else:
            break
        finally:
            tables.fault_at = None
    assert calls > 40
    Offering(world).set_up("email", price=2)
    assert tables.items == whole.tables.items


def test_another_master_key_ends_a_surprise_whose_seed_nobody_can_read() -> None:
    story = Story()
    files = story.carried()
    seed = campaign_book.read_seed(story.shop.world.tables, "coffee", "lucky")
    assert seed is not None
    assert all(seed.hex().encode() not in data for data in files.kept.values())
    there = World()
    there.now = story.shop.world.now
    there.books.tokens = Tokens("B", {"B": bytes(range(1, 33))})
    whole = restoring(there, files, KeptFiles())
    whole.begin()
    for number in range(1, whole.summary()["pages"] + 1):
        whole.page(number, there.now)
    found = {one.id: one.state for one in campaign_book.read_all(there.tables, "coffee")}
    assert (found["lucky"], found["drawn"], found["half"]) == ("cancelled", "cancelled", "paused")
    assert Surprises(there.books).tickets("coffee", "drawn") != []
    with refused("no_surprise"):
        Surprises(there.books).published("coffee", "lucky")


def changed(files: KeptFiles, kind: str, change: Any) -> None:
    """Change the lines of a kind in the files of an export."""
    [name] = [one for one in files.kept if one.startswith(f"{FOLDER}/{kind}-")]
    lines = [json.loads(one) for one in files.kept[name].splitlines()]
    text = "".join(json.dumps(one) + "\n" for one in change(lines))
    files.kept[name] = text.encode()


KINDS = ("segments", "campaigns", "seats", "broadcasts", "pictures", "ended")


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_names_a_line_that_is_lost_doubled_or_another(kind: str) -> None:
    story = Story()
    files, shown = story.carried(), KeptFiles()
    there = restored(files, story.shop.world.now, None, shown)

    def said() -> list[str]:
        return list(restoring(there, files, shown).check(there.now))

    kept = dict(files.kept)
    values = {"segments": "name", "campaigns": "version", "seats": "member", "ended": "campaign",
              "broadcasts": "members", "pictures": "width"}  # fmt: skip

    def other(lines: list[Any]) -> list[Any]:
        name = values[kind]
        value = lines[0][name]
        return [{**lines[0], name: value + 1 if isinstance(value, int) else "x"}, *lines[1:]]

    assert said() == []
    for change in (lambda lines: lines[1:], lambda lines: [*lines, lines[0]], other):
        changed(files, kind, change)
        assert [one for one in said() if one.startswith(f"{kind}:")], change
        files.kept.clear()
        files.kept.update(kept)


PLACES = ("SEGMENT#", "CAMPAIGN#", "SPENT#", "SEED#", "GUESTS#", "GUEST#", "BROADCAST#",
          "CALENDAR")  # fmt: skip


@pytest.mark.parametrize("place", [*PLACES, "once#"])
def test_a_check_names_what_is_gone_there(place: str) -> None:
    story = Story()
    files, shown = story.carried(), KeptFiles()
    there = restored(files, story.shop.world.now, None, shown)
    del there.tables.items[next(one for one in there.tables.items if one.sk.startswith(place))]
    assert list(restoring(there, files, shown).check(there.now)) != []


def test_a_check_notices_what_was_paid_otherwise_and_a_picture_that_is_another() -> None:
    story = Story()
    files, shown = story.carried(), KeptFiles()
    story.shop.move("gift", "paused")
    files = story.carried()

    def dearer(lines: list[Any]) -> list[Any]:
        for one in lines:
            if one["campaign"] == "gift" and one["claim"]["cost"]:
                one["claim"]["cost"] += 1
                break
        return lines

    changed(files, "ended", dearer)
    world = World()
    world.now = story.shop.world.now
    whole = restoring(world, files, shown)
    whole.begin()
    for number in range(1, whole.summary()["pages"] + 1):
        whole.page(number, world.now)
    [fault] = whole.check(world.now)
    assert fault.startswith("ended: gift has paid")
    shown.put(news_pictures.file_of("coffee", CAKE.id), b"another")
    assert any(one.startswith("pictures:") for one in whole.check(world.now))
    files.put(f"{FOLDER}/picture-{CAKE.id}.jpg", b"another")
    with refused("export_damaged"):
        restoring(World(), files, shown).begin()


def test_of_whoever_is_erased_nothing_is_carried_but_ids() -> None:
    story = Story()
    world = story.shop.world
    for number, one in enumerate(story.people):
        world.erasure.erase(act(f"e{number}"), one.member_id, world.now)
    files = story.carried()
    found = b"".join(files.kept.values()).decode()
    assert not any(f"Hello P{number}" in found for number in range(6))
    assert not any(f'"P{number}"' in found for number in range(6))
    assert "Cold" not in found
    assert f"{FOLDER}/seats-000000.jsonl" not in files.kept
    there = opened(files, world.now)
    assert list(invitation_book.all_guests(there.world.tables, "coffee", "tasting", "coming")) == []
    assert Counter(one.outcome for one in there.claims("gift")) == {
        "sent": 3, "budget": 3, "no_consent": 4,
    }  # fmt: skip


def test_nothing_of_another_program_is_carried_or_touched() -> None:
    story = Story()
    world = story.shop.world
    world.put_program("barber")
    other = KeptCampaign("gift", {"secret": "of the barber"}, started=1)
    made = campaign_book.Claim("once", "f" * 32, "sent", 1)
    world.tables.write(
        campaign_book.put("barber", other),
        campaign_book.claim("barber", "gift", made),
        segment_book.put("barber", NamedSegment("all", "secret", {"all": []})),
        broadcast_book.put("barber", broadcast_book.KeptBroadcast("b", {"secret": 1})),
    )
    news_pictures.put(world.tables, "barber", CAKE)
    before = {key: item for key, item in world.tables.items.items() if "barber" in key.pk}
    files = story.carried()
    assert b"secret" not in b"".join(files.kept.values())
    assert b"f" * 32 not in b"".join(files.kept.values())
    tables = MemoryTables()
    tables.items.update(before)
    opened(files, world.now, tables)
    assert {key: item for key, item in tables.items.items() if "barber" in key.pk} == before


def test_claims_are_walked_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    whole = story.carried()
    monkeypatch.setattr("loyalty.members.moving_out.exporting.ENDED", 7)
    files = story.carried()
    pages = [one for one in files.kept if one.startswith(f"{FOLDER}/ended-")]
    assert len(pages) > 5

    def lines(kept: KeptFiles) -> list[bytes]:
        return [
            line
            for name in sorted(kept.kept)
            if name.startswith(f"{FOLDER}/ended-")
            for line in kept.kept[name].splitlines()
        ]

    assert lines(files) == lines(whole)
    there = opened(files, story.shop.world.now)
    assert of_members(there.world) == of_members(story.shop.world)
