"""The program document: JSON over the API, TOML as a file, one strict schema for both."""

from __future__ import annotations

import difflib
import json
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from loyalty import money, program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Language = Literal["en", "ru"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Texts = dict[Language, Annotated[str, Field(min_length=1, max_length=2000)]]
Amount = Annotated[int, Field(strict=True, ge=1, le=money.LARGEST_AMOUNT)]


class ProgramProblem(ValueError):  # noqa: N818 - the house says problem for bad input
    """A program document that cannot be used: one sentence per fault, each with its path."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PotDocument(_Model):
    """A kind of value."""

    id: Identifier
    expires_after_months: Annotated[int, Field(ge=1, le=120)] | None = None


class EarnDocument(_Model):
    """Points for every so many minor units of an order."""

    pot: Identifier
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    per_amount: Amount


class RewardDocument(_Model):
    """Something that points buy."""

    id: Identifier
    pot: Identifier
    price: Amount
    name: Texts


class DiscountDocument(_Model):
    """A fixed part of every bill."""

    basis_points: Annotated[int, Field(ge=1, le=10_000)]


class ConsentDocument(_Model):
    """The wording of both consents."""

    version: Annotated[str, Field(min_length=1, max_length=40)]
    program: Texts
    marketing: Texts


class ContactDocument(_Model):
    """One way to reach the shop."""

    label: Texts
    text: Annotated[str, Field(min_length=1, max_length=500)]


class ProgramDocument(_Model):
    """The whole document, schema version 1."""

    schema_version: Annotated[int, Field(alias="schema", ge=1, le=1)]
    id: Identifier
    name: Texts
    organization: Annotated[str, Field(min_length=1, max_length=80)]
    currency: str
    zone: str
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    languages: Annotated[list[Language], Field(min_length=1)]
    design: Identifier
    pots: list[PotDocument] = []
    earning: list[EarnDocument] = []
    rewards: list[RewardDocument] = []
    discount: DiscountDocument | None = None
    consent: ConsentDocument
    contact: Annotated[list[ContactDocument], Field(min_length=1)]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> ProgramDocument:
        faults = [*self._unknown_names(), *self._missing_texts()]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _unknown_names(self) -> list[str]:
        faults = []
        if not money.is_currency(self.currency):
            faults.append(f"currency: {self.currency!r} is not an ISO 4217 code such as USD")
        if self.zone not in available_timezones():
            faults.append(f"zone: {self.zone!r} is not an IANA zone such as Europe/Berlin")
        pots = [pot.id for pot in self.pots]
        used = {
            **{f"earning.{index}.pot": rule.pot for index, rule in enumerate(self.earning)},
            **{f"rewards.{index}.pot": reward.pot for index, reward in enumerate(self.rewards)},
        }
        faults += [
            f"{path}: {pot!r} is none of the pots {pots}"
            for path, pot in used.items()
            if pot not in pots
        ]
        named: tuple[tuple[str, Sequence[str]], ...] = (
            ("pots", pots),
            ("rewards", [reward.id for reward in self.rewards]),
            ("languages", self.languages),
        )
        for group, ids in named:
            faults += [
                f"{group}: {name!r} stands there twice"
                for name in sorted({name for name in ids if ids.count(name) > 1})
            ]
        return faults

    def _missing_texts(self) -> list[str]:
        texts = {
            "name": self.name,
            "consent.program": self.consent.program,
            "consent.marketing": self.consent.marketing,
            **{f"rewards.{index}.name": reward.name for index, reward in enumerate(self.rewards)},
            **{f"contact.{index}.label": line.label for index, line in enumerate(self.contact)},
        }
        return [
            f"{path}: has no text in {language!r}, which is one of the program's languages"
            for path, text in texts.items()
            for language in self.languages
            if language not in text
        ]


def read_toml(text: str) -> ProgramDocument:
    """Read a program file.

    Raises
    ------
    ProgramProblem
        With every fault: its path, what is wrong, and the nearest known name of an unknown key.
    """
    try:
        return read(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProgramProblem((f"not TOML: {error}",)) from None


def read(document: dict[str, Any]) -> ProgramDocument:
    """Read a program given as plain data; raises ProgramProblem as ``read_toml`` does."""
    try:
        return ProgramDocument.model_validate(document)
    except ValidationError as error:
        raise ProgramProblem(tuple(_sentences(error))) from None


def dump(document: ProgramDocument) -> str:
    """Return the document as canonical JSON, the form in which it is stored."""
    data = document.model_dump(by_alias=True, exclude_none=True)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def to_program(document: ProgramDocument, version: int, card_version: int) -> program.Program:
    """Turn the document into what the deciding modules work with."""
    discount = document.discount
    return program.Program(
        id=document.id,
        version=version,
        card_version=card_version,
        name=dict(document.name.items()),
        organization=document.organization,
        currency=document.currency,
        zone=document.zone,
        region=document.region,
        languages=tuple(document.languages),
        design=document.design,
        pots=tuple(program.PotRule(**pot.model_dump()) for pot in document.pots),
        earning=tuple(program.EarnRule(**rule.model_dump()) for rule in document.earning),
        rewards=tuple(program.Reward(**reward.model_dump()) for reward in document.rewards),
        discount=program.Discount(discount.basis_points) if discount else None,
        consent=program.ConsentTexts(**document.consent.model_dump()),
        contact=tuple(program.ContactLine(**line.model_dump()) for line in document.contact),
    )


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for fault in error.errors():
        path = ".".join(str(step) for step in fault["loc"])
        if fault["type"] == "value_error":
            sentences += str(fault["ctx"]["error"]).split("\n")
        elif fault["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(fault["loc"][-1]), _known_at(fault["loc"]), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            sentences.append(f"{path}: unknown key{hint}")
        else:
            sentences.append(f"{path}: {fault['msg']}")
    return sentences


_MODELS: Mapping[str, type[_Model]] = {
    "pots": PotDocument,
    "earning": EarnDocument,
    "rewards": RewardDocument,
    "discount": DiscountDocument,
    "consent": ConsentDocument,
    "contact": ContactDocument,
}


def _known_at(place: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are known where an unknown one was found."""
    model = ProgramDocument if len(place) == 1 else _MODELS[str(place[0])]
    return [field.alias or name for name, field in model.model_fields.items()]
