"""A name of one's own in front of the API: certificate, mapping, DNS.

API Gateway HTTP APIs take regional names only, with a certificate of ACM in the same region
(API Gateway Developer Guide, "Custom domain names for HTTP APIs"). Where the account's Route 53
holds the zone, records are written there; else they are printed for whoever keeps the DNS.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from infra.deploying import formation
from infra.deploying.finding import Finding
from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.deploying.hand import Hand

LOOK_EVERY: Final = 10.0  # seconds
PATIENCE: Final = 600.0  # seconds; DNS that somebody else keeps takes longer, and one runs it again


def look(hand: Hand, domain: str) -> Iterator[Finding]:
    """Say how the name stands."""
    if not domain:
        return
    found = _certificate(hand, domain)
    zone = _zone(hand, domain)
    keeper = f"Route 53 zone {zone['Name'].rstrip('.')}" if zone else "somebody else keeps its DNS"
    if found is None:
        yield Finding("later", f"{domain}: a certificate will be asked for ({keeper})")
    else:
        yield Finding(
            "good" if found["Status"] == "ISSUED" else "later",
            f"{domain}: its certificate is {found['Status']} ({keeper})",
        )


def certify(hand: Hand, domain: str, sleep: Callable[[float], None] = time.sleep) -> str:
    """Return the ARN of an issued certificate of this name, asking for it where there is none.

    Raises
    ------
    Failure
        It is not issued yet: with the record that proves the name.
    """
    found = _certificate(hand, domain)
    if found is None:
        asked = hand.change(
            "acm",
            "request_certificate",
            DomainName=domain,
            ValidationMethod="DNS",
            IdempotencyToken="loyalty",
        )
        if hand.dry:
            return "arn:…"
        found = {"CertificateArn": asked["CertificateArn"], "Status": "PENDING_VALIDATION"}
    arn, waited, told = str(found["CertificateArn"]), 0.0, False
    while True:
        certificate = hand.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        if certificate["Status"] == "ISSUED":
            return arn
        if certificate["Status"] != "PENDING_VALIDATION":
            reason = certificate.get("FailureReason", "")
            raise Failure(
                f"the certificate of {domain} is {certificate['Status']} {reason}: delete it in "
                "the console of ACM, mend the cause (often a CAA record), and deploy again"
            )
        record = _proof(certificate)
        if record and not told:
            told = True
            if not _write(hand, domain, record["Name"], record["Type"], record["Value"]):
                raise Failure(
                    f"{domain} has to be proved: let whoever keeps its DNS add the record "
                    f"{record['Name']} {record['Type']} {record['Value']}, then deploy again"
                )
        if waited >= PATIENCE:
            raise Failure(f"the certificate of {domain} is not issued yet: deploy again later")
        sleep(LOOK_EVERY)
        waited += LOOK_EVERY


def connect(hand: Hand, domain: str, arn: str) -> None:
    """Map the name to the API, and let its DNS lead there, or say which record does."""
    client = hand.client("apigatewayv2")
    target = _target(client, domain)
    if target is None:
        configuration = {
            "CertificateArn": arn,
            "EndpointType": "REGIONAL",
            "SecurityPolicy": "TLS_1_2",
        }
        made = hand.change(
            "apigatewayv2",
            "create_domain_name",
            DomainName=domain,
            DomainNameConfigurations=[configuration],
        )
        target = made["DomainNameConfigurations"][0] if made else {}
    if hand.dry:
        hand.say(f"    aws apigatewayv2 create_api_mapping {domain} to the API; DNS of {domain}")
        return
    api = formation.resource(hand, "HttpApi")
    mapped = client.get_api_mappings(DomainName=domain).get("Items", [])
    if not any(one["ApiId"] == api for one in mapped):
        if mapped:
            raise Failure(
                f"{domain} leads to another API ({mapped[0]['ApiId']}): remove that mapping in "
                "the console of API Gateway first, or choose another name"
            )
        hand.change(
            "apigatewayv2", "create_api_mapping", ApiId=api, DomainName=domain, Stage="$default"
        )
    leads = str(target.get("ApiGatewayDomainName", ""))
    if not _write(hand, domain, domain, "CNAME", leads):
        hand.say(f"    DNS of {domain}: let whoever keeps it add the record CNAME {leads}")


def _certificate(hand: Hand, domain: str) -> dict[str, Any] | None:
    pages = hand.client("acm").get_paginator("list_certificates").paginate()
    found = [
        one
        for page in pages
        for one in page["CertificateSummaryList"]
        if one["DomainName"] == domain and one.get("Status") in {"ISSUED", "PENDING_VALIDATION"}
    ]
    found.sort(key=lambda one: one["Status"] != "ISSUED")
    return found[0] if found else None


def _proof(certificate: dict[str, Any]) -> dict[str, str] | None:
    """Return the record that proves the name; it is there some seconds after asking."""
    for one in certificate.get("DomainValidationOptions", []):
        if record := one.get("ResourceRecord"):
            return dict(record)
    return None


def _target(client: Any, domain: str) -> dict[str, Any] | None:
    try:
        found = client.get_domain_name(DomainName=domain)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return None
    return dict(found["DomainNameConfigurations"][0])


def _zone(hand: Hand, domain: str) -> dict[str, Any] | None:
    """Return the public zone of this account's Route 53 that the name lies in."""
    pages = hand.client("route53").get_paginator("list_hosted_zones").paginate()
    zones = [one for page in pages for one in page["HostedZones"]]
    fitting = [
        one
        for one in zones
        if not one.get("Config", {}).get("PrivateZone")
        and f".{domain}.".endswith(f".{one['Name']}")
    ]
    return max(fitting, key=lambda one: len(one["Name"]), default=None)


def _write(hand: Hand, domain: str, record: str, kind: str, value: str) -> bool:
    """Write a record where this account keeps the zone; tell whether it does."""
    zone = _zone(hand, domain)
    if zone is None:
        return False
    if kind == "CNAME" and f"{record.rstrip('.')}." == zone["Name"]:
        raise Failure(
            f"{domain} is the zone itself, where DNS takes no CNAME: choose a name below it, such "
            f"as cards.{domain}"
        )
    change = {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            "Name": record,
            "Type": kind,
            "TTL": 300,
            "ResourceRecords": [{"Value": value}],
        },
    }
    hand.change(
        "route53",
        "change_resource_record_sets",
        HostedZoneId=zone["Id"],
        ChangeBatch={"Changes": [change]},
    )
    return True
