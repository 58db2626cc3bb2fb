"""A client as a booking tool or CRM tells of them: nothing of it is proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class ClientReport:
    """What one message says of a client: their whole present state at the tool.

    Attributes
    ----------
    program, source, id
        The tool's name in the program, and its own id of the client.
    version
        The tool's integer version, or the instant of the last change in microseconds since 1970.
    hints
        Who it is (``loyalty.tills.naming``), the tool's own id among them.
    phones, emails
        As the tool writes them.
    attributes
        Values by the ids of the program's attributes, as these want them; None where the tool says
        that there is none. Only what the owner has mapped is in it.
    consents
        Whether the tool says that somebody agrees to offers, by channel: a word of the tool's, and
        no consent of theirs here.
    mapping
        Stands for what the owner had said of the tool's fields when this was read.
    """

    program: str
    source: str
    id: str
    version: int
    hints: tuple[str, ...] = ()
    name: str = ""
    birthday: date | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    mapping: str = ""
