"""Tills that report by the API: they have no address, and are watched under a name of their own."""

from __future__ import annotations

from loyalty.access.keys import Endpoint

SCHEME = "api"
_BEGIN = f"{SCHEME}."  # no address of a till has a dot in its name


def watched(program: str, source: str) -> Endpoint:
    """Return what stands for a till by its name in the program, where addresses stand."""
    return Endpoint(f"{_BEGIN}{source}", program, (source,), SCHEME)


def read(program: str, name: str) -> Endpoint | None:
    """Return what stands for the till of such a name; None where an address is meant."""
    source = name.removeprefix(_BEGIN)
    return None if source == name else watched(program, source)
