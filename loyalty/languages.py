"""The languages that programs, cards, designs and pages speak; strangers are told in the first.

A further one is its code here, and its texts (CONTRIBUTING.md says where).
"""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
