"""Carriers of offers that AWS runs: SES for e-mail, End User Messaging for text messages.

Sources: the service models ``sesv2`` (SendEmail, its Headers) and ``pinpoint-sms-voice-v2``
(SendTextMessage, reasons of its exceptions) of botocore; RFC 8058 for one click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from loyalty.messages import Handed

if TYPE_CHECKING:
    from loyalty.messages import Ended, Offer

_NOT_SENT: Final = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)
_SOON: Final = 5
"""Seconds until what AWS throttles is tried again: it names none."""

_MAIL: Final[dict[str, Ended]] = {
    "TooManyRequestsException": "later",
    "LimitExceededException": "later",
    "ThrottlingException": "later",
    "SendingPausedException": "down",
    "AccountSuspendedException": "down",
    "MailFromDomainNotVerifiedException": "down",
    "AccessDeniedException": "down",
    "NotFoundException": "down",
    "MessageRejected": "refused",
    "BadRequestException": "refused",
}
_TEXT: Final[dict[str, Ended]] = {
    "ThrottlingException": "later",
    "InternalServerException": "later",
    "AccessDeniedException": "down",
    "ResourceNotFoundException": "down",
    "ServiceQuotaExceededException": "down",
    "ValidationException": "refused",
    "ConflictException": "refused",
}
_REASONS: Final[dict[str, Ended]] = {
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": "opted_out",
    "DESTINATION_COUNTRY_BLOCKED": "refused",
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": "down",
    "SENDER_ID_REQUIRES_REGISTRATION": "down",
    "INVALID_PARAMETER": "refused",
}
"""By the reason of an exception, which says more than its name."""


class MailCarrier:
    """E-mail by Amazon SES."""

    def __init__(self, client: Any, sender: str, configuration_set: str = "") -> None:
        self._client = client
        self._sender = sender
        self._set = configuration_set

    def offer(self, offer: Offer) -> Handed:
        """Send an e-mail that ends by one click; see ``OfferChannel.offer``."""
        headers = [
            {"Name": "List-Unsubscribe", "Value": f"<{offer.stop}>"},
            {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
        ]
        content = {
            "Subject": _utf8(" ".join(offer.subject.split())),
            "Body": {"Text": _utf8(offer.text)},
            "Headers": headers,
        }
        more = {"ConfigurationSetName": self._set} if self._set else {}
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [offer.to]},
                Content={"Simple": content},
                **more,
            )
        except (ClientError, BotoCoreError) as error:
            return _ended(error, _MAIL)
        return Handed("accepted", id=str(answer["MessageId"]))


class TextCarrier:
    """Text messages by AWS End User Messaging."""

    def __init__(
        self, client: Any, sender: str, most: str = "", configuration_set: str = ""
    ) -> None:
        self._client = client
        self._sender = sender
        self._most = most
        self._set = configuration_set

    def offer(self, offer: Offer) -> Handed:
        """Send a text message, of at most a price; see ``OfferChannel.offer``."""
        more = {"MaxPrice": self._most} if self._most else {}
        if self._set:
            more["ConfigurationSetName"] = self._set
        try:
            answer = self._client.send_text_message(
                DestinationPhoneNumber=offer.to,
                OriginationIdentity=self._sender,
                MessageBody=offer.text,
                MessageType="PROMOTIONAL",
                TimeToLive=24 * 3600,
                **more,
            )
        except (ClientError, BotoCoreError) as error:
            return _ended(error, _TEXT)
        return Handed("accepted", id=str(answer["MessageId"]))


def _ended(error: ClientError | BotoCoreError, codes: dict[str, Ended]) -> Handed:
    """Return what an error of AWS means; its words may quote an address, so none are kept."""
    if isinstance(error, _NOT_SENT):
        return Handed("later", seconds=60, reason=type(error).__name__)
    if not isinstance(error, ClientError):
        return Handed("unknown", reason=type(error).__name__)
    code = str(error.response.get("Error", {}).get("Code", ""))
    reason = str(error.response.get("Reason", ""))
    how = _REASONS.get(reason) or codes.get(code, "unknown")
    return Handed(how, seconds=_SOON if how == "later" else 0, reason=(reason or code)[:60])


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
