"""Speaks of one program in one language: counted nouns, money, names, conditions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyalty import words

if TYPE_CHECKING:
    from decimal import Decimal

    from loyalty.languages import Language
    from loyalty.program.rules import Filter, PotRule, Program


class Speaker:
    """Every method returns a piece of a sentence in the language."""

    def __init__(self, program: Program, language: Language) -> None:
        self.program = program
        self.language = language
        self.phrase = partial(words.phrase, language)
        self.percent = partial(words.percent, language)

    def counted(self, pot_id: str, number: int) -> str:
        """Return ``5 points``; with the pot's name where several pots count alike."""
        return self._in_pot(pot_id, self.counted_plainly(pot_id, number))

    def counted_of(self, pot_id: str, number: int) -> str:
        """Return the same after "at most", "more than" or "from"."""
        return self._in_pot(pot_id, self.counted_plainly(pot_id, number, ".of"))

    def counted_plainly(self, pot_id: str | None, number: int, case: str = "") -> str:
        """Return ``5 points`` without the pot's name; ``case``: ``.of`` as for `counted_of`."""
        unit = self._unit(pot_id)
        if unit:
            return words.counted_unit(self.language, unit, number, genitive=bool(case))
        return self.plural(f"{self.kind(pot_id)}{case}", number)

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
        if pot is not None and self._unit(pot.id):
            return None
        if pot is None or [one.kind for one in self.program.pots].count(pot.kind) == 1:
            return None
        return pot.name[self.language] if pot.name else pot.id

    def money(self, minor: int) -> str:
        """Return an amount of the program's currency."""
        return words.money(self.language, minor, self.program.currency)

    def names(self, names: tuple[str, ...], style: str = "or") -> str:
        """Return names as the till knows them, quoted: they are in no language of ours."""
        quoted = [self.phrase("quoted", name=name) for name in names]
        return words.listing(self.language, quoted, style)

    def on(self, only: Filter, key: str) -> str:
        """Return what a rule is limited to, with the phrase ``key`` around what it names."""
        named = only.categories + only.items
        text = self.phrase(key, names=self.names(named)) if named else ""
        left_out = only.exclude_categories + only.exclude_items
        if left_out:
            text += self.phrase("earn.except", names=self.names(left_out, "standard"))
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
