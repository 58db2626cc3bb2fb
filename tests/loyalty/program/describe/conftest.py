from __future__ import annotations

import pytest

from loyalty.program.describe import reach


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the ways that nobody has opened yet, so that their sentences can be read."""
    monkeypatch.setattr(reach, "REFERRALS", True)
