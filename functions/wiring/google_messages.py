"""Say something on one card, or on all cards of a program: what campaigns and reminders call.

No route and no queue lead here yet. Whoever calls it works off a queue that delivers again: an
delivery ``later`` means "deliver again at that instant", any error "deliver again".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.aws.google_state import TableHistory
from functions.wiring import card_reading, environment, google_state, storage
from loyalty.core.instants import microseconds
from passes.google import objects
from passes.google.messages import AllCards, Delivery, OneCard, send

if TYPE_CHECKING:
    from functions.wiring.google import Wallet
    from passes.google import quota
    from passes.google.messages import Message


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


def _now() -> int:
    return microseconds(environment.now())
