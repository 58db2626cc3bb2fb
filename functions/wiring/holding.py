"""What somebody does who holds a card: looks back, says what may be sent, leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from functions.wiring import environment, ledger, storage
from loyalty import words
from loyalty.access.tokens import digest
from loyalty.core.explain import read_aloud
from loyalty.ledger.act import Act
from loyalty.members.records import Changes, Records
from loyalty.program.describe.sentences import to_a_friend
from loyalty.program.describe.speaker import Speaker
from loyalty.store import channel_book
from loyalty.store.member_records import agreed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from loyalty.languages import Language
    from loyalty.program.rules import Program

_PAGE = "card-page"
"""Who writes it down, where a key would stand; no key can be called so."""
_LINES = 12
_OF_CARD = "marketing/card"
"""What everybody is asked when they join."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that has happened to a card: its entry's number, kind, day, and what it moved.

    ``why``: it is an order's, of which the reason can be told. ``reward``: what it was about.
    """

    entry: int
    what: str
    day: str
    moved: tuple[str, ...]
    why: bool
    reward: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """Lines, the newest first; ``next`` is where to go on, None at the end."""

    lines: tuple[Line, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Friends:
    """How many friends have come (their first purchase counted), and what one is promised."""

    came: str
    promised: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the holder of a card may choose, and has chosen.

    Attributes
    ----------
    language
        The one that their card and messages are in.
    languages
        Those that the program speaks.
    topics
        By ``<purpose>/<channel>``: whether they have agreed. Beside what everybody is asked, only
        what they have once agreed to is asked again.
    text, version
        Of the program's question whether it may send offers.
    chat
        Whether a chat of a messenger may be bound to the card, or is.
    """

    language: str
    languages: tuple[str, ...]
    topics: Mapping[str, bool]
    text: str
    version: str
    chat: Literal["", "offered", "bound"] = ""


def past(program: str, member: str, cursor: str, language: Language) -> Past:
    """Return what a card has got and given, without what staff have only written down.

    Raises
    ------
    Refusal
        ``invalid_cursor``.
    """
    rules = storage.programs().current(program)
    speaker = Speaker(rules, language)
    page = ledger.timeline().page(program, member, cursor, _LINES)
    lines = (
        Line(
            entry=one.seq,
            what=one.what,
            day=words.day(language, one.at, rules.zone),
            moved=tuple(_moved(speaker, pot, value) for pot, value in one.moved.items()),
            why=one.order is not None,
            reward=_called(rules, one.reward, language),
        )
        for one in page.lines
        if one.seq and (one.moved or one.order)
    )
    return Past(tuple(lines), page.next)


def _called(rules: Program, reward: str, language: Language) -> str:
    """Return the name of a reward, where the program still has it."""
    found = rules.reward(reward) if reward else None
    return found.name[language] if found else ""


def friends(program: str, member: str, language: Language) -> Friends:
    """Return whom the holder of a card has brought, and what they may promise."""
    rules = storage.programs().current(program)
    account = ledger.books().account(program, member)
    number = account.referrals if account else 0
    came = words.plural(language, "friends", number)
    return Friends(came, to_a_friend(rules, language))


def why(program: str, member: str, entry: int, language: Language) -> str | None:
    """Return why a sale gave what it did, in a sentence; None where that can be told no more."""
    found = ledger.timeline().why(program, member, entry)
    return read_aloud(found[1], found[0], language) if found else None


def choices(program: str, member: str, language: Language) -> Choices:
    """Return what the holder of a card may choose.

    Raises
    ------
    Refusal
        ``member_not_found``.
    """
    rules = storage.programs().current(program)
    person, record = Records(ledger.books()).read(program, member)
    holds = agreed(record.consents)
    of_card = holds.get(_OF_CARD, person.marketing_consent_version is not None)
    once = {
        topic: given
        for topic, given in sorted(holds.items())
        if topic != _OF_CARD and not topic.startswith("program/")
    }
    channels = channel_book.read_all(storage.tables(), program)
    kind = person.contact.kind if person.contact else ""
    for channel, of in (("email", "email"), ("sms", "phone")):
        if channel in channels and kind == of:
            once.setdefault(f"marketing/{channel}", False)
    bound = bool(channel_book.read_reach(storage.tables(), program, person.id).chat)
    return Choices(
        language=rules.language(person.language),
        languages=rules.languages,
        topics={_OF_CARD: of_card, **once},
        text=rules.consent.marketing[language],
        version=rules.consent.version,
        chat=("bound" if bound else "offered") if "telegram" in channels else "",
    )


def chat_link(program: str, member: str, now: datetime) -> str | None:
    """Return an address that binds a chat to a card, once; None where there is no messenger.

    Source: core.telegram.org/bots/features#deep-linking, 64 characters of this alphabet at most.
    """
    channel = channel_book.read(storage.tables(), program, "telegram")
    bot = str(channel.document.get("bot") or "") if channel else ""
    if not bot:
        return None
    token = environment.new_key() + environment.new_key()
    second = int(now.timestamp())
    storage.tables().write(channel_book.offer_link(program, member, digest(token), second))
    return f"https://t.me/{bot}?{urlencode({'start': token})}"


def choose(  # noqa: PLR0917 - who, what they choose, and when
    program: str, member: str, language: str, agreed: Collection[str], version: str, now: datetime
) -> None:
    """Keep what somebody chooses: the language of their card, and what they agree to.

    ``version``: of the text that they were shown. What was agreed to before and is not among
    ``agreed`` is withdrawn; what the page did not ask is not touched.

    Raises
    ------
    Refusal
        ``member_not_found``, ``unknown_language`` or busy.
    """
    rules = storage.programs().current(program)
    records, act = Records(ledger.books()), _act(program)
    before = choices(program, member, rules.language(None))
    if language != before.language:
        records.change(act, member, Changes(language=language), now)
    for topic, given in before.topics.items():
        if (topic in agreed) != given:
            purpose, _, channel = topic.partition("/")
            said = topic in agreed, version[:40] or rules.consent.version
            records.consent(act, member, (purpose, channel), said, now)


def leave(program: str, member: str, now: datetime) -> None:
    """Let somebody leave who has said to know that what is left is lost; nothing is kept of them.

    Raises
    ------
    Refusal
        ``member_not_found``, or busy: not everything is forgotten yet.
    """
    from loyalty.members.erase import Erasure  # noqa: PLC0415 - few leave

    Erasure(ledger.books()).leave(_act(program), member, now, forfeit=True)


def _act(program: str) -> Act:
    return Act(program, _PAGE, environment.new_key(), "", automatic=True)


def _moved(speaker: Speaker, pot: str, value: int) -> str:
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return sign + speaker.counted(pot, abs(value))
