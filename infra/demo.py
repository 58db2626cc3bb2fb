"""``make demo``: the whole story against the running stack, with what each wallet shows.

A customer joins, keeps the card in both wallets, buys, is told the same thing twice, spends, gives
back. Every step is checked: the exit code tells whether all was as it should be. It may be played
as often as one likes on the same stack; each time with a new customer and new orders.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from infra.failures import Failure, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.local.web import Reply

WIDTH = 14
MINUTE = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Play the story once. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description="Play the story, step by step.")
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="of the running stack")
    options = parser.parse_args(arguments)
    # Loopback is never reached through a proxy, whatever this shell is set to.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    began = time.monotonic()
    try:
        stack = running_stack(options.folder)
    except Failure as failure:
        print(f"Cannot play: {failure.sentence}", file=sys.stderr, flush=True)
        return 1
    try:
        Story(stack).play()
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        return 130
    except Exception as error:  # noqa: BLE001 - a sentence for a person, whatever it is
        print(f"\nNot as it should be: {sentence(error)}", file=sys.stderr, flush=True)
        return 1
    print(f"\nAll as it should be, in {time.monotonic() - began:.1f} s.")
    return 0


def running_stack(folder: Path) -> dict[str, Any]:
    """Return the description of the stack that runs in a folder.

    Raises
    ------
    Failure
        There is none, or it does not answer.
    """
    from infra.local.web import ask  # noqa: PLC0415 - after the arguments are read

    try:
        stack: dict[str, Any] = json.loads((folder / "stack.json").read_text(encoding="utf-8"))
        ask("GET", f"{stack['base_url']}/robots.txt", timeout=MINUTE)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Failure(
            f"no stack runs in {folder}; start one with `make run` in another terminal."
        ) from None
    return stack


@dataclass(frozen=True, slots=True)
class Update:
    """How long after the till's message each wallet had the news, in seconds."""

    apple: float
    google: float


class Story:
    """One customer's story.

    Parameters
    ----------
    stack
        The stack's description (``stack.json``).
    """

    def __init__(self, stack: Mapping[str, Any]) -> None:
        from infra.local.backstage import Backstage  # noqa: PLC0415 - slow to import
        from infra.local.google_user import GoogleUser  # noqa: PLC0415
        from infra.local.phone import Iphone  # noqa: PLC0415
        from infra.local.till import SquareTill, Till  # noqa: PLC0415

        self.stack = stack
        self.run = uuid.uuid4().hex[:8]
        self.contact = f"ann-{self.run}@example.com"
        self.phone = Iphone(stack, self.run)
        self.google = GoogleUser(stack)
        self.till = Till(stack["webhook"], stack["currency"])
        self.square = SquareTill(stack["square"], stack["currency"])
        self.behind = Backstage(stack)
        self.reward = stack["rewards"][0]
        self.shop = stack["locations"][1]
        self.card: dict[str, str] = {}
        self.serial = ""
        self.near: dict[str, Any] = {}
        self.redeemed: Any = None
        self._number = 0

    def play(self) -> None:
        """Play every step.

        Raises
        ------
        Failure
            At the first thing that is not as it should be.
        """
        self.join()
        self.install()
        self.save()
        self.sale()
        self.same_sale_again()
        self.two_doors()
        self.redeem()
        self.redeem_again()
        self.refund()
        self.parked_and_claimed()
        self.second_join()

    def join(self) -> None:
        self._step(f"Ann scans the QR code on the counter ({self.shop['name']}) and joins")
        reply = self._apply()
        expect("the answer to the application", reply.status, HTTPStatus.CREATED)
        self.card = reply.json()
        self._say("joined", f"{milliseconds(reply)}, card page {self.card['card_url']}")

    def install(self) -> None:
        self._step("She adds the card to Apple Wallet")
        began = time.monotonic()
        held = self.phone.install(self.card["apple_url"])
        self.serial = held.serial
        expect("what the barcode carries", held.code, self.card["card_code"])
        took = f"{time.monotonic() - began:.2f} s"
        self._say("iPhone", f"signature and every file verified, registered, listed: {took}")
        self.near = held.document["locations"][0]
        expect("the nearest shop", self.near["relevantText"], f"You are near {self.shop['name']}")
        self._say("lock screen", f"“{self.near['relevantText']}”, when she comes by again")
        self._show_apple()

    def save(self) -> None:
        from infra.local.web import until  # noqa: PLC0415

        self._step("and to Google Wallet")
        began = time.monotonic()
        self.google.save(self.card["google_url"])
        expect("what the barcode carries", self.google.object["barcode"]["value"], self.code)
        program, member = self.stack["program"], self.card["member_id"]
        until(
            "Google's report of the save",
            lambda: self.behind.google(program, member).saves == 1 or None,
        )
        self._say("callback", "Google reported the save; its signature was verified")
        place = {name: self.near[name] for name in ("latitude", "longitude")}
        expect("the nearest shop", self.google.object["merchantLocations"][0], place)
        self._say("Google", f"redirected, saved: {time.monotonic() - began:.2f} s")
        self._show_google()

    def sale(self) -> None:
        self._step("She buys for 12.50; the till sends the order")
        order = self.till.order(f"demo-{self.run}-1", 1250, {"card_code": self.code})
        self._send_and_watch(lambda: self.till.send(order), 125)

    def same_sale_again(self) -> None:
        self._step("The till sends the very same order twice more")
        order = self.till.order(f"demo-{self.run}-1", 1250, {"card_code": self.code})
        self._send_and_see_nothing(*[lambda: self.till.send(order)] * 2)

    def two_doors(self) -> None:
        self._step("Another 4.00 are paid through Square, which names no customer: the order waits")
        order = f"demo-{self.run}-2"
        payment = self.square.payment(order, 400)
        self._send_and_see_nothing(lambda: self.square.send(payment))
        self._step("The till reports the same order with the card: it counts, once")
        report = self.till.order(order, 400, {"card_code": self.code}, source=self.square.source)
        self._send_and_watch(lambda: self.till.send(report), 165)
        self._step("Square repeats its payment")
        self._send_and_see_nothing(lambda: self.square.send(payment))

    def redeem(self) -> None:
        name, price = self.reward["name"], self.reward["price"]
        self._step(f"She takes a {name.lower()} for {price} points")
        wanted = self.till.redemption(f"demo-{self.run}-r", self.code, self.reward["id"])
        answers: list[Any] = []

        def ask_once() -> Reply:
            reply = self.till.send(wanted)
            answers.append(reply.json())
            return reply

        self._send_and_watch(ask_once, 165 - price, HTTPStatus.OK)
        self.redeemed = answers[0]
        expect(
            "the till's answer",
            self.redeemed,
            {"outcome": "redeemed", "balance": 165 - price, "price": price},
        )
        self._say("till", f"was told {json.dumps(self.redeemed)}")

    def redeem_again(self) -> None:
        self._step("The till did not hear the answer and asks again with the same id")
        wanted = self.till.redemption(f"demo-{self.run}-r", self.code, self.reward["id"])

        def ask_again() -> Reply:
            reply = self.till.send(wanted)
            expect("the repeated answer", reply.json(), self.redeemed)
            return reply

        self._send_and_see_nothing(ask_again, status=HTTPStatus.OK)

    def refund(self) -> None:
        self._step("Half of the first order goes back: 6.25 remain")
        order = self.till.order(f"demo-{self.run}-1", 625, {"card_code": self.code}, version=2)
        self._send_and_watch(lambda: self.till.send(order), 2)
        self._step("A late copy of the order's first version arrives")
        late = self.till.order(f"demo-{self.run}-1", 1250, {"card_code": self.code})
        self._send_and_see_nothing(lambda: self.till.send(late))

    def parked_and_claimed(self) -> None:
        self._step("An order comes without any customer: it is parked, and the owner sees it")
        order = f"demo-{self.run}-3"
        self._send_and_see_nothing(lambda: self.till.send(self.till.order(order, 300)))
        expect("the owner's list names the order", order in self._parked(), wanted=True)
        self._step("Ann shows her card, staff claim the order for her")
        path = f"/v1/orders/{self.stack['webhook']['source']}/{quote(order, safe='')}/claim"
        self._send_and_watch(
            lambda: self._api("POST", path, "till_key", {"card_code": self.code}), 32, HTTPStatus.OK
        )
        expect("the owner's list names the order", order in self._parked(), wanted=False)

    def second_join(self) -> None:
        self._step("Somebody joins with Ann's address again")
        before = len(self._outbox())
        reply = self._apply()
        expect("the answer", (reply.status, reply.json()), (202, {"code": "link_sent"}))
        messages = self._outbox()
        expect("messages sent to her", len(messages) - before, 1)
        expect(
            "the message names her card page",
            self.card["card_url"] in messages[0]["text"],
            wanted=True,
        )
        self._say("answer", "202 link_sent, nothing about the card")
        self._say("outbox", f"{messages[0]['subject']!r} with the link to {self.contact}")

    @property
    def code(self) -> str:
        return self.card["card_code"]

    def _apply(self) -> Reply:
        from infra.local.web import ask_json  # noqa: PLC0415

        application = {
            "first_name": "Ann",
            "email": self.contact,
            "consent": True,
            "marketing_consent": False,
        }
        return ask_json("POST", self.shop["join_url"], application)

    def _api(self, method: str, path: str, key: str, content: Any = None) -> Reply:
        from infra.local.web import ask_json  # noqa: PLC0415

        bearer = {"Authorization": f"Bearer {self.stack[key]}"}
        return ask_json(method, f"{self.stack['base_url']}{path}", content, bearer)

    def _parked(self) -> list[str]:
        reply = self._api("GET", "/v1/orders?state=parked", "owner_key")
        expect("the owner's list", reply.status, HTTPStatus.OK)
        return [order["id"] for order in reply.json()["orders"]]

    def _outbox(self) -> list[dict[str, str]]:
        from infra.local.web import ask  # noqa: PLC0415

        url = f"{self.stack['outbox']['url']}/messages?to={quote(self.contact)}"
        messages: list[dict[str, str]] = ask("GET", url).json()["messages"]
        return messages

    def _send_and_watch(
        self, send: Callable[[], Reply], balance: int, status: int = HTTPStatus.ACCEPTED
    ) -> None:
        """Send something that changes the card; check and tell what both wallets make of it."""
        pushes = len(self.phone.pushes())
        sent_at = time.time()
        reply = send()
        expect("the answer", reply.status, status)
        update = self._watch(sent_at, balance)
        expect("points in Apple Wallet", self._held.shown["balance"], balance)
        self.behind.wait_until_quiet()
        expect("pushes", len(self.phone.pushes()) - pushes, 1)
        self._say(
            "update",
            f"answered {reply.status} in {milliseconds(reply)}; "
            f"push after {update.apple:.2f} s, Google after {update.google:.2f} s",
        )
        self._show_apple()
        self._show_google()

    def _watch(self, sent_at: float, balance: int) -> Update:
        """Wait for both wallets at the same time."""

        def google() -> float:
            self.google.wait_for_balance(balance, MINUTE)
            return time.time() - sent_at

        with ThreadPoolExecutor(1) as pool:
            later = pool.submit(google)
            push = self.phone.wait_for_push(MINUTE)
            topic = self.stack["apple"]["pass_type_identifier"]
            expect("topic and body of the push", (push["topic"], push["payload"]), (topic, "{}"))
            expect("what the list call names", self.phone.fetch_news(), (self.serial,))
            return Update(push["at"] - sent_at, later.result())

    def _send_and_see_nothing(
        self, *sends: Callable[[], Reply], status: int = HTTPStatus.ACCEPTED
    ) -> None:
        """Send something that changes nothing visible; check that nobody is disturbed."""
        pushes = len(self.phone.pushes())
        before = self.google.object
        for send in sends:
            expect("the answer", send().status, status)
        self.behind.wait_until_quiet()
        expect("pushes", len(self.phone.pushes()) - pushes, 0)
        expect("what the list call names", self.phone.fetch_news(), ())
        expect("the Google object", self.google.object, before)
        self._say("update", "none: no push, no news for the phone, Google untouched")

    @property
    def _held(self) -> Any:
        return self.phone.passes[self.serial]

    def _show_apple(self) -> None:
        self._say("Apple Wallet", shown(self._held.labelled))

    def _show_google(self) -> None:
        self._say("Google Wallet", shown(self.google.labelled))

    def _step(self, title: str) -> None:
        self._number += 1
        print(f"\n{self._number:2}. {title}", flush=True)

    def _say(self, who: str, what: str) -> None:
        print(f"    {who:{WIDTH}}{what}", flush=True)


def expect(what: str, seen: Any, wanted: Any) -> None:
    """Raise Failure when something is not as it should be."""
    if seen != wanted:
        raise Failure(f"{what}: {wanted!r} was expected, {seen!r} was seen.")


def shown(fields: Mapping[str, str]) -> str:
    """Return the fields of a card on one line."""
    return " · ".join(f"{label} {value}" for label, value in fields.items())


def milliseconds(reply: Reply) -> str:
    """Return how long an answer took."""
    return f"{reply.seconds * 1000:.0f} ms"


if __name__ == "__main__":
    raise SystemExit(main())
