"""What a new local stack starts with: two programs, an owner, keys, webhook endpoints.

Everything is made once and kept; running it again changes nothing but the owner's sign-in link,
which is a new one each time.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import string
from base64 import b64encode
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.failures import Failure
from loyalty.access.founding import Founding
from loyalty.access.key_ring import Asker
from loyalty.access.keys import ApiKey, Credentials, Endpoint, key_text
from loyalty.access.people import People
from loyalty.access.sessions import Sessions
from loyalty.access.tokens import Tokens
from loyalty.program import document as program_document
from loyalty.refusals import Refusal
from loyalty.store.program_versions import Programs
from loyalty.store.tables import Cancelled
from passes.designs import design as designs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.program.rules import Program
    from loyalty.store.tables import Tables

PROGRAMS = Path(__file__).parent.parent / "templates" / "programs"
SEEDED = ("coffee", "barber")
TILL = "till"
SQUARE = "square"
ENVIRONMENT = "local"
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Made:
    """Random values that are made once for a stack; secrets all of them."""

    master_key: str
    owner_secret: str
    till_secret: str
    webhook_secrets: dict[str, str]
    square_secret: str

    @classmethod
    def keep(cls, path: Path) -> Made:
        """Read them from a file of the owner's only, or make the file."""
        if path.exists():
            return cls._read(path)
        made = cls(
            master_key=json.dumps({"current": "A", "keys": {"A": _random_base64()}}),
            owner_secret=_random_letters(40),
            till_secret=_random_letters(40),
            webhook_secrets={program: f"whsec_{_random_base64()}" for program in SEEDED},
            square_secret=_random_letters(22),
        )
        # At once: a half-written file would be taken for the secrets next time.
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(made)))
        draft.replace(path)
        return made

    @classmethod
    def _read(cls, path: Path) -> Made:
        try:
            made = cls(**json.loads(path.read_text()))
            made._check()
        except OSError as error:
            raise Failure(
                f"{path} cannot be read ({error.strerror}): change its owner or its mode"
            ) from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise Failure(
                f"{path} is damaged, or not ours: restore it, or begin anew without the folder "
                f"(rm -r {path.parent}); cards from before are gone then"
            ) from None
        return made

    def _check(self) -> None:
        """Raise ValueError, TypeError or KeyError where something is not as it was made."""
        Tokens.from_json(self.master_key)
        hooks = [self.webhook_secrets[program] for program in SEEDED]
        for text in (self.owner_secret, self.till_secret, self.square_secret, *hooks):
            if not isinstance(text, str) or not text:
                raise TypeError(text)


def seed(
    tables: Tables,
    put_secret: Callable[[str, str], None],
    made: Made,
    base_url: str,
    clock: Callable[[], datetime],
    *,
    before: Mapping[str, str],
) -> dict[str, Any]:
    """Fill a stack's tables and secrets; return what its users need to know.

    Parameters
    ----------
    put_secret
        Stores a secret under a name below the stage's path.
    base_url
        Where the stack answers, without a slash at the end.
    before
        What was returned as ``seeded`` the last time: a program whose file has not changed since
        is left as its owner has made it (`loyalty program put`).
    """
    put_secret("master-key", made.master_key)
    programs = Programs(tables, clock)
    texts = {name: (PROGRAMS / f"{name}.toml").read_text(encoding="utf-8") for name in SEEDED}
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    seeded = {
        name: _program(programs, name, text, untouched=before.get(name) == digests[name])
        for name, text in texts.items()
    }
    webhooks = {
        name: _webhook(tables, put_secret, name, made.webhook_secrets[name], base_url)
        for name in SEEDED
    }
    first = seeded[SEEDED[0]]
    return {
        **_described(first, base_url),
        "seeded": digests,
        "example_order": _example_order(first, clock()),
        "console": _console(tables, first.id, base_url, clock()),
        "owner_key": _key(tables, ApiKey("seedowner", first.id, "owner"), made.owner_secret),
        "till_key": _key(tables, ApiKey("seedtill1", first.id, "till"), made.till_secret),
        "webhook": webhooks[first.id],
        "square": _square(tables, put_secret, first.id, made.square_secret, base_url),
        "more_programs": [
            {**_described(seeded[name], base_url), "webhook": webhooks[name]} for name in SEEDED[1:]
        ],
    }


def _console(tables: Tables, program: str, base_url: str, now: datetime) -> dict[str, str]:
    """Return the console's address and a new link that lets its owner in once.

    Both name the host ``localhost``: a passkey belongs to a name, never to a number (WebAuthn).
    """
    people, asker = People(tables), Asker("make run")
    owner = next((one for one in people.listed(program) if one.role == "owner"), None)
    if owner is None:
        owner = people.add(program, "Owner", "owner", "", _person_id(), asker, now).person
        Founding(tables, Programs(tables, lambda: now)).allow(owner.id, now, allowed=True)
    entries = Sessions(tables, _person_id, lambda: secrets.token_urlsafe(32))
    named = base_url.replace("://127.0.0.1", "://localhost", 1)
    link = entries.link(program, owner.id, asker, now)
    return {"url": f"{named}/console", "link": f"{named}/sign-in/{link}"}


def _person_id() -> str:
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(26))


def _program(programs: Programs, name: str, text: str, *, untouched: bool) -> Program:
    if untouched:
        with suppress(Refusal):
            return programs.current(name)
    return programs.put(program_document.read_toml(text, designs.names()))


def _described(program: Program, base_url: str) -> dict[str, Any]:
    language = program.languages[0]
    return {
        "program": program.id,
        "currency": program.currency,
        "join_url": f"{base_url}/join/{program.id}",
        "rewards": [
            {"id": reward.id, "price": reward.price, "name": reward.name[language]}
            for reward in program.rewards
        ],
        "locations": [
            {
                "id": location.id,
                "name": location.name[language],
                "join_url": f"{base_url}/join/{program.id}?location={location.id}",
            }
            for location in program.locations
        ],
    }


def _webhook(
    tables: Tables,
    put_secret: Callable[[str, str], None],
    program: str,
    secret: str,
    base_url: str,
) -> dict[str, str]:
    # One endpoint for every till of the program: what Square reports may also be told here.
    endpoint = Endpoint(f"{program}-till", program, (TILL, SQUARE), "standard")
    Credentials(tables).put_endpoint(endpoint)
    put_secret(f"endpoints/{endpoint.id}", json.dumps({"secrets": [secret]}))
    url = f"{base_url}/webhooks/{endpoint.id}"
    redemptions_url = f"{url}/redemptions"
    return {"url": url, "redemptions_url": redemptions_url, "secret": secret, "source": TILL}


def _square(
    tables: Tables,
    put_secret: Callable[[str, str], None],
    program: str,
    secret: str,
    base_url: str,
) -> dict[str, str]:
    url = f"{base_url}/webhooks/{program}-square"
    endpoint = Endpoint(f"{program}-square", program, (SQUARE,), "square", notification_url=url)
    Credentials(tables).put_endpoint(endpoint)
    put_secret(f"endpoints/{endpoint.id}", json.dumps({"secrets": [secret]}))
    return {"url": url, "signature_key": secret, "notification_url": url}


def _key(tables: Tables, key: ApiKey, secret: str) -> str:
    with suppress(Cancelled):
        Credentials(tables).add_key(key, ENVIRONMENT, secret)
    return key_text(key.id, ENVIRONMENT, secret)


def _example_order(program: Program, now: datetime) -> dict[str, Any]:
    return {
        "source": TILL,
        "id": "example-1",
        "version": 1,
        "status": "completed",
        "occurred_at": now.replace(microsecond=0).isoformat(),
        "currency": program.currency,
        "total": 1250,
        "lines": [
            {
                "id": "1",
                "name": "Flat white",
                "category": "coffee",
                "quantity": 2,
                "amount": 900,
            },
            {
                "id": "2",
                "name": "Croissant",
                "category": "pastry",
                "quantity": 1,
                "amount": 350,
            },
        ],
    }


def _random_base64() -> str:
    return b64encode(secrets.token_bytes(32)).decode()


def _random_letters(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
