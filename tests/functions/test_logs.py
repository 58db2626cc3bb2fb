"""What fails behind any function leaves kind and place in its log, and never words.

Every collaborator of every function fails in turn, with an error whose words, and those of the
errors behind it, are private. Nothing of them may be printed: not by our logger, not by a
library's, and not by the runtime, which prints the error that an invocation ends with.
"""

from __future__ import annotations

import copy
import errno
import json
import re
import ssl
import sys
import traceback
from dataclasses import asdict, replace
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from functions import apple, push_apple, router
from functions import google_callback as google_callback_function
from functions import owner as owner_function
from functions.aws.observability import logger, metrics
from functions.http import failures
from functions.wiring import (
    access,
    callback_keys,
    campaigning,
    card_reading,
    devices,
    environment,
    google_state,
    storage,
)
from loyalty.messages import Contact
from loyalty.outgoing.queued import Sending
from loyalty.refusals import Refusal
from loyalty.store import receivers
from loyalty.store.campaign_book import KeptCampaign
from loyalty.store.offers import Place
from loyalty.store.receivers import Receiver
from passes.apple.push import ApnsClient
from passes.google.callback_keys import KeyAnswer, KeyRing
from passes.google.failures import GoogleError, UnavailableError
from tests.functions.conftest import FACTORIES, WIRING
from tests.support import google_callback
from tests.support.events import Context, http, sqs, stream
from tests.support.till import SECRET, order, redemption

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from tests.functions.conftest import Shop

Events = dict[str, list[dict[str, Any]]]

PRIVATE = "ann@example.com lk_test_0123 1.A.CARD.CODE"
PASS_TYPE = "pass.com.example.loyalty"
SERVERLESS = Path(__file__).parents[2] / "serverless.yml"
NAMES = sorted(
    re.findall(r"handler: functions/(\w+)\.handler", SERVERLESS.read_text(encoding="utf-8"))
)


def chained() -> Exception:
    made = RuntimeError(PRIVATE)
    made.__cause__ = KeyError(PRIVATE)
    return made


ERRORS: dict[str, Callable[[], Exception]] = {
    "of ours": chained,
    "of AWS": lambda: ClientError(
        {"Error": {"Code": PRIVATE, "Message": PRIVATE}, "ResponseMetadata": {}},  # type: ignore[typeddict-item]
        "PutItem",
    ),
    "of Google": lambda: GoogleError(PRIVATE, 400, PRIVATE, PRIVATE),
    "of Google, down": lambda: UnavailableError(PRIVATE, 503, PRIVATE, PRIVATE),
    "of the network": lambda: OSError(5, PRIVATE),
    "a refusal": lambda: Refusal("unavailable", "try_again", PRIVATE),
    "not found": lambda: LookupError(PRIVATE),
}


class Failing:
    """A collaborator that is there, and fails at whatever it is asked."""

    def __init__(self, fail: Callable[..., Any]) -> None:
        self._fail = fail

    def __getattr__(self, _: str) -> Any:
        return self._fail


@pytest.fixture
def events(shop: Shop, context: Any, monkeypatch: pytest.MonkeyPatch) -> Events:
    """Return requests and batches that reach what each function can do."""
    settings = replace(
        environment.configuration(),
        apple_pass_type_identifier=PASS_TYPE,
        google_issuer_id=google_callback.ISSUER,
    )
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    answer = KeyAnswer(200, {"cache-control": "max-age=3600"}, google_callback.ROOTS)
    monkeypatch.setattr(
        callback_keys,
        "google_callback_keys",
        lambda: KeyRing(lambda: answer, lambda: shop.world.now),
    )
    ann = shop.world.enrol(Contact("email", "ann@example.com"))
    shop.world.sell(order="theirs", total=5000, member=ann)
    shop.world.sell(order="parked", total=700)
    card = card_reading.cards().by_member("coffee", ann.member_id, shop.now)
    assert card is not None
    staff = {"authorization": shop.key("staff")}
    google_state.google_saves().mark("coffee", ann.member_id, shop.now)
    google_state.google_checks().want("coffee", ann.member_id)
    devices.registrations().register("d", card.serial, "aa01", int(shop.now.timestamp()))
    before, saved, removed = (
        google_callback.callback(
            objectId=f"{google_callback.ISSUER}.{card.serial}",
            eventType=kind,
            nonce=f"nonce-{number}",
            expTimeMillis=google_callback.NOW + google_callback.HOUR + number,
        )
        for number, kind in enumerate(("save", "save", "del"))
    )
    answered = google_callback_function.handler(
        http("POST", "/google/callback", {}, before), context
    )
    assert answered["statusCode"] == HTTPStatus.OK
    registration = f"/apple/v1/devices/d/registrations/{PASS_TYPE}/{card.serial}"
    token = {"authorization": f"ApplePass {access.tokens().apple_token(card.serial)}"}
    application = {"first_name": "Bob", "email": "bob@example.com", "consent": True}
    kept = {"endpoint": "coffee-till", "body": json.dumps(order())}
    bell = sqs([json.dumps({"program": "coffee", "member": ann.member_id})])
    changed = stream([(f"coffee#M#{ann.member_id}", "ACCOUNT")])
    owner = {"authorization": shop.key("owner")}
    begun = owner_function.handler(http("POST", "/v1/exports", owner), context)
    assert begun["statusCode"] == HTTPStatus.ACCEPTED
    conditions = {"conditions": {"field": "visits", "at_least": 1}}
    begin_campaign(shop)
    hears = Receiver("coffee", "crm", "https://crm.invalid/", (), "active", shop.now)
    receivers.put_receiver(shop.world.tables, hears)
    shop.secrets["receivers/coffee/crm"] = json.dumps({"secrets": [SECRET]})
    sending = Sending("coffee", "crm", "evt_1", "points.earned", 1, "{}")
    walk = {"segment": 0, "segments": 1, "after": None}
    redraw = {"redraw": "coffee", "since": 1, "step": 0}
    return {
        "api": [
            http("GET", "/v1/orders", staff, query={"state": "parked"}),
            http(
                "POST",
                "/v1/orders/till/parked/claim",
                staff,
                json.dumps({"card_code": ann.card_code}),
            ),
            http("POST", "/v1/cards/recover", staff, '{"email": "ann@example.com"}'),
        ],
        "apple": [
            http("GET", f"/c/{ann.link}/apple"),
            http("POST", registration, token, '{"pushToken": "aa01"}'),
            http("GET", f"/apple/v1/passes/{PASS_TYPE}/{card.serial}", token),
        ],
        "card_page": [
            http("GET", f"/c/{ann.link}", query={"confirm": "x"}),
            http("POST", f"/c/{ann.link}", query={"confirm": "x"}),
        ],
        "watch": [{"everything": True}],
        "google": [http("GET", f"/c/{ann.link}/google")],
        "google_callback": [
            http("POST", "/google/callback", {}, saved),
            http("POST", "/google/callback", {}, removed),
        ],
        "join": [
            http("GET", "/join/coffee"),
            http("POST", "/join/coffee", {"accept": "application/json"}, json.dumps(application)),
        ],
        "ledger_router": [
            stream([("coffee#M#1", "E#000000000001")], table="ledger"),
            stream([(f"coffee#M#{ann.member_id}", "E#000000000001")], "INSERT", "ledger"),
        ],
        "moving": [sqs([shop.queues.bodies("moving")[-1]])],
        "nightly": [{}, sqs([json.dumps(walk)]), sqs([json.dumps(redraw)])],
        "orders": [sqs([json.dumps(kept)])],
        "owner": [
            http("GET", "/v1/receivers", owner),
            http("POST", "/v1/receivers/crm/test", owner),
            http("POST", "/v1/receivers/crm/secrets", owner),
            http("GET", "/v1/keys", owner),
            http("GET", "/v1/audit", owner),
        ],
        "campaign_worker": [
            {},
            sqs([json.dumps({"program": "coffee", "campaign": "hello", "after": ""})]),
        ],
        "channel_worker": [{}, sqs([json.dumps(asdict(Place("coffee", "hello", "once", "x")))])],
        "channels": [
            http("GET", "/u/x"),
            http("POST", "/u/x"),
            http("POST", "/messages/ses/coffee", {}, "{}"),
            http("POST", "/messages/sms/coffee", {}, "{}"),
            http("POST", "/messages/gateway/coffee/secret", {}, "{}"),
            http("POST", "/messages/telegram/coffee", {}, "{}"),
        ],
        "campaigns": [
            http("GET", "/v1/channels", owner),
            http("GET", "/v1/campaigns", owner),
            http("GET", "/v1/campaigns/hello/preview", owner),
            http("GET", "/v1/campaigns/hello/results", owner),
            http("GET", "/v1/segments", owner),
            http("POST", "/v1/segments/preview", owner, json.dumps(conditions)),
        ],
        "designs": [
            http("GET", "/v1/designs", owner),
            http("GET", "/v1/designs/corner", owner),
            http("POST", "/v1/pictures", owner),
        ],
        "program": [
            http("GET", "/v1/program", owner),
            http("GET", "/v1/program/history", owner),
            http("GET", "/v1/locations", owner),
        ],
        "push_apple": [bell],
        "push_google": [bell],
        "redemptions": [
            shop.post("/webhooks/coffee-till/redemptions", redemption(ann.card_code)),
        ],
        "router": [changed],
        "send_events": [sqs([sending.text()])],
        "console": [
            http("GET", "/console"),
            http("GET", "/till"),
            http("POST", "/console/sign-out", {"accept": "text/html"}),
        ],
        "sign_in": [
            http("GET", "/sign-in/x"),
            http("POST", "/sign-in/x", {"accept": "text/html"}),
            http("POST", "/v1/sign-in/link", {}, json.dumps({"link": "x"})),
            http("POST", "/v1/sign-in/passkey/question"),
            http("GET", "/v1/sessions", owner, query={"person": "a" * 26}),
        ],
        "sweeper": [{}],
        "tell_events": [bell],
        "figures": [bell, sqs([json.dumps({"program": "coffee", "source": "till", "order": "1"})])],
        "webhooks": [shop.post("/webhooks/coffee-till", order())],
    }


def begin_campaign(shop: Shop) -> None:
    """Let a campaign run, which has somebody to reach whenever it is."""
    document = {
        "name": "x", "audience": {"all": []}, "trigger": {"kind": "now"},
        "actions": [{"kind": "message", "text": {"en": "Hello", "ru": "Привет"}}],
        "guards": {"control": 0, "quiet": ["03:00", "03:00"]},
    }  # fmt: skip
    made = KeptCampaign("hello", document)
    campaigns = campaigning.campaigns()
    campaigns.put("coffee", made, 0, "key:owner", shop.now)
    campaigns.move("coffee", "hello", 1, "running", "key:owner", shop.now)


def collaborators() -> Iterator[tuple[Any, str]]:
    """Name whatever functions are given: all that functions.wiring makes, and the figures."""
    for module in WIRING:
        for name, made in vars(module).items():
            ours = getattr(made, "__module__", None) in {module.__name__, __name__}
            stand_in = name in {"now", "secret", "tables", "configuration", "google_callback_keys"}
            if callable(made) and not isinstance(made, type) and (ours or stand_in):
                yield module, name
    yield metrics, "add_metric"
    yield push_apple, "client"


class Trial:
    """Runs functions with something broken behind them, and keeps all that is printed."""

    def __init__(
        self, shop: Shop, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._tables = shop.world.tables
        self._items = copy.deepcopy(self._tables.items)
        self._log = shop.log
        self._caplog = caplog
        self._capsys = capsys

    def run(
        self, name: str, event: dict[str, Any], instead: Mapping[tuple[Any, str], Any]
    ) -> tuple[str, Any]:
        """Return what was printed, and what was answered."""
        module = import_module(f"functions.{name}")
        for factory in FACTORIES:
            factory.cache_clear()
        apple._kept.clear()
        push_apple._pushed.forget()
        self._tables.items = copy.deepcopy(self._items)
        answer, ended = None, ""
        known = known_as(instead)
        with pytest.MonkeyPatch.context() as patch:
            for broken, made in instead.items():
                patch.setattr(*broken, made)
                for other, spelled in known[broken]:
                    patch.setattr(other, spelled, made)
            try:
                answer = module.handler(copy.deepcopy(event), Context())
            except Exception as error:  # noqa: BLE001 - the runtime prints it
                behind = repr(error.__context__) + repr(error.__cause__)
                ended = "".join(traceback.format_exception(error)) + behind
        printed = self._log.getvalue() + "".join(self._capsys.readouterr()) + self._caplog.text
        self._log.seek(0)
        self._log.truncate()
        self._caplog.clear()
        return printed + ended, answer

    def asked(self, name: str, event: dict[str, Any]) -> list[tuple[Any, str]]:
        """Return whom a function asks on its way; nobody else can fail it."""
        found: list[tuple[Any, str]] = []

        def noting(place: tuple[Any, str]) -> Callable[..., Any]:
            original = getattr(*place)

            def note(*arguments: Any, **named: Any) -> Any:
                found.append(place)
                return original(*arguments, **named)

            return note

        self.run(name, event, {place: noting(place) for place in collaborators()})
        return list(dict.fromkeys(found))

    def reached(self, name: str, events: list[dict[str, Any]]) -> Iterator[tuple[str, str, Any]]:
        """Let everything fail in turn; yield what failed with what was printed and answered."""
        for event in events:
            for place in self.asked(name, event):
                for kind, made in ERRORS.items():
                    raised: list[bool] = []

                    def fail(
                        *_: object, _made: Any = made, _raised: Any = raised, **__: object
                    ) -> Any:
                        _raised.append(True)
                        raise _made()

                    for instead in (fail, lambda *_, _fail=fail, **__: Failing(_fail)):
                        printed, answer = self.run(name, event, {place: instead})
                        if raised:
                            yield f"{place[1]} {kind}", printed, answer
                    if not raised:
                        break  # it was asked once, and what it gave is kept


def known_as(places: Collection[tuple[Any, str]]) -> dict[tuple[Any, str], list[tuple[Any, str]]]:
    """Return where else each is known, as somebody has imported it by name."""
    sought = {id(getattr(*place)): place for place in places}
    found: dict[tuple[Any, str], list[tuple[Any, str]]] = {place: [] for place in places}
    for other in [one for key, one in sys.modules.items() if key.startswith("functions.")]:
        for spelled, value in vars(other).items():
            place = sought.get(id(value))
            if place is not None and (other, spelled) != place:
                found[place].append((other, spelled))
    return found


@pytest.fixture
def trial(
    shop: Shop,
    events: Events,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Trial:
    # A fifth of a second each time something is sent, and nobody is called here.
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *_: None)
    return Trial(shop, caplog, capsys)


def test_every_function_is_tried(events: Events) -> None:
    assert sorted(events) == NAMES


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_what_failed_is_printed(trial: Trial, events: Events, name: str) -> None:
    tried = 0
    for failed, printed, answer in trial.reached(name, events[name]):
        tried += 1
        found = [word for word in PRIVATE.split() if word in printed]
        assert found == [], failed
        # A refusal's own sentence is for whoever asked.
        if "a refusal" not in failed:
            assert PRIVATE not in json.dumps(answer, default=str), failed
    assert tried


def test_a_lost_connection_is_told_by_its_kind(
    trial: Trial, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, PRIVATE)

    line = ApnsClient(
        "https://apns.example", PASS_TYPE, ssl.create_default_context(), pause=lambda _: None
    )
    monkeypatch.setattr("socket.create_connection", fail)
    broken = (push_apple, "client")
    printed, answer = trial.run("push_apple", events["push_apple"][0], {broken: lambda: line})
    assert [word for word in PRIVATE.split() if word in printed] == []
    assert "connection: OSError EIO" in printed
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_kind_and_place_are_printed(trial: Trial, events: Events) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError(PRIVATE)

    broken = (storage, "tables")
    printed, _ = trial.run("webhooks", events["webhooks"][0], {broken: fail})
    (line,) = [json.loads(line) for line in printed.splitlines() if "ZeroDivisionError" in line]
    assert (line["level"], line["error"]) == ("ERROR", "ZeroDivisionError")
    assert line["places"][-1].startswith("test_logs.py:")
    printed, _ = trial.run("sweeper", events["sweeper"][0], {broken: fail})
    assert "FunctionFailed: ZeroDivisionError" in printed


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize(
    ("name", "careless"),
    [
        ("push_google", lambda error, what, **ids: logger.exception(what, extra=ids)),
        ("join", lambda error, what, **ids: logger.error(what, extra={"why": str(error)})),
        ("google_callback", lambda error, what, **ids: logger.error(f"{what}: {error}")),
    ],
)
def test_the_suite_sees_a_log_with_words(
    trial: Trial, events: Events, monkeypatch: pytest.MonkeyPatch, name: str, careless: Any
) -> None:
    """Negative control."""
    monkeypatch.setattr(failures, "log", careless)
    with pytest.raises(AssertionError):
        test_no_word_of_what_failed_is_printed(trial, events, name)


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_the_suite_sees_an_invocation_that_ends_with_words(
    trial: Trial, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a handler without its guard."""
    monkeypatch.setattr(router, "handler", router.handler.__wrapped__.__wrapped__)  # type: ignore[attr-defined]
    with pytest.raises(AssertionError):
        test_no_word_of_what_failed_is_printed(trial, events, "router")
