"""Segments: what fits, what is refused and where, how it is said, one member or all at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.campaigns import reading, segment
from loyalty.campaigns.audiences import LOOKED_AT, Audiences
from loyalty.campaigns.leaves import LEAVES, OPERATORS
from loyalty.campaigns.said import said
from loyalty.figures.refreshing import Refreshing
from loyalty.languages import LANGUAGES
from loyalty.ledger.act import Act
from loyalty.members.records import Changes, Records
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from loyalty.store import member_records, membership
from tests.support.extent import FULL
from tests.support.figure_streams import FigureStreams
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.campaigns.segment import Tree

ATTRIBUTES = [
    {"id": "drink", "name": {"en": "Drink", "ru": "Напиток"}, "kind": "choice",
     "choices": [{"id": "tea", "name": {"en": "Tea", "ru": "Чай"}},
                 {"id": "coffee", "name": {"en": "Coffee", "ru": "Кофе"}}]},
    {"id": "children", "name": {"en": "Children", "ru": "Дети"}, "kind": "number"},
    {"id": "dog", "name": {"en": "Dog", "ru": "Собака"}, "kind": "yes_no"},
    {"id": "since", "name": {"en": "Since", "ru": "С"}, "kind": "date"},
]  # fmt: skip
LEVELS = [
    {"id": "new", "name": {"en": "New", "ru": "Новый"}},
    {"id": "gold", "name": {"en": "Gold", "ru": "Золото"}, "spend": 5_000},
]


@pytest.fixture(scope="module")
def shop() -> World:
    """Twelve members who came differently often, with some things written down of them."""
    world = World(seed=5)
    world.put_program(
        attributes=ATTRIBUTES,
        tiers={"levels": LEVELS},
        locations=[{"id": "north", "name": {"en": "North", "ru": "Север"}, "latitude": 40.7,
                    "longitude": -74.0, "zone": "Pacific/Kiritimati"}],
    )  # fmt: skip
    people = [
        world.enrol(name=f"P{number}", location="north" if number % 3 == 0 else None)
        for number in range(12)
    ]
    fed = FigureStreams(world)
    for number, one in enumerate(people):
        changes = Changes(
            add_tags=("regular",) if number % 2 else (),
            attributes={"drink": "tea" if number % 2 else "coffee", "children": str(number),
                        "dog": "yes" if number % 4 else "no", "since": f"2026-01-{number + 1:02d}"},
        )  # fmt: skip
        act = Act("coffee", "owner", f"note-{number}", "key:owner")
        Records(world.books).change(act, one.member_id, changes, world.now)
        if number % 3 == 0:
            before = membership.read_member(world.tables, "coffee", one.member_id)
            assert before is not None
            born = date(1996, 2, 29) if number else date(2000, 5, 10)
            changed(world, before, born)
    for step in range(60):
        world.wait(days=1)
        for number, one in enumerate(people):
            if number and step % number == 0 and not (number == 2 and step > 20):
                world.sell(f"o-{step}-{number}", total=100 * number, member=one)
    fed.ring(fed.news())
    Refreshing(world.tables, world.programs).work("coffee", world.now)
    return world


def changed(world: World, before: Any, born: date) -> None:
    after = replace(before, birthday=born, card_version=before.card_version + 1)
    world.tables.write(membership.change_member(before, after))


def ids(shop: World) -> list[str]:
    members, cursor = Audiences(shop.books).page("coffee", segment.EVERYBODY, "", 50, shop.now)
    assert cursor is None
    return members


def tree(shop: World, document: Any) -> Tree:
    return segment.read(document, shop.programs.current("coffee"))


def names(shop: World, document: Any) -> set[str]:
    """Return the first names of who fits."""
    found = tree(shop, document)
    asked = reading.asked(shop.tables, "coffee", found)
    everybody = reading.profiles(shop.books, "coffee", ids(shop), asked, shop.now)
    return {one.known.person.first_name for one in everybody if segment.fits(found, one)}


def numbers(*found: int) -> set[str]:
    return {f"P{number}" for number in found}


def test_everybody_fits_no_condition(shop: World) -> None:
    assert names(shop, {"all": []}) == numbers(*range(12))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "visits", "at_least": 20}, {1, 3}),
        ({"field": "visits", "is": 0}, {0}),
        ({"field": "spent", "at_most": 2_200}, {0, 2}),
        ({"field": "average_ticket", "is": 700}, {7}),
        ({"field": "year_visits", "at_least": 20}, {1, 3}),
        ({"field": "last_visit", "at_least": 30}, {2}),
        ({"field": "joined", "at_least": 60}, set(range(12))),
        ({"field": "level", "is": "gold"}, {1, *range(3, 12)}),
        ({"field": "tag", "is": "regular"}, {1, 3, 5, 7, 9, 11}),
        ({"field": "attribute", "of": "drink", "one_of": ["tea"]}, {1, 3, 5, 7, 9, 11}),
        ({"field": "attribute", "of": "children", "at_least": 9}, {9, 10, 11}),
        ({"field": "attribute", "of": "dog", "is": False}, {0, 4, 8}),
        ({"field": "attribute", "of": "since", "at_most": "2026-01-02"}, {0, 1}),
        ({"field": "home", "is": "north"}, {0, 3, 6, 9}),
        ({"field": "age", "at_least": 27}, {3, 6, 9}),
        ({"field": "group", "is": "prospects"}, {0}),
        ({"field": "gone", "is": True}, {2}),
        ({"field": "slipping", "is": True}, set()),
        ({"field": "language", "is": "ru"}, set()),
        ({"field": "wallet", "is": True}, set()),
        ({"field": "marketing", "is": True}, set()),
        ({"field": "reached", "is": False}, set(range(12))),
        ({"field": "to_level_spend", "at_least": 1}, {0, 2}),
        ({"field": "usual_hour", "is": 8}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}),
        ({"not": {"field": "tag", "is": "regular"}}, {0, 2, 4, 6, 8, 10}),
        ({"any": [{"field": "gone", "is": True}, {"field": "visits", "is": 0}]}, {0, 2}),
        ({"all": [{"field": "tag", "is": "regular"}, {"field": "visits", "at_least": 20}]}, {1, 3}),
    ],
    ids=str,
)  # fmt: skip
def test_who_fits_a_condition(shop: World, condition: Any, expected: set[int]) -> None:
    assert names(shop, condition) == numbers(*expected)


def test_days_are_those_of_the_members_own_place(shop: World) -> None:
    """It is 3 July 12:00 UTC: on Kiritimati, fourteen hours ahead, the fourth."""
    assert shop.now.isoformat() == "2026-07-03T12:00:00+00:00"
    born = {"field": "birthday_in", "at_most": 400}
    assert names(shop, born) == numbers(0, 3, 6, 9)
    # From 4 July to 28 February: of 29 February in a year without.
    assert names(shop, {"field": "birthday_in", "is": 239}) == numbers(3, 6, 9)


def test_of_what_is_not_known_no_condition_holds(shop: World) -> None:
    assert names(shop, {"field": "age", "at_least": 0}) == numbers(0, 3, 6, 9)
    unknown = {"not": {"field": "age", "at_least": 0}}
    assert names(shop, unknown) == numbers(1, 2, 4, 5, 7, 8, 10, 11)


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        ([], "", "not_an_object"),
        ({}, "/field", "unknown_field"),
        ({"field": "shoe_size", "is": 4}, "/field", "unknown_field"),
        ({"all": {}}, "/all", "not_a_list"),
        ({"any": []}, "/any", "empty"),
        ({"all": [], "any": []}, "", "ambiguous"),
        ({"all": [{"field": "visits"}]}, "/all/0", "unknown_comparison"),
        ({"field": "visits", "like": 4}, "/like", "unknown_comparison"),
        ({"field": "visits", "at_least": 4, "at_most": 5}, "", "unknown_comparison"),
        ({"not": {"field": "visits", "at_least": "4"}}, "/not/at_least", "not_a_number"),
        ({"field": "visits", "at_least": True}, "/at_least", "not_a_number"),
        ({"field": "visits", "at_least": -1}, "/at_least", "not_a_number"),
        ({"field": "usual_hour", "is": 24}, "/is", "not_a_number"),
        ({"field": "visits", "of": "points", "is": 4}, "/of", "not_asked_of"),
        ({"field": "balance", "is": 4}, "/of", "unknown_pot"),
        ({"field": "to_reward", "of": "car", "at_most": 4}, "/of", "unknown_reward"),
        ({"field": "attribute", "of": "cat", "is": "x"}, "/of", "unknown_attribute"),
        ({"field": "attribute", "of": "drink", "is": "rum"}, "/is", "unknown_value"),
        ({"field": "attribute", "of": "since", "at_least": "May"}, "/at_least", "not_a_day"),
        ({"field": "level", "one_of": ["new", "tin"]}, "/one_of/1", "unknown_value"),
        ({"field": "level", "one_of": []}, "/one_of", "not_a_list"),
        ({"field": "tag", "is": "Two Words"}, "/is", "not_a_tag"),
        ({"field": "gone", "is": "yes"}, "/is", "not_a_boolean"),
        ({"field": "a/b~", "is": 1}, "/field", "unknown_field"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_read_is_pointed_at(
    shop: World, document: Any, pointer: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        tree(shop, document)
    assert refused.value.code == "invalid_segment"
    assert (refused.value.fields[0].pointer, refused.value.fields[0].code) == (pointer, code)


def test_trees_have_an_end(shop: World) -> None:
    deep: Any = {"field": "gone", "is": True}
    for _ in range(segment.DEEPEST):
        deep = {"not": deep}
    wide = {"all": [{"field": "gone", "is": True}] * (segment.MOST + 1)}
    for document, code in ((deep, "too_deep"), (wide, "too_many")):
        with pytest.raises(Refusal) as refused:
            tree(shop, document)
        assert {one.code for one in refused.value.fields} == {code}


VALUES: dict[str, Any] = {
    "number": st.integers(0, 30), "money": st.integers(0, 5000), "days": st.integers(0, 70),
    "hour": st.integers(0, 23), "yes_no": st.booleans(), "text": st.sampled_from(["a", "latte"]),
    "tag": st.sampled_from(["regular", "vip"]),
}  # fmt: skip
OF = {"pot": "points", "reward": "free-coffee", "campaign": "spring", "": ""}


def conditions_of(shop: World) -> st.SearchStrategy[Any]:
    made: list[st.SearchStrategy[Any]]
    program = shop.programs.current("coffee")
    made = []
    for leaf in LEAVES:
        if leaf.kind == "attribute":
            made.append(st.just({"field": "attribute", "of": "drink", "is": "tea"}))
            made.append(st.integers(0, 12).map(children_at_least))
            continue
        choices = leaf.values(program) if leaf.values else ()
        values = st.sampled_from(choices) if choices else VALUES[leaf.kind]
        for operator in OPERATORS[leaf.kind]:
            fits: Any = st.lists(values, min_size=1, max_size=3) if operator == "one_of" else values
            named: dict[str, str] = {"field": leaf.name, **({"of": OF[leaf.of]} if leaf.of else {})}
            made.append(st.fixed_dictionaries({**map_of(named), operator: fits}))
    return st.one_of(made)


def children_at_least(number: int) -> dict[str, Any]:
    return {"field": "attribute", "of": "children", "at_least": number}


def map_of(named: dict[str, str]) -> dict[str, Any]:
    return {name: st.just(value) for name, value in named.items()}


@settings(
    max_examples=100 if FULL else 10, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_one_member_and_a_page_of_all_are_read_alike(shop: World, data: st.DataObject) -> None:
    leaves = conditions_of(shop)
    trees = st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda one: {"not": one}),
            st.lists(inner, min_size=1, max_size=3).map(lambda some: {"any": some}),
            st.lists(inner, max_size=3).map(lambda some: {"all": some}),
        ),
        max_leaves=6,
    )
    found = tree(shop, data.draw(trees))
    asked = reading.asked(shop.tables, "coffee", found)
    everybody = reading.profiles(shop.books, "coffee", ids(shop), asked, shop.now)
    assert len(everybody) == 12
    for one in everybody:
        [alone] = reading.profiles(shop.books, "coffee", [one.member], asked, shop.now)
        assert alone == one
        assert segment.fits(found, alone) == segment.fits(found, one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_leaf_is_said_in_every_language(shop: World, language: str) -> None:
    program = shop.programs.current("coffee")
    for leaf in LEAVES:
        if leaf.kind == "attribute":
            document: Any = {"field": "attribute", "of": "drink", "is": "tea"}
        else:
            choices = leaf.values(program) if leaf.values else ()
            value = (
                choices[0]
                if choices
                else {"yes_no": True, "text": "x", "tag": "vip"}.get(leaf.kind, 5)
            )
            document = {"field": leaf.name, "is": value}
            if leaf.of:
                document["of"] = OF[leaf.of]
        text = said(tree(shop, document), program, language)
        assert text.endswith(".")
        assert "{" not in text
        if leaf.optional:
            del document["of"]
            assert said(tree(shop, document), program, language).endswith(".")


def test_a_tree_is_one_sentence(shop: World) -> None:
    program = shop.programs.current("coffee")
    found = tree(
        shop,
        {"all": [
            {"field": "spent", "at_least": 5_000},
            {"any": [{"field": "tag", "is": "vip"}, {"field": "level", "is": "gold"}]},
            {"not": {"field": "gone", "is": True}},
        ]},
    )  # fmt: skip
    assert said(found, program, "en") == (
        "Members with: spent ever at least $50, (tag “vip” or level “Gold”), and not: gone."
    )
    assert said(found, program, "ru") == (
        "Участники, у которых: потрачено за всё время — не меньше 50\xa0$, (метка — «vip» или "
        "уровень — «Золото») и неверно, что ушли."
    )
    assert said(segment.EVERYBODY, program, "de") == "Alle Mitglieder."


def test_a_count_of_a_small_program_is_exact(shop: World) -> None:
    found = tree(shop, {"field": "tag", "is": "regular"})
    count = Audiences(shop.books).count("coffee", found, shop.now)
    assert (count.fitting, count.members, count.looked_at, count.exact) == (6, 12, 12, True)
    assert {one.known.person.first_name for one in count.sample} == numbers(1, 3, 5, 7, 9, 11)


def test_a_count_that_ran_out_of_time_says_that_it_is_an_estimate(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loyalty.campaigns.audiences.PAGE", 4)
    found = tree(shop, {"field": "visits", "at_least": 0})
    count = Audiences(shop.books).count("coffee", found, shop.now, lambda: False)
    assert (count.fitting, count.members, count.looked_at, count.exact) == (12, 12, 4, False)
    assert LOOKED_AT > 12


def test_pages_of_members_hold_each_who_fits_once(shop: World) -> None:
    audiences = Audiences(shop.books)
    found = tree(shop, {"field": "tag", "is": "regular"})
    told: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page, cursor = audiences.page("coffee", found, cursor, 2, shop.now)
        assert len(page) <= 2
        told += page
    assert len(told) == len(set(told)) == 6


def test_who_was_forgotten_is_in_no_segment() -> None:
    world = World()
    world.put_program()
    ann, ben = world.enrol(name="Ann"), world.enrol(Contact("phone", "+12125550123"), name="Ben")
    act = Act("coffee", "owner", "erase", "key:owner")
    world.erasure.erase(act, ann.member_id, world.now)
    found, _ = Audiences(world.books).page("coffee", segment.EVERYBODY, "", 10, world.now)
    assert found == [ben.member_id]
    assert member_records.read_record(world.tables, "coffee", ann.member_id).tags == ()
