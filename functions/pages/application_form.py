"""Read what a customer sent to join, as form or JSON, and say which field is wrong and why.

No clock, no tables: values in, values out. A fault is a field's name and a code; its sentence
stands under ``[faults]`` in the page's words.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, ValidationError

from functions.pages.attribute_fields import ATTRIBUTE, attributes_of
from loyalty.access import short_code
from loyalty.core.member import SOURCE, Application
from loyalty.languages import LANGUAGES
from loyalty.members.contact import parse_email, parse_phone
from loyalty.program.unseen import acts_unseen
from loyalty.refusals import InvalidContact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.messages import Contact
    from loyalty.program.rules import ProgramProfile

Faults = dict[str, str]
"""Field name → code of what is wrong with it, in the order of the form."""

LONGEST_NAME = 60
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EARLIEST_YEAR = 1900
_LONGEST_CODE = 200


class JoinRequest(BaseModel):
    """The fields of an application, of either kind of body."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    first_name: str = ""
    phone: str | None = None
    email: str | None = None
    birthday: str | None = None
    language: str | None = None
    consent: bool = False
    marketing_consent: bool = False
    consent_version: str | None = None
    marketing_consent_version: str | None = None
    location: str | None = None
    source: str | None = None
    referrer_code: str | None = None
    attributes: dict[str, str] = {}


def from_form(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a form's fields as the JSON body that says the same.

    Browsers send every text box, empty or hidden ones too; the chosen kind of contact counts.
    Fields that the form does not have are left aside: browser extensions add some.
    """
    kind = fields.get("contact_kind")
    document: dict[str, Any] = {
        "first_name": fields.get("first_name", ""),
        "consent": "consent" in fields,
        "marketing_consent": "marketing_consent" in fields,
    }
    for name in ("phone", "email", "birthday", "language", "location", "source", "referrer_code"):
        if fields.get(name, "").strip() and (
            name not in ("phone", "email") or kind in (None, name)
        ):
            document[name] = fields[name].strip()
    for name in ("consent_version", "marketing_consent_version"):
        if name in fields:
            document[name] = fields[name]
    if kind in ("phone", "email"):
        document.setdefault(kind, "")
    if answers := attributes_of(fields):
        document["attributes"] = answers
    return document


def read_application(
    document: Mapping[str, Any], profile: ProgramProfile, today: date
) -> Application | Faults:
    """Return the application, or what is wrong with it, field by field."""
    try:
        request = JoinRequest.model_validate(document)
    except ValidationError as error:
        return {
            str(fault["loc"][0]): _TYPE_FAULTS.get(fault["type"], "invalid_value")
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        }
    faults: Faults = {}
    name = clean_name(request.first_name)
    joining = profile.joining
    if joining.name == "never":
        name = ""
    elif not name and joining.name == "required":
        faults["first_name"] = "name_missing"
    elif len(name) > LONGEST_NAME:
        faults["first_name"] = "name_too_long"
    contact = None
    if joining.contact == "required" or (joining.contact == "optional" and _said(request)):
        contact = _contact(request, profile.region, faults)
    birthday = None
    if joining.birthday != "never":
        birthday = _birthday(request.birthday, today, faults)
    attributes = _attributes(request.attributes, profile, faults)
    _whence(request, profile, faults)
    referrer = _referrer(request.referrer_code, faults)
    _agreed(request, profile, faults)
    if faults:
        return faults
    return Application(
        first_name=name,
        contact=contact,
        birthday=birthday,
        language=profile.language,
        consent_version=profile.consent.version,
        marketing_consent_version=(
            profile.marketing_consent.version if request.marketing_consent else None
        ),
        referrer_code=referrer,
        location=request.location,
        source=request.source or "",
        attributes=attributes,
    )


def _whence(request: JoinRequest, profile: ProgramProfile, faults: Faults) -> None:
    if request.language not in (None, *LANGUAGES):
        faults["language"] = "invalid_value"
    if request.location is not None and request.location not in profile.locations:
        faults["location"] = "unknown_location"
    if request.source is not None and not SOURCE.fullmatch(request.source):
        faults["source"] = "invalid_value"


def clean_name(text: str) -> str:
    """Return a name as people may see it: composed (NFC), on one line, nothing hidden that acts.

    Empty when nothing visible remains.
    """
    spaced = " ".join(text.split())
    kept = "".join(letter for letter in spaced if not acts_unseen(letter))
    name = unicodedata.normalize("NFC", kept).strip()
    visible = any(unicodedata.category(letter)[0] not in "CZ" for letter in name)
    return name if visible else ""


_TYPE_FAULTS = {
    "extra_forbidden": "unknown_field",
    "string_type": "wrong_type",
    "bool_type": "wrong_type",
}


def _said(request: JoinRequest) -> bool:
    return bool((request.phone or "").strip() or (request.email or "").strip())


def _attributes(sent: Mapping[str, str], profile: ProgramProfile, faults: Faults) -> dict[str, str]:
    """Return what is said of the attributes that the program asks for; no others are kept."""
    known = {one.id: one for one in profile.attributes}
    for name in sent:
        if name not in known:
            faults[f"{ATTRIBUTE}{name}"] = "unknown_field"
        elif known[name].fault(sent[name]) is not None:
            faults[f"{ATTRIBUTE}{name}"] = "invalid_value"
    return dict(sent)


def _contact(request: JoinRequest, region: str, faults: Faults) -> Contact | None:
    if request.phone is not None and request.email is not None:
        faults["email"] = "contact_twice"
        return None
    try:
        if request.email is not None:
            if not request.email.strip():
                faults["email"] = "email_missing"
                return None
            return parse_email(request.email)
        if request.phone is not None and request.phone.strip():
            return parse_phone(request.phone, region)
    except InvalidContact as refusal:
        faults["email" if request.email is not None else "phone"] = refusal.code
        return None
    faults["phone"] = "contact_missing" if request.phone is None else "phone_missing"
    return None


def _birthday(text: str | None, today: date, faults: Faults) -> date | None:
    if text is None:
        return None
    try:
        # date.fromisoformat alone would take other shapes, such as 19900528 or week dates.
        birthday = date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        birthday = None
    if birthday is None:
        faults["birthday"] = "invalid_birthday"
    elif birthday > today:
        faults["birthday"] = "birthday_in_future"
    elif birthday.year < _EARLIEST_YEAR:
        faults["birthday"] = "birthday_too_early"
    return birthday


def _referrer(text: str | None, faults: Faults) -> str | None:
    """Return the code of who brought them, scanned or typed, if it can be one.

    Whether any card has it is told to nobody who joins.
    """
    code = (text or "").strip()
    if "friend=" in code:
        # The link that a friend has sent, rather than their code.
        code = parse_qs(code.partition("?")[2]).get("friend", [""])[0].strip()
    if not code:
        return None
    if len(code) > _LONGEST_CODE or ("." not in code and short_code.read(code) is None):
        faults["referrer_code"] = "invalid_referrer"
        return None
    return code


def _agreed(request: JoinRequest, profile: ProgramProfile, faults: Faults) -> None:
    """Agreement counts only for the wording that was on the page; none sent means today's."""
    if request.consent_version not in (None, profile.consent.version):
        faults["consent"] = "consent_changed"
    elif not request.consent:
        faults["consent"] = "consent_required"
    if request.marketing_consent and (
        request.marketing_consent_version not in (None, profile.marketing_consent.version)
    ):
        faults["marketing_consent"] = "consent_changed"
