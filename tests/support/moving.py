"""A program that people move into, and files of members."""

from __future__ import annotations

import io
import tomllib
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from loyalty.members.enrolment import Enrolled
from loyalty.members.moving_in import mapping as mappings
from loyalty.members.moving_in.running import Imports
from loyalty.program import document as program_document
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from loyalty.program.rules import Program
    from loyalty.store.import_book import ImportHead
    from tests.support.world import World

LEVELS = [
    {"id": "new", "name": {"en": "New", "ru": "Новый"}, "discount": 0},
    {"id": "silver", "name": {"en": "Silver", "ru": "Серебро"}, "spend": 10_000, "discount": 500},
    {"id": "gold", "name": {"en": "Gold", "ru": "Золото"}, "spend": 90_000, "discount": 1000},
]
POTS: list[dict[str, Any]] = [
    {"id": "points", "expiry": {"months": 12}},
    {"id": "cups", "kind": "stamps", "name": {"en": "Coffee", "ru": "Кофе"}},
]
CHANGES: dict[str, Any] = {
    "pots": POTS,
    "tiers": {"levels": LEVELS, "window": "rolling", "down": "fit", "grace_months": 1},
}


def program(**changes: Any) -> Program:
    """Return a coffee shop with points, stamps and levels."""
    text = (TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8")
    return program_document.read({**tomllib.loads(text), **CHANGES, **changes})


class KeptFiles:
    """Files in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def put(self, name: str, data: bytes) -> None:
        self.kept[name] = data


class ForgetfulBucket:
    """An S3 client of one bucket; its signed addresses end in the file's name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.objects: dict[str, bytes] = {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        assert Bucket == self.name
        self.objects[Key] = Body

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == self.name
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": ""}}, "GetObject")
        data = self.objects[Key]
        return {"Body": io.BytesIO(data), "ContentLength": len(data)}

    def list_objects_v2(
        self,
        *,
        Bucket: str,  # noqa: N803
        Prefix: str,  # noqa: N803
        StartAfter: str,  # noqa: N803
        MaxKeys: int,  # noqa: N803
    ) -> dict[str, Any]:
        assert Bucket == self.name
        found = sorted(key for key in self.objects if key.startswith(Prefix) and key > StartAfter)
        return {"Contents": [{"Key": key} for key in found[:MaxKeys]]} if found else {}

    def generate_presigned_url(
        self,
        act: str,
        Params: dict[str, str],  # noqa: N803
        ExpiresIn: int,  # noqa: N803
    ) -> str:
        assert (Params["Bucket"], ExpiresIn) == (self.name, 900)
        assert Params.get("ResponseContentType") in {None, "text/html; charset=utf-8"}
        return f"https://{act.replace('_', '-')}.example/{Params['Key']}"

    def forget(self) -> None:
        self.objects.clear()


HEADER = "Name,Phone,Email,Points,Cups,Spent,Level,Offers\n"
COLUMNS = {
    "first_name": "Name",
    "phone": "Phone",
    "email": "Email",
    "balance.points": "Points",
    "balance.cups": "Cups",
    "spend": "Spent",
    "level": "Level",
    "marketing": "Offers",
}


class Mover:
    """Somebody who moves members into a world."""

    def __init__(self, world: World, files: KeptFiles | None = None) -> None:
        self.world = world
        self.files = files or KeptFiles()
        self.imports = Imports(world.books, self.files, names=world._names)

    def begin(self, text: str | bytes, **says: Any) -> ImportHead:
        data = text.encode() if isinstance(text, str) else text
        mapping = mappings.read({"columns": COLUMNS, **says})
        return self.imports.begin("coffee", data, mapping, "key:owner", self.world.now)[0]

    def checked(self, text: str, **says: Any) -> list[str]:
        """Return what would be done with each line."""
        mapping = mappings.read({"columns": COLUMNS, **says})
        plan = self.imports.plan("coffee", text.encode(), mapping, self.world.now)
        return [one.doing for one in self.imports.check("coffee", mapping, plan.lines)]

    def go(self, head: ImportHead) -> ImportHead:
        """Go on to the end."""
        while head.state in {"running", "undoing"}:
            head = self.imports.step(head, self.world.now)
        return head

    def run(self, text: str | bytes, **says: Any) -> ImportHead:
        return self.go(self.imports.start(self.begin(text, **says)))

    def undo(self, head: ImportHead) -> ImportHead:
        return self.go(self.imports.start_undo(head))

    def members(self, head: ImportHead) -> list[Enrolled]:
        return [
            Enrolled(member.id, member.card_code, link)
            for _, member, link in self.imports.invited(head, 0, head.lines)
        ]
