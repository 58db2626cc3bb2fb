"""What a loyalty class shows of a program: the port, which the business fills."""

from __future__ import annotations

from typing import Protocol


class ProgramProfile(Protocol):
    """What the class shows of a program, in one language."""

    @property
    def program(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def organization(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def sentences(self) -> tuple[str, ...]: ...
    @property
    def contact(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def region(self) -> str: ...
