"""/v1/coupons/{coupon}/files: all single-use codes of a coupon as tables to fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Told
from functions.routes.moving import SECONDS
from functions.wiring import moving, queues, storage
from loyalty.refusals import Refusal
from loyalty.store import audit_log, coupon_book
from loyalty.store.audit_log import Changed

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Rewards and coupons", "others")

_ID = "4f1c0e6a4f4b5f0e8f7a1d1e2b3c4d5e"
_COUPON = Name(r"[a-z][a-z0-9-]{0,39}", "A coupon's id.", "flyers")
_FILE = Name(r"[0-9a-f]{32}", "As it was told when it was begun.", _ID)
_URL = f"https://bucket.s3.example.com/codes/coffee/{_ID}/codes-0000001.csv?X-Amz-Signature=…"


class FilesTold(Told):
    """How far the files have come; they lie there for a few days."""

    id: str
    ended: bool
    codes: Annotated[int, Field(description="How many there are, once it has ended.")]
    files: Annotated[list[str], Field(description="Signed addresses, once it has ended.")]


@operations.add(
    "POST",
    "/v1/coupons/{coupon}/files",
    summary="Write all single-use codes into files",
    scopes=("owner",),
    reserved=True,
    names={"coupon": _COUPON},
    answers={
        202: Said(
            FilesTold,
            "They are being written.",
            {"soon": {"id": _ID, "ended": False, "codes": 0, "files": []}},
        )
    },
    refusals=("no_codes",),
)
def write_codes(call: Call[None, None]) -> Answer:
    """Write all codes of a coupon as CSV, a hundred thousand in a file: serial number and code."""
    coupon = coupon_book.read(storage.tables(), call.key.program, call.names["coupon"])
    if coupon is None:
        raise Refusal("not_found", "not_found")
    if not coupon.codes:
        detail = f"Everybody types {coupon.word}: there are no codes of its own."
        raise Refusal("conflict", "no_codes", detail)
    name = moving.new_id()
    moving.write(_folder(call, name), {"state": "writing", "coupon": coupon.id})
    change = Changed(call.key.program, call.now, call.actor, "coupon.printed", coupon.id, {}, {})
    audit_log.note(storage.tables(), change)
    more = {"coupon": coupon.id}
    queues.moving_queue().ask(call.key.program, name, "codes", call.actor, more)
    return Answer(FilesTold(id=name, ended=False, codes=0, files=[]), 202)


@operations.add(
    "GET",
    "/v1/coupons/{coupon}/files/{file}",
    summary="Look where the files with codes are",
    scopes=("owner",),
    reserved=True,
    names={"coupon": _COUPON, "file": _FILE},
    answers={
        200: Said(
            FilesTold,
            "As it stands.",
            {"ended": {"id": _ID, "ended": True, "codes": 1000, "files": [_URL]}},
        )
    },
)
def get_codes(call: Call[None, None]) -> Answer:
    """Return whether all codes are written, and then where."""
    name = call.names["file"]
    folder = _folder(call, name)
    found = moving.read(folder, "standing.json")
    if found is None or found["coupon"] != call.names["coupon"]:
        raise Refusal("not_found", "not_found")
    if found["state"] != "ended":
        return Answer(FilesTold(id=name, ended=False, codes=0, files=[]))
    names = [one for one in moving.files().names(folder) if one.endswith(".csv")]
    files = [moving.files().address(one, SECONDS) for one in names]
    return Answer(FilesTold(id=name, ended=True, codes=found["codes"], files=files))


def _folder(call: Call[None, None], name: str) -> str:
    return moving.folder("codes", call.key.program, name)
