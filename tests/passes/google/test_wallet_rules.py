"""The local Wallet API's rules without a server, on a clock of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from google.auth import crypt as untyped_crypt
from google.auth import jwt as untyped_jwt

from infra.local.wallet import ISSUER_ID, schema
from infra.local.wallet.account import BadTokenError, SignatureCheck
from infra.local.wallet.api import WalletApi
from infra.local.wallet.callbacks import PAUSES, Callbacks
from infra.local.wallet.faults import RateLimit
from infra.local.wallet.keys import CallbackKeys
from infra.local.wallet.rules import RefusalError
from infra.local.wallet.saving import Saving
from infra.local.wallet.store import Store
from infra.local.wallet.switches import Switches
from passes.google import objects
from passes.google.callback import NotAuthenticError, UnknownRootError, root_keys, verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

jwt: Any = untyped_jwt  # google-auth has no types
crypt: Any = untyped_crypt
DAY = 86_400.0
HOUR = 3600.0
CALLBACK = "http://127.0.0.1:4100/google/callback"
SAVE = "http://127.0.0.1:4104/gp/v/save"


class Google:
    """Everything but the server, and a postman that a test calls."""

    def __init__(self, account: dict[str, Any], signer: Any, check: SignatureCheck) -> None:
        self.now = 1_800_000_000.0
        self.switches = Switches()
        self.store = Store()
        self.account = account
        self.signer = signer
        self.keys = CallbackKeys(self.store, self.clock)
        self.status: int | None = 200
        self.posted: list[tuple[str, bytes]] = []
        self.callbacks = Callbacks(self.store, self.keys, self.clock, self.post, self.look)
        self.api = WalletApi(self.store, ISSUER_ID, self.clock, self.look)
        self.saving = Saving(
            *(self.api, self.store, check),
            callbacks=self.callbacks,
            clock=self.clock,
            switches=self.look,
            save_url=SAVE,
        )

    def clock(self) -> float:
        return self.now

    def look(self) -> Switches:
        return self.switches

    def switch(self, **wish: Any) -> None:
        self.switches = self.switches.changed(wish)

    def post(self, url: str, body: bytes) -> int | None:
        self.posted.append((url, body))
        return self.status

    def __call__(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        return self.api.answer(method, path.split("/"), query, body)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        with pytest.raises(RefusalError) as caught:
            self(method, path, body)
        error = caught.value.body["error"]
        assert error["code"] == caught.value.status
        assert error["errors"][0]["domain"] == "walletobjects"
        return caught.value.status, f"{error['errors'][0]['reason']}: {error['message']}"

    def token(self, *named: dict[str, Any], classes: Any = (), **claims: Any) -> str:
        payload = {"loyaltyObjects": list(named), "loyaltyClasses": list(classes)}
        said = {
            "iss": self.account["client_email"],
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(self.now),
            "origins": ["https://shop.test"],
            "payload": payload,
        }
        return str(jwt.encode(self.signer, said | claims).decode())

    def events(self) -> list[tuple[str, str]]:
        """Return what a genuine receiver has read: kind and nonce."""
        found = []
        for _, body in self.posted:
            said = self.read(body)
            found.append((said.kind, said.nonce))
        return found

    def read(self, body: bytes) -> Any:
        now = datetime.fromtimestamp(self.now, UTC)
        return verify(body, ISSUER_ID, root_keys(self.keys.document()), now)


@pytest.fixture(scope="module")
def account(account_file: Path) -> tuple[dict[str, Any], Any, SignatureCheck]:
    found = json.loads(account_file.read_text())
    return found, crypt.RSASigner.from_service_account_info(found), SignatureCheck(found)


@pytest.fixture
def google(account: tuple[dict[str, Any], Any, SignatureCheck]) -> Iterator[Google]:
    made = Google(*account)
    yield made
    made.store.close()


@pytest.fixture
def drawn(world: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    program = objects.loyalty_class(world.profile, world.design, world.issuer)
    program["callbackOptions"] = {"url": CALLBACK}
    return program, objects.loyalty_object(world.card(), world.design, world.issuer, world.now)


@pytest.fixture
def card(google: Google, drawn: Any) -> dict[str, Any]:
    google("POST", "loyaltyClass", drawn[0])
    return google("POST", "loyaltyObject", drawn[1])


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_a_root_that_is_no_message(google: Google, body: Any) -> None:
    assert google.refused("POST", "loyaltyClass", body)[1].endswith(
        "Root element must be a message."
    )


def test_the_words_of_errors(google: Google, card: Any) -> None:
    other = f"{ISSUER_ID}.other"
    assert google.refused("GET", f"loyaltyObject/{other}") == (
        404,
        f"resourceNotFound: Wallet Object {other} not found.",
    )
    assert google.refused("GET", f"loyaltyClass/{other}") == (
        404,
        f"classNotFound: Wallet Object Class {other} not found.",
    )
    found = google.store.get("loyaltyObject", card["id"])
    assert google.refused("POST", "loyaltyObject", found) == (
        409,
        f"existingResource: Wallet Object {card['id']} already exists.",
    )
    assert google.refused("GET", "loyaltyObject/77.x")[0] == 403
    assert google.refused("POST", "loyaltyObject", {"points": 1})[1] == (
        'invalidArgument: Invalid JSON payload received. Unknown name "points" at '
        "'resource': Cannot find field."
    )


def test_reviews_go_one_way(google: Google, drawn: Any) -> None:
    program = drawn[0]
    path = f"loyaltyClass/{program['id']}"
    google("POST", "loyaltyClass", program | {"reviewStatus": "draft"})
    assert google("GET", path)["reviewStatus"] == "DRAFT"
    google("PATCH", path, {"programName": "Other"})
    google("PUT", path, program)
    assert google("GET", path)["reviewStatus"] == "APPROVED"
    assert google.refused("PUT", path, program | {"reviewStatus": "DRAFT"})[0] == 400
    assert google.refused("PUT", path, program | {"reviewStatus": "APPROVED"})[0] == 400
    assert google.refused("PATCH", path, {"reviewStatus": "DRAFT"})[0] == 400
    assert google.refused("PATCH", path, {"hexBackgroundColor": "#000"})[0] == 400
    found = google.store.get("loyaltyClass", program["id"]) or {}
    google.store.put("loyaltyClass", found | {"reviewStatus": "REJECTED"})
    assert google.refused("POST", "loyaltyObject", drawn[1])[0] == 400
    assert google.refused("PATCH", path, {"reviewStatus": "DRAFT"})[0] == 400
    google("PATCH", path, {"reviewStatus": "UNDER_REVIEW"})
    assert google("POST", "loyaltyObject", drawn[1])["state"] == "ACTIVE"


def test_put_replaces_and_patch_merges(google: Google, card: Any) -> None:
    path = f"loyaltyObject/{card['id']}"
    google("PATCH", path, {"messages": [{"id": "a"}, {"id": "b"}], "accountName": None})
    google("PATCH", path, {"messages": [{"id": "c"}]})
    shown = google("GET", path)
    assert [one["id"] for one in shown["messages"]] == ["c"]
    assert "accountName" not in shown
    assert shown["barcode"] == card["barcode"]
    small = {"classId": card["classId"], "state": "EXPIRED", "notifyPreference": "NOTIFY_ON_UPDATE"}
    shown = google("PUT", path, small)
    assert set(shown) == {"kind", "id", "classId", "state", "hasUsers", "classReference"}
    assert google.refused("PUT", path, small | {"id": f"{ISSUER_ID}.x"})[0] == 400


def test_a_callback_address_is_https_or_this_machine(google: Google, drawn: Any) -> None:
    program = drawn[0]
    for url, good in (
        ("https://shop.test/google/callback", True),
        (CALLBACK, True),
        ("http://shop.test/google/callback", False),
        ("http://127.0.0.1.shop.test/google/callback", False),
        ("ftp://shop.test", False),
    ):
        body = program | {
            "id": f"{ISSUER_ID}.c{len(google.store.all('loyaltyClass'))}",
            "callbackOptions": {"url": url},
        }
        if good:
            google("POST", "loyaltyClass", body)
        else:
            assert google.refused("POST", "loyaltyClass", body)[0] == 400


def test_pictures_that_cannot_be_fetched(google: Google, drawn: Any) -> None:
    google.switch(unfetchable="google-logo")
    assert "cannot fetch image" in google.refused("POST", "loyaltyClass", drawn[0])[1]
    google.switch(unfetchable="")
    assert google("POST", "loyaltyClass", drawn[0])


@pytest.mark.skipif(not schema.available(), reason="needs the discovery document")
def test_the_old_spelling_of_enums(google: Google, card: Any) -> None:
    google.switch(lower_camel=True)
    shown = google("GET", f"loyaltyObject/{card['id']}")
    assert shown["state"] == "active"
    assert shown["barcode"]["type"] == "qrCode"
    reference = shown["classReference"]
    assert reference["reviewStatus"] == "approved"
    assert reference["multipleDevicesAndHoldersAllowedStatus"] == "oneUserAllDevices"
    # Texts that look like values are left alone, and values without an old spelling.
    messages = [{"messageType": "TEXT"}, {"messageType": "TEXT_AND_NOTIFY"}]
    change = {"accountName": "ACTIVE", "state": "inactive", "messages": messages}
    shown = google("PATCH", f"loyaltyObject/{card['id']}", change)
    assert (shown["accountName"], shown["state"]) == ("ACTIVE", "inactive")
    assert [one["messageType"] for one in shown["messages"]] == ["text", "TEXT_AND_NOTIFY"]
    google.switch(lower_camel=False)
    assert google("GET", f"loyaltyObject/{card['id']}")["state"] == "INACTIVE"


def message(number: int, kind: str = "TEXT_AND_NOTIFY") -> dict[str, Any]:
    return {"message": {"id": f"m{number}", "header": "h", "body": "b", "messageType": kind}}


def test_the_fourth_notifying_message_in_a_day(google: Google, card: Any) -> None:
    path = f"loyaltyObject/{card['id']}/addMessage"
    for number in range(3):
        google("POST", path, message(number))
        google.now += HOUR
    status, text = google.refused("POST", path, message(3))
    assert status == 403
    assert text == (
        f"quotaExceeded: Quota exceeded for issuer {ISSUER_ID} when adding TEXT_AND_NOTIFY "
        f"message to object {card['id']}."
    )
    shown = google("POST", path, message(4, "TEXT"))["resource"]
    assert [one["id"] for one in shown["messages"]] == ["m0", "m1", "m2", "m4"]
    google.now += DAY - 3 * HOUR
    google("POST", path, message(5))
    assert google.refused("POST", path, message(6))[0] == 403


def test_messages_of_a_class_count_for_its_cards(google: Google, card: Any) -> None:
    of_class = f"loyaltyClass/{card['classId']}/addMessage"
    of_card = f"loyaltyObject/{card['id']}/addMessage"
    for number in range(2):
        google("POST", of_class, message(number))
    google("POST", of_card, message(2))
    assert google.refused("POST", of_card, message(3))[0] == 403
    google("POST", of_class, message(3))
    status, text = google.refused("POST", of_class, message(4))
    assert (status, f"message to class {card['classId']}" in text) == (403, True)


def test_the_eleventh_message(google: Google, card: Any) -> None:
    path = f"loyaltyObject/{card['id']}/addMessage"
    for number in range(10):
        google("POST", path, message(number, "TEXT"))
    assert google.refused("POST", path, message(10))[0] == 400
    assert google.store.notifications() == []  # a refused message tells nobody
    google.switch(eleventh_message="drop")
    shown = google("POST", path, message(11, "text"))["resource"]["messages"]
    assert [one["id"] for one in shown] == [f"m{number}" for number in (*range(1, 10), 11)]


def test_changed_fields_tell_three_times_a_day_and_then_in_silence(
    google: Google, card: Any
) -> None:
    path = f"loyaltyObject/{card['id']}"

    def patch(points: int, **more: Any) -> None:
        google("PATCH", path, {"loyaltyPoints": {"balance": {"int": points}}} | more)

    wish = {"notifyPreference": "NOTIFY_ON_UPDATE"}
    patch(8)
    assert google.store.notifications() == []  # nobody asked for it
    google("PATCH", path, {"accountName": "Bea", **wish})
    patch(8, **wish)
    assert google.store.notifications() == []  # no listed field has changed
    for points in range(9, 14):
        patch(points, **wish)
    assert [one["shown"] for one in google.store.notifications()] == [True] * 3 + [False] * 2
    assert google("GET", path)["loyaltyPoints"]["balance"] == {"int": 13}
    google("POST", f"{path}/addMessage", message(1))  # has a budget of its own
    google.now += DAY
    patch(20, **wish)
    assert google.store.notifications()[-1]["shown"] is True


def test_linked_objects(google: Google, card: Any, drawn: Any) -> None:
    names = [f"{ISSUER_ID}.l{number:02d}" for number in range(60)]
    for name in names:
        google("POST", "loyaltyObject", drawn[1] | {"id": name})
    path = f"loyaltyObject/{card['id']}"

    def link(*linked: str) -> Any:
        return google("PATCH", path, {"linkedObjectIds": list(linked)})["linkedObjectIds"]

    def refused(*linked: str, on: str = path) -> str:
        return google.refused("PATCH", on, {"linkedObjectIds": list(linked)})[1]

    assert link(names[0]) == names[:1]
    assert "cannot be unlinked" in refused(names[1])
    assert "cannot be unlinked" in google.refused("PATCH", path, {"linkedObjectIds": None})[1]
    assert "itself" in refused(names[0], card["id"])
    assert "different issuer" in refused(names[0], "42.x")
    assert "not found" in refused(names[0], f"{ISSUER_ID}.none")
    assert "itself linked" in refused(names[1], on=f"loyaltyObject/{names[0]}")
    google("PATCH", f"loyaltyObject/{names[1]}", {"linkedObjectIds": [names[2]]})
    assert "already has linked" in refused(names[0], names[1])
    many = [names[0], *names[3:]]
    assert link(*many) == many[:50]
    google.switch(beyond_fifty_links="reject")
    assert "limit" in refused(*many)


def test_twenty_requests_a_second() -> None:
    limit = RateLimit()
    assert [limit.is_exceeded(number / 1000, 20) for number in range(25)] == [False] * 20 + [
        True
    ] * 5
    assert not limit.is_exceeded(1.0, 20)
    assert not any(limit.is_exceeded(2.0, 0) for _ in range(50))


def named(card: dict[str, Any]) -> dict[str, Any]:
    return {"id": card["id"], "classId": card["classId"]}


def test_save_and_remove_are_called_back(google: Google, card: Any) -> None:
    assert google("GET", f"loyaltyObject/{card['id']}")["hasUsers"] is False
    for _ in range(2):  # a page that is opened again saves nothing new
        google.saving.save(google.token(named(card)), "ann", "")
    assert google("GET", f"loyaltyObject/{card['id']}")["hasUsers"] is True
    assert google.callbacks.deliver() is None
    assert google.saving.remove(card["id"], "ann")
    assert not google.saving.remove(card["id"], "ann")
    assert not google.saving.remove("none", "ann")
    google.callbacks.deliver()
    assert [kind for kind, _ in google.events()] == ["save", "del"]
    assert google("GET", f"loyaltyObject/{card['id']}")["hasUsers"] is False
    assert {url for url, _ in google.posted} == {CALLBACK}
    body = json.loads(google.posted[0][1])
    assert set(body) == {
        *("signature", "intermediateSigningKey", "protocolVersion", "signedMessage"),
    }
    assert b"\\u003d" in google.keys.document()
    assert "\\u003d" in body["intermediateSigningKey"]["signedKey"]
    first, second = (json.loads(json.loads(one)["signedMessage"]) for _, one in google.posted)
    assert first["expTimeMillis"] < second["expTimeMillis"]


def test_no_address_no_callback(google: Google, drawn: Any) -> None:
    program, body = drawn
    program.pop("callbackOptions")
    google("POST", "loyaltyClass", program)
    card = google("POST", "loyaltyObject", body)
    google.saving.save(google.token(named(card)), "ann", "")
    assert google.store.callbacks() == []


def test_addresses_outside_are_never_called(google: Google, drawn: Any) -> None:
    google("POST", "loyaltyClass", drawn[0] | {"callbackOptions": {"url": "https://shop.test/x"}})
    google.saving.save(google.token(named(google("POST", "loyaltyObject", drawn[1]))), "ann", "")
    assert google.callbacks.deliver() is None
    assert google.posted == []
    assert "not sent" in google.store.callbacks()[0]["outcome"]


def test_what_is_not_taken_comes_again_unchanged(google: Google, card: Any) -> None:
    google.saving.save(google.token(named(card)), "ann", "")
    for number, pause in enumerate(PAUSES):
        google.status = (None, 503, 401, 302, 500)[number]
        assert google.callbacks.deliver() == pytest.approx(pause)
        google.now += pause
    google.status = 204
    assert google.callbacks.deliver() is None
    assert len({body for _, body in google.posted}) == 1
    assert len(google.posted) == 1 + len(PAUSES)
    assert google.store.callbacks()[0]["outcome"] == "204"


def test_a_receiver_that_never_takes_it_is_given_up(google: Google, card: Any) -> None:
    google.status = None
    google.saving.save(google.token(named(card)), "ann", "")
    while (pause := google.callbacks.deliver()) is not None:
        google.now += pause
    assert google.store.callbacks()[0]["outcome"] == "no answer, given up"


def test_duplicates_have_one_nonce_and_lost_ones_are_lost(google: Google, card: Any) -> None:
    google.callbacks.arm("duplicate", 1)
    google.callbacks.arm("lost", 1)
    google.saving.save(google.token(named(card)), "ann", "")
    google.saving.remove(card["id"], "ann")
    google.callbacks.deliver()
    (kind, nonce), second = google.events()
    assert (kind, nonce) == second
    assert kind == "save"
    with pytest.raises(ValueError, match="mode"):
        google.callbacks.arm("late", 1)


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("expired_message", NotAuthenticError),
        ("expired_key", NotAuthenticError),
        ("other_issuer", NotAuthenticError),
        ("unknown_root", UnknownRootError),
    ],
)
def test_spoiled_callbacks(google: Google, card: Any, mode: str, error: type[Exception]) -> None:
    google.callbacks.arm(mode, 1)
    google.saving.save(google.token(named(card)), "ann", "")
    google.saving.remove(card["id"], "ann")
    google.callbacks.deliver()
    with pytest.raises(error):
        google.read(google.posted[0][1])
    assert google.read(google.posted[1][1]).kind == "del"


@pytest.mark.parametrize("reverse", [False, True])
def test_held_back_and_released_in_any_order(google: Google, card: Any, reverse: bool) -> None:  # noqa: FBT001
    google.switch(hold_callbacks=True)
    google.saving.save(google.token(named(card)), "ann", "")
    google.saving.remove(card["id"], "ann")
    assert google.callbacks.deliver() is None
    assert google.posted == []
    google.callbacks.release(reverse=reverse)
    google.callbacks.deliver()
    kinds = [kind for kind, _ in google.events()]
    assert kinds == (["del", "save"] if reverse else ["save", "del"])
    google.callbacks.release(reverse=reverse)
    google.callbacks.deliver()
    assert len(google.posted) == 2


@pytest.mark.parametrize("keep", [False, True])
def test_rotated_roots(google: Google, card: Any, keep: bool) -> None:  # noqa: FBT001
    old = google.keys.document()
    google.keys.rotate(keep=keep)
    google.saving.save(google.token(named(card)), "ann", "")
    google.callbacks.deliver()
    assert google.events()
    assert len(root_keys(google.keys.document())) == 1 + keep
    now = datetime.fromtimestamp(google.now, UTC)
    with pytest.raises(UnknownRootError):
        verify(google.posted[0][1], ISSUER_ID, root_keys(old), now)


@pytest.mark.parametrize(
    ("status", "second", "third"),
    [
        ("MULTIPLE_HOLDERS", True, True),
        ("ONE_USER_ALL_DEVICES", False, True),
        ("ONE_USER_ONE_DEVICE", False, False),
    ],
)
def test_who_may_hold_a_card(
    google: Google,
    drawn: Any,
    status: str,
    second: bool,  # noqa: FBT001
    third: bool,  # noqa: FBT001
) -> None:
    google("POST", "loyaltyClass", drawn[0] | {"multipleDevicesAndHoldersAllowedStatus": status})
    card = google("POST", "loyaltyObject", drawn[1])
    link = google.token(named(card))
    google.saving.save(link, "ann", "phone")
    for user, device, allowed in (("bob", "phone", second), ("ann", "tablet", third)):
        if allowed:
            google.saving.save(link, user, device)
        else:
            with pytest.raises(RefusalError, match="already been saved"):
                google.saving.save(link, user, device)
    assert len(google.store.holders(card["id"])) == 1 + second


def test_demo_mode(google: Google, card: Any) -> None:
    google.switch(demo=True, test_users=["ann@example.com"])
    with pytest.raises(RefusalError, match="User not allowed to save the pass"):
        google.saving.save(google.token(named(card)), "bob@example.com", "")
    assert google.saving.save(google.token(named(card)), "ann@example.com", "")


def test_a_link_makes_what_is_not_there_and_changes_nothing(google: Google, drawn: Any) -> None:
    program, body = drawn
    fat = google.token(body, classes=[program])
    with pytest.raises(BadTokenError, match="cut it off"):
        google.saving.save(fat, "ann", "")  # too long for a browser
    answer = google.saving.insert({"jwt": fat})
    assert answer["resources"]["loyaltyObjects"][0]["id"] == body["id"]
    assert answer["saveUri"].startswith(f"{SAVE}/")
    assert len(answer["saveUri"]) < 100
    google("PATCH", f"loyaltyObject/{body['id']}", {"accountName": "Bea"})
    shown = google.saving.save(answer["saveUri"].rpartition("/")[2], "ann", "")
    assert shown[0]["accountName"] == "Bea"
    short = google.token({"id": f"{ISSUER_ID}.new", "classId": program["id"], "state": "ACTIVE"})
    assert google.saving.save(short, "ann", "")[0]["state"] == "ACTIVE"
    with pytest.raises(RefusalError, match="not found"):
        google.saving.save(google.token({"id": f"{ISSUER_ID}.none"}), "ann", "")
    with pytest.raises(RefusalError, match="Invalid JWT"):
        google.saving.insert({"jwt": fat[:-4] + "AAAA"})


def test_validate_makes_nothing(google: Google, drawn: Any) -> None:
    program, body = drawn

    def of(payload: Any) -> dict[str, Any]:
        return {"jsonResource": {"json": json.dumps(payload)}}

    whole = {"loyaltyClasses": [program], "loyaltyObjects": [body]}
    assert google.saving.validate(of(whole)) == {}
    assert google.saving.validate(of({"payload": whole})) == {}
    token = google.token(body, classes=[program])
    assert google.saving.validate({"jwtResource": {"jwt": token}}) == {}
    assert google.store.all("loyaltyObject") == google.store.all("loyaltyClass") == []
    wrong: list[Any] = [
        {},
        {"jwtResource": {"jwt": token}, **of(whole)},
        {"jwtResource": {"jwt": "a.b.c"}},
        {"jsonResource": {"json": "{"}},
        {"unknown": {}},
        [],
        of([]),
        of({}),
        of({"loyaltyObjects": [body]}),
        of({"loyaltyObjects": [{"id": body["id"]}]}),
        of({"loyaltyObjects": [body | {"points": 1}], "loyaltyClasses": [program]}),
        of({"loyaltyObjects": [body], "loyaltyClasses": [program | {"reviewStatus": "DRAFT"}]}),
    ]
    for one in wrong:
        with pytest.raises(RefusalError):
            google.saving.validate(one)


def test_switches_are_strict() -> None:
    assert Switches().changed({"latency": 6}).latency == 6
    for wish in (
        {"speed": 1},
        {"demo": 1},
        {"rate_limit": True},
        {"rate_limit": "20"},
        {"rate_answer": 500},
        {"eleventh_message": "keep"},
        {"test_users": "ann"},
    ):
        with pytest.raises(ValueError, match=r"\w"):
            Switches().changed(wish)
    changed = Switches().changed({"test_users": ["ann"], "rate_limit": 20})
    assert Switches().changed(json.loads(json.dumps(changed.view()))) == changed
