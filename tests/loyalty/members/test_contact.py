"""Phones and addresses as people type them; and nothing that is neither."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.members.contact import parse_email, parse_phone
from loyalty.messages import Contact
from loyalty.refusals import InvalidContact


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+1 212 555 0123", "DE", "+12125550123"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("212.555.0123", "US", "+12125550123"),
        ("0049 30 901820", "DE", "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("+49 (0)30 901820", "US", "+4930901820"),
        ("06 698 83712", "IT", "+390669883712"),  # the zero belongs to Italian numbers
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("+7 912 345 67 89", "US", "+79123456789"),
        ("\u00a0+7\u00a0912 345\u201167\u201189 ", "US", "+79123456789"),
        ("+７９１２３４５６７８９", "US", "+79123456789"),
        ("8 916 123-45-67", "RU", "+79161234567"),
        ("+1 212 555 0123 ext. 5", "US", "+12125550123"),
        ("8 (495) 123-45-67 доб. 12", "RU", "+74951234567"),
        ("8 (495) 123-45-67 вн. 12", "RU", "+74951234567"),
        ("8 495 123-45-67, внутр. 12", "RU", "+74951234567"),
    ],
)
def test_phones_in_many_spellings(text: str, region: str, number: str) -> None:
    assert parse_phone(text, region) == Contact("phone", number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hello",
        "1",
        "123",
        "+",
        "+999 123456789",
        "0" * 251,
        "+49000000",
        "+" * 300,
        "ann@example.com",
        "\x00",
    ],
)
def test_what_is_no_phone(text: str) -> None:
    with pytest.raises(InvalidContact) as error:
        parse_phone(text, "US")
    assert error.value.code == "invalid_phone"


def test_a_region_that_nobody_knows_needs_the_prefix() -> None:
    with pytest.raises(InvalidContact):
        parse_phone("212 555 0123", "ZZ")
    assert parse_phone("+1 212 555 0123", "ZZ").value == "+12125550123"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@example.com", "ann@example.com"),
        (" Ann.O'Hara+cups@Example.CO.UK\n", "ann.o'hara+cups@example.co.uk"),
        ("a@b.co", "a@b.co"),
        ("a@xn--e1afmkfd.xn--p1ai", None),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
    ],
)
def test_addresses(text: str, address: str | None) -> None:
    if address is None:
        address = text
    assert parse_email(text) == Contact("email", address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example",
        "ann@@example.com",
        "ann@exa mple.com",
        "ann@example..com",
        "a..nn@example.com",
        "ann@-example.com",
        "ann@example.com, bob@example.com",
        "ann@example.com\r\nBcc: bob@example.com",
        "Ann <ann@example.com>",
        "ann@example.com\x00",
        "änn@example.com",
        "ann@exаmple.com",
        "x" * 65 + "@example.com",
        "ann@" + "x" * 64 + ".com",
        "a@" + "b." * 126 + "com",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(InvalidContact) as error:
        parse_email(text)
    assert error.value.code == "invalid_email"


@given(st.text(max_size=300), st.sampled_from(["US", "RU", "DE", "ZZ", ""]))
def test_any_text_is_read_or_refused(text: str, region: str) -> None:
    with suppress(InvalidContact):
        assert re.fullmatch(r"\+[1-9][0-9]{3,17}", parse_phone(text, region).value)
    with suppress(InvalidContact):
        assert parse_email(text).value.isascii()


@given(st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True))
def test_what_was_read_is_read_the_same_again(text: str) -> None:
    try:
        contact = parse_phone(text, "US")
    except InvalidContact:
        return
    assert parse_phone(contact.value, "RU") == contact


def test_a_refusal_does_not_quote_the_person() -> None:
    for read in (parse_email, partial(parse_phone, region="US")):
        with pytest.raises(InvalidContact) as error:
            read("canary")
        assert "canary" not in repr(error.value)
        assert error.value.__cause__ is None
