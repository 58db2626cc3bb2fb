"""Plays a gateway for text messages: a form, an id or a code, HTTP 200 whatever it is.

Modelled on what is known of smsc.ru's ``send.php``: without ``charset`` it reads cp1251; codes 1
(parameters), 2 (login), 3 (no money), 7 (no such number), 9 (repeated too soon). A phone that ends
in 0003 has no money, 0007 is none, 0009 is repeated, 0000 is taken and never answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from infra.local.carriers.answer import LOST, Answer, as_json

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "s3cret"  # noqa: S105 - of a gateway that is none
_BY_PHONE = {"0003": 3, "0007": 7, "0009": 9}


class Gateway:
    """A gateway that people would pay for."""

    def __init__(self, keep: Callable[[dict[str, str]], object]) -> None:
        self._keep = keep
        self._count = 0

    def post(self, body: bytes) -> Answer:
        """Take a text message."""
        try:
            names = parse_qs(body.decode("ascii"), encoding="latin-1", keep_blank_values=True)
        except ValueError:
            return _fault(1)
        sent = {name: values[-1] for name, values in names.items()}
        if sent.get("apikey") != SECRET:
            return _fault(2)
        to, charset = sent.get("phones", ""), sent.get("charset", "cp1251")
        text = sent.get("mes", "").encode("latin-1").decode(charset, "replace")
        if not to or not text or sent.get("fmt") != "3":
            return _fault(1)
        if to[-4:] in _BY_PHONE:
            return _fault(_BY_PHONE[to[-4:]])
        self._count += 1
        kept = {"to": to, "subject": "", "text": text, "by": "gateway", "id": str(self._count)}
        self._keep(kept)
        return LOST if to.endswith("0000") else as_json(200, {"id": self._count, "cnt": 1})


def _fault(code: int) -> Answer:
    return as_json(200, {"error": "refused", "error_code": code})
