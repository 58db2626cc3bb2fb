"""/c/{link}: the live card page, and proving a contact; also robots.txt and images of designs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.http import failures, problems
from functions.http.answers import bare, redirect
from functions.pages import drawing as pages
from functions.pages.qr_code import qr_code
from functions.wiring import card_reading, environment, joining
from functions.wiring.designs import worn
from loyalty.languages import LANGUAGES
from passes.designs import design as designs

if TYPE_CHECKING:
    from datetime import datetime

    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.card.view import Card, CardField
    from loyalty.members.enrolment import Confirmation

    _Shown = tuple[CardField, str, bool]

app = APIGatewayHttpResolver()

# Google fetches its callbacks and the images on its cards as Googlebot.
ROBOTS = """User-agent: Googlebot
Allow: /google/
Allow: /designs/
Disallow: /

User-agent: *
Allow: /designs/
Disallow: /
"""

_LINK = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_APPLE_DEVICES = re.compile(r"iPhone|iPad|iPod|Macintosh")
_ANDROID = re.compile(r"Android")
# Browsers inside other apps, where adding a pass often fails (unverified, so only a hint).
_IN_APP = re.compile(
    r"FBAN|FBAV|Instagram|Line/|VKClient|OKApp|Snapchat|BytedanceWebview|musical_ly|MicroMessenger"
    r"|GSA/|; wv\)"
)
_NEWS = {"message", "reward"}  # fields that a customer should see at once
_DAY = 86_400


@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway (payload 2.0)."""
    return app.resolve(event, context)


@app.route("/c/<link>", method=["GET", "HEAD"])
def show(link: str) -> Response[str]:
    """Show what the card shows now; with ``confirm`` in the query, ask to confirm its contact."""
    query = _query()
    now = environment.now()
    wanted = query.get("language")
    card = None
    if _LINK.fullmatch(link):
        card = card_reading.cards().by_link(
            link, now, language=wanted if wanted in LANGUAGES else None
        )
    if card is None:
        return _without_body_for_head(pages.not_found(_language()))
    found = joining.enrolment().confirmation(link, query["confirm"]) if "confirm" in query else None
    return _without_body_for_head(_card_page(card, link, found, now))


@app.post("/c/<link>")
def confirm(link: str) -> Response[str]:
    """Confirm the card's contact, then show the card again, which says whether that is done.

    Mail scanners and browsers load what is linked ahead of people, so no GET may confirm anything.
    """
    if not _LINK.fullmatch(link):
        return pages.not_found(_language())
    query = _query()
    if "confirm" in query:
        joining.enrolment().confirm(link, query["confirm"])
    kept: dict[str, str] = {name: query[name] for name in ("confirm", "language") if name in query}
    return redirect(f"/c/{link}?{urlencode(kept)}" if kept else f"/c/{link}", HTTPStatus.SEE_OTHER)


@app.route("/robots.txt", method=["GET", "HEAD"])
def robots() -> Response[str]:
    """Keep crawlers off cards, and let Google's fetcher in where it has business."""
    kept = {"Cache-Control": f"public, max-age={_DAY}"}
    return _without_body_for_head(bare(ROBOTS, "text/plain; charset=utf-8", kept))


@app.route("/designs/<design>/<image>", method=["GET", "HEAD"])
def design_image(design: str, image: str) -> Response[Any]:
    """Serve an image of a design: Google and our pages show them."""
    found = pages.image(design, image)
    if found is None:
        return _without_body_for_head(pages.not_found(_language()))
    headers = {
        "Cache-Control": f"public, max-age={30 * _DAY}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }
    return _without_body_for_head(bare(found.content, "image/png", headers))


problems.install(app, lambda refusal: pages.refused(refusal, _language()), failed=problems.broken)


def _card_page(
    card: Card, link: str, confirmation: Confirmation | None, now: datetime
) -> Response[str]:
    expired = card.expires_at is not None and card.expires_at <= now
    words = pages.words(card.language)["card"]
    notice = None
    if card.voided or expired:
        notice = {"tone": "wrong", "text": words["voided" if card.voided else "expired"]}
    elif confirmation == "done":
        notice = {"tone": "good", "text": words["confirmed"]}
    elif confirmation == "refused":
        notice = {"tone": "wrong", "text": words["not_confirmed"]}
    agent = app.current_event.headers.get("user-agent", "")
    wallets, elsewhere = _wallets(agent)
    return pages.draw(
        "card.html",
        language=card.language,
        design=card.design,
        headers={"X-Robots-Tag": "noindex, nofollow"},
        card=card,
        front=_front(card),
        strip=pages.strip_name(card),
        notice=notice,
        closed=card.voided or expired,
        to_confirm=confirmation == "open" and not card.voided and not expired,
        kept={"confirm": _query().get("confirm", "")},
        qr=qr_code,
        wallets=wallets,
        address=f"/c/{link}",
        own_address=f"{environment.configuration().base_url}/c/{link}" if elsewhere else None,
        in_app=_IN_APP.search(agent) is not None,
    )


@dataclass(slots=True)
class _Front:
    """Where each card field stands: as on the Apple pass, so that the page shows what it becomes.

    ``news`` and ``back`` are on the pass's back: what a customer should see at once, and the rest.
    """

    header: list[_Shown] = field(default_factory=list)
    primary: list[_Shown] = field(default_factory=list)
    rows: list[_Shown] = field(default_factory=list)
    news: list[_Shown] = field(default_factory=list)
    back: list[_Shown] = field(default_factory=list)


def _front(card: Card) -> _Front:
    front, design = _Front(), worn(card.design)
    words = designs.spoken(design, card.language)
    for place in design.apple_fields:
        card_field = card.field(place.field)
        if card_field is None:
            continue
        # The caption of the pass: one thing has one name wherever it is shown.
        caption = words[place.caption] if place.caption else card_field.label
        shown = card_field, caption, place.label
        match place.group:
            case "header":
                front.header.append(shown)
            case "primary":
                front.primary.append(shown)
            case "secondary" | "auxiliary":
                front.rows.append(shown)
            case "back":
                (front.news if card_field.key in _NEWS else front.back).append(shown)
    return front


def _wallets(agent: str) -> tuple[tuple[str, ...], bool]:
    """Return the wallets to offer to that browser, and whether it is on neither kind of device.

    A wallet that this deployment has no issuer for is never offered.
    """
    settings = environment.configuration()
    ready = []
    if settings.apple_pass_type_identifier:
        ready.append("apple")
    if settings.google_issuer_id:
        ready.append("google")
    if _ANDROID.search(agent):
        return tuple(wallet for wallet in ready if wallet == "google"), False
    if _APPLE_DEVICES.search(agent):
        return tuple(wallet for wallet in ready if wallet == "apple"), False
    return tuple(ready), True


def _query() -> dict[str, str]:
    return app.current_event.query_string_parameters or {}


def _language() -> str:
    return pages.language_of(
        _query().get("language"), app.current_event.headers.get("accept-language")
    )


def _without_body_for_head(answer: Response[Any]) -> Response[Any]:
    if app.current_event.http_method == "HEAD":
        answer.body = ""
    return answer
