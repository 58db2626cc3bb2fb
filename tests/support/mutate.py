"""Seed bugs into the modules that decide, one at a time, and tell which no test notices.

``python -m tests.support.mutate [--most N] [--seed S] [module …]``: of all mutants of each module,
or of at most N drawn with the seed. Without modules, of all that ``pyproject.toml`` names. Those
that have survived are judged once more by ``--named "loyalty.core.caps._bounds 27" …``.

mutmut says how to break a function (also one behind a decorator). The tests are collected once and
run once, to learn which functions each of them calls. Then every mutant is judged in a process
forked off this one, by the tests that call its function, until the first that fails, or works far
longer than it does without the mutant.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import gc
import importlib
import os
import random
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst
import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.file_mutation import create_mutations, deep_replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

ROOT = Path(__file__).parents[2]
NOTICED, SURVIVED, ENDLESS = 1, 0, 3
_LONGEST = 3
"""Tests that work for more seconds do not judge: a survivor has to wait for every test."""

_SPARE, _TIMES = 3, 10
"""A test of a mutant that works so many seconds longer than so many times its own is in a loop
without end. It is killed at once: a loop that posts also eats memory."""

_WAITS = 60
"""A test that neither works nor ends waits for something: so many seconds are enough."""


@dataclass(frozen=True)
class Mutant:
    """A function of a module, and its code with one thing changed."""

    module: str
    function: str
    number: int
    code: CodeType
    text: str

    @property
    def name(self) -> str:
        return f"{self.module}.{self.function} {self.number}"


class _Bare(libcst.CSTTransformer):
    """Take decorators off functions: what stands behind them is broken like everything else."""

    def leave_FunctionDef(  # noqa: N802 - libcst's name
        self, original_node: libcst.FunctionDef, updated_node: libcst.FunctionDef
    ) -> libcst.FunctionDef:
        return updated_node.with_changes(decorators=())


def mutants(path: Path) -> Iterator[Mutant]:
    """Return every mutant of a file that is another program than the file."""
    source = libcst.parse_module(path.read_text(encoding="utf-8")).visit(_Bare()).code
    module, mutations, *_ = create_mutations(str(path), source)
    original, name = _functions(_compiled(source, path)), _module(path)
    at: Counter[str] = Counter()
    places: dict[Any, str] = dict(_places(module))
    for mutation in mutations:
        if mutation.contained_by_top_level_function not in places:
            continue
        function = places[mutation.contained_by_top_level_function]
        changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
        code = module.with_changes(body=changed.body).code  # type: ignore[union-attr]
        broken = _functions(_compiled(code, path)).get(function)
        at[function] += 1
        if broken is None or _said(broken) == _said(original[function]):
            continue  # a default value, which is made when the module is read
        lines = difflib.unified_diff(source.splitlines(), code.splitlines(), n=0, lineterm="")
        told = [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
        yield Mutant(name, function, at[function], broken, "\n".join(told))


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _places(module: libcst.Module) -> Iterator[tuple[libcst.CSTNode, str]]:
    for node in module.body:
        if isinstance(node, libcst.FunctionDef):
            yield node, node.name.value
        elif isinstance(node, libcst.ClassDef):
            for inner in node.body.body:
                if isinstance(inner, libcst.FunctionDef):
                    yield inner, f"{node.name.value}.{inner.name.value}"


def _compiled(source: str, path: Path) -> CodeType:
    return compile(source, str(path), "exec", dont_inherit=True)


def _functions(code: CodeType) -> dict[str, CodeType]:
    """Return the functions of a module, and the methods of its classes, by their names."""
    found: dict[str, CodeType] = {}
    for one in code.co_consts:
        if hasattr(one, "co_code"):
            found[one.co_qualname] = one
            if not one.co_flags & 2:  # the body of a class
                found |= _functions(one)
    return found


def _said(code: CodeType) -> Any:
    """Return what a function does, without where its lines stand."""
    consts = tuple(_said(one) if hasattr(one, "co_code") else repr(one) for one in code.co_consts)
    return code.co_code, consts, code.co_names, code.co_varnames, code.co_freevars


def _live(module: str, function: str) -> Any:
    """Return the function that runs: behind properties, caches and other decorators."""
    found: Any = importlib.import_module(module)
    for name in function.split("."):
        found = vars(found)[name]
    while not hasattr(found, "__code__") or hasattr(found, "__wrapped__"):
        inner = ("fget", "func", "__func__", "__wrapped__")
        found = next(getattr(found, name) for name in inner if hasattr(found, name))
    return found


def _forget() -> None:
    """Forget what functions remember of the unbroken program, or of other tests."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and (one.__module__ or "").startswith(
            "loyalty"
        ):
            one.cache_clear()


class Judge:
    """A pytest plugin that judges mutants instead of running the tests once."""

    def __init__(self, modules: list[Path], most: int | None, seed: int, named: list[str]) -> None:
        self.modules, self.most, self.seed, self.named = modules, most, seed, named
        self.seconds: dict[pytest.Item, float] = {}
        self.callers: dict[str, list[pytest.Item]] = defaultdict(list)
        self.kills: Counter[pytest.Item] = Counter()
        self.survivors: list[Mutant] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._listen(session.items)
        for path in self.modules:
            self._judge(path)
        return True

    def _listen(self, items: list[pytest.Item]) -> None:
        """Run every test once, and note what it calls and how long it takes."""
        names: dict[CodeType, str] = {}
        for path in self.modules:
            source = path.read_text(encoding="utf-8")
            for function in _functions(_compiled(source, path)):
                try:
                    names[_live(_module(path), function).__code__] = f"{_module(path)}.{function}"
                except (KeyError, StopIteration):
                    continue  # a class, or something that only checkers of types read
        called: set[str] = set()

        def listen(frame: FrameType, event: str, _: Any) -> None:
            if event == "call" and frame.f_code in names:
                called.add(names[frame.f_code])

        for item in items:
            called.clear()
            _forget()
            since = time.process_time()
            sys.setprofile(listen)
            reports = runtestprotocol(item, nextitem=None, log=False)
            sys.setprofile(None)
            if any(report.failed for report in reports):
                pytest.exit(f"{item.nodeid} fails without any change", returncode=2)
            self.seconds[item] = time.process_time() - since
            for function in called if self.seconds[item] <= _LONGEST else ():
                self.callers[function].append(item)
        print(f"{len(items)} tests, {sum(self.seconds.values()):.0f} s", flush=True)  # noqa: T201

    def _judge(self, path: Path) -> None:
        made = list(mutants(path))
        drawn = [one for one in made if one.name in self.named] if self.named else made
        if self.most is not None and len(drawn) > self.most:
            drawn = random.Random(f"{self.seed} {path.name}").sample(drawn, self.most)
        found: Counter[int] = Counter()
        since = time.perf_counter()
        for mutant in drawn:
            verdict = self._verdict(mutant)
            found[verdict] += 1
            if verdict == SURVIVED:
                self.survivors.append(mutant)
                print(f"survived: {mutant.name}\n{mutant.text}", flush=True)  # noqa: T201
        print(  # noqa: T201
            f"{_module(path)}: {len(made)} mutants, {len(drawn)} judged, {found[NOTICED]} noticed,"
            f" {found[ENDLESS]} without end, {found[SURVIVED]} survived,"
            f" {time.perf_counter() - since:.0f} s",
            flush=True,
        )

    def _verdict(self, mutant: Mutant) -> int:
        items = self.callers[f"{mutant.module}.{mutant.function}"]
        # Whoever has noticed most for its time goes first.
        items.sort(key=lambda item: self.seconds[item] / (0.02 + self.kills[item]))
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            try:
                self._child(mutant, items, writer)
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as told:
            *begun, end = told.read().split(" ")
        os.waitpid(child, 0)
        if end == "survived":
            return SURVIVED
        if begun:
            self.kills[items[int(begun[-1])]] += 1
        return NOTICED if end == "failed" else ENDLESS

    def _child(self, mutant: Mutant, items: list[pytest.Item], writer: int) -> None:
        """Run tests until one fails; say each that begins, and how it ended.

        Who is in a loop without end is killed by its own alarm, before it says how it ended.
        """
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        _live(mutant.module, mutant.function).__code__ = mutant.code
        _forget()
        for number, item in enumerate(items):
            os.write(writer, b"%d " % number)
            bound = _SPARE + _TIMES * self.seconds[item]
            signal.setitimer(signal.ITIMER_PROF, bound)
            signal.setitimer(signal.ITIMER_REAL, _WAITS + _TIMES * bound)
            reports = runtestprotocol(item, nextitem=None, log=False)
            if any(report.failed for report in reports):
                os.write(writer, b"failed")
                return
        os.write(writer, b"survived")


def main() -> None:
    """Judge; ends with status 1 where anything survived."""
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    table = configured["tool"]["mutate"]
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--named", nargs="*", default=[])
    parser.add_argument("--judges", nargs="*", default=table["judges"])
    parser.add_argument("modules", nargs="*", default=table["modules"])
    asked = parser.parse_args()
    os.environ["HYPOTHESIS_PROFILE"] = "mutate"
    judge = Judge([ROOT / module for module in asked.modules], asked.most, asked.seed, asked.named)
    # pytest-timeout has a clock of its own, which would end this process, not the child.
    options = ["-q", "-p", "no:cacheprovider", "-o", "timeout=0", *asked.judges]
    status = pytest.main(options, plugins=[judge])
    sys.exit(int(status) or bool(judge.survivors))


if __name__ == "__main__":
    main()
