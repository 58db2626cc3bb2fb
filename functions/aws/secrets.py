"""Secrets of the parameter store (SSM), each kept for a while."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


class SecretMissing(LookupError):  # noqa: N818
    """There is no secret of that name."""


class SecretUnreadable(Exception):  # noqa: N818
    """It cannot be read now; the cause says why."""


class Secrets:
    """Reads secrets, and again after so many seconds.

    Parameters
    ----------
    client
        Of SSM.
    clock
        Seconds that only grow.
    """

    def __init__(
        self, client: Any, keep: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._keep = keep
        self._clock = clock
        self._kept: dict[str, tuple[float, str]] = {}

    def read(self, path: str, *, fresh: bool = False) -> str:
        """Return the secret at a path; from the store itself where `fresh`.

        Raises
        ------
        SecretMissing
            There is none.
        SecretUnreadable
            It cannot be read now.
        """
        now = self._clock()
        until, text = self._kept.get(path, (now, ""))
        if now < until and not fresh:
            return text
        try:
            answer = self._client.get_parameter(Name=path, WithDecryption=True)
        except self._client.exceptions.ParameterNotFound:
            self._kept.pop(path, None)
            raise SecretMissing(path) from None
        except (ClientError, BotoCoreError) as error:
            raise SecretUnreadable(type(error).__name__) from error
        text = str(answer["Parameter"]["Value"])
        self._kept[path] = now + self._keep, text
        return text
