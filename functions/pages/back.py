"""Where pages of a card lead: to what stands behind it, and back. Whoever has its link, has it."""

from __future__ import annotations

from urllib.parse import urlencode


def behind(link: str, language: str, show: str, of: str, said: str = "") -> str:
    """Return the address of a page behind a card: ``show`` is its kind, ``of`` what it is about."""
    kept = {"show": show, "of": of, "language": language, "said": said}
    return f"/c/{link}?{urlencode({name: value for name, value in kept.items() if value})}"


def to_card(link: str, language: str) -> str:
    """Return the address of the card itself; empty for who has come by another way."""
    return f"/c/{link}?{urlencode({'language': language})}" if link else ""


def asked(token: str, link: str, language: str, said: str = "") -> str:
    """Return where a member answers: behind their card, or at an address of its own."""
    if link:
        return behind(link, language, "ask", token, said)
    kept = {"language": language, **({"said": said} if said else {})}
    return f"/ask/{token}?{urlencode(kept)}"


def kept(link: str, show: str, of: str) -> dict[str, str]:
    """Return what the same page in another language has to keep in its address."""
    return {"show": show, "of": of} if link else {}
