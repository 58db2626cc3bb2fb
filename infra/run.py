"""``make run``: the whole system on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.failures import Failure, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOK = 0.25  # seconds between looks at the processes


def main(arguments: list[str] | None = None) -> int:
    """Start the stack, tell where to click, wait for a signal, stop. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make run", description="Run everything on this machine.")
    parser.add_argument(
        "--port", type=int, help="first of six ports, 0: any; as last time, or 4100"
    )
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="where state is kept")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    say(f"Starting the loyalty system in {options.folder} (Ctrl-C stops it, nothing is lost)\n")
    # Loopback is never reached through a proxy, whatever this shell is set to.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    stop = threading.Event()
    for received in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(received, interrupt)

    from infra.local.stack import Stack  # noqa: PLC0415 - the first words come before slow imports

    stack = Stack(options.folder, options.port, say)
    try:
        say(welcome(stack.start(), time.monotonic() - began))
        while (dead := stack.dead()) is None:
            stop.wait(LOOK)
        raise Failure(  # noqa: TRY301 - the same end as that of a failed start
            f"The {dead.name} ended by itself (status {dead.process.returncode}); "
            f"its log is {dead.log}."
        )
    except KeyboardInterrupt:
        for received in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(received, signal.SIG_IGN)
        say("\nStopping … ")
        began = time.monotonic()
        stack.stop()
        say(f"{time.monotonic() - began:.1f} s. The same command goes on from here.\n")
        return 0
    except Exception as error:  # noqa: BLE001 - a sentence for a person, whatever it is
        stack.stop()
        print(f"Cannot run: {sentence(error)}", file=sys.stderr, flush=True)
        return 1


def interrupt(*_: object) -> None:
    """Leave whatever is being done, cleanly."""
    raise KeyboardInterrupt


def say(text: str) -> None:
    print(text, end="", flush=True)


def welcome(stack: Mapping[str, Any], seconds: float) -> str:
    """Return where to click and how to stop."""
    return f"""
Ready in {seconds:.0f} s.

  Owner's console {stack["console"]["link"]}
                  (lets you in once, for 15 minutes; afterwards {stack["console"]["url"]})
  Get a card      {join_url(stack)}
  Messages sent   {stack["outbox"]["url"]}/
  Google Wallet   {stack["google"]["api_url"]}/
  Apple pushes    {stack["apns"]["inspect_url"]}/pushes
  Keys, addresses {stack["folder"]}/stack.json
  Logs            {stack["folder"]}/logs/

In another terminal: make demo. Stop with Ctrl-C here.
"""


def join_url(stack: Mapping[str, Any]) -> str:
    """Return the address behind the QR code of the first shop's counter."""
    shops = stack.get("locations") or [stack]
    return str(shops[0].get("join_url", stack["base_url"]))


if __name__ == "__main__":
    raise SystemExit(main())
