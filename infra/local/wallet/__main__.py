"""Run the local Wallet API until a signal ends it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from infra.local.wallet import schema
from infra.local.wallet.server import WalletServer


def main() -> int:
    """Serve on loopback; print one line when ready."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.wallet", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free port")
    parser.add_argument("--folder", type=Path, required=True, help="where state is kept")
    options = parser.parse_args()
    try:
        server = WalletServer(options.folder, options.port)
    except OSError as error:
        print(f"The local Wallet API cannot start: {error}.", file=sys.stderr)
        return 1

    def stop(*_: object) -> None:
        # shutdown() waits for the loop in this very thread to end, so another one asks for it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not schema.available():
        print("google-api-python-client is not installed: bodies are not checked by schema.")
    print(f"ready {server.url}", flush=True)
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
