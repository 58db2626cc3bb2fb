"""The deployed functions, as serverless.yml and the source tell: handlers and late imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent


class _Loader(yaml.SafeLoader):
    """Reads YAML whatever CloudFormation's tags (!Ref, !GetAtt …) stand in it."""


def _without_tag(_: _Loader, __: str, node: yaml.Node) -> Any:
    return node.value


_Loader.add_multi_constructor("!", _without_tag)


def handlers() -> dict[str, str]:
    """Return the module of every function of serverless.yml, by the function's name."""
    text = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    functions = yaml.load(text, _Loader)["functions"]
    return {
        name: one["handler"].removesuffix(".handler").replace("/", ".")
        for name, one in functions.items()
    }


@dataclass(slots=True)
class Module:
    """A module of functions/: what its names stand for.

    Attributes
    ----------
    defined
        Functions, classes and values, by name.
    imported
        Names that stand for something in functions/: the module, and the name in it or None when
        the module itself is meant.
    """

    defined: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str | None]] = field(default_factory=dict)


def late_imports(handler: str) -> list[str]:
    """Return what a handler's module, and whatever it names in functions/, imports when called.

    Every branch counts as taken, so this is what a process has loaded at the most when it has
    worked for a while.

    Parameters
    ----------
    handler
        A module, as ``functions.orders``.

    Returns
    -------
    list[str]
        Import statements.
    """
    found: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(handler, name) for name in _module(handler).defined]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        module, name = place
        for statement in _module(module).defined.get(name, ()):
            inner: dict[str, tuple[str, str | None]] = {}
            for node in ast.walk(statement):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    found.setdefault(ast.unparse(node))
                    inner.update(_imported(node))
            waiting += _named(statement, module, {**_module(module).imported, **inner})
        if name == "operations":
            # A table of routes: each function of the module is in it, or is called by one that is.
            waiting += [(module, other) for other in _module(module).defined]
    return list(found)


def _named(
    statement: ast.stmt, module: str, imported: dict[str, tuple[str, str | None]]
) -> Iterator[tuple[str, str]]:
    """Yield what a statement names in functions/, as module and name."""
    for node in ast.walk(statement):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in imported:
                target, inside = imported[name]
                yield target, inside or attribute
            case ast.Name(id=name) if name in imported:
                target, inside = imported[name]
                if inside:
                    yield target, inside
            case ast.Name(id=name):
                yield module, name
            case _:
                pass


@cache
def _module(name: str) -> Module:
    found = Module()
    path = ROOT / f"{name.replace('.', '/')}.py"
    if not path.exists():
        return found
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Import() | ast.ImportFrom():
                found.imported.update(_imported(node))
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.defined.setdefault(name, []).append(node)
            case ast.Assign(targets=targets):
                for target in targets:
                    found.defined.setdefault(ast.unparse(target), []).append(node)
            case ast.AnnAssign(target=target):
                found.defined.setdefault(ast.unparse(target), []).append(node)
            case _:
                pass
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> dict[str, tuple[str, str | None]]:
    if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("functions"):
        return {}
    found: dict[str, tuple[str, str | None]] = {}
    for alias in node.names:
        module = f"{node.module}.{alias.name}"
        is_module = (ROOT / f"{module.replace('.', '/')}.py").exists()
        target = (module, None) if is_module else (str(node.module), alias.name)
        found[alias.asname or alias.name] = target
    return found
