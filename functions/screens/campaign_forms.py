"""A campaign as a form: its document as the fields of one, and what was typed as a document. Pure.

Fields are called by their place in the document, as its faults are, so that a fault is shown at its
field. What a form does not know (another trigger, other actions, conditions that are no chips)
stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens import groups
from functions.screens.typed import Field, TypedError, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    Document = dict[str, Any]

EVERYBODY: Mapping[str, Any] = {"all": []}
GIFTS = ("points", "reward", "coupon")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RULES = {**{one: f"FREQ=WEEKLY;BYDAY={one}" for one in DAYS}, "month": "FREQ=MONTHLY;BYMONTHDAY=1"}
NUMBERS = {"visits": ("at_least", "whole"), "spent": ("at_least", "money"),
           "last_visit": ("at_least", "whole")}  # fmt: skip
"""Conditions with a number of one's own, by the leaf: how it is compared, and what is typed."""
_TRIGGERS: Mapping[str, Mapping[str, Field]] = {
    "now": {},
    "at": {"at": Field()},
    "recurring": {"rule": Field()},
    "holiday": {"days": Field("whole", needed=False)},
    "birthday": {"days": Field("whole", needed=False)},
    "welcome": {"days": Field("whole", needed=False)},
    "lapsed": {},
    "near_reward": {"of": Field(), "amount": Field("whole")},
    "expiring": {"of": Field(), "days": Field("whole")},
    "before_visit": {},
    "level_changed": {"of": Field(needed=False)},
    "bought": {"of": Field()},
}
"""What each trigger asks for, beside its time of the day."""
_GUARDS = {
    "budget": Field("money", needed=False),
    "control": Field("percent", needed=False),
    "cap": Field("whole", needed=False),
    "window_days": Field("whole", needed=False),
}


def triggers(program: Mapping[str, Any], now: str = "") -> list[str]:
    """Return the triggers that a program has a use for, and ``now``, the one that is set."""
    without = set()
    if not any(one.get("holidays") for one in program.get("locations") or ()):
        without.add("holiday")
    if not program.get("rewards"):
        without.add("near_reward")
    if not groups.ending(program):
        without.add("expiring")
    if not program.get("tiers"):
        without.add("level_changed")
    found = [one for one in _TRIGGERS if one not in without]
    return found if not now or now in found else [*found, now]


# Reading a document ------------------------------------------------------------------------------


def fields(document: Mapping[str, Any], chips: Mapping[str, Any], currency: Any) -> dict[str, str]:
    """Return a document as what stands in the fields; ``currency``: writes an amount."""
    trigger, guards = document["trigger"], document.get("guards") or {}
    found = {"name": document["name"], "trigger.kind": trigger["kind"]}
    found |= {
        f"{trigger['kind']}.{name}": str(trigger[name])
        for name in _TRIGGERS.get(trigger["kind"], {})
        if trigger.get(name) is not None
    }
    if trigger["kind"] == "recurring":
        known = {rule: name for name, rule in _RULES.items()}
        found["recurring.rule"] = known.get(trigger["rule"], trigger["rule"])
    found["trigger.time"] = trigger.get("time") or "10:00"
    for action in document["actions"]:
        if action["kind"] == "message":
            found |= {f"text.{one}": text for one, text in (action.get("text") or {}).items()}
        elif action["kind"] in GIFTS:
            value = action.get(action["kind"])
            found |= {"gift": action["kind"], f"gift.{action['kind']}": str(value or "")}
            if action.get("pot"):
                found["gift.pot"] = action["pot"]
            if action.get("cost") is not None:
                found["gift.cost"] = currency(action["cost"])
    for name, how in _GUARDS.items():
        if guards.get(name) is not None:
            found[f"guards.{name}"] = _shown(guards[name], how.kind, currency)
    quiet = guards.get("quiet")
    if quiet:
        found |= {"guards.quiet.0": quiet[0], "guards.quiet.1": quiet[1]}
    return found | _audience_fields(document["audience"], chips, currency)


def _shown(value: int, kind: str, currency: Any) -> str:
    if kind == "money":
        return str(currency(value))
    return f"{value / 100:g}" if kind == "percent" else str(value)


def _audience_fields(
    audience: Mapping[str, Any], chips: Mapping[str, Any], currency: Any
) -> dict[str, str]:
    how = "any" if "any" in audience else "all"
    parts: Sequence[Any] = audience.get(how) if how in audience else [audience]  # type: ignore[assignment]
    found: dict[str, str] = {"join": how}
    for part in parts:
        chip = next((name for name, one in chips.items() if one == part), None)
        if chip:
            found[f"chip.{chip}"] = "yes"
        elif number := _number(part):
            name, value = number
            found[f"who.{name}"] = _shown(value, NUMBERS[name][1], currency)
        elif part.keys() == {"field", "is"} and part["field"] == "tag":
            found["who.tag"] = part["is"]
        else:
            return {"keep": "yes"}
    return found


def _number(part: Mapping[str, Any]) -> tuple[str, int] | None:
    name = str(part.get("field"))
    if name in NUMBERS and part.keys() == {"field", NUMBERS[name][0]}:
        return name, int(part[NUMBERS[name][0]])
    return None


# Making one --------------------------------------------------------------------------------------


def audience(
    typed: Mapping[str, str], chips: Mapping[str, Any], before: Mapping[str, Any], currency: str
) -> Mapping[str, Any]:
    """Return the conditions that were chosen; ``before``: those that are kept if that is said."""
    if typed.get("keep"):
        return before
    parts: list[Mapping[str, Any]]
    parts = [one for name, one in chips.items() if typed.get(f"chip.{name}")]
    for name, (operator, kind) in NUMBERS.items():
        how = {f"who.{name}": Field(kind, needed=False, to=operator)}  # type: ignore[arg-type]
        value = read(how, typed, currency)
        if value:
            parts.append({"field": name, **value})
    tag = typed.get("who.tag", "").strip().removeprefix("#")
    if tag:
        parts.append({"field": "tag", "is": tag})
    if len(parts) == 1:
        return parts[0]
    return {"any" if parts and typed.get("join") == "any" else "all": parts}


def document(
    typed: Mapping[str, str],
    program: Mapping[str, Any],
    chips: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    today: date,
) -> Document:
    """Return the campaign that was typed.

    Raises
    ------
    TypedError
        A field is missing, or is not what it should be.
    """
    currency = str(program["currency"])
    old = before or {"audience": EVERYBODY, "trigger": {}, "actions": [], "guards": {}}
    name = read({"name": Field()}, typed)["name"]
    return {
        "name": name,
        "audience": audience(typed, chips, old["audience"], currency),
        "trigger": _trigger(typed, old["trigger"], today),
        "actions": list(_actions(typed, program, old["actions"])),
        "guards": _guards(typed, old.get("guards") or {}, currency),
    }


def _trigger(typed: Mapping[str, str], old: Mapping[str, Any], today: date) -> Document:
    kind = typed.get("trigger.kind", "")
    if not kind:
        raise TypedError("trigger.kind", "missing")
    time = typed.get("trigger.time", "").strip() or "10:00"
    if kind not in _TRIGGERS:
        if kind != old.get("kind"):
            raise TypedError("trigger.kind", "missing")
        return {**old, "time": time}
    asked = {f"{kind}.{name}": _under(how, name) for name, how in _TRIGGERS[kind].items()}
    found: Document = {"kind": kind, "time": time, **read(asked, typed)}
    if kind == "recurring":
        found["rule"] = _RULES.get(found["rule"], found["rule"])
        same = old.get("kind") == kind and old.get("first")
        found["first"] = old["first"] if same else today.isoformat()
    return found


def _under(how: Field, name: str) -> Field:
    return Field(how.kind, how.needed, name)


def _actions(
    typed: Mapping[str, str], program: Mapping[str, Any], old: Sequence[Mapping[str, Any]]
) -> Iterator[Document]:
    said = next((one for one in old if one["kind"] == "message"), {})
    texts = read({f"text.{one}": Field(to=one) for one in program["languages"]}, typed)
    yield {**said, "kind": "message", "text": texts}
    gift = typed.get("gift", "")
    if gift in GIFTS:
        kind: Any = "whole" if gift == "points" else "text"
        value = read({f"gift.{gift}": Field(kind, to=gift)}, typed)
        if gift == "points":
            value["pot"] = typed.get("gift.pot") or program["pots"][0]["id"]
        currency = str(program["currency"])
        value |= read({"gift.cost": Field("money", needed=False, to="cost")}, typed, currency)
        yield {"kind": gift, **value}
    yield from (dict(one) for one in old if one["kind"] not in {"message", *GIFTS})


def _guards(typed: Mapping[str, str], old: Mapping[str, Any], currency: str) -> Document:
    asked = {f"guards.{name}": _under(how, name) for name, how in _GUARDS.items()}
    found = {**old, **dict.fromkeys(_GUARDS), **read(asked, typed, currency)}
    quiet = [typed.get(f"guards.quiet.{one}", "").strip() for one in (0, 1)]
    found["quiet"] = quiet if all(quiet) else None
    return found


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two documents say the same: what is not said and None are one."""
    return bool(_plain(one) == _plain(other))


def _plain(one: Any) -> Any:
    if isinstance(one, dict):
        return {name: _plain(value) for name, value in one.items() if value is not None}
    return [_plain(each) for each in one] if isinstance(one, list) else one


def field_of(place: str, kind: str) -> str:
    """Return the field in which stands what the API calls by its place in the document."""
    parts = place.split(".")
    if parts[0] == "trigger" and parts[-1] not in {"kind", "time"}:
        return f"{kind}.{parts[-1]}"
    if parts[0] == "actions":
        named = parts[2:3]
        if named == ["text"]:
            return ".".join(parts[2:])
        return "gift" if not named else f"gift.{named[0]}"
    return place
