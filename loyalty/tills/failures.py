"""What a vendor did not tell, apart from how it is asked: whoever only reads needs no HTTP."""

from __future__ import annotations


class VendorFailed(Exception):  # noqa: N818 - what happened
    """The vendor did not tell.

    Attributes
    ----------
    reason
        ``token_refused``, ``not_allowed``, ``unavailable``, ``rate_limited``, ``not_understood``
        or ``refused``: ours, so that it may be logged and shown.
    retry_after
        Seconds after which asking again makes sense, where the vendor says so.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after

    @property
    def passing(self) -> bool:
        """Whether asking again later may help without anybody mending something."""
        return self.reason in ("unavailable", "rate_limited")
