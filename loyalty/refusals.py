"""Refusals: every answer "no" that is part of the product, as one type.

The few subclasses are those by which code decides; everything else differs in kind and code only.
A sentence may name what an owner configured or a caller's key may do, never what a customer sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal[
    "unreadable",  # the request is in no form that can be read at all
    "invalid",  # it can be read, and some of its fields cannot be used
    "reused",  # its id was used before, for something else
    "unsigned",  # nobody knows whether it comes from who it says
    "unauthenticated",  # nobody says who is calling
    "forbidden",  # who calls may not do this
    "not_found",
    "gone",  # it was there, and will not come back
    "conflict",  # what is there already contradicts it
    "too_many",  # a limit is reached
    "busy",  # others are writing there: the same again is safe, and counts once
    "unavailable",  # something behind us does not answer: the same again is safe, and counts once
    "broken",  # the fault is ours, and the same again will hardly help
]


# How the reader of messages calls what JSON calls an object, and a list.
_OBJECTS = {"dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"}
_LISTS = {"list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"}


def in_plain_words(code: str, sentence: str) -> str:
    """Return what a reader says of a field, in the words of JSON and not of its own language."""
    if code in _OBJECTS:
        return "Input should be a valid object: {…}"
    if code in _LISTS:
        return "Input should be a valid list: […]"
    return sentence.removeprefix("Value error, ").removeprefix("Assertion failed, ")


@dataclass(frozen=True, slots=True)
class FieldRefusal:
    """What is refused of one field: JSON pointer (RFC 6901), a stable code, a sentence."""

    pointer: str
    code: str
    detail: str


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """An answer "no".

    Attributes
    ----------
    kind
        What sort of refusal it is; the status over HTTP follows from it.
    code
        Stable; programs decide by it.
    detail
        A sentence for whoever asked; empty where the code says it all.
    fields
        Which fields it is about, in their order. One ``pointer`` makes one of them.
    retry_after
        Seconds after which asking again makes sense.
    more
        What else whoever asks needs to know to go on, ready for JSON; only they may be told it.
    """

    def __init__(
        self,
        kind: Kind,
        code: str,
        detail: str = "",
        *,
        pointer: str | None = None,
        fields: Iterable[FieldRefusal] = (),
        retry_after: int | None = None,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail or code)
        self.kind = kind
        self.code = code
        self.detail = detail
        self.fields = tuple(fields)
        if pointer is not None:
            self.fields = (FieldRefusal(pointer, code, detail), *self.fields)
        self.retry_after = retry_after
        self.more = more

    @property
    def summary(self) -> str:
        """Places and codes without any sentence: what may stand in a log."""
        return "; ".join(self.places) or self.code

    @property
    def places(self) -> tuple[str, ...]:
        """Where it is about fields: each one's pointer and code."""
        return tuple(f"{field.pointer}: {field.code}" for field in self.fields)

    def below(self, prefix: str) -> Refusal:
        """Move the refused fields below `prefix`, where the caller had put them in its message."""
        self.fields = tuple(replace(field, pointer=prefix + field.pointer) for field in self.fields)
        return self


class Busy(Refusal):
    """Others write to the same account: nothing happened, or asking again tells what did."""

    def __init__(self) -> None:
        detail = "Send the same request again; it counts once."
        super().__init__("busy", "busy", detail, retry_after=1)


class InvalidContact(Refusal):
    """Not a phone number or address; ``code`` is ``invalid_phone`` or ``invalid_email``."""

    def __init__(self, code: Literal["invalid_phone", "invalid_email"]) -> None:
        pointer = "/phone" if code == "invalid_phone" else "/email"
        super().__init__("invalid", code, "This cannot be read.", pointer=pointer)


class MessageNotSent(Refusal):
    """A channel did not take a message to a person; trying again later may help."""

    def __init__(self, detail: str) -> None:
        super().__init__("unavailable", "message_not_sent", detail)
