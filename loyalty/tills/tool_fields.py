"""What an owner says of the fields of a booking tool's or CRM's clients: which mean what."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final, NoReturn

from loyalty.refusals import Busy, Refusal
from loyalty.store import audit_log, credentials
from loyalty.store.audit_log import Changed
from loyalty.store.credentials import WRITTEN
from loyalty.store.member_records import CHANNELS
from loyalty.store.tables import Cancelled, OutcomeUnknown
from loyalty.tills.incoming import is_name

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.program.rules import Program
    from loyalty.store.credentials import ToolFields
    from loyalty.store.tables import Tables

WRITING: Final = frozenset({"yclients", "altegio", "bitrix24", "amocrm", "kommo", "hubspot"})
"""Schemes whose tools are written into (``Connector.write``); a test holds them equal."""
TELLING: Final = WRITING | {"visits", "square"}
"""Schemes that tell of clients."""
LONGEST_FIELD: Final = 100
MOST_FIELDS: Final = 20

_TAKEN: Final = frozenset(
    {"email", "phone", "mobilephone", "firstname", "lastname", "hs_email_optout"}
)
"""Properties of HubSpot's own: nothing of ours belongs into them."""


def put(  # noqa: PLR0917
    tables: Tables,
    program: Program,
    endpoint: Endpoint,
    fields: ToolFields,
    actor: str,
    now: datetime,
) -> None:
    """Say what the fields of an endpoint's tool mean; what was said before is over.

    Raises
    ------
    Refusal
        ``invalid_fields``, with the place; busy.
    """
    _check(program, endpoint, fields)
    before, after = asdict(endpoint.fields), asdict(fields)
    line = audit_log.put(
        Changed(program.id, now, actor, "till.fields-changed", endpoint.id, before, after)
    )
    writing = credentials.change_writing(
        tables, program.id, endpoint.id, writes=bool(fields.written)
    )
    try:
        written = credentials.write(
            tables, credentials.change_fields(endpoint.id, fields), line, *writing
        )
    except (Cancelled, OutcomeUnknown):
        written = False
    if not written:
        raise Busy


def _check(program: Program, endpoint: Endpoint, fields: ToolFields) -> None:
    if endpoint.scheme not in TELLING:
        _refuse("", f"{endpoint.scheme} tells nothing of clients.")
    for name, mapped in asdict(fields).items():
        if len(mapped) > MOST_FIELDS:
            _refuse(f"/{name}", f"At most {MOST_FIELDS} are expected here.")
    for field, attribute in fields.attributes.items():
        _check_name(field, "/attributes")
        if program.attribute(attribute) is None:
            known = ", ".join(one.id for one in program.attributes) or "none"
            _refuse(f"/attributes/{field}", f"The program's attributes are: {known}.")
    if len({*fields.attributes.values()}) < len(fields.attributes):
        _refuse("/attributes", "One attribute is filled from one field.")
    _check_consents(fields)
    for what, field in fields.written.items():
        _check_written(endpoint, what, field, fields)
    if len({*fields.written.values()}) < len(fields.written):
        _refuse("/written", "Each has a field of its own.")


def _check_consents(fields: ToolFields) -> None:
    for field, channel in fields.consents.items():
        _check_name(field, "/consents")
        if channel not in CHANNELS:
            _refuse(f"/consents/{field}", f"The channels are: {', '.join(CHANNELS)}.")


def _check_written(endpoint: Endpoint, what: str, field: str, fields: ToolFields) -> None:
    place, scheme = f"/written/{what}", endpoint.scheme
    _check_name(field, place)
    if scheme not in WRITING:
        _refuse("/written", f"Nothing can be written into {scheme}.")
    if not endpoint.token:
        _refuse("/written", "Without a token nothing can be written: `loyalty till token`.")
    if what not in WRITTEN:
        _refuse(place, f"What can be written: {', '.join(WRITTEN)}.")
    if field in {*fields.attributes, *fields.consents}:
        _refuse(place, "What is read from a field is not written into it.")
    if fault := _not_ours(scheme, field):
        _refuse(place, fault)


def _not_ours(scheme: str, field: str) -> str:
    """Return why a field cannot be one that the owner has made for this; empty where it can."""
    if scheme == "bitrix24" and not field.startswith("UF_"):
        return "A field of your own is expected, UF_CRM_…"
    if scheme in {"amocrm", "kommo"} and not field.isdecimal():
        return "The field's number is expected."
    if scheme == "hubspot" and field in _TAKEN:
        return "A property of your own is expected."
    return ""


def _check_name(field: str, place: str) -> None:
    if not (0 < len(field) <= LONGEST_FIELD and is_name(field)):
        _refuse(place, "A field's name at the tool is expected: no spaces.")


def _refuse(place: str, detail: str) -> NoReturn:
    raise Refusal("invalid", "invalid_fields", detail, pointer=place or None)
