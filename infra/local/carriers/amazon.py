"""Plays SES (SendEmail) and AWS End User Messaging (SendTextMessage), with what they refuse.

By address: ``throttled…@`` is refused once, ``paused…@`` always, ``lost…@`` is taken and never
answered; a phone that ends in 0001 has opted out, 0002 costs too much, for 0003 there is no money,
0009 is taken and never answered. Sources: service models ``sesv2``, ``pinpoint-sms-voice-v2``.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any

from infra.local.carriers.answer import LOST, Answer, as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SENDER = "cards@example.com"
MAIL_PATH = "/ses/v2/email/outbound-emails"
LONGEST_TEXT = 1600
_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,255}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_CLICK = re.compile(r"<https?://[!-~]+>")
_PRICE = re.compile(r"[0-9]{0,2}\.[0-9]{1,8}|[0-9]{1,2}")


class Mail:
    """Amazon SES, version 2."""

    def __init__(self, keep: Callable[[dict[str, str]], object]) -> None:
        self._keep = keep
        self._throttled: set[str] = set()

    def post(self, body: bytes) -> Answer:
        """Take an e-mail."""
        try:
            sent = json.loads(body)
            to = sent["Destination"]["ToAddresses"][0]
            simple = sent["Content"]["Simple"]
            subject, text = simple["Subject"]["Data"], simple["Body"]["Text"]["Data"]
            headers = {one["Name"]: one["Value"] for one in simple.get("Headers", ())}
        except (ValueError, KeyError, TypeError, IndexError):
            return _mail_fault("BadRequestException")
        fault = self._refused(str(sent.get("FromEmailAddress")), to, subject, headers)
        if fault:
            return _mail_fault(fault, 429 if fault.startswith("TooMany") else 400)
        name = secrets.token_hex(16)
        self._keep(
            {"to": to, "subject": subject, "text": text, "by": "email", "id": name}
            | {f"header {one}": value for one, value in headers.items()}
        )
        return LOST if to.startswith("lost") else as_json(200, {"MessageId": name})

    def _refused(self, sender: str, to: str, subject: str, headers: Mapping[str, str]) -> str:
        """Return why an e-mail is not taken; empty where it is."""
        click = headers.get("List-Unsubscribe")
        if sender != SENDER:
            return "MailFromDomainNotVerifiedException"
        if not _ADDRESS.fullmatch(to) or "\n" in subject or (click and not _CLICK.fullmatch(click)):
            return "BadRequestException"
        if to.startswith("throttled") and to not in self._throttled:
            self._throttled.add(to)
            return "TooManyRequestsException"
        return "SendingPausedException" if to.startswith("paused") else ""


class Texts:
    """AWS End User Messaging SMS and Voice, version 2."""

    def __init__(self, keep: Callable[[dict[str, str]], object]) -> None:
        self._keep = keep

    def post(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Take a text message."""
        if headers.get("X-Amz-Target") != "PinpointSMSVoiceV2.SendTextMessage":
            return _text_fault("ValidationException", "UNKNOWN_OPERATION")
        try:
            sent = json.loads(body)
        except ValueError:
            return _text_fault("ValidationException", "CANNOT_PARSE")
        to, text = str(sent.get("DestinationPhoneNumber")), str(sent.get("MessageBody", ""))
        known = _PHONE.fullmatch(to) and sent.get("OriginationIdentity")
        if not known or not 0 < len(text) <= LONGEST_TEXT:
            return _text_fault("ValidationException", "INVALID_PARAMETER")
        if not _PRICE.fullmatch(sent.get("MaxPrice", "1")):
            return _text_fault("ValidationException", "INVALID_PARAMETER")
        fault = _BY_PHONE.get(to[-4:])
        if fault:
            return _text_fault(*fault)
        name = secrets.token_hex(16)
        kept = {"to": to, "subject": "", "text": text, "by": "sms", "id": name}
        named = sent.get("ConfigurationSetName")
        self._keep(kept | ({"configuration_set": str(named)} if named else {}))
        return LOST if to.endswith("0009") else as_json(200, {"MessageId": name})


_BY_PHONE: Mapping[str, tuple[str, str]] = {
    "0001": ("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
    "0002": ("ValidationException", "PRICE_OVER_THRESHOLD"),
    "0003": ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
}


def _mail_fault(code: str, status: int = 400) -> Answer:
    return as_json(status, {"message": "Refused."}, x_amzn_ErrorType=code)


def _text_fault(code: str, reason: str) -> Answer:
    content: dict[str, Any] = {"__type": code, "Message": "Refused.", "Reason": reason}
    return as_json(400, content)
