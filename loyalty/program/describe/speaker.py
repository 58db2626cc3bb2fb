"""Speaks of one program in one language: counted nouns, money, names, conditions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyalty import words
from loyalty.program.by_language import completed, told_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from loyalty.languages import Language
    from loyalty.program.rules import Filter, Goods, PotRule, Program


def money_pot(program: Program) -> str | None:
    """Return the pot of which everything is said in money: ``€25``, and never ``2,500 points``.

    It pays bills and buys nothing else, has a name, and counts in nothing that has a name of its
    own (``unit``): cashback. A point is then a whole amount of the currency's smallest unit.
    """
    rule = program.points_as_money
    pot = program.pot(rule.pot) if rule else None
    if rule is None or pot is None or pot.name is None or pot.unit or rule.amount % rule.points:
        return None
    counted = any(words.known_unit(one, pot.name[one]) for one in program.languages)
    return None if counted or any(one.pot == pot.id for one in program.rewards) else pot.id


class Speaker:
    """Every method returns a piece of a sentence in the language, whether the program speaks it."""

    def __init__(self, program: Program, language: Language) -> None:
        self.program = told_in(program, language)
        self.language = language
        self.phrase = partial(words.phrase, language)
        self.percent = partial(words.percent, language)
        self._money_pot = money_pot(program)

    def counted(self, pot_id: str, number: int) -> str:
        """Return ``5 points``; with the pot's name where several pots count alike."""
        return self._in_pot(pot_id, self.counted_plainly(pot_id, number))

    def counted_of(self, pot_id: str, number: int) -> str:
        """Return the same after "at most", "more than" or "from"."""
        return self._in_pot(pot_id, self.counted_plainly(pot_id, number, ".of"))

    def counted_plainly(self, pot_id: str | None, number: int, case: str = "") -> str:
        """Return ``5 points`` without the pot's name; ``case``: ``.of`` as for `counted_of`."""
        if self.in_money(pot_id):
            return self.worth(number)
        unit = self._unit(pot_id)
        if unit:
            return words.counted_unit(self.language, unit, number, genitive=bool(case))
        return self.plural(f"{self.kind(pot_id)}{case}", number)

    def in_money(self, pot_id: str | None) -> bool:
        """Tell whether what a pot holds is said in money; None is the program's first pot."""
        pots = self.program.pots
        return self._money_pot is not None and self._money_pot == (pot_id or pots[0].id)

    def worth(self, number: int) -> str:
        """Return what so many points pay."""
        rule = self.program.points_as_money
        return self.money(number // rule.points * rule.amount) if rule else ""

    def text(self, texts: Mapping[str, str]) -> str:
        """Return what an owner wrote, where it may be older than the program's languages."""
        known = completed(texts, self.program.languages)
        return known.get(self.language) or next(iter(known.values()), "")

    def label(self, pot: PotRule) -> str:
        """Return what stands above a pot's balance: its own name, where it has one."""
        return pot.name[self.language] if pot.name else self.phrase(f"noun.{pot.kind}")

    def plural(self, noun: str, number: int | Decimal) -> str:
        """Return a counted noun."""
        return words.plural(self.language, noun, number)

    def noun_of(self, pot_id: str | None = None) -> str:
        """Return ``points``, as after a number."""
        unit = self._unit(pot_id)
        if unit:
            return words.unit_noun(self.language, unit)
        return self.phrase(f"noun.of.{self.kind(pot_id)}")

    def noun(self, pot: PotRule) -> str:
        """Return ``Points``, as at the start of a sentence."""
        unit = self._unit(pot.id)
        if unit:
            return words.unit_heading(self.language, unit) or self.label(pot)
        noun = self.phrase(f"noun.{pot.kind}")
        name = self.pot_name(pot.id)
        return self.phrase("noun.in_pot", noun=noun, pot=name) if name else noun

    def kind(self, pot_id: str | None = None) -> str:
        """Return the kind of a pot; of the program's first one where none is meant."""
        pots = self.program.pots
        pot = self.program.pot(pot_id) if pot_id else (pots[0] if pots else None)
        return pot.kind if pot else "points"

    def pot_name(self, pot_id: str) -> str | None:
        """Return the pot's name if its kind alone would not tell which one is meant."""
        pot = self.program.pot(pot_id)
        if pot is not None and (self._unit(pot.id) or self.in_money(pot.id)):
            return None
        if pot is None or [one.kind for one in self.program.pots].count(pot.kind) == 1:
            return None
        return pot.name[self.language] if pot.name else pot.id

    def money(self, minor: int) -> str:
        """Return an amount of the program's currency."""
        return words.money(self.language, minor, self.program.currency)

    def category(self, till_name: str) -> str:
        """Return what people call a category, which tills may call something else."""
        return self._called(self.program.categories, till_name)

    def names(self, categories: tuple[str, ...], items: tuple[str, ...], style: str = "or") -> str:
        """Return goods, quoted: what has no name in the program has that of the tills."""
        called = [
            *(self.category(name) for name in categories),
            *(self._called(self.program.items, name) for name in items),
        ]
        quoted = [self.phrase("quoted", name=name) for name in called]
        return words.listing(self.language, quoted, style)

    def _called(self, goods: tuple[Goods, ...], till_name: str) -> str:
        named = (one.name[self.language] for one in goods if one.id == till_name)
        return next(named, till_name)

    def on(self, only: Filter, key: str) -> str:
        """Return what a rule is limited to, with the phrase ``key`` around what it names."""
        named = only.categories or only.items
        names = self.names(only.categories, only.items) if named else ""
        text = self.phrase(key, names=names) if named else ""
        if only.exclude_categories or only.exclude_items:
            left_out = self.names(only.exclude_categories, only.exclude_items, "standard")
            text += self.phrase("earn.except", names=left_out)
        return text

    def minimum(self, minimum: int, only: Filter) -> str:
        """Return from which amount on a rule counts."""
        if not minimum:
            return ""
        named = only.categories or only.items
        return self.phrase(
            "earn.minimum.on" if named else "earn.minimum", amount=self.money(minimum)
        )

    def _unit(self, pot_id: str | None) -> str | None:
        """Return the forms of what a pot counts, where the program has words of its own."""
        pots = self.program.pots
        pot = self.program.pot(pot_id) if pot_id else (pots[0] if pots else None)
        if pot is None:
            return None
        if pot.unit:
            return pot.unit[self.language]
        return words.known_unit(self.language, pot.name[self.language]) if pot.name else None

    def has_unit(self, pot: PotRule) -> bool:
        """Tell whether what a pot counts has a name of its own."""
        return self._unit(pot.id) is not None

    def _in_pot(self, pot_id: str, counted: str) -> str:
        name = self.pot_name(pot_id)
        return self.phrase("in_pot", counted=counted, pot=name) if name else counted
