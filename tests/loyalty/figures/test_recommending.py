"""The net promoter score and its interval."""

from __future__ import annotations

import pytest

from loyalty.figures.recommending import score


def test_a_hundred_answers_in_thirds_are_off_by_sixteen() -> None:
    found = score([10] * 33 + [7] * 34 + [0] * 33)
    assert found is not None
    assert found.value == 0
    assert found.high == -found.low == pytest.approx(15.9, abs=0.1)


def test_where_the_classes_begin() -> None:
    values = [found.value for answer in range(11) if (found := score([answer] * 60))]
    assert values == [-100] * 7 + [0] * 2 + [100] * 2


def test_few_answers_are_taken_for_three_more() -> None:
    found = score([10] * 10)
    assert found is not None
    assert (found.value, found.n, found.high) == (100, 10, 100)
    # 10.75 promoters and 0.75 detractors of 13: 76.9, plus and minus 1.96 of the standard error.
    assert found.low == pytest.approx(76.92 - 29.30, abs=0.2)
    many = score([10] * 50)
    assert many is not None
    assert (many.low, many.high) == (100, 100)


def test_what_is_no_answer() -> None:
    assert score([]) is None
    for wrong in (-1, 11):
        with pytest.raises(ValueError, match="0 to 10"):
            score([5, wrong])
