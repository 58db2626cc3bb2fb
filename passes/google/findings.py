"""What the linter says about a class, an object, a PATCH or a save token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA_RULE = 0
"""The number of findings that come from Google's schema and not from the checklist."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule.

    Attributes
    ----------
    rule
        Number in the checklist of docs/google.md; 0 is Google's own schema.
    where
        Path of the member, such as ``loyaltyPoints.balance``.
    what, mend
        What is wrong, and what to do about it.
    level
        ``error``: Google refuses it, or it does not work. ``warning``: Google cuts it short, or
        nobody could verify that Google minds.
    """

    rule: int
    where: str
    what: str
    mend: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.level} (rule {self.rule}) at {self.where}: {self.what}; {self.mend}"


def error(rule: int, where: str, what: str, mend: str) -> Finding:
    """Return a finding that Google minds."""
    return Finding(rule, where, what, mend)


def warning(rule: int, where: str, what: str, mend: str) -> Finding:
    """Return a finding that Google lets pass, as far as is known."""
    return Finding(rule, where, what, mend, "warning")


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """Return what Google minds, without the warnings."""
    return [one for one in findings if one.level == "error"]
