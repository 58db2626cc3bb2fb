"""What the linter says about a pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How bad it is."""

    ERROR = "error"
    """Wallet refuses the pass or silently drops a feature."""
    ADVICE = "advice"
    """It works, but less well than it could."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    rule
        Number of the rule (docs/apple.md lists them).
    severity
        Whether Wallet minds.
    where
        The file of the bundle, and the key in it.
    what, mend
        What is wrong, and how to put it right.
    page
        Where Apple documents the key; empty for what is no key.
    """

    rule: int
    severity: Severity
    where: str
    what: str
    mend: str
    page: str = ""

    def __str__(self) -> str:
        return f"{self.severity.value} {self.rule}: {self.where}: {self.what}. {self.mend}."


def error(rule: int, where: str, what: str, mend: str) -> Finding:
    """Return a finding that Wallet minds."""
    return Finding(rule, Severity.ERROR, where, what, mend)


def advice(rule: int, where: str, what: str, mend: str) -> Finding:
    """Return a finding that Wallet lets pass."""
    return Finding(rule, Severity.ADVICE, where, what, mend)
