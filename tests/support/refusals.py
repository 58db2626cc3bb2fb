"""Expect a refusal by its code."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def refused(code: str, match: str | None = None) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Expect a refusal of that code; ``match`` is searched in its sentence."""
    with pytest.raises(Refusal, match=match) as caught:
        yield caught
    assert caught.value.code == code
