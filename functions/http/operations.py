"""Operations of /v1: described once, and everything else comes from that description.

A route is a function from a `Call` to an `Answer` below ``@operations.add(…)``, which says who may
call, what is sent, what is answered and by which codes it refuses. `install` serves it; the OpenAPI
document (functions.http.openapi) is drawn from the same table, so it cannot say something else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, unquote

from functions.http import problems
from functions.http.answers import bare, json_answer, raw_body
from functions.http.authorize import ask_for_proof, authorize, from_a_page_of_ours, session_cookie
from functions.http.shapes import read
from functions.http.strict_json import LARGEST_BODY, read_json
from functions.wiring import environment
from loyalty.access.keys import ApiKey
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
    from aws_lambda_powertools.shared.cookies import Cookie
    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
    from pydantic import BaseModel

    from functions.http.shapes import Asked, Told
    from loyalty.access.keys import Scope
    from loyalty.access.velocity import Kind

    Handler = Callable[["Call[Any, Any]"], "Answer"]
    Counter = Callable[[ApiKey, Kind, datetime], tuple[Mapping[str, str], Refusal | None]]
    """Counts a call against its key's limits: the headers that tell of them, and a refusal."""
    _Handler = TypeVar("_Handler", bound=Handler)

Body = TypeVar("Body")
Query = TypeVar("Query")

REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_PLACE = re.compile(r"\{(\w+)\}")
_LED: frozenset[Scope] = frozenset({"owner", "staff"})
_NOBODY = ApiKey("nobody", "", "till")
"""Who calls what needs no key."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in an address: its form, and what it means. One that has another form is not found.

    ``whole``: it may hold whatever separates, a slash too; only one of an address can.
    """

    form: str
    meaning: str
    example: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One kind of answer: its model, what it means, and examples by a short name."""

    model: type[Told]
    meaning: str
    examples: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Call(Generic[Body, Query]):
    """What a route is called with; all of it has been checked.

    ``idempotency_key`` is empty where the route needs none, and so is ``seen``: the tag of what
    whoever changes it has looked at. ``cookie`` is the session's, where one comes along;
    ``browser`` is what the caller calls itself.
    """

    key: ApiKey
    names: Mapping[str, str]
    body: Body
    query: Query
    now: datetime
    idempotency_key: str = ""
    seen: str = ""
    cookie: str = ""
    browser: str = ""

    @property
    def actor(self) -> str:
        """Return who does it, as the ledger names them: a key, or a person who is signed in."""
        return f"key:{self.key.id}"

    def prove(self) -> None:
        """Go on only with a key, or in a session whose person has lately proved who they are.

        Raises
        ------
        Refusal
            ``proof_needed``.
        """
        ask_for_proof(self.key, self.now)

    @property
    def act(self) -> str:
        """Return the name of what is done with this Idempotency-Key: another key, another name."""
        asked = json.dumps([self.key.id, self.idempotency_key]).encode()
        return base64.b32encode(hashlib.sha256(asked).digest()).decode()[:26].lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers.

    ``replayed``: the same was answered to the same request before. ``tag``: of what is told, where
    it is not its text that tells whether it has changed. ``cookies``: for a browser.
    """

    content: Told
    status: int = HTTPStatus.OK
    replayed: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb at one address.

    Attributes
    ----------
    id
        The route's name in programs that are made from the OpenAPI document.
    path
        As OpenAPI writes it: ``/v1/orders/{source}/{order}/claim``.
    scopes
        Keys of these kinds may call, and people with that role; owners and managers may what staff
        may. None: it needs no key.
    answers
        By status.
    refusals
        Codes of its own (functions.http.codes), beyond what every route may answer.
    keyed
        It changes something and has no natural key: it needs an Idempotency-Key.
    guarded
        It changes what its caller has looked at: it needs the tag of that in If-Match.
    proved
        It cannot be taken back: who is signed in has to have proved themselves lately.
    velocity
        Against which of a key's limits it counts; None: against none.
    examples
        Bodies, by a short name.
    """

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    scopes: tuple[Scope, ...]
    answers: Mapping[int, Said]
    refusals: tuple[str, ...]
    names: Mapping[str, Name]
    body: type[BaseModel] | None
    query: type[Asked] | None
    examples: Mapping[str, Mapping[str, Any]]
    keyed: bool
    guarded: bool
    proved: bool
    largest_body: int
    velocity: Kind | None
    handler: Handler = field(repr=False)

    @property
    def shape(self) -> re.Pattern[str]:
        """Return the form of its address, as the gateway hands it over: decoded."""
        found = re.escape(self.path)
        for name, about in self.names.items():
            within = ".+" if about.whole else "[^/]+"
            found = found.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{within})")
        return re.compile(found, re.DOTALL)

    def answer(
        self,
        event: APIGatewayProxyEventV2,
        names: Mapping[str, str],
        counted: Callable[[ApiKey], None],
    ) -> Response[Any]:
        """Answer a request to it; ``counted`` is told whose it is before it is read.

        Raises
        ------
        Refusal
            The request cannot be used, or the route refuses.
        """
        if self.scopes:
            key = authorize(event, *self.scopes)
        else:
            from_a_page_of_ours(event)
            key = _NOBODY
        counted(key)
        if self.proved:
            ask_for_proof(key, environment.now())
        names = {name: unquote(value) for name, value in names.items()}
        for name, about in self.names.items():
            if re.fullmatch(about.form, names[name]) is None:
                raise Refusal("not_found", "not_found")
        call: Call[Any, Any] = Call(
            key=key,
            names=names,
            body=self._body(event),
            query=read(self.query, event.query_string_parameters) if self.query else None,
            now=environment.now(),
            idempotency_key=_idempotency_key(event) if self.keyed else "",
            seen=_seen(event) if self.guarded else "",
            cookie=session_cookie(event),
            browser=event.headers.get("user-agent", ""),
        )
        try:
            answer = self.handler(call)
        except Refusal as refusal:
            if self.keyed and refusal.kind == "reused":
                raise _reused() from None
            raise
        return _response(event, answer)

    def _body(self, event: APIGatewayProxyEventV2) -> BaseModel | None:
        if self.body is None:
            return None
        document = read_json(raw_body(event.raw_event), largest=self.largest_body)
        return read(self.body, document)


class Operations:
    """The operations of one resource; ``tag`` is how the documentation calls it.

    ``velocity``: against which of a key's limits they count, where one says nothing else.
    """

    def __init__(self, tag: str, velocity: Kind | None = None) -> None:
        self._tag = tag
        self._velocity = velocity
        self._all: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        """Yield the operations, in the order of the module."""
        return iter(self._all)

    def add(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        scopes: tuple[Scope, ...],
        answers: Mapping[int, Said],
        refusals: tuple[str, ...] = (),
        names: Mapping[str, Name] = MappingProxyType({}),
        body: type[BaseModel] | None = None,
        query: type[Asked] | None = None,
        examples: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
        keyed: bool = False,
        reserved: bool = False,
        guarded: bool = False,
        proved: bool | None = None,
        largest_body: int = LARGEST_BODY,
        velocity: Kind | None = None,
    ) -> Callable[[_Handler], _Handler]:
        """Describe the route below; its docstring is what the documentation says about it.

        What owners may call, managers may, and accountants where it only reads; but for what is
        ``reserved`` for owners: keys, people, erasing, and carrying everything out. Of these, what
        changes something asks whoever is signed in for a fresh proof (``proved``).
        """
        if set(_PLACE.findall(path)) != set(names):
            raise ValueError(f"{path}: describe each of its names")
        if bool(body) != bool(examples):
            raise ValueError(f"{method} {path}: a body comes with an example of it")

        def described(handler: _Handler) -> _Handler:
            first, *rest = re.sub(r"\b_(\w+)", r"\1", handler.__name__).split("_")
            operation = Operation(
                id=first + "".join(word.title() for word in rest),
                method=method,
                path=path,
                tag=self._tag,
                summary=summary,
                description=" ".join((handler.__doc__ or "").split()),
                scopes=scopes if reserved else _opened(scopes, method),
                answers=answers,
                refusals=refusals,
                names=names,
                body=body,
                query=query,
                examples=examples,
                keyed=keyed,
                guarded=guarded,
                proved=reserved and method != "GET" if proved is None else proved,
                largest_body=largest_body,
                velocity=velocity or self._velocity,
                handler=handler,
            )
            self._all.append(operation)
            return handler

        return described


def _opened(scopes: tuple[Scope, ...], method: str) -> tuple[Scope, ...]:
    led: tuple[Scope, ...] = ("manager",) if "owner" in scopes else ()
    read: tuple[Scope, ...] = ("accountant",) if method == "GET" and _LED & {*scopes} else ()
    return (*scopes, *led, *read)


def install(
    app: APIGatewayHttpResolver, operations: Iterable[Operation], count: Counter | None = None
) -> None:
    """Let `app` answer each operation; ``count`` is for those that count against limits."""
    for operation in operations:
        rule = _PLACE.sub(r"<\1>", operation.path)
        app.route(rule, operation.method)(_served(app, operation, count))


def elsewhere(
    app: APIGatewayHttpResolver, operations: Iterable[Operation]
) -> Callable[[], Refusal]:
    """Return what says that there is nothing at an address, or not with that verb.

    Source: RFC 9110, section 15.5.6: Allow names the verbs that the address takes.
    """
    every = tuple(operations)

    def refused() -> Refusal:
        path = app.current_event.path
        verbs = {one.method for one in every if one.shape.fullmatch(path)}
        if not verbs:
            return problems.nowhere()
        taken = sorted({*verbs, *({"HEAD"} if "GET" in verbs else ())})
        app.context[problems.MORE_HEADERS] = {"Allow": ", ".join(taken)}
        return Refusal("not_found", "method_not_allowed")

    return refused


def escaped(operations: Iterable[Operation], method: str, path: str) -> str:
    """Return a path with its names escaped again.

    HTTP APIs hand it over decoded; a till's id of an order may hold what separates, a slash too.
    """
    for operation in operations:
        match = operation.shape.fullmatch(path) if operation.method == method else None
        if match is not None:
            return operation.path.format(
                **{name: quote(value, safe="") for name, value in match.groupdict().items()}
            )
    return path


def _served(
    app: APIGatewayHttpResolver, operation: Operation, count: Counter | None
) -> Callable[..., Response[Any]]:
    def counted(key: ApiKey) -> None:
        if count is not None and operation.velocity is not None:
            # Refusals tell of limits, too: who answers them looks there (functions.http.problems).
            told, refused = count(key, operation.velocity, environment.now())
            app.context[problems.MORE_HEADERS] = told
            if refused is not None:
                raise refused

    def serve(**names: str) -> Response[Any]:
        answer = operation.answer(app.current_event, names, counted)
        answer.headers.update(app.context.get(problems.MORE_HEADERS, {}))
        return answer

    return serve


def _idempotency_key(event: APIGatewayProxyEventV2) -> str:
    key = event.headers.get("idempotency-key", "")
    if _KEY.fullmatch(key) is None:
        detail = (
            "Send the header Idempotency-Key: 1 to 255 visible ASCII characters, new for every act."
        )
        raise Refusal("invalid", "idempotency_key_missing", detail)
    return str(key)


def _seen(event: APIGatewayProxyEventV2) -> str:
    """Return the tag in If-Match (RFC 9110, section 13.1.1); ``*`` names nothing that was seen."""
    tag = event.headers.get("if-match", "").strip()
    if not tag:
        detail = "Send the header If-Match with the ETag of what you have looked at."
        raise Refusal("invalid", "precondition_missing", detail)
    return str(tag)


def _reused() -> Refusal:
    detail = "This Idempotency-Key came with other content before; the first request stands."
    return Refusal("reused", "idempotency_key_reused", detail)


def _response(event: APIGatewayProxyEventV2, answer: Answer) -> Response[Any]:
    headers = {**({REPLAYED: "true"} if answer.replayed else {}), **answer.headers}
    content = answer.content.model_dump(mode="json")
    found = json_answer(content, answer.status, headers, cookies=answer.cookies)
    if answer.tag:
        found.headers["ETag"] = answer.tag
    if event.request_context.http.method == "GET":
        found.headers["ETag"] = tag = answer.tag or entity_tag(str(found.body))
        if tag in re.split(r"\s*,\s*", event.headers.get("if-none-match", "")):
            return bare(headers={"ETag": tag}, status=HTTPStatus.NOT_MODIFIED)
    return found


def entity_tag(text: str) -> str:
    """Return the tag of a body (RFC 9110, section 8.8.3): another body, another tag."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
