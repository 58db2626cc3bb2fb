"""The addresses that tills report to, and the secrets that their messages are signed with.

loyalty till add coffee-till --program coffee --sources till,square
loyalty till add coffee-square --program coffee --scheme square --secret-file key.txt
loyalty till rotate coffee-till
loyalty till rotate coffee-till --finish
loyalty till token coffee-square --token-file token.txt
loyalty till health --program coffee
loyalty till test coffee-square
loyalty till catch-up coffee-square --hours 24
loyalty till replay coffee-square --since 2026-11-27T00:00Z
loyalty till visits salon-bookings visits.csv --send
loyalty till fields salon-yclients --file fields.json
loyalty till requests --program coffee
loyalty till requests --program coffee --answered 3f2a…
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.commands import files, place, till_fields, till_health, till_visits
from infra.commands.answer import say
from infra.failures import Failure
from loyalty.access.keys import Credentials, Endpoint
from loyalty.core.instants import instant, microseconds
from loyalty.members.privacy import members_of
from loyalty.refusals import Refusal
from loyalty.store import audit_log, privacy_requests
from loyalty.store.audit_log import COMMAND, Changed
from loyalty.tills import adding, registry
from loyalty.tills.bridges.following import https

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from infra.commands.place import Parameters, Place
    from loyalty.store.tables import Write

_VENDOR_MAKES_IT = (
    "what {scheme} signs with comes from its console: save it in a file and name that with "
    "--secret-file"
)
_ENOUGH = 2  # secrets that are good at a time
_KNOWN = timedelta(minutes=1)
"""After which every running function knows of a secret; it is half of that, and clocks differ."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    add = commands.add_parser("add", help="make an address for a till, with its secret")
    add.set_defaults(run=_add)
    add.add_argument("--program", required=True, help="the program's id")
    add.add_argument("--scheme", choices=tuple(registry.CONNECTORS), default=adding.STANDARD)
    add.add_argument(
        "--sources", help="names that orders may come under, its own first: till,square"
    )
    add.add_argument(
        "--url", help="Square, HubSpot: the address as it has it, if it is another domain"
    )
    add.add_argument(
        "--merchant", default="", help="whose messages count, as the vendor names the merchant"
    )
    add.add_argument(
        "--vendor-address", default="", help="where the vendor is asked, such as https://my.shop"
    )
    add.add_argument(
        "--location", default="", help="where it stands, by the location's id: its hours count"
    )
    rotate = commands.add_parser("rotate", help="replace a till's secret without a gap")
    rotate.set_defaults(run=_rotate)
    rotate.add_argument(
        "--finish", action="store_true", help="once the till signs with the new one: end the old"
    )
    rotate.add_argument(
        "--at-once", action="store_true", help="with --finish: end the old one within the minute"
    )
    till_health.configure(commands)
    till_visits.configure(commands)
    till_fields.configure(commands)
    token = commands.add_parser("token", help="keep, or replace, what the vendor is asked with")
    token.set_defaults(run=_token)
    requests = commands.add_parser(
        "requests", help="list what vendors ask for their customers' sake: data, erasing"
    )
    requests.set_defaults(run=_requests)
    requests.add_argument("--program", required=True, help="the program's id")
    requests.add_argument("--answered", help="the id of a request that was answered: forget it")
    place.add_options(requests)
    for command in (add, token):
        command.add_argument(
            "--token-file",
            type=Path,
            required=command is token,
            help="an access token of the vendor's, to ask for what messages leave out",
        )
    for command in (add, rotate, token):
        command.add_argument("endpoint", help="small letters, digits and hyphens: coffee-till")
        place.add_options(command)
    for command in (add, rotate):
        command.add_argument(
            "--secret-file",
            type=Path,
            help="a secret of the till's vendor; one is made where the vendor's console takes any",
        )


def _line(endpoint: Endpoint, what: str, after: Mapping[str, Any]) -> Write:
    now = datetime.now(UTC)
    return audit_log.put(Changed(endpoint.program, now, COMMAND, what, endpoint.id, {}, after))


def _add(given: argparse.Namespace) -> int:
    if not adding.NAME.fullmatch(given.endpoint):
        raise Failure(
            f"{given.endpoint!r} cannot be part of an address: use small letters, digits and "
            "hyphens, for example coffee-till"
        )
    secret = _secret(given.scheme, _one_line(given.secret_file, "secret"))
    token = _token_in(given.token_file)
    connector = registry.CONNECTORS[given.scheme]
    if connector.feed:
        _check_feed(token)
    if given.scheme in adding.MANY and not given.merchant:
        raise Failure(f"{given.scheme} tells of many merchants at once: name yours with --merchant")
    if token and not (connector.address or given.vendor_address or connector.feed):
        raise Failure(
            f"every shop of {given.scheme} is asked at its own address: name it with "
            "--vendor-address https://…"
        )
    where = place.open_place(given)
    program = place.program_of(where, given.program)
    locations = [one.id for one in program.locations]
    if given.location and given.location not in locations:
        known = ", ".join(locations) or "none"
        raise Failure(f"the program has no location {given.location!r}; it has: {known}")
    addresses = adding.Addresses(
        where.tables(),
        where.parameters(),
        where.settings().get("BASE_URL", ""),
        secrets.token_bytes,
        local=where.stage == place.LOCAL,
    )
    wanted = adding.Wanted(
        name=given.endpoint,
        scheme=given.scheme,
        sources=tuple(given.sources.split(",")) if given.sources else (),
        url=given.url or "",
        merchant=given.merchant,
        address=given.vendor_address,
        location=given.location,
        secret=secret,
        token=token.get("token", ""),
    )
    try:
        added = addresses.add(program, wanted, COMMAND, datetime.now(UTC))
    except Refusal as refusal:
        raise Failure(_why(refusal, where, given)) from None
    _tell(added)
    if connector.read_back is not None and not token:
        say(
            "Without a token what messages leave out is not asked for; keep one with "
            f"{where.command(f'till token {given.endpoint} --token-file FILE')}."
        )
    return 0


def _why(refusal: Refusal, where: Place, given: argparse.Namespace) -> str:
    """Return why there is no address, with what to type instead."""
    if refusal.code == "endpoint_taken":
        return (
            f"the till {given.endpoint!r} is there already: "
            f"{where.command(f'till rotate {given.endpoint}')} replaces its secret, and another "
            "name makes another address"
        )
    if any(one.pointer == "/vendor_address" for one in refusal.fields):
        return f"{given.vendor_address!r} cannot be asked: {refusal.detail}"
    return refusal.detail


def _tell(added: adding.Added) -> None:
    """Say what has to be typed at the other side; a secret only if we have made it."""
    endpoint, address = added.endpoint, added.address
    if registry.CONNECTORS[endpoint.scheme].feed:
        say(
            "The calendar is asked for every quarter of an hour; nothing has to be typed anywhere.",
            endpoint=endpoint.id,
        )
        return
    say(f"Address      {address}", endpoint=endpoint.id, address=address)
    if registry.CONNECTORS[endpoint.scheme].secret_in_path:
        say("It holds the secret: whoever knows it may knock. What counts is read back.")
    if endpoint.scheme == adding.STANDARD:
        say(f"Redemptions  {address}/redemptions", redemptions=f"{address}/redemptions")
    if added.secret is not None:
        say(f"Secret       {added.secret}", secret=added.secret)
    said = f"Orders come under: {', '.join(endpoint.sources)}."
    say(said, sources=list(endpoint.sources))


def _requests(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    place.program_of(where, given.program)
    tables = where.tables()
    if given.answered:
        if not privacy_requests.forget(tables, given.program, given.answered):
            raise Failure(f"no request {given.answered!r} waits")
        say("The request is forgotten.")
        return 0
    for second, request in privacy_requests.read(tables, given.program):
        at = datetime.fromtimestamp(second, UTC)
        members = members_of(tables, request)
        lines = [
            f"{request.id}  {at:%Y-%m-%d}  {request.source}  {request.kind}",
            f"  customer there  {request.customer or 'all of them'}",
            *(f"  member here     {member}" for member in members),
        ]
        if request.orders:
            lines.append(f"  orders there    {', '.join(request.orders)}")
        say(
            "\n".join(lines),
            id=request.id,
            at=at,
            source=request.source,
            kind=request.kind,
            customer=request.customer,
            members=members,
            orders=request.orders,
        )
    return 0


def _token(given: argparse.Namespace) -> int:
    token = _token_in(given.token_file)
    where = place.open_place(given)
    endpoint = Credentials(where.tables()).endpoint(given.endpoint)
    if endpoint is None:
        raise Failure(place.no_till(where, given.endpoint))
    connector = registry.CONNECTORS[endpoint.scheme]
    if connector.feed:
        _check_feed(token)
    elif connector.read_back is None:
        raise Failure(
            f"nobody is asked about a till of scheme {endpoint.scheme}: no token is needed"
        )
    _replace(where, endpoint, {**_kept(where.parameters(), given.endpoint), **token})
    say("The token is kept. Running functions take it within half a minute.")
    return 0


def _rotate(given: argparse.Namespace) -> int:
    text = _one_line(given.secret_file, "secret")
    where = place.open_place(given)
    endpoint = Credentials(where.tables()).endpoint(given.endpoint)
    if endpoint is None:
        raise Failure(place.no_till(where, given.endpoint))
    kept = _kept(where.parameters(), given.endpoint)
    good = _secrets(kept)
    if given.finish:
        if len(good) < _ENOUGH:
            raise Failure(f"{given.endpoint} has one secret only: there is nothing to finish")
        if not given.at_once:
            _check_known(endpoint, datetime.now(UTC))
        _replace(where, endpoint, {**kept, "secrets": good[-1:]})
        say("The old secret ends within half a minute.")
        return 0
    if len(good) >= _ENOUGH:
        raise Failure(
            f"{given.endpoint} has {len(good)} secrets: end the old one with --finish first"
        )
    made = _secret(endpoint.scheme, text) or adding.made(endpoint.scheme, secrets.token_bytes)
    _replace(where, endpoint, {**kept, "secrets": [*good, made]})
    if registry.CONNECTORS[endpoint.scheme].secret_in_path:
        new = f"{where.settings().get('BASE_URL', '')}/webhooks/{endpoint.id}/from/{made}"
        say(f"New address  {new}", address=new)
    elif text is None:
        say(f"New secret   {made}", secret=made)
    say(
        "Both secrets are good from now on, and running functions know it within half a minute:\n"
        "let the till sign with the new one in a minute at the earliest, then run\n"
        f"{where.command(f'till rotate {given.endpoint} --finish')}."
    )
    return 0


def _check_known(endpoint: Endpoint, now: datetime) -> None:
    """Refuse to end an old secret while running functions may not know the new one."""
    if endpoint.secrets_at is None:
        return
    left = _KNOWN - (now - instant(endpoint.secrets_at))
    if left > timedelta():
        raise Failure(
            f"running functions may not know the new secret of {endpoint.id} yet: wait "
            f"{left.seconds + 1} seconds; or say --at-once, where the old one is in other hands "
            "and what the till sends meanwhile may be refused"
        )


def _secret(scheme: str, given: str | None) -> str | None:
    """Return the secret that was given, None where one of ours is used."""
    if given is None:
        if scheme not in adding.OURS:
            raise Failure(_VENDOR_MAKES_IT.format(scheme=scheme))
        return None
    try:
        adding.check_secret(scheme, given)
    except Refusal as refusal:
        raise Failure(f"the file cannot be used: {refusal.detail}") from None
    return given


def _one_line(file: Path | None, what: str) -> str | None:
    """Return what a file holds; None without one."""
    if file is None:
        return None
    found = files.text(file).strip()
    if not found or len(found.split()) > 1:
        raise Failure(f"{file} holds no {what}: one line, nothing else")
    return found


def _token_in(file: Path | None) -> dict[str, str]:
    found = _one_line(file, "token")
    return {} if found is None else {"token": found}


def _check_feed(token: Mapping[str, str]) -> None:
    """See that a calendar's address, which lies where tokens lie, is one."""
    if not https(token.get("token", "")).startswith(("https://", "http://127.0.0.1:")):
        raise Failure(
            "a calendar is asked for at a secret address of its own, https://… or webcal://…: "
            "save it in a file and name that with --token-file"
        )


def _kept(parameters: Parameters, endpoint: str) -> dict[str, Any]:
    try:
        found = json.loads(parameters.read(f"endpoints/{endpoint}") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _secrets(kept: Mapping[str, Any]) -> list[str]:
    found = kept.get("secrets")
    return [str(one) for one in found] if isinstance(found, list) else []


def _replace(where: Place, endpoint: Endpoint, kept: Mapping[str, Any]) -> None:
    """Replace what is kept of an endpoint, and say on it that whoever has read it reads it anew."""
    _write(where.parameters(), endpoint.id, kept)
    now = microseconds(datetime.now(UTC))
    written = replace(endpoint, secrets_at=now, token=bool(kept.get("token")))
    told = {"secrets": len(_secrets(kept)), "token": written.token}
    line = _line(endpoint, "till.secrets-changed", told)
    Credentials(where.tables()).put_endpoint(written, line)


def _write(parameters: Parameters, endpoint: str, kept: Mapping[str, Any]) -> None:
    parameters.write(f"endpoints/{endpoint}", json.dumps(kept))
