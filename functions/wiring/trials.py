"""Sending a till's address a trial, through the door that its messages come by.

Of a calendar, to which nothing is sent, it is a look at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.aws.time_left import DEADLINE
from functions.wiring import environment, feeding, storage, tills, vendors
from loyalty.store import till_watch
from loyalty.store.till_watch import Trial
from loyalty.tills import registry, trial
from loyalty.tills.failures import VendorFailed

if TYPE_CHECKING:
    from loyalty.tills.incoming import Sender


def send(sender: Sender, name: str, asked: int) -> None:
    """Post a trial to the address of a sender, and keep what the door answers."""
    endpoint = sender.endpoint
    if registry.CONNECTORS[endpoint.scheme].feed:
        came(sender, name, _looked(sender))
        return
    secret = tills.newest_secret(endpoint)
    address = trial.address(environment.configuration().base_url, endpoint, secret)
    posting = trial.made(endpoint, secret, sender.program.currency, name, environment.now())
    status, said = 0, ""
    try:
        timeout = min(trial.TIMEOUT, DEADLINE.left)
        status, said = trial.post(vendors.connections(), address, posting, timeout)
    except VendorFailed:
        result = "no_answer"
    else:
        result = {"accepted": "", "ignored": "ignored"}.get(said, "refused")
    answer = Trial(name, asked, status, result)
    till_watch.put_answer(storage.tables(), endpoint.program, endpoint.id, answer)


def _looked(sender: Sender) -> str:
    """Ask for a calendar as the clock does; what it says is left."""
    feed = feeding.following(sender)
    if feed is None:
        return "ignored"
    try:
        feed.look(environment.now(), DEADLINE.left)
    except VendorFailed as failed:
        return f"not_read_back:{failed.reason}"
    return "came_through"


def came(sender: Sender, name: str, result: str) -> None:
    """Keep that a trial has come to the worker, and what became of it there."""
    endpoint, now = sender.endpoint, int(environment.now().timestamp())
    arrived = Trial(name, 0, result=result, came=now)
    till_watch.put_arrival(storage.tables(), endpoint.program, endpoint.id, arrived)
