"""A certificate that takes its time, over clients that answer as ACM and Route 53 do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra.deploying import domain
from infra.failures import Failure

if TYPE_CHECKING:
    from infra.deploying.hand import Hand

RECORD = {"Name": "_x.cards.example.com.", "Type": "CNAME", "Value": "_y.acm-validations.aws."}


class Pages:
    """A paginator over one page."""

    def __init__(self, page: dict[str, Any]) -> None:
        self._page = page

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [self._page]


class Account:
    """ACM and Route 53 of an account; a certificate is issued after so many looks."""

    def __init__(self, looks: int, zones: tuple[str, ...] = (), status: str = "ISSUED") -> None:
        self.looks, self.status, self.asked = looks, status, False
        self.zones = [{"Id": f"/hostedzone/{name}", "Name": name, "Config": {}} for name in zones]

    def get_paginator(self, name: str) -> Pages:
        if name == "list_hosted_zones":
            return Pages({"HostedZones": self.zones})
        waiting = {
            "CertificateArn": "arn",
            "DomainName": "cards.example.com",
            "Status": "PENDING_VALIDATION",
        }
        return Pages({"CertificateSummaryList": [waiting] if self.asked else []})

    def describe_certificate(self, **_: Any) -> dict[str, Any]:
        self.looks -= 1
        status = self.status if self.looks < 0 else "PENDING_VALIDATION"
        # The record is there some seconds after asking.
        options = [{"ResourceRecord": RECORD}] if self.looks < 3 else [{}]
        return {"Certificate": {"Status": status, "DomainValidationOptions": options}}


class RecordingHand:
    """A hand that notes what it changes."""

    def __init__(self, account: Account) -> None:
        self.account, self.dry, self.changes = account, False, []  # type: ignore[var-annotated]

    def client(self, _: str) -> Account:
        return self.account

    def change(self, service: str, operation: str, **given: Any) -> dict[str, Any]:
        self.changes.append((service, operation, given))
        if operation == "request_certificate":
            self.account.asked = True
        return {"CertificateArn": "arn"}

    def operations(self) -> list[str]:
        return [operation for _, operation, _ in self.changes]


def certified(account: Account) -> tuple[RecordingHand, float]:
    hand, slept = RecordingHand(account), [0.0]

    def sleep(seconds: float) -> None:
        slept[0] += seconds

    as_hand: Hand = hand  # type: ignore[assignment]
    assert domain.certify(as_hand, "cards.example.com", sleep) == "arn"
    return hand, slept[0]


def test_a_certificate_is_asked_for_once_and_proved_in_our_own_zone() -> None:
    hand, slept = certified(Account(5, ("com.", "example.com.", "other.org.")))
    assert hand.operations() == ["request_certificate", "change_resource_record_sets"]
    written = hand.changes[1][2]
    assert written["HostedZoneId"] == "/hostedzone/example.com."
    assert written["ChangeBatch"]["Changes"][0]["ResourceRecordSet"]["Name"] == RECORD["Name"]
    assert slept == 5 * domain.LOOK_EVERY


def test_who_keeps_the_dns_is_told_the_record() -> None:
    account = Account(5)
    with pytest.raises(Failure, match=r"_x\.cards\.example\.com\. CNAME _y\.acm"):
        certified(account)
    # The next run goes on with the same certificate.
    account.looks = 0
    account.status = "ISSUED"
    hand, _ = certified(account)
    assert hand.operations() == []


def test_patience_ends_and_a_refusal_is_told() -> None:
    with pytest.raises(Failure, match="deploy again later"):
        certified(Account(10_000, ("example.com.",)))
    with pytest.raises(Failure, match="FAILED"):
        certified(Account(1, ("example.com.",), "FAILED"))


def test_a_zone_itself_takes_no_such_record() -> None:
    hand: Any = RecordingHand(Account(0, ("example.com.",)))
    with pytest.raises(Failure, match=r"cards\.example\.com"):
        domain._write(hand, "example.com", "example.com", "CNAME", "d-1.amazonaws.com")
