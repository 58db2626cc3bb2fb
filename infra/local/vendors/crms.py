"""Bitrix24, Kommo and HubSpot as far as we ask them, strict as they document themselves.

Source: apidocs.bitrix24.com, "crm.deal.list", "crm.contact.list"; developers.kommo.com and
amocrm.ru/developers, "leads", "contacts", filters; developers.hubspot.com, "deals", "contacts",
"search".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from infra.local.vendors.server import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.vendors.server import Asked

Json = dict[str, Any]

_CONTACT = {"ID", "PHONE", "EMAIL", "UF_*", "NAME", "BIRTHDATE", "DATE_MODIFY"}
_PAGE = 50
_LISTING = {"filter[updated_at][from]", "filter[updated_at][to]", "limit", "page"}


@dataclass
class Bitrix24:
    """Deals and contacts of a portal, by id; every value of a deal is a text."""

    token: str = "1/example-incoming-webhook"  # noqa: S105 - nobody's
    deals: dict[str, Json] = field(default_factory=dict)
    contacts: dict[str, Json] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        if asked.method != "POST" or not asked.path.startswith(f"/rest/{self.token}/"):
            refused = {"error": "INVALID_CREDENTIALS", "error_description": "Invalid"}
            return Answer(refused, HTTPStatus.UNAUTHORIZED)
        told = json.loads(asked.body)
        match asked.path.rpartition("/")[2]:
            case "crm.deal.list.json":
                kept = {name: one for name, one in self.deals.items() if _fits(one, told["filter"])}
            case "crm.contact.update.json":
                return self._write(told)
            case "crm.contact.list.json" if all(map(_is_known, told["select"])):
                kept = {
                    name: one for name, one in self.contacts.items() if _fits(one, told["filter"])
                }
            case _:
                return Answer({"error": "ERROR_METHOD_NOT_FOUND"}, HTTPStatus.NOT_FOUND)
        names, start = sorted(kept, key=int), told.get("start", 0)
        chosen = [
            {key: value for key, value in kept[name].items() if _selected(key, told["select"])}
            for name in names[start : start + _PAGE]
        ]
        more = {"next": start + _PAGE} if len(names) > start + _PAGE else {}
        return Answer({"result": chosen, "total": len(names), **more, "time": {}})

    def _write(self, told: Json) -> Answer:
        """Take fields of the owner's, after which the contact has changed."""
        contact = self.contacts.get(str(told["id"]))
        if contact is None:
            return Answer({"error": "", "error_description": "Not found"}, HTTPStatus.BAD_REQUEST)
        changed = datetime.now(UTC).isoformat(timespec="seconds")
        contact.update({**told["fields"], "DATE_MODIFY": changed})
        return Answer({"result": True, "time": {}})


def _is_known(field: str) -> bool:
    return field in _CONTACT or field.startswith("UF_")


def _selected(key: str, select: list[str]) -> bool:
    return key in select or ("UF_*" in select and key.startswith("UF_"))


def _fits(one: Json, asked: Json) -> bool:
    """Tell whether one fits a filter: by its id, or by when it changed."""
    if asked.keys() - {"ID", ">=DATE_MODIFY", "<=DATE_MODIFY"}:
        raise ValueError(f"nobody has said what this filter means: {sorted(asked)}")
    if "ID" in asked:
        return bool(one["ID"] == asked["ID"])
    since, until = (datetime.fromisoformat(asked[f"{sign}=DATE_MODIFY"]) for sign in "><")
    return since <= datetime.fromisoformat(one["DATE_MODIFY"]) <= until


@dataclass
class Kommo:
    """Leads and contacts of an account, by id."""

    token: str = "example-long-lived-token"  # noqa: S105 - nobody's
    leads: dict[int, Json] = field(default_factory=dict)
    contacts: dict[int, Json] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer({"title": "Unauthorized"}, HTTPStatus.UNAUTHORIZED)
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["api", "v4", "leads", name]) if name.isdecimal():
                return _found(self.leads, name, contacts=asked.query.get("with") == "contacts")
            case ("GET", ["api", "v4", "contacts", name]) if name.isdecimal():
                return _found(self.contacts, name, contacts=True)
            case ("PATCH", ["api", "v4", "contacts", name]) if name.isdecimal():
                return self._write(int(name), json.loads(asked.body))
            case ("GET", ["api", "v4", "leads"]) if asked.query.keys() == _LISTING:
                return self._listed(dict(asked.query))
        return Answer({"title": "Bad Request"}, HTTPStatus.BAD_REQUEST)

    def _write(self, name: int, told: Json) -> Answer:
        """Take values of a contact's own fields; those that are not named stay."""
        contact = self.contacts.get(name)
        if contact is None:
            return Answer({"title": "Not Found"}, HTTPStatus.NOT_FOUND)
        kept = {one["field_id"]: one for one in contact.get("custom_fields_values") or []}
        for one in told["custom_fields_values"]:
            kept[one["field_id"]] = {"field_code": None, **one}
        contact["custom_fields_values"] = list(kept.values())
        contact["updated_at"] = int(datetime.now(UTC).timestamp())
        return Answer({"id": name, "updated_at": contact["updated_at"]})

    def _listed(self, query: dict[str, str]) -> Answer:
        since, until = (int(query[f"filter[updated_at][{end}]"]) for end in ("from", "to"))
        found = [
            _plain(one)
            for _, one in sorted(self.leads.items())
            if since <= one["updated_at"] <= until
        ]
        page, limit = int(query["page"]), int(query["limit"])
        chosen = found[(page - 1) * limit : page * limit]
        if not chosen:
            return Answer(None, HTTPStatus.NO_CONTENT)
        return Answer({"_page": page, "_embedded": {"leads": chosen}})


@dataclass
class HubSpot:
    """Deals and contacts of a portal, by id; every property is a text."""

    token: str = "pat-example-private-app"  # noqa: S105 - nobody's
    deals: dict[str, Json] = field(default_factory=dict)
    contacts: dict[str, Json] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer({"status": "error"}, HTTPStatus.UNAUTHORIZED)
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["crm", "v3", "objects", "deals", name]):
                found = self.deals.get(name)
                return _of_hubspot(found, asked, asked.query.get("associations") == "contacts")
            case ("GET", ["crm", "v3", "objects", "contacts", name]):
                return _of_hubspot(self.contacts.get(name), asked, associated=True)
            case ("PATCH", ["crm", "v3", "objects", "contacts", name]):
                return self._write(name, json.loads(asked.body))
            case ("POST", ["crm", "v3", "objects", "deals", "search"]):
                return self._searched(json.loads(asked.body))
        return Answer({"status": "error"}, HTTPStatus.BAD_REQUEST)

    def _write(self, name: str, told: Json) -> Answer:
        contact = self.contacts.get(name)
        if contact is None:
            return Answer({"status": "error"}, HTTPStatus.NOT_FOUND)
        changed = datetime.now(UTC).isoformat(timespec="milliseconds")
        contact["properties"] |= {**told["properties"], "lastmodifieddate": changed}
        return Answer({"id": name, "properties": told["properties"]})

    def _searched(self, told: Json) -> Answer:
        (times,) = told["filterGroups"][0]["filters"]
        if (times["propertyName"], times["operator"]) != ("hs_lastmodifieddate", "BETWEEN"):
            return Answer({"status": "error"}, HTTPStatus.BAD_REQUEST)
        since, until = int(times["value"]), int(times["highValue"])
        found = [
            {name: value for name, value in one.items() if name != "associations"}
            for _, one in sorted(self.deals.items(), key=lambda item: int(item[0]))
            if since <= _milliseconds(one) <= until
        ]
        begin, limit = int(told.get("after", "0")), told["limit"]
        more = {"paging": {"next": {"after": str(begin + limit)}}}
        rest = more if len(found) > begin + limit else {}
        return Answer({"total": len(found), "results": found[begin : begin + limit], **rest})


def _milliseconds(deal: Json) -> int:
    changed = datetime.fromisoformat(deal["properties"]["hs_lastmodifieddate"])
    return int(changed.timestamp() * 1000)


def _of_hubspot(found: Json | None, asked: Asked, associated: bool) -> Answer:  # noqa: FBT001
    if found is None:
        return Answer({"status": "error"}, HTTPStatus.NOT_FOUND)
    wanted = asked.query.get("properties", "").split(",")
    told = {name: value for name, value in found["properties"].items() if name in wanted}
    more = {"associations": found["associations"]} if associated and "associations" in found else {}
    return Answer({"id": found["id"], "properties": told, "archived": found["archived"], **more})


def _found(kept: dict[int, Json], name: str, *, contacts: bool) -> Answer:
    one = kept.get(int(name))
    if one is None:
        return Answer(None, HTTPStatus.NO_CONTENT)
    return Answer(one if contacts else _plain(one))


def _plain(lead: Json) -> Json:
    """Return a lead as it is told to who has not asked for its contacts."""
    embedded = {name: one for name, one in lead["_embedded"].items() if name != "contacts"}
    return {**lead, "_embedded": embedded}


def form(document: Json) -> bytes:
    """Return a document as the form that PHP's programs send: ``leads[status][0][id]=7``."""
    return urlencode(list(_pairs("", document))).encode()


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        value = {str(number): one for number, one in enumerate(value)}
    if not isinstance(value, dict):
        yield name, str(value)
        return
    for key, one in value.items():
        yield from _pairs(f"{name}[{key}]" if name else str(key), one)
