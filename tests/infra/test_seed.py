"""What a stack is seeded with is made once, kept, and never overwritten by accident."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from infra.failures import Failure
from infra.seed import SEEDED, Made, seed
from loyalty.program import document
from tests.support.memory import MemoryTables
from tests.support.world import START, TEMPLATES, World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.json"


def test_secrets_are_made_once_for_their_owner_only(file: Path) -> None:
    made = Made.keep(file)
    assert Made.keep(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"master_key": "x"}',
        '{"scripts": {"test": "jest"}}',
        "[" * 200_000,
        "\x00\x01",
    ],
)
def test_secrets_that_are_damaged_or_foreign_are_a_sentence(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(Failure, match=r"damaged, or not ours: .*rm -r"):
        Made.keep(file)
    assert file.read_text() == content


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("master_key", "{}"),
        ("owner_secret", 7),
        ("till_secret", None),
        ("webhook_secrets", {}),
        ("webhook_secrets", []),
        ("square_secret", ""),
        ("one_more", 1),
    ],
)
def test_one_secret_that_cannot_be_is_noticed(file: Path, name: str, value: Any) -> None:
    Made.keep(file)
    file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))
    with pytest.raises(Failure, match="damaged"):
        Made.keep(file)


def test_secrets_that_cannot_be_read_are_a_sentence(file: Path) -> None:
    file.mkdir()
    with pytest.raises(Failure, match="owner"):
        Made.keep(file)


class Shop:
    """A stack's tables, and what was told of them."""

    def __init__(self, file: Path) -> None:
        self.tables = MemoryTables()
        self.made = Made.keep(file)
        self.told: dict[str, Any] = {}
        self.secrets: dict[str, str] = {}

    def seed(self) -> dict[str, Any]:
        self.told = seed(
            self.tables,
            lambda name, value: self.secrets.update({name: value}),
            self.made,
            "http://127.0.0.1:4100",
            lambda: START,
            before=self.told.get("seeded", {}),
        )
        return self.told


def test_seeding_again_changes_nothing(file: Path) -> None:
    shop = Shop(file)
    told = shop.seed()
    before = dict(shop.tables.items)
    again = shop.seed()
    link, other = told.pop("console"), again.pop("console")
    assert again == told
    # A sign-in link is good once, so each start makes one; that it was made is written down.
    assert link["url"] == other["url"]
    assert link["link"] != other["link"]
    new = shop.tables.items.keys() - before.keys()
    assert {key.pk.split("#")[1] for key in new} == {"once"}
    assert {key: shop.tables.items[key] for key in before} == before
    assert set(told["seeded"]) == set(SEEDED)


def test_a_program_that_its_owner_replaced_stays(file: Path) -> None:
    shop = Shop(file)
    shop.seed()
    world = World(shop.tables)
    text = (TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8")
    ours = document.read_toml(text.replace('organization = "', 'organization = "Own '))
    assert world.programs.put(ours).version == 2
    shop.seed()
    world.restart()
    assert world.programs.current("coffee").version == 2
    shop.told["seeded"]["coffee"] = "of another file"
    shop.seed()
    world.restart()
    assert world.programs.current("coffee").version == 3
