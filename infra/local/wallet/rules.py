"""What Google's API answers to a request, apart from transport: pure rules over documents."""

from __future__ import annotations

import re
from typing import Any, Final

from infra.local.wallet import schema, strict
from infra.local.wallet.refusal import RefusalError, envelope

Json = dict[str, Any]

_ID = re.compile(r"^\d{1,20}\.[A-Za-z0-9._-]+$")
_REQUIRED: Final = {
    "loyaltyClass": ("id", "issuerName", "programName", "programLogo", "reviewStatus"),
    "loyaltyObject": ("id", "classId", "state"),
}
_OUTPUT_ONLY: Final = ("kind", "classReference", "hasUsers", "hasLinkedDevice", "review")
# What is asked for once and never kept.
_EPHEMERAL: Final = ("notifyPreference",)
SCHEMAS: Final = {"loyaltyClass": "LoyaltyClass", "loyaltyObject": "LoyaltyObject"}
MOST_MESSAGES: Final = 10
LOOPBACK: Final = (
    "http://127.0.0.1:",
    "http://localhost:",
    "http://127.0.0.1/",
    "http://localhost/",
)

__all__ = ["RefusalError", "envelope"]


def label(kind: str) -> str:
    """Return how Google's messages call a resource."""
    return "Wallet Object Class" if kind == "loyaltyClass" else "Wallet Object"


def not_found(kind: str, identifier: str) -> RefusalError:
    """Return the 404 for a resource in Google's words."""
    reason = "classNotFound" if kind == "loyaltyClass" else None
    return RefusalError(404, f"{label(kind)} {identifier} not found.", reason)


def already_exists(kind: str, identifier: str) -> RefusalError:
    """Return the 409 for a resource in Google's words."""
    return RefusalError(409, f"{label(kind)} {identifier} already exists.")


def check_id(identifier: Any, issuer: str) -> str:
    """Return the id when it has Google's form and belongs to the issuer."""
    if not isinstance(identifier, str) or not _ID.match(identifier):
        raise RefusalError(400, f"Invalid resource ID: {identifier!r}.")
    if not identifier.startswith(f"{issuer}."):
        raise RefusalError(403, "Permission denied: the issuer is not this service account's.")
    return identifier


def check_body(kind: str, body: Any) -> Json:
    """Return a request's body when the discovery document allows it."""
    if not isinstance(body, dict):
        raise RefusalError(400, "Invalid JSON payload received. Root element must be a message.")
    refuse_unknown(body, SCHEMAS[kind])
    return schema.normal(body, SCHEMAS[kind])


def refuse_unknown(body: Json, name: str) -> None:
    """Refuse a body that the discovery document's schema of that name does not allow."""
    if schema.available() and (found := schema.violations(body, name)):
        raise RefusalError(400, "\n".join(found))


def stored(kind: str, body: Json) -> Json:
    """Return what is kept of a full resource; refuse one that lacks required members."""
    kept = {
        key: value
        for key, value in schema.without_nulls(body).items()
        if key not in (*_OUTPUT_ONLY, *_EPHEMERAL)
    }
    for member in _REQUIRED[kind]:
        if not kept.get(member):
            raise RefusalError(400, f"Missing required field: {member}.")
    if kind == "loyaltyClass":
        if kept["reviewStatus"] not in {"DRAFT", "UNDER_REVIEW"}:
            raise RefusalError(400, "reviewStatus can only be set to DRAFT or UNDER_REVIEW.")
        if kept["reviewStatus"] == "UNDER_REVIEW":
            kept["reviewStatus"] = "APPROVED"  # Google approves by itself
        address = kept.get("callbackOptions", {}).get("url", "https://")
        if not is_reachable(address):
            raise RefusalError(400, "callbackOptions.url: must be an HTTPS address.")
    _check_images(kept)
    _check_balances(kept)
    if len(kept.get("merchantLocations", [])) > 10:  # noqa: PLR2004  discovery document
        raise RefusalError(400, "merchantLocations: at most 10 locations are allowed.")
    if len(kept.get("messages", [])) > MOST_MESSAGES:
        raise RefusalError(400, f"{label(kind)}: at most {MOST_MESSAGES} messages are allowed.")
    strict.check(kind, kept)
    return kept


def merge(old: Json, change: Json) -> Json:
    """Apply a PATCH: objects merge member by member, arrays are replaced, null deletes."""
    merged = dict(old)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            before = merged.get(key)
            merged[key] = merge(before if isinstance(before, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def partial(answer: Json, fields: str) -> Json:
    """Return the members of an answer that ``?fields=a,b.c`` asks for; all without it."""
    if not fields:
        return answer
    wanted: Json = {}
    for path in fields.split(","):
        here, into = answer, wanted
        *way, last = path.split(".")
        for step in way:
            found = here.get(step)
            here = found if isinstance(found, dict) else {}
            into = into.setdefault(step, {})
        if last in here:
            into[last] = here[last]
    return wanted


def patched(kind: str, old: Json, change: Json) -> Json:
    """Return what is kept after a PATCH of a stored resource."""
    if kind == "loyaltyClass":
        _check_review(old, change)
    return stored(kind, merge(old, change))


def replaced(kind: str, old: Json, body: Json) -> Json:
    """Return what is kept after a PUT over a stored resource: nothing of the old one."""
    if kind == "loyaltyClass":
        _check_review(old, body)
    return stored(kind, {"id": old["id"]} | body)


def _check_review(old: Json, change: Json) -> None:
    status = change.get("reviewStatus")
    if old["reviewStatus"] == "DRAFT":
        return
    if status == "DRAFT":
        raise RefusalError(400, "reviewStatus cannot go back to DRAFT.")
    # A change of a reviewed class has to ask for review again (unverified against Google).
    if status != "UNDER_REVIEW":
        raise RefusalError(400, "reviewStatus must be UNDER_REVIEW in a change of a class.")


def message_of(body: Any) -> Json:
    """Return the message of an addMessage request."""
    if isinstance(body, dict):
        refuse_unknown(body, "AddMessageRequest")
    message = body.get("message") if isinstance(body, dict) else None
    if not isinstance(message, dict):
        raise RefusalError(400, "Missing required field: message.")
    return schema.normal(schema.without_nulls(message), "Message")


def with_message(kind: str, old: Json, message: Json, beyond: str = "reject") -> Json:
    """Return a resource with one message more.

    Whether Google refuses the eleventh or drops the oldest is unknown: `beyond` decides, ``reject``
    or ``drop``.
    """
    messages = [*old.get("messages", []), message]
    if len(messages) > MOST_MESSAGES:
        if beyond == "reject":
            raise RefusalError(400, f"{label(kind)}: at most {MOST_MESSAGES} messages are allowed.")
        messages = messages[-MOST_MESSAGES:]
    return {**old, "messages": messages}


def _check_images(kept: Json) -> None:
    for member in ("programLogo", "wideProgramLogo", "heroImage"):
        image = kept.get(member)
        if image is None:
            continue
        if ("sourceUri" in image) == ("privateImageId" in image):
            raise RefusalError(400, f"{member}: exactly one of sourceUri, privateImageId.")
        if not is_reachable(str(image.get("sourceUri", {}).get("uri", "https://"))):
            raise RefusalError(400, f"{member}.sourceUri.uri: cannot fetch image.")


def is_reachable(address: str) -> bool:
    """Tell whether Google would call an address: https, and here loopback too."""
    return address.startswith(("https://", *LOOPBACK))


def _check_balances(kept: Json) -> None:
    for member in ("loyaltyPoints", "secondaryLoyaltyPoints"):
        if member in kept and len(kept[member].get("balance", {})) != 1:
            raise RefusalError(400, f"{member}.balance: exactly one kind must be populated.")
