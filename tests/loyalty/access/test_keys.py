"""API keys and endpoints: what is stored, what opens, what is refused."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from itertools import product
from typing import get_args
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.access.keys import ApiKey, Credentials, Endpoint, Scope, key_text, label
from loyalty.store import keys
from loyalty.store.tables import Cancelled
from tests.support.memory import MemoryTables
from tests.support.world import START

SECRET = "s" * 20 + "S" * 20
KEY = ApiKey("ownerkey1", "coffee", "owner")


@pytest.fixture
def credentials() -> Credentials:
    return Credentials(MemoryTables(), "live")


def mended(text: str) -> str:
    """Return a changed key with a checksum that fits."""
    body = text.rpartition("_")[0]
    return f"{body}_{crc32(body.encode()):08x}"


def test_a_key_opens_and_says_whose_it_is(credentials: Credentials) -> None:
    key = ApiKey("tillkey01", "coffee", "till", ("till", "square"), START + timedelta(days=1))
    text = credentials.add_key(key, "live", SECRET)
    assert text.startswith("lk_live_tillkey01_")
    assert credentials.key(text, START) == key


def test_a_key_ends_at_its_instant(credentials: Credentials) -> None:
    ends = START + timedelta(days=1)
    text = credentials.add_key(ApiKey("tillkey01", "coffee", "till", (), ends), "live", SECRET)
    assert credentials.key(text, ends - timedelta(microseconds=1))
    assert credentials.key(text, ends) is None


def test_a_key_is_made_once(credentials: Credentials) -> None:
    text = credentials.add_key(KEY, "live", SECRET)
    with pytest.raises(Cancelled):
        credentials.add_key(ApiKey(KEY.id, "barber", "owner"), "live", "x" * 40)
    assert credentials.key(text, START) == KEY


def test_the_secret_is_not_stored(credentials: Credentials) -> None:
    tables = MemoryTables()
    text = Credentials(tables, "live").add_key(KEY, "live", SECRET)
    stored = repr(tables.items)
    assert SECRET not in stored
    assert text not in stored
    assert hashlib.sha256(SECRET.encode()).hexdigest() in stored


def test_wrong_keys_do_not_open(credentials: Credentials) -> None:
    text = credentials.add_key(KEY, "live", SECRET)
    wrong = [
        "",
        "lk",
        text[:-1],
        text + "0",
        text + "\n",
        f" {text}",
        text.upper(),
        text.replace(SECRET, "S" + SECRET[1:]),
        mended(text.replace(SECRET, "S" + SECRET[1:])),
        mended(text.replace("ownerkey1", "ownerkey2")),
        mended(text.replace("live", "test1")),
        "lk_live_ownerkey1_" + "ß" * 40 + "_00000000",
        "\ud800",
        text * 1000,
    ]
    assert [given for given in wrong if credentials.key(given, START)] == []


def test_a_typo_is_seen_without_asking_the_table() -> None:
    tables = MemoryTables()
    credentials = Credentials(tables, "live")
    text = credentials.add_key(KEY, "live", SECRET)
    calls = tables.calls
    typo = ("b" if text[20] != "b" else "c").join((text[:20], text[21:]))
    assert credentials.key(typo, START) is None
    assert tables.calls == calls


@given(st.text(max_size=120) | st.from_regex(r"lk_[a-z]{1,4}_[a-z0-9]{8}_[A-Za-z0-9]{32}_\w{8}"))
def test_noise_never_opens_and_never_raises(text: str) -> None:
    credentials = Credentials(MemoryTables(), "live")
    credentials.add_key(KEY, "live", SECRET)
    assert credentials.key(text, START) is None


@pytest.mark.parametrize(
    ("key_id", "secret"),
    [("short", SECRET), ("UPPERCASE", SECRET), ("ownerkey1", "short"), ("owner#key", SECRET)],
)
def test_keys_without_form_are_not_made(credentials: Credentials, key_id: str, secret: str) -> None:
    with pytest.raises(ValueError, match="a key needs an id"):
        key_text(key_id, "live", secret)
    with pytest.raises(ValueError, match="a key needs an id"):
        credentials.add_key(ApiKey(key_id, "coffee", "owner"), "live", secret)


def test_a_key_of_another_environment_opens_nothing() -> None:
    """Nor one whose label was changed, or that says the same in other letters."""
    tables = MemoryTables()
    text = Credentials(tables, "live").add_key(KEY, "live", SECRET)
    assert Credentials(tables, "live").key(text, START) == KEY
    for other in ("test", "liv", "livee", "", None):
        assert Credentials(tables, other).key(text, START) is None
    for relabelled in ("test", "lives"):
        assert Credentials(tables, "live").key(key_text(KEY.id, relabelled, SECRET), START) is None
        assert Credentials(tables, relabelled).key(text, START) is None


def test_a_key_of_a_test_side_says_so_and_opens_only_that() -> None:
    tables = MemoryTables()
    credentials = Credentials(tables, "live")
    key = ApiKey("testkey01", "coffee.test", "owner")
    text = credentials.add_key(key, "live", SECRET)
    assert text.startswith("lk_test_testkey01_")
    assert credentials.key(text, START) == key
    # Neither says of itself what it is not, whatever it is relabelled to.
    assert credentials.key(key_text(key.id, "live", SECRET), START) is None
    credentials.add_key(KEY, "live", SECRET)
    assert credentials.key(key_text(KEY.id, "test", SECRET), START) is None


@pytest.mark.parametrize(
    ("stage", "wanted"),
    [
        ("production", "production"),
        ("eu-2-staging", "eustaging"),
        ("7", "stage"),
        ("test", "stage"),
        ("x" * 12, "x" * 10),
    ],
)
def test_a_stage_has_its_label(stage: str, wanted: str) -> None:
    assert label(stage) == wanted


SCOPES: tuple[Scope, ...] = get_args(Scope)


@pytest.mark.parametrize(("has", "needs"), [*product(SCOPES, SCOPES)])
def test_who_leads_may_what_staff_may_and_nobody_else_more_than_their_own(
    has: Scope, needs: Scope
) -> None:
    allowed = {(one, one) for one in SCOPES} | {("owner", "staff"), ("manager", "staff")}
    assert ApiKey("somebody1", "coffee", has).may(needs) == ((has, needs) in allowed)


def test_nothing_is_allowed_by_default() -> None:
    assert not ApiKey("somebody1", "coffee", "owner").may()


def test_an_endpoint_is_found_again(credentials: Credentials) -> None:
    endpoint = Endpoint("shop-1", "coffee", ("till", "square"), "square", "https://x.example/h")
    credentials.put_endpoint(endpoint)
    assert credentials.endpoint("shop-1") == endpoint
    assert endpoint.source == "till"
    assert credentials.endpoint("shop-2") is None


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint("e", "coffee", (), "standard"),
        Endpoint("e", "coffee", ("till", ""), "standard"),
        Endpoint("e", "coffee", ("till#1",), "standard"),
        Endpoint("e", "coffee", ("till\n",), "standard"),
        Endpoint("e", "coffee", ("square",), "square"),
    ],
)
def test_an_endpoint_that_could_not_work_is_refused(
    credentials: Credentials, endpoint: Endpoint
) -> None:
    with pytest.raises(ValueError, match="endpoint needs"):
        credentials.put_endpoint(endpoint)


def test_keys_and_endpoints_do_not_stand_in_for_each_other(credentials: Credentials) -> None:
    credentials.add_key(KEY, "live", SECRET)
    assert credentials.endpoint(KEY.id) is None
    assert keys.directory_key("key", KEY.id) != keys.directory_key("endpoint", KEY.id)


def test_the_suite_sees_a_careless_comparison(
    credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: any secret opens."""
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    with pytest.raises(AssertionError):
        test_wrong_keys_do_not_open(credentials)
