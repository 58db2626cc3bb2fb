"""The business in memory behind the web service of passes, and a phone in one call each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.aws.registrations import TableRegistrations
from loyalty.card.reader import CardReader
from passes.apple.web_service import WebService
from tests.support.apple import PASS_TYPE
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from loyalty.card.view import Card
    from loyalty.members.enrolment import Enrolled


PUSH = "ab" * 32


class Shop:
    """A world with the web service in front of it."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        if world is None:
            self.world.put_program()
        self.cards = CardReader(self.world.tables, self.world.programs)
        self.registrations = TableRegistrations(self.world.tables)
        self.service = WebService(
            PASS_TYPE, self.registrations, self.cards, TOKENS.apple_token, self._issue
        )

    def card(self, member: Enrolled) -> Card:
        found = self.cards.by_link(member.link, self.world.now)
        assert found is not None
        return found

    def shown(self, member: Enrolled) -> dict[str, Any]:
        return {card_field.key: card_field.value for card_field in self.card(member).fields}

    @staticmethod
    def _issue(card: Card, _now: datetime) -> bytes:
        return json.dumps({card_field.key: card_field.value for card_field in card.fields}).encode()


class Phone:
    """A phone that may lose any answer on the way, and then asks again later."""

    def __init__(self, shop: Shop, name: str, chance: random.Random) -> None:
        self.shop = shop
        self.device = name
        self.chance = chance
        self.tag: str | None = None
        self.held: dict[str, tuple[Any, str]] = {}
        self.called_for_nothing = 0

    def install(self, card: Card) -> None:
        assert self._get(card.serial)
        body = json.dumps({"pushToken": PUSH}).encode()
        answer = self.shop.service.register(
            self.device, PASS_TYPE, card.serial, self._key(card.serial), body, self.shop.world.now
        )
        assert answer.status in {200, 201}

    def sync(self, loss: float = 0.0) -> None:
        answer = self.shop.service.list(self.device, PASS_TYPE, self.tag)
        if self.chance.random() < loss or answer.status == 204:
            return
        news = json.loads(answer.body)
        for serial in news["serialNumbers"]:
            if self.chance.random() < loss:
                return  # the tag moves on only when everything it speaks of is here
            fresh = self._get(serial)
            # The first list names everything, whatever the phone has by then.
            self.called_for_nothing += not fresh and self.tag is not None
        self.tag = news["lastUpdated"]

    def _get(self, serial: str) -> bool:
        _, modified = self.held.get(serial, (None, None))
        answer = self.shop.service.get(
            PASS_TYPE, serial, self._key(serial), modified, self.shop.world.now
        )
        if answer.status != 200:
            return False
        assert answer.headers["Last-Modified"] != modified
        self.held[serial] = json.loads(answer.body), answer.headers["Last-Modified"]
        return True

    @staticmethod
    def _key(serial: str) -> str:
        return f"ApplePass {TOKENS.apple_token(serial)}"
