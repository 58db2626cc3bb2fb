"""A simulated iPhone: installs passes, registers, and fetches news when it is rung.

It is as strict as the real one, which refuses without a word what is not signed, not complete or
not served right; this one says what is wrong. Rules: Apple's "Building a Pass", "Pass" and "Adding
a Web Service to Update Passes".
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from infra.failures import Failure
from infra.local.web import ask, ask_json, until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.web import Reply

PASS = "application/vnd.apple.pkpass"  # noqa: S105 - a media type
_UNSIGNED = {"manifest.json", "signature"}
_NEEDED = {"pass.json", *_UNSIGNED}
_ICONS = {"icon.png", "icon@2x.png", "icon@3x.png"}  # one of them, or no device opens the pass
_SHORTEST_TOKEN = 16


class Refused(Failure):
    """The phone does not take a pass or an answer, for the reason in the message."""


@dataclass(frozen=True, slots=True)
class Held:
    """A pass in the phone, and the ``Last-Modified`` that it came with."""

    document: Mapping[str, Any]
    modified: str | None

    @property
    def serial(self) -> str:
        return str(self.document["serialNumber"])

    @property
    def shown(self) -> dict[str, Any]:
        """Return what stands on both sides, by key of the field."""
        return {field["key"]: field["value"] for field in self._fields()}

    @property
    def labelled(self) -> dict[str, str]:
        """Return what a person reads on the front: label and value, in the order of the card."""
        return {
            str(field.get("label", field["key"])): str(field["value"])
            for field in self._fields(("header", "primary", "secondary", "auxiliary"))
        }

    @property
    def code(self) -> str:
        """Return what a scanner reads."""
        return str(self.document["barcodes"][0]["message"])

    def _fields(
        self, groups: tuple[str, ...] = ("header", "primary", "secondary", "auxiliary", "back")
    ) -> list[dict[str, Any]]:
        card = self.document["storeCard"]
        return [field for group in groups for field in card.get(f"{group}Fields", [])]


class Iphone:
    """One phone of one customer.

    Parameters
    ----------
    stack
        The stack's description (``stack.json``).
    name
        Tells phones apart: device identifier and push token are derived from it.
    """

    def __init__(self, stack: Mapping[str, Any], name: str) -> None:
        self._root = Path(stack["apple"]["root_certificate"])
        self._apple = stack["apple"]
        self._inspect = stack["apns"]["inspect_url"]
        self.device = hashlib.sha256(f"device {name}".encode()).hexdigest()[:32]
        self.push_token = hashlib.sha256(f"token {name}".encode()).hexdigest()
        self.passes: dict[str, Held] = {}
        self._tag: str | None = None
        self._seen = 0

    def install(self, url: str) -> Held:
        """Download a pass, check it, keep it, register for its news and ask for them at once."""
        held = self.download(url)
        self.passes[held.serial] = held
        status = self.register(held)
        if status != HTTPStatus.CREATED:
            raise Refused(f"The registration of a new device was answered {status}, not 201.")
        self.fetch_news()
        return self.passes[held.serial]

    def download(self, url: str) -> Held:
        """Return the pass behind an address, unless something is wrong with it."""
        return self._opened(ask("GET", url))

    def register(self, held: Held, push_token: str | None = None) -> int:
        """Register for a pass's news; return the status."""
        body = {"pushToken": push_token or self.push_token}
        headers = self.authorization(held)
        return ask_json("POST", self.registration_url(held), body, headers).status

    def unregister(self, held: Held) -> int:
        """End the registration, as deleting the pass does; return the status."""
        self.passes.pop(held.serial, None)
        return ask("DELETE", self.registration_url(held), None, self.authorization(held)).status

    def fetch_news(self) -> tuple[str, ...]:
        """Ask which passes have changed and get each; return the serials that the list named."""
        reply = self.list_changes(self._tag)
        if reply.status == HTTPStatus.NO_CONTENT:
            return ()
        if reply.status != HTTPStatus.OK:
            raise Refused(f"The list call was answered {reply.status}.")
        news = reply.json()
        for serial in news["serialNumbers"]:
            held = self.passes[serial]
            answer = self.get(held)
            if answer.status == HTTPStatus.OK:
                self.passes[serial] = self._opened(answer)
            elif answer.status != HTTPStatus.NOT_MODIFIED:
                raise Refused(f"The get call was answered {answer.status}.")
        # Only now: whoever loses power in between asks for the same news again.
        self._tag = news["lastUpdated"]
        return tuple(news["serialNumbers"])

    def list_changes(self, tag: str | None = None, method: str = "GET") -> Reply:
        """Ask which passes have changed since a tag; without one, for all."""
        base = self._apple_url(next(iter(self.passes.values())))
        since = "" if tag is None else f"?passesUpdatedSince={quote(tag, safe='')}"
        kind = self._apple["pass_type_identifier"]
        return ask(method, f"{base}/v1/devices/{self.device}/registrations/{kind}{since}")

    def get(self, held: Held, method: str = "GET", *, conditional: bool = True) -> Reply:
        """Get a pass; `conditional` on the ``Last-Modified`` that it came with."""
        headers = self.authorization(held)
        if conditional and held.modified:
            headers["If-Modified-Since"] = held.modified
        return ask(method, self.pass_url(held), None, headers)

    def complain(self, *lines: str) -> int:
        """Tell the service what went wrong; return the status."""
        base = self._apple_url(next(iter(self.passes.values())))
        return ask_json("POST", f"{base}/v1/log", {"logs": list(lines)}).status

    def pushes(self, status: int = HTTPStatus.OK) -> list[dict[str, Any]]:
        """Return the pushes to this phone that APNs answered so, oldest first."""
        url = f"{self._inspect}/pushes?token={self.push_token}"
        every: list[dict[str, Any]] = ask("GET", url).json()["pushes"]
        return [push for push in every if push["status"] == status]

    def wait_for_push(self, seconds: float = 60.0) -> dict[str, Any]:
        """Return the next push that this phone has not yet reacted to."""

        def next_push() -> dict[str, Any] | None:
            return next(iter(self.pushes()[self._seen :]), None)

        push = until("a push at the local APNs", next_push, seconds)
        self._seen += 1
        return push

    def registration_url(self, held: Held) -> str:
        """Return the address of the register and unregister calls."""
        kind = self._apple["pass_type_identifier"]
        return (
            f"{self._apple_url(held)}/v1/devices/{self.device}/registrations/{kind}/{held.serial}"
        )

    def pass_url(self, held: Held) -> str:
        """Return the address of the get call."""
        kind = self._apple["pass_type_identifier"]
        return f"{self._apple_url(held)}/v1/passes/{kind}/{held.serial}"

    @staticmethod
    def authorization(held: Held) -> dict[str, str]:
        """Return the header that proves possession of a pass."""
        return {"Authorization": f"ApplePass {held.document['authenticationToken']}"}

    @staticmethod
    def _apple_url(held: Held) -> str:
        return str(held.document["webServiceURL"]).rstrip("/")

    def _opened(self, reply: Reply) -> Held:
        kind = reply.headers.get("content-type")
        if reply.status != HTTPStatus.OK or kind != PASS:
            raise Refused(f"A pass was expected, status {reply.status} came with {kind}.")
        document = open_pass(reply.body, self._root)
        wanted = {
            "passTypeIdentifier": self._apple["pass_type_identifier"],
            "teamIdentifier": self._apple["team_identifier"],
        }
        for member, value in wanted.items():
            if document.get(member) != value:
                raise Refused(f"{member} is {document.get(member)!r}, not {value!r}.")
        return Held(document, reply.headers.get("last-modified"))


def open_pass(content: bytes, root: Path | None) -> dict[str, Any]:
    """Return the ``pass.json`` of a bundle that holds what its manifest and signature promise.

    Parameters
    ----------
    root
        Certificate (PEM) of the authority that the signature must lead to; None where it only
        has to fit, whoever made it.

    Raises
    ------
    Refused
        Saying what is wrong with it.
    """
    files = _unpack(content)
    missing = sorted(_NEEDED - files.keys())
    if missing:
        raise Refused(f"The pass lacks {', '.join(missing)}.")
    if not _ICONS & files.keys():
        raise Refused("The pass lacks an icon.")
    manifest = json.loads(files["manifest.json"])
    found = {
        name: hashlib.sha1(data, usedforsecurity=False).hexdigest()
        for name, data in files.items()
        if name not in _UNSIGNED
    }
    if manifest != found:
        wrong = sorted(dict(manifest.items() ^ found.items()))
        raise Refused(f"The manifest does not fit the files: {', '.join(wrong)}.")
    _verify(files["signature"], files["manifest.json"], root)
    document: dict[str, Any] = json.loads(files["pass.json"])
    if document.get("formatVersion") != 1:
        raise Refused("formatVersion is not 1.")
    if len(document.get("authenticationToken", "")) < _SHORTEST_TOKEN:
        raise Refused(f"authenticationToken is shorter than {_SHORTEST_TOKEN} characters.")
    return document


def _unpack(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            names = bundle.namelist()
            if len(set(names)) != len(names):
                raise Refused("The pass holds two files of one name.")
            if any(name.startswith("/") or ".." in name.split("/") for name in names):
                raise Refused("The pass holds a file that would lie outside of it.")
            return {name: bundle.read(name) for name in names}
    except zipfile.BadZipFile as error:
        raise Refused(f"The pass is no zip archive: {error}.") from None


def _verify(signature: bytes, manifest: bytes, root: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        signature_file, manifest_file = Path(folder) / "signature", Path(folder) / "manifest.json"
        signature_file.write_bytes(signature)
        manifest_file.write_bytes(manifest)
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"]
        command += ["-in", str(signature_file), "-content", str(manifest_file)]
        command += ["-CAfile", str(root)] if root else ["-noverify"]
        command += ["-out", str(Path(folder) / "out")]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise Failure("OpenSSL is not installed: install the package openssl.") from None
    if answer.returncode:
        raise Refused(f"The signature does not verify: {answer.stderr.strip()[-300:]}")
