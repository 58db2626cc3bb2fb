"""Names of attributes, conditions and writes stand in the store and nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
STORE = ROOT / "loyalty" / "store"
WRITES = {"Put", "Update", "Delete", "Equals", "Absent", "Below", "AtLeast", "AllOf", "Key"}
OUTSIDE = sorted(
    path
    for room in ("functions", "passes", "loyalty", "infra")
    for path in (ROOT / room).rglob("*.py")
    if STORE not in path.parents
)


def said(tree: ast.AST) -> Iterator[str]:
    """Yield what a module says that only the store may say."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "loyalty.store.tables":
            yield from (alias.name for alias in node.names if alias.name in WRITES)
        if isinstance(node, ast.ImportFrom) and node.module == "loyalty.store":
            yield from (
                a.name for a in node.names if a.name in {"items", "keys", "supply_keys", "tables"}
            )
        if isinstance(node, ast.Subscript) and ast.unparse(node).startswith("item['"):
            yield ast.unparse(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            reads = {"get_many", "query", "waiting", "listed", "scan", "write", "add"}
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in {"tables", "_tables"} and node.func.attr in reads | {"get"}:
                yield f"tables.{node.func.attr}()"


def test_nobody_else_speaks_of_storage() -> None:
    assert len(OUTSIDE) > 100
    found = {
        str(path.relative_to(ROOT)): words
        for path in OUTSIDE
        if (words := list(said(ast.parse(path.read_text("utf-8")))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "from loyalty.store.tables import Put",
        "from loyalty.store.tables import Cancelled, Equals",
        "from loyalty.store import keys",
        'x = item["wp"]',
        'self._books.tables.get("x")',
        "self._tables.write()",
        "tables.query()",
    ],
)
def test_the_suite_sees_it(text: str) -> None:
    """Negative control."""
    assert list(said(ast.parse(text)))
