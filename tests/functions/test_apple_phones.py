"""Hundreds of phones at once over the real ledger: all end with each card's last committed state.

Phones lose answers on the way, have clocks of their own, register again with other tokens, are
deleted and added again from an old file while their DELETE is still under way, and rest for long.
Nobody is given a pass that has not changed.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.registrations import TableRegistrations
from passes.apple import version_tag, web_service
from tests.support.apple import PASS_TYPE
from tests.support.apple_shop import Shop
from tests.support.world import TOKENS

if TYPE_CHECKING:
    from loyalty.card.view import Card
    from loyalty.members.enrolment import Enrolled
    from passes.apple.web_service import Answer

PHONES, CARDS, STEPS, THREADS = 240, 24, 12, 8


class Phone:
    """One phone: what it holds, and how unlucky it is."""

    def __init__(self, shop: Shop, number: int) -> None:
        self.shop = shop
        self.device = f"phone{number}"
        self.chance = random.Random(number)
        self.skew = timedelta(seconds=self.chance.randint(-7200, 7200))
        self.loss = self.chance.choice([0.0, 0.0, 0.2, 0.5])
        self.tag: str | None = None
        self.held: dict[str, tuple[Any, str]] = {}
        self.first_files: dict[str, tuple[Any, str]] = {}
        self.fetched_for_nothing = 0

    def lost(self) -> bool:
        return self.chance.random() < self.loss

    def now(self) -> Any:
        return self.shop.world.now + self.skew

    def key(self, serial: str) -> str:
        return f"ApplePass {TOKENS.apple_token(serial)}"

    def add(self, file: tuple[str, tuple[Any, str]]) -> None:
        """Add a card from a file, which may be old, and register until that was answered."""
        serial, content = file
        self.held[serial] = content
        self.first_files.setdefault(serial, content)
        self.register(serial)

    def register(self, serial: str) -> None:
        while True:
            token = f"{self.chance.getrandbits(64):016x}"
            body = json.dumps({"pushToken": token}).encode()
            answer = self.shop.service.register(
                self.device, PASS_TYPE, serial, self.key(serial), body, self.now()
            )
            assert answer.status in {200, 201}
            if not self.lost():
                return

    def delete(self, serial: str) -> Answer:
        del self.held[serial]
        return self.shop.service.unregister(self.device, PASS_TYPE, serial, self.key(serial))

    def delete_and_add_the_old_file(self, serial: str) -> None:
        self.delete(serial)
        self.add((serial, self.first_files[serial]))

    def sync(self, *, lucky: bool = False) -> None:
        answer = self.shop.service.list(self.device, PASS_TYPE, self.tag)
        if answer.status == 204 or (not lucky and self.lost()):
            return
        news = json.loads(answer.body)
        for serial in news["serialNumbers"]:
            if not lucky and self.lost():
                return
            self.get(serial)
        self.tag = news["lastUpdated"]

    def get(self, serial: str) -> None:
        content, modified = self.held.get(serial, (None, None))
        answer = self.shop.service.get(PASS_TYPE, serial, self.key(serial), modified, self.now())
        if answer.status == 200:
            fresh = json.loads(answer.body)
            self.fetched_for_nothing += fresh == content
            self.held[serial] = fresh, answer.headers["Last-Modified"]

    def step(self) -> None:
        if not self.held:
            return
        serial = self.chance.choice(sorted(self.held))
        match self.chance.choice(["sync", "sync", "sync", "rest", "again", "old file"]):
            case "sync":
                self.sync()
            case "again":
                self.register(serial)
            case "old file":
                self.delete_and_add_the_old_file(serial)
            case _:
                pass  # it rests


def file_of(shop: Shop, card: Card) -> tuple[str, tuple[Any, str]]:
    content = {card_field.key: card_field.value for card_field in card.fields}
    return card.serial, (content, web_service.last_modified(card.version))


def storm(seed: int) -> tuple[Shop, list[Enrolled], list[Phone]]:  # noqa: C901
    """Let phones and the till work at the same time; return the world once the dust settles."""
    chance = random.Random(seed)
    shop = Shop()
    members = [shop.world.enrol() for _ in range(CARDS)]
    files = [file_of(shop, shop.card(member)) for member in members]
    phones = [Phone(shop, seed * 1000 + number) for number in range(PHONES)]
    for phone in phones:
        for file in chance.sample(files, chance.randint(1, 3)):
            phone.add(file)
    failures: list[BaseException] = []

    def live(mine: list[Phone]) -> None:
        try:
            for _ in range(STEPS):
                for phone in mine:
                    phone.step()
        except BaseException as failure:  # noqa: BLE001 - told to the main thread
            failures.append(failure)

    threads = [threading.Thread(target=live, args=(phones[at::THREADS],)) for at in range(THREADS)]
    for thread in threads:
        thread.start()
    sale = 0
    while any(thread.is_alive() for thread in threads):
        sale += 1
        member = chance.choice(members)
        shop.world.sell(f"order{sale}", 1, chance.choice([100, 300, 1000]), member=member)
        if sale % 3 == 0:
            shop.world.wait(seconds=1)
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert sale > 20
    return shop, members, phones


def wrong(shop: Shop, members: list[Enrolled], phones: list[Phone]) -> int:
    """Let every phone sync once more; return how many cards are not in their last state."""
    last = {shop.card(member).serial: shop.shown(member) for member in members}
    for phone in phones:
        phone.sync(lucky=True)
    return sum(
        content != last[serial] for phone in phones for serial, (content, _) in phone.held.items()
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_every_phone_ends_with_the_last_committed_state(seed: int) -> None:
    shop, members, phones = storm(seed)
    assert wrong(shop, members, phones) == 0
    assert sum(phone.fetched_for_nothing for phone in phones) == 0
    answers = Counter(
        shop.service.list(phone.device, PASS_TYPE, phone.tag).status for phone in phones
    )
    assert answers == {204: PHONES}


def added_again() -> int:
    """Let one phone delete a card and add its first file again; return how many cards are old."""
    shop = Shop()
    member = shop.world.enrol()
    phone = Phone(shop, 0)
    phone.loss = 0.0
    phone.add(file_of(shop, shop.card(member)))
    shop.world.sell(member=member)
    phone.sync()
    phone.delete_and_add_the_old_file(shop.card(member).serial)
    return wrong(shop, [member], [phone])


def test_a_card_added_again_from_an_old_file_hears_of_what_it_missed() -> None:
    assert added_again() == 0


def test_without_stamps_an_old_file_would_stay_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a tag that does not tell registrations apart loses re-added cards."""
    stamps = TableRegistrations.stamps
    monkeypatch.setattr(
        TableRegistrations,
        "stamps",
        lambda self, device: dict.fromkeys(stamps(self, device), 0),
    )
    assert added_again() == 1


def two_changed() -> int:
    """Let two cards of one phone change, one more often; return how many are old."""
    shop = Shop()
    members = [shop.world.enrol() for _ in range(2)]
    phone = Phone(shop, 0)
    phone.loss = 0.0
    for member in members:
        phone.add(file_of(shop, shop.card(member)))
    phone.sync()
    for order, member in enumerate((members[0], members[0], members[1])):
        shop.world.sell(f"order{order}", member=member)
    return wrong(shop, members, [phone])


def test_two_cards_that_changed_are_both_listed() -> None:
    assert two_changed() == 0


def test_returning_only_the_newest_change_would_lose_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control, race 5: a list of those that equal the newest version alone."""

    def newest(versions: dict[str, int], tag: str | None) -> tuple[str, ...]:
        top = max(versions.values(), default=0)
        return tuple(name for name, version in versions.items() if version == top)

    monkeypatch.setattr(version_tag, "changed", newest)
    assert two_changed() == 1


def test_a_date_of_the_moment_would_hide_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control, race 3: Last-Modified taken from a clock of whole seconds."""
    shop = Shop()
    monkeypatch.setattr(web_service, "last_modified", lambda _: f"{shop.world.now:%H:%M:%S} GMT")
    member = shop.world.enrol()
    phone = Phone(shop, 0)
    phone.add(file_of(shop, shop.card(member)))
    shop.world.sell(member=member)
    phone.sync(lucky=True)
    assert wrong(shop, [member], [phone]) == 1


def test_a_delete_under_way_does_not_end_the_registration_made_since() -> None:
    """Race 7: DELETE has read, the phone registers again, DELETE writes."""
    shop = Shop()
    serial = shop.card(shop.world.enrol()).serial
    port = shop.registrations
    port.register("phone", serial, "aa", 10)
    write = shop.world.tables.write
    late: list[bool] = []

    def interrupted(*writes: Any) -> None:
        if not late:
            late.append(True)
            port.register("phone", serial, "bb", 11)
        write(*writes)

    shop.world.tables.write = interrupted
    port.unregister("phone", serial)
    assert [device.push_token for device in port.devices(serial)] == ["bb"]
    assert port.serials("phone") == (serial,)


def test_a_registration_ended_under_way_is_made_anew_with_another_stamp() -> None:
    """Race 7 the other way: POST has read an old registration, DELETE ends it, POST writes."""
    shop = Shop()
    serial = shop.card(shop.world.enrol()).serial
    port = shop.registrations
    port.register("phone", serial, "aa", 10)
    before = port.stamps("phone")[serial]
    write = shop.world.tables.write
    late: list[bool] = []

    def interrupted(*writes: Any) -> None:
        if not late:
            late.append(True)
            port.unregister("phone", serial)
        write(*writes)

    shop.world.tables.write = interrupted
    assert port.register("phone", serial, "bb", 11) is True
    assert port.stamps("phone")[serial] != before
