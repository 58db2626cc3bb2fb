"""What a tap on a line of a program's contact opens. Pure.

A line that is no address stays text: a wrong link is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_EMAIL: Final = re.compile(r"[^\s@<>\"'(),:;]+@[^\s@<>\"'(),:;]+\.[^\s@<>\"'(),:;]+")
_WEB: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_WWW: Final = re.compile(r"www\.[^\s<>\"'/@]+\.[^\s<>\"'@]+", re.IGNORECASE)
# What people write before a number and behind one.
_CALLED: Final = re.compile(r"(tel|phone|тел|телефон)\b[.:\s]*(?=[+0-9(])", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"[\s,;]*(?:ext|доб|x)[.:\s]*([0-9]{1,7})$", re.IGNORECASE)
# What may be a number at all; only such a line loads the plans of the world's numbers.
_DIALLED: Final = re.compile(r"\+?[0-9(][0-9 ().\-/\u2010-\u2015\u00a0]{5,30}")
_ON_AN_HOUR: Final = re.compile(r"\b[0-2]?[0-9][.:][0-5][0-9]\b")


def link_of(text: str, region: str | None) -> str | None:
    """Return the address that a contact line opens; None for plain text.

    Parameters
    ----------
    region
        The program's country (two letters): whose numbers are written without a country code.
    """
    text = text.strip().rstrip(".,;")  # a line may end as a sentence does
    scheme, _, rest = text.partition(":")
    if scheme.lower() == "mailto" and _EMAIL.fullmatch(rest.strip()):
        return f"mailto:{rest.strip()}"
    if _EMAIL.fullmatch(text):
        return f"mailto:{text}"
    if _WWW.fullmatch(text):
        return f"https://{text}"
    return text if _WEB.fullmatch(text) else _dialled(text, region)


def _dialled(text: str, region: str | None) -> str | None:
    """Return the address of a number, whatever digits it is written in (RFC 3966)."""
    text = _CALLED.sub("", unicodedata.normalize("NFKC", text), count=1)
    behind = _EXTENSION.search(text)
    number = text[: behind.start()] if behind else text
    link = _telephone(number, region) if _DIALLED.fullmatch(number) else None
    return f"{link};ext={behind[1]}" if link and behind else link


def _telephone(text: str, region: str | None) -> str | None:
    if len(_ON_AN_HOUR.findall(text)) > 1:
        return None  # from hour to hour: some countries have numbers of these digits
    # Late: most programs are drawn without ever needing it.
    import phonenumbers  # noqa: PLC0415

    # The matcher, not the parser: it knows dates and times, and what a number cannot look like.
    # Who writes a country code means a number, be it of a range that nobody has been given yet.
    leniency = phonenumbers.Leniency.POSSIBLE if text[0] == "+" else phonenumbers.Leniency.VALID
    for found in phonenumbers.PhoneNumberMatcher(text, region or None, leniency=leniency):
        if found.raw_string == text:
            number = phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
            return f"tel:{number}"
    return None
