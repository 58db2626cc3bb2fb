"""Tell whether a form was sent by a page of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


def from_our_page(headers: Mapping[str, str], base_url: str, *, hidden: bool = False) -> bool:
    """Refuse forms that another site made a browser send (Fetch Metadata, then Origin).

    Programs send neither header and pass.

    Parameters
    ----------
    hidden
        The page has a secret in its address and the policy ``no-referrer``, under which browsers
        send ``Origin: null``. Elsewhere that is a stranger's.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None or (hidden and origin == "null"):
        return True
    ours = urlsplit(base_url)
    return origin == f"{ours.scheme}://{ours.netloc}"
