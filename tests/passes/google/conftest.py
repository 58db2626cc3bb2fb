from __future__ import annotations

from tests.support.google_fixtures import account_file, google, start_google, world

__all__ = ["account_file", "google", "start_google", "world"]
