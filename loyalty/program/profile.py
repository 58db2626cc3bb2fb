"""What a program shows of itself in one language: to the join page, and on Google's class. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.program.describe import describe
from loyalty.program.describe.sentences import of_a_friend
from loyalty.program.rules import ConsentText, ProgramProfile

if TYPE_CHECKING:
    from loyalty.program.rules import Program


def profile_of(program: Program, language: str | None) -> ProgramProfile:
    """Return what a program shows, in the wanted language or else its first one."""
    spoken = program.language(language)
    consent = program.consent
    return ProgramProfile(
        program=program.id,
        name=program.name[spoken],
        organization=program.organization,
        design=program.worn,
        language=spoken,
        sentences=describe(program, spoken),
        contact=tuple((line.label[spoken], line.text) for line in program.contact),
        consent=ConsentText(consent.program[spoken], consent.version),
        marketing_consent=ConsentText(consent.marketing[spoken], consent.version),
        region=program.region,
        locations=frozenset(location.id for location in program.locations),
        languages=program.languages,
        friends=_friends_matter(program),
        brought=of_a_friend(program, spoken, brought=True),
        joining=program.joining,
        attributes=tuple(one for one in program.attributes if one.ask == "joining"),
    )


def _friends_matter(program: Program) -> bool:
    """Tell whether it matters who brought a new member: for a reward, or for a level."""
    levels = program.tiers.levels if program.tiers else ()
    return program.referral is not None or any(level.referrals for level in levels)
