"""How much the long suites try: a part in ``make test``, everything in ``make test-full``."""

from __future__ import annotations

import os

FULL = os.environ.get("TESTS") == "full"
