"""The one log of what fails on our side: kind and place of an error, never its words.

An exception's words may quote what somebody sent, a secret or an address, and so may those of the
exceptions behind it. `guarded` also keeps them from the line that the runtime writes about an
invocation that failed.
"""

from __future__ import annotations

import re
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from functions.aws.observability import logger

if TYPE_CHECKING:
    from collections.abc import Callable

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")

_PLACES = 8
# A service's own code for what went wrong, such as ThrottlingException or quotaExceeded.
_REASON = re.compile(r"[A-Za-z][A-Za-z._]{0,63}")


class FunctionFailed(Exception):  # noqa: N818 - what happened
    """An invocation failed with an error of that kind; the log says where."""


def log(error: BaseException, what: str, **ids: Any) -> None:
    """Log an error that somebody has to look at; `ids` are ours, such as a program's."""
    logger.error(what, extra={**ids, **_told(error)})


def warn(error: BaseException, what: str, **ids: Any) -> None:
    """Log an error that mends itself, such as a service that is down for a while."""
    logger.warning(what, extra={**ids, **_told(error)})


def guarded(handler: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """Let a failed invocation fail without the words of what went wrong, and log it as we do."""

    @wraps(handler)
    def guard(*event: _Asked.args, **more: _Asked.kwargs) -> _Answer:
        try:
            return handler(*event, **more)
        except Exception as error:  # noqa: BLE001 - whatever it was, its words stay here
            log(error, "invocation failed")
            kind = type(error).__name__
        # Outside the except clause, so that the new error does not carry the old one along.
        raise FunctionFailed(kind)

    return guard


def _told(error: BaseException) -> dict[str, Any]:
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return {"error": type(error).__name__, "reason": _reason(error), "places": places[-_PLACES:]}


def _reason(error: BaseException) -> str | None:
    """Return the code that a service gave (botocore's ClientError, Google's errors)."""
    answer = getattr(error, "response", None)
    coded = answer.get("Error") if isinstance(answer, dict) else None
    reason = coded.get("Code") if isinstance(coded, dict) else getattr(error, "reason", None)
    return reason if isinstance(reason, str) and _REASON.fullmatch(reason) else None
