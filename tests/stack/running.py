"""A stack of a test's own: its own process, ports and folder, stopped by signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0  # seconds that a start may take on a busy machine


class RunningStack:
    """``python -m infra.run`` in a folder.

    Queues give a failed message again after `repeat_after` seconds instead of 60, to save waiting.
    The emulator saves every `save_every` seconds: a stack that nobody kills need not.
    """

    def __init__(self, folder: Path, repeat_after: int, save_every: int = 20) -> None:
        self.folder = folder
        self.repeat_after = repeat_after
        self.save_every = save_every
        self.log = folder.parent / f"{folder.name}.log"
        self.description: dict[str, Any] = {}
        self.seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> dict[str, Any]:
        """Start it (again), wait until it is ready, and return its description."""
        began = time.monotonic()
        command = [sys.executable, "-m", "infra.run", "--folder", str(self.folder)]
        if not self.description:
            command += ["--port", "0"]  # free ones, and the same again after a stop
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "SAVE_EVERY": str(self.save_every)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while "Ready in" not in self.log.read_text():
            if self._process.poll() is not None or time.monotonic() - began > PATIENCE:
                output = self.log.read_text()
                self.stop()
                raise AssertionError(f"the stack did not start:\n{output}")
            time.sleep(0.05)
        self.seconds = time.monotonic() - began
        self.description = json.loads((self.folder / "stack.json").read_text())
        self._repeat_sooner()
        return self.description

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            assert self._process.wait(timeout=60) == 0, self.log.read_text()
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._process = None

    def story(self, lines: int = 25) -> str:
        """Return what the stack and its parts said last, for a test that failed."""
        parts = [self.log, self.folder / "logs" / "emulator.log"]
        told = []
        for part in parts:
            if part.exists():
                last = part.read_text(errors="replace").splitlines()[-lines:]
                told.append(f"--- {part.name}\n" + "\n".join(line[:400] for line in last))
        return "\n".join(told)

    def _repeat_sooner(self) -> None:
        aws = self.description["aws"]
        client = boto3.client(
            "sqs",
            endpoint_url=aws["endpoint_url"],
            region_name=aws["region"],
            aws_access_key_id=aws["access_key_id"],
            aws_secret_access_key=aws["secret_access_key"],
        )
        for queue in ("inbox_queue_url", "apple_queue_url", "google_queue_url"):
            client.set_queue_attributes(
                QueueUrl=aws[queue], Attributes={"VisibilityTimeout": str(self.repeat_after)}
            )
