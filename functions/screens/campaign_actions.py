"""What a campaign says and gives, and by which ways, as fields of a form; and back. Pure.

One thing is said (words on the card, news, or a question) and one thing is given; whatever else a
campaign does stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens.typed import Field, TypedError, by_language, lines_by_language, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Document = dict[str, Any]
    Actions = Sequence[Mapping[str, Any]]

SAYS = ("message", "news", "question", "invitation", "referral")
GIFTS = ("points", "reward", "coupon", "promotion")
TIMES = (15_000, 20_000, 30_000)
"""How many times as much a promotion gives, basis points: what the form offers."""
ASKS = ("nps", "stars", "poll", "text")
WAYS = ("card", "telegram", "email", "sms")
"""By which a member is told, the cheapest first."""
_MOST_OPTIONS = 10
_INVITATION = {
    "said.begins": Field(to="begins"),
    "said.places": Field("whole", to="places"),
    "said.ends": Field(needed=False, to="ends"),
    "said.closes": Field(needed=False, to="closes"),
    "said.location": Field(needed=False, to="location"),
}
"""What is typed of an invitation, beside its title and words."""
_PROMOTION = ("days", "until", "uses")
"""What is typed of a promotion, beside what it gives."""


def said_of(actions: Actions) -> Mapping[str, Any]:
    """Return the action that says something; empty where none does."""
    return next((one for one in actions if one["kind"] in SAYS), {})


def gift_of(actions: Actions) -> Mapping[str, Any]:
    """Return the action that gives something; empty where none does."""
    return next((one for one in actions if one["kind"] in GIFTS), {})


def others(actions: Actions) -> list[Mapping[str, Any]]:
    """Return what no field of the form is of."""
    known = (said_of(actions), gift_of(actions))
    return [one for one in actions if not any(one is each for each in known)]


# Reading -----------------------------------------------------------------------------------------


def fields(actions: Actions, currency: Callable[[int], str]) -> dict[str, str]:
    """Return actions as what stands in the fields; ``currency``: writes an amount."""
    said, gift = said_of(actions), gift_of(actions)
    found = {"said": str(said.get("kind", ""))}
    for name in ("text", "title"):
        found |= {f"{name}.{one}": text for one, text in (said.get(name) or {}).items()}
    for name in ("link", "asks", "shown_days"):
        if said.get(name):
            found[f"said.{name}"] = str(said[name])
    options = said.get("options") or ()
    for language in {one for option in options for one in option["text"]}:
        lines = [option["text"].get(language, "") for option in options]
        found[f"options.{language}"] = "\n".join(lines)
    if said.get("comment") is not False:
        found["said.comment"] = "yes"
    found |= _invitation_fields(said.get("invitation") or {})
    if gift:
        kind = str(gift["kind"])
        found["gift"] = kind
        if kind != "promotion":
            found[f"gift.{kind}"] = str(gift.get(kind) or "")
        promotion = gift.get("promotion") or {}
        if gift.get("pot") or promotion.get("pot"):
            found["gift.pot"] = gift.get("pot") or promotion["pot"]
        found |= _promotion_fields(promotion)
        if gift.get("cost") is not None:
            found["gift.cost"] = currency(gift["cost"])
    return found


def _promotion_fields(promotion: Mapping[str, Any]) -> dict[str, str]:
    if not promotion:
        return {}
    by_item = "item" if promotion.get("per") == "item" else "bonus"
    found = {"promotion.multiplier": str(promotion.get("multiplier") or by_item)}
    return found | {
        f"promotion.{name}": str(promotion[name])
        for name in ("bonus", *_PROMOTION)
        if promotion.get(name) is not None
    }


def _invitation_fields(invited: Mapping[str, Any]) -> dict[str, str]:
    found = {
        name: str(invited[how.to])
        for name, how in _INVITATION.items()
        if invited.get(how.to) is not None
    }
    return found if invited.get("waiting_list") is False else {**found, "said.waiting_list": "yes"}


def way_fields(channels: Sequence[str] | None) -> dict[str, str]:
    """Return the ways of a campaign as what stands in the fields."""
    first, *rest = channels or ("card",)
    return {"way": first, **{f"way.{one}": "yes" for one in rest}}


# Making ------------------------------------------------------------------------------------------


def actions(
    typed: Mapping[str, str], program: Mapping[str, Any], old: Actions
) -> Iterator[Document]:
    """Yield the actions that were typed, and those that no field is of."""
    kind = typed.get("said", "")
    if kind:
        yield _said(kind, typed, program, said_of(old))
    gift = typed.get("gift", "")
    if gift in GIFTS:
        yield _gift(gift, typed, program, gift_of(old))
    yield from (dict(one) for one in others(old))


def _said(
    kind: str, typed: Mapping[str, str], program: Mapping[str, Any], old: Mapping[str, Any]
) -> Document:
    if kind not in SAYS:
        raise TypedError("said", "missing")
    kept = dict(old) if old.get("kind") == kind else {}
    languages = program["languages"]
    made = {**kept, "kind": kind, "text": by_language("text", languages, typed)}
    days = read({"said.shown_days": Field("whole", needed=False, to="shown_days")}, typed)
    made["shown_days"] = days.get("shown_days")
    if kind == "news":
        titles = {f"title.{one}": Field(needed=False, to=one) for one in languages}
        made["title"] = read(titles, typed) or None
        made["link"] = typed.get("said.link", "").strip() or None
    if kind == "question":
        made |= _question(typed, languages, old)
    if kind == "invitation":
        made["title"] = by_language("title", languages, typed)
        made["invitation"] = read(_INVITATION, typed) | {
            "waiting_list": bool(typed.get("said.waiting_list"))
        }
    return made


def _question(
    typed: Mapping[str, str], languages: Sequence[str], old: Mapping[str, Any]
) -> Document:
    asks = typed.get("said.asks", "nps")
    if asks not in ASKS:
        raise TypedError("said.asks", "missing")
    made: Document = {"asks": asks, "comment": bool(typed.get("said.comment")), "options": None}
    if asks == "poll":
        made["options"] = _options(typed, languages, old.get("options") or ())
    if asks != old.get("asks"):
        made["low"] = None
    return made


def _options(
    typed: Mapping[str, str], languages: Sequence[str], old: Sequence[Mapping[str, Any]]
) -> list[Document]:
    """Return the answers to choose from, one of each line of each language."""
    found = lines_by_language("options", languages, typed, "not_a_poll")
    many = len(found)
    if not 1 < many <= _MOST_OPTIONS:
        raise TypedError(f"options.{languages[0]}", "not_a_poll")
    low = [bool(one.get("low")) for one in old] if len(old) == many else [False] * many
    return [{"text": text, "low": one} for text, one in zip(found, low, strict=True)]


def _gift(
    kind: str, typed: Mapping[str, str], program: Mapping[str, Any], old: Mapping[str, Any]
) -> Document:
    value: Document
    if kind == "promotion":
        value = {"promotion": _promotion(typed, program, old.get("promotion") or {})}
    else:
        how: Any = "whole" if kind == "points" else "text"
        value = read({f"gift.{kind}": Field(how, to=kind)}, typed)
    if kind == "points":
        value["pot"] = typed.get("gift.pot") or program["pots"][0]["id"]
    currency = str(program["currency"])
    value |= read({"gift.cost": Field("money", needed=False, to="cost")}, typed, currency)
    return {"kind": kind, **value}


def _promotion(
    typed: Mapping[str, str], program: Mapping[str, Any], old: Mapping[str, Any]
) -> Document:
    """Return the promotion that was typed; hours and goods of it stay as they were."""
    times = typed.get("promotion.multiplier", "")
    bonus = times in {"bonus", "item"}
    asked = {
        "promotion.bonus": Field("whole", needed=bonus, to="bonus"),
        "promotion.days": Field("whole", needed=not typed.get("promotion.until"), to="days"),
        "promotion.until": Field(needed=False, to="until"),
        "promotion.uses": Field("whole", needed=False, to="uses"),
    }
    if not bonus and not times.isdecimal():
        raise TypedError("promotion.multiplier", "missing")
    found = {**old, "bonus": None, **dict.fromkeys(_PROMOTION), **read(asked, typed)}
    return found | {
        "pot": typed.get("gift.pot") or old.get("pot") or program["pots"][0]["id"],
        "multiplier": None if bonus else int(times),
        "bonus": found["bonus"] if bonus else None,
        "per": "item" if times == "item" else None,
    }


def ways(typed: Mapping[str, str], old: Sequence[str] | None) -> list[str] | None:
    """Return by which ways members are told, in their order; None: by the card alone."""
    first = typed.get("way") or "card"
    rest = {one for one in WAYS if typed.get(f"way.{one}")} - {first}
    if first not in WAYS:
        raise TypedError("way", "missing")
    kept = list(old or ())
    if kept and kept[0] == first and set(kept[1:]) == rest:
        return kept
    made = [first, *(one for one in WAYS if one in rest)]
    return None if made == ["card"] else made


def field_of(parts: Sequence[str]) -> str:
    """Return the field of what stands at this place of an action."""
    if not parts:
        return "gift"
    if parts[0] == "options":
        return f"options.{parts[-1]}"
    if parts[0] == "invitation":
        return f"said.{parts[-1] if len(parts) > 1 else 'begins'}"
    if parts[0] == "promotion":
        known = len(parts) > 1 and parts[1] in {"bonus", *_PROMOTION}
        return f"promotion.{parts[1] if known else 'multiplier'}"
    if parts[0] in {"text", "title"}:
        return ".".join(parts)
    said = parts[0] in {"link", "asks", "shown_days", "comment"}
    return f"{'said' if said else 'gift'}.{parts[0]}"
