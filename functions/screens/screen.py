"""The table of screens: each with its address, its place in the navigation and what it does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from functions.http.answers import redirect
from functions.screens.calling import RefusedError
from functions.screens.desk import Act, Desk, Fault, Shown, fault_of, request
from functions.screens.typed import TypedError, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aws_lambda_powertools.event_handler import Response

    from functions.screens.calling import Told

    Show = Callable[[Desk], Shown]

PROOF = "proof_needed"
_SECRETS = ("secret", "token")
"""What fields of forms are called that hold one."""


def _unknown(_: dict[str, Any]) -> None:
    raise TypedError("act", "unknown_act")


_UNKNOWN = Act("POST", "", body=_unknown)


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: ``place`` is where in the navigation it stands."""

    path: str
    place: str
    show: Show = field(repr=False)
    acts: Mapping[str, Act] = field(repr=False)


class Screens:
    """The screens of one module."""

    def __init__(self) -> None:
        self._all: list[Screen] = []

    def __iter__(self) -> Iterator[Screen]:
        """Yield the screens in the order in which they were added."""
        return iter(self._all)

    def add(
        self, path: str, place: str, acts: Mapping[str, Act] | None = None
    ) -> Callable[[Show], Show]:
        """Let a function draw the screen at an address; ``acts`` are what its forms do."""

        def added(show: Show) -> Show:
            self._all.append(Screen(path, place, show, acts or {}))
            return show

        return added


def act(screen: Screen, desk: Desk, here: str, typed: Mapping[str, str]) -> Response[Any]:
    """Do what a form says, and show what comes next.

    Where it was not done that is the same screen with why, and with all that was typed.
    """
    named = typed.get("act", "")
    doing = screen.acts.get(named, _UNKNOWN)
    try:
        if doing.does:
            told = doing.does(desk, typed)
        else:
            body = read(doing.fields, typed, desk.currency)
            told = desk.api.ask(request(doing, desk.names, body, typed))
        fault = _declined(told)
    except TypedError as error:
        fault = Fault(error.code, error.field)
    except RefusedError as error:
        if error.told.code == PROOF:
            proof = Shown("prove.html", {"typed": plain(typed), "here": here})
            return desk.draw(proof, screen.place)
        fault = fault_of(error, doing.fields)
    if fault is not None:
        # 422 tells a browser that its form is still to be sent.
        again = replace(desk, act=named, typed=typed, fault=fault)
        return again.draw(screen.show(again), screen.place, HTTPStatus.UNPROCESSABLE_ENTITY)
    if doing.shows and told.status != HTTPStatus.SEE_OTHER:
        after = replace(desk, act=named, typed=typed, told=told.content)
        return after.draw(screen.show(after), screen.place)
    then = doing.then.format(**{**desk.names, **_texts(told.content)}) or here
    more = "&" if "?" in then else "?"
    return redirect(f"{then}{more}{urlencode({'done': named})}", HTTPStatus.SEE_OTHER)


def plain(typed: Mapping[str, str]) -> Mapping[str, str]:
    """Return what may wait in a page: a form with a secret is typed again, whoever sits there."""
    return {} if any(typed.get(one) for one in _SECRETS) else typed


def _declined(told: Told) -> Fault | None:
    if told.content.get("outcome") != "declined":
        return None
    return Fault(str(told.content.get("reason")), "", str(told.content.get("sentence") or ""))


def _texts(content: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in content.items() if isinstance(value, str)}
