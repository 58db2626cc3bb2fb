"""A gateway for text messages that speaks HTTP: any, as its owner describes it. Pure.

Gateways agree on little but that a form or a JSON object is posted and something comes back that
holds an id or a code (reference: smsc.ru ``/sys/send.php``, sms.ru ``/sms/send``). A code that the
owner has not named means ``unknown``: such a message is never sent again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from loyalty.messages import Ended, Handed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.messages import Offer

NAMES: Final = ("to", "text", "secret", "sender")
"""What may stand in braces in a field that is sent."""
_OK, _TOO_MANY = range(200, 300), 429
_DENIED: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Gateway:
    """How a gateway is spoken to.

    Attributes
    ----------
    form
        A form is posted, else a JSON object.
    fields
        What is posted: names, and values in which {to}, {text}, {secret} and {sender} are filled.
    id, code
        JSON pointers (RFC 6901) into its answer.
    codes
        What a code means. Without a code, and with an id, it was accepted.
    """

    url: str
    form: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)
    id: str = "/id"
    code: str = ""
    codes: Mapping[str, Ended] = field(default_factory=dict)


def request(gateway: Gateway, offer: Offer, secret: str, sender: str) -> tuple[str, str]:
    """Return body and content type of what is posted. Phones stand in it, never in the address."""
    filled = {"to": offer.to, "text": offer.text, "secret": secret, "sender": sender}
    values = {name: _filled(value, filled) for name, value in gateway.fields.items()}
    if gateway.form:
        return urlencode(values), "application/x-www-form-urlencoded; charset=utf-8"
    return json.dumps(values, ensure_ascii=False), "application/json"


def ended(gateway: Gateway, status: int, content: bytes) -> Handed:
    """Return how it ended; ``status`` is 0 where nothing was said."""
    if status == _TOO_MANY:
        return Handed("later", seconds=60, reason="429")
    if status in _DENIED:
        return Handed("down", reason=str(status))
    try:
        answer = json.loads(content)
    except ValueError:
        return Handed("unknown", reason=str(status))
    code = at(answer, gateway.code) if gateway.code else None
    if code is not None and str(code) in gateway.codes:
        return Handed(gateway.codes[str(code)], id=text_at(answer, gateway.id), reason=str(code))
    if code is None and status in _OK and text_at(answer, gateway.id):
        return Handed("accepted", id=text_at(answer, gateway.id))
    return Handed("unknown", reason=str(status) if code is None else str(code)[:40])


def _filled(value: str, names: Mapping[str, str]) -> str:
    # One pass: what somebody is called may not be filled in again.
    found, rest = "", value
    while True:
        at = min(
            ((rest.find(f"{{{one}}}"), one) for one in NAMES if f"{{{one}}}" in rest), default=None
        )
        if at is None:
            return found + rest
        place, name = at
        found += rest[:place] + names[name]
        rest = rest[place + len(name) + 2 :]


def text_at(answer: Any, pointer: str) -> str:
    """Return the text or number that a JSON pointer leads to; empty for neither."""
    found = at(answer, pointer) if pointer else None
    return str(found)[:100] if isinstance(found, str | int) and found != "" else ""


def at(answer: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to; None for nothing."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(answer, dict):
            answer = answer.get(name)
        elif isinstance(answer, list) and name.isdigit() and int(name) < len(answer):
            answer = answer[int(name)]
        else:
            return None
    return answer
