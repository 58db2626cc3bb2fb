"""/c/{link}: the live card page, and proving a contact; robots.txt, images of designs, join kits.

Every address without a route of its own ends here, too, and is answered in the words of whoever
asks: a page, or a problem document.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.http import audience, failures, head, problems
from functions.http.answers import bare, json_answer, raw_body, redirect
from functions.http.form_body import read_form
from functions.http.same_site import from_our_page
from functions.pages import (
    cause_page,
    draw_page,
    front_page,
    group_page,
    holder_pages,
    invitation_page,
    kit,
    question_page,
    surprise_page,
)
from functions.pages import drawing as pages
from functions.pages.attribute_fields import attributes_of
from functions.pages.card_front import front_of, without
from functions.pages.claim_form import read_receipt
from functions.pages.join_answers import WORDING, too_many_sentence
from functions.pages.qr_code import qr_code
from functions.wiring import (
    answering,
    card_reading,
    catalogue,
    causes,
    claiming,
    coupons,
    designs,
    environment,
    feedback,
    inviting,
    joining,
    own_data,
    prize_draws,
    saving,
)
from loyalty.core.referral import friend_path
from loyalty.languages import LANGUAGES
from loyalty.program import sides
from loyalty.refusals import Busy, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.card.view import Card
    from loyalty.core.account import Account
    from loyalty.core.feedback import Feedback
    from loyalty.members.inviting import Behind

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

_PROGRAM = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NEWS = "news"
_NEWS_PICTURE = re.compile(r"([a-z][a-z0-9-]{0,39})~([0-9a-f]{32})\.jpg")
_FORM = "application/x-www-form-urlencoded"
_LINK = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_APPLE_DEVICES = re.compile(r"iPhone|iPad|iPod|Macintosh")
_ANDROID = re.compile(r"Android")
# Browsers inside other apps, where adding a pass often fails (unverified, so only a hint).
_IN_APP = re.compile(
    r"FBAN|FBAV|Instagram|Line/|VKClient|OKApp|Snapchat|BytedanceWebview|musical_ly|MicroMessenger"
    r"|GSA/|; wv\)"
)
_DAY = 86_400
_RECEIPT = ("receipt", "amount", "day")
_LONGEST_KEPT = 128
_LONGEST_CODE = 64
_ACT = re.compile(r"[0-9a-f]{32}")
_POINTS = re.compile(r"[1-9][0-9]{0,8}")
_ENTRIES = re.compile(r"[1-9][0-9]{0,2}")
_GIVE_FAULTS = {"too_few_points": "least"}
_COUPON_FAULTS = {
    "coupon_not_found": "none",
    "coupon_stopped": "over",
    "coupon_over": "over",
    "coupon_not_now": "not_now",
    "coupon_used": "used",
    "coupon_had": "used",
    "coupon_all_used": "used",
    "coupon_at_till": "at_till",
}


@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway (payload 2.0)."""
    return head.without_body(event, app.resolve(event, context))


@app.route("/c/<link>", method=["GET", "HEAD"])
def show(link: str) -> Response[str]:
    """Show what the card shows now, and where to type the code while its contact is unproved.

    Mail scanners and browsers load what is linked ahead of people, so no GET changes anything.
    """
    now = environment.now()
    card = _card(link, now)
    if card is None:
        return _without_body_for_head(pages.not_found(_language()))
    behind = None if card.voided else _shown_behind(card, link, now)
    shown = behind or _card_page(card, link, now)
    return _without_body_for_head(shown)


@app.post("/c/<link>")
def prove(link: str) -> Response[str]:
    """Take the code that was sent to the card's contact, or of a coupon; claim a receipt."""
    typed, now = _form(), environment.now()
    card = _card(link, now)
    if card is None:
        return pages.not_found(_language())
    if card.voided:
        return _see(link)
    if _query().get("show") == "ask":
        return _reply(card, link, typed, now)
    form = next((form for name, form in _FORMS.items() if name in typed), _take)
    return form(card, link, typed, now)


@app.route("/ask/<question>", method=["GET", "HEAD"])
def ask(question: str) -> Response[str]:
    """Show a question or invitation that a card has told of, without anything happening."""
    now = environment.now()
    said = _query().get("said", "")
    found = _asked(question, now)
    if found is not None:
        return _without_body_for_head(question_page.show(*found, question, said, now))
    invited = _invited(question, now)
    if invited is not None:
        return _without_body_for_head(invitation_page.show(*invited, question, said, now))
    return _without_body_for_head(pages.not_found(_language()))


@app.post("/ask/<question>")
def take_answer(question: str) -> Response[str]:
    """Keep what a member answers."""
    typed, now = _form(), environment.now()
    found = _asked(question, now)
    if found is not None:
        card, one = found
        return question_page.take(card, question, typed, one, now)
    invited = _invited(question, now)
    if invited is not None:
        card, behind = invited
        return invitation_page.take(card, question, typed, behind, now)
    return pages.not_found(_language())


@app.route("/surprises/<program>/<campaign>", method=["GET", "HEAD"])
def surprise(program: str, campaign: str) -> Response[Any]:
    """Show anybody what a surprise has promised, and afterwards what everybody drew."""
    languages = _languages() or (LANGUAGES[0],)
    return _without_body_for_head(surprise_page.answer(program, campaign, _query(), languages))


@app.route("/causes/<program>/<cause>", method=["GET", "HEAD"])
def show_cause(program: str, cause: str) -> Response[Any]:
    """Show anybody what has come together for a cause."""
    languages = _languages() or (LANGUAGES[0],)
    return _without_body_for_head(cause_page.answer(program, cause, languages))


@app.route("/draws/<program>/<draw>", method=["GET", "HEAD"])
def show_draw(program: str, draw: str) -> Response[Any]:
    """Show anybody the rules of a draw, its list once it is fixed, and who has won."""
    languages = _languages() or (LANGUAGES[0],)
    return _without_body_for_head(draw_page.answer(program, draw, _query(), languages))


@app.route("/together/<program>/<goal>/<group>", method=["GET", "HEAD"])
def show_group(program: str, goal: str, group: str) -> Response[Any]:
    """Show whoever was sent it an invitation to save together."""
    languages = _languages() or (LANGUAGES[0],)
    now = environment.now()
    return _without_body_for_head(group_page.answer(program, goal, group, now, languages))


@app.route("/", method=["GET", "HEAD"])
def front() -> Response[str]:
    """Show the programs of this deployment, or the way to the one that there is."""
    return _without_body_for_head(front_page.answer(_query().get("language"), _languages()))


@app.route("/robots.txt", method=["GET", "HEAD"])
def robots() -> Response[str]:
    """Keep crawlers off cards, and let Google's fetcher in where it has business."""
    kept = {"Cache-Control": f"public, max-age={_DAY}"}
    return _without_body_for_head(bare(ROBOTS, "text/plain; charset=utf-8", kept))


@app.route("/designs/<design>/<image>", method=["GET", "HEAD"])
def design_image(design: str, image: str) -> Response[Any]:
    """Serve an image of a design, or a picture of news: Google and our pages show them."""
    if design == _NEWS:
        named = _NEWS_PICTURE.fullmatch(image)
        content, kind = designs.news_picture(*named.groups()) if named else None, "image/jpeg"
    else:
        found = pages.image(design, image)
        content, kind = found.content if found else None, "image/png"
    if content is None:
        return _without_body_for_head(pages.not_found(_language()))
    headers = {
        "Cache-Control": f"public, max-age={30 * _DAY}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }
    return _without_body_for_head(bare(content, kind, headers))


@app.route("/join/<program>/kit/<piece>", method=["GET", "HEAD"])
def join_kit(program: str, piece: str) -> Response[Any]:
    """Show what a shop prints so that people join: codes, a poster, a tent, a slip."""
    profile = joining.profile(program, *_languages()) if _PROGRAM.fullmatch(program) else None
    if profile is None:
        return _without_body_for_head(pages.not_found(_language()))
    base_url = environment.configuration().base_url
    return _without_body_for_head(
        kit.answer(
            profile,
            piece,
            base_url,
            _query(),
            lambda: joining.told_to_staff(program, profile.language),
        )
    )


def _elsewhere() -> Refusal:
    return Refusal("not_found", "no_such_address", "There is nothing at this address.")


def _said(refusal: Refusal) -> Response[str]:
    event = app.current_event
    accept = event.headers.get("accept")
    if refusal.code == _elsewhere().code and not audience.reads_pages(event.path, accept):
        return problems.problem(refusal)
    return pages.refused(refusal, _language(), WORDING)


problems.install(app, _said, elsewhere=_elsewhere, failed=problems.broken)


def _form() -> dict[str, str]:
    """Return what a form of ours says."""
    headers = app.current_event.headers
    if not from_our_page(headers, environment.configuration().base_url, hidden=True):
        raise Refusal("forbidden", "cross_site", "Sent by another site.")
    if headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        raise Refusal("unreadable", "unsupported_media_type", f"Send {_FORM}.")
    return read_form(raw_body(app.current_event.raw_event))


def _asked(question: str, now: datetime) -> tuple[Card, Feedback] | None:
    """Return what a link asks, and the card of whom it asks."""
    if not question_page.FORM.fullmatch(question):
        return None
    found = feedback.feedbacks().behind(question)
    if found is None:
        return None
    card = _card_of(found.account, now)
    return None if card is None else (card, found.one)


def _invited(question: str, now: datetime) -> tuple[Card, Behind] | None:
    """Return what a link invites to, and the card of who is invited."""
    if not question_page.FORM.fullmatch(question):
        return None
    found = inviting.invitations().behind(question)
    card = _card_of(found.account, now) if found else None
    return None if found is None or card is None else (card, found)


def _shown_behind(card: Card, link: str, now: datetime) -> Response[Any] | None:
    """Return the page behind a card that its address names; None for the card itself."""
    query = _query()
    of, languages = query.get("of", ""), (card.language,)
    match query.get("show"):
        case "together":
            return group_page.show(card, link, now)
        case "ask":
            return _reply(card, link, None, now)
        case "cause":
            return cause_page.answer(card.program, of, languages, link)
        case "draw":
            return draw_page.answer(card.program, of, {}, languages, link)
    return holder_pages.show(card, link, query, _friend_link(card))


def _reply(card: Card, link: str, typed: Mapping[str, str] | None, now: datetime) -> Response[str]:
    """Show what a card asks or invites to, or keep what was answered: its own alone."""
    query = _query()
    question, said = query.get("of", ""), query.get("said", "")
    found = _asked(question, now)
    if found is not None and found[0].member == card.member:
        if typed is None:
            return question_page.show(card, found[1], question, said, now, link=link)
        return question_page.take(card, question, typed, found[1], now, link)
    invited = _invited(question, now)
    if invited is not None and invited[0].member == card.member:
        if typed is None:
            return invitation_page.show(card, invited[1], question, said, now, link=link)
        return invitation_page.take(card, question, typed, invited[1], now, link)
    return pages.not_found(card.language)


def _card_of(account: Account, now: datetime) -> Card | None:
    wanted = _query().get("language")
    language = wanted if wanted in LANGUAGES else None
    return card_reading.cards().by_member(account.program, account.member, now, language=language)


def _card(link: str, now: datetime) -> Card | None:
    if not _LINK.fullmatch(link):
        return None
    wanted = _query().get("language")
    return card_reading.cards().by_link(link, now, language=wanted if wanted in LANGUAGES else None)


def _take(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    code = typed.get("code", "").strip()
    if not code:
        return _card_page(card, link, now, fault="missing")
    try:
        outcome = joining.proving().prove(link, code, now)
    except Busy as busy:
        return _later(card, link, now, busy)
    if outcome in {"proved", "none"}:
        return _see(link, "proved" if outcome == "proved" else None)
    return _card_page(card, link, now, fault=outcome)


def _send(card: Card, link: str, _typed: Mapping[str, str], now: datetime) -> Response[str]:
    try:
        sent = joining.proving().send(link, now)
    except Refusal as refusal:
        if refusal.kind == "too_many" and refusal.retry_after:
            banner = too_many_sentence(card.language, refusal.retry_after)
            return _failed(card, link, now, banner, HTTPStatus.TOO_MANY_REQUESTS, refusal)
        if refusal.kind in {"busy", "unavailable"}:
            return _later(card, link, now, refusal)
        raise
    return _see(link, "sent" if sent else None)


def _claim(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Give the sale of a receipt to the card; whatever does not fit is answered alike."""
    words = pages.words(card.language)
    receipt = read_receipt(typed, claiming.currency(card.program))
    kept = {name: typed.get(name, "").strip()[:_LONGEST_KEPT] for name in _RECEIPT}
    if receipt is None:
        kept["fault"] = words["faults"]["receipt_missing"]
        return _card_page(card, link, now, receipt=kept)
    actor = f"member:{card.member}"
    try:
        claiming.receipts().claim(card.program, receipt, card.member, actor, now)
    except Refusal as refusal:
        if refusal.kind == "too_many" and refusal.retry_after:
            sentence = words["card"]["claim_too_many"]
            banner = too_many_sentence(card.language, refusal.retry_after, sentence)
            return _failed(card, link, now, banner, HTTPStatus.TOO_MANY_REQUESTS, refusal)
        if refusal.kind in {"busy", "unavailable"}:
            return _later(card, link, now, refusal)
        if refusal.code != "receipt_not_found":
            raise
        kept["fault"] = words["faults"]["receipt_not_found"]
        return _card_page(card, link, now, receipt=kept)
    return _see(link, "claimed")


def _data(card: Card, _link: str, _typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Hand out everything that is kept of whoever the card is of, as a file."""
    found = own_data.of(card.program, card.member, now)
    name = f"{card.program}-{now:%Y-%m-%d}.json"
    return json_answer(found, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _answer(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Keep what a member says of themselves, where the program asks."""
    answers = attributes_of(typed)
    try:
        wrong = answering.answer(card.program, card.member, answers, now)
    except Busy as busy:
        return _later(card, link, now, busy)
    if wrong:
        return _card_page(card, link, now, answers=answers, wrong=wrong)
    return _see(link, "answered")


def _coupon(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Use the code of a coupon that gives points; the form's own id makes it one act."""
    words = pages.words(card.language)
    code = typed["coupon"].strip()[:_LONGEST_CODE]
    act = typed.get("act", "")
    if not code or _ACT.fullmatch(act) is None:
        kept = {"coupon": code, "fault": words["faults"]["coupon_missing"]}
        return _card_page(card, link, now, coupon=kept)
    try:
        reason = coupons.typed(card.program, card.member, code, act, now)
    except Refusal as refusal:
        if refusal.kind == "too_many" and refusal.retry_after:
            sentence = words["card"]["claim_too_many"]
            banner = too_many_sentence(card.language, refusal.retry_after, sentence)
            return _failed(card, link, now, banner, HTTPStatus.TOO_MANY_REQUESTS, refusal)
        if refusal.kind in {"busy", "unavailable"}:
            return _later(card, link, now, refusal)
        if refusal.kind != "reused":
            raise
        # Another code in a form that was sent before, as by going back: that is another act.
        kept = {"coupon": code, "fault": words["faults"]["coupon_refused"]}
        return _card_page(card, link, now, coupon=kept)
    if reason is not None:
        said = words["faults"][f"coupon_{_COUPON_FAULTS.get(reason, 'refused')}"]
        return _card_page(card, link, now, coupon={"coupon": code, "fault": said})
    return _see(link, "coupon")


def _enter(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Buy entries of a draw; the form's own id makes it one act."""
    name, entries, act = typed["draw"], typed.get("entries", "").strip(), typed.get("act", "")
    words = pages.words(card.language)["faults"]
    kept = {"draw": name, "entries": entries[:_LONGEST_KEPT]}
    if _ENTRIES.fullmatch(entries) is None or _ACT.fullmatch(act) is None:
        return _card_page(card, link, now, entered={**kept, "fault": words["draw_missing"]})
    draws = prize_draws.draws()
    try:
        answer = draws.enter(card.program, card.member, name, int(entries), act, now)
    except Refusal as refusal:
        if refusal.kind in {"busy", "unavailable"}:
            return _later(card, link, now, refusal)
        fault = "draw_most" if refusal.code == "too_many_entries" else "draw_closed"
        return _card_page(card, link, now, entered={**kept, "fault": words[fault]})
    if answer.body["outcome"] == "declined":
        return _card_page(card, link, now, entered={**kept, "fault": words["give_balance"]})
    return _see(link, "entered")


def _give(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    """Give points to a cause; the form's own id makes it one act."""
    cause, points, act = typed["cause"], typed.get("points", "").strip(), typed.get("act", "")
    words = pages.words(card.language)["faults"]
    kept = {"cause": cause, "points": points[:_LONGEST_KEPT]}
    if _POINTS.fullmatch(points) is None or _ACT.fullmatch(act) is None:
        return _card_page(card, link, now, given={**kept, "fault": words["give_missing"]})
    try:
        reason = causes.give(card.program, card.member, cause, int(points), act, now)
    except Refusal as refusal:
        if refusal.kind in {"busy", "unavailable"}:
            return _later(card, link, now, refusal)
        said = words.get(f"give_{_GIVE_FAULTS.get(refusal.code, '')}", words["give_closed"])
        return _card_page(card, link, now, given={**kept, "fault": said})
    if reason is not None:
        return _card_page(card, link, now, given={**kept, "fault": words["give_balance"]})
    return _see(link, "given")


def _behind(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    try:
        return holder_pages.take(card, link, typed, now)
    except Busy as busy:
        return _later(card, link, now, busy)


def _together(card: Card, link: str, typed: Mapping[str, str], now: datetime) -> Response[str]:
    try:
        return group_page.take(card, link, typed, now)
    except Refusal as refusal:
        return _later(card, link, now, refusal)


_FORMS = {
    **dict.fromkeys(group_page.FORMS, _together),
    "data": _data,
    "choose": _behind,
    "chat": _behind,
    "leave": _behind,
    "answers": _answer,
    "claim": _claim,
    "coupon": _coupon,
    "cause": _give,
    "draw": _enter,
    "again": _send,
}
"""What each form of a card does, by a name in it; the one without is that of the sent code."""


def _later(card: Card, link: str, now: datetime, refusal: Refusal) -> Response[str]:
    failures.log(refusal, "no code sent or judged")
    banner = pages.words(card.language)["join"]["later"]
    return _failed(card, link, now, banner, HTTPStatus.SERVICE_UNAVAILABLE, refusal)


def _failed(  # noqa: PLR0917
    card: Card, link: str, now: datetime, banner: str, status: int, refusal: Refusal
) -> Response[str]:
    headers = problems.headers(refusal)
    return _card_page(card, link, now, banner=banner, status=status, headers=headers)


def _see(link: str, said: str | None = None) -> Response[str]:
    """Send the browser back to the page, so that a reload sends nothing again."""
    kept = {"language": _query().get("language"), "said": said}
    query = urlencode({name: value for name, value in kept.items() if value})
    return redirect(f"/c/{link}?{query}" if query else f"/c/{link}", HTTPStatus.SEE_OTHER)


def _card_page(
    card: Card,
    link: str,
    now: datetime,
    *,
    fault: str | None = None,
    banner: str | None = None,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    receipt: Mapping[str, str] | None = None,
    coupon: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    entered: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    wrong: Collection[str] = (),
) -> Response[str]:
    """Draw the page; ``fault`` is what is wrong with a code, ``banner`` what else went wrong.

    ``receipt`` is what was typed off one, and the ``fault`` with it; ``coupon`` the same of a code,
    ``given`` of points for a cause, ``entered`` of a draw. ``answers`` are those that were sent,
    and ``wrong`` which of them cannot be.
    """
    closed = card.voided or (card.expires_at is not None and card.expires_at <= now)
    standing = "none" if closed else joining.proving().standing(link)
    words = pages.words(card.language)["card"]
    said = _query().get("said")
    notice = None
    if closed:
        notice = {"tone": "wrong", "text": words["voided" if card.voided else "expired"]}
    elif banner:
        notice = {"tone": "wrong", "text": banner}
    elif said == "proved" and standing == "proved":
        notice = {"tone": "good", "text": words["proved"]}
    elif said == "sent" and standing == "open" and not fault:
        notice = {"tone": "good", "text": words["sent"]}
    elif said == "claimed" and not fault and not receipt:
        notice = {"tone": "good", "text": words["claimed"]}
    elif said == "coupon" and not fault and not coupon:
        notice = {"tone": "good", "text": words["coupon_used"]}
    elif said == "entered" and not entered:
        notice = {"tone": "good", "text": words["entered"]}
    elif said == "given" and not given:
        notice = {"tone": "good", "text": words["given"]}
    elif said == "answered" and not wrong:
        notice = {"tone": "good", "text": words["answered"]}
    asked = () if closed else answering.asked(card.program, card.member)
    shown = {one.id: value for one, value in asked} if answers is None else answers
    questions = () if closed else _questions(card, link, now)
    invited = () if closed else _invitations(card, link, now)
    agent = app.current_event.headers.get("user-agent", "")
    wallets, elsewhere = _wallets(agent, card.program)
    return pages.draw(
        "card.html",
        language=card.language,
        design=card.design,
        status=HTTPStatus.UNPROCESSABLE_ENTITY
        if fault or receipt or coupon or given or entered or wrong
        else status,
        headers={"X-Robots-Tag": "noindex, nofollow", **(headers or {})},
        card=card,
        front=without(front_of(card), [one.token for one in (*questions, *invited)]),
        strip=pages.strip_name(card),
        notice=notice,
        closed=closed,
        to_prove=standing == "open",
        fault=pages.words(card.language)["faults"][f"code_{fault}"] if fault else "",
        action=_action(link),
        coupon={"coupon": "", "fault": "", "act": coupons.new_act(), **(coupon or {})},
        draws=() if closed else _draws(card, link, now),
        entered={"draw": "", "entries": "", "fault": "", **(entered or {})},
        causes=() if closed else causes.open_causes(card.program),
        given={"cause": "", "points": "", "fault": "", **(given or {})},
        receipt={**dict.fromkeys((*_RECEIPT, "fault"), ""), **(receipt or {})},
        asked=[(one, shown.get(one.id, ""), one.id in wrong) for one, _ in asked],
        questions=questions,
        invited=invited,
        together=() if closed else _groups(card, now),
        today=now.date().isoformat(),
        qr=qr_code,
        wallets=wallets,
        address=f"/c/{link}",
        own_address=f"{environment.configuration().base_url}/c/{link}" if elsewhere else None,
        in_app=_IN_APP.search(agent) is not None,
        out=() if closed else catalogue.out(card.program, card.language),
        friend_link=_friend_link(card) if card.friends else None,
    )


def _questions(card: Card, link: str, now: datetime) -> list[question_page.Line]:
    found = feedback.feedbacks().mine(card.program, card.member)
    return question_page.lines(found, link, card.language, now)


def _invitations(card: Card, link: str, now: datetime) -> list[invitation_page.Line]:
    found = inviting.invitations().mine(card.program, card.member)
    return invitation_page.lines(found, card, link, now)


def _groups(card: Card, now: datetime) -> list[group_page.Line]:
    mine = saving.savings().mine(card.program, card.member, now)
    return group_page.lines(mine, card, now)


def _draws(card: Card, link: str, now: datetime) -> list[draw_page.Line]:
    mine = prize_draws.draws().mine(card.program, card.member)
    return draw_page.lines(mine, card, link, now.timestamp())


def _friend_link(card: Card) -> str:
    """Return where a friend joins, so that it is known who has brought them."""
    return f"{environment.configuration().base_url}{friend_path(card.program, card.read_aloud)}"


def _action(link: str) -> str:
    """Return where the form goes: this page, in the language that it was asked for in."""
    wanted = _query().get("language")
    return f"/c/{link}?language={wanted}" if wanted in LANGUAGES else f"/c/{link}"


def _wallets(agent: str, program: str) -> tuple[tuple[str, ...], bool]:
    """Return the wallets to offer to that browser, and whether it is on neither kind of device.

    A wallet that this deployment has no issuer for is never offered, and nothing of a program's
    test side is made at Google.
    """
    settings = environment.configuration()
    ready = []
    if settings.apple_pass_type_identifier:
        ready.append("apple")
    if settings.google_issuer_id and not sides.is_test(program):
        ready.append("google")
    if _ANDROID.search(agent):
        return tuple(wallet for wallet in ready if wallet == "google"), False
    if _APPLE_DEVICES.search(agent):
        return tuple(wallet for wallet in ready if wallet == "apple"), False
    return tuple(ready), True


def _query() -> dict[str, str]:
    return app.current_event.query_string_parameters or {}


def _language() -> str:
    return next(iter(_languages()), LANGUAGES[0])


def _languages() -> tuple[str, ...]:
    return pages.languages_of(
        _query().get("language"), app.current_event.headers.get("accept-language")
    )


def _without_body_for_head(answer: Response[Any]) -> Response[Any]:
    if app.current_event.http_method == "HEAD":
        answer.body = ""
    return answer
