"""Look into a running local stack: queues, cards on their way, the ledger itself.

Only for the demo and for tests; nothing here writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.local.deployment import Cloud
from infra.local.web import until
from loyalty.access.tokens import Tokens
from loyalty.store import google_saves, membership, publishing, reading
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.sealed_tables import SealedTables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.core.account import Account, Entry
    from loyalty.core.member import Member
    from loyalty.store.google_saves import SaveMark
    from loyalty.store.sealing import Wraps
    from loyalty.store.tables import TableName

_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
_ALWAYS = 2**40  # a second later than every instant of ours


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's account and the entries it must be the sum of."""

    account: Account
    entries: tuple[Entry, ...]


class Backstage:
    """A view of one running stack.

    Parameters
    ----------
    stack
        The stack's description (``stack.json``).
    """

    def __init__(self, stack: Mapping[str, Any]) -> None:
        self._aws = stack["aws"]
        cloud = Cloud(int(self._aws["endpoint_url"].rpartition(":")[2]))
        self._sqs = cloud.client("sqs")
        self._ssm = cloud.client("ssm")
        places: tuple[TableName, ...] = ("state", "ledger", "keys")
        names = {name: str(self._aws[f"{name}_table"]) for name in places}
        self._tables = SealedTables(DynamoTables(cloud.client("dynamodb"), names), self._wraps)

    @property
    def tables(self) -> SealedTables:
        """All that lies in the tables, what is personal open."""
        return self._tables

    def _wraps(self) -> Wraps:
        name = f"{self._aws['secrets_path']}/master-key"
        found = self._ssm.get_parameter(Name=name, WithDecryption=True)
        return Tokens.from_json(found["Parameter"]["Value"]).wraps()

    def is_quiet(self) -> bool:
        """Tell whether everything that was sent so far has been worked through to the end.

        The order of the looks is the order of the work, and each place is left only after the next
        one has been entered: so nothing can slip past between two looks.
        """
        return (
            self.messages("inbox_queue_url") == 0
            and self.unpublished() == 0
            and self.messages("apple_queue_url") == 0
            and self.messages("google_queue_url") == 0
            and self.messages("telling_queue_url") == 0
            and self.messages("sending_queue_url") == 0
            and self.messages("figures_queue_url") == 0
        )

    def wait_until_quiet(self, seconds: float = 90.0) -> None:
        """Wait until nothing is on its way any more."""
        until("the queues to become empty", lambda: self.is_quiet() or None, seconds)

    def messages(self, queue: str) -> int:
        """Return how many messages a queue holds, those being worked on included."""
        return self._messages(self._aws[queue])

    def dead_letters(self) -> dict[str, int]:
        """Return how many messages were given up, per dead-letter queue; empty ones left out."""
        urls = self._sqs.list_queues().get("QueueUrls", [])
        places = [url for url in urls if "dead-letters" in url or "failures" in url]
        found = {url.rpartition("/")[2]: self._messages(url) for url in places}
        return {name: count for name, count in found.items() if count}

    def unpublished(self) -> int:
        """Return how many changed cards wait to be handed over to the wallets' queues."""
        return sum(
            len(publishing.waiting(self._tables, shard, _ALWAYS, 100))
            for shard in range(publishing.SHARDS)
        )

    def standing(self, program: str, member: str) -> Standing:
        """Read a member's account and entries.

        Raises
        ------
        LookupError
            There is no such member.
        """
        account = reading.read_account(self._tables, program, member)
        if account is None:
            raise LookupError("no account of this member")
        return Standing(account, reading.read_entries(self._tables, program, member))

    def member(self, program: str, member: str) -> Member:
        """Read what is kept about a member. Raises LookupError."""
        found = membership.read_member(self._tables, program, member)
        if found is None:
            raise LookupError("no such member")
        return found

    def google(self, program: str, member: str) -> SaveMark:
        """Return what is known of a member's card at Google."""
        return google_saves.read_mark(self._tables, program, member)

    def google_events(self, program: str, member: str, at: datetime) -> list[str]:
        """Return a member's saves and removals of a day (UTC), oldest first."""
        return google_saves.read_events(self._tables, program, member, at)

    def _messages(self, url: str) -> int:
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))
        return sum(int(answer["Attributes"][name]) for name in _COUNTS)
