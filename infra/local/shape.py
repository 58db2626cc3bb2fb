"""What the local shape consists of: its ports, its processes, and how it describes itself."""

from __future__ import annotations

import os
import random
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.build import ROOT
from infra.failures import Failure
from infra.local import deployment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT_PORT = 4100
LAST_PORT = 65535
PORTS = 6  # in a row
EMULATOR = ROOT / ".tools" / "ministack" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Service:
    """A process of the local shape: prints ``ready …``, ends on SIGTERM and keeps its state."""

    name: str
    command: list[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ports:
    """Six ports in a row, beginning with the one that people type."""

    edge: int

    @property
    def emulator(self) -> int:
        return self.edge + 1

    @property
    def apns(self) -> int:
        return self.edge + 2

    @property
    def apns_inspect(self) -> int:
        return self.edge + 3

    @property
    def wallet(self) -> int:
        return self.edge + 4

    @property
    def outbox(self) -> int:
        return self.edge + 5

    @classmethod
    def free(cls) -> Ports:
        """Return six ports in a row that nobody listens on just now."""
        for _ in range(100):
            ports = cls(random.randrange(20000, 30000, 6))  # noqa: S311 - below what systems hand out
            with suppress(Failure):
                ports.check()
                return ports
        raise Failure("No six free ports in a row were found; name the first with PORT=…")

    def check(self) -> None:
        """Make sure that nobody listens on any of the ports.

        Raises
        ------
        Failure
            Naming the port, and how to choose others.
        """
        if not 0 < self.edge <= LAST_PORT - 5:
            raise Failure(f"{self.edge} is no port to begin with; choose one with PORT=…")
        for port in range(self.edge, self.edge + PORTS):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise Failure(
                        f"Port {port} of 127.0.0.1 is taken (ports {self.edge} to "
                        f"{self.edge + 5} are needed); choose others with PORT=…, "
                        f"for example PORT={self.edge + 100 if self.edge < 65000 else 4100}."  # noqa: PLR2004
                    ) from None


def services(folder: Path, ports: Ports) -> list[Service]:
    """Return everything that can start before the functions are deployed, the emulator first."""
    emulator = {
        **deployment.CREDENTIALS,
        "AUTH": "true",  # roles are enforced: a missing permission fails here as it would on AWS
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": deployment.REGION,
        "GATEWAY_PORT": str(ports.emulator),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "emulator"),
        "TMPDIR": str(folder / "tmp"),
        **{name: os.environ[name] for name in ("SAVE_EVERY",) if name in os.environ},
        # Listeners on ports of their own that nothing here uses.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }

    def ours(name: str, module: str, *options: str) -> Service:
        command = [sys.executable, "-m", module, *options]
        return Service(name, command, {"PYTHONUNBUFFERED": "1"})

    return [
        Service("emulator", [str(EMULATOR), str(ROOT / "infra/local/emulator.py")], emulator),
        ours(
            "APNs",
            "infra.local.apns",
            *("--port", str(ports.apns), "--inspect-port", str(ports.apns_inspect)),
            *("--folder", str(folder)),
        ),
        ours(
            "Wallet API",
            "infra.local.wallet",
            *("--port", str(ports.wallet), "--folder", str(folder / "wallet")),
        ),
        ours(
            "outbox",
            "infra.local.outbox",
            *("--port", str(ports.outbox), "--folder", str(folder / "outbox")),
        ),
    ]


def edge(ports: Ports, host: str) -> Service:
    """Return the process in front of the deployed HTTP API."""
    where = ["--port", str(ports.edge), "--upstream", f"127.0.0.1:{ports.emulator}", "--host", host]
    return Service(
        "edge", [sys.executable, "-m", "infra.local.edge", *where], {"PYTHONUNBUFFERED": "1"}
    )


def describe(folder: Path, ports: Ports, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stack's description: what an earlier run wrote, with the addresses of this one."""
    from infra.local import certificates, wallet  # noqa: PLC0415 - cryptography is slow to load

    chain = certificates.ensure(folder / "certificates")
    account = wallet.ensure_service_account(folder / "wallet")
    cloud = deployment.Cloud(ports.emulator)
    wallet_url = f"http://127.0.0.1:{ports.wallet}"
    return {
        **before,
        "port": ports.edge,
        "folder": str(folder),
        "base_url": f"http://127.0.0.1:{ports.edge}",
        "apple": {
            "pass_type_identifier": chain.pass_type_identifier,
            "team_identifier": chain.team_identifier,
            "root_certificate": str(chain.root),
        },
        "apns": {
            "url": f"https://127.0.0.1:{ports.apns}",
            "inspect_url": f"http://127.0.0.1:{ports.apns_inspect}",
        },
        "google": {
            "api_url": wallet_url,
            "inspect_url": f"{wallet_url}/inspect",
            "save_url": f"{wallet_url}/gp/v/save",
            "callback_keys_url": f"{wallet_url}/gp/m/issuer/keys",
            "token_url": f"{wallet_url}/token",
            "issuer_id": wallet.ISSUER_ID,
            "service_account_email": account["client_email"],
        },
        "outbox": {"url": f"http://127.0.0.1:{ports.outbox}"},
        "aws": {
            "endpoint_url": cloud.endpoint_url,
            "region": deployment.REGION,
            "access_key_id": deployment.CREDENTIALS["AWS_ACCESS_KEY_ID"],
            "secret_access_key": deployment.CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            "state_table": deployment.STATE_TABLE,
            "ledger_table": deployment.LEDGER_TABLE,
            "keys_table": deployment.KEYS_TABLE,
            "inbox_queue_url": cloud.queue_url("inbox"),
            "apple_queue_url": cloud.queue_url("apple"),
            "google_queue_url": cloud.queue_url("google.fifo"),
            "telling_queue_url": cloud.queue_url("telling.fifo"),
            "sending_queue_url": cloud.queue_url("sending.fifo"),
            "figures_queue_url": cloud.queue_url("figures"),
            "campaigns_queue_url": cloud.queue_url("campaigns"),
            "offers_queue_url": cloud.queue_url("offers.fifo"),
            "secrets_path": deployment.SECRETS_PATH,
        },
    }


def parameters(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return what infra/stages/local.yml asks for."""
    return {
        "base-url": stack["base_url"],
        "aws-endpoint-url": stack["aws"]["endpoint_url"],
        "apns-url": stack["apns"]["url"],
        "apns-root-certificate": stack["apple"]["root_certificate"],
        "google-api-url": stack["google"]["api_url"],
        "google-token-url": stack["google"]["token_url"],
        "google-save-url": stack["google"]["save_url"],
        "google-callback-keys-url": stack["google"]["callback_keys_url"],
        "outbox-url": stack["outbox"]["url"],
        "telegram-url": f"{stack['outbox']['url']}/telegram",
        "drand-url": f"{stack['outbox']['url']}/drand",
        "ses-url": f"{stack['outbox']['url']}/ses",
        "sms-url": f"{stack['outbox']['url']}/sms",
    }
