"""Rules 8 and 21: pictures that Google can fetch, and nobody's face among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from passes.google.findings import Finding, error
from passes.google.json_access import Json, members, table, text
from passes.google.syntax import is_https

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGES: Final = frozenset(("programLogo", "wideProgramLogo", "heroImage", "mainImage", "image"))
"""Names of the members that hold pictures."""
_SHORTEST_TRACE: Final = 6


def check(body: Json, *, development: bool) -> Iterator[Finding]:
    """Check every picture: one source, https, and words for who cannot see it (rule 8)."""
    for where, image in _images(body):
        if (image.get("sourceUri") is None) == (image.get("privateImageId") is None):
            mend = "give either sourceUri or privateImageId"
            yield error(8, where, "an image has exactly one source", mend)
        elif image.get("sourceUri") is not None:
            address = table(image, "sourceUri").get("uri")
            if not is_https(address, development=development):
                mend = "host the picture where Google's servers can fetch it over https"
                yield error(8, f"{where}.sourceUri.uri", "not a public https address", mend)
        if "contentDescription" not in image:
            yield error(8, where, "no description for screen readers", "add contentDescription")


def check_nobody(body: Json, pictures: str | None) -> Iterator[Finding]:
    """Check that a member's card shows no picture of its member (rule 21).

    A linter does not recognise faces; it recognises where pictures come from. A private image, or
    one whose address tells whose it is, is one person's own. Where `pictures` says how the
    addresses of the design's pictures begin, any other is refused too.
    """
    mend = "show the pictures of the design only: Google forbids personal photos"
    traces = {
        trace
        for trace in (
            text(body, "id").partition(".")[2],
            text(body, "accountId"),
            text(body, "accountName"),
            text(table(body, "barcode"), "value"),
        )
        if len(trace) >= _SHORTEST_TRACE
    }
    for where, image in _images(body):
        address = text(table(image, "sourceUri"), "uri")
        if image.get("privateImageId") is not None:
            yield error(21, f"{where}.privateImageId", "a picture of one member", mend)
        elif any(trace in address for trace in traces):
            yield error(21, f"{where}.sourceUri.uri", "tells whose picture it is", mend)
        elif address and pictures is not None and not address.startswith(pictures):
            yield error(21, f"{where}.sourceUri.uri", "not a picture of the design", mend)


def _images(body: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    for where, names, value in members(body):
        if names[-1] in IMAGES:
            yield where, value if isinstance(value, dict) else {}
