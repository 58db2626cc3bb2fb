"""What has happened to a member lately that campaigns wait for, read from their last entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.campaigns import deciding
from loyalty.campaigns.asking import answers_since
from loyalty.campaigns.campaign import EVENTS
from loyalty.core.instants import microseconds
from loyalty.core.order import order_named
from loyalty.store import deed_log
from loyalty.store.reading import read_last_entries, read_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.profile import Profile
    from loyalty.core.account import Entry
    from loyalty.store.campaign_book import KeptCampaign
    from loyalty.store.tables import Tables

LAST = 20
"""Entries of a member that an event is looked for in."""

_DAY = 86_400


def of(
    tables: Tables, campaign: Campaign, kept: KeptCampaign, profile: Profile
) -> Iterable[str | None]:
    """Return what has happened lately to a member; one None where no event is the trigger."""
    kind = campaign.trigger.kind
    if kind not in EVENTS:
        return (None,)
    program = profile.program.id
    since = max(kept.started, microseconds(profile.now) - deciding.LATE * _DAY * 1_000_000)
    last = read_last_entries(tables, program, profile.member, LAST)
    entries = [one for one in last if one.at >= since]
    named = dict.fromkeys(filter(None, map(order_named, entries)))
    waits = kind == "answer_given"
    answers = answers_since(tables, program, profile.member, since) if waits else []
    ordered = kind in {"bought", "claimed"}
    found = (read_order(tables, one) for one in named) if ordered else ()
    orders = [one for one in found if one is not None]
    claimed = _claimed(tables, profile, entries, since) if kind == "claimed" else set()
    return deciding.happened(campaign, profile, entries, orders, answers, claimed)


def _claimed(
    tables: Tables, profile: Profile, entries: Iterable[Entry], since: int
) -> set[tuple[str, str]]:
    """Return orders that a member has claimed by their receipt, or staff for them."""
    program, member = profile.program.id, profile.member
    times = (since, microseconds(profile.now))
    page = deed_log.of_member(tables, program, member, "", LAST, times)
    found = {
        (str(one.after["source"]), str(one.after["order"]))
        for one in page.deeds
        if one.kind == "claim"
    }
    # With the receipt in hand: their own entry says so, and no key has done anything.
    own = [order_named(one) for one in entries if one.actor == f"member:{member}"]
    return found | {(one.source, one.id) for one in own if one is not None}
