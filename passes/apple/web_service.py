"""The five calls of a device that holds a pass: register, list, get, unregister, log.

Knows no HTTP framework: calls come in as values, answers go out as status, headers and bytes.
Sources: Apple's "Adding a Web Service to Update Passes" and the archived Wallet web service guide.

What every answer keeps to:

- The list call carries no credential: the device identifier is the shared secret. An unknown device
  gets the same 204 as one without news.
- Whatever is wrong with a credential (missing, malformed, for another pass, for a pass that never
  was) the answer is one and the same 401. Tokens are compared in constant time.
- Versions come from consistent reads, and the tag is made of the very versions that were read.
- Last-Modified is the version written as a date, so two changes in one second differ, and it is
  compared as the exact string, never as a time.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from passes.apple import device_log, version_tag
from passes.apple.bundle import CONTENT_TYPE
from passes.apple.registrations import TooManyDevices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyalty.card.view import Card
    from passes.apple.registrations import Registrations

_FIRST_VERSION = datetime(2020, 1, 1, tzinfo=UTC)
_SCHEME = "applepass"
_PUSH_TOKEN = re.compile(r"[0-9a-fA-F]{8,200}")
_DEVICE = re.compile(r"[A-Za-z0-9._-]{1,128}")
_LARGEST_REGISTRATION = 4096


class Cards(Protocol):
    """Where passes are read from. Both reads see every finished write."""

    def by_serial(self, serial: str, now: datetime) -> Card | None:
        """Return the card of a pass, also in other languages; None for one unknown or erased."""

    def versions(self, serials: Iterable[str]) -> dict[str, int]:
        """Return the current version of each pass that exists."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the device."""

    status: int
    content_type: str | None = None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebService:
    """The web service of one pass type.

    Attributes
    ----------
    pass_type_identifier
        Calls about any other pass type are answered as about unknown passes.
    registrations, cards
        The ports to storage.
    token
        Gives the secret of a serial, derived, without a look-up.
    issue
        Makes the signed pass of a card at an instant.
    """

    pass_type_identifier: str
    registrations: Registrations
    cards: Cards
    token: Callable[[str], str]
    issue: Callable[[Card, datetime], bytes]

    def register(  # noqa: PLR0911, PLR0917 - the parts and the outcomes of one call
        self,
        device: str,
        pass_type: str,
        serial: str,
        authorization: str | None,
        body: bytes,
        now: datetime,
    ) -> Answer:
        """Register a device for a pass's changes: 201 when new, 200 when it already was."""
        if not self._may(pass_type, serial, authorization):
            return _UNAUTHORIZED
        push_token = _push_token(body)
        if push_token is None:
            return _problem(
                HTTPStatus.BAD_REQUEST,
                "invalid_push_token",
                "The body must be JSON with a pushToken of hexadecimal digits.",
                pointer="/pushToken",
            )
        if not _DEVICE.fullmatch(device):
            return _problem(
                HTTPStatus.BAD_REQUEST,
                "invalid_device",
                "The device library identifier must be 1 to 128 letters and digits.",
            )
        try:
            if serial not in self.cards.versions((serial,)):
                return _UNAUTHORIZED
            created = self.registrations.register(device, serial, push_token, int(now.timestamp()))
        except LookupError:  # erased since the line above
            return _UNAUTHORIZED
        except TooManyDevices:
            return _problem(
                HTTPStatus.FORBIDDEN,
                "too_many_devices",
                "This pass is already registered on as many devices as one pass may be.",
            )
        return Answer(HTTPStatus.CREATED if created else HTTPStatus.OK)

    def unregister(
        self, device: str, pass_type: str, serial: str, authorization: str | None
    ) -> Answer:
        """End a device's registration; a second call is answered like the first."""
        if not self._may(pass_type, serial, authorization):
            return _UNAUTHORIZED
        if _DEVICE.fullmatch(device):
            with contextlib.suppress(LookupError):  # the pass was erased, and all about it
                self.registrations.unregister(device, serial)
        return Answer(HTTPStatus.OK)

    def list(self, device: str, pass_type: str, tag: str | None) -> Answer:
        """Tell which of a device's passes it has not got in their current version."""
        if pass_type != self.pass_type_identifier or not _DEVICE.fullmatch(device):
            return _NOTHING
        stamps = self.registrations.stamps(device)
        versions = self.cards.versions(stamps) if stamps else {}
        # A pass that was deleted and added again, maybe from an old file, is another one here.
        names = {f"{serial} {stamps[serial]}": serial for serial in versions}
        told = {name: versions[serial] for name, serial in names.items()}
        news = sorted(names[name] for name in version_tag.changed(told, tag))
        if not news:
            return _NOTHING
        content = {"serialNumbers": news, "lastUpdated": version_tag.encode(told)}
        return Answer(
            HTTPStatus.OK,
            "application/json",
            json.dumps(content).encode(),
            {"Cache-Control": "no-store"},
        )

    def get(
        self,
        pass_type: str,
        serial: str,
        authorization: str | None,
        if_modified_since: str | None,
        now: datetime,
        *,
        body: bool = True,
    ) -> Answer:
        """Give the pass as it is now, or 304 when the device has this very version.

        Without `body` only the headers are wanted (HEAD), and nothing is signed.
        """
        card = (
            self.cards.by_serial(serial, now)
            if self._may(pass_type, serial, authorization)
            else None
        )
        if card is None:
            return _UNAUTHORIZED
        headers = pass_headers(card)
        if if_modified_since == headers["Last-Modified"]:
            return Answer(HTTPStatus.NOT_MODIFIED, headers=headers)
        content = self.issue(card, now) if body else b""
        return Answer(HTTPStatus.OK, CONTENT_TYPE, content, headers)

    def log(self, body: bytes) -> tuple[Answer, tuple[device_log.Complaint, ...]]:
        """Take what devices complain about: always 200, whatever the body is."""
        return Answer(HTTPStatus.OK), device_log.read(body)

    def _may(self, pass_type: str, serial: str, authorization: str | None) -> bool:
        """Tell whether the call carries the token of this pass; the same work for every wrong."""
        scheme, _, given = (authorization or "").partition(" ")
        expected = self.token(serial).encode()
        right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), expected)
        return right and scheme.casefold() == _SCHEME and pass_type == self.pass_type_identifier


def last_modified(version: int) -> str:
    """Return a version as an HTTP date: later for every higher version, and not a clock."""
    return format_datetime(_FIRST_VERSION + timedelta(seconds=version), usegmt=True)


def pass_headers(card: Card) -> dict[str, str]:
    """Return the headers that a pass travels with, from here and from the card page alike."""
    return {
        "Content-Disposition": f'attachment; filename="{_file_name(card.program)}.pkpass"',
        "Last-Modified": last_modified(card.version),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }


def _file_name(program: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", program).strip("-") or "card"


def _push_token(body: bytes) -> str | None:
    if len(body) > _LARGEST_REGISTRATION:
        return None
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    value = content.get("pushToken") if isinstance(content, dict) else None
    return value if isinstance(value, str) and _PUSH_TOKEN.fullmatch(value) else None


def _problem(status: HTTPStatus, code: str, title: str, pointer: str | None = None) -> Answer:
    document: dict[str, object] = {
        "type": f"urn:problem:{code}",
        "title": title,
        "status": status.value,
        "code": code,
    }
    if pointer:
        document["errors"] = [{"pointer": pointer, "code": code, "detail": title}]
    return Answer(
        status,
        "application/problem+json",
        json.dumps(document).encode(),
        {"Cache-Control": "no-store"},
    )


_NOTHING = Answer(HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})
_UNAUTHORIZED = Answer(
    HTTPStatus.UNAUTHORIZED,
    "application/problem+json",
    json.dumps(
        {
            "type": "urn:problem:unauthorized",
            "title": "The pass's own token is needed.",
            "status": 401,
            "code": "unauthorized",
        }
    ).encode(),
    {"Cache-Control": "no-store", "WWW-Authenticate": "ApplePass"},
)
