"""What a messenger shows of the link by which people join."""

from __future__ import annotations

from functions.screens.kit import preview

PAGE = """<html><head><title>x</title><meta name="og:title" content="no property">
<meta property="og:title" content="Cup &amp; Co: get your card">
<meta property="og:description" content="10 points for every $1.">
<meta property="og:image" content="https://cards.example/designs/coffee/hero.png?v=1"></head>"""


def test_a_preview_is_what_the_page_says_of_itself() -> None:
    told = preview(PAGE, "https://cards.example")
    assert told["title"] == "Cup & Co: get your card"
    assert told["description"] == "10 points for every $1."
    assert told["image"] == "/designs/coffee/hero.png?v=1"
    assert told["host"] == "cards.example"
    assert set(preview("<p>nothing", "https://cards.example").values()) == {"", "cards.example"}
