"""The public page of a cause: what has come together for it, by members' points."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.pages import back
from functions.pages import drawing as pages
from functions.wiring import causes, storage
from loyalty import words
from loyalty.program.rules import ONE
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from aws_lambda_powertools.event_handler import Response

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_OF_A_CARD = {"X-Robots-Tag": "noindex, nofollow"}
_KEPT = {"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"}


def answer(program: str, cause: str, languages: Sequence[str], link: str = "") -> Response[Any]:
    """Return the page of a cause, good for a minute: it names nobody.

    ``link``: of the card that it was opened from; the page then leads back there.
    """
    if not _NAME.fullmatch(program) or not _NAME.fullmatch(cause):
        return pages.not_found(languages[0])
    try:
        found = causes.causes().one(program, cause)
        rules = storage.programs().current(program)
    except Refusal as refusal:
        if refusal.kind not in {"not_found", "invalid"}:
            raise
        return pages.not_found(languages[0])
    spoken = next((one for one in languages if one in rules.languages), rules.languages[0])
    one, collected = found.cause, found.collected
    share = min(ONE, collected.points * ONE // one.target) if one.target else 0
    return pages.draw(
        "cause.html",
        language=spoken,
        design=rules.worn,
        headers=_OF_A_CARD if link else _KEPT,
        home=back.to_card(link, spoken),
        kept=back.kept(link, "cause", cause),
        join=f"/join/{program}?language={spoken}",
        name=rules.name[spoken],
        organization=rules.organization,
        spoken=rules.languages,
        cause=one,
        called=one.names[spoken],
        text=one.texts[spoken],
        points=causes.counted(program, rules.language(spoken), one.pot, collected.points),
        gifts=words.phrase(rules.language(spoken), "cause.gifts", n=collected.gifts),
        target=causes.counted(program, rules.language(spoken), one.pot, one.target),
        share=share // 100,
    )
