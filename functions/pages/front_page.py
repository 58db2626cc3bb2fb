"""The front address of a deployment: its programs, or the way to the one that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.http.answers import redirect
from functions.pages import drawing as pages
from functions.wiring import joining, storage
from loyalty.languages import LANGUAGES

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

_MOST = 60
"""Programs that are listed; a deployment of more has a page of its own for them."""


def answer(wanted: str | None, languages: tuple[str, ...]) -> Response[str]:
    """Return the programs; ``wanted``: the language in the address, ``languages`` those read."""
    listed = storage.programs().all(_MOST)
    if len(listed) == 1:
        query = f"?{urlencode({'language': wanted})}" if wanted in LANGUAGES else ""
        return redirect(f"/join/{listed[0].id}{query}")
    return pages.draw(
        "front.html",
        language=next(iter(languages), LANGUAGES[0]),
        headers={"Vary": "Accept-Language"},
        shops=[joining.profile(one.id, *languages) for one in listed],
    )
