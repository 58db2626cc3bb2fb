"""The routes that the gateway knows, as serverless.yml lists them, and what it does with a call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = "$default"
"""The path of the route that takes whatever no other route takes."""
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Route:
    """One route: the function's module, the verb (or ANY), and the path with its parameters."""

    module: str
    verb: str
    path: str

    def takes(self, verb: str, path: str) -> bool:
        if self.path == ELSEWHERE:
            return True
        shape = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(self.path))
        shape = re.sub(r"\\\{\w+\\\+\\\}", ".+", shape)
        return self.verb in {verb, "ANY"} and re.fullmatch(shape, path) is not None


def routes() -> tuple[Route, ...]:
    found, module = [], ""
    for line in (ROOT / "serverless.yml").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r" +handler: functions/(\w+)\.handler", line):
            module = match[1]
        elif match := re.fullmatch(r' +- httpApi: "?([A-Z]+) (/[^ "]*)"?', line):
            found.append(Route(module, *match.groups()))
        elif line.strip() == '- httpApi: "*"':
            found.append(Route(module, "ANY", ELSEWHERE))
    return tuple(found)


def route_of(verb: str, path: str) -> Route:
    """Return the route that the gateway takes."""
    fitting = [one for one in routes() if one.takes(verb, path)]
    return min(fitting, key=_order)


def _order(route: Route) -> tuple[bool, int, bool, int]:
    """Return what makes the gateway prefer a route: the most that is said in so many words."""
    said = len(re.sub(r"\{[^}]*\}", "", route.path))
    return route.path == ELSEWHERE, route.path.count("{"), "+" in route.path, -said
