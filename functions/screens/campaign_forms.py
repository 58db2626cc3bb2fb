"""A campaign as a form: its document as the fields of one, and what was typed as a document. Pure.

Fields are called by their place in the document, as its faults are, so that a fault is shown at its
field. What a form does not know (another trigger, conditions that are no chips) stays as it is.
What is said and given, and by which ways: ``functions.screens.campaign_actions``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens import campaign_actions, groups
from functions.screens.typed import Field, TypedError, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    Document = dict[str, Any]

EVERYBODY: Mapping[str, Any] = {"all": []}
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
    "near_level": {"amount": Field("money")},
    "will_fall": {"days": Field("whole", needed=False)},
    "bought": {"of": Field(needed=False)},
    "claimed": {},
    "answer_given": {"of": Field(needed=False)},
    "before_appointment": {"days": Field("whole", needed=False)},
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
        without |= {"level_changed", "near_level", "will_fall"}
    found = [one for one in _TRIGGERS if one not in without]
    return found if not now or now in found else [*found, now]


# Reading a document ------------------------------------------------------------------------------


def fields(document: Mapping[str, Any], chips: Mapping[str, Any], currency: Any) -> dict[str, str]:
    """Return a document as what stands in the fields; ``currency``: writes an amount."""
    trigger, guards = document["trigger"], document.get("guards") or {}
    found = {"name": document["name"], "trigger.kind": trigger["kind"]}
    found |= {
        f"{trigger['kind']}.{name}": _shown(trigger[name], how.kind, currency)
        for name, how in _TRIGGERS.get(trigger["kind"], {}).items()
        if trigger.get(name) is not None
    }
    if trigger["kind"] == "recurring":
        known = {rule: name for name, rule in _RULES.items()}
        found["recurring.rule"] = known.get(trigger["rule"], trigger["rule"])
    found["trigger.time"] = trigger.get("time") or "10:00"
    found |= campaign_actions.fields(document["actions"], currency)
    found |= campaign_actions.way_fields(document.get("channels"))
    for name, how in _GUARDS.items():
        if guards.get(name) is not None:
            found[f"guards.{name}"] = _shown(guards[name], how.kind, currency)
    quiet = guards.get("quiet")
    if quiet:
        found |= {"guards.quiet.0": quiet[0], "guards.quiet.1": quiet[1]}
    return found | _audience_fields(document["audience"], chips, currency)


def _shown(value: Any, kind: str, currency: Any) -> str:
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
        "trigger": _trigger(typed, old["trigger"], today, currency),
        "actions": list(campaign_actions.actions(typed, program, old["actions"])),
        "guards": _guards(typed, old.get("guards") or {}, currency),
        "channels": campaign_actions.ways(typed, old.get("channels")),
    }


def _trigger(
    typed: Mapping[str, str], old: Mapping[str, Any], today: date, currency: str
) -> Document:
    kind = typed.get("trigger.kind", "")
    if not kind:
        raise TypedError("trigger.kind", "missing")
    time = typed.get("trigger.time", "").strip() or "10:00"
    if kind not in _TRIGGERS:
        if kind != old.get("kind"):
            raise TypedError("trigger.kind", "missing")
        return {**old, "time": time}
    asked = {f"{kind}.{name}": _under(how, name) for name, how in _TRIGGERS[kind].items()}
    found: Document = {"kind": kind, "time": time, **read(asked, typed, currency)}
    if kind == "recurring":
        found["rule"] = _RULES.get(found["rule"], found["rule"])
        same = old.get("kind") == kind and old.get("first")
        found["first"] = old["first"] if same else today.isoformat()
    return found


def _under(how: Field, name: str) -> Field:
    return Field(how.kind, how.needed, name)


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
    first, _, rest = place.partition(".")
    if first == "trigger" and rest not in {"kind", "time"}:
        return f"{kind}.{rest}"
    if first == "channels":
        return "way"
    return campaign_actions.field_of(rest.split(".")[1:]) if first == "actions" else place
