"""Look behind the Wallet API, and tell it what to get wrong: everything under /inspect."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from infra.local.wallet.reply import Reply, nothing_at
from infra.local.wallet.switches import Switches

if TYPE_CHECKING:
    from infra.local.wallet.account import SignatureCheck
    from infra.local.wallet.callbacks import Callbacks
    from infra.local.wallet.faults import Faults, Journal
    from infra.local.wallet.keys import CallbackKeys
    from infra.local.wallet.store import Store
    from infra.local.wallet.tokens import Tokens

Json = dict[str, Any]

_KINDS = {"objects": "loyaltyObject", "classes": "loyaltyClass"}


class Inspected(Protocol):
    """A Wallet API that can be looked behind."""

    @property
    def store(self) -> Store: ...
    @property
    def faults(self) -> Faults: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def keys(self) -> CallbackKeys: ...
    @property
    def check(self) -> SignatureCheck: ...
    @property
    def callbacks(self) -> Callbacks: ...
    def switches(self) -> Switches: ...
    def switch(self, wanted: Switches) -> None: ...


def inspect(server: Inspected, method: str, path: str, body: Any) -> Reply:
    """Answer a request under /inspect; its routes are in docs/local-google-wallet.md."""
    steps = path.strip("/").split("/")[1:]
    wish = body if isinstance(body, dict) else {}
    if method == "GET":
        return _look(server, path, steps)
    try:
        if steps == ["account", "keys"]:
            return _account(server, method, wish)
        return _change(server, f"{method} {'/'.join(steps)}", wish) or _review(
            server, method, path, steps, wish
        )
    except (ValueError, TypeError) as error:
        return Reply(HTTPStatus.BAD_REQUEST, {"error": str(error)})


def _change(server: Inspected, what: str, wish: Json) -> Reply | None:
    match what:
        case "POST faults":
            server.faults.arm(wish)
        case "DELETE faults":
            server.faults.clear()
            server.callbacks.clear()
        case "DELETE requests":
            server.journal.clear()
        case "DELETE tokens":
            server.tokens.revoke()
        case "POST switches":
            server.switch(server.switches().changed(wish))
            return Reply(HTTPStatus.OK, server.switches().view())
        case "DELETE switches":
            server.switch(Switches())
        case "POST callbacks":
            server.callbacks.arm(str(wish.get("mode")), int(wish.get("next", 1)))
        case "POST callbacks/release":
            server.callbacks.release(reverse=bool(wish.get("reverse", False)))
        case "POST keys/rotate":
            server.keys.rotate(keep=bool(wish.get("keep", False)))
        case _:
            return None
    return Reply(HTTPStatus.OK, {})


def _account(server: Inspected, method: str, wish: Json) -> Reply:
    """Hand out another key of the service account, or end one."""
    if method == "POST":
        return Reply(HTTPStatus.OK, server.check.add_key())
    if not server.check.end_key(str(wish.get("private_key_id"))):
        raise ValueError("private_key_id is that of no key that is good")
    return Reply(HTTPStatus.OK, {})


def _review(server: Inspected, method: str, path: str, steps: list[str], wish: Json) -> Reply:
    """Let Google's reviewer decide about a class."""
    match method, steps:
        case "POST", ["classes", identifier, "review"]:
            status = wish.get("status")
            if status not in {"APPROVED", "REJECTED", "UNDER_REVIEW"}:
                raise ValueError("status is APPROVED, REJECTED or UNDER_REVIEW")
            with server.store.one_at_a_time():
                found = server.store.get("loyaltyClass", identifier)
                if found is None:
                    return nothing_at(path)
                review = {"comments": str(wish.get("comments", ""))}
                server.store.put("loyaltyClass", found | {"reviewStatus": status, "review": review})
            return Reply(HTTPStatus.OK, {})
    return nothing_at(path)


def _look(server: Inspected, path: str, steps: list[str]) -> Reply:
    seen = _seen(server, steps)
    return nothing_at(path) if seen is None else Reply(HTTPStatus.OK, seen)


def _seen(server: Inspected, steps: list[str]) -> Json | None:
    seen: Json | None = None
    match steps:
        case ["requests"]:
            seen = server.journal.view()
        case ["account", "keys"]:
            seen = {"used": dict(server.check.used)}
        case ["switches"]:
            seen = server.switches().view()
        case ["notifications"]:
            seen = {"notifications": server.store.notifications()}
        case ["callbacks"]:
            seen = {"callbacks": server.store.callbacks()}
            for one in seen["callbacks"]:
                one["body"] = (one["body"] or b"").decode()
        case ["objects" | "classes" as kind]:
            seen = {kind: everything(server.store, kind)}
        case ["objects" | "classes" as kind, identifier]:
            found = {one["id"]: one for one in everything(server.store, kind)}
            seen = found.get(identifier)
    return seen


def everything(store: Store, kind: str) -> list[Json]:
    """Return all ``classes``, or all ``objects`` with who has them."""
    with store.one_at_a_time():
        found = store.all(_KINDS[kind])
        if kind == "classes":
            return found
        return [
            {**one, "hasUsers": store.has_users(one["id"]), "holders": store.holders(one["id"])}
            for one in found
        ]
