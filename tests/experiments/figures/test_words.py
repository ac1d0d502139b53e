"""Numbers carry their unit, in words a reader takes in at once."""

from __future__ import annotations

import math

import pytest

from experiments.figures import words


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.064, "share", "6.4 %"),
        (2_412_345, "RUB", "2.41 million RUB"),
        (4.1e12, "RUB", "4.1 trillion RUB"),
        (57_500, "RUB_per_month", "57,500 RUB per month"),
        (34_218, "persons per month", "34,200 persons per month"),
        (0.9995, "ratio", "1.00"),
        (33.2, "ratio", "33.2"),
        (-1_234, "persons", "−1,230 persons"),
        (None, "months", "not defined"),
        (math.nan, "share", "not defined"),
        (0, "persons", "0 persons"),
    ],
)
def test_a_quantity_is_written_with_its_unit(
    value: float | None, unit: str, said: str
) -> None:
    assert words.quantity(value, unit) == said


def test_a_range_says_its_unit_once() -> None:
    assert words.span("2.4 million RUB", "3 million RUB") == "2.4 to 3 million RUB"
    assert words.span("900,000 RUB", "1 million RUB") == "900,000 RUB to 1 million RUB"
    assert words.span("not defined", "3 RUB") == "not defined to 3 RUB"


def test_unknown_names_are_spelled_out() -> None:
    assert words.name("death_insurance") == "Death insurance"
    assert words.name("foreign_deceived") == "Deceived abroad"


def test_a_slug_is_fit_for_a_file_name() -> None:
    assert words.slug("inflow-../../<X>") == "inflow-x"
    assert words.slug("漢") == "unnamed"


@pytest.mark.parametrize(
    ("true", "of", "said"),
    [
        (16, 16, "in all 16 draws"),
        (0, 16, "in none of 16 draws"),
        (9, 16, "in 9 of 16 draws"),
        (1, 1, "in the single draw"),
    ],
)
def test_agreement_of_draws_is_said_as_a_count(true: int, of: int, said: str) -> None:
    assert words.how_many(true, of) == said
