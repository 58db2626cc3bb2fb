"""What an owner configured. Pure data; ``program_document`` reads it from TOML or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class PotRule:
    """One kind of value that accounts of this program hold.

    ``expires_after_months``: value lives that many whole months after the one it was granted in,
    in the program's zone; None means that it never expires.
    """

    id: str
    expires_after_months: int | None = None


@dataclass(frozen=True, slots=True)
class EarnRule:
    """``points`` of a pot for every ``per_amount`` minor units of an order's total.

    The fraction that does not make a whole point is carried to the next order.
    """

    pot: str
    points: int
    per_amount: int


@dataclass(frozen=True, slots=True)
class Reward:
    """Something that ``price`` points of a pot buy."""

    id: str
    pot: str
    price: int
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Discount:
    """A fixed part of every bill, in basis points (1000 = 10 %)."""

    basis_points: int


@dataclass(frozen=True, slots=True)
class ConsentTexts:
    """What a customer agrees to on joining; ``version`` is kept with the answer."""

    version: str
    program: Mapping[str, str]
    marketing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One way to reach the shop, shown on the back of the pass."""

    label: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Program:
    """One version of a program.

    Attributes
    ----------
    version
        Rises by one with every change of the document; old versions stay readable, because an
        order is always computed with the version that it was first decided with.
    card_version
        Rises when a change is visible on every card of the program.
    currency, zone, region
        ISO 4217 code; IANA zone of its policies; ISO 3166 country whose phone numbers need no
        prefix.
    languages
        At least one of ``en`` and ``ru``; the first is the one used when none fits.
    """

    id: str
    version: int
    card_version: int
    name: Mapping[str, str]
    organization: str
    currency: str
    zone: str
    region: str
    languages: tuple[str, ...]
    design: str
    pots: tuple[PotRule, ...]
    earning: tuple[EarnRule, ...]
    rewards: tuple[Reward, ...]
    discount: Discount | None
    consent: ConsentTexts
    contact: tuple[ContactLine, ...]

    def pot(self, pot_id: str) -> PotRule | None:
        """Return the pot of that id, or None."""
        return next((pot for pot in self.pots if pot.id == pot_id), None)

    def reward(self, reward_id: str) -> Reward | None:
        """Return the reward of that id, or None."""
        return next((reward for reward in self.rewards if reward.id == reward_id), None)

    def language(self, wanted: str | None) -> str:
        """Return the wanted language if the program speaks it, else its first one."""
        return wanted if wanted in self.languages else self.languages[0]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One consent in one language, with the version of its wording."""

    text: str
    version: str


@dataclass(frozen=True, slots=True)
class ProgramFace:
    """What the join page shows of a program, in one language."""

    program: str
    name: str
    organization: str
    design: str
    language: str
    lines: tuple[str, ...]
    consent: ConsentText
    marketing_consent: ConsentText
    region: str
