"""The first program of a deployment, and what its shop begins with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.failures import Failure
from loyalty.access.people import People
from loyalty.program import ready
from loyalty.program.document import dump
from loyalty.refusals import Refusal
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.deploying.hand import Hand
    from loyalty.program.rules import Program


@dataclass(frozen=True, slots=True)
class FirstShop:
    """A program by trade, and what is the shop's own in it: organization, currency, zone, region.

    ``owner`` is how the first owner is called.
    """

    trade: str
    id: str
    own: Mapping[str, str]
    owner: str = "Owner"

    def program(self) -> Program:
        """Return the program as it begins.

        Raises
        ------
        Failure
            There is no such trade, or something of the shop's own cannot be used.
        """
        try:
            template = ready.find(self.trade).program
        except Refusal:
            known = ", ".join(one.trade for one in ready.ready())
            raise Failure(f"{self.trade!r} is no trade: choose of {known}") from None
        try:
            return ready.of_a_new_shop(template, id=self.id, **self.own)
        except Refusal as refusal:
            said = [field.detail for field in refusal.fields]
            raise Failure("\n".join(("such a program cannot be used:", *said))) from None


def make(hand: Hand, shop: FirstShop | None, folder: Path) -> None:
    """Make the program, a till's address, and an owner with a link to the console."""
    if shop is None:
        start = hand.place.command("program put FILE")
        hand.say(f"    none was named: --trade coffee --shop ID makes one, or {start}")
        return
    fresh = hand.dry or Programs(hand.place.tables(), _now).find(shop.id) is None
    if fresh:
        folder.mkdir(parents=True, exist_ok=True)
        document = folder / f"{shop.id}.json"
        text = json.dumps(json.loads(dump(shop.program())), ensure_ascii=False, indent=2)
        document.write_text(text, encoding="utf-8")
        hand.command("program", "put", str(document))
        hand.command("till", "add", f"{shop.id}-till", "--program", shop.id)
        hand.command("people", "add", shop.owner, "--role", "owner", "--program", shop.id)
    else:
        hand.say(f"    the program {shop.id} is there, and stays as its owner has made it")
    if hand.dry:
        hand.say(f"    loyalty people link … --program {shop.id}")
        return
    owner = next(
        (one for one in People(hand.place.tables()).listed(shop.id) if one.role == "owner"), None
    )
    if owner is not None:
        if fresh:
            # Whoever deploys a shop's own is its owner; further programs are made in the console.
            hand.command("people", "founder", owner.id, "--program", shop.id)
        hand.say("    The console, by a link that lets in once:")
        hand.command("people", "link", owner.id, "--program", shop.id)


def _now() -> datetime:
    return datetime.now(UTC)
