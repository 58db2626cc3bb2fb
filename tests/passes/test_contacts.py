"""What a tap on a contact line opens."""

from __future__ import annotations

import pytest

from passes.contacts import link_of


@pytest.mark.parametrize(
    ("text", "region", "link"),
    [
        ("+49 (0)30 901820", "DE", "tel:+4930901820"),
        ("030 901820", "DE", "tel:+4930901820"),
        ("030/901820", "DE", "tel:+4930901820"),
        ("8 800 555-35-35", "RU", "tel:+78005553535"),
        ("+7 495 123\u201145\u201167", "DE", "tel:+74951234567"),
        ("+43 1 234567", None, "tel:+431234567"),
        ("tel:+43 1 234567", "AT", "tel:+431234567"),
        ("a@b.example", "DE", "mailto:a@b.example"),
        ("mailto:a@b.example", "DE", "mailto:a@b.example"),
        ("MAILTO: a@b.example", "DE", "mailto:a@b.example"),
        ("https://shop.example/a?b=c", "DE", "https://shop.example/a?b=c"),
        # As people write: without a scheme, as a sentence, with a word before or a number behind.
        ("www.shop.example", "DE", "https://www.shop.example"),
        ("www.shop.example/menu", None, "https://www.shop.example/menu"),
        ("a@b.example.", "DE", "mailto:a@b.example"),
        ("https://shop.example/a.", "DE", "https://shop.example/a"),
        ("Tel. 030 901820", "DE", "tel:+4930901820"),
        ("Phone: +43 1 234567", None, "tel:+431234567"),
        ("Тел.: 8 800 555-35-35", "RU", "tel:+78005553535"),
        ("+49 30 901820 ext. 5", "DE", "tel:+4930901820;ext=5"),
        ("8 800 555-35-35, доб. 12", "RU", "tel:+78005553535;ext=12"),
        ("030 901820 x7", "DE", "tel:+4930901820;ext=7"),
        ("+４９ ３０ ９０１８２０", "DE", "tel:+4930901820"),
    ],
)
def test_an_address_opens(text: str, region: str | None, link: str) -> None:
    assert link_of(text, region) == link


@pytest.mark.parametrize("region", ["DE", "RU", "US", "AT", "FR", None])
@pytest.mark.parametrize(
    "text",
    [
        "9.00 - 18.00",
        "9:00-18:00",
        "09.00 18.00",
        "10.00 \u2013 20.00",
        "2026-11-28",
        "01.02.2026 - 03.04.2026",
        "10115 Berlin",
        "24/7",
        "112",
        "Mon 9-18",
        "ask at the bar",
        "a@b",
        "mailto:",
        "a@b.example, c@d.example",
        "@shop",
        "www.shop",
        "Tel.",
        "Telegram 12345678",
        "ext. 5",
        "1 x 200",
        "+49 30 901820 / +49 30 901821",
        "javascript:alert(1)",
        "",
    ],
)
def test_what_is_no_address_stays_text(text: str, region: str | None) -> None:
    assert link_of(text, region) is None


def test_a_national_number_of_nowhere_stays_text() -> None:
    assert link_of("030 901820", None) is None
