"""What went wrong, said in one sentence to the person at the command line."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# By name: whoever says these words must not have to load the store before.
_STORE = {
    "Cancelled": "somebody else changed the same thing at this moment: look, and try again.",
    "OutcomeUnknown": "no answer came; it may have been written or not: look, and try again.",
    "ReadsRefused": "the database is too busy to be read: try again in a minute.",
}


class Failure(Exception):  # noqa: N818 - it is shown to people, who do not speak of errors
    """A problem that its reader can mend; the message says what is wrong, where, and what to do."""

    @property
    def sentence(self) -> str:
        """Return the message with one full stop, or with the question mark that it ends with."""
        return _ended(str(self))


def _ended(words: str) -> str:
    words = words.rstrip(". \n")
    return words if words.endswith("?") else f"{words}."


def sentence(error: Exception) -> str:
    """Return what any exception means to a person: the last resort, instead of a traceback."""
    if words := _known(error):
        return words
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}; check the path, its owner and its mode."
    if isinstance(error, RecursionError):
        return "what was given is nested too deeply; make it flatter."
    if os.environ.get("LOYALTY_TRACEBACK"):
        traceback.print_exception(error)
    return (
        f"a fault of ours ({type(error).__name__} at {_place(error)}); run it again with "
        "LOYALTY_TRACEBACK=1 before it, and report what it says."
    )


def _known(error: Exception) -> str:
    """Return the words of what is raised in order to be told; empty for the rest."""
    module, name = type(error).__module__, type(error).__name__
    if isinstance(error, Failure):
        return error.sentence
    if module.startswith("loyalty.store"):
        return _STORE.get(name, "")
    if module == "loyalty.refusals":
        return _ended(f"{error}")
    if module.startswith(("botocore", "boto3")):
        from infra.commands import aws  # noqa: PLC0415 - slow to import

        return aws.sentence(error)
    return ""


def _place(error: Exception) -> str:
    """Return where in our own code it happened."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(f"{ROOT}/") and "/.venv/" not in frame.filename
    ]
    return f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else "its edge"
