"""What an owner is warned of: programs that customers would not understand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from loyalty.program.describe.levels import benefits
from loyalty.program.describe.sentences import basis_parts, describe
from loyalty.program.describe.speaker import Speaker
from loyalty.program.rules import ONE
from loyalty.words import is_money, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.languages import Language
    from loyalty.program.rules import Program

MOST_SENTENCES = 6
"""More than that is not read."""

_FEW_RULES = 2
_FEW_METRICS = 2
_GENEROUS = ONE // 2
_METRICS = ("spend", "visits", "points", "referrals")


def warnings(program: Program, language: Language) -> tuple[str, ...]:
    """Return what would confuse customers, each with the place in the document.

    None of it is wrong; a document that contradicts itself is refused by ``program_document``.
    """
    speaker = Speaker(program, language)
    return (
        *_length(speaker),
        *_currency(speaker),
        *_pots(speaker),
        *_promised(speaker),
        *_doubles(speaker),
        *_goods(speaker),
        *_captions(speaker),
        *_earning(speaker),
        *_generosity(speaker),
        *_tiers(speaker),
    )


def about_tills(program: Program, language: Language) -> tuple[str, ...]:
    """Return what a till has to tell for the program to work; for its check and for connectors."""
    paths = ", ".join(program.needs_lines())
    return (Speaker(program, language).phrase("warn.lines", paths=paths),) if paths else ()


def _length(speaker: Speaker) -> Iterator[str]:
    count = len(describe(speaker.program, speaker.language))
    if count > MOST_SENTENCES:
        told = speaker.plural("sentences", count)
        yield speaker.phrase("warn.sentences", count=told, most=MOST_SENTENCES)
    if not count:
        yield speaker.phrase("warn.nothing")


def _currency(speaker: Speaker) -> Iterator[str]:
    code = speaker.program.currency
    if not is_money(code):
        yield speaker.phrase("warn.currency", code=code)


def _promised(speaker: Speaker) -> Iterator[str]:
    """Tell what is configured, and nobody comes to."""
    program = speaker.program
    yearly = {
        cap.pot: (f"caps.{at}", cap) for at, cap in enumerate(program.caps) if cap.period == "year"
    }
    for index, reward in enumerate(program.rewards):
        path, cap = yearly.get(reward.pot, ("", None))
        if cap and reward.price > cap.points:
            yield speaker.phrase("warn.above_cap", path=f"rewards.{index}", cap=path)


def _doubles(speaker: Speaker) -> Iterator[str]:
    """Rules that say the same: most likely one was to be changed after copying."""
    program = speaker.program
    nameless = {
        "earning": program.earning,
        "promotions": [replace(one, id="", name={}) for one in program.promotions],
        "rewards": [replace(one, id="", name={}) for one in program.rewards],
    }
    for group, rules in nameless.items():
        for index, rule in enumerate(rules):
            first = list(rules).index(rule)
            if first < index:
                yield speaker.phrase(
                    "warn.double", path=f"{group}.{index}", first=f"{group}.{first}"
                )


def _goods(speaker: Speaker) -> Iterator[str]:
    """Goods that have a name here, and that rules seem to name otherwise."""
    program = speaker.program
    filters = [*(one.only for one in program.earning), *(one.only for one in program.promotions)]
    for group in ("categories", "items"):
        lists = (getattr(only, f"{start}{group}") for only in filters for start in ("", "exclude_"))
        used = {name for names in lists for name in names}
        known = [goods.id for goods in getattr(program, group)]
        for index, name in enumerate(known):
            near = get_close_matches(name, used - set(known), n=1)
            if near and name not in used:
                path = f"{group}.{index}.id"
                yield speaker.phrase("warn.goods", path=path, name=name, meant=near[0])


def _captions(speaker: Speaker) -> Iterator[str]:
    """Names that a card already gives to something else, or says twice beside each other."""
    program, language = speaker.program, speaker.language
    if program.name[language].casefold() == program.organization.casefold():
        yield speaker.phrase("warn.named_twice", name=program.organization)
    captions = {speaker.phrase("label.member").casefold(), speaker.phrase("label.tier").casefold()}
    for index, level in enumerate(program.tiers.levels if program.tiers else ()):
        if (name := level.name[language]).casefold() in captions:
            yield speaker.phrase("warn.caption", path=f"tiers.levels.{index}.name", name=name)


def _pots(speaker: Speaker) -> Iterator[str]:
    program = speaker.program
    by_kind = defaultdict(list)
    for index, pot in enumerate(program.pots):
        by_kind[pot.kind].append((f"pots.{index}", pot))
    for kind, found in by_kind.items():
        if len(found) > 1 and not all(pot.name for _, pot in found):
            paths = ", ".join(path for path, _ in found)
            yield speaker.phrase("warn.names", paths=paths, kind=kind)
    for index, pot in enumerate(program.pots):
        alone = len(by_kind[pot.kind]) == 1
        said = speaker.has_unit(pot) or speaker.in_money(pot.id)
        if pot.name and alone and not said:
            noun = speaker.noun_of(pot.id)
            name = pot.name[speaker.language]
            yield speaker.phrase("warn.unit", path=f"pots.{index}", name=name, noun=noun)
    ways = {
        tuple(bool(part) for part in (pot.expiry.months, pot.expiry.dates))
        for pot in program.pots
        if pot.expiry
    }
    if len(ways) > 1:
        paths = ", ".join(f"pots.{index}.expiry" for index in range(len(program.pots)))
        yield speaker.phrase("warn.expiries", paths=paths)
    money = (program.points_as_money,) if program.points_as_money else ()
    spendable = {one.pot for one in (*program.rewards, *money)}
    gifts = [one for one in (program.welcome, program.birthday, program.referral) if one]
    fed = {one.pot for one in (*program.earning, *program.promotions, *gifts)}
    by_points = program.tiers and any(level.points for level in program.tiers.levels)
    for index, pot in enumerate(program.pots):
        if pot.id not in spendable and not (by_points and pot.id in fed):
            yield speaker.phrase("warn.useless", path=f"pots.{index}", pot=pot.id)
        # Prepaid visits are sold, not earned.
        if pot.id not in fed and pot.kind != "visits":
            yield speaker.phrase("warn.unfed", path=f"pots.{index}", pot=pot.id)


def _earning(speaker: Speaker) -> Iterator[str]:
    program = speaker.program
    by_pot = defaultdict(list)
    for index, rule in enumerate(program.earning):
        by_pot[rule.pot].append(f"earning.{index}")
    for pot, paths in by_pot.items():
        if len(paths) > _FEW_RULES:
            joined = ", ".join(paths)
            yield speaker.phrase("warn.many_rules", paths=joined, count=len(paths), pot=pot)
    parts = basis_parts(speaker)
    if len(parts) > 1:
        yield speaker.phrase("warn.basis", parts=listing(speaker.language, parts))
    pots = [promotion.pot for promotion in program.promotions]
    if program.stacking == "first" and len(set(pots)) < len(pots):
        yield speaker.phrase("warn.stacking")
    for index, cap in enumerate(program.caps):
        if cap.period == "order":
            yield speaker.phrase("warn.order_cap", path=f"caps.{index}")
    for index, limit in enumerate(program.limits):
        if limit.action == "earn" and program.cool_down_minutes:
            yield speaker.phrase("warn.limits", path=f"limits.{index}")


def _generosity(speaker: Speaker) -> Iterator[str]:
    """Programs that pay more back than anybody means to."""
    money = speaker.program.points_as_money
    for index, rule in enumerate(speaker.program.earning):
        if not money or rule.pot != money.pot or rule.per != "amount" or not rule.amount:
            continue
        back = rule.points * money.amount * ONE // (rule.amount * money.points)
        if back > _GENEROUS:
            told = speaker.percent(back)
            yield speaker.phrase("warn.generous", path=f"earning.{index}", percent=told)


def _tiers(speaker: Speaker) -> Iterator[str]:
    tiers = speaker.program.tiers
    if tiers is None:
        return
    used = [name for name in _METRICS if any(getattr(level, name) for level in tiers.levels)]
    if len(used) > _FEW_METRICS:
        yield speaker.phrase("warn.metrics", count=len(used))
    falling = tiers.down != "never" and tiers.window != "lifetime"
    if falling and not tiers.grace_months:
        yield speaker.phrase("warn.notice")
    for index, level in enumerate(tiers.levels[1:], start=1):
        below = tiers.levels[index - 1]
        if benefits(speaker, level) == benefits(speaker, below):
            yield speaker.phrase("warn.empty", path=f"tiers.levels.{index}")
