"""Operations: described once, served and documented as described."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import pytest
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import Field

from functions import api, owner, program
from functions.http import operations, problems
from functions.http.operations import Answer, Call, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from loyalty.refusals import Refusal
from tests.support.events import Context, content, http

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


class Tea(Sent):
    cups: Annotated[int, Field(ge=1)]


class Kinds(Asked):
    most: Annotated[int, Field(ge=1, le=5)] = 3


class Poured(Told):
    cups: int
    by: str


class Kettle:
    """A small API, and what it was called with."""

    def __init__(self) -> None:
        self.called: list[Call[Any, Any]] = []
        self.replayed = False
        self.refusal: Refusal | None = None
        made = Operations("Tea")
        said = Said(Poured, "Tea.", {"two": {"cups": 2, "by": "x"}})
        name = Name("[a-z]+", "Which pot.", "green")
        rest = Name("(?s).+", "Whatever else.", "a/b", whole=True)

        @made.add(
            "POST", "/v1/pots/{pot}/tea", summary="Pour", scopes=("till",), names={"pot": name},
            body=Tea, examples={"two": {"cups": 2}}, answers={201: said}, keyed=True,
        )  # fmt: skip
        def pour(call: Call[Tea, None]) -> Answer:
            return self._answer(call, Poured(cups=call.body.cups, by=call.actor), 201)

        @made.add(
            "GET", "/v1/pots/{pot}/{rest}", summary="Look", scopes=("staff",),
            names={"pot": name, "rest": rest}, query=Kinds, answers={200: said},
        )  # fmt: skip
        def look(call: Call[None, Kinds]) -> Answer:
            return self._answer(call, Poured(cups=call.query.most, by=call.names["rest"]), 200)

        self.operations = tuple(made)
        self.app = APIGatewayHttpResolver()
        operations.install(self.app, self.operations)
        wording = problems.Wording(
            codes={
                "idempotency_key_missing": "idempotency_key_missing",
                "invalid": "invalid_request",
            },
            statuses={"idempotency_key_missing": 400},
        )
        problems.install(self.app, lambda refusal: problems.problem(refusal, wording))

    def _answer(self, call: Call[Any, Any], told: Poured, status: int) -> Answer:
        self.called.append(call)
        if self.refusal:
            raise self.refusal
        return Answer(told, status, replayed=self.replayed)

    def ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        event = http(method, operations.escaped(self.operations, method, path), **more)
        return self.app.resolve(event, Context())  # type: ignore[arg-type]


@pytest.fixture
def kettle() -> Kettle:
    return Kettle()


def pour(kettle: Kettle, shop: Shop, body: str = '{"cups": 2}', **headers: str) -> dict[str, Any]:
    sent = {"authorization": shop.key("till"), "idempotency-key": "k-1", **headers}
    return kettle.ask("POST", "/v1/pots/green/tea", headers=sent, body=body)


def test_a_route_is_called_with_what_was_checked(kettle: Kettle, shop: Shop) -> None:
    answer = pour(kettle, shop)
    (call,) = kettle.called
    assert (answer["statusCode"], content(answer)) == (201, {"cups": 2, "by": call.actor})
    assert call.actor.startswith("key:tillkey")
    assert (call.names, call.idempotency_key, call.now) == ({"pot": "green"}, "k-1", shop.now)
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert "Idempotent-Replayed" not in answer["headers"]


def test_what_was_answered_before_says_so(kettle: Kettle, shop: Shop) -> None:
    kettle.replayed = True
    assert pour(kettle, shop)["headers"]["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ", "k" * 256])
def test_an_act_needs_an_idempotency_key(kettle: Kettle, shop: Shop, key: str) -> None:
    answer = pour(kettle, shop, **{"idempotency-key": key})
    assert answer["statusCode"] == 400
    assert content(answer)["code"] == "idempotency_key_missing"
    assert kettle.called == []


def test_a_key_that_was_another_act_is_refused_in_the_words_of_keys(
    kettle: Kettle, shop: Shop
) -> None:
    kettle.refusal = Refusal("reused", "id_reused", "The id was used.", pointer="/id")
    answer = pour(kettle, shop)
    assert (answer["statusCode"], content(answer)["code"]) == (422, "idempotency_key_reused")
    assert "errors" not in content(answer)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ("{}", "/cups", "missing"),
        ('{"cups": "2"}', "/cups", "int_type"),
        ('{"cups": 0}', "/cups", "greater_than_equal"),
        ('{"cups": 2, "a/b~": 1}', "/a~1b~0", "extra_forbidden"),
    ],
)
def test_a_body_is_read_strictly(
    kettle: Kettle, shop: Shop, body: str, pointer: str, code: str
) -> None:
    answer = pour(kettle, shop, body)
    assert (answer["statusCode"], content(answer)["code"]) == (422, "invalid_request")
    (fault,) = content(answer)["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert fault["detail"]


def test_a_refusal_never_quotes_what_was_sent(kettle: Kettle, shop: Shop) -> None:
    assert "canary" not in pour(kettle, shop, '{"cups": "canary"}')["body"]


def look(kettle: Kettle, shop: Shop, path: str, **more: Any) -> dict[str, Any]:
    headers = {"authorization": shop.key("staff"), **more.pop("headers", {})}
    return kettle.ask("GET", path, headers=headers, **more)


def test_a_query_is_read_as_what_it_stands_for(kettle: Kettle, shop: Shop) -> None:
    path = "/v1/pots/green/x"
    assert content(look(kettle, shop, path))["cups"] == 3
    assert content(look(kettle, shop, path, query={"most": "4"}))["cups"] == 4
    for query in ({"most": "9"}, {"most": "x"}, {"least": "1"}):
        answer = look(kettle, shop, path, query=query)
        assert (answer["statusCode"], content(answer)["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("rest", ["a/b", "50%", "%2F", "tea", "ключ\nx"])
def test_a_whole_name_holds_anything(kettle: Kettle, shop: Shop, rest: str) -> None:
    assert content(look(kettle, shop, f"/v1/pots/green/{rest}"))["by"] == rest


def test_a_name_of_another_form_is_not_found(kettle: Kettle, shop: Shop) -> None:
    assert look(kettle, shop, "/v1/pots/Green/x")["statusCode"] == 404


def test_what_has_not_changed_is_not_sent_again(kettle: Kettle, shop: Shop) -> None:
    path = "/v1/pots/green/x"
    tag = look(kettle, shop, path)["headers"]["ETag"]
    again = look(kettle, shop, path, headers={"if-none-match": f'"other", {tag}'})
    assert (again["statusCode"], again["body"], again["headers"]["ETag"]) == (304, "", tag)
    other = look(kettle, shop, path, query={"most": "4"}, headers={"if-none-match": tag})
    assert (other["statusCode"], other["headers"]["ETag"] != tag) == (200, True)


def test_a_route_has_to_be_described() -> None:
    made = Operations("Tea")
    with pytest.raises(ValueError, match="describe each of its names"):
        made.add("GET", "/v1/{pot}", summary="", scopes=("till",), answers={})
    with pytest.raises(ValueError, match="an example"):
        made.add("POST", "/v1/tea", summary="", scopes=("till",), answers={}, body=Tea)


def test_a_verb_that_an_address_does_not_take_is_told_those_it_takes(shop: Shop, ask: Any) -> None:
    for module, verb, path, taken in (
        (api, "DELETE", "/v1/orders", "GET, HEAD"),
        (api, "GET", "/v1/holds", "POST"),
        (api, "POST", "/v1/orders/till/a/b", "PUT"),
        (api, "PUT", "/v1/members", "GET, HEAD, POST"),
        (owner, "PUT", "/v1/receivers/crm", "DELETE, GET, HEAD, PATCH"),
        (program, "PATCH", "/v1/program/check", "POST"),
    ):
        answer = ask(module, http(verb, path, {"authorization": shop.key("owner")}))
        assert (answer["statusCode"], content(answer)["code"]) == (405, "method_not_allowed")
        assert answer["headers"]["Allow"] == taken
    nowhere = ask(api, http("POST", "/v1/nothing"))
    assert (nowhere["statusCode"], "Allow" in nowhere["headers"]) == (404, False)
