"""Trials in the languages of CRMs and booking tools: a message of each one's kind.

As ``loyalty.tills.trial`` has them of tills. Of tools that sign nothing the proof is the address.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint


def _visits(_: Endpoint, currency: str, now: datetime) -> dict[str, Any]:
    visit = {
        "id": f"trial-{int(now.timestamp())}",
        "version": 1,
        "status": "came",
        "at": written(now),
        "total": 100,
        "currency": currency,
    }
    return {"type": "visit.updated", "timestamp": written(now), "data": {"visit": visit}}


def _salon(endpoint: Endpoint, _: str, now: datetime) -> dict[str, Any]:
    # Of a record that nobody has: asked for with a good token, it is answered that there is none.
    return {
        "company_id": endpoint.merchant,
        "resource": "record",
        "resource_id": int(now.timestamp()),
        "status": "update",
        "data": {},
    }


def _bitrix24(_: Endpoint, __: str, now: datetime) -> dict[str, Any]:
    return {"event": "ONCRMDEALUPDATE", "data": {"FIELDS": {"ID": str(int(now.timestamp()))}}}


def _kommo(_: Endpoint, __: str, now: datetime) -> dict[str, Any]:
    return {"leads": {"status": [{"id": str(int(now.timestamp())), "status_id": "142"}]}}


def _calcom(_: Endpoint, __: str, now: datetime) -> dict[str, Any]:
    payload = {
        "uid": f"trial-{int(now.timestamp())}",
        "startTime": written(now),
        "endTime": written(now),
        "attendees": [],
    }
    return {"triggerEvent": "BOOKING_CREATED", "createdAt": written(now), "payload": payload}


def _hubspot(endpoint: Endpoint, _: str, now: datetime) -> list[dict[str, Any]]:
    second = int(now.timestamp())
    event = {"portalId": int(endpoint.merchant or 0), "subscriptionType": "deal.propertyChange"}
    return [{"eventId": second, **event, "objectId": second, "propertyName": "dealstage"}]


def written(now: datetime) -> str:
    """Return an instant in RFC 3339."""
    return now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


SAMPLES: Mapping[str, Callable[[Endpoint, str, datetime], Any]] = {
    "visits": _visits,
    "yclients": _salon,
    "altegio": _salon,
    "bitrix24": _bitrix24,
    "hubspot": _hubspot,
    "calcom": _calcom,
    "amocrm": _kommo,
    "kommo": _kommo,
}
