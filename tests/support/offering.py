"""Members who agree to channels, and a carrier that does as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.campaigns.hearing import Hearing
from loyalty.campaigns.running import Running
from loyalty.campaigns.sending import Sending
from loyalty.ledger.act import Act
from loyalty.members.records import Records
from loyalty.messages import Contact, Handed
from loyalty.store import campaign_book, channel_book, contact_book, membership
from loyalty.store.channel_book import KeptChannel
from tests.support.campaigning import Campaigning

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from loyalty.messages import Offer
    from loyalty.store.offers import Place
    from tests.support.world import World


def stop_at(program: str, member: str, channel: str) -> str:
    return f"https://cards.example/u/{program}.{member}.{channel}.mac"


class Carrier:
    """Takes offers; ``answers`` are given by address, else it accepts."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Offer]] = []
        self.answers: dict[str, Handed] = {}
        self._channel = ""

    def of(self, _: str, channel: KeptChannel) -> Carrier:
        self._channel = channel.id
        return self

    def offer(self, offer: Offer) -> Handed:
        self.taken.append((self._channel, offer))
        return self.answers.get(offer.to, Handed("accepted", f"id-{len(self.taken)}"))

    def to(self) -> list[tuple[str, str]]:
        """Return by which channel what address was written to."""
        return [(channel, offer.to) for channel, offer in self.taken]


class Offering(Campaigning):
    """Runs campaigns that go by other ways than the card."""

    def __init__(self, world: World, carrier: Carrier | None = None) -> None:
        super().__init__(world)
        self.carrier = carrier or Carrier()
        self.bells: list[tuple[Place, str]] = []
        self.restarted()

    def restarted(self) -> None:
        """Put everything together anew, as a new process does."""
        books = self.world.books
        self.campaigns = Campaigning(self.world).campaigns
        self.running = Running(books, stop=stop_at, ring=lambda *bell: self.bells.append(bell))
        self.sending = Sending(books, self.carrier, stop_at)
        self.hearing = Hearing(books)

    def set_up(self, *channels: str, **document: Any) -> None:
        for one in channels:
            kept = channel_book.read(self.world.tables, "coffee", one)
            made = KeptChannel(one, document, kept.version + 1 if kept else 1)
            self.world.tables.write(channel_book.put("coffee", made))

    def agreed(
        self, name: str, *channels: str, contact: Contact | None = None, proved: bool = True
    ) -> Enrolled:
        """Let somebody join who has proved their contact and agrees to these (and to no card)."""
        application = self.world.applied(contact, name=name)
        made = self.world.enrolment.enrol("coffee", application, self.world.now)
        person = membership.read_member(self.world.tables, "coffee", made.member_id)
        assert person is not None
        assert person.contact is not None
        if proved:
            key = self.world.books.tokens.contact_key("coffee", person.contact)
            self.world.tables.write(*contact_book.prove("coffee", key, person.id, None))
        for channel in channels:
            self.says(made, channel, given=True)
        return made

    def says(self, member: Enrolled, channel: str, *, given: bool) -> None:
        act = Act("coffee", "staff", f"{self.world.random.random()}", "", automatic=True)
        topic = "marketing", channel
        said = given, "2026-11"
        records = Records(self.world.books)
        records.consent(act, member.member_id, topic, said, self.world.now)

    def bind(self, member: Enrolled, chat: str) -> None:
        """Let a member have bound a chat."""
        tables, books = self.world.tables, self.world.books
        before = channel_book.read_reach(tables, "coffee", member.member_id)
        after = channel_book.Reach(chat, before.dead, before.soft)
        key = books.tokens.contact_key("coffee", Contact("chat", chat))
        tables.write(
            channel_book.change("coffee", member.member_id, before, after),
            *contact_book.prove("coffee", key, member.member_id, None),
        )
        self.says(member, "messenger", given=True)

    def handed(self) -> list[str]:
        """Hand over what bells were rung for; return how each ended."""
        bells, self.bells = self.bells, []
        return [self.sending.send(place, self.world.now) for place, _ in bells]

    def swept(self) -> list[str]:
        """Hand over what waits, as the schedule finds it."""
        found = self.sending.due(self.world.now, 100)
        return [self.sending.send(place, self.world.now) for place, _ in found]

    def states(self, name: str) -> list[str]:
        return sorted(one.state for one in self.claims(name) if one.channel)

    def spent(self, name: str) -> int:
        return campaign_book.read_spent(self.world.tables, "coffee", name).money
