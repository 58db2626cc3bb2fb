"""What a wallet cannot hold is told when a program is checked, not to the first customer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.program_cards import card_faults
from loyalty.card.samples import states
from loyalty.program.document import dump, read, read_toml
from loyalty.refusals import Refusal
from passes.apple.pass_json import LONGEST_BACK, Identity, pass_document
from passes.designs.design import load
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from loyalty.program.rules import Program

SHIPPED = sorted(path.stem for path in (TEMPLATES / "programs").glob("*.toml"))


def shipped(name: str) -> Program:
    return read_toml((TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8"))


def changed(program: str, /, **changes: Any) -> dict[str, Any]:
    return {**json.loads(dump(shipped(program))), **changes}


@pytest.mark.parametrize("name", SHIPPED)
def test_both_wallets_take_every_state_of_every_shipped_program(name: str) -> None:
    program = shipped(name)
    assert card_faults(program) == ()
    told = [state.what for state in states(program)]
    assert "that is closed" in told
    for level in program.tiers.levels if program.tiers else ():
        assert f"of the level {level.id!r}" in told
    for reward in program.rewards:
        assert f"with the reward {reward.id!r} ready" in told
    assert all(len(state.cards) == len(program.languages) for state in states(program))


def level(number: int, perks: int, **more: Any) -> dict[str, Any]:
    texts = {"en": f"{number} " + "p" * (perks - 2), "ru": f"{number} " + "п" * (perks - 2)}
    threshold = {"spend": number * 100} if number else {}
    name = {"en": f"L{number}", "ru": f"У{number}"}
    return {"id": f"l{number}", "name": name, "perks": texts, **threshold, **more}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (changed("coffee", name={"en": "n" * 121, "ru": "н"}), "name.en"),
        (
            changed("coffee", contact=[{"label": {"en": "c" * 121, "ru": "к"}, "text": "x"}]),
            "contact.0.label.en",
        ),
        (
            changed(
                "coffee",
                rewards=[
                    {
                        "id": "r",
                        "pot": "points",
                        "price": 1,
                        "name": {"en": "r" * 1000, "ru": "н"},
                    }
                ],
            ),
            "rewards.0.name.en",
        ),
        (
            changed("ladder", tiers={"levels": [level(0, 1900)]}),
            "tiers.levels.0.perks.en",
        ),
    ],
)
def test_what_no_wallet_holds_is_refused_with_the_limit(document: Any, path: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(document)
    said = [one.detail for one in refusal.value.fields]
    assert any(one.startswith(f"{path}: ") and "at most" in one for one in said), said


def test_long_rules_are_shortened_on_the_back_and_whole_behind_the_link() -> None:
    rewards = [
        {
            "id": f"r{at}",
            "pot": "points",
            "price": at + 1,
            "name": {"en": f"{at} " + "r" * 90, "ru": f"{at} " + "р" * 90},
        }
        for at in range(90)
    ]
    levels = [level(at, 490) for at in range(12)]
    program = read(changed("coffee", rewards=rewards, tiers={"levels": levels}))
    assert card_faults(program) == ()
    (new,) = [one for one in states(program) if one.what == "of a new member"]
    identity = Identity("pass.example.loyalty", "AAAAAAAAAA", "https://cards.example")
    document = pass_document(new.cards[0], load("coffee"), identity, "t" * 16)
    back = {one["key"]: one for one in document["storeCard"]["backFields"]}
    whole = "\n".join(new.cards[0].sentences)
    shown = back["program_lines"]["value"]
    assert len(whole) > LONGEST_BACK >= len(shown)
    assert shown.endswith("\n…")
    assert whole.startswith(shown.removesuffix("\n…"))
    assert back["link_1"]["attributedValue"].startswith('<a href="https://cards.example/join/')


def test_a_card_that_a_wallet_would_refuse_is_told_by_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: a limit that is lower than what the program says."""
    monkeypatch.setattr("passes.apple.pass_json.LONGEST_TEXT", 5)
    (fault, *_) = card_faults(shipped("coffee"))
    assert fault.startswith("a card of a new member: Apple Wallet: the ")
    assert fault.endswith("a pass holds 5")
