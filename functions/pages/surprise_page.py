"""The public page of a surprise: what was promised, and, once it is over, how to check it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.http.answers import bare
from functions.pages import drawing as pages
from functions.wiring import storage, surprising
from loyalty import words
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from aws_lambda_powertools.event_handler import Response

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def answer(
    program: str, campaign: str, query: Mapping[str, str], languages: Sequence[str]
) -> Response[Any]:
    """Return the page of a surprise, or with ``list`` its tickets as text."""
    language = languages[0]
    if not _NAME.fullmatch(program) or not _NAME.fullmatch(campaign):
        return pages.not_found(language)
    try:
        found = surprising.surprises().published(program, campaign)
    except Refusal as refusal:
        if refusal.kind not in {"not_found", "invalid"}:
            raise
        return pages.not_found(language)
    if query.get("list"):
        tickets = surprising.surprises().tickets(program, campaign)
        text = "".join(f"{one.name} {'-' if one.prize is None else one.prize}\n" for one in tickets)
        return bare(text, "text/plain; charset=utf-8", {})
    rules = storage.programs().current(program)
    spoken = next((one for one in languages if one in rules.languages), rules.languages[0])
    return pages.draw(
        "surprise.html",
        language=spoken,
        design=rules.worn,
        join=f"/join/{program}?language={spoken}",
        name=rules.name[spoken],
        organization=rules.organization,
        spoken=rules.languages,
        found=found,
        prizes=[(one.names[spoken], words.percent(spoken, one.odds)) for one in found.prizes],
        address=f"/surprises/{program}/{campaign}",
    )
