"""Channels over HTTP: set up by an owner, ended by members and carriers, handed over by a worker.

Carriers are those that the local stack plays, with what they refuse, in a thread of this process.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from functions import campaigns, channel_worker, channels
from functions.aws.configuration import Configuration
from functions.wiring import environment
from infra.local import outbox
from loyalty.access.tokens import digest
from loyalty.messages import Contact
from loyalty.store import channel_book
from loyalty.store.member_records import read_record
from tests.functions.routes.till import till
from tests.support.events import Context, content, http
from tests.support.offering import Offering

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.functions.conftest import Shop
    from tests.functions.routes.till import Till

TOPIC = "arn:aws:sns:eu-central-1:123456789012:mail"
BOT = "123456:local-test-token"
GATEWAY = {
    "form": True,
    "fields": {
        "apikey": "{secret}",
        "phones": "{to}",
        "mes": "{text}",
        "charset": "utf-8",
        "fmt": "3",
    },
    "id": "/id",
    "code": "/error_code",
    "codes": {"2": "down", "3": "down", "7": "dead", "9": "refused"},
}
ENDED = {"email": "/messages/ses/coffee", "telegram": "/messages/telegram/coffee"}


class Street:
    """A shop whose offers are carried by those who play carriers."""

    def __init__(self, shop: Shop, owner: Till, url: str) -> None:
        self.shop, self.owner, self.url = shop, owner, url
        self.offering = Offering(shop.world)

    def put(self, name: str, tag: str = '"0"', **sent: Any) -> tuple[int, dict[str, Any], str]:
        headers = {"authorization": self.owner.key, "if-match": tag}
        event = http("PUT", f"/v1/channels/{name}", headers, json.dumps(sent))
        answer = self.owner.send(campaigns, event)
        return answer["statusCode"], content(answer), answer["headers"].get("ETag", "")

    def send(self, name: str) -> list[str]:
        """Start a campaign that goes by a channel, and hand over what it offers, as deployed."""
        set_up = list(channel_book.read_all(self.shop.world.tables, "coffee"))
        self.offering.start(name, channels=set_up)
        self.offering.run()
        bells = [place for place, _ in self.offering.bells]
        self.offering.bells.clear()
        records = [
            {"messageId": str(number), "body": json.dumps(_fields(place))}
            for number, place in enumerate(bells)
        ]
        context: Any = Context()
        answer = channel_worker.handler({"Records": records}, context)
        assert answer == {"batchItemFailures": []}
        return self.offering.states(name)

    def taken(self, to: str) -> list[dict[str, str]]:
        with urllib.request.urlopen(f"{self.url}/messages") as answer:
            found: list[dict[str, str]] = json.loads(answer.read())["messages"]
        return [one for one in found if one["to"] == to]

    def ask(self, path: str, sent: Any) -> Any:
        request = urllib.request.Request(
            f"{self.url}{path}", json.dumps(sent).encode(), method="POST"
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def post(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        text = body if isinstance(body, str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return opened(http("POST", path, named, text))


def opened(event: dict[str, Any]) -> dict[str, Any]:
    """Return what the public function answers."""
    context: Any = Context()
    return channels.handler(event, context)


def _fields(place: Any) -> dict[str, str]:
    return {name: getattr(place, name) for name in place.__slots__}


@pytest.fixture
def street(
    shop: Shop, ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Street]:
    shop.world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    server = outbox.serve(0, tmp_path / "outbox")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    settings = replace(
        environment.configuration(),
        message_channel="outbox",
        sender_address="cards@example.com",
        outbox_url=url,
        telegram_url=f"{url}/telegram",
    )
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    # What plays carriers is on this machine.
    monkeypatch.setattr(Configuration, "development", True)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"{url}/ses")
    monkeypatch.setenv("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", f"{url}/sms")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    yield Street(shop, till(shop, ask, "owner"), url)
    server.shutdown()
    thread.join()
    server.server_close()


def mail(name: str) -> Contact:
    return Contact("email", f"{name}@example.com")


def test_mail_goes_with_one_click_and_ends_by_it(street: Street) -> None:
    status, told, tag = street.put("email", price=1, topic=TOPIC)
    assert (status, told["price"], tag) == (200, 1, '"1"')
    ann = street.offering.agreed("Ann", "email", contact=mail("ann"))
    lost = street.offering.agreed("Lou", "email", contact=mail("lost"))
    assert street.send("hello") == ["accepted", "unknown"]
    [sent] = street.taken("ann@example.com")
    assert sent["header List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = sent["header List-Unsubscribe"].strip("<>")
    assert stop in sent["text"]
    assert len(street.taken("lost@example.com")) == 1
    # A scanner opens it, and nothing ends; one click does, with no page, cookie or login.
    path = urlsplit(stop).path
    shown = opened(http("GET", path, {"accept": "text/html"}))
    assert shown["statusCode"] == 200
    assert "Offers and news by e-mail" in shown["body"]
    assert "noindex" in shown["headers"]["X-Robots-Tag"]
    assert consents(street, ann.member_id) is True
    answer = street.post(
        path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer["statusCode"] == 200
    assert consents(street, ann.member_id) is False
    assert street.post(path[:-2], "List-Unsubscribe=One-Click")["statusCode"] == 404
    street.offering.agreed("Pat", "email", contact=mail("throttled"))
    # In which order they come is chance: who comes after it waits, too.
    assert "waiting" in street.send("again")
    assert consents(street, lost.member_id) is True
    log = street.shop.log.getvalue()
    assert "ann@example.com" not in log
    assert path not in log


def consents(street: Street, member: str, channel: str = "email") -> bool:
    record = read_record(street.shop.world.tables, "coffee", member)
    return record.consents[f"marketing/{channel}"].given


def test_ses_tells_by_a_signed_topic_of_the_owners(street: Street) -> None:
    street.put("email", topic=TOPIC)
    ann = street.offering.agreed("Ann", "email", contact=mail("ann"))
    assert street.send("one") == ["accepted"]
    [sent] = street.taken("ann@example.com")
    said = {
        "notificationType": "Bounce",
        "mail": {"messageId": sent["id"]},
        "bounce": {
            "bounceType": "Permanent",
            "bouncedRecipients": [{"emailAddress": "ann@example.com"}],
        },
    }
    genuine = street.ask("/sns/messages", {"topic": TOPIC, "message": said})
    path = ENDED["email"]
    # Signed, and of somebody else's topic; unsigned; signed and changed; from elsewhere.
    others = street.ask("/sns/messages", {"topic": f"{TOPIC}-other", "message": said})
    forged = {**genuine, "Message": genuine["Message"] + " "}
    elsewhere = {**genuine, "SigningCertURL": "https://evil.example/sns.pem"}
    for refused in (others, forged, elsewhere, {**genuine, "Signature": "AAAA"}, {}):
        assert street.post(path, refused)["statusCode"] == 401
    assert street.post("/messages/ses/barber", genuine)["statusCode"] == 401
    assert street.offering.states("one") == ["accepted"]
    for _ in range(2):
        assert street.post(path, genuine)["statusCode"] == 200
    assert street.offering.states("one") == ["bounced"]
    assert street.send("two") == []
    asked = street.ask("/sns/messages", {"topic": TOPIC, "message": "ok", "confirm": True})
    assert street.post(path, asked)["statusCode"] == 200
    with urllib.request.urlopen(f"{street.url}/sns") as answer:
        assert json.loads(answer.read()) == {"confirmed": 1}
    assert ann


def test_text_messages_go_by_aws_and_end_as_it_says(street: Street) -> None:
    assert street.put("sms")[0] == 422
    assert street.put("sms", sender="+15550100", price=4, most="0.10")[0] == 200
    for number in ("1000", "0001", "0002", "0009"):
        street.offering.agreed(f"P{number}", "sms", contact=Contact("phone", f"+1212555{number}"))
    assert street.send("hello") == ["accepted", "opted_out", "refused", "unknown"]
    assert len(street.taken("+12125550009")) == 1
    # Two were taken, or perhaps.
    assert street.offering.spent("hello") == 2 * 4
    street.offering.agreed("Nil", "sms", contact=Contact("phone", "+12125550003"))
    # Whoever comes after it waits, too: in which order they come is chance.
    assert "waiting" in street.send("poor")
    assert street.offering.campaigns.one("coffee", "poor").state == "paused"
    headers = {"authorization": street.owner.key}
    shown = content(street.owner.send(campaigns, http("GET", "/v1/channels/sms", headers)))
    assert shown["down"] == "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"


def test_text_messages_go_by_any_gateway(street: Street) -> None:
    url = f"{street.url}/gateway/send"
    for wrong, pointer in (
        ({**GATEWAY, "url": "http://10.0.0.1/send"}, "/gateway/url"),
        ({**GATEWAY, "url": url, "fields": {"phones": "{to}"}}, "/gateway/fields"),
    ):
        status, told, _ = street.put("sms", gateway=wrong, secret="s3cret")
        assert (status, told["errors"][0]["pointer"]) == (422, pointer), told
    assert street.put("sms", gateway={**GATEWAY, "url": url}, secret="s3cret")[0] == 200
    for number in ("1000", "0007", "0009", "0000"):
        contact = Contact("phone", f"+1212555{number}")
        street.offering.agreed(f"Ж{number}", "sms", contact=contact)
    assert street.send("hello") == ["accepted", "dead", "refused", "unknown"]
    [sent] = street.taken("+12125551000")
    assert sent["text"].startswith("Hello Ж1000!")
    assert "s3cret" not in street.shop.log.getvalue()


def test_aws_tells_what_became_of_text_messages_by_a_signed_topic(street: Street) -> None:
    street.put("sms", sender="+15550100", topic=TOPIC, configuration_set="receipts", price=0.75)
    for number in ("1000", "1001"):
        street.offering.agreed(f"P{number}", "sms", contact=Contact("phone", f"+1212555{number}"))
    assert street.send("one") == ["accepted", "accepted"]
    path = "/messages/sms/coffee"
    for number, kind in (("1000", "TEXT_DELIVERED"), ("1001", "TEXT_INVALID")):
        [sent] = street.taken(f"+1212555{number}")
        assert sent["configuration_set"] == "receipts"
        said = {
            "eventType": kind, "eventVersion": "1.0", "isFinal": True, "messageId": sent["id"],
            "destinationPhoneNumber": f"+1212555{number}", "totalMessageParts": 1,
        }  # fmt: skip
        early = {**said, "eventType": "TEXT_UNREACHABLE", "isFinal": False}
        others = street.ask("/sns/messages", {"topic": f"{TOPIC}-other", "message": said})
        assert street.post(path, others)["statusCode"] == 401
        pending, strange = {**said, "eventType": "TEXT_PENDING"}, {**said, "messageId": "x"}
        nothing: list[Any] = [early, pending, strange, []]
        for other in nothing:
            signed = street.ask("/sns/messages", {"topic": TOPIC, "message": other})
            assert street.post(path, signed)["statusCode"] == 200
        genuine = street.ask("/sns/messages", {"topic": TOPIC, "message": said})
        assert street.post("/messages/sms/barber", genuine)["statusCode"] == 401
        for _ in range(2):
            assert street.post(path, genuine)["statusCode"] == 200
    assert street.offering.states("one") == ["bounced", "delivered"]
    assert street.send("two") == ["accepted"], "nobody is at the other phone"
    headers = {"authorization": street.owner.key}
    shown = content(street.owner.send(campaigns, http("GET", "/v1/channels/sms", headers)))
    assert shown["receipts_to"].endswith(path)
    assert shown["price"] == 0.75
    assert "+1212555" not in street.shop.log.getvalue()


def test_a_gateway_tells_what_became_of_text_messages_at_a_secret_address(street: Street) -> None:
    receipts = {
        "id": "/id", "code": "/status", "codes": {"1": "delivered", "20": "undelivered"},
    }  # fmt: skip
    described = {**GATEWAY, "url": f"{street.url}/gateway/send", "receipts": receipts}
    status, told, _ = street.put("sms", gateway=described, secret="s3cret", price=0.0075)
    assert (status, told["price"]) == (200, 0.0075)
    assert told["gateway"]["receipts"] == receipts
    place = told["receipts_to"].removeprefix("https://cards.example")
    for number in ("1000", "1001"):
        street.offering.agreed(f"P{number}", "sms", contact=Contact("phone", f"+1212555{number}"))
    street.send("one")
    [first], [second] = street.taken("+12125551000"), street.taken("+12125551001")
    form = {"content_type": "application/x-www-form-urlencoded"}
    said = f"id={first['id']}&status=1&phone=12125551000"
    for wrong in (place[:-1] + ("A" if place[-1] != "A" else "B"),
                  place.replace("/coffee/", "/barber/")):  # fmt: skip
        assert street.post(wrong, said, **form)["statusCode"] == 401
    assert street.offering.states("one") == ["accepted", "accepted"]
    for text in (said, said, f"id={first['id']}&status=20", "id=77&status=1", "status=1", ""):
        assert street.post(place, text, **form)["statusCode"] == 200
    listed = [{"id": second["id"], "status": 20}, {"id": second["id"], "status": "?"}, 7]
    assert street.post(place, listed)["statusCode"] == 200
    assert street.offering.states("one") == ["delivered", "undelivered"]
    assert place.rpartition("/")[2] not in street.shop.log.getvalue()


def test_a_price_finer_than_is_counted_is_refused(street: Street) -> None:
    status, told, _ = street.put("sms", sender="+15550100", price=0.00001)
    assert (status, told["errors"][0]["pointer"]) == (422, "/price")


def test_telegram_binds_by_a_link_tells_and_ends(street: Street) -> None:
    assert street.put("telegram")[1]["errors"][0]["pointer"] == "/secret"
    assert street.put("telegram", secret="nonsense")[1]["errors"][0]["code"] == "channel_refused"
    status, told, _ = street.put("telegram", secret=BOT)
    assert (status, told["bot"]) == (200, "loyalty_local_bot")
    ann = street.offering.agreed("Ann", contact=mail("ann"))
    second = int(street.shop.now.timestamp())
    street.shop.world.tables.write(
        channel_book.offer_link("coffee", ann.member_id, digest("payload"), second)
    )
    start = {"message": {"chat": {"id": 777, "type": "private"}, "text": "/start payload"}}
    secret = street.shop.world.books.tokens.hook_secret("coffee")
    path = ENDED["telegram"]
    assert street.post(path, start)["statusCode"] == 401
    wrong = {"x_telegram_bot_api_secret_token": secret[:-1] + "x"}
    assert street.post(path, start, **wrong)["statusCode"] == 401
    right = {"x_telegram_bot_api_secret_token": secret}
    answer = content(street.post(path, start, **right))
    assert (answer["method"], answer["chat_id"]) == ("sendMessage", 777)
    # As far as Telegram knows, that chat has not begun: it is dead until a new link.
    assert street.send("one") == ["dead"]
    assert street.send("two") == []
    street.ask("/telegram/people/777", {"says": "/start"})
    street.shop.world.tables.write(
        channel_book.offer_link("coffee", ann.member_id, digest("payload"), second)
    )
    assert "A…" in content(street.post(path, start, **right))["text"]
    assert street.send("three") == ["accepted"]
    assert street.taken("777")[0]["text"].startswith("Hello Ann!")
    assert consents(street, ann.member_id, "messenger") is True
    stop = {"message": {"chat": {"id": 777, "type": "private"}, "text": "/stop"}}
    assert "Nothing more" in content(street.post(path, stop, **right))["text"]
    assert consents(street, ann.member_id, "messenger") is False
    assert content(street.post(path, {"poll": {}}, **right)) == {}
    assert street.post(path, "nonsense", **right)["statusCode"] == 400
    assert BOT not in street.shop.log.getvalue()


def test_the_schedule_rings_for_what_waits(street: Street) -> None:
    street.put("email")
    street.offering.agreed("Ann", "email", contact=mail("ann"))
    street.offering.start("hello", channels=["email"])
    street.offering.run()
    channel_worker.handler({}, Context())  # type: ignore[arg-type]
    [bell] = street.shop.queues.messages("offers.fifo")
    assert bell["MessageGroupId"] == "coffee:email"
    assert channel_worker.handler({"Records": []}, Context()) == {"batchItemFailures": []}  # type: ignore[arg-type]


def test_channels_are_of_owners_and_their_secrets_are_not_read(street: Street) -> None:
    _, told, tag = street.put("email", price=2)
    assert "secret" not in told
    assert street.put("email", price=3)[0] == 412
    assert street.put("email", tag=tag, price=2)[2] == tag
    assert street.put("email", tag=tag, price=3)[2] == '"2"'
    listed = street.owner.send(
        campaigns, http("GET", "/v1/channels", {"authorization": street.owner.key})
    )
    assert [one["channel"] for one in content(listed)["channels"]] == ["email"]
    gone = http(
        "DELETE",
        "/v1/channels/email",
        {"authorization": street.owner.key, "if-match": '"2"'},
    )
    assert street.owner.send(campaigns, gone)["statusCode"] == 200
    assert street.owner.send(campaigns, gone)["statusCode"] == 404
    staff = {"authorization": street.shop.key("staff")}
    answer = street.owner.send(campaigns, http("GET", "/v1/channels", staff))
    assert answer["statusCode"] == 403
