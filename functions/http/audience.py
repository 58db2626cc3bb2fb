"""Who asks: somebody with a browser, who is answered with a page, or a program.

Known addresses know whom they are for. This is for the others: an address that was shortened,
mistyped or made up, and a verb that an address does not take.
"""

from __future__ import annotations

_FOR_PROGRAMS = ("/v1", "/webhooks", "/apple", "/google")
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_LONGEST = 1000


def reads_pages(path: str, accept: str | None) -> bool:
    """Tell whether a page is the answer to this path (still encoded) and ``Accept`` header.

    Below the addresses that only tills, phones and Google know, nobody reads pages. Elsewhere every
    browser that shows an answer names HTML when it asks (WHATWG Fetch, "document" destination),
    which programs, ``*/*`` and pictures do not.
    """
    if any(path == root or path.startswith(f"{root}/") for root in _FOR_PROGRAMS):
        return False
    return any(
        media.partition(";")[0].strip().lower() in _PAGES
        for media in (accept or "")[:_LONGEST].split(",")
    )
