"""A person enrolled in a program. The only personal data there is; never in the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

MOST_TAGS = 30
"""That one member has."""

SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What a shop calls the place of a link: ``flyer``, ``window-2``. Nothing of a person fits in."""

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from loyalty.messages import Contact


@dataclass(frozen=True, slots=True)
class Application:
    """What a customer sends to join. Consent versions name the wording that was agreed to.

    ``referrer_code``: the code, long or short, of the card of who brought them. ``location``: id
    of the location where they join. ``source``: what the shop has called the link that led there
    (a flyer, a page), or empty. ``contact`` is None, and the name empty, where the program does not
    ask for them. ``attributes``: what the program asks for besides, by id.
    """

    first_name: str
    contact: Contact | None
    birthday: date | None
    language: str
    consent_version: str
    marketing_consent_version: str | None
    referrer_code: str | None = None
    location: str | None = None
    source: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A member as stored.

    Attributes
    ----------
    serial
        The pass's outside name. ``card_code`` is what the barcode carries. Neither says anything
        about the other or about the person.
    link_generation
        Which link token is good; raising it revokes the earlier ones.
    card_version
        Rises when something personal on the card changes.
    marketing_consent_version
        None when the member did not agree to marketing.
    contact
        None once the person was forgotten, and where the program does not ask for one.
    consent_version
        Empty once the person was forgotten: what nobody holds, nobody has agreed to.
    referrer
        The member who brought this one, if any.
    home
        Id of their home location: where they joined, if that is known.
    source
        From where they came to join, as the shop has called it in the link; empty if it did not.
    asked
        Stands for the application that made the member and the key it came with, so that the
        same one sent again is known.
    welcome_due
        The welcome is given once the contact is proved.
    short_code
        What is typed where the barcode cannot be scanned; empty where a card has none yet.
    """

    program: str
    id: str
    serial: str
    card_code: str
    link_generation: int
    card_version: int
    first_name: str
    contact: Contact | None
    birthday: date | None
    language: str
    consent_version: str
    marketing_consent_version: str | None
    enrolled_at: datetime
    referrer: str | None = None
    home: str | None = None
    asked: str | None = None
    welcome_due: bool = False
    short_code: str = ""
    source: str = ""

    @property
    def is_forgotten(self) -> bool:
        """Whether nothing is left that tells who it is."""
        return replace(self.forgotten(), card_version=self.card_version) == self

    def forgotten(self) -> Member:
        """Return the member without anything that tells who it is."""
        return replace(
            self,
            first_name="",
            contact=None,
            birthday=None,
            consent_version="",
            marketing_consent_version=None,
            home=None,
            source="",
            asked=None,
            welcome_due=False,
            card_version=self.card_version + 1,
        )
