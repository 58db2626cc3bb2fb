from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from functions.aws.mail import NoChannel, OutboxChannel, SesChannel, channel_for
from infra.local.outbox import Messages, serve
from loyalty.messages import Contact, Message
from loyalty.refusals import MessageNotSent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMAIL = Contact("email", "anna@example.com")
PHONE = Contact("phone", "+12025550123")


@dataclass
class Settings:
    message_channel: str
    sender_address: str = ""
    outbox_url: str = ""


class Ses:
    def __init__(self, failure: Exception | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self.failure = failure

    def send_email(self, **arguments: Any) -> None:
        if self.failure:
            raise self.failure
        self.sent.append(arguments)


def refuse_client() -> Ses:
    raise AssertionError("no client is needed here")


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[str]:
    server = serve(0, tmp_path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_ses_sends_one_utf8_email_with_a_subject_of_one_line() -> None:
    client = Ses()
    channel = channel_for(Settings("ses", sender_address="shop@example.com"), lambda: client)
    channel.send(Message(EMAIL, "Ваша\r\nBcc: x@example.com", "Привет", "<p>Привет</p>"))
    (call,) = client.sent
    assert call["FromEmailAddress"] == "shop@example.com"
    assert call["Destination"] == {"ToAddresses": ["anna@example.com"]}
    simple = call["Content"]["Simple"]
    assert simple["Subject"] == {"Data": "Ваша Bcc: x@example.com", "Charset": "UTF-8"}
    assert simple["Body"]["Text"]["Data"] == "Привет"
    assert simple["Body"]["Html"]["Data"] == "<p>Привет</p>"


def test_ses_reaches_no_phone() -> None:
    client = Ses()
    channel = SesChannel(client, "shop@example.com")
    assert channel.reaches(EMAIL)
    assert not channel.reaches(PHONE)
    with pytest.raises(MessageNotSent):
        channel.send(Message(PHONE, "s", "t"))
    assert client.sent == []


@pytest.mark.parametrize(
    "failure",
    [
        ClientError(
            {"Error": {"Code": "MessageRejected", "Message": "anna@example.com is not verified"}},
            "SendEmail",
        ),
        EndpointConnectionError(endpoint_url="https://email.example.com"),
    ],
)
def test_a_refusal_by_ses_names_no_address(failure: Exception) -> None:
    with pytest.raises(MessageNotSent) as caught:
        SesChannel(Ses(failure), "shop@example.com").send(Message(EMAIL, "s", "t"))
    assert "anna" not in str(caught.value)


def test_the_outbox_takes_everything(outbox: str) -> None:
    channel = channel_for(Settings("outbox", outbox_url=outbox + "/"), refuse_client)
    assert isinstance(channel, OutboxChannel)
    for contact in (EMAIL, PHONE):
        assert channel.reaches(contact)
        channel.send(Message(contact, "Ваша карта", "Вот она: http://127.0.0.1/c/abc"))


def test_an_outbox_that_is_away_or_refuses_is_told_apart_from_success(outbox: str) -> None:
    with pytest.raises(MessageNotSent, match="404"):
        OutboxChannel(outbox + "/nowhere").send(Message(EMAIL, "s", "t"))
    with pytest.raises(MessageNotSent, match="no answer"):
        OutboxChannel("http://127.0.0.1:1").send(Message(EMAIL, "s", "t"))


def test_no_channel_reaches_nobody() -> None:
    channel = channel_for(Settings("none"), refuse_client)
    assert isinstance(channel, NoChannel)
    assert not channel.reaches(EMAIL)
    with pytest.raises(MessageNotSent):
        channel.send(Message(EMAIL, "s", "t"))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings("pigeon"), "pigeon"),
        (Settings("ses"), "SENDER_ADDRESS"),
        (Settings("outbox", outbox_url="file:///etc/passwd"), "OUTBOX_URL"),
    ],
)
def test_settings_that_cannot_work_are_named(settings: Settings, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        channel_for(settings, refuse_client)


def test_a_line_torn_by_a_crash_is_dropped_and_the_rest_kept(tmp_path: Path) -> None:
    channel_folder = tmp_path / "outbox"
    Messages(channel_folder).add({"to": "a", "subject": "s", "text": "t"}, datetime.now(UTC))
    with (channel_folder / "messages.jsonl").open("ab") as file:
        file.write(b'{"id": 2, "to": "b"')
    again = Messages(channel_folder)
    again.add({"to": "c", "subject": "s", "text": "t"}, datetime.now(UTC))
    assert [kept["to"] for kept in Messages(channel_folder).newest_first()] == ["c", "a"]
