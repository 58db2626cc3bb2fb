"""A simulated Google Wallet user: taps the button, saves the card, looks at it."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from infra.failures import Failure
from infra.local.web import ask, until

if TYPE_CHECKING:
    from collections.abc import Mapping


class GoogleUser:
    """One customer's Google Wallet.

    Parameters
    ----------
    stack
        The stack's description (``stack.json``).
    """

    def __init__(self, stack: Mapping[str, Any]) -> None:
        self._google = stack["google"]
        self.object_id = ""

    def save(self, google_url: str) -> dict[str, Any]:
        """Tap "Add to Google Wallet" and save what comes; return the claims of the save link.

        The local save page checks the signature and that the object exists.

        Raises
        ------
        Failure
            The button leads elsewhere, or the page refuses.
        """
        reply = ask("GET", google_url)
        location = reply.headers.get("location", "")
        if reply.status != HTTPStatus.FOUND:
            raise Failure(f"The Google button was answered {reply.status}, not 302.")
        if not location.startswith(f"{self._google['save_url']}/"):
            raise Failure("The Google button does not lead to the save page.")
        page = ask("GET", location)
        if page.status != HTTPStatus.OK:
            text = page.body.decode("utf-8", "replace")[-300:]
            raise Failure(f"The save page answered {page.status}: {text}")
        claims = _claims(location.rpartition("/")[2])
        self.object_id = claims["payload"]["loyaltyObjects"][0]["id"]
        return claims

    def remove(self) -> None:
        """Take the card out of the wallet; Google reports it like the save.

        Raises
        ------
        Failure
            The local Wallet API does not take it.
        """
        host = self._google["inspect_url"].removesuffix("/inspect")
        reply = ask("POST", f"{host}/card/{quote(self.object_id)}/remove")
        if reply.status != HTTPStatus.SEE_OTHER:
            raise Failure(f"Removing the card was answered {reply.status}, not 303.")

    @property
    def object(self) -> dict[str, Any]:
        """Return the saved object as the Wallet API holds it now."""
        reply = ask("GET", f"{self._google['inspect_url']}/objects/{self.object_id}")
        if reply.status != HTTPStatus.OK:
            raise Failure("The Wallet API does not hold the saved object.")
        found: dict[str, Any] = reply.json()
        return found

    @property
    def balance(self) -> int | None:
        """Return the points on the card."""
        points: int | None = self.object.get("loyaltyPoints", {}).get("balance", {}).get("int")
        return points

    @property
    def labelled(self) -> dict[str, str]:
        """Return what a person reads: label and value, in the order of the card."""
        shown = self.object
        points = [
            shown[member]
            for member in ("loyaltyPoints", "secondaryLoyaltyPoints")
            if member in shown
        ]
        fields = {one["label"]: str(next(iter(one["balance"].values()))) for one in points}
        # The program's own sentences never change with a sale.
        texts = [
            one
            for one in shown.get("textModulesData", [])
            if not one["id"].startswith(("program-", "contact-"))
        ]
        return {**fields, **{one["header"]: one["body"] for one in texts}}

    def wait_for_balance(self, balance: int, seconds: float = 60.0) -> None:
        """Wait until the card shows that many points."""
        until(
            f"{balance} points in Google Wallet", lambda: self.balance == balance or None, seconds
        )


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
