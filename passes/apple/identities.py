"""Which certificate signs: read from the secrets, two side by side during renewal.

A pass certificate lives about a year. The renewed one is stored beside the old one, so there is no
moment in which a certificate stands next to another one's key; the one that is sound and lives
longest signs. A warm process looks at the secrets again whenever it is asked, so it picks a renewed
certificate up as soon as the secrets' own cache lets go of the old text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from passes.apple.sign import Signer, SigningError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

SLOTS = (("apple/certificate", "apple/key"), ("apple/next/certificate", "apple/next/key"))
"""Names of the secrets that hold a certificate and its key. A slot may be empty."""
INTERMEDIATES = "apple/intermediates"
RENEWAL_DAYS = 60
"""From so many days before its end a certificate is looked after: the other slot is read too."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether passes can be issued, for the owner and for alarms.

    Attributes
    ----------
    ready
        Whether a pass signed now would be accepted.
    days_left
        Whole days until the signing certificate or its intermediate ends; 0 when not ready.
    message
        One sentence: what is the matter, and what to do.
    """

    ready: bool
    days_left: int
    message: str


class Identities:
    """The signing identity of a process.

    Parameters
    ----------
    read
        Gives a secret's text, or None when there is none of that name. It is asked every time, so
        it should keep texts for a while.
    pass_type_identifier, team_identifier
        What the certificate must be made out to.
    """

    def __init__(
        self,
        read: Callable[[str], str | None],
        pass_type_identifier: str,
        team_identifier: str,
    ) -> None:
        self._read = read
        self._pass_type_identifier = pass_type_identifier
        self._team_identifier = team_identifier
        self._loaded: dict[tuple[str | None, ...], Signer | SigningError] = {}
        self._held: Signer | None = None

    def signer(self, now: datetime) -> Signer:
        """Return what signs at `now`; the same object as long as nothing has changed.

        While secrets cannot be read, or are just being replaced and do not fit together, the last
        sound identity goes on signing until its end.

        Raises
        ------
        SigningError
            No slot holds a certificate that can sign now; the message says why, slot by slot.
        """
        try:
            chosen = self._choose(now)
        except Exception:
            if self._held is None or not _valid(self._held, now):
                raise
            return self._held
        self._held = chosen
        return chosen

    def readiness(self, now: datetime) -> Readiness:
        """Tell whether passes can be issued; never raises for what an owner can mend."""
        try:
            signer = self._choose(now)
        except SigningError as error:
            return Readiness(ready=False, days_left=0, message=str(error))
        left = signer.days_left(now)
        end = f"the pass certificate ends on {signer.expires:%Y-%m-%d}, in {left} days"
        if left > RENEWAL_DAYS:
            return Readiness(ready=True, days_left=left, message=f"{end}.")
        return Readiness(
            ready=True,
            days_left=left,
            message=f"{end}: renew it now (loyalty certificate request; docs/apple.md).",
        )

    def _choose(self, now: datetime) -> Signer:
        found: list[Signer] = []
        wrong: list[str] = []
        for certificate, key in SLOTS:
            try:
                signer = self._load(certificate, key)
                if signer is None:
                    continue
                signer.check(now)
            except SigningError as error:
                wrong.append(str(error))
                continue
            found.append(signer)
            if signer.days_left(now) > RENEWAL_DAYS:
                break  # nothing to look for in the other slot
        if found:
            return max(found, key=lambda signer: signer.expires)
        raise SigningError(
            " ".join(wrong)
            or f"{SLOTS[0][0]} is missing: store the pass certificate "
            "(loyalty certificate store; docs/apple.md)"
        )

    def _load(self, certificate: str, key: str) -> Signer | None:
        """Return a slot's identity, read and checked once per text, or None for an empty slot."""
        texts = (self._read(certificate), self._read(key), self._read(INTERMEDIATES))
        if texts[0] is None and texts[1] is None:
            return None
        known = self._loaded.get(texts)
        if known is None:
            for name, text in zip((certificate, key, INTERMEDIATES), texts, strict=True):
                if text is None:
                    raise SigningError(f"{name} is missing: store it (docs/apple.md)")
            try:
                known = Signer.load(
                    *((text or "").encode() for text in texts),
                    pass_type_identifier=self._pass_type_identifier,
                    team_identifier=self._team_identifier,
                    slot=certificate.rpartition("/")[0],
                )
            except SigningError as error:
                known = error
            if len(self._loaded) > 2 * len(SLOTS):
                self._loaded.clear()  # texts of certificates long replaced
            self._loaded[texts] = known
        if isinstance(known, SigningError):
            raise known
        return known


def _valid(signer: Signer, now: datetime) -> bool:
    try:
        signer.check(now)
    except SigningError:
        return False
    return True
