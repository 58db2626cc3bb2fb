"""Google Wallet, for owners: the service account, where it is kept, and whether all is ready.

    loyalty google steps
    loyalty google read  key.json
    loyalty google store key.json
    loyalty google check
    loyalty google check --stage local

What to click at Google stands in docs/google.md, and in short under `steps`.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from infra.commands import files, place
from infra.commands.answer import say
from infra.commands.google_check import Place, look
from infra.failures import Failure
from passes.google.client import ServiceAccountError, credentials_from

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from infra.commands.place import Parameters

Json = dict[str, Any]

SECRET: Final = "google/service-account"  # noqa: S105 - the secret's name
LEAST_BITS: Final = 2048
_MEMBERS: Final = ("client_email", "private_key", "private_key_id", "project_id")
_ISSUER: Final = re.compile(r"[0-9]{1,20}")
_NO_ISSUER: Final = (
    "--issuer is the number that the Google Pay & Wallet console shows at the top, digits only; "
    "deploy with google-issuer-id and it need not be said"
)
STEPS: Final = """\
 1. pay.google.com/business/console: make a business account, choose Google Wallet API. The issuer
    id (a number of 19 digits) stands at the top. A new issuer is in demo mode.
 2. console.cloud.google.com: make or choose a project; APIs & Services, enable "Google Wallet API".
 3. There, IAM & Admin, Service accounts: make one. It needs no role. Keys, Add key, JSON.
 4. bin/loyalty google read key.json      tells the account's e-mail address
    bin/loyalty google store key.json     puts it into the stack's secrets; then delete the file
 5. pay.google.com/business/console, Users: invite that e-mail address as Developer. Without this,
    every request is answered 403.
 6. Deploy with --param google-issuer-id=<issuer id> and with an https address that stays.
 7. Open a card page, tap "Add to Google Wallet": this makes the program's class.
 8. bin/loyalty google check

Demo mode: only the console's Admins and Developers, and the test accounts listed under Google
Wallet API, Set up test accounts, can save cards; these say [TEST ONLY]. Others read "User not
allowed to save the pass". No API tells whether an issuer is in demo mode.

Publishing: complete the business profile, have a class, then ask in the console for publishing
access (Google Wallet API, Request publishing access), with a description and screenshots. It was
reported to take two or three working days, and there is no way back to demo mode. Use another
issuer id and another service account for tests.
"""


def read(file: Path) -> Json:
    """Return the service account in a file, in Google's JSON form.

    Raises
    ------
    Failure
        It is something else, or cannot be used; the message says what it is.
    """
    try:
        account = json.loads(files.content(file))
    except (ValueError, RecursionError):
        raise Failure(f"{file} is not JSON: choose JSON, not P12, when you add the key") from None
    return checked(account, str(file))


def checked(account: Any, where: str) -> Json:
    """Return a service account's JSON, if it can sign; see `read`."""
    kind = account.get("type") if isinstance(account, dict) else None
    if kind != "service_account":
        raise Failure(
            f"{where} is not a service account key but {kind or 'something else'!r}: Google Cloud "
            "console, IAM & Admin, Service accounts, Keys, Add key, JSON"
        )
    missing = [name for name in _MEMBERS if not isinstance(account.get(name), str)]
    if missing:
        raise Failure(f"{where} lacks {', '.join(missing)}: make a new key and take the whole file")
    try:
        credentials_from(account)
        key = serialization.load_pem_private_key(account["private_key"].encode(), None)
    except (ServiceAccountError, ValueError, TypeError):
        raise Failure(f"the private key in {where} is damaged: make a new one") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise Failure(f"the private key in {where} is no RSA key of {LEAST_BITS} bits or more")
    found: Json = account
    return found


def store(account: Json, parameters: Parameters, say: Callable[[str], None]) -> None:
    """Put a service account into the stack's secrets, over the one that is there.

    A key that is stored already stays as it is.
    """
    before = _stored(parameters)
    if before.get("private_key_id") == account["private_key_id"]:
        say("This key is stored already, and stays.")
        return
    parameters.write(SECRET, json.dumps(account))
    say(
        f"Stored the key of {account['client_email']}. Running functions use it within 15 minutes; "
        "delete the file now."
    )
    if before:
        say(
            f"It replaces a key of {before.get('client_email')}. Delete the old one in the Google "
            "Cloud console after an hour: links made with it are still on their way."
        )


def check(place: Place, now: datetime, say: Callable[[str], None]) -> bool:
    """Tell everything that is found; return whether cards can be issued."""
    found = []
    for finding in look(place, now):
        word = {True: "ok      ", False: "MISSING ", None: "note    "}[finding.good]
        say(f"{word}{finding.what}" + (f".\n        → {finding.mend}." if finding.mend else ""))
        found.append(finding.good)
    if False in found:
        say(f"{found.count(False)} to mend. Look again afterwards.")
        return False
    say("Ready. Whether the issuer is still in demo mode, only the console tells.")
    return True


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the steps and their options."""
    steps = parser.add_subparsers(required=True, metavar="STEP")
    step = steps.add_parser(
        "steps", help="what to click at Google; demo mode, publishing, test accounts"
    )
    step.set_defaults(run=_steps)
    for name, meaning, run in (
        ("read", "tell whether a service account's key can be used", _read),
        ("store", "read, then store in the stack's secrets", _store),
    ):
        step = steps.add_parser(name, help=meaning)
        step.set_defaults(run=run)
        step.add_argument("file", type=Path, help="the JSON file that Google Cloud made")
        if name == "store":
            place.add_options(step)
    step = steps.add_parser("check", help="ask Google whether cards can be issued")
    step.set_defaults(run=_check)
    step.add_argument("--issuer", help="the issuer id, a number; as deployed if not said")
    step.add_argument("--base-url", help="https address of the stack; as deployed if not said")
    step.add_argument("--key", type=Path, help="a key file instead of the stored key")
    place.add_options(step)


def _steps(_: argparse.Namespace) -> int:
    say(STEPS.rstrip("\n"))
    return 0


def _read(given: argparse.Namespace) -> int:
    account = read(given.file)
    say(
        f"Service account  {account['client_email']}\nProject          "
        f"{account['project_id']}\nKey              {account['private_key_id']}\n"
        "The key can sign. Invite the e-mail address as Developer in the Google Pay & Wallet "
        "console, under Users; then: store."
    )
    return 0


def _store(given: argparse.Namespace) -> int:
    store(read(given.file), place.open_place(given).parameters(), say)
    return 0


def _check(given: argparse.Namespace) -> int:
    return 0 if check(_place(given), datetime.now(UTC), say) else 1


def _place(given: argparse.Namespace) -> Place:
    if given.folder or given.stage == place.LOCAL:
        return _local(given.folder or place.FOLDER)
    if given.issuer and not _ISSUER.fullmatch(given.issuer):
        raise Failure(_NO_ISSUER)
    where = place.open_place(given)
    secret = f"{where.secrets_path}/{SECRET}"
    if given.key:
        account = read(given.key)
    else:
        account = _stored(where.parameters())
        if not account:
            store = where.command("google store key.json")
            raise Failure(f"nothing is stored as {secret}: run {store}, or name --key")
        account = checked(account, secret)
    issuer, base_url = given.issuer, given.base_url
    if not issuer or base_url is None:
        settings = where.settings()
        issuer = issuer or settings.get("GOOGLE_ISSUER_ID", "")
        base_url = settings.get("BASE_URL", "") if base_url is None else base_url
    if not _ISSUER.fullmatch(issuer):
        raise Failure(_NO_ISSUER)
    return Place(issuer, account, base_url.rstrip("/"))


def _local(folder: Path) -> Place:
    """Return the stack of `make run`."""
    try:
        stack = json.loads((folder / "stack.json").read_text("utf-8"))
        google = stack["google"]
        addresses = (google["issuer_id"], stack["base_url"], google["api_url"], google["token_url"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Failure(f"no stack runs in {folder}: start one with `make run`") from None
    issuer, base_url, api_url, token_url = addresses
    return Place(
        issuer,
        read(folder / "wallet" / "service-account.json"),
        base_url,
        api_url=api_url,
        token_url=token_url,
        development=True,
    )


def _stored(parameters: Parameters) -> Json:
    try:
        found = json.loads(parameters.read(SECRET) or "{}")
    except (ValueError, RecursionError):
        found = {}
    return found if isinstance(found, dict) else {}
