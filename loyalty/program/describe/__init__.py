"""The program in plain sentences: for customers, for staff, and warnings for its owner."""

from __future__ import annotations

from loyalty.program.describe.sentences import Audience, describe
from loyalty.program.describe.warnings import MOST_SENTENCES, about_tills, warnings

__all__ = ["MOST_SENTENCES", "Audience", "about_tills", "describe", "warnings"]
