"""The desk: what a screen is drawn from, and what is done on it."""

from __future__ import annotations

import json
import secrets
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from functions.pages import drawing as pages
from functions.screens.calling import Ask, RefusedError, path
from loyalty import words
from loyalty.money import exponent
from passes.designs import design as designs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.event_handler import Response

    from functions.screens.calling import Api, Told
    from functions.screens.typed import Field

ROOM = "console"
_LISTS: Mapping[str, Any] = dict.fromkeys(
    ("locations", "attributes", "pots", "earning", "promotions", "rewards"), ()
)

# Browsers name their ancestors, too: what is more special comes first.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("YaBrowser", "Yandex"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something was not done: its code, the field it is about if any, and a sentence."""

    code: str
    field: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """What a form of a screen does.

    Attributes
    ----------
    method, path
        The request to /v1; names in braces come from the screen's address or the form.
    fields
        Of the body, by the name in the form.
    body
        Makes the body of what was read, where it is not just that.
    then
        The screen that comes next; the same one if empty.
    guarded
        It changes what was seen: the form carries its tag.
    shows
        What is answered is shown once, on the same screen: a secret, a link, a look ahead. Where
        an answer leads elsewhere (303), that comes next.
    does
        What it is where one request is not all of it, from what was typed.
    """

    method: str
    path: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    body: Callable[[dict[str, Any]], Any] | None = None
    then: str = ""
    guarded: bool = False
    shows: bool = False
    does: Callable[[Desk, Mapping[str, str]], Told] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen: its template and what that names."""

    template: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """A visitor at a screen.

    ``typed`` is what was typed into the form whose act is ``act``, and ``fault`` why it was not
    done; ``told`` is what an act answered that is shown once (a secret, a link, a preview);
    ``files`` are those of the form by their names; ``done`` names the act that was done before this
    page was asked for.
    """

    api: Api
    language: str
    me: Mapping[str, Any]
    program: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    act: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    told: Any = None
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Let what a program has none of be empty lists: its document leaves them out."""
        object.__setattr__(self, "program", {**_LISTS, **self.program})

    def may(self, *roles: str) -> bool:
        """Tell whether whoever looks has one of these roles."""
        return self.me["role"] in roles

    @property
    def changes(self) -> bool:
        """Whether they may change anything: an accountant only reads."""
        return self.may("owner", "manager")

    @property
    def currency(self) -> str:
        """Return the program's currency."""
        return str(self.program["currency"])

    def amount(self, minor: int) -> str:
        """Return an amount of that currency as people type it."""
        digits = exponent(self.currency)
        return f"{minor / 10**digits:.{digits}f}"

    @property
    def page(self) -> dict[str, str]:
        """Return which page of a list was asked for, as the API takes it."""
        return {"cursor": self.query["cursor"]} if self.query.get("cursor") else {}

    @property
    def spoken(self) -> dict[str, str]:
        """Return in which language the API says what it says: the screen's, not the program's."""
        return {"language": self.language}

    def apart(self, texts: Mapping[str, str], language: str) -> str:
        """Return a text in one language as its field shows it: empty where it says as the first."""
        first, *others = self.program["languages"]
        text = texts.get(language, "")
        return "" if language in others and text == texts.get(first) else text

    @property
    def design(self) -> str | None:
        """Return the shipped design that the screen takes its colours from.

        Designs of one's own lie where this function may not read: there the colours are neutral.
        """
        named = str(self.program["design"])
        return named if named in designs.names() else None

    def draw(self, shown: Shown, place: str, status: int = HTTPStatus.OK) -> Response[str]:
        """Return the page of a screen; ``place``: where in the navigation it stands."""
        return pages.draw(
            shown.template,
            room=ROOM,
            sheet="console.css",
            script="console.js",
            connects=True,
            language=self.language,
            design=self.design,
            referrer="same-origin",
            status=status,
            headers={"X-Robots-Tag": "noindex"},
            desk=self,
            place=place,
            say=Say(self.language, self.program),
            new_key=secrets.token_urlsafe(16),
            form_token=self.me["form_token"],
            **shown.content,
        )


class Say:
    """How a screen says numbers, money and days in its language, and the program's own names."""

    def __init__(self, language: str, program: Mapping[str, Any]) -> None:
        self.language = language
        self._program = program

    def number(self, value: int) -> str:
        """Return a whole number."""
        return words.integer(self.language, value)

    def signed(self, value: int) -> str:
        """Return a whole number with its sign."""
        sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
        return sign + self.number(abs(value))

    def count(self, said: Mapping[str, str] | str, number: int, **parts: str) -> str:
        """Return a sentence with a number in it; ``said`` has a form for each plural, or is one."""
        forms = {"other": said} if isinstance(said, str) else said
        form = words.plural_form(self.language, number)
        text = forms.get(form) or forms["other"]
        return text.format(**{"n": self.number(number), **parts})

    def money(self, minor: int) -> str:
        """Return an amount of the program's currency."""
        return words.money(self.language, minor, str(self._program["currency"]))

    def typed_money(self, minor: int) -> str:
        """Return an amount as it stands in a field of a form."""
        digits = exponent(str(self._program["currency"]))
        return f"{minor / 10**digits:.{digits}f}"

    def percent(self, basis_points: int) -> str:
        """Return a share."""
        return words.percent(self.language, basis_points)

    def share(self, basis_points: int) -> str:
        """Return a share that was counted, in whole percent: what is behind the point is chance."""
        return words.percent(self.language, (basis_points + 50) // 100 * 100)

    def hundredths(self, value: int) -> str:
        """Return a number of hundredths with its decimals."""
        return words.decimal(self.language, Decimal(value) / 100)

    def date(self, iso: str) -> str:
        """Return a day that stands as ``2026-05-04``."""
        at = datetime.fromisoformat(iso[:10]).replace(tzinfo=UTC)
        return _whole(words.day(self.language, at, "UTC"))

    def is_over(self, iso: str) -> bool:
        """Tell whether a day that stands as ``2026-05-04`` is before today where the shop is."""
        return iso < datetime.now(ZoneInfo(self._zone)).date().isoformat()

    def day(self, iso: str) -> str:
        """Return the day of an instant where the shop is."""
        return _whole(words.day(self.language, self._local(iso), self._zone))

    def time(self, iso: str) -> str:
        """Return day and time of an instant where the shop is."""
        at = self._local(iso).astimezone(ZoneInfo(self._zone))
        return f"{self.day(iso)}, {words.time_of_day(self.language, f'{at:%H:%M}')}"

    def month(self, iso: str) -> str:
        """Return a month that stands as ``2026-12``."""
        first = datetime.fromisoformat(f"{iso}-01T12:00:00+00:00")
        return words.month(self.language, first, "UTC")

    def clock(self, iso: str) -> str:
        """Return day and time that stand as ``2026-12-01T10:00``, wherever that is."""
        at = datetime.fromisoformat(iso)
        clock = words.time_of_day(self.language, f"{at:%H:%M}")
        return f"{self.date(at.date().isoformat())}, {clock}"

    def hour(self, clock: str) -> str:
        """Return a time of day that stands as ``20:00``."""
        return words.time_of_day(self.language, clock)

    def ago(self, iso: str) -> str:
        """Return how long ago an instant was, roughly; its day if it is long ago."""
        minutes = int((datetime.now(UTC) - self._local(iso)).total_seconds() // 60)
        sentences = pages.words(self.language, ROOM)["ago"]
        if minutes < 1:
            return str(sentences["now"])
        if minutes < 60:  # noqa: PLR2004 - an hour
            return self.count(sentences["minutes"], minutes)
        if minutes < 24 * 60:
            return self.count(sentences["hours"], minutes // 60)
        if minutes < 7 * 24 * 60:
            return self.count(sentences["days"], minutes // (24 * 60))
        return self.day(iso)

    def browser(self, called: str) -> str:
        """Return what people call the browser that calls itself so; the order of names matters."""
        sentences = pages.words(self.language, ROOM)["settings"]
        found = next((name for mark, name in _BROWSERS if mark in called), "")
        system = next((name for mark, name in _SYSTEMS if mark in called), "")
        if not found or not system:
            return str(sentences["unknown_browser"])
        return str(sentences["browser"]).format(browser=found, system=system)

    def text(self, texts: Mapping[str, str] | str | None) -> str:
        """Return a text of the program in the screen's language, else in the program's first."""
        if isinstance(texts, str) or not texts:
            return str(texts or "")
        first = str(self._program["languages"][0])
        return texts.get(self.language) or texts.get(first) or next(iter(texts.values()))

    def pot(self, pot: str) -> str:
        """Return the name of a pot."""
        for one in self._program.get("pots", ()):
            if one["id"] == pot:
                return self.text(one.get("name")) or self._unit(one)
        return pot

    def counted(self, pot: str, number: int) -> str:
        """Return so many of what a pot holds, such as ``5 points``."""
        pots = {str(one["id"]): one for one in self._program["pots"]}
        one: Mapping[str, Any] = pots.get(pot, {})
        unit = (one.get("unit") or {}).get(self.language)
        if unit:
            return words.counted_unit(self.language, unit, number)
        if not one or one.get("name") or one.get("unit"):
            return f"{self.number(number)} {self.pot(pot)}"
        return words.plural(self.language, one.get("kind", "points"), number)

    def _unit(self, pot: Mapping[str, Any]) -> str:
        unit = self.text(pot.get("unit"))
        heading = words.unit_heading(self.language, unit) if unit else None
        return heading or unit or words.phrase(self.language, f"noun.{pot.get('kind', 'points')}")

    def reward(self, reward: str) -> str:
        """Return the name of a reward; its id where the program has it no more."""
        found = next((one for one in self._program["rewards"] if one["id"] == reward), None)
        return self.text(found["name"]) if found else reward

    def level(self, level: str) -> str:
        """Return the name of a level."""
        tiers = self._program.get("tiers") or {}
        for one in tiers.get("levels", ()):
            if one["id"] == level:
                return self.text(one.get("name"))
        return level

    @property
    def _zone(self) -> str:
        return str(self._program["zone"])

    @staticmethod
    def _local(iso: str) -> datetime:
        return datetime.fromisoformat(iso)


def _whole(day: str) -> str:
    """Return a day that no line ends in."""
    return day.replace(" ", "\N{NO-BREAK SPACE}")


def fault_of(error: RefusedError, fields: Mapping[str, Field]) -> Fault:
    """Return what a refusal of the API means on a form with these fields."""
    told = error.told.content
    code, detail = str(told.get("code", "")), str(told.get("detail", ""))
    pointer = str(told.get("pointer", ""))
    for one in told.get("errors", ()):
        code, detail = str(one.get("code", code)), str(one.get("detail", detail))
        pointer = str(one.get("pointer", pointer))
        break
    first = pointer.lstrip("#/").split("/")[0]
    named = {how.to or name: name for name, how in fields.items()}
    # A rule's field is called by its place in the document, as the pointer is.
    place = pointer.lstrip("#/").removeprefix("document/").replace("/", ".")
    return Fault(code, named.get(first, place), detail)


def request(
    act: Act, names: Mapping[str, str], body: dict[str, Any], typed: Mapping[str, str]
) -> Ask:
    """Return the request that an act is."""
    whole = {**typed, **names}
    sent = act.body(body) if act.body else body
    return Ask(
        act.method,
        path(act.path, **{name: whole.get(name, "") or "-" for name in _named(act.path)}),
        body=sent if act.fields or act.body else None,
        key=typed.get("key", ""),
        seen=typed.get("seen", "") if act.guarded else "",
    )


def _named(template: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(template) if name]


def pretty(document: Any) -> str:
    """Return a document as people edit it."""
    return json.dumps(document, indent=2, ensure_ascii=False)
