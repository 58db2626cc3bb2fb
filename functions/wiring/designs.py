"""Which design a card wears: the one its program names, or the plain one where that is gone."""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from functions.aws.kept_files import BucketFiles
from functions.aws.observability import count_apart, logger
from functions.aws.time_left import DEADLINE
from functions.wiring import environment
from loyalty.store import news_pictures
from loyalty.store.dynamodb import client, limit
from passes.designs import archive
from passes.designs import design as designs

if TYPE_CHECKING:
    from datetime import datetime

    from passes.designs.design import Design

QUIET_SECONDS = 60
"""A process tells of a missing design once in so long, however many cards would wear it."""
KEPT = 16
"""Stored designs that a process keeps: of each, half a megabyte to a few."""

_told: dict[str, datetime] = {}
_stored: OrderedDict[str, Design] = OrderedDict()
_lock = Lock()


def worn(name: str) -> Design:
    """Return the design of that name; the plain one, with an alarm, where it cannot be used.

    A program is only taken with a design that can be used, but a later deployment may have lost
    it. The customer has a card all the same, and the owner is told.
    """
    try:
        return found(name)
    except designs.DesignError as error:
        _tell(name, error)
        return designs.load(designs.PLAIN)


def found(name: str) -> Design:
    """Return the shipped design of a name, or the stored one of a reference.

    A stored one is read once per process, by one read of one file, and never changes.

    Raises
    ------
    DesignError
        There is none, or it cannot be used.
    """
    if not archive.is_reference(name):
        return designs.load(name)
    with _lock:  # several threads draw cards at once
        known = _stored.get(name)
        if known is None:
            data = files().get(archive.place_of(name))
            if data is None:
                raise designs.DesignError(f"{name}: there is no such version of a design")
            known = _stored[name] = archive.opened(name, data)
            if len(_stored) > KEPT:
                _stored.popitem(last=False)
        else:
            _stored.move_to_end(name)
        return known


def mark(name: str) -> int:
    """Return the mark of the design that cards wear by that name; see `Design.mark`."""
    return archive.mark_of(name) if archive.is_reference(name) else worn(name).mark


def news_picture(program: str, picture: str) -> bytes | None:
    """Return a picture that news shows; None where there is none."""
    return files().get(news_pictures.file_of(program, picture))


@cache
def files() -> BucketFiles:
    """Return where stored designs lie."""
    bucket = environment.configuration().design_bucket
    return BucketFiles(_store(), bucket, archive.LARGEST)


def _store() -> Any:
    store = client("s3", environment.configuration().aws_endpoint_url or None)
    limit(store, DEADLINE)
    return store


def forget() -> None:
    """Forget what was read, as a new process would."""
    _stored.clear()


def _tell(name: str, error: designs.DesignError) -> None:
    now = environment.now()
    before = _told.get(name)
    if before is not None and 0 <= (now - before).total_seconds() < QUIET_SECONDS:
        return
    _told[name] = now
    logger.error("design cannot be used", extra={"design": name, "why": str(error)})
    count_apart("DesignMissing")  # several threads draw cards at once
