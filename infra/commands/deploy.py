"""From an AWS account to a card: one command, which may be broken off and goes on.

loyalty deploy --region eu-central-1 --dry-run
loyalty deploy --region eu-central-1 --domain cards.example.com --trade coffee --shop coffee

It asks for what is missing, looks before it makes anything, makes secrets, builds, deploys, and
tries everything with a member of its own. What it was told is kept beside the stack.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infra.commands import place
from infra.commands.answer import say
from infra.deploying.first import FirstShop
from infra.deploying.hand import Hand
from infra.deploying.running import Deployment, Given, settings
from infra.deploying.wanted import CAPS, deployed, kept, settled
from infra.failures import Failure

if TYPE_CHECKING:
    import argparse

_SETTINGS = (
    ("domain", "a name of your own that customers will see: cards.example.com"),
    ("base_url", "the address that customers see, where you see to the name yourself"),
    ("pass_type", "Apple's Pass Type ID: pass.com.example.card"),
    ("team", "Apple's Team ID"),
    ("issuer", "Google's issuer ID"),
    ("sender", "who writes to customers, by SES: cards@example.com"),
    ("sender_identity", "the identity verified in SES; the sender's domain if not said"),
    ("alarm_email", "who is told when an alarm rings"),
    ("backup_bucket", "a bucket that every table is exported to each night"),
    ("nightly_zone", "IANA zone of the nightly work; UTC"),
    ("nightly_hour", "its hour, 0 to 23; 9"),
    *((name, f"{name.replace('_', ' of the table: ')} a second at most") for name in CAPS),
)
_OWN = ("organization", "currency", "zone", "region_of_shop")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.set_defaults(run=_deploy)
    place.add_options(parser)
    parser.add_argument("--dry-run", action="store_true", help="say every call, and make none")
    parser.add_argument("--yes", action="store_true", help="ask nothing: what is not said is none")
    for name, meaning in _SETTINGS:
        parser.add_argument(f"--{name.replace('_', '-')}", help=f"{meaning} (none: without)")
    parser.add_argument("--apple-keys", type=Path, help="folder of the pass certificate's files")
    parser.add_argument("--google-key", type=Path, help="file of the service account")
    parser.add_argument(
        "--old-address-stays",
        action="store_true",
        help="cards ask another address, which leads to the new one for good",
    )
    parser.add_argument("--trade", help="of the first program: coffee, barber, bakery …")
    parser.add_argument("--shop", help="the first program's id: small letters, digits, hyphens")
    parser.add_argument("--owner", default="Owner", help="how the first owner is called")
    for name in _OWN:
        parser.add_argument(f"--{name.replace('_', '-')}", help="of the first program")
    parser.add_argument("--artifact", type=Path, help="built already: functions.zip")
    parser.add_argument("--drawing-artifact", type=Path, help="built already: designs.zip")
    parser.add_argument("--no-smoke", action="store_true", help="do not try it with a member")
    parser.add_argument("--root", type=Path, help="Apple's root certificate, PEM, for trying it")


def _deploy(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    if where.stage == place.LOCAL:
        raise Failure("the stack of `make run` deploys itself: name another --stage")
    if bool(given.trade) != bool(given.shop):
        raise Failure("the first program needs both: --trade coffee --shop ID")
    hand = Hand(where, _say, dry=given.dry_run)
    asks = sys.stdin.isatty() and not given.yes
    said = {name: getattr(given, name) for name, _ in _SETTINGS}
    before = kept(hand, where.stage) or deployed(settings(hand))
    told = settled(said, before, _answer if asks else None)
    artifacts = {
        name: str(path.resolve())
        for name, path in (
            ("artifact", given.artifact),
            ("drawing-artifact", given.drawing_artifact),
        )
        if path
    }
    shop = _shop(given)
    if shop:
        shop.program()  # what is wrong with it is told before anything is made
    address = Deployment(
        hand,
        told,
        Given(artifacts, given.apple_keys, given.google_key, given.old_address_stays, shop),
    ).run()
    if given.dry_run:
        _say("\nNothing was changed.")
        return 0
    if not given.no_smoke and not _found(address):
        _say(
            f"\nNobody finds {urlsplit(address).hostname} yet: its DNS is not there, or has not "
            f"come round. Once it has: {where.command('smoke')}"
        )
    elif not given.no_smoke:
        _say("\nTrying it with a member of its own")
        root = ("--root", str(given.root)) if given.root else ()
        hand.command("smoke", *root)
    _say(f"\nDeployed: {address}")
    if shop:
        _say(f"Get a card:  {address}/join/{shop.id}")
    _say(f"What is missing: {where.command('doctor')}")
    return 0


def _found(address: str) -> bool:
    """Tell whether the name of an address leads anywhere, as far as this machine knows."""
    try:
        socket.getaddrinfo(urlsplit(address).hostname, None)
    except OSError:
        return False
    return True


def _shop(given: argparse.Namespace) -> FirstShop | None:
    if not given.shop:
        return None
    own = {
        "organization": given.organization,
        "currency": given.currency,
        "zone": given.zone,
        "region": given.region_of_shop,
    }
    said = {name: value for name, value in own.items() if value}
    return FirstShop(given.trade, given.shop, said, given.owner)


def _answer(question: str) -> str:
    return input(f"{question}: ")


def _say(line: str) -> None:
    say(line)
