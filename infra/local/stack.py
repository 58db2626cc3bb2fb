"""The local shape: everything that a deployment on AWS talks to, on loopback, in one folder.

`Stack(folder, port).start()` brings it up and returns what is also written to `stack.json`;
`stop()` ends every process by signal. Nothing is lost by that: state lies in the folder. Several
stacks live beside each other when folders and ports differ.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra import build
from infra.failures import Failure
from infra.local import deployment, layout, processes, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import TextIO


class Stack:
    """One local shape in one folder.

    Parameters
    ----------
    folder
        Holds all state, keys and logs; made when absent, readable by its owner only.
    port
        The first of six ports, 0 for any that are free; by default (None) that of the last start
        in this folder, or 4100.
    say
        Given the text of the progress as it happens, line ends included.
    """

    def __init__(self, folder: Path, port: int | None, say: Callable[[str], object]) -> None:
        self.folder = folder.resolve()
        self._port = port
        self._say = say
        self._lock: TextIO | None = None
        self._children: list[processes.Child] = []

    def start(self) -> dict[str, Any]:
        """Start everything, deploy and seed what changed, and return the stack's description.

        Raises
        ------
        Failure
            With one sentence for a person; what had been started is stopped again.
        """
        # Nobody else on this machine may read the state: not the files that children make either.
        os.umask(0o077)
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every process by signal, the edge first, and let go of the folder."""
        for child in sorted(self._children, key=lambda child: child.name != "edge"):
            if not processes.stop(child):
                self._say(f"The {child.name} had to be killed; what it kept last is lost.\n")
        self._children.clear()
        if self._lock is not None:
            (self.folder / "processes.json").unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def dead(self) -> processes.Child | None:
        """Return a process that has ended by itself, if there is one."""
        return next((child for child in self._children if child.process.poll() is not None), None)

    def _start(self) -> dict[str, Any]:
        self._claim_folder()
        before = self._read()
        if self._port == 0:
            ports = shape.Ports.free()
        else:
            ports = shape.Ports(self._port or int(before.get("port", shape.DEFAULT_PORT)))
            ports.check()
        layout.readdress(self.folder, int(before.get("port", ports.edge)), ports.edge, shape.PORTS)
        cloud = deployment.Cloud(ports.emulator)
        if not shape.EMULATOR.exists():
            raise Failure("The emulator is not installed: run `make setup`.")
        for service in shape.services(self.folder, ports):  # they start while we build
            self._launch(service)
        with self._step("Building the functions"):
            artifact = build.build(build.target("local"))
        with self._step("Starting the emulator, APNs, the Wallet API and the outbox"):
            for child in self._children:
                is_emulator = child.name == "emulator"
                processes.wait_until(child, lambda: answers(cloud), said=not is_emulator)
        stack = shape.describe(self.folder, ports, before)
        host = self._deploy(cloud, artifact, shape.parameters(stack))
        with self._step("Seeding programs and keys"):
            deployment.put_secrets(cloud, self._secrets(stack))
            stack |= seeded(self.folder, cloud, stack["base_url"], before.get("seeded"))
        with self._step("Opening the edge and waking the functions"):
            edge = self._launch(shape.edge(ports, host))
            processes.wait_until(edge, said=True)
            deployment.wake(cloud)
            call(f"{stack['base_url']}/robots.txt")
        stack["processes"] = {child.name: child.process.pid for child in self._children}
        self._write(stack)
        return stack

    def _claim_folder(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._lock = (self.folder / "lock").open("a+")
        except OSError as error:
            raise Failure(
                f"The folder {self.folder} cannot be used ({error.strerror}); "
                "choose another with FOLDER=…"
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            owner = self._lock.read().strip() or "unknown"
            self._lock.close()
            self._lock = None
            raise Failure(
                f"A stack already runs in {self.folder} (process {owner}); stop it there with "
                "Ctrl-C, or start another one with FOLDER=… and PORT=…"
            ) from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
        processes.stop_leftovers(self.folder / "processes.json")
        layout.bring_up(self.folder)
        # Functions as the emulator unpacked them for the last run; it unpacks them anew.
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        (self.folder / "tmp").mkdir(mode=0o700)
        # Nothing of a running system is source: no check looks into it, nobody commits its keys.
        ignored = self.folder / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n")

    def _launch(self, service: shape.Service) -> processes.Child:
        child = processes.start(service.name, service.command, service.environment, self.folder)
        self._children.append(child)
        processes.remember(self._children, self.folder / "processes.json")
        return child

    def _deploy(
        self, cloud: deployment.Cloud, artifact: Path, parameters: Mapping[str, str]
    ) -> str:
        """Deploy when anything changed since the last time, and return the API's Host header."""
        fingerprint = deployment.fingerprint(artifact, parameters)
        host = cloud.api_host()
        if host is None or cloud.stamp() != fingerprint:
            cloud.put_stamp("")
            with self._step("Deploying serverless.yml"):
                log = self.folder / "logs" / "deploy.log"
                deployment.deploy(cloud, artifact, parameters, log)
                deployment.complete(cloud)
            host = cloud.api_host()
            cloud.put_stamp(fingerprint)
        if host is None:
            raise Failure("The deployment has no HTTP API; look into serverless.yml.")
        return host

    def _secrets(self, stack: Mapping[str, Any]) -> dict[str, str]:
        from infra.local import certificates, wallet  # noqa: PLC0415 - cryptography is slow to load

        chain = certificates.ensure(self.folder / "certificates")
        account = wallet.ensure_service_account(self.folder / "wallet")
        return {
            "apple/certificate": chain.pass_certificate.read_text(),
            "apple/key": chain.pass_key.read_text(),
            "apple/intermediates": chain.intermediate.read_text(),
            "google/service-account": json.dumps(
                {**account, "token_uri": stack["google"]["token_url"]}
            ),
        }

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads((self.folder / "stack.json").read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, stack: Mapping[str, Any]) -> None:
        """Write stack.json at once and readable by its owner only: it holds keys."""
        draft = self.folder / "stack.json.new"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(stack, file, indent=2, ensure_ascii=False)
        draft.replace(self.folder / "stack.json")

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        """Say what is being done while it is done, and how long it took."""
        self._say(f"  {what} … ")
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self._say("\n")
            raise
        self._say(f"{time.monotonic() - began:.1f} s\n")


def seeded(
    folder: Path, cloud: deployment.Cloud, base_url: str, before: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return what a person and a till need to know of the seeded programs (see infra/seed.py)."""
    from infra.seed import Made, seed  # noqa: PLC0415 - it loads the whole business
    from loyalty.store.dynamodb import DynamoTables  # noqa: PLC0415

    tables = DynamoTables(
        cloud.client("dynamodb"),
        {"state": deployment.STATE_TABLE, "ledger": deployment.LEDGER_TABLE},
    )
    return seed(
        tables,
        lambda name, value: deployment.put_new_secret(cloud, name, value),
        Made.keep(folder / "secrets.json"),
        base_url,
        lambda: datetime.now(UTC),
        before=before or {},
    )


def answers(cloud: deployment.Cloud) -> bool:
    """Tell whether the emulator takes requests."""
    try:
        call(f"{cloud.endpoint_url}/_ministack/ready")
    except Failure:
        return False
    return True


def call(url: str) -> None:
    """Make sure that an address on this machine answers well."""
    try:
        with urllib.request.urlopen(url, timeout=processes.PATIENCE):  # noqa: S310 - loopback
            return
    except OSError as error:
        raise Failure(f"{url} does not answer as it should ({error}); see the logs.") from None
