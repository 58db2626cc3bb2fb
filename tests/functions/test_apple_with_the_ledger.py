"""Phones over the real ledger, cards and registrations: what they end up with, and at what cost."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from loyalty.card.reader import CardReader
from passes.apple.linter import lint
from passes.apple.pass_json import pass_document
from passes.apple.registrations import MOST_DEVICES, Registrations, TooManyDevices
from passes.designs.design import load
from tests.support.apple import PASS_TYPE, MemoryRegistrations, token_of
from tests.support.apple_shop import PUSH, Phone, Shop
from tests.support.pkpass import opened, read_strings, translated
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from datetime import datetime

    from infra.local.certificates import Certificates
    from passes.apple.issue import Issuer


@pytest.mark.parametrize("seed", range(8))
def test_every_phone_ends_with_the_last_committed_state(seed: int) -> None:
    chance = random.Random(seed)
    shop = Shop()
    members = [shop.world.enrol() for _ in range(3)]
    phones = [Phone(shop, f"phone{number}", chance) for number in range(6)]
    unlucky = phones[:3]
    owned = {phone: chance.sample(members, chance.randint(1, 3)) for phone in phones}
    for phone, cards in owned.items():
        for member in cards:
            phone.install(shop.card(member))
    for step in range(60):
        member = chance.choice(members)
        order = str(chance.randint(1, 12))
        total = chance.choice([0, 100, 250, 1000, 5000])
        if chance.random() < 0.7:
            shop.world.sell(f"{member.member_id}-{order}", step + 1, total, member=member)
        if chance.random() < 0.5:
            phone = chance.choice(phones)
            phone.sync(loss=0.3 if phone in unlucky else 0.0)
        shop.world.wait(milliseconds=chance.choice([0, 1, 1500]))
    for phone, cards in owned.items():
        phone.sync()
        for member in cards:
            assert phone.held[shop.card(member).serial][0] == shop.shown(member)
        assert phone in unlucky or phone.called_for_nothing == 0
        assert phone.shop.service.list(phone.device, PASS_TYPE, phone.tag).status == 204


def test_phones_that_trust_a_clock_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: dates of the moment, whole seconds, hide the second of two changes."""
    shop = Shop()
    member = shop.world.enrol()
    monkeypatch.setattr(
        "passes.apple.web_service.last_modified", lambda _: f"{shop.world.now:%H:%M:%S} GMT"
    )
    phone = Phone(shop, "phone", random.Random(1))
    phone.install(shop.card(member))
    shop.world.sell(member=member)
    phone.sync()
    assert phone.held[shop.card(member).serial][0] != shop.shown(member)


def test_real_cards_in_both_languages_are_faultless(
    issuer: Issuer, chain: Certificates, now: datetime
) -> None:
    roots = x509.load_pem_x509_certificates(chain.root.read_bytes())
    world = World()
    for program in ("coffee", "barber"):
        world.put_program(program)
        member = world.enrol(program=program)
        reader = CardReader(world.tables, world.programs)
        for total in (0, 1000, 100_000):
            world.sell(f"{program}{total}", total=total, member=member, program=program)
            whole = reader.by_link_in_languages(member.link, world.now)
            assert whole is not None
            assert whole == reader.by_serial(whole.serial, world.now)
            (other,) = whole.also
            assert replace(whole, also=()) == reader.by_link(member.link, world.now)
            assert other == reader.by_link(member.link, world.now, language=other.language)
            for card in (whole, replace(other, also=(replace(whole, also=()),))):
                made = issuer.issue(card, now)
                assert lint(made, now, roots=roots) == ()
                files = opened(made)
                document = json.loads(files["pass.json"])
                assert document["storeCard"]["headerFields"], "nothing in the header"
                assert document["barcodes"][0]["message"] == member.card_code
                # A phone of the other language shows the whole card in that.
                (spoken,) = card.also
                law = pass_document(
                    spoken, load(card.design), issuer.identity, token_of(card.serial)
                )
                words = read_strings(files[f"{spoken.language}.lproj/pass.strings"])
                assert translated(document, words) == law
    assert reader.by_link_in_languages("nobody", world.now) is None
    assert reader.by_serial("nobody", world.now) is None


def over_tables() -> tuple[Registrations, list[str]]:
    shop = Shop()
    return shop.registrations, [shop.card(shop.world.enrol()).serial for _ in range(2)]


def in_memory() -> tuple[Registrations, list[str]]:
    return MemoryRegistrations(), ["a" * 32, "b" * 32]


@pytest.mark.parametrize("made", [over_tables, in_memory])
class TestTheRegistrationsPort:
    """One contract for the storage and for the fake that stands in for it in these tests."""

    def test_registering_is_new_once_and_keeps_the_newest_token(self, made: Any) -> None:
        port, (serial, other) = made()
        assert port.register("d1", serial, "aa", 10) is True
        assert port.register("d1", serial, "bb", 20) is False
        assert port.register("d1", other, "bb", 20) is True
        (device,) = port.devices(serial)
        assert (device.device, device.push_token, device.registered_at) == ("d1", "bb", 20)
        assert sorted(port.serials("d1")) == sorted([serial, other])
        assert port.serials("d2") == ()

    def test_unregistering_may_be_repeated(self, made: Any) -> None:
        port, (serial, other) = made()
        port.register("d1", serial, "aa", 10)
        port.register("d1", other, "aa", 10)
        port.unregister("d1", serial)
        port.unregister("d1", serial)
        assert port.devices(serial) == ()
        assert port.serials("d1") == (other,)

    def test_forgetting_spares_what_was_renewed(self, made: Any) -> None:
        port, (serial, _) = made()
        port.register("d1", serial, "aa", 10)
        assert port.forget("d1", serial, "bb", 99) is False
        assert port.forget("d1", serial, "aa", 10) is False
        assert port.serials("d1") == (serial,)
        assert port.forget("d1", serial, "aa", 11) is True
        assert port.forget("d1", serial, "aa", 11) is False
        assert (port.serials("d1"), port.devices(serial)) == ((), ())

    def test_the_number_of_devices_is_limited(self, made: Any) -> None:
        port, (serial, _) = made()
        for number in range(MOST_DEVICES):
            port.register(f"d{number}", serial, "aa", 10)
        with pytest.raises(TooManyDevices):
            port.register("one more", serial, "aa", 10)
        assert port.register("d0", serial, "bb", 20) is False


def test_an_erased_pass_is_answered_quietly() -> None:
    shop = Shop()
    never = "f" * 32
    key = f"ApplePass {TOKENS.apple_token(never)}"
    body = json.dumps({"pushToken": PUSH}).encode()
    assert shop.service.register("d", PASS_TYPE, never, key, body, shop.world.now).status == 401
    assert shop.service.get(PASS_TYPE, never, key, None, shop.world.now).status == 401
    assert shop.service.unregister("d", PASS_TYPE, never, key).status == 200
    assert shop.service.list("d", PASS_TYPE, None).status == 204
