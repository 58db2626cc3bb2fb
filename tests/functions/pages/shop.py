"""A shop for the pages' tests: what functions.wiring offers, faked, and API Gateway's events."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from loyalty.card.view import Card, CardField
from loyalty.core.order import OrderKey
from loyalty.ledger.sales import OrderOutcome
from loyalty.members.enrolment import Enrolled
from loyalty.program.rules import ConsentText, Joining, ProgramProfile
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.core.member import Application
    from loyalty.ledger.receipts import Receipt
    from loyalty.members.proving import Proof, Standing

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = date(2026, 11, 21)
BASE_URL = "https://cards.example"
LINK = "lk_Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA"
CONTACT_CODE = "1234 5678"
CODE = "1.a.h7k2m9q4x8w3.p5t6r2v8n1c4"

WIRED = {
    "join": ("environment", "joining"),
    "card_page": (
        *("answering", "card_reading", "catalogue", "claiming", "coupons", "environment"),
        *("feedback", "causes", "inviting", "joining", "prize_draws", "saving"),
    ),
}
"""What of ``functions.wiring`` each function's pages are made with: a `Shop` stands for all."""

_LINES: dict[str, dict[str, tuple[str, ...]]] = {
    "coffee": {
        "en": (
            "10 points for every $1.",
            "Free coffee for 100 points.",
            "Points live 12 months, through the end of the month.",
        ),
        "ru": (
            "10 баллов за каждый 1 $.",
            "Бесплатный кофе за 100 баллов.",
            "Баллы живут 12 месяцев, до конца месяца.",
        ),
        "de": (
            "10 Punkte für je 1 $.",
            "Kaffee geschenkt für 100 Punkte.",
            "Punkte verfallen nach 12 Monaten, zum Monatsende.",
        ),
    },
    "barber": {
        "en": ("10% off every bill.",),
        "ru": ("Скидка 10 % на каждый чек.",),
        "de": ("10 % Rabatt auf jede Rechnung.",),
    },
}
_NAMES: dict[str, dict[str, str]] = {
    "coffee": {"en": "Daily Cup Club", "ru": "Клуб «Чашка дня»", "de": "Tassenklub"},
    "barber": {"en": "Sharp & Sons", "ru": "Клуб Sharp & Sons", "de": "Sharp & Söhne"},
}
_CONSENT = {
    "en": (
        "I want to join. Daily Cup keeps my name, contact and purchases to count my points.",
        "Daily Cup may also send me offers and news. I can change my mind at any time.",
    ),
    "ru": (
        "Хочу участвовать. Daily Cup хранит моё имя, контакт и покупки, чтобы считать баллы.",
        "Daily Cup может присылать мне предложения и новости. Я могу отказаться в любой момент.",
    ),
    "de": (
        "Ich will beitreten. Daily Cup bewahrt meinen Namen, Kontakt und Einkäufe auf.",
        "Daily Cup darf mir auch Angebote schicken. Ich kann das jederzeit widerrufen.",
    ),
}


def profile(program: str = "coffee", language: str = "en", **changes: Any) -> ProgramProfile:
    values: dict[str, Any] = {
        "program": program,
        "name": _NAMES[program][language],
        "organization": "Daily Cup" if program == "coffee" else "Sharp & Sons",
        "design": program,
        "language": language,
        "sentences": _LINES[program][language],
        "contact": (),
        "consent": ConsentText(_CONSENT[language][0], "2026-11"),
        "marketing_consent": ConsentText(_CONSENT[language][1], "2026-11m"),
        "region": "US",
        "locations": frozenset({"main-street", "airport"} if program == "coffee" else ()),
        "languages": tuple(_NAMES[program]),
    }
    return ProgramProfile(**values | changes)


def card(program: str = "coffee", language: str = "en", **changes: Any) -> Card:
    def said(english: str, russian: str, german: str) -> str:
        return {"en": english, "ru": russian, "de": german}[language]

    card_fields = {
        "coffee": (
            CardField("balance", said("Points", "Баллы", "Punkte"), 1240, "number", "1,240"),
            CardField(
                "progress",
                said("Next reward", "До награды", "Nächste Prämie"),
                "progress",
                "text",
                said(
                    "Free coffee: 60 points to go",
                    "Бесплатный кофе: ещё 60 баллов",
                    "Kaffee geschenkt: noch 60 Punkte",
                ),
            ),
            CardField("member", said("Member", "Участник", "Mitglied"), "Anna", "text", "Anna"),
            CardField(
                "reward",
                said("Ready for you", "Уже ваше", "Für Sie bereit"),
                "reward",
                "text",
                said("Free coffee", "Бесплатный кофе", "Kaffee geschenkt"),
            ),
        ),
        "barber": (
            CardField("discount", said("Discount", "Скидка", "Rabatt"), 1000, "percent", "10%"),
            CardField("member", said("Member", "Участник", "Mitglied"), "Anna", "text", "Anna"),
        ),
    }[program]
    values: dict[str, Any] = {
        "program": program,
        "member": "mb_secret_id",
        "program_name": _NAMES[program][language],
        "organization": profile(program).organization,
        "design": program,
        "serial": "sr_secret_serial",
        "code": CODE,
        "language": language,
        "version": 7,
        "fields": card_fields,
        "sentences": _LINES[program][language],
        "contact": (
            ("Daily Cup", "hello@dailycup.example"),
            (said("Phone", "Телефон", "Telefon"), "+1 202 555 0123"),
        ),
    }
    return Card(**values | changes)


@dataclass
class Shop:
    """What ``functions.wiring`` offers to the pages."""

    settings: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            base_url=BASE_URL,
            apple_pass_type_identifier="pass.com.example.loyalty",
            google_issuer_id="3388000000012345678",
        )
    )
    applications: list[tuple[str, Any]] = field(default_factory=list)
    proofs: list[tuple[str, str]] = field(default_factory=list)
    codes_sent: list[str] = field(default_factory=list)
    outcome: Callable[[Application], Enrolled] | None = None
    cards_by_link: dict[str, Callable[[str], Card]] = field(
        default_factory=lambda: {LINK: lambda language: card("coffee", language)}
    )
    contact: Standing = "open"
    proof: Callable[[str], Proof] = lambda code: "proved" if code == CONTACT_CODE else "wrong"
    sending: Callable[[], bool] = lambda: True
    claiming: Callable[[], OrderOutcome] = lambda: OrderOutcome(
        "recorded", "mb_secret_id", OrderKey("coffee", "till", "A-17"), 12
    )
    claims: list[tuple[str, Receipt]] = field(default_factory=list)
    typing: Callable[[], str | None] = lambda: None
    typed_codes: list[tuple[str, str, str]] = field(default_factory=list)
    friends: bool = False
    joining: Joining = field(default_factory=Joining)
    out_of_stock: tuple[str, ...] = ()
    keys: list[str | None] = field(default_factory=list)
    keys_made: int = 0
    member_language: str = "en"

    def now(self) -> datetime:
        return NOW

    def configuration(self) -> SimpleNamespace:
        return self.settings

    def profile(self, program: str, *wanted: str) -> ProgramProfile | None:
        found = profile(program, wanted[0] if wanted else "en") if program in _NAMES else None
        if found is None:
            return None
        brought = "10 points for you and 20 for them." if self.friends else ""
        return replace(found, friends=self.friends, brought=brought, joining=self.joining)

    def told_to_staff(self, program: str, language: str) -> tuple[str, ...]:
        return (*_LINES[program][language], f"told to staff in {language}")

    def out(self, program: str, language: str) -> tuple[str, ...]:
        return self.out_of_stock

    def cards(self) -> Shop:
        return self

    def by_link(self, link: str, now: datetime, language: str | None = None) -> Card | None:
        assert now == NOW
        found = self.cards_by_link.get(link)
        return found(language or self.member_language) if found else None

    def enrolment(self) -> Shop:
        return self

    def new_key(self) -> str:
        self.keys_made += 1
        return f"made-for-form-{self.keys_made:03}"

    def enrol(
        self, program: str, application: Application, now: datetime, key: str | None
    ) -> Enrolled:
        assert now == NOW
        self.keys.append(key)
        self.applications.append((program, application))
        if self.outcome:
            return self.outcome(application)
        return Enrolled("mb_1", CODE, LINK, "ACDEFHJK")

    def receipts(self) -> Shop:
        return self

    def currency(self, program: str) -> str:
        assert program == "coffee"
        return "USD"

    def asked(self, program: str, member: str) -> tuple[()]:
        """Ask nobody for anything more."""
        assert program
        assert member
        return ()

    def feedbacks(self) -> Shop:
        return self

    def invitations(self) -> Shop:
        return self

    def draws(self) -> Shop:
        return self

    def savings(self) -> Shop:
        return self

    def open_causes(self, program: str) -> tuple[()]:
        """Collect for nothing."""
        assert program
        return ()

    def mine(self, program: str, member: str, now: datetime = NOW) -> tuple[()]:
        """Ask no question, invite to nothing, and save for nothing."""
        assert now == NOW
        assert program
        assert member
        return ()

    def claim(
        self, program: str, receipt: Receipt, member: str, actor: str, now: datetime
    ) -> OrderOutcome:
        assert (program, actor, now) == ("coffee", f"member:{member}", NOW)
        self.claims.append((member, receipt))
        return self.claiming()

    def new_act(self) -> str:
        return "0" * 32

    def typed(self, program: str, member: str, code: str, act: str, now: datetime) -> str | None:
        assert (program, now) == ("coffee", NOW)
        self.typed_codes.append((member, code, act))
        return self.typing()

    def proving(self) -> Shop:
        return self

    def standing(self, link: str) -> Standing:
        assert link in self.cards_by_link
        return self.contact

    def prove(self, link: str, typed: str, now: datetime) -> Proof:
        assert now == NOW
        self.proofs.append((link, typed))
        outcome = self.proof(typed)
        if outcome == "proved":
            self.contact = "proved"
        return outcome

    def send(self, link: str, now: datetime) -> bool:
        assert now == NOW
        sent = self.sending()
        self.codes_sent.append(link)
        return sent


def refuse_for(seconds: int) -> Callable[[Application], Enrolled]:
    def refuse(_application: Application) -> Enrolled:
        raise Refusal("too_many", "too_many_attempts", retry_after=seconds)

    return refuse


def request(
    method: str,
    path: str,
    *,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    in_base64: bool = False,
) -> dict[str, Any]:
    """An API Gateway HTTP API event, payload format 2.0."""
    parsed = parse_qs(query, keep_blank_values=True)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "cards.example",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "21/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1795262400000,
        },
        "isBase64Encoded": in_base64,
    }
    if parsed:
        event["queryStringParameters"] = {name: ",".join(all_) for name, all_ in parsed.items()}
    if body is not None:
        event["body"] = base64.b64encode(body).decode() if in_base64 else body.decode()
    return event


FORM = {
    "language": "en",
    "consent_version": "2026-11",
    "marketing_consent_version": "2026-11m",
    "first_name": "Anna",
    "contact_kind": "phone",
    "phone": "202-555-0123",
    "email": "",
    "birthday": "",
    "consent": "yes",
}


def form_request(fields: Mapping[str, str], program: str = "coffee", **more: Any) -> dict[str, Any]:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        **more.pop("headers", {}),
    }
    body = urlencode(fields).encode()
    return request("POST", f"/join/{program}", headers=headers, body=body, in_base64=True, **more)


JSON = {"Content-Type": "application/json", "Accept": "application/json"}
ANNA = {"first_name": "Anna", "phone": "202-555-0123", "consent": True}


def post(body: Any, **more: Any) -> dict[str, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = JSON | more.pop("headers", {})
    return request("POST", more.pop("path", "/join/coffee"), headers=headers, body=raw, **more)


def pointers(answer: dict[str, Any]) -> dict[str, str]:
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    return {error["pointer"]: error["code"] for error in json.loads(answer["body"])["errors"]}
