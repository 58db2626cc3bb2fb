"""The message port's adapters: SES on AWS, the outbox on one machine, nobody where none is set."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from loyalty.refusals import MessageNotSent

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.messages import Contact, Message, MessageChannel

OUTBOX_SECONDS = 5


class SesClient(Protocol):
    """The one call used of boto3's ``sesv2`` client."""

    def send_email(self, **arguments: Any) -> Any:
        """See the SES API version 2, SendEmail."""
        ...


class _Settings(Protocol):
    """What the choice of a channel depends on."""

    @property
    def message_channel(self) -> str: ...
    @property
    def sender_address(self) -> str: ...
    @property
    def outbox_url(self) -> str: ...


class NoChannel:
    """Where no channel is configured: reaches nobody, and staff recover cards."""

    def reaches(self, contact: Contact) -> bool:  # noqa: ARG002 - the port's shape
        """Return False."""
        return False

    def send(self, message: Message) -> None:  # noqa: ARG002 - the port's shape
        """Raise MessageNotSent."""
        raise MessageNotSent("No message channel is configured; set MESSAGE_CHANNEL.")


class SesChannel:
    """E-mail through Amazon SES. Phones have no channel here yet."""

    def __init__(self, client: SesClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def reaches(self, contact: Contact) -> bool:
        """Return whether the contact is an e-mail address."""
        return contact.kind == "email"

    def send(self, message: Message) -> None:
        """Send one e-mail; see `MessageChannel.send`."""
        if not self.reaches(message.to):
            raise MessageNotSent("Amazon SES reaches e-mail addresses only.")
        body = {"Text": _utf8(message.text)}
        if message.html is not None:
            body["Html"] = _utf8(message.html)
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [message.to.value]},
                Content={"Simple": {"Subject": _utf8(_one_line(message.subject)), "Body": body}},
            )
        except ClientError as error:
            # The error's own sentence may quote the address, so only its code goes on.
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise MessageNotSent(f"Amazon SES refused the e-mail: {code}.") from None
        except BotoCoreError as error:
            raise MessageNotSent(f"Amazon SES gave no answer: {type(error).__name__}.") from None


class OutboxChannel:
    """Everything goes to the outbox page of the local stack."""

    def __init__(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"OUTBOX_URL has to start with http:// or https://, not {url!r}.")
        self._url = url.rstrip("/")

    def reaches(self, contact: Contact) -> bool:  # noqa: ARG002 - the port's shape
        """Return True: an outbox takes what any channel would."""
        return True

    def send(self, message: Message) -> None:
        """Put the message on the page; see `MessageChannel.send`."""
        content = {"to": message.to.value, "subject": message.subject, "text": message.text}
        if message.html is not None:
            content["html"] = message.html
        request = urllib.request.Request(  # noqa: S310 - the constructor checks the scheme
            f"{self._url}/messages",
            data=json.dumps(content).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=OUTBOX_SECONDS) as answer:  # noqa: S310
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
            error.close()
        except OSError as error:
            raise MessageNotSent(f"The outbox gave no answer: {type(error).__name__}.") from None
        if status != HTTPStatus.CREATED:
            raise MessageNotSent(f"The outbox refused the message with status {status}.")


def channel_for(configuration: _Settings, ses: Callable[[], SesClient]) -> MessageChannel:
    """Return the channel that MESSAGE_CHANNEL names.

    Parameters
    ----------
    ses
        Makes the ``sesv2`` client; called only where e-mail really goes by SES.

    Raises
    ------
    ValueError
        When the name is unknown, or a setting that the channel needs is missing.
    """
    match configuration.message_channel:
        case "none":
            return NoChannel()
        case "ses":
            if not configuration.sender_address:
                raise ValueError("MESSAGE_CHANNEL=ses needs SENDER_ADDRESS.")
            return SesChannel(ses(), configuration.sender_address)
        case "outbox":
            return OutboxChannel(configuration.outbox_url)
        case other:
            raise ValueError(f"MESSAGE_CHANNEL is {other!r}; it can be none, ses or outbox.")


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _one_line(text: str) -> str:
    # A line break in a subject would be a header of somebody else's choice.
    return " ".join(text.split())
