"""Say something on one card, or on all cards of a program.

What a campaign says is said by the worker of the Google queue when it brings a card up to date,
and a broadcast when the first step of its walk has rung for the class. Whoever calls works off a
queue that delivers again: a delivery ``later`` means "deliver again at that instant", any error
"deliver again".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.aws.google_state import TableHistory
from functions.wiring import card_reading, environment, google_state, storage
from loyalty.card.drawing import said_to_all
from loyalty.core.instants import microseconds
from passes.google import objects
from passes.google.messages import AllCards, Delivery, OneCard, send, take_off, told_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.wiring.google import Wallet
    from passes.google import quota
    from passes.google.messages import Message
    from passes.google.publish import Drawn


def tell(
    account: Wallet, program: str, member: str, message: Message, kind: quota.Kind = "message"
) -> Delivery:
    """Say a message on one card, once for its id; see ``passes.google.messages.send``."""
    card = card_reading.cards().by_member(program, member, environment.now())
    if card is None or not google_state.google_saves().is_marked(program, member):
        return Delivery("nobody")
    resource = OneCard(account.client, objects.object_id(account.issuer, card.serial))
    history = TableHistory(storage.tables(), program, member)
    of_all = TableHistory(storage.tables(), program).read().notified
    return send(message, kind, history, resource, _now, of_all)


def say(account: Wallet, program: str, member: str, sent: Drawn) -> Delivery:
    """Say on a card that was just brought up to date what its shop says now, once.

    Most often that was said before: then one item is read, and nothing else is done.
    """
    if sent.message is None:
        return Delivery("nobody")
    resource = OneCard(account.client, sent.body["id"])
    history = TableHistory(storage.tables(), program, member)
    return send(sent.message, "notice", history, resource, _now, _to_all(program))


def _to_all(program: str) -> Iterator[int]:
    """Return when all cards were notified, read once somebody asks."""
    yield from TableHistory(storage.tables(), program).read().notified


def tell_all(
    account: Wallet, program: str, message: Message, kind: quota.Kind = "message"
) -> Delivery:
    """Say a message on all cards of a program with one request, once for its id.

    The class's notifications count for every card. Cards that have had theirs are Google's to
    leave out: nobody else knows about all of them.
    """
    account.ensure_class(program)
    resource = AllCards(account.client, objects.class_id(account.issuer, program))
    history = TableHistory(storage.tables(), program)
    return send(message, kind, history, resource, _now)


def say_to_all(account: Wallet, program: str) -> Delivery | None:
    """Let all cards say what the program says to everybody now; None where Google has none.

    What it has said before is taken off. Silently rather than late, where three things were said
    today.
    """
    if google_state.google_classes().sent(program) is None:
        return None  # nobody has ever saved a card
    rules, now = storage.programs().current(program), environment.now()
    said = said_to_all(rules, now)
    message = told_all(said, rules.name) if said else None
    resource = AllCards(account.client, objects.class_id(account.issuer, program))
    history = TableHistory(storage.tables(), program)
    take_off(history, resource, message.id if message else "", _now())
    return tell_all(account, program, message, "notice") if message else Delivery("nobody")


def _now() -> int:
    return microseconds(environment.now())
