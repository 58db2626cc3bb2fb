"""Writers of one object, interleaved step by step: the last to write writes the last state."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.wallet.rules import RefusalError
from passes.google import publish as publish_module
from passes.google.failures import AlreadyThereError, NotThereError, UnavailableError
from passes.google.publish import Drawn, StillMovingError
from tests.support.google_transport import GoogleMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable


class FakeGoogle:
    """What Google keeps of one object: the last body sent, whatever its version."""

    def __init__(self, *, version: int | None = None) -> None:
        self.memory = GoogleMemory(*([] if version is None else [drawn(version).body]))
        self.doubt = False

    @property
    def version(self) -> int | None:
        found: int | None = self.memory.found.get("1.m", {}).get("accountId")
        return found

    def take_doubt(self, identifier: str) -> bool:
        doubt, self.doubt = self.doubt, False
        return doubt

    def insert_object(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.memory.insert("loyaltyObject", body)
        except RefusalError as refusal:
            raise AlreadyThereError("insert", refusal.status, "existingResource", "") from None

    def patch_object(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.memory.patch("loyaltyObject", body)
        except RefusalError as refusal:
            raise NotThereError("patch", refusal.status, "resourceNotFound", "") from None


def drawn(version: int) -> Drawn:
    return Drawn(version, {"id": "1.m", "classId": "1.c", "accountId": version})


def no_class() -> None:
    raise AssertionError("the class exists")


def sure() -> None:
    raise AssertionError("every request was answered")


def publish(*arguments: Any, **options: Any) -> Drawn | None:
    return publish_module.publish(*arguments, **({"unsure": sure} | options))


class Writer(threading.Thread):
    """One publisher that stops before each read and each request until it is let go."""

    def __init__(self, race: Race, number: int) -> None:
        super().__init__(daemon=True)
        self.race = race
        self.number = number
        self.has_moved = False
        self.finished = False
        self.go = threading.Semaphore(0)
        self.stopped = threading.Semaphore(0)

    def run(self) -> None:
        self.pause()
        self.race.rule(self.read, self, no_class, first_save=self.number == 0)
        self.finished = True
        self.stopped.release()

    def pause(self) -> None:
        self.stopped.release()
        self.go.acquire()

    def take_doubt(self, identifier: str) -> bool:
        return False

    def step(self) -> None:
        if not self.finished:
            self.go.release()
            assert self.stopped.acquire(timeout=10)

    def read(self) -> Drawn:
        self.pause()
        if not self.has_moved:
            self.has_moved = True
            self.race.current += 1
        return drawn(self.race.current)

    def insert_object(self, body: dict[str, Any]) -> dict[str, Any]:
        self.pause()
        return self.race.google.insert_object(body)

    def patch_object(self, body: dict[str, Any]) -> dict[str, Any]:
        self.pause()
        return self.race.google.patch_object(body)


class Race:
    """Writers that take turns; the card moves whenever one of them begins to read.

    That is how it is in life: each change of a card queues a message of its own.
    """

    def __init__(self, rule: Callable[..., Any], start: int | None) -> None:
        self.rule = rule
        self.google = FakeGoogle(version=start)
        self.current = 0

    def run(self, order: Iterable[int], writers: int) -> tuple[int | None, int]:
        """Return the versions that Google and the card have after all writers are done."""
        threads = [Writer(self, number) for number in range(writers)]
        for thread in threads:
            thread.start()
            assert thread.stopped.acquire(timeout=10)
        for turn in order:
            threads[turn % writers].step()
        for thread in threads:  # the rest, one after the other
            while not thread.finished:
                thread.step()
            thread.join()
        return self.google.version, self.current


orders = st.lists(st.integers(0, 2), max_size=30)


@settings(max_examples=300, deadline=None)
@given(orders, st.integers(1, 3), st.one_of(st.none(), st.just(0)))
def test_any_interleaving_ends_at_the_last_state(
    order: list[int], writers: int, start: int | None
) -> None:
    shown, current = Race(publish, start).run(order, writers)
    assert shown == current


def without_second_read(
    read: Callable[[], Drawn], client: Any, create_class: Any, *, first_save: bool = False
) -> None:
    publish_module._send(read().body, client, create_class, insert_first=first_save, notify=False)


def test_without_the_second_read_an_old_state_stays() -> None:
    """Negative control: the rule's second half is what the test above rests on."""
    outcomes = {
        Race(without_second_read, 0).run(order, 2) for order in itertools.product((0, 1), repeat=5)
    }
    assert any(shown != current for shown, current in outcomes)


def scripted(*versions: int | None) -> Callable[[], Drawn | None]:
    script: Generator[int | None] = (version for version in versions)

    def read() -> Drawn | None:
        version = next(script)
        return None if version is None else drawn(version)

    return read


def test_a_card_that_moved_is_sent_again() -> None:
    google = FakeGoogle(version=0)
    assert publish(scripted(1, 2, 2), google, no_class) == drawn(2)
    assert google.version == 2


def test_a_card_that_never_stands_still_is_given_back() -> None:
    with pytest.raises(StillMovingError):
        publish(scripted(*range(1, 8)), FakeGoogle(version=0), no_class, rounds=3)


def test_no_card_nothing_sent() -> None:
    google = FakeGoogle()
    assert publish(scripted(None), google, no_class) is None
    assert google.version is None


def test_a_card_that_vanished_meanwhile() -> None:
    assert publish(scripted(1, None), FakeGoogle(version=0), no_class) == drawn(1)


def test_the_owner_is_notified_once() -> None:
    wishes = []

    class Listening(FakeGoogle):
        def patch_object(self, body: dict[str, Any]) -> dict[str, Any]:
            wishes.append(body.get("notifyPreference"))
            return super().patch_object(body)

    publish(scripted(1, 2, 2), Listening(version=0), no_class, notify=True)
    assert wishes == ["NOTIFY_ON_UPDATE", None]


def test_a_missing_class_is_made_once() -> None:
    made: list[int] = []

    class Classless(FakeGoogle):
        def insert_object(self, body: dict[str, Any]) -> dict[str, Any]:
            if not made:
                raise NotThereError("insert", 404, "classNotFound", "")
            return super().insert_object(body)

    google = Classless()
    publish(scripted(1, 1), google, lambda: made.append(1))
    assert made == [1]
    assert google.version == 1


def test_failures_reach_the_caller() -> None:
    class Down(FakeGoogle):
        def patch_object(self, body: dict[str, Any]) -> dict[str, Any]:
            raise UnavailableError("patch", 503, "backendError", "")

    with pytest.raises(UnavailableError):
        publish(scripted(1, 1), Down(version=0), no_class)


def test_a_google_that_contradicts_itself_is_not_asked_forever() -> None:
    asked = []

    class Contradicting(FakeGoogle):
        def insert_object(self, body: dict[str, Any]) -> dict[str, Any]:
            asked.append("insert")
            raise AlreadyThereError("insert", 409, "existingResource", "")

        def patch_object(self, body: dict[str, Any]) -> dict[str, Any]:
            asked.append("patch")
            raise NotThereError("patch", 404, "resourceNotFound", "")

    with pytest.raises(AlreadyThereError):
        publish(scripted(1), Contradicting(), no_class)
    assert asked == ["patch", "insert"] * 2
