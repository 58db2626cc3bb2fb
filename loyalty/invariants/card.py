"""What must hold between an account and the card that its wallets are told of (I12).

Here is the loyalty half: the card is drawn from the account as it stands, its version is what
both have counted, and a change that was not handed over carries its mark. That each wallet shows
this very card once all is quiet is judged beside the wallets, in tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.visible import visible

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.card.view import Card
    from loyalty.core.account import Account
    from loyalty.core.visible import Published
    from loyalty.program.rules import Program

_FIRST = 2
"""The latest version that a card begins with: 1, or 2 with a welcome."""


def broken_card(  # noqa: PLR0917
    program: Program,
    account: Account,
    card: Card,
    personal: int,
    published: Published,
    now: datetime,
) -> tuple[str, ...]:
    """Return a sentence for everything in which card and account disagree.

    Parameters
    ----------
    account
        Settled at ``now``, after the night has looked at it.
    card
        As the wallets get it at ``now``.
    personal
        The version of what is personal on the card.
    """
    faults = []
    figures = visible(program, account, now)
    if account.shown != figures.fingerprint:
        faults.append("I12: the card says something else than it was said to show")
    if card.version != program.card_version + account.card_version + personal:
        faults.append(f"I12: the card's version is {card.version}, not the sum of its parts")
    if card.voided != bool(account.closed):
        faults.append("I12: the card is valid and the membership over, or the other way round")
    balance = card.field("balance")
    if balance is not None and balance.value != figures.balances[0]:
        faults.append(f"I12: the card shows {balance.value}, the account {figures.balances[0]}")
    if published.waiting != (published.since is not None) or published.astray:
        faults.append("I12: the card waits where nobody finds it")
    if published.waiting and account.card_version == published.version:
        faults.append("I12: the card waits to be handed over, and has been")
    if not published.waiting and account.card_version > (published.version or _FIRST):
        faults.append("I12: the card has changed, and nothing waits to hand it over")
    if published.version is not None and published.version > account.card_version:
        faults.append("I12: a later card was handed over than there is")
    return tuple(faults)
