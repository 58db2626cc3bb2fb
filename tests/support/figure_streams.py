"""The two tables' streams as far as figures hear of them, over tables in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.report import OrderKey
from loyalty.figures.feeding import Feeding
from loyalty.figures.places import Places
from loyalty.store import streams

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from loyalty.store.tables import Key
    from tests.support.world import World

Bell = tuple[str, str] | OrderKey


class FigureStreams:
    """Notices what has changed since it last looked, and feeds figures with it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.feeding = Feeding(
            world.tables, world.programs, Places(world.tables, lambda: world.now)
        )
        self._seen: dict[Key, int] = {}

    def news(self) -> list[Bell]:
        """Return the bells that the routers ring for what has changed."""
        changed = []
        for key, item in self.world.tables.items.items():
            if key.sk == "ORDER" or key.table == "ledger":
                revision = item.get("r", 1)
                if self._seen.get(key) != revision:
                    self._seen[key] = revision
                    changed.append(key)
        places = {
            table: [(key.pk, key.sk) for key in changed if key.table == table]
            for table in ("ledger", "state")
        }
        members = [(program, one) for program, one, _ in streams.entries(places["ledger"])]
        return [*dict.fromkeys(members), *streams.orders(places["state"])]

    def ring(self, bells: Iterable[Bell]) -> None:
        """Let the worker answer these bells, one by one."""
        for bell in bells:
            if isinstance(bell, OrderKey):
                self.feeding.order(bell, self.world.now)
            else:
                self.feeding.member(*bell, self.world.now)

    def night(self) -> None:
        """Run the night, and whatever it rings for."""
        for page in self.world.night():
            self.ring(page.uncounted)

    def badly(self, bells: Sequence[Bell], dice: random.Random) -> list[Bell]:
        """Return bells as a bad stream brings them: some lost, some twice, in any order."""
        found = [one for one in bells for _ in range(dice.choice((0, 1, 1, 2)))]
        dice.shuffle(found)
        return found
