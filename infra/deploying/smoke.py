"""A smoke test of any deployment: one customer's day, from joining to being erased.

It plays in a program of its own (``smoke.toml``) with keys that end with it, so that no shop's
figures, tills or customers are touched. What it cannot try is said: whether a phone is pushed.
"""

from __future__ import annotations

import json
import secrets
import uuid
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from infra.failures import Failure
from infra.local.phone import PASS, open_pass
from infra.local.web import Reply, ask, ask_json, until
from loyalty.access.key_ring import Asker, KeyRing
from loyalty.access.keys import ApiKey, label
from loyalty.program.document import read_toml
from loyalty.store.audit_log import COMMAND
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.commands.place import Place

PROGRAM: Final = "smoke"
DOCUMENT: Final = Path(__file__).parent / "smoke.toml"
PATIENCE: Final = 90.0  # seconds: functions see a program within a minute
_BY: Final = Asker(COMMAND)
_LIFE: Final = timedelta(hours=1)


class Smoke:
    """One run.

    Parameters
    ----------
    base_url
        Where the deployment answers, without a slash at the end.
    root
        Certificate (PEM) of the authority that passes' signatures must lead to; None where only
        the signature itself is checked, not who made it.
    """

    def __init__(
        self, place: Place, base_url: str, root: Path | None, say: Callable[[str], object]
    ) -> None:
        self._place, self._base, self._root, self._say = place, base_url, root, say
        self._ring = KeyRing(place.tables(), label(place.stage), lambda: secrets.token_hex(20))
        self._keys: dict[str, str] = {}
        self._card: dict[str, str] = {}
        self._order = f"smoke-{uuid.uuid4().hex}"

    def run(self, settings: Mapping[str, str]) -> None:
        """Play the day.

        Parameters
        ----------
        settings
            What the deployment's functions are set to: which wallets there are.

        Raises
        ------
        Failure
            At the first thing that is not as it should be; the keys end all the same.
        """
        apple = bool(settings.get("APPLE_PASS_TYPE_IDENTIFIER"))
        try:
            self._prepare()
            self._join()
            held = self._apple() if apple else None
            if settings.get("GOOGLE_ISSUER_ID"):
                self._google()
            self._sell(1, 1250, 125)
            if held:
                self._updated(held, 125)
            self._redeem()
            self._sell(2, 1000, 50)  # 2.50 went back
            self._erase(held)
        finally:
            self._end_keys()
        if not apple:
            self._say("    Apple was not tried: deployed without a Pass Type ID")

    def _prepare(self) -> None:
        programs = Programs(self._place.tables(), _now)
        if programs.find(PROGRAM) is None:
            programs.put(read_toml(DOCUMENT.read_text(encoding="utf-8")), listed=False)
        for scope in ("till", "owner"):
            made = ApiKey(
                f"smoke{scope}{secrets.token_hex(4)}", PROGRAM, scope, expires_at=_now() + _LIFE
            )
            self._keys[scope] = self._ring.make(made, _BY, _now())

        def joins() -> bool:
            return ask("GET", f"{self._base}/join/{PROGRAM}").status == HTTPStatus.OK

        until("the join page of the program smoke", joins, PATIENCE)
        self._say(f"    {self._base} answers, and knows the program {PROGRAM}")

    def _end_keys(self) -> None:
        for text in self._keys.values():
            self._ring.revoke(PROGRAM, text.split("_")[2], _BY, _now())

    def _join(self) -> None:
        sent = {"consent": True, "marketing_consent": False}
        reply = ask_json("POST", f"{self._base}/join/{PROGRAM}", sent)
        _expect("joining", reply, HTTPStatus.CREATED)
        self._card = reply.json()
        page = ask("GET", self._card["card_url"])
        _expect("the card's page", page, HTTPStatus.OK)
        self._say("    joined; the card's page is there")

    def _apple(self) -> dict[str, Any]:
        reply = ask("GET", f"{self._card['card_url']}/apple")
        held = self._opened(reply)
        if held["barcodes"][0]["message"] != self._card["card_code"]:
            raise Failure("the pass carries another code than the card")
        expected = f"{self._base}/apple"
        if str(held["webServiceURL"]).rstrip("/") != expected:
            raise Failure(
                f"the pass asks {held['webServiceURL']} for news, and not {expected}: cards that "
                "leave now would ask there for ever; deploy with the address that customers see"
            )
        checked = "signed by Apple's authority" if self._root else "signed (not checked by whom)"
        self._say(f"    Apple: the pass is whole and {checked}")
        return held

    def _opened(self, reply: Reply) -> dict[str, Any]:
        kind = reply.headers.get("content-type")
        if reply.status != HTTPStatus.OK or kind != PASS:
            raise Failure(f"a pass was expected, status {reply.status} came with {kind}")
        return open_pass(reply.body, self._root)

    def _google(self) -> None:
        reply = ask("GET", f"{self._card['card_url']}/google")
        link = reply.headers.get("location", "")
        token = urlsplit(link).path.rpartition("/")[2].split(".")
        try:
            claims = json.loads(urlsafe_b64decode(token[1] + "=="))
        except (ValueError, IndexError):
            raise Failure(f"Google: no save link came, but status {reply.status}") from None
        if claims.get("typ") != "savetowallet":
            raise Failure("Google: what came is no save link")
        self._say("    Google: the save link is signed (whether Google takes it, a phone says)")

    def _sell(self, version: int, total: int, points: int) -> None:
        sent = {
            "version": version,
            "status": "completed",
            "occurred_at": _now().isoformat(timespec="seconds"),
            "currency": "USD",
            "total": total,
            "member": {"card_code": self._card["card_code"]},
        }
        path = f"/v1/orders/till/{self._order}"
        _expect("the sale", self._api("PUT", path, "till", sent), HTTPStatus.OK)
        self._wait(points)
        what = "the till's sale" if version == 1 else "part of it goes back, the sale"
        self._say(f"    {what} is {total / 100:.2f}: the balance is {points} points")

    def _wait(self, points: int) -> None:
        def seen() -> bool:
            reply = self._api("GET", f"/v1/members/{self._card['member_id']}", "owner")
            _expect("the member", reply, HTTPStatus.OK)
            return int(reply.json()["pots"][0]["balance"]) == points

        until(f"a balance of {points} points", seen, PATIENCE)

    def _updated(self, held: Mapping[str, Any], points: int) -> None:
        """Ask for the pass as a phone does that was rung."""
        path = f"passes/{held['passTypeIdentifier']}/{held['serialNumber']}"
        url = f"{str(held['webServiceURL']).rstrip('/')}/v1/{path}"
        headers = {"Authorization": f"ApplePass {held['authenticationToken']}"}

        def shown() -> bool:
            fresh = self._opened(ask("GET", url, None, headers))
            groups = fresh["storeCard"].values()
            fields = [one for group in groups if isinstance(group, list) for one in group]
            return any(one["key"] == "balance" and one["value"] == points for one in fields)

        until("the pass to show the new balance", shown, PATIENCE)
        self._say("    Apple: the pass that a phone fetches shows the new balance")

    def _redeem(self) -> None:
        sent = {"card_code": self._card["card_code"], "reward": "free-coffee"}
        reply = self._api("POST", "/v1/redemptions", "till", sent, uuid.uuid4().hex)
        _expect("the redemption", reply, HTTPStatus.OK)
        if reply.json().get("outcome") != "redeemed":
            raise Failure(f"the redemption was {reply.json().get('outcome')}")
        self._wait(75)
        self._say("    a free coffee for 50 points: 75 are left")

    def _erase(self, held: Mapping[str, Any] | None) -> None:
        path = f"/v1/members/{self._card['member_id']}/erase"
        sent = {"reason": "the smoke test has ended"}
        reply = self._api("POST", path, "owner", sent, uuid.uuid4().hex)
        _expect("erasing", reply, HTTPStatus.OK)
        page = ask("GET", self._card["card_url"])
        _expect("the card's page after that", page, HTTPStatus.NOT_FOUND)
        self._say("    erased: the card's page is gone" + (", the pass is void" if held else ""))

    def _api(self, method: str, path: str, scope: str, content: Any = None, act: str = "") -> Reply:
        headers = {"Authorization": f"Bearer {self._keys[scope]}"}
        if act:
            headers["Idempotency-Key"] = act
        return ask_json(method, f"{self._base}{path}", content, headers)


def _expect(what: str, reply: Reply, status: int) -> None:
    if reply.status != status:
        said = " ".join(reply.body[:300].decode("utf-8", "replace").split())
        raise Failure(f"{what}: status {status} was expected, {reply.status} came with {said}")


def _now() -> datetime:
    return datetime.now(UTC)
