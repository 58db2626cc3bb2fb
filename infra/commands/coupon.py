"""Coupons: words that everybody types, and codes that are each good once (docs/coupons.md).

loyalty coupon add spring --program coffee --name "A tenth off" --word SPRING24 --percent 10
loyalty coupon add flyers --program coffee --name "50 points" --codes 1000 --points 50
loyalty coupon add gifts --program coffee --name "A gift" --points 50 --foreign codes.csv
loyalty coupon take-in gifts more.csv --program coffee
loyalty coupon list --program coffee
loyalty coupon show spring --program coffee --json
loyalty coupon change spring --program coffee --uses 500 --until 2027-06-30
loyalty coupon stop spring --program coffee
loyalty coupon resume spring --program coffee
loyalty coupon codes flyers --program coffee --csv codes.csv
loyalty coupon uses flyers --program coffee
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.commands import ledger, place
from infra.commands.answer import say, tell
from infra.commands.api_key import refused
from infra.failures import Failure
from loyalty.access.coupon_code import word
from loyalty.core.coupon import MOST_CODES, Coupon
from loyalty.ledger.offers import Offers, codes
from loyalty.program.rules import ONE
from loyalty.refusals import Refusal
from loyalty.sheets import safe_csv, text
from loyalty.store import coupon_book
from loyalty.store.audit_log import COMMAND

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from infra.commands.place import Place
    from loyalty.ledger.books import Books
    from loyalty.ledger.offers import Offered

_PAGE = 1000
_HEADINGS = frozenset({"code", "codes", "coupon", "coupon code", "voucher", "код", "gutschein"})
_WRONG = {
    "bad_code": "a code has 3 to 40 letters, digits and hyphens",
    "code_taken": "another coupon has that word or code",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")

    def command(name: str, run: Any, words: str, *, one: bool = True) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = commands.add_parser(name, help=words)
        found.set_defaults(run=run)
        if one:
            found.add_argument("coupon", help="its id: small letters, digits and hyphens")
        found.add_argument("--program", required=True, help="the program's id")
        place.add_options(found)
        return found

    add = command("add", _add, "make a coupon")
    add.add_argument("--name", required=True, help="what it is called, in every language")
    add.add_argument("--word", default="", help="what everybody types: SPRING24")
    add.add_argument("--codes", type=int, default=0, help="how many single-use codes instead")
    add.add_argument("--foreign", type=Path, help="CSV of another system's codes instead")
    gives = add.add_mutually_exclusive_group(required=True)
    gives.add_argument("--points", type=int, default=0, help="points that it gives")
    gives.add_argument("--percent", type=int, default=0, help="percent off the bill")
    gives.add_argument("--amount", type=int, default=0, help="off the bill, minor units")
    gives.add_argument("--reward", default="", help="the reward that is handed out")
    add.add_argument("--pot", default="", help="which pot's points; the first one if not said")
    add.add_argument("--minimum", type=int, default=0, help="the smallest bill, minor units")
    taken = command("take-in", _take_in, "take more codes of another system into a coupon")
    taken.add_argument("file", type=Path, help="CSV; the first column holds the codes")
    command("list", _list, "list a program's coupons", one=False)
    command("show", _show, "show a coupon, and how often it was used")
    change = command("change", _change, "change when and how often a coupon is good")
    for one in (add, change):
        one.add_argument("--uses", type=int, help="how often in all; 0: no limit")
        one.add_argument("--per-member", type=int, help="how often by one member; 0: no limit")
        one.add_argument("--from", dest="first", help="first day: 2027-03-01")
        one.add_argument("--until", help="last day: 2027-05-31")
    change.add_argument("--codes", type=int, help="how many codes there are from now on")
    command("stop", _stop, "let its codes be good no longer")
    command("resume", _resume, "let them be good again")
    listed = command("codes", _codes, "write all single-use codes")
    listed.add_argument("--csv", type=Path, help="into this file; else they are printed")
    command("uses", _uses, "list the single-use codes that were used")


def _add(given: argparse.Namespace) -> int:
    where, books = _open(given)
    program = place.program_of(where, given.program)
    letters = word(given.word) if given.word else ""
    if letters is None:
        raise Failure(f"{given.word!r} is no word: 3 to 15 letters, digits and hyphens")
    if not 0 <= given.codes <= MOST_CODES:
        raise Failure(f"a coupon has at most {MOST_CODES} codes")
    pots = [pot.id for pot in program.pots]
    if given.points and not (given.pot or pots):
        raise Failure(f"{program.id} has no pot")
    coupon = Coupon(
        id=given.coupon,
        name=dict.fromkeys(program.languages, given.name),
        word=letters,
        codes=given.codes,
        foreign=given.foreign is not None,
        pot=(given.pot or pots[0]) if given.points else "",
        points=given.points,
        basis_points=given.percent * ONE // 100,
        amount=given.amount,
        reward=given.reward,
        minimum=given.minimum,
    )
    coupon = replace(coupon, **_limits(given))
    found = _read_codes(given.foreign) if given.foreign else []
    made = _try(lambda: Offers(books).make(given.program, coupon, COMMAND, _now()))
    if given.foreign:
        return _taken_in(given, books, found)
    _say(given, [made])
    return 0


def _take_in(given: argparse.Namespace) -> int:
    found = _read_codes(given.file)
    _, books = _open(given)
    return _taken_in(given, books, found)


def _taken_in(given: argparse.Namespace, books: Books, found: list[tuple[int, str]]) -> int:
    texts = [one for _, one in found]
    try:
        told = Offers(books).take_in(given.program, given.coupon, texts, COMMAND, _now())
    except Refusal as refusal:
        raise refused(refusal) from None
    wrong = [(found[at][0], reason) for at, reason in told.refused]
    if given.json:
        lines = [{"line": line, "reason": reason} for line, reason in wrong]
        tell({"added": told.added, "known": told.known, "refused": lines})
        return 0
    say(f"{told.added} codes were taken in, {told.known} were there already")
    for line, reason in wrong:
        say(f"line {line}: {_WRONG[reason]}")
    return 0


def _read_codes(file: Path) -> list[tuple[int, str]]:
    """Return the codes in the first column of a file, each with its line; a heading is none."""
    try:
        table, _ = text.rows(text.decode(file.read_bytes())[0])
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from None
    except Refusal as refusal:
        raise refused(refusal) from None
    rows = [
        (row.number, row.cells[0].strip()) for row in table if row.cells and row.cells[0].strip()
    ]
    if rows and rows[0][1].casefold() in _HEADINGS:
        rows = rows[1:]
    if not rows:
        raise Failure(f"{file} holds no codes")
    return rows


def _list(given: argparse.Namespace) -> int:
    _, books = _open(given)
    _say(given, Offers(books).every(given.program))
    return 0


def _show(given: argparse.Namespace) -> int:
    _, books = _open(given)
    _say(given, [_one(given, books)])
    return 0


def _change(given: argparse.Namespace) -> int:
    named = _limits(given)
    if given.codes is not None:
        named["codes"] = given.codes
    if not named:
        raise Failure("say what to change: --uses, --per-member, --from, --until or --codes")
    return _changed(given, named)


def _stop(given: argparse.Namespace) -> int:
    return _changed(given, {"stopped": True})


def _resume(given: argparse.Namespace) -> int:
    return _changed(given, {"stopped": False})


def _changed(given: argparse.Namespace, named: dict[str, Any]) -> int:
    _, books = _open(given)
    seen = _one(given, books).coupon
    after = replace(seen, **named)
    _say(given, [_try(lambda: Offers(books).change(given.program, seen, after, COMMAND, _now()))])
    return 0


def _codes(given: argparse.Namespace) -> int:
    _, books = _open(given)
    coupon = _one(given, books).coupon
    if not coupon.codes:
        raise Failure(f"{coupon.id} has no codes of its own: everybody types {coupon.word}")
    rows: list[tuple[Any, ...]] = [("serial", "code")]
    for first in range(1, coupon.codes + 1, _PAGE):
        page = codes(books, given.program, coupon, first, _PAGE)
        rows += [(first + at, one) for at, one in enumerate(page)]
    if given.csv:
        given.csv.write_text(safe_csv.text(rows), encoding="utf-8", newline="")
        say(f"{coupon.codes} codes are in {given.csv}")
    elif given.json:
        tell([{"serial": serial, "code": one} for serial, one in rows[1:]])
    else:
        say("\n".join(one for _, one in rows[1:]))
    return 0


def _uses(given: argparse.Namespace) -> int:
    where, books = _open(given)
    coupon = _one(given, books).coupon
    told = []
    after = 0
    while page := coupon_book.uses(where.tables(), given.program, coupon.id, after, _PAGE):
        after = page[-1].serial
        for one in page:
            code = codes(books, given.program, coupon, one.serial, 1)[0]
            told.append({"serial": one.serial, "code": code, "member_id": one.member,
                         "at": one.at.isoformat(timespec="seconds")})  # fmt: skip
    if given.json:
        tell(told)
    for use in [] if given.json else told:
        say(f"{use['code']}  {use['at']}  {use['member_id']}")
    return 0


def _limits(given: argparse.Namespace) -> dict[str, Any]:
    """Return what was said of when and how often; 0 takes a limit away."""
    found: dict[str, Any] = {}
    for name in ("uses", "per_member"):
        if getattr(given, name) is not None:
            found[name] = getattr(given, name) or None
    for name, day in (("first_day", given.first), ("last_day", given.until)):
        if day is not None:
            try:
                found[name] = datetime.fromisoformat(day).date().isoformat()
            except ValueError:
                raise Failure(f"{day!r} is no day: write it as 2027-05-31") from None
    return found


def _one(given: argparse.Namespace, books: Books) -> Offered:
    found = Offers(books)
    try:
        return found.one(given.program, given.coupon)
    except Refusal:
        detail = f"the program {given.program} has no coupon {given.coupon!r}"
        raise Failure(detail) from None


def _say(given: argparse.Namespace, found: list[Offered]) -> None:
    if given.json:
        told = [{**asdict(one.coupon), "used": one.used, "left": one.left} for one in found]
        tell(told)
        return
    for one in found:
        coupon = one.coupon
        code = coupon.word or f"{coupon.codes} codes"
        left = "" if one.left is None else f", {one.left} left"
        state = "stopped" if coupon.stopped else "running"
        until = f"until {coupon.last_day}" if coupon.last_day else ""
        say(f"{coupon.id:20} {code:16} {state:8} used {one.used}{left} {until}".rstrip())
    if not found:
        say(f"{given.program} has no coupons.")


def _open(given: argparse.Namespace) -> tuple[Place, Books]:
    where = place.open_place(given)
    place.program_of(where, given.program)
    return where, ledger.books(where)


def _try(run: Callable[[], Offered]) -> Offered:
    try:
        return run()
    except Refusal as refusal:
        raise refused(refusal) from None


def _now() -> datetime:
    return datetime.now(UTC)
