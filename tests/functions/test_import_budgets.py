"""What each function may load until it has answered its first request, by name and by size.

Every function starts in a fresh interpreter on the artifact as it is shipped, imports its handler
and whatever that imports late. A function that loads something watched without needing it fails
here by name; one that needs it says why below. How long a start takes is told by ``make bench``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.deployed import handlers
from tests.support.starting import Starts, drawing, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.starting import Start

# Outside libraries and rooms of ours that cost time, or that have no business in most functions.
WATCHED = (
    "PIL",
    "babel",
    "boto3",  # nobody needs what it adds to botocore
    "botocore",
    "cryptography",
    "google",
    "h2",
    "jinja2",
    "jsonschema",
    "phonenumbers",
    "pydantic",
    "openpyxl",
    "segno",
    "standardwebhooks",
    "fido2",
    "functions.pages",
    "loyalty.core.decide",
    "loyalty.invariants",
    "loyalty.ledger",
    "loyalty.members",
    "loyalty.program.checks",
    "loyalty.program.describe",
    "loyalty.program.document",
    "loyalty.tills",
    "passes.apple.linter",
    "passes.designs",
    "passes.designs.card_check",
    "passes.google",
    "passes.google.design_check",
    "passes.google.linter",
)

TABLES = {"botocore": "reads or writes a table, or a queue"}
PAGES = {
    "functions.pages": "draws pages for people",
    "jinja2": "their templates",
    "passes.designs": "their colours and pictures",
}
CARDS = {
    "babel": "what a card shows is written in words, with figures and dates",
    "loyalty.program.describe": "the program's sentences stand on the card",
}
ENROLMENT = {
    "loyalty.members": "joining, finding and confirming",
    "loyalty.core.decide": "the gift of welcome is an entry",
    "loyalty.ledger": "which the books write",
    "babel": "the message to a new contact is written in words",
}
TILLS = {
    "loyalty.tills": "reads what tills say",
    "standardwebhooks": "and the generic one signs it",
}
BUYERS = {
    "loyalty.members": "a till may name a customer by phone or e-mail",
    "phonenumbers": "and the phone has to be read",
}
LEDGER = {"loyalty.ledger": "moves value", "loyalty.core.decide": "by deciding"}
PROFILE = {
    "babel": "what a program says of itself is sentences with figures",
    "loyalty.program.describe": "what a program says of itself is sentences with figures",
}
GOOGLE = {
    "passes.google": "draws objects and speaks to Google",
    "passes.designs": "with the program's design",
    "google": "google-auth signs save links and asks for access tokens",
    "cryptography": "with the service account's key",
}
# A design is read whole, and its Google part with it.
DESIGN = {
    "passes.google": "the design's Google part is read",
}

NEEDS: Mapping[str, Mapping[str, str]] = {
    "join": TABLES
    | PAGES
    | ENROLMENT
    | PROFILE
    | {"phonenumbers": "of applications", "pydantic": "an application is a model"}
    | DESIGN,
    "cardPage": TABLES | PAGES | CARDS | ENROLMENT | {"segno": "the card's QR code"} | DESIGN,
    "apple": TABLES
    | CARDS
    | PAGES  # late: only for whoever follows a dead link
    | {"cryptography": "signs passes"}
    | DESIGN,
    "google": TABLES
    | CARDS
    | GOOGLE
    | PAGES  # late: only for what is refused
    | DESIGN,
    # The client is late: most callbacks only say that a card was saved.
    "googleCallback": TABLES | CARDS | GOOGLE | {"cryptography": "Google signs callbacks"} | DESIGN,
    "webhooks": TABLES | TILLS,
    "redemptions": TABLES | TILLS | LEDGER | PROFILE,
    "api": TABLES
    | LEDGER
    | ENROLMENT
    | PROFILE
    | {
        "phonenumbers": "staff name people by phone",
        "pydantic": "bodies and answers are models",
        "functions.pages": "an application at the till is read like the join page's",
        "loyalty.tills": "an order is reported as the generic webhook says it",
    },
    "owner": TABLES
    | {
        "pydantic": "bodies and answers are models",
        "loyalty.tills": "how tills' endpoints do",
        "standardwebhooks": "late: secrets of an address that is made are judged",
    },
    "campaigns": TABLES
    | LEDGER
    | {
        "pydantic": "bodies and answers are models",
        "babel": "conditions are said in a sentence",
        "phonenumbers": "members are listed as a search lists them",
        "loyalty.members": "what they usually buy, and when",
        "loyalty.program.describe": "pots are called as the program calls them",
        "standardwebhooks": "late: a bot that is set up is spoken to as receivers are",
    },
    "campaignWorker": TABLES
    | LEDGER
    | {
        "babel": "conditions are said in words, and numbers in texts",
        "loyalty.members": "what they usually buy, and when",
        "loyalty.program.describe": "what puts the ledger together says standings, too",
    },
    "channels": TABLES
    | LEDGER
    | PAGES  # late: for people only
    | DESIGN
    | {
        "babel": "a chat is answered in words",
        "loyalty.members": "what a member agrees to is their record",
        "loyalty.program.describe": "what puts the ledger together says standings, too",
        "cryptography": "late: what SES tells is signed",
    },
    "channelWorker": TABLES
    | LEDGER
    | {
        "babel": "offers are said in words, with numbers",
        "loyalty.members": "what a member agrees to is their record",
        "loyalty.program.describe": "what puts the ledger together says standings, too",
        "standardwebhooks": "what posts to receivers posts to gateways, too",
    },
    "console": PAGES
    | DESIGN
    | {
        "babel": "numbers, money and days are said in words",
        "botocore": "settings come with it",
        "segno": "the code of a link",
    },
    "signIn": TABLES
    | PAGES  # late: only for whoever opens a link
    | DESIGN
    | {
        "pydantic": "bodies and answers are models",
        "fido2": "verifies passkeys",
        "cryptography": "with which it verifies",
    },
    "program": TABLES
    | CARDS
    | DESIGN
    | {
        "pydantic": "bodies and answers are models, and so is a program's document",
        "loyalty.program.document": "reads it",
        "loyalty.program.checks": "finds what contradicts itself",
        "passes.designs": "the design that it names",
        "passes.designs.card_check": "draws its cards in every state",
        "passes.google.design_check": "and what Google would refuse of them",
        "passes.apple.linter": "what a wallet refuses is told to the owner, not to a customer",
        "passes.google.linter": "the same",
        "cryptography": "which reads save links, too",
    },
    "designs": TABLES
    | CARDS
    | DESIGN
    | PAGES  # late: a preview shows pages, too
    | {
        "PIL": "draws",
        "pydantic": "bodies and answers are models",
        "segno": "the code on a card that is shown",
        "passes.designs.card_check": "draws the program's cards in every state",
        "passes.google.design_check": "and what Google would refuse of them",
        "passes.apple.linter": "what a wallet refuses is told to the owner, not to a customer",
        "passes.google.linter": "the same",
        "cryptography": "which reads save links, too",
    },
    "orders": TABLES | TILLS | BUYERS | LEDGER | PROFILE,  # sealing loads its cipher late
    "moving": TABLES
    | LEDGER
    | {
        "loyalty.members": "moves them in and out",
        "openpyxl": "reads workbooks",
        "phonenumbers": "reads their phone numbers",
        "loyalty.invariants": "names the facts that entries have",
        "babel": "whether a card looks different is asked of its words",
        "loyalty.program.describe": "the same",
        "loyalty.program.document": "reads a program that is tried",
        "loyalty.program.checks": "finds what contradicts itself in it",
        "pydantic": "reads documents",
        "loyalty.tills": "late: reads files of visits",
        "standardwebhooks": "late: their rows are told as the visit webhook takes them",
        "passes.designs": "carries designs out and in, and judges nothing",
        "passes.google": "where a design names the places of Google's fields",
    },
    "router": TABLES,
    # The card is drawn for its version: a phone is not rung twice for one.
    # It notices that the card's design has changed.
    "pushApple": TABLES
    | CARDS
    | DESIGN
    | {"passes.designs": "whose look it knows"}
    | {"h2": "APNs", "cryptography": "its client certificate"},
    "pushGoogle": TABLES | CARDS | GOOGLE | DESIGN,
    "sweeper": TABLES
    | {
        "passes.google": "how much is asked of Google in a minute",
        "loyalty.tills": "whether tills are quiet",
    },
    "nightly": TABLES
    | CARDS
    | LEDGER
    | {
        "loyalty.invariants": "checked every night",
        "loyalty.members": "whom it finishes forgetting",
        "passes.google": "how much is asked of Google in a minute",
    },
    "ledgerRouter": TABLES,
    "tellEvents": TABLES,
    "figures": TABLES,
    "sendEvents": TABLES | {"standardwebhooks": "events are signed"},
    "watch": TABLES | {"cryptography": "reads the certificate, and signs with it once"},
}

# Bytes of bytecode, as a ratio to importing boto3 and making one client: the same in every run.
# About a tenth above what is needed today; who needs more raises it, and says what for.
BUDGETS = {
    "join": 2.8,
    "cardPage": 2.6,  # with channels, friends, and for whom something to save for is
    "apple": 2.3,
    "google": 2.4,  # with the pages that say why a tap failed
    "googleCallback": 2.2,
    "webhooks": 1.27,  # tills and their vendors wait here; the table of data keys is known to all
    "redemptions": 1.95,
    "api": 2.75,  # with pydantic
    "owner": 2.3,  # the operations and their models
    "campaignWorker": 2.0,
    "channels": 2.6,
    "channelWorker": 2.2,
    "campaigns": 3.2,  # the operations, who is expected when, and how holidays are called
    "signIn": 3.0,
    "designs": 2.9,  # with what draws, and both linters
    "console": 2.4,
    "program": 3.0,  # with both linters
    "orders": 2.4,  # with what reads calendars, which few shops have and is loaded late
    "moving": 3.2,  # with what reads a program that is tried, and a design's archive
    "router": 1.2,
    "pushApple": 1.9,
    "pushGoogle": 1.9,
    "sweeper": 1.3,
    "nightly": 1.9,
    "ledgerRouter": 1.3,
    "tellEvents": 1.5,
    "figures": 1.5,
    "sendEvents": 1.5,
    "watch": 1.5,
}

# What a first request may need without an import of the handler paying for it.
LATE = {
    "designs": {"PIL", "jinja2", "passes.apple.linter", "passes.google.linter"},
    "signIn": {"fido2", "functions.pages", "jinja2"},
    "campaigns": {"standardwebhooks"},
    "owner": {"standardwebhooks"},
    "channels": {"cryptography", "functions.pages", "jinja2"},
    "apple": {"functions.pages", "jinja2"},
    "google": {"functions.pages", "jinja2"},
    "googleCallback": {"google", "passes.designs"},
    "moving": {"loyalty.tills", "standardwebhooks"},
}


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> Starts:
    task, beside = (tmp_path_factory.mktemp(name) for name in ("task", "drawing"))
    return Starts(unpacked(task), drawing=drawing(beside))


@pytest.fixture(scope="module")
def whole(starts: Starts) -> dict[str, Start]:
    return {name: starts.whole(module) for name, module in handlers().items()}


def watched(start: Start) -> set[str]:
    return {name for name in WATCHED if start.has(name)}


def test_every_function_has_its_budget() -> None:
    assert set(NEEDS) == set(BUDGETS) == set(handlers())
    assert {name for needs in NEEDS.values() for name in needs} <= set(WATCHED)


@pytest.mark.parametrize("function", NEEDS)
def test_a_function_loads_what_it_needs_and_nothing_else(
    function: str, whole: dict[str, Start]
) -> None:
    loaded, needed = watched(whole[function]), set(NEEDS[function])
    assert loaded - needed == set(), f"{function} loads these without a need"
    assert needed - loaded == set(), f"{function} needs these no longer: strike them off"


def test_the_door_knows_nothing_of_the_ledger(whole: dict[str, Start]) -> None:
    door = whole["webhooks"]
    heavy = (
        "aws_lambda_powertools.event_handler",
        "babel",
        "boto3",
        "cryptography",
        "loyalty.core.decide",
        "loyalty.ledger",
        "loyalty.members",
        "phonenumbers",
        "pydantic",
    )
    assert {name for name in heavy if door.has(name)} == set()


@pytest.mark.parametrize("function", LATE)
def test_what_few_requests_need_is_loaded_by_those(function: str, starts: Starts) -> None:
    at_once = watched(starts.alone(handlers()[function]))
    assert at_once & LATE[function] == set()


@pytest.mark.parametrize("function", BUDGETS)
def test_a_function_is_not_much_larger_than_boto3(
    function: str, whole: dict[str, Start], starts: Starts
) -> None:
    ratio = whole[function].loaded / starts.measure.loaded
    assert BUDGETS[function] / 2 < ratio < BUDGETS[function]


def test_a_late_import_is_seen(starts: Starts) -> None:
    """The drawing of pages is a late import of the function that serves Apple's phones."""
    assert "jinja2" not in watched(starts.alone("functions.apple"))
    assert "jinja2" in watched(starts.whole("functions.apple"))


def test_only_what_is_shipped_is_found(starts: Starts) -> None:
    with pytest.raises(AssertionError, match="No module named 'moto'"):
        starts.of("import moto")
