"""What goes in and out of /v1, as models: they check requests and describe them to strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from loyalty.program.unseen import UNSEEN, acts_unseen
from loyalty.refusals import FieldRefusal, Refusal, in_plain_words

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sent(BaseModel):
    """A JSON body that a program sends. Members that it does not name are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Asked(BaseModel):
    """The query of an address. Its values are texts, and are read as what they stand for."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Told(BaseModel):
    """A JSON body that we answer; it has the members that are named here and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _seen(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\t", " ")
    if any(map(acts_unseen, plain)):
        raise PydanticCustomError("unseen_character", f"Input {UNSEEN}")
    return plain


WORDS = AfterValidator(_seen)
BY_LANGUAGE = "By language, the program's first one at least: what another lacks is said as in it."
"""Of a text that somebody types and others read later, as it was typed: a reason, a name."""

Shape = TypeVar("Shape", bound=BaseModel)


def read(model: type[Shape], document: Mapping[str, Any]) -> Shape:
    """Return what was sent as `model`.

    Raises
    ------
    Refusal
        ``invalid_request``, with a pointer (RFC 6901) for each field that cannot be used. The codes
        of fields are pydantic's (https://docs.pydantic.dev/latest/errors/validation_errors/).
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        fields = [
            FieldRefusal(_pointer(fault["loc"]), fault["type"], _sentence(fault))
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise Refusal("invalid", "invalid_request", fields=fields) from None


def _pointer(steps: tuple[int | str, ...]) -> str:
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return "".join(f"/{step}" for step in escaped)


def _sentence(fault: Any) -> str:
    return in_plain_words(fault["type"], fault["msg"])


PLACE_SAID = (
    "The location where it happens, by its id; that of the key, if not said. A key of a location "
    "speaks for no other."
)
Where = Annotated[str, Field(max_length=40, description=PLACE_SAID)]
"""Of bodies that `functions.routes.places` reads."""
