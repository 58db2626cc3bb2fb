"""The story, interrupted: processes are killed and the stack is stopped in the middle of it.

After each interruption, with the tills repeating what was not answered as tills do, nothing may be
lost and nothing doubled: every account is reckoned anew order by order (`reckoning`), every
redemption is answered as the first time, both wallets show the last state and the phones were rung
after the last change. That the reckoning can fail is shown in test_reckoning.py and, on the very
accounts of this story, at the end of each test here.
"""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from infra.build import ROOT
from infra.local import processes
from infra.local.web import ask, ask_json, until
from tests.stack.reckoning import Expected, wrong
from tests.stack.shop import Customer, Shop
from tests.support.extent import FULL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infra.local.till import Envelope
    from infra.local.web import Reply
    from tests.stack.running import RunningStack

pytestmark = pytest.mark.stack

PEOPLE = 3
START = 5000  # minor units of the first order: points for five rewards


@dataclass
class Regular:
    """A customer, what must be on the account, and what the till was told."""

    customer: Customer
    expected: Expected = field(default_factory=Expected)
    answers: dict[str, Any] = field(default_factory=dict)
    corrections: int = 0


@dataclass
class Story:
    """Customers who buy and spend while things break."""

    stack: RunningStack
    shop: Shop
    regulars: list[Regular]

    def order(self, regular: Regular, total: int) -> Envelope:
        """Seal an order and expect it to count."""
        order = uuid.uuid4().hex
        regular.expected.orders[f"till#{order}"] = total
        return self.shop.till.seal(self.shop.till.order(order, total, regular.customer.by_card))

    def correction(self, regular: Regular) -> Envelope:
        """Seal a new version of the customer's first order, some money less each time."""
        key = next(iter(regular.expected.orders))
        regular.corrections += 1
        total = START - 7 * regular.corrections
        regular.expected.orders[key] = total
        message = self.shop.till.order(
            key.partition("#")[2],
            total,
            regular.customer.by_card,
            version=1 + regular.corrections,
        )
        return self.shop.till.seal(message)

    def redeem(self, regular: Regular, redemption: str) -> Reply:
        """Redeem as a till does that repeats until it is answered; the first answer counts."""
        message = self.shop.till.redemption(
            redemption, regular.customer.code, self.shop.reward["id"]
        )
        reply = self.shop.till.seal(message).post_until_taken(120)
        assert reply.status == 200, reply
        if redemption not in regular.answers:
            regular.answers[redemption] = reply.json()
            regular.expected.answered(redemption, reply.json())
        return reply

    def in_flight(self, interrupt: Callable[[], None]) -> None:
        """Let everybody buy, correct and spend at the same time, and interrupt amidst it."""
        work: list[Callable[[], Any]] = []
        for regular in self.regulars:
            orders = [self.order(regular, 110 + number) for number in range(5)]
            envelopes = [*orders, self.correction(regular), *orders[:2]]
            work += [partial(_taken, envelope) for envelope in envelopes]
            work += [partial(self.redeem, regular, uuid.uuid4().hex) for _ in range(2)]
        begun = threading.Event()

        def carry_out(one: Callable[[], Any]) -> None:
            one()
            begun.set()

        with ThreadPoolExecutor(4) as pool:
            results = [pool.submit(carry_out, one) for one in work]
            assert begun.wait(60)
            interrupt()
            for result in results:
                result.result()

    def restart(self) -> None:
        """Stop the stack by signal and start it again on the same folder."""
        began = time.monotonic()
        self.stack.stop()
        self.shop.timings.setdefault("stop by signal", []).append(time.monotonic() - began)
        self.stack.start()
        self.shop.timings.setdefault("make run, again", []).append(self.stack.seconds)

    def kill_functions(self) -> int:
        """End every function process at once, without a word; return how many there were."""
        emulator = self.stack.description["processes"]["emulator"]
        victims = [pid for pids in processes.workers(emulator).values() for pid in pids]
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        return len(victims)

    def check(self) -> None:
        """Nothing is lost, nothing doubled, and everybody sees it."""
        self.shop.behind.wait_until_quiet(150)
        for regular in self.regulars:
            customer = regular.customer
            for redemption, answer in regular.answers.items():
                again = self.redeem(regular, redemption)
                assert again.json() == answer
                assert again.headers["idempotent-replayed"] == "true"
            standing = self.shop.standing(customer)
            assert wrong(regular.expected, standing.account, standing.entries) == []
            self.shop.balance(customer)  # both wallets agree with the account
            last_change = standing.entries[-1].at / 1_000_000
            assert customer.phone.pushes()[-1]["at"] >= last_change, "rung after the last change"
        assert self.shop.behind.dead_letters() == {}
        self.check_the_checker()

    def check_the_checker(self) -> None:
        """Show that an order less, or one twice, would have been noticed here and now."""
        regular = self.regulars[0]
        standing = self.shop.standing(regular.customer)
        last, total = list(regular.expected.orders.items())[-1]
        dropped, doubled = copy.deepcopy(regular.expected), copy.deepcopy(regular.expected)
        del dropped.orders[last]
        doubled.orders[last] = 2 * total
        assert wrong(dropped, standing.account, standing.entries)
        assert wrong(doubled, standing.account, standing.entries)


def _taken(envelope: Envelope) -> None:
    reply = envelope.post_until_taken(120)
    assert reply.status == 202, reply


@pytest.fixture(scope="module")
def story(fragile: RunningStack, timings: dict[str, list[float]]) -> Story:
    shop = Shop(fragile.description, timings)
    regulars = [Regular(shop.holder()) for _ in range(PEOPLE)]
    told = Story(fragile, shop, regulars)
    for regular in regulars:
        _taken(told.order(regular, START))
    told.check()
    return told


ONE_SALE = pytest.mark.skipif(not FULL, reason="with many in flight: below. All: TESTS=full")


@ONE_SALE
def test_functions_killed_right_after_the_till_was_answered(story: Story) -> None:
    for _ in range(10):
        for regular in story.regulars:
            _taken(story.order(regular, 1230))
        assert story.kill_functions() > 0
        if not story.shop.behind.is_quiet():
            break
    else:
        pytest.fail("every order was worked through before its worker could be killed")
    story.check()


def test_functions_killed_with_many_messages_in_flight(story: Story) -> None:
    def kill_a_few_times() -> None:
        for _ in range(3):
            assert story.kill_functions() >= 0
            time.sleep(0.7)  # let new processes begin something that the next kill interrupts

    story.in_flight(kill_a_few_times)
    story.check()


def test_one_function_after_the_other_killed_while_it_works(story: Story) -> None:
    """Each of the workers behind the queues dies as soon as it is seen with something to do."""
    emulator = story.stack.description["processes"]["emulator"]
    for name in ("orders", "router", "pushApple", "pushGoogle", "redemptions"):
        regular = story.regulars[0]
        envelope = story.order(regular, 170)
        with ThreadPoolExecutor(1) as pool:
            redemption = pool.submit(story.redeem, regular, uuid.uuid4().hex)
            _taken(envelope)
            for pid in processes.workers(emulator).get(f"loyalty-local-{name}", []):
                os.kill(pid, signal.SIGKILL)
            redemption.result()
    story.check()


@ONE_SALE
def test_the_stack_stopped_right_after_the_till_was_answered(story: Story) -> None:
    for regular in story.regulars:
        _taken(story.order(regular, 2340))
    story.restart()
    story.check()


def test_the_stack_stopped_with_many_messages_in_flight(story: Story) -> None:
    story.in_flight(story.restart)
    story.check()


def test_googles_key_is_replaced_while_everybody_buys(story: Story, tmp_path: Path) -> None:
    """It has leaked: another is stored, and the old one ended at Google at once."""
    inspect = f"{story.stack.description['google']['inspect_url']}/account/keys"
    folder = story.stack.folder
    old = json.loads((folder / "wallet" / "service-account.json").read_text())["private_key_id"]
    made = ask_json("POST", inspect, {}).json()
    file = tmp_path / "key.json"
    file.write_text(json.dumps(made))

    def replace() -> None:
        words = ("google", "store", str(file), "--stage", "local", "--folder", str(folder))
        command = [sys.executable, "-m", "infra.commands", *words]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert "It replaces a key of" in told.stdout, told
        assert ask_json("DELETE", inspect, {"private_key_id": old}).status == 200
        ask_json("DELETE", inspect.replace("account/keys", "tokens"), {})

    story.in_flight(replace)
    for regular in story.regulars:  # whatever came first: these come after the old one's end
        _taken(story.order(regular, 130))
    story.check()
    assert ask("GET", inspect).json()["used"][made["private_key_id"]] > 0
    story.kill_functions()  # as a quarter of an hour does: links are signed with the new one, too

    def link() -> str:
        card = story.regulars[0].customer.card
        return ask("GET", card["google_url"]).headers.get("location", "")

    header = until("a link to save", link).rpartition("/")[2].partition(".")[0]
    assert json.loads(b64decode(header + "==="))["kid"] == made["private_key_id"]
