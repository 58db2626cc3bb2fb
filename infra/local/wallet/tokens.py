"""The token endpoint: assertions in, bearer tokens out."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Any, Final

from infra.local.wallet.account import BadTokenError
from passes.addresses import GOOGLE_SCOPE, GOOGLE_TOKEN

if TYPE_CHECKING:
    from infra.local.wallet.account import SignatureCheck

GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME: Final = 3599
SKEW: Final = 60


class Tokens:
    """Bearer tokens by their text, forgotten when the process ends, as a client must expect."""

    def __init__(self, check: SignatureCheck, own_url: str) -> None:
        self._check = check
        # google-auth always names Google's address as the audience, whatever its token_uri is.
        self._audiences = {own_url, GOOGLE_TOKEN}
        self._lock = threading.Lock()
        self._expiries: dict[str, float] = {}

    def grant(self, form: dict[str, str], now: float) -> dict[str, Any]:
        """Return an access token for a good assertion. Raises BadTokenError.

        Parameters
        ----------
        now
            Seconds since 1970.
        """
        if form.get("grant_type") != GRANT:
            raise BadTokenError(f"grant_type is not {GRANT}")
        claims = self._check.claims(form.get("assertion", ""))
        if claims.get("aud") not in self._audiences:
            raise BadTokenError("aud is not the token endpoint")
        if GOOGLE_SCOPE not in str(claims.get("scope", "")).split():
            raise BadTokenError(f"scope does not name {GOOGLE_SCOPE}")
        issued, expires = claims.get("iat"), claims.get("exp")
        if type(issued) is not int or type(expires) is not int or expires - issued > 3600:  # noqa: PLR2004  one hour
            raise BadTokenError("iat and exp are whole seconds, at most 3600 apart")
        if not issued - SKEW <= now < expires:
            raise BadTokenError("the assertion is not valid now: check the clock")
        token = f"ya29.local-{secrets.token_urlsafe(24)}"
        with self._lock:
            self._expiries = {
                known: expiry for known, expiry in self._expiries.items() if expiry > now
            }
            self._expiries[token] = now + LIFETIME
        return {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}

    def accepts(self, header: str, now: float) -> bool:
        """Tell whether an Authorization header carries a token that is still good."""
        with self._lock:
            return self._expiries.get(header.removeprefix("Bearer "), 0.0) > now

    def revoke(self) -> None:
        """Make every token bad, as a rotated key does."""
        with self._lock:
            self._expiries.clear()
