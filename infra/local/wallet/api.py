"""The REST routes under /walletobjects/v1 that this project calls, over the store."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.local.wallet import links, rules, schema
from infra.local.wallet.notices import Notices
from infra.local.wallet.rules import RefusalError
from infra.local.wallet.switches import Switches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.local.wallet.store import Store

Json = dict[str, Any]

NOTIFY = "NOTIFY_ON_UPDATE"


class WalletApi:
    """insert, get, list, update, patch and addMessage of loyalty classes and objects.

    It needs no server: a test may call `answer` over a store in memory.

    Parameters
    ----------
    clock
        Seconds since 1970; quotas go by it.
    switches
        Returns the switches as they are now.
    """

    def __init__(
        self,
        store: Store,
        issuer: str,
        clock: Callable[[], float] = time.time,
        switches: Callable[[], Switches] = Switches,
    ) -> None:
        self._store = store
        self._issuer = issuer
        self._switches = switches
        self._clock = clock
        self._notices = Notices(store, clock)

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
                    return self._change(kind, identifier, body, rules.replaced)
                case "PATCH", True, "":
                    return self._change(kind, identifier, body, rules.patched)
                case "POST", True, "addMessage":
                    return self._add_message(kind, identifier, body)
        raise RefusalError(404, "The requested URL was not found on this server.")

    def check(self, kind: str, body: Any, classes: Mapping[str, Json]) -> Json:
        """Return what would be kept of a full resource; `classes` are about to be made, too.

        Raises
        ------
        RefusalError
            It could not be inserted.
        """
        checked = self._read(kind, body)
        rules.check_id(checked.get("id"), self._issuer)
        return self._fit(kind, None, rules.stored(kind, checked), classes)

    def _read(self, kind: str, body: Any) -> Json:
        checked = rules.check_body(kind, body)
        for member in self._switches().closed:
            if checked.get(member):
                named = re.sub(r"(?<!^)(?=[A-Z])", " ", member).title()
                message = f"Issuer not allowlisted for {named}"
                raise RefusalError(400, message, "invalidResource")
        return checked

    def _known(self, kind: str, identifier: str) -> Json:
        found = self._store.get(kind, rules.check_id(identifier, self._issuer))
        if found is None:
            raise rules.not_found(kind, identifier)
        return found

    def _insert(self, kind: str, body: Any) -> Json:
        checked = self._read(kind, body)
        identifier = rules.check_id(checked.get("id"), self._issuer)
        if self._store.get(kind, identifier) is not None:
            raise rules.already_exists(kind, identifier)
        kept = self._fit(kind, None, rules.stored(kind, checked), {})
        self._store.put(kind, kept)
        return self._shown(kind, kept)

    def _change(
        self, kind: str, identifier: str, body: Any, apply: Callable[[str, Json, Json], Json]
    ) -> Json:
        checked = self._read(kind, body)
        old = self._known(kind, identifier)
        if checked.get("id", identifier) != identifier:  # unverified against Google
            raise RefusalError(400, "Invalid resource ID: the body names another resource.")
        kept = self._fit(kind, old, apply(kind, old, checked), {})
        self._store.put(kind, kept)
        if checked.get("notifyPreference") == NOTIFY:
            self._notices.field_update(kind, old, kept)
        return self._shown(kind, kept)

    def _add_message(self, kind: str, identifier: str, body: Any) -> Json:
        old = self._known(kind, identifier)
        message = rules.message_of(body)
        kept = rules.with_message(kind, old, message, self._switches().eleventh_message)
        self._notices.message(kind, old, message)
        self._store.put(kind, kept)
        return {"resource": self._shown(kind, kept)}

    def _fit(self, kind: str, old: Json | None, kept: Json, classes: Mapping[str, Json]) -> Json:
        """Check what depends on other resources, and on what the switches make impossible."""
        unfetchable = self._switches().unfetchable
        for member in ("programLogo", "wideProgramLogo", "heroImage"):
            address = kept.get(member, {}).get("sourceUri", {}).get("uri", "")
            if unfetchable and unfetchable in address:
                raise RefusalError(400, f"{member}.sourceUri.uri: cannot fetch image.")
        if kind == "loyaltyClass":
            return kept
        class_id = rules.check_id(kept["classId"], self._issuer)
        found = classes.get(class_id) or self._store.get("loyaltyClass", class_id)
        if found is None:
            raise rules.not_found("loyaltyClass", class_id)
        if found["reviewStatus"] != "APPROVED":
            status = found["reviewStatus"].lower()
            raise RefusalError(400, f"Class {class_id} is {status}: it can have no objects.")
        return links.linked(
            old,
            kept,
            lambda one: self._store.get("loyaltyObject", one),
            lambda: self._store.all("loyaltyObject"),
            self._switches().beyond_fifty_links,
        )

    def _shown(self, kind: str, kept: Json) -> Json:
        """Add what only Google says about a resource."""
        shown = self._spelled(kind, {"kind": f"walletobjects#{kind}", **kept})
        if kind == "loyaltyObject":
            shown["state"] = self._state(kept, shown["state"])
            shown["hasUsers"] = self._store.has_users(kept["id"])
            found = self._store.get("loyaltyClass", kept["classId"])
            shown["classReference"] = self._spelled("loyaltyClass", found) if found else None
        return shown

    def _state(self, kept: Json, stated: str) -> str:
        """Return EXPIRED for an active object past its end; Google may take a day for it."""
        end = kept.get("validTimeInterval", {}).get("end", {}).get("date")
        if kept["state"] != "ACTIVE" or end is None:
            return stated
        moment = datetime.fromisoformat(str(end))
        now = datetime.fromtimestamp(self._clock(), UTC)
        ended = moment < (now if moment.tzinfo else now.replace(tzinfo=None))
        expired = "expired" if stated.islower() else "EXPIRED"
        return expired if ended else stated

    def _spelled(self, kind: str, shown: Json) -> Json:
        if not self._switches().lower_camel:
            return shown
        return schema.lower_camel(shown, rules.SCHEMAS[kind])

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
