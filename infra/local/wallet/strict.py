"""What a document says, judged as strictly as Google documents it, and stricter where it is silent.

The rules are the linter's, which judges what we are about to send; here they judge what came.
docs/local-google-wallet.md lists which of them nobody has verified against Google.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from infra.local.wallet.refusal import RefusalError
from passes.google import linter

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

RULES: Final = frozenset({6, 7, 9, 10, 11, 12, 13})
"""Balances, colour, localised texts, modules and messages, dates, barcodes, links. The other rules
of the linter are about ids, reviews and images, which have refusals of their own here."""
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


def check(kind: str, kept: Json) -> None:
    """Refuse a document that Google would not take. Raises RefusalError."""
    faults = list(_faults(kind, kept))
    if faults:
        raise RefusalError(400, "\n".join(faults))


def _faults(kind: str, kept: Json) -> Iterator[str]:
    judge = linter.lint_class if kind == "loyaltyClass" else linter.lint_object
    issuer = str(kept.get("id", "")).partition(".")[0]
    for one in judge(kept, issuer, development=True):
        if one.level == "error" and one.rule in RULES:
            yield f"Invalid value at 'resource.{one.where}': {one.what}."
    country = kept.get("countryCode")
    if country is not None and not _COUNTRY.fullmatch(str(country)):
        yield "Invalid value at 'resource.countryCode': not an ISO 3166-1 alpha-2 code."
