"""The page for people: which cards there are, what phones were told, what was called back."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Json = dict[str, Any]

_STYLE = (
    "body{font:15px/1.45 system-ui;margin:2em auto;max-width:1080px;padding:0 1em;color:#1d1d1f}"
    "h1{font-size:1.5em;margin:0}h2{font-size:1.1em;margin:2em 0 .5em}"
    "table{border-collapse:collapse;width:100%}"
    "th{text-align:left;font-weight:600;color:#555;border-bottom:1px solid #ccc}"
    "td,th{padding:.35em .8em .35em 0;vertical-align:top;overflow-wrap:normal}"
    "tr+tr td{border-top:1px solid #eee}.none{color:#777}"
    "form{display:inline}button{font:inherit;font-size:.85em;margin-left:.6em}"
    ".dot{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.5em}"
    "code{font-size:.9em;overflow-wrap:anywhere}"
    ".wide{overflow-x:auto}"
)


def overview(
    classes: list[Json],
    objects: list[Json],
    *,
    notifications: list[Json],
    callbacks: list[Json],
    counts: Mapping[str, int],
    changed: Mapping[str, Any],
) -> str:
    """Return the page; `changed` are the switches that are not as at first."""
    by_id = {one["id"]: one for one in classes}
    names = {one["id"]: escape(one["programName"]) for one in classes}
    names |= {one["id"]: _card_link(one) for one in objects}

    def name(identifier: str) -> str:
        return names.get(identifier) or escape(identifier)

    parts = [
        "<h1>Local Google Wallet</h1>",
        '<p class="none">A stand-in for Google on this machine. The page follows by itself.</p>',
        _table(
            "Cards",
            ("card", "program", "shows", "state", "saved by"),
            (_card(one, by_id.get(one["classId"], {})) for one in objects),
            "No card yet: open a card page and tap “Add to Google Wallet”.",
        ),
        _table(
            "Messages on cards",
            ("on", "header", "body"),
            (
                (name(one["id"]), escape(text.get("header", "")), escape(text.get("body", "")))
                for one in (*by_id.values(), *objects)
                for text in one.get("messages", [])
            ),
            "None.",
        ),
        _table(
            "What phones were told",
            ("when", "of", "by", "what"),
            (
                (
                    _time(one["at"]),
                    name(one["id"]),
                    escape(one["channel"])
                    + ("" if one["shown"] else " (beyond the third: silent)"),
                    escape(one["text"]),
                )
                for one in reversed(notifications[-50:])
            ),
            "Nothing: only messages and changes that ask for it notify.",
        ),
        _table(
            "Callbacks",
            ("event", "of", "to", "times", "answer"),
            (_callback(one, name) for one in reversed(callbacks[-50:])),
            "None yet: saves and removals are reported where the class names an address.",
        ),
        _table(
            "Requests",
            ("request", "times"),
            ((escape(name), str(count)) for name, count in sorted(counts.items())),
            "None.",
        ),
        _table(
            "Switches that are set",
            ("switch", "value"),
            ((escape(name), escape(str(value))) for name, value in changed.items()),
            "None: see docs/local-google-wallet.md.",
        ),
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" '
        'content="3"><meta name="viewport" content="width=device-width">'
        f"<title>Local Google Wallet</title><style>{_STYLE}</style>"
        f"<body>{''.join(parts)}</body></html>"
    )


def _card(one: Json, program: Json) -> tuple[str, ...]:
    colour = escape(program.get("hexBackgroundColor", "#888"), quote=True)
    points = [one[name] for name in ("loyaltyPoints", "secondaryLoyaltyPoints") if name in one]
    shows = [f"{p.get('label', '')} {_balance(p.get('balance', {}))}" for p in points]
    holders = [
        f"{escape(holder['user'])}{_remove(one['id'], holder['user'])}" for holder in one["holders"]
    ]
    dot = f'<span class="dot" style="background:{colour}"></span>'
    return (
        f"{_card_link(one)}<br><code>{escape(one['id'])}</code>",
        dot + escape(program.get("programName", "?")),
        escape(", ".join(shows)),
        escape(one["state"]),
        "<br>".join(holders) or '<span class="none">nobody</span>',
    )


def _card_link(one: Json) -> str:
    return f'<a href="/card/{quote(one["id"])}">{escape(one.get("accountName", "card"))}</a>'


def _balance(balance: Json) -> str:
    if "money" in balance:
        money = balance["money"]
        return f"{int(money['micros']) / 1_000_000:.2f} {money['currencyCode']}"
    return str(next(iter(balance.values()), ""))


def _remove(identifier: str, user: str) -> str:
    return (
        f'<form method="post" action="/card/{quote(identifier)}/remove">'
        f'<input type="hidden" name="user" value="{escape(user, quote=True)}">'
        "<button>Remove</button></form>"
    )


def _callback(one: Json, name: Callable[[str], str]) -> tuple[str, ...]:
    spoiled = f" ({escape(one['mode'].replace('_', ' '))})" if one["mode"] else ""
    waits = "held back" if one["due"] is None and not one["outcome"] else "on its way"
    return (
        escape(one["message"]["eventType"]) + spoiled,
        name(one["message"]["objectId"]),
        f"<code>{escape(one['url'])}</code>",
        str(one["attempts"]),
        escape(one["outcome"] or waits),
    )


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%d %b %H:%M:%S}"


def _table(
    title: str, names: tuple[str, ...], rows: Iterable[tuple[str, ...]], otherwise: str
) -> str:
    """Return a table; cells are HTML already."""
    drawn = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    if not drawn:
        return f'<h2>{escape(title)}</h2><p class="none">{escape(otherwise)}</p>'
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    return f'<h2>{escape(title)}</h2><div class="wide"><table><tr>{head}</tr>{drawn}</table></div>'
