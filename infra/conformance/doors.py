"""The addresses that a trial uses: two for each vendor, their secrets, and how to prove oneself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from infra.failures import Failure
from infra.local.vendors.bookings import Salon
from infra.local.vendors.crms import Bitrix24, Kommo
from infra.local.vendors.others import Clover, Evotor
from infra.local.vendors.square import Square
from loyalty.access.keys import ApiKey, Credentials, Endpoint, label
from loyalty.program import document
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from infra.commands.place import Parameters
    from loyalty.store.tables import Tables

PROGRAM = "conformance"
STANDARD, VISITS = "standard", "visits"
TOKENS = {
    "evotor": Evotor().token,
    "clover": Clover().token,
    "square": Square().token,
    "yclients": Salon().token,
    "bitrix24": Bitrix24().token,
    "kommo": Kommo().token,
}
"""What stand-ins are asked with; nobody's real ones."""

_SIGNED_ADDRESS = "https://conformance.example/square"
"""What Square signs beside the body: whatever address was typed into its console."""

_MERCHANTS = {"clover": Clover().merchant, "yclients": str(Salon().company)}


@dataclass(frozen=True, slots=True)
class Door:
    """An address of a till, and its secret."""

    endpoint: str
    secret: str


@dataclass(frozen=True, slots=True)
class Doors:
    """All that a trial needs to know of a deployment.

    Attributes
    ----------
    tills
        Two doors for each vendor.
    key
        A till's key for the API, with which points pay.
    asking
        A door at which redemptions are asked for: what is answered tells the balance.
    stand_ins
        By vendor: the port at which its stand-in has to answer on this machine.
    """

    tills: Mapping[str, tuple[Door, Door]]
    asking: Door
    stand_ins: Mapping[str, int]
    key: str

    def write(self, file: Path) -> None:
        """Keep them where only their owner can read them."""
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> Doors:
        """Read them back.

        Raises
        ------
        Failure
            The file holds none.
        """
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            tills = {
                name: (Door(**first), Door(**second))
                for name, (first, second) in told["tills"].items()
            }
            return cls(tills, Door(**told["asking"]), told["stand_ins"], told["key"])
        except (OSError, ValueError, KeyError, TypeError):
            raise Failure(f"{file} holds no doors: prepare them anew") from None


def prepare(
    tables: Tables,
    parameters: Parameters,
    program: str,
    clock: Callable[[], datetime],
    *,
    stage: str,
    vendors: tuple[str, ...],
    stand_ins: Mapping[str, int],
) -> Doors:
    """Make the trial's program, and doors that nobody has used: secrets are remembered for long."""
    programs = Programs(tables, clock)
    programs.put(document.read_toml(program))
    tills = {
        vendor: (
            _door(tables, parameters, vendor, stand_ins),
            _door(tables, parameters, vendor, stand_ins),
        )
        for vendor in vendors
    }
    key = ApiKey(f"conformance{secrets.token_hex(4)}", PROGRAM, "till")
    text = Credentials(tables).add_key(key, label(stage), secrets.token_hex(20))
    return Doors(tills, _door(tables, parameters, STANDARD, {}), stand_ins, text)


def _door(
    tables: Tables, parameters: Parameters, scheme: str, stand_ins: Mapping[str, int]
) -> Door:
    random = secrets.token_bytes(32)
    standard = scheme in {STANDARD, VISITS}
    secret = f"whsec_{base64.b64encode(random).decode()}" if standard else random.hex()
    name = f"{PROGRAM}-{scheme}-{secrets.token_hex(4)}"
    port = stand_ins.get(scheme)
    address = f"http://127.0.0.1:{port}" if port else ""
    kept: dict[str, Any] = {"secrets": [secret]}
    if port:
        kept["token"] = TOKENS[scheme]
    parameters.write(f"endpoints/{name}", json.dumps(kept))
    merchant = _MERCHANTS.get(scheme, "")
    endpoint = Endpoint(
        name,
        PROGRAM,
        (scheme,),
        scheme,
        notification_url=_SIGNED_ADDRESS if scheme == "square" else "",
        merchant=merchant,
        address=address,
    )
    Credentials(tables).put_endpoint(endpoint)
    return Door(name, secret)


def headers(scheme: str, secret: str, body: bytes, now: datetime, name: str) -> dict[str, str]:
    """Return what a vendor proves itself with; ``name`` is a message's own."""
    seconds = str(int(now.timestamp()))
    mac = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    signed = _SIGNED_ADDRESS.encode() + body
    squared = base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()
    timed = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    made: dict[str, str] = {
        "square": {"x-square-hmacsha256-signature": squared},
        "shopify": {"X-Shopify-Hmac-Sha256": mac},
        "woocommerce": {"X-WC-Webhook-Signature": mac, "X-WC-Webhook-Topic": "order.updated"},
        "stripe": {"Stripe-Signature": f"t={seconds},v1={timed}"},
        "evotor": {"Authorization": f"Bearer {secret}"},
        "iiko": {"Authorization": secret},
        "clover": {"X-Clover-Auth": secret},
    }.get(scheme, {})
    if scheme in {STANDARD, VISITS}:
        signature = Webhook(secret).sign(name, now, body.decode())
        made = {
            "webhook-id": name,
            "webhook-timestamp": seconds,
            "webhook-signature": signature,
        }
    return {"Content-Type": "application/json", "Accept": "application/json", **made}
