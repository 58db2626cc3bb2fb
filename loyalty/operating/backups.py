"""Whether the tables lie elsewhere, too: what is said where no export of late has ended. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LATEST: Final = 36 * 3600
"""Seconds since the beginning of an export, after which another one should have ended."""


def trouble(table: str, bucket: str, exports: Sequence[Mapping[str, Any]], now: int) -> str:
    """Return what is wrong with the exports of a table; empty where nothing is.

    ``exports``: what DynamoDB says of the newest ones.
    """
    lately = [one for one in exports if one["StartTime"].timestamp() > now - LATEST]
    if any(one["ExportStatus"] == "COMPLETED" for one in lately):
        return ""
    failed = [one for one in lately if one["ExportStatus"] == "FAILED"]
    said = f"The table {table} was not exported to the bucket {bucket} in the last 36 hours"
    help_ = "`loyalty restore export` makes one at once (docs/restoring.md, Backups elsewhere)."
    if not failed:
        return f"{said}: look whether the schedule may write there; {help_}"
    last = max(failed, key=lambda one: one["StartTime"])
    # The code is DynamoDB's; its words may quote the account.
    return f"{said}: DynamoDB says {last.get('FailureCode') or 'nothing of why'}. {help_}"
