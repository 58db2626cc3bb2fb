"""What stands behind a save link: the token, who may save, and what a person does with a card."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from infra.local.wallet import rules
from infra.local.wallet.account import BadTokenError
from infra.local.wallet.pages import check_save_claims
from infra.local.wallet.rules import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.wallet.account import SignatureCheck
    from infra.local.wallet.api import WalletApi
    from infra.local.wallet.callbacks import Callbacks
    from infra.local.wallet.store import Store
    from infra.local.wallet.switches import Switches

Json = dict[str, Any]

SOMEBODY: Final = "customer@example.com"
_MEMBERS: Final = {"loyaltyClass": "loyaltyClasses", "loyaltyObject": "loyaltyObjects"}
_REFERENCES: Final = {"id", "classId"}


class Saving:
    """Saves and removals, and the two methods of ``jwt``."""

    def __init__(
        self,
        api: WalletApi,
        store: Store,
        check: SignatureCheck,
        *,
        callbacks: Callbacks,
        clock: Callable[[], float],
        switches: Callable[[], Switches],
        save_url: str,
    ) -> None:
        self._api = api
        self._store = store
        self._check = check
        self._callbacks = callbacks
        self._clock = clock
        self._switches = switches
        self._save_url = save_url

    def save(self, token: str, user: str, device: str) -> list[Json]:
        """Save what a link names for somebody, and return it as it is now.

        Raises
        ------
        BadTokenError, RefusalError
            What the page tells instead.
        """
        long = self._store.setting(f"jwt {token}")
        claims = self._check.claims(long or token)
        named = check_save_claims(claims, 0 if long else len(token), self._clock())
        with self._store.one_at_a_time():
            if self._switches().demo and user not in self._switches().test_users:
                raise RefusalError(403, "User not allowed to save the pass")
            self._create(claims["payload"])
            shown = [self._api.answer("GET", ["loyaltyObject", one], {}, None) for one in named]
            for one, said in zip(shown, claims["payload"]["loyaltyObjects"], strict=True):
                if said.get("classId", one["classId"]) != one["classId"]:
                    raise BadTokenError("classId is not the class of the object")
                self._may_hold(one, user, device)
            for one in shown:
                if self._store.hold(one["id"], user, device):
                    self._callbacks.fire(one, "save")
        return shown

    def remove(self, identifier: str, user: str) -> bool:
        """Take a card out of somebody's wallet; tell whether they had it."""
        with self._store.one_at_a_time():
            found = self._store.get("loyaltyObject", identifier)
            if found is None or not self._store.let_go(identifier, user):
                return False
            self._callbacks.fire(found, "del")
        return True

    def insert(self, body: Any) -> Json:
        """Answer ``POST /jwt``: make what is not there yet; the link may be of any length."""
        _request(body, "JwtResource")
        token = str(body.get("jwt", ""))
        try:
            claims = self._check.claims(token)
            named = check_save_claims(claims, 0, self._clock())
        except BadTokenError as error:
            raise RefusalError(400, f"Invalid JWT: {error}.") from error
        with self._store.one_at_a_time():
            self._create(claims["payload"])
            objects = [self._api.answer("GET", ["loyaltyObject", one], {}, None) for one in named]
        name = secrets.token_urlsafe(12)
        self._store.set(f"jwt {name}", token)
        return {"resources": {"loyaltyObjects": objects}, "saveUri": f"{self._save_url}/{name}"}

    def validate(self, body: Any) -> Json:
        """Answer ``POST /jwt/validate``: tell whether a token, or its payload, is a pass."""
        _request(body, "JwtValidateRequest")
        if ("jwtResource" in body) == ("jsonResource" in body):
            raise RefusalError(400, "Exactly one of jwt_resource and json_resource should be set.")
        if "jwtResource" in body:
            try:
                claims = self._check.claims(str(body["jwtResource"].get("jwt", "")))
                check_save_claims(claims, 0, self._clock())
            except BadTokenError as error:
                raise RefusalError(400, f"Invalid JWT: {error}.") from error
            payload = claims["payload"]
        else:
            try:
                payload = json.loads(body["jsonResource"].get("json", ""))
            except ValueError as error:
                raise RefusalError(400, "Invalid JSON payload received.") from error
            if isinstance(payload, dict) and "payload" in payload:
                payload = payload["payload"]
        with self._store.one_at_a_time():
            self._looked_at(payload)
        return {}

    def _create(self, payload: Json) -> None:
        """Make classes and objects that a link carries whole; what exists is never changed."""
        for kind, member in _MEMBERS.items():
            for one in payload.get(member, []):
                whole = set(one) - _REFERENCES
                if whole and self._store.get(kind, str(one.get("id"))) is None:
                    self._api.answer("POST", [kind], {}, one)

    def _looked_at(self, payload: Any) -> None:
        if not isinstance(payload, dict):
            raise RefusalError(400, "Root element must be a message.")
        rules.refuse_unknown(payload, "Resources")
        if not payload.get("loyaltyObjects"):
            raise RefusalError(400, "The payload has no objects.")
        classes: dict[str, Json] = {}
        for kind, member in _MEMBERS.items():
            for one in payload.get(member, []):
                if set(one) - _REFERENCES:
                    kept = self._api.check(kind, one, classes)
                    classes |= {kept["id"]: kept} if kind == "loyaltyClass" else {}
                else:
                    self._api.answer("GET", [kind, str(one.get("id"))], {}, None)

    def _may_hold(self, shown: Json, user: str, device: str) -> None:
        """Raise RefusalError where the class lets nobody else have the card."""
        if shown["state"].upper() in {"INACTIVE", "EXPIRED"}:  # unverified against Google
            raise RefusalError(403, "This pass is no longer valid")
        holders = self._store.holders(shown["id"])
        program = self._store.get("loyaltyClass", shown["classId"]) or {}
        allowed = program.get("multipleDevicesAndHoldersAllowedStatus", "MULTIPLE_HOLDERS")
        if allowed == "MULTIPLE_HOLDERS" or not holders:
            return
        mine = [one for one in holders if one["user"] == user]
        if not mine:
            raise RefusalError(403, "This pass has already been saved by somebody else")
        if allowed == "ONE_USER_ONE_DEVICE" and mine[0]["device"] != device:
            raise RefusalError(403, "This pass has already been saved on another device")


def _request(body: Any, name: str) -> None:
    if not isinstance(body, dict):
        raise RefusalError(400, "Invalid JSON payload received. Root element must be a message.")
    rules.refuse_unknown(body, name)
