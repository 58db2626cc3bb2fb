"""A program in a third language, over HTTP: the join page, the card, the pass, the join kit."""

from __future__ import annotations

import io
import secrets
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from infra.local.deployment import Cloud
from infra.local.web import ask, ask_json
from loyalty.languages import spoken
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from tests.support.speaking import speaking
from tests.support.world import shipped

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def program(open_shop: Shop) -> str:
    aws = open_shop.stack["aws"]
    cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
    name = f"deutsch-{secrets.token_hex(4)}"
    german = replace(speaking(shipped("coffee"), "de"), id=name)
    Programs(tables, lambda: datetime.now(UTC)).put(german)
    return name


def test_whoever_reads_german_is_served_in_german(shop: Shop, program: str) -> None:
    base, pages = shop.stack["base_url"], spoken("de").PAGES
    reader = {**HTML, "Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    form = ask("GET", f"{base}/join/{program}", None, reader).body.decode()
    assert '<html lang="de">' in form
    assert pages["join"]["submit"] in form
    mail = f"{secrets.token_hex(6)}@example.com"
    sent = {"first_name": "Jürgen", "email": mail, "consent": True, "language": "de"}
    joined = ask_json("POST", f"{base}/join/{program}?source=flyer", sent)
    assert joined.status == 201, joined
    card = joined.json()
    page = ask("GET", card["card_url"], None, HTML).body.decode()
    assert '<html lang="de">' in page
    assert pages["card"]["show"] in page
    assert "Nächste Prämie" in page
    (message,) = shop.outbox(mail)
    assert "ist der Code für Ihre Karte" in message["text"]
    pass_ = zipfile.ZipFile(io.BytesIO(ask("GET", card["apple_url"]).body))
    # The pass itself is German, and a phone that speaks another of the program's has its texts.
    assert "Mitglied" in pass_.read("pass.json").decode()
    assert {"de", "en", "ru"} == {
        name.partition(".")[0] for name in pass_.namelist() if ".lproj/pass.strings" in name
    }
    staff = ask("GET", f"{base}/join/{program}/kit/staff?language=de", None, HTML).body.decode()
    assert pages["kit"]["staff_scan"] in staff
    assert shop.behind.member(program, card["member_id"]).source == "flyer"


def test_the_team_reads_german_where_the_program_speaks_none(shop: Shop) -> None:
    document = shop.api("GET", "/v1/program", "owner_key").json()["document"]
    assert "de" not in document["languages"]
    told = shop.api("GET", "/v1/program/description?language=de", "owner_key").json()
    assert told["language"] == "de"
    assert "Punkte" in " ".join(told["sentences"])
    called = document["rewards"][0]["name"][document["languages"][0]]
    assert called in " ".join(told["sentences"]), "what the shop wrote stays as it wrote it"
