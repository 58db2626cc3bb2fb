"""The REST routes under /walletobjects/v1 that this project calls, over the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.local.wallet import rules
from infra.local.wallet.rules import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.wallet.store import Store

Json = dict[str, Any]


class WalletApi:
    """insert, get, list, update, patch and addMessage of loyalty classes and objects."""

    def __init__(self, store: Store, issuer: str) -> None:
        self._store = store
        self._issuer = issuer

    def answer(self, method: str, steps: list[str], query: Mapping[str, str], body: Any) -> Json:
        """Carry out one request; `steps` is the path below /walletobjects/v1.

        Raises
        ------
        RefusalError
            With the answer that Google would give.
        """
        kind, identifier, action = (*steps, "", "", "")[:3]
        if kind not in rules.SCHEMAS:
            raise RefusalError(404, f"Unknown resource {kind}.")
        with self._store.one_at_a_time():
            match method, bool(identifier), action:
                case "POST", False, "":
                    return self._insert(kind, body)
                case "GET", False, "":
                    return self._list(kind, query)
                case "GET", True, "":
                    return self._shown(kind, self._known(kind, identifier))
                case "PUT", True, "":
                    return self._replace(kind, identifier, body)
                case "PATCH", True, "":
                    return self._patch(kind, identifier, body)
                case "POST", True, "addMessage":
                    changed = rules.with_message(kind, self._known(kind, identifier), body)
                    self._store.put(kind, changed)
                    return {"resource": self._shown(kind, changed)}
        raise RefusalError(404, "The requested URL was not found on this server.")

    def _known(self, kind: str, identifier: str) -> Json:
        found = self._store.get(kind, rules.check_id(identifier, self._issuer))
        if found is None:
            raise rules.not_found(kind, identifier)
        return found

    def _insert(self, kind: str, body: Any) -> Json:
        checked = rules.check_body(kind, body)
        identifier = rules.check_id(checked.get("id"), self._issuer)
        if self._store.get(kind, identifier) is not None:
            raise rules.already_exists(kind, identifier)
        return self._keep(kind, rules.stored(kind, checked))

    def _replace(self, kind: str, identifier: str, body: Any) -> Json:
        checked = rules.check_body(kind, body)
        self._known(kind, identifier)
        self._same_id(identifier, checked)
        return self._keep(kind, rules.stored(kind, {"id": identifier} | checked))

    def _patch(self, kind: str, identifier: str, body: Any) -> Json:
        checked = rules.check_body(kind, body)
        old = self._known(kind, identifier)
        self._same_id(identifier, checked)
        return self._keep(kind, rules.patched(kind, old, checked))

    def _same_id(self, identifier: str, body: Json) -> None:
        if body.get("id", identifier) != identifier:  # unverified against Google
            raise RefusalError(400, "Invalid resource ID: the body names another resource.")

    def _keep(self, kind: str, kept: Json) -> Json:
        if kind == "loyaltyObject":
            found = self._store.get("loyaltyClass", rules.check_id(kept["classId"], self._issuer))
            if found is None:
                raise rules.not_found("loyaltyClass", kept["classId"])
            if found["reviewStatus"] != "APPROVED":
                raise RefusalError(400, f"Class {kept['classId']} is a draft: it has no objects.")
        self._store.put(kind, kept)
        return self._shown(kind, kept)

    def _shown(self, kind: str, kept: Json) -> Json:
        """Add what only Google says about a resource."""
        shown = {"kind": f"walletobjects#{kind}", **kept}
        if kind == "loyaltyObject":
            shown["hasUsers"] = self._store.has_users(kept["id"])
            shown["classReference"] = self._store.get("loyaltyClass", kept["classId"])
        return shown

    def _list(self, kind: str, query: Mapping[str, str]) -> Json:
        if kind == "loyaltyClass":
            if query.get("issuerId") != self._issuer:
                raise RefusalError(403, "Permission denied: the issuer is not yours.")
            found = self._store.all(kind)
        else:
            self._known("loyaltyClass", query.get("classId", ""))
            found = [one for one in self._store.all(kind) if one["classId"] == query["classId"]]
        try:
            size = int(query.get("maxResults", len(found)))
            start = int(query.get("token", 0))
        except ValueError as error:
            raise RefusalError(400, "maxResults and token: not what a page gave you.") from error
        page = found[start : start + size]
        pagination: Json = {"resultsPerPage": len(page)}
        if start + size < len(found):
            pagination["nextPageToken"] = str(start + size)
        return {"resources": [self._shown(kind, one) for one in page], "pagination": pagination}
