from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from passes.google import objects
from passes.google.client import Patience, ServiceAccountError, WalletClient, credentials_from
from passes.google.failures import (
    AlreadyThereError,
    GoogleError,
    InvalidError,
    NotAllowedError,
    NotThereError,
    QuotaExceededError,
    UnavailableError,
    failure,
)
from passes.google.publish import Drawn, create_or_patch_class, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Update:
    """One card's update over real HTTP: version 1 stands in Google, version 2 is published."""

    def __init__(self, world: Any, google: Any, client: WalletClient) -> None:
        self.world = world
        self.google = google
        self.client = client
        self.doubted = 0
        self.identifier = objects.object_id(world.issuer, world.card().serial)

    def create_class(self) -> None:
        body = objects.loyalty_class(self.world.profile, self.world.design, self.world.issuer)
        create_or_patch_class(body, self.client)

    def publish(self, balance: int, version: int, **options: Any) -> None:
        def read() -> Drawn:
            world = self.world
            card = world.card(balance, version)
            body = objects.loyalty_object(card, world.design, world.issuer, world.now)
            return Drawn(version, body)

        publish(read, self.client, self.create_class, unsure=self.doubts, **options)

    def doubts(self) -> None:
        self.doubted += 1

    @property
    def balance(self) -> Any:
        return self.google.object(self.identifier)["loyaltyPoints"]["balance"]


@pytest.fixture
def update(world: Any, google: Any) -> Update:
    update = Update(world, google, google.client())
    update.publish(7, 1)
    assert update.balance == {"int": 7}
    google.ask("DELETE", "/inspect/requests")
    return update


def test_a_steady_update_is_one_request(update: Update, google: Any) -> None:
    for version in range(2, 12):
        update.publish(version, version)
    assert google.counts() == {"PATCH loyaltyObject 200": 10}
    assert update.balance == {"int": 11}


def test_the_first_publication_makes_class_and_object(world: Any, google: Any) -> None:
    update = Update(world, google, google.client())
    update.publish(7, 1, first_save=True)
    assert google.counts() == {
        "POST token 200": 1,
        "POST loyaltyObject 404": 1,
        "POST loyaltyClass 200": 1,
        "POST loyaltyObject 200": 1,
    }
    assert update.balance == {"int": 7}
    update.publish(8, 2, first_save=True)
    assert google.counts()["POST loyaltyObject 409"] == 1
    assert google.counts()["PATCH loyaltyObject 200"] == 1
    assert update.balance == {"int": 8}


def test_an_existing_class_is_brought_up_to_date(world: Any, update: Update, google: Any) -> None:
    body = objects.loyalty_class(world.profile, world.design, world.issuer)
    del body["heroImage"]
    create_or_patch_class(body | {"programName": "Bean Club 2"}, update.client)
    found = google.ask("GET", f"/inspect/classes/{body['id']}")
    assert found["programName"] == "Bean Club 2"
    assert "heroImage" not in found


FAULTS: dict[str, dict[str, Any]] = {
    "unauthorized": {"status": 401},
    "not found": {"status": 404, "method": "PATCH"},
    "conflict with nothing": {"status": 409, "method": "POST"},
    "rate limit": {"status": 429, "next": 3},
    "rate limit by reason": {"status": 403, "reason": "rateLimitExceeded", "next": 2},
    "user rate limit": {"status": 403, "reason": "userRateLimitExceeded"},
    "internal error": {"status": 500, "next": 3},
    "unavailable": {"status": 503, "next": 3},
    "error after commit": {"status": 503, "after_commit": True},
    "dropped before commit": {},
    "lost after commit": {"after_commit": True, "next": 2},
    "token endpoint down": {"status": 503, "path": "/token", "next": 2},
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("first_save", [False, True])
def test_every_passing_fault_ends_at_the_last_state(
    update: Update, google: Any, name: str, *, first_save: bool, monkeypatch: Any
) -> None:
    # google-auth waits between its own attempts at the token endpoint.
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)
    if FAULTS[name].get("path") == "/token":
        google.ask("DELETE", "/inspect/tokens")
    google.fault(**FAULTS[name])
    update.publish(8, 2, first_save=first_save)
    assert update.balance == {"int": 8}


@pytest.mark.parametrize("name", FAULTS)
def test_every_passing_fault_during_the_first_insert_ends_at_the_state(
    world: Any, google: Any, name: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)
    update = Update(world, google, google.client())
    google.fault(**FAULTS[name])
    update.publish(7, 1, first_save=True)
    assert update.balance == {"int": 7}
    assert len(google.ask("GET", "/inspect/objects")["objects"]) == 1


def test_an_answer_that_comes_too_late_is_asked_for_again(
    world: Any, google: Any, update: Update
) -> None:
    impatient = Update(world, google, google.client(Patience(timeout=0.3)))
    impatient.create_class()
    google.fault(after_commit=True, delay=0.8, method="PATCH")
    impatient.publish(9, 3)
    assert impatient.balance == {"int": 9}
    assert len(google.pauses) == 1


def test_a_revoked_token_is_renewed_once(update: Update, google: Any) -> None:
    google.ask("DELETE", "/inspect/tokens")
    update.publish(8, 2)
    assert google.counts() == {
        "PATCH loyaltyObject 401": 1,
        "POST token 200": 1,
        "PATCH loyaltyObject 200": 1,
    }


def test_a_token_refused_twice_is_an_error_at_once(update: Update, google: Any) -> None:
    google.fault(status=401, next=5)
    with pytest.raises(NotAllowedError):
        update.publish(8, 2)
    assert google.counts() == {"PATCH loyaltyObject 401": 2, "POST token 200": 1}
    assert google.pauses == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 400}, InvalidError),
        ({"status": 403}, NotAllowedError),
        ({"status": 403, "reason": "quotaExceeded"}, QuotaExceededError),
    ],
)
def test_what_waiting_does_not_mend_is_not_repeated(
    update: Update, google: Any, fault: dict[str, Any], kind: type[GoogleError]
) -> None:
    google.fault(**fault)
    with pytest.raises(kind):
        update.publish(8, 2)
    assert sum(google.counts().values()) == 1
    assert google.pauses == []
    assert update.balance == {"int": 7}


def test_attempts_are_bounded_and_pauses_drawn(update: Update, google: Any) -> None:
    google.fault(status=503, next=50)
    with pytest.raises(UnavailableError):
        update.publish(8, 2)
    assert google.counts() == {"PATCH loyaltyObject 503": 4}
    assert google.pauses == [0.125, 0.25, 0.5]  # half of 0.25, 0.5, 1.0


def test_no_attempt_begins_after_the_total(world: Any, google: Any) -> None:
    # The call begins; each attempt looks, and so does each failure before it pauses.
    instants = iter((0.0, 0.0, 0.0, 1.0, 24.0, 24.9))
    client = WalletClient(
        credentials_from(google.account, f"{google.url}/token"),
        api_url=google.url,
        patience=Patience(attempts=100, total=25.0),
        random=lambda: 0.5,
        sleep=google.pauses.append,
        elapsed=lambda: next(instants),
    )
    google.fault(status=503, next=100)
    with pytest.raises(UnavailableError):
        client.get_object(f"{world.issuer}.x")
    client.close()
    assert google.counts()["GET loyaltyObject 503"] == 2


def test_a_function_that_runs_out_of_time_stops_calling(world: Any, google: Any) -> None:
    client = google.client()
    client.limit(0.4)
    google.fault(delay=3, next=9)
    with pytest.raises(UnavailableError, match="no answer"):
        client.get_object(f"{world.issuer}.x")
    client.limit(0)
    with pytest.raises(UnavailableError, match="no time left"):
        client.get_object(f"{world.issuer}.x")
    assert google.pauses == []


def test_a_key_that_google_refuses(
    world: Any, google: Any, start_google: Any, tmp_path: Path
) -> None:
    other = start_google(tmp_path / "other")
    client = WalletClient(
        credentials_from(other.account, f"{google.url}/token"), api_url=google.url
    )
    with pytest.raises(NotAllowedError, match="refuses the service account"):
        client.get_object(f"{world.issuer}.x")
    client.close()


def test_nobody_listening(world: Any, google: Any) -> None:
    client = google.client(Patience(attempts=2))
    client._base = "http://127.0.0.1:1/walletobjects/v1"
    with pytest.raises(UnavailableError, match="no answer"):
        client.get_object(f"{world.issuer}.x")
    assert len(google.pauses) == 1


def test_typed_errors_of_a_real_answer(world: Any, google: Any) -> None:
    client = google.client()
    with pytest.raises(NotThereError) as found:
        client.get_object(f"{world.issuer}.x")
    assert not found.value.is_class
    with pytest.raises(NotThereError) as found:
        client.get_class(f"{world.issuer}.x")
    assert found.value.is_class
    body = objects.loyalty_class(world.profile, world.design, world.issuer)
    client.insert_class(body)
    with pytest.raises(AlreadyThereError):
        client.insert_class(body)
    with pytest.raises(InvalidError) as refused:
        client.insert_class(body | {"id": f"{world.issuer}.b", "colour": "red"})
    assert 'Unknown name "colour"' in refused.value.detail


def test_an_error_names_the_member_and_not_the_person(world: Any, update: Update) -> None:
    body = objects.loyalty_object(world.card(), world.design, world.issuer, world.now)
    body = objects.patch_of(body)
    body["loyaltyPoints"] = {"label": "x", "balance": {"int": "Anna"}}
    with pytest.raises(InvalidError, match=r"at resource\.loyaltyPoints\.balance\.int") as refused:
        update.client.patch_object(body)
    assert "Anna" in refused.value.detail
    assert "Anna" not in str(refused.value)


def test_the_quota_answer_recorded_from_google() -> None:
    body = {
        "error": {
            "code": 403,
            "message": "Quota exceeded for issuer 1 when adding TEXT_AND_NOTIFY message",
            "errors": [{"domain": "walletobjects", "reason": "quotaExceeded"}],
        }
    }
    assert type(failure("x", 403, json.dumps(body).encode())) is QuotaExceededError
    # A permission error that talks of a rate is no reason to wait.
    body["error"]["errors"] = [{"reason": "forbidden", "message": "rate"}]
    assert type(failure("x", 403, json.dumps(body).encode())) is NotAllowedError


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "x"}', b'{"error": {}}'])
def test_an_answer_without_envelope(body: bytes) -> None:
    assert type(failure("x", 502, body)) is UnavailableError
    assert type(failure("x", 418, body)) is GoogleError
    assert type(failure("x", 599, body)) is UnavailableError
    assert type(failure("x", 499, body)) is GoogleError


@pytest.mark.parametrize("spoilt", ["private_key", "client_email", "all"])
def test_an_unusable_service_account(
    google: Any, start_google: Callable[..., Any], spoilt: str
) -> None:
    account = {} if spoilt == "all" else {**google.account, spoilt: ""}
    if spoilt == "client_email":
        del account[spoilt]
    with pytest.raises(ServiceAccountError, match="Service accounts") as found:
        credentials_from(account)
    assert "PRIVATE" not in str(found.value)
