"""Judge a .pkpass by what Wallet is known to refuse, before a customer's phone does.

Phones refuse a pass without a word, so the rules are checked here: 1 to 30 of docs/apple.md (rule
31 is about the web service and is held by its own tests).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from passes.apple.linter import archive, document, fields, values
from passes.apple.linter.findings import Finding, Severity, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cryptography import x509

__all__ = ["Finding", "Severity", "lint"]


def lint(
    content: bytes,
    now: datetime,
    *,
    roots: Sequence[x509.Certificate] = (),
    previous: bytes | None = None,
    development: bool = False,
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a pass, by rule.

    Parameters
    ----------
    content
        The .pkpass file.
    now
        Aware instant at which the certificates must be valid.
    roots
        Where the certificate chain may end; without any, its end is not checked (and said so).
    previous
        An earlier .pkpass of the same card: what may never change is compared.
    development
        Whether http is fine on loopback.

    Raises
    ------
    ValueError
        The earlier file is no pass.
    """
    return tuple(
        sorted(
            _findings(content, now, roots, previous, development=development),
            key=lambda one: (one.rule, one.where),
        )
    )


def _findings(
    content: bytes,
    now: datetime,
    roots: Sequence[x509.Certificate],
    previous: bytes | None,
    *,
    development: bool,
) -> Iterator[Finding]:
    files, found = archive.read(content)
    yield from found
    if not files:
        return
    yield from archive.check(files)
    if "pass.json" not in files:
        return
    try:
        told = document.load(files["pass.json"])
    except (ValueError, RecursionError) as fault:
        yield error(12, "pass.json", f"it is not strict JSON ({fault})", "Write JSON in UTF-8")
        return
    earlier = None if previous is None else earlier_document(previous)
    yield from values.check(told)
    yield from document.check(told, earlier, development=development)
    yield from fields.check(told)
    from passes.apple.linter import signature  # noqa: PLC0415 - its parser is not deployed

    yield from signature.check(files, told, now, roots)


def earlier_document(previous: bytes) -> dict[str, Any]:
    """Return the document of an earlier pass.

    Raises
    ------
    ValueError
        It is no pass; the message is a sentence.
    """
    files, found = archive.read(previous)
    if "pass.json" not in files:
        why = found[0].what if found else "it is empty"
        raise ValueError(f"the previous pass cannot be read: {why}")
    try:
        return document.load(files["pass.json"])
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"the previous pass cannot be read: pass.json: {fault}") from fault
