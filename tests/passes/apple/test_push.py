from __future__ import annotations

import json
import ssl
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import certificates
from infra.local.apns import Connection
from passes.apple import push_connection
from passes.apple.push import ApnsClient, client_context
from passes.apple.push_result import Verdict, classify
from tests.support.apple import PASS_TYPE, LocalApns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from infra.local.certificates import Certificates

ENOUGH = 60.0


def tokens(count: int) -> list[str]:
    return [f"{number:064x}" for number in range(1, count + 1)]


@pytest.fixture
def client(apns: LocalApns, client_identity: ssl.SSLContext) -> Iterator[ApnsClient]:
    made = ApnsClient(apns.url, PASS_TYPE, client_identity, silence=2.0)
    yield made
    made.close()


def verdicts(results: list[Any]) -> Counter[Verdict]:
    return Counter(result.verdict for result in results)


def test_every_phone_is_pushed_to_once_with_the_headers_of_a_pass_update(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    wanted = tokens(300)
    results = client.push([*wanted, wanted[0]], now, ENOUGH)
    assert [result.token for result in results] == wanted
    assert verdicts(results) == {Verdict.DELIVERED: 300}
    assert sorted(apns.received()) == wanted
    first = apns.desk.listing(wanted[0])["pushes"][0]
    assert first["payload"] == "{}"
    assert first["topic"] == PASS_TYPE
    assert (first["push_type"], first["priority"]) == ("background", "5")
    assert int(first["expiration"]) == int(now.timestamp()) + 86_400


def test_one_connection_stays_warm_across_calls(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    for token in tokens(3):
        client.push([token], now, ENOUGH)
    assert client.connections == 1
    assert apns.desk.listing()["counters"]["connections"] == 1


def test_wrong_topic_is_our_mistake_and_costs_no_registration(
    apns: LocalApns, client_identity: ssl.SSLContext, now: datetime
) -> None:
    stranger = ApnsClient(apns.url, "pass.com.example.other", client_identity)
    result = stranger.push(tokens(1), now, ENOUGH)[0]
    stranger.close()
    assert (result.verdict, result.reason) == (Verdict.CONFIGURATION, "TopicDisallowed")


def test_a_phone_that_is_gone_is_told_with_its_instant(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    gone, here = tokens(2)
    apns.desk.order({"token": gone, "status": 410, "timestamp": 1_700_000_000_123})
    results = client.push([gone, here], now, ENOUGH)
    assert (results[0].verdict, results[0].gone_at) == (Verdict.GONE, 1_700_000_000_123)
    assert results[1].verdict is Verdict.DELIVERED


def test_too_many_requests_come_back_with_the_time_to_wait(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    apns.desk.order({"next": 1, "status": 429, "retry_after": 7})
    result = client.push(tokens(1), now, ENOUGH)[0]
    assert (result.verdict, result.status, result.retry_after) == (Verdict.LATER, 429, 7)


def test_a_busy_service_is_tried_again_later(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    apns.desk.order({"next": 1, "status": 503})
    assert client.push(tokens(1), now, ENOUGH)[0].verdict is Verdict.LATER
    assert client.push(tokens(1), now, ENOUGH)[0].verdict is Verdict.DELIVERED


def test_a_service_that_asks_for_a_rest_is_left_alone_for_so_long(
    apns: LocalApns, client_identity: ssl.SSLContext, now: datetime
) -> None:
    clock = [1000.0]
    client = ApnsClient(apns.url, PASS_TYPE, client_identity, monotonic=lambda: clock[0])
    apns.desk.order({"next": 1, "status": 503, "retry_after": 30})
    results = client.push(tokens(50), now, ENOUGH)
    assert verdicts(results) == {Verdict.LATER: 50}
    assert {result.retry_after for result in results} == {30}
    assert len(apns.desk.listing()["pushes"]) == 1  # one stream at first, and then a rest
    clock[0] += 29.5
    again = client.push(tokens(2), now, ENOUGH)
    assert [result.retry_after for result in again] == [1, 1]
    assert apns.received() == []
    clock[0] += 0.5
    assert verdicts(client.push(tokens(2), now, ENOUGH)) == {Verdict.DELIVERED: 2}
    client.close()


def test_one_busy_phone_holds_nobody_else_up(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    busy, *others = tokens(20)
    apns.desk.order({"token": busy, "status": 429, "retry_after": 30})
    results = client.push([busy, *others], now, ENOUGH)
    assert verdicts(results) == {Verdict.LATER: 1, Verdict.DELIVERED: 19}


def test_goaway_in_the_middle_loses_nothing(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    apns.desk.order({"goaway_every": 100})
    wanted = tokens(1000)
    assert verdicts(client.push(wanted, now, ENOUGH)) == {Verdict.DELIVERED: 1000}
    assert set(apns.received()) == set(wanted)
    assert client.connections > 9
    assert apns.desk.listing()["counters"]["goaways"] > 9


def test_without_sending_again_a_goaway_loses_pushes(
    apns: LocalApns, client: ApnsClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the test above fails when what was in flight is dropped."""

    def drop(broken: ApnsClient, waiting: object) -> None:
        broken.close()

    monkeypatch.setattr(ApnsClient, "_lose", drop)
    apns.desk.order({"goaway_every": 100})
    with pytest.raises(KeyError):
        client.push(tokens(1000), now, ENOUGH)
    assert len(set(apns.received())) < 1000


def test_a_restarted_service_is_found_again(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    assert client.push(tokens(1), now, ENOUGH)[0].verdict is Verdict.DELIVERED
    apns.stop()
    apns.start()
    assert verdicts(client.push(tokens(50), now, ENOUGH)) == {Verdict.DELIVERED: 50}
    assert client.connections == 2


def test_a_service_that_is_away_leaves_everything_for_later(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    apns.stop()
    pauses: list[float] = []
    client._pause = pauses.append
    results = client.push(tokens(3), now, ENOUGH)
    apns.start()
    assert verdicts(results) == {Verdict.UNFINISHED: 3}
    assert pauses == sorted(pauses)
    assert len(pauses) == 4


def test_a_silent_connection_is_given_up_and_its_pushes_sent_again(
    apns: LocalApns, client_identity: ssl.SSLContext, now: datetime
) -> None:
    apns.desk.order({"hang": 1})
    impatient = ApnsClient(apns.url, PASS_TYPE, client_identity, silence=0.2)
    results = impatient.push(tokens(5), now, ENOUGH)
    impatient.close()
    assert verdicts(results) == {Verdict.DELIVERED: 5}
    assert impatient.connections == 2


def test_streams_that_are_reset_are_sent_again_but_not_for_ever(
    apns: LocalApns, client: ApnsClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Connection._answer
    stubborn, other = tokens(2)
    resets: list[str] = []

    def refusing(self: Any, stream: int) -> bool:
        path = dict(self._incoming[stream].headers)[":path"]
        if path.endswith(stubborn) or not resets:
            resets.append(path)
            del self._incoming[stream]
            self._http.reset_stream(stream)
            return False
        return answer(self, stream)

    monkeypatch.setattr(Connection, "_answer", refusing)
    results = client.push([other, stubborn], now, ENOUGH)
    assert [one.verdict for one in results] == [Verdict.DELIVERED, Verdict.LATER]
    assert len(resets) == 4
    assert client.connections == 1


def test_the_deadline_holds_and_tells_what_is_left(
    apns: LocalApns, client: ApnsClient, now: datetime
) -> None:
    apns.desk.order({"hang": 1})  # for ever: only the deadline ends this
    results = client.push(tokens(3), now, 0.5)
    assert Verdict.UNFINISHED in verdicts(results)
    assert len(results) == 3


def test_no_time_means_no_connection(apns: LocalApns, client: ApnsClient, now: datetime) -> None:
    assert verdicts(client.push(tokens(2), now, 0)) == {Verdict.UNFINISHED: 2}
    assert client.connections == 0


def test_a_rested_connection_is_asked_before_it_is_used(
    apns: LocalApns, client_identity: ssl.SSLContext, now: datetime
) -> None:
    ahead = [0.0]
    client = ApnsClient(
        apns.url, PASS_TYPE, client_identity, monotonic=lambda: time.monotonic() + ahead[0]
    )
    client.push(tokens(1), now, ENOUGH)
    ahead[0] = 60.0
    assert client.push(tokens(1), now, ENOUGH)[0].verdict is Verdict.DELIVERED
    assert client.connections == 1
    apns.goaway()
    ahead[0] = 120.0
    assert client.push(tokens(1), now, ENOUGH)[0].verdict is Verdict.DELIVERED
    client.close()
    assert (client.connections, client.resent) == (2, 0)


def test_one_stream_at_a_time_until_the_service_allows_more(
    apns: LocalApns, client: ApnsClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths: list[int] = []
    send = push_connection.Connection._send

    def watched(self: Any, waiting: Any, expiration: str) -> None:
        send(self, waiting, expiration)
        widths.append(len(self.in_flight))

    monkeypatch.setattr(push_connection.Connection, "_send", watched)
    client.push(tokens(100), now, ENOUGH)
    assert widths[0] == 1
    assert max(widths) > 50


def test_what_differs_from_push_to_push_stays_out_of_the_table_of_headers(
    apns: LocalApns, client: ApnsClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables: list[list[tuple[bytes, bytes]]] = []
    answer = Connection._answer

    def watched(self: Any, stream: int) -> bool:
        tables.append(list(self._http.decoder.header_table.dynamic_entries))
        return answer(self, stream)

    monkeypatch.setattr(Connection, "_answer", watched)
    client.push(tokens(100), now, ENOUGH)
    assert tables[-1] == tables[0]
    names = [name for name, _ in tables[-1]]
    assert len(names) == len(set(names))
    assert b":path" not in names


def test_a_stranger_without_certificate_is_a_configuration_error(
    apns: LocalApns, chain: Certificates, now: datetime
) -> None:
    bare = ssl.create_default_context(cafile=str(chain.root))
    bare.set_alpn_protocols(["h2"])
    stranger = ApnsClient(apns.url, PASS_TYPE, bare)
    results = stranger.push(tokens(2), now, ENOUGH)
    stranger.close()
    assert verdicts(results) == {Verdict.CONFIGURATION: 2}
    assert results[0].reason == "MissingProviderToken"
    assert apns.received() == []


def test_a_certificate_of_another_house_is_not_let_in(
    apns: LocalApns, chain: Certificates, now: datetime, tmp_path: Path
) -> None:
    foreign = certificates.ensure(tmp_path / "foreign")
    identity = client_context(
        foreign.pass_certificate.read_bytes(),
        foreign.intermediate.read_bytes(),
        foreign.pass_key.read_bytes(),
        chain.root,
    )
    stranger = ApnsClient(apns.url, PASS_TYPE, identity, pause=lambda _: None)
    results = stranger.push(tokens(1), now, ENOUGH)
    assert verdicts(results).keys() <= {Verdict.CONFIGURATION, Verdict.UNFINISHED}
    assert apns.received() == []


def test_a_service_that_cannot_prove_itself_gets_nothing(
    apns: LocalApns, chain: Certificates, now: datetime
) -> None:
    trusting_nobody = client_context(
        chain.pass_certificate.read_bytes(),
        chain.intermediate.read_bytes(),
        chain.pass_key.read_bytes(),
    )
    results = ApnsClient(apns.url, PASS_TYPE, trusting_nobody).push(tokens(1), now, ENOUGH)
    assert verdicts(results) == {Verdict.CONFIGURATION: 1}
    assert apns.received() == []


@pytest.mark.parametrize(
    ("status", "reason", "verdict"),
    [
        (200, None, Verdict.DELIVERED),
        (400, "BadDeviceToken", Verdict.BAD_TOKEN),
        *(
            (400, reason, Verdict.DEFECT)
            for reason in (
                *("BadCollapseId", "BadExpirationDate", "BadMessageId", "DuplicateHeaders"),
                *("InvalidPushType", "MissingDeviceToken"),
            )
        ),
        *(
            (403, reason, Verdict.CONFIGURATION)
            for reason in (
                *("Forbidden", "ExpiredProviderToken", "InvalidProviderToken"),
                *("MissingProviderToken", "UnrelatedKeyIdInToken", "BadEnvironmentKeyIdInToken"),
                "BadEnvironmentKeyInToken",
            )
        ),
        (429, "TooManyProviderTokenUpdates", Verdict.LATER),
        (503, "ServiceUnavailable", Verdict.LATER),
        (400, "DeviceTokenNotForTopic", Verdict.CONFIGURATION),
        (400, "BadTopic", Verdict.CONFIGURATION),
        (400, "MissingTopic", Verdict.CONFIGURATION),
        (400, "TopicDisallowed", Verdict.CONFIGURATION),
        (400, "BadPriority", Verdict.DEFECT),
        (400, "PayloadEmpty", Verdict.DEFECT),
        (400, "IdleTimeout", Verdict.LATER),
        (400, "SomethingNew", Verdict.DEFECT),
        (403, "BadCertificate", Verdict.CONFIGURATION),
        (403, "BadCertificateEnvironment", Verdict.CONFIGURATION),
        (404, "BadPath", Verdict.DEFECT),
        (405, "MethodNotAllowed", Verdict.DEFECT),
        (410, "Unregistered", Verdict.GONE),
        (410, "ExpiredToken", Verdict.GONE),
        (413, "PayloadTooLarge", Verdict.DEFECT),
        (429, "TooManyRequests", Verdict.LATER),
        (500, "InternalServerError", Verdict.LATER),
        (503, "Shutdown", Verdict.LATER),
    ],
)
def test_every_known_answer_is_sorted(status: int, reason: str | None, verdict: Verdict) -> None:
    body = json.dumps({"reason": reason}).encode() if reason else b""
    assert classify("aa", status, body).verdict is verdict


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b'{"reason":5,"timestamp":"x"}'])
def test_unreadable_bodies_count_by_status(body: bytes) -> None:
    result = classify("aa", 410, body, "soon")
    assert (result.verdict, result.gone_at, result.retry_after) == (Verdict.GONE, None, None)


def test_pushes_from_two_threads_need_two_clients(
    apns: LocalApns, client_identity: ssl.SSLContext, now: datetime
) -> None:
    results: list[Counter[Verdict]] = []

    def work(part: list[str]) -> None:
        own = ApnsClient(apns.url, PASS_TYPE, client_identity)
        results.append(verdicts(own.push(part, now, ENOUGH)))
        own.close()

    everything = tokens(200)
    threads = [threading.Thread(target=work, args=(everything[at::2],)) for at in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [{Verdict.DELIVERED: 100}] * 2
