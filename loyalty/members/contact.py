"""Read phone numbers and e-mail addresses as people type them."""

from __future__ import annotations

import re

import phonenumbers

from loyalty.messages import Contact
from loyalty.refusals import InvalidContact

_LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label is letters, or an international one in its ASCII form (RFC 5890).
_ADDRESS = re.compile(
    rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|(?=xn--){_LABEL})"
)

# Words for an extension that the library does not know (Russian "internal").
_EXTENSION = re.compile(r"[\s,;]*\b(?:вн|внутр)\b[.:\s№#]*\d{1,6}\s*$", re.IGNORECASE)


def parse_phone(text: str, region: str) -> Contact:
    """Return the number in E.164 form; ``region`` (ISO 3166) is for numbers without a prefix.

    An extension (``ext. 5``, ``доб. 5``) is left out: it tells desks of one number apart.

    Raises
    ------
    InvalidContact
        No number of any country looks like that.
    """
    number = _international(text, region)
    # A number of zeros loses one with every reading; nobody could be found by it again.
    if number is None or _international(number, region) != number:
        raise InvalidContact("invalid_phone")
    return Contact("phone", number)


def _international(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(_EXTENSION.sub("", text), region)
    except phonenumbers.NumberParseException:
        return None
    # Possible, not valid: numbering plans change faster than libraries, and the check that
    # counts is whether the owner of the number opens the link.
    if not phonenumbers.is_possible_number(number):
        return None
    number.extension = None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def parse_email(text: str) -> Contact:
    """Return the address in lower case, which is how mailboxes are told apart in practice.

    Raises
    ------
    InvalidContact
        It is not an address that mail could reach.
    """
    address = text.strip().lower()
    if len(address) > _LONGEST_ADDRESS or _ADDRESS.fullmatch(address) is None or ".." in address:
        raise InvalidContact("invalid_email")
    return Contact("email", address)
