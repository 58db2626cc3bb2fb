"""What went wrong, said in one sentence to the person at the command line."""

from __future__ import annotations


class Failure(Exception):  # noqa: N818 - it is shown to people, who do not speak of errors
    """A problem that its reader can mend; the message says what is wrong, where, and what to do."""

    @property
    def sentence(self) -> str:
        """Return the message with one full stop."""
        return str(self).rstrip(". \n") + "."
