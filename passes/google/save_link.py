"""The link behind "Add to Google Wallet": a short signed token that names an existing object.

The token is made at the moment of the click and names only ids ("skinny"): the object was
inserted over REST before, so no personal data stands in an address, a browser's history or a log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from google.auth import jwt

from passes.addresses import GOOGLE_SAVE
from passes.google import save_claims
from passes.google.findings import errors
from passes.google.save_claims import LONGEST_TOKEN

if TYPE_CHECKING:
    from datetime import datetime


LIFETIME: Final = 3600
"""Seconds. Google does not document ``exp``, but a link made for one click should not live on in
a browser's history, and every verifier of tokens knows the claim."""


class BadLinkError(ValueError):
    """The save page would refuse the token; the message says why, and never quotes the token."""


class LinkTooLongError(BadLinkError):
    """The token would be cut off by browsers; nothing a customer can do."""


class Signer(Protocol):
    """An RS256 signer, such as the one of google-auth's service account credentials."""

    @property
    def key_id(self) -> str | None: ...
    def sign(self, message: bytes) -> bytes: ...


def save_link(
    signer: Signer,
    *,
    email: str,
    object_id: str,
    class_id: str,
    origin: str,
    now: datetime,
    save_url: str = GOOGLE_SAVE,
) -> str:
    """Return the address that saves an existing object to the customer's Google Wallet.

    Parameters
    ----------
    signer, email
        Key and e-mail address of a service account that may issue for the object's issuer.
    origin
        Address of the site that the button stands on.
    now
        Becomes ``iat``, in whole seconds; ``exp`` follows `LIFETIME` later.
    save_url
        Where Google's save page lives, without a trailing slash.

    Raises
    ------
    LinkTooLongError
        The token is longer than `LONGEST_TOKEN`: shorten the program's id or the origin.
    BadLinkError
        A claim is not what Google asks for, or says more than ids (rule 18 of the linter).
    """
    issued = int(now.timestamp())
    claims = {
        "iss": email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": issued,
        "exp": issued + LIFETIME,
        "origins": [origin],
        "payload": {"loyaltyObjects": [{"id": object_id, "classId": class_id}]},
    }
    token: str = jwt.encode(signer, claims).decode("ascii")  # type: ignore[no-untyped-call]
    if len(token) > LONGEST_TOKEN:
        raise LinkTooLongError(
            f"the save token of {object_id} is {len(token)} characters long, more than the "
            f"{LONGEST_TOKEN} that browsers keep: shorten the program's id or the base address"
        )
    issuer = object_id.partition(".")[0]
    if faults := errors(save_claims.check(claims, len(token), issuer, now)):
        raise BadLinkError(f"the save token cannot be used: {'; '.join(map(str, faults))}")
    return f"{save_url}/{token}"
