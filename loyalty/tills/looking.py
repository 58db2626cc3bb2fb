"""Looks at each till's address now and then: whether it is quiet, what its vendor would tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from loyalty.core.opening import open_part
from loyalty.store import feeds, till_counts, till_watch
from loyalty.tills import asking, by_api, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.access.keys import Endpoint
    from loyalty.program.rules import Location, Program
    from loyalty.store.tables import Tables
    from loyalty.store.till_watch import State, Watch
    from loyalty.tills.asking import Inbox

EVERY = timedelta(minutes=15)
"""Between two looks. A look reads the counts of six weeks, some ten to fifty read units."""

LAG = timedelta(minutes=3)
"""A vendor is asked for what is older: whose message may still be on its way is not missed."""

OVERLAP = timedelta(minutes=10)
"""Asked for twice: vendors' lists lag behind what they tell, and their clocks behind ours."""

LONGEST = timedelta(days=7)
"""That a vendor is asked for at once, after we were away or when a token is new."""

FIRST = timedelta(hours=1)
"""What a vendor is asked for the first time."""

LISTING = frozenset(
    {
        *("square", "shopify", "woocommerce", "stripe"),
        *("yclients", "altegio", "bitrix24", "amocrm", "kommo", "hubspot", "calendar"),
    }
)
"""Schemes whose vendor lists what changed (``Connector.changed``, ``feed``); a test holds them
equal. The connectors themselves are not loaded for it."""

VISITS = "visits"
"""The scheme whose addresses take files of visits, too."""
BRIDGES = frozenset(
    {
        VISITS,
        "yclients",
        "altegio",
        "bitrix24",
        "amocrm",
        "kommo",
        "calcom",
        "hubspot",
        "calendar",
    }
)
"""Schemes of booking tools and CRMs (``bridges.registry``), of which the same holds."""

SILENT = frozenset({"calendar"})
"""Schemes that send nothing (``Connector.feed``): whether they answer is what counts."""
_DAYS_WITHOUT = 1
"""Days on which such a one may fail to answer."""

_HOUR = 3600


class Looking:
    """One look at every address that is due.

    Parameters
    ----------
    endpoint
        Finds an endpoint by its name; None where it is gone.
    program
        Returns a program; None where nobody has put it yet.
    """

    def __init__(
        self,
        tables: Tables,
        inbox: Inbox,
        *,
        endpoint: Callable[[str], Endpoint | None],
        program: Callable[[str], Program | None],
    ) -> None:
        self._tables = tables
        self._inbox = inbox
        self._endpoint = endpoint
        self._program = program

    def due(self, now: datetime, most: int) -> Iterator[Watch]:
        """Yield so many addresses that are to be looked at by now, the longest due first.

        What fails for one of them is raised once all others have had their turn.
        """
        found: list[Watch] = []
        failed: Exception | None = None
        try:
            found += till_watch.due(self._tables, int(now.timestamp()), most)
        except Exception as error:  # noqa: BLE001 - raised below
            failed = error
        yield from sorted(found, key=lambda watch: watch.due)
        if failed is not None:
            raise failed

    def look(self, watch: Watch, now: datetime) -> bool:
        """Look at an address; tell whether it has newly fallen silent."""
        endpoint = by_api.read(watch.program, watch.endpoint) or self._endpoint(watch.endpoint)
        if endpoint is None or endpoint.program != watch.program:
            till_watch.end(self._tables, watch)
            return False
        after = self._judged(watch, endpoint, now)
        if endpoint.scheme in SILENT:
            after = replace(after, state=self._of_a_feed(watch, now), alarmed=watch.alarmed)
        if _can_be_asked(endpoint):
            after = self._polled(after, endpoint, now)
        newly = after.alarmed != watch.alarmed
        return till_watch.looked(self._tables, watch, after) and newly

    def _of_a_feed(self, watch: Watch, now: datetime) -> State:
        """Judge what is only asked: it has answered lately, not lately, or not once."""
        feed = feeds.read(self._tables, watch.program, watch.endpoint)
        if not feed.revision:
            return "unheard" if watch.polled else "usual"  # or it was not asked yet
        late = feed.day and now.date().toordinal() - feed.day > _DAYS_WITHOUT
        return "quiet" if late else "usual"

    def _judged(self, watch: Watch, endpoint: Endpoint, now: datetime) -> Watch:
        second = int(now.timestamp())
        since = second - till_counts.KEPT_DAYS * 24 * _HOUR
        counted = till_counts.read(self._tables, watch.program, watch.endpoint, since, second)
        messages = {
            hour: kinds["messages"] for hour, kinds in counted.hours.items() if "messages" in kinds
        }
        program, is_open = self._program(watch.program), quiet.always
        if program is not None:
            locations = _locations(program, endpoint)
            is_open = partial(open_part, program, locations)
        zone = program.zone if program is not None else "UTC"
        found = quiet.judge(messages, counted.last_message, second, zone, is_open)
        # Somebody is told once of each silence.
        alarmed = counted.last_message if found.state == "quiet" else watch.alarmed
        due = second + int(EVERY.total_seconds())
        return replace(watch, due=due, looked=second, state=found.state, alarmed=alarmed)

    def _polled(self, watch: Watch, endpoint: Endpoint, now: datetime) -> Watch:
        """Ask for what changed since it was asked last, by a message that the worker takes up.

        The place is kept after the message, so that a failure between them asks twice.
        """
        until = now - LAG
        since = until - FIRST
        if watch.polled:
            since = max(datetime.fromtimestamp(watch.polled, UTC) - OVERLAP, until - LONGEST)
        mark = watch.polled or int((since + OVERLAP).timestamp())
        asking.poll(self._inbox, endpoint, since, until, mark)
        return replace(watch, polled=int(until.timestamp()))


def _locations(program: Program, endpoint: Endpoint) -> list[Location]:
    """Return where a till stands: at the location that it names, else at any of the program's."""
    named = [one for one in program.locations if one.id == endpoint.location]
    return named or list(program.locations)


def _can_be_asked(endpoint: Endpoint) -> bool:
    return endpoint.token and endpoint.scheme in LISTING
