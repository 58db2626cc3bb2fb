"""Data of an older layout is migrated or refused; the number rises with what is stored."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.failures import Failure
from infra.local import layout
from infra.local.stack import Stack
from loyalty.access.keys import ApiKey, Credentials, Endpoint
from loyalty.core.booking import VisitReport
from loyalty.core.order import Line, OrderKey, Part
from loyalty.core.told import Told
from loyalty.ledger.act import Act
from loyalty.store import derived, feeds, receivers, till_counts, till_watch
from loyalty.store.deliveries import Attempt, Delivery, put_delivery
from loyalty.store.receivers import Receiver
from loyalty.store.till_watch import Trial
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.members.enrolment import Enrolled

TEA = (Line("tea", "tea", 1000, 100),)
SHAPES = Path(__file__).parent / "layout.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which a stack has run."""
    (tmp_path / "emulator").mkdir()
    return tmp_path


def test_a_new_folder_is_stamped(tmp_path: Path) -> None:
    layout.bring_up(tmp_path)
    assert (tmp_path / "layout").read_text() == str(layout.LAYOUT)
    (tmp_path / "emulator").mkdir()
    layout.bring_up(tmp_path)


@pytest.mark.parametrize("stamp", [None, "", "0", "nonsense", str(layout.LAYOUT - 1)])
def test_an_older_folder_is_refused_with_a_sentence(folder: Path, stamp: str | None) -> None:
    if stamp is not None:
        (folder / "layout").write_text(stamp)
    with pytest.raises(Failure, match=r"an older version .* rm -r"):
        layout.bring_up(folder)


def test_other_ports_are_named_in_what_was_kept(folder: Path) -> None:
    kept = folder / "emulator" / "sqs.json"
    addresses = [f"http://127.0.0.1:{port}/0/inbox" for port in (4101, 41011, 4106, 4099)]
    kept.write_text(json.dumps(addresses))
    layout.readdress(folder, 4100, 5000, 6)
    assert [one.split("/")[2] for one in json.loads(kept.read_text())] == [
        *("127.0.0.1:5001", "127.0.0.1:41011"),
        *("127.0.0.1:4106", "127.0.0.1:4099"),
    ]
    before = kept.stat().st_mtime_ns
    layout.readdress(folder, 5000, 5000, 6)
    assert kept.stat().st_mtime_ns == before


def test_a_newer_folder_is_refused_too(folder: Path) -> None:
    (folder / "layout").write_text(str(layout.LAYOUT + 1))
    with pytest.raises(Failure, match="a newer version"):
        layout.bring_up(folder)


def test_what_can_be_migrated_is_step_by_step(folder: Path) -> None:
    (folder / "layout").write_text("1")
    done: list[str] = []
    steps = {1: lambda _: done.append("to 2"), 2: lambda _: done.append("to 3")}
    layout.bring_up(folder, 3, steps)
    layout.bring_up(folder, 3, steps)
    assert done == ["to 2", "to 3"]
    assert (folder / "layout").read_text() == "3"
    with pytest.raises(Failure, match="layout 3, not 5"):
        layout.bring_up(folder, 5, steps)


def test_a_stack_looks_before_it_starts_anything(folder: Path) -> None:
    stack = Stack(folder, None, lambda _: None)
    with pytest.raises(Failure, match="an older version"):
        stack.start()


def test_the_number_rises_with_what_is_stored() -> None:
    """Whoever changes what is stored raises `LAYOUT` and writes the file anew.

    ``LAYOUT=write`` in the environment writes it.
    """
    found = {"layout": layout.LAYOUT, "items": stored()}
    if os.environ.get("LAYOUT") == "write":
        SHAPES.write_text(json.dumps(found, indent=1) + "\n")
    known = json.loads(SHAPES.read_text())
    assert found == known, (
        "what is stored has changed: raise LAYOUT in infra/local/layout.py, migrate or leave it, "
        "and write the file with LAYOUT=write"
    )


def stored() -> dict[str, list[str]]:
    """Return the attributes of every kind of item that a little story leaves behind."""
    world = World()
    world.put_program()
    tell(world)
    shapes: dict[str, set[str]] = {}
    for key, item in world.tables.items.items():
        kind = f"{key.table}: {kind_of(key.pk)} {kind_of(key.sk)}".strip()
        shapes.setdefault(kind, set()).update(leaves(item))
    return {kind: sorted(names) for kind, names in sorted(shapes.items())}


def tell(world: World) -> None:
    ann, ben = world.enrol(), world.enrol(location="main-street")
    world.sell("1", total=20_000, member=ann)
    world.sell("2", total=500)  # parked
    world.sell("1", 2, total=19_000, member=ann)
    world.wait(hours=1)
    world.spending.redeem(
        "coffee",
        source="till",
        redemption="r",
        card_code=ann.card_code,
        reward="free-coffee",
        now=world.now,
    )
    world.staff.adjust(act("a"), ann.member_id, "points", 50, world.now)
    world.staff.transfer(act("t"), ann.member_id, ben.member_id, "points", 9, world.now)
    # More is told of one order than its head has room for.
    refunds = tuple(Part(f"refund:{n}", 1, "completed", 1, lines=TEA) for n in range(99))
    report = world.report("1", 3, total=19_000, member=ann)
    world.sales.record_order(replace(report, parts=(*report.parts, *refunds)), world.now)
    booking(world, ann)
    world.wait(days=400)
    world.night()
    receivers.put_receiver(
        world.tables,
        Receiver(
            "coffee", "crm", "https://crm.example.com/", ("points.earned",), "active", world.now
        ),
    )
    derived.put_told(world.tables, "coffee", ann.member_id, None, Told(1, {"points": 1}))
    attempts = (Attempt(1, 500, 20, ""),)
    waiting = Delivery("coffee", "crm", "evt_1", "points.earned", 1, "{}", due=2, attempts=attempts)
    put_delivery(world.tables, replace(waiting, revision=1), world.now)
    credentials = Credentials(world.tables)
    till = Endpoint("till", "coffee", ("till",), "standard", secrets_at=1, token=True)
    credentials.put_endpoint(till)
    watched(world)
    credentials.add_key(ApiKey("till0001", "coffee", "till"), "test", "a" * 40)


def booking(world: World, member: Enrolled) -> None:
    key, ahead = OrderKey("coffee", "salon", "b-1"), world.now + timedelta(days=3)
    hints = (f"code:{TOKENS.read_card_code(member.card_code)}",)
    for version, status, at in ((1, "came", world.now), (2, "booked", ahead)):
        report = VisitReport(key, version, status, at, None, hints, "endpoint:salon")  # type: ignore[arg-type]
        world.visits.record(report, world.now)


def watched(world: World) -> None:
    till_counts.add(world.tables, ("coffee", "till"), 0, 1, {"messages": 1, "sales": 1})
    (watch,) = till_watch.due(world.tables, 0, 1)
    till_watch.looked(world.tables, watch, replace(watch, due=1, state="quiet"))
    seen = {"x": feeds.Listed(1, 2, "m", 3)}
    feeds.put(world.tables, "coffee", "till", feeds.Feed("tag", 1, seen), 1)
    trial = Trial("t", 1, 200, "came_through", 2)
    till_watch.put_trial(world.tables, "coffee", "till", trial)
    till_watch.put_answer(world.tables, "coffee", "till", trial)
    till_watch.put_arrival(world.tables, "coffee", "till", trial)


def act(name: str) -> Act:
    return Act("coffee", "anna", name, "because")


def kind_of(text: str) -> str:
    return "#".join(part for part in text.split("#") if part.isalpha() and part.isupper())


def leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path and name.isalpha() else path or name)
    else:
        yield path
