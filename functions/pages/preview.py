"""Pages of ours as a design would make them: for the preview of a design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.program.profile import profile_of

if TYPE_CHECKING:
    from datetime import date

    from loyalty.program.rules import Program


def drawn_pages(program: Program, base_url: str, today: date) -> dict[str, str]:
    """Return the join page and the poster in every language of a program, as whole HTML pages."""
    from functions.pages import kit  # noqa: PLC0415
    from functions.pages.join_answers import PageAnswers  # noqa: PLC0415

    found = {}
    for language in program.languages:
        profile = profile_of(program, language)
        pieces = {
            "join page": PageAnswers(language, today, base_url=base_url).form(profile),
            "A4 poster": kit.answer(profile, "poster", base_url, {}, tuple),
        }
        for what, answer in pieces.items():
            # Shown from elsewhere: addresses of pictures lead to us all the same.
            html = str(answer.body).replace("<head>", f'<head><base href="{base_url}/">', 1)
            found[f"{language}: {what}"] = html
    return found
