from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from model.fields.dated import Multiplier, Rub, Share
from model.fields.months import format_month, parse_month

FIRST = parse_month("2022-09")
MONTHS = 60

months = st.integers(FIRST - 12, FIRST + MONTHS + 12).map(format_month)
amounts = st.integers(0, 10**7).map(float)
paths = st.dictionaries(months, amounts, min_size=1, max_size=6)


@given(paths)
def test_a_step_holds_from_its_month_until_the_next(steps: dict[str, float]) -> None:
    path = Rub.model_validate(steps).over(FIRST, MONTHS)
    ordered = sorted(steps)
    for index in range(MONTHS):
        passed = [month for month in ordered if month <= format_month(FIRST + index)]
        assert path[index] == steps[passed[-1] if passed else ordered[0]]


@given(paths)
def test_the_order_of_the_steps_is_irrelevant(steps: dict[str, float]) -> None:
    turned = dict(reversed(steps.items()))
    one, other = Rub.model_validate(steps), Rub.model_validate(turned)
    np.testing.assert_array_equal(one.over(FIRST, MONTHS), other.over(FIRST, MONTHS))


@given(paths, st.integers(0, 59))
def test_a_stretch_of_a_path_is_the_path_of_the_stretch(
    steps: dict[str, float], cut: int
) -> None:
    value = Rub.model_validate({"rub": steps, "growth_per_year": {"2023-05": 0.2}})
    whole = value.over(FIRST, MONTHS)
    later = value.over(FIRST + cut, MONTHS - cut)
    np.testing.assert_allclose(later, whole[cut:], rtol=1e-12)


@given(paths)
def test_a_linear_path_meets_its_steps_and_stays_between_them(
    steps: dict[str, float],
) -> None:
    value = Rub.model_validate({"rub": steps, "shape": "linear"})
    for month, amount in steps.items():
        assert value.over(parse_month(month), 1)[0] == pytest.approx(amount)
    path = value.over(FIRST, MONTHS)
    assert path.min() >= min(steps.values()) - 1e-6
    assert path.max() <= max(steps.values()) + 1e-6


def test_a_linear_path_rises_evenly() -> None:
    value = Rub.model_validate(
        {"rub": {"2023-01": 0, "2024-01": 12}, "shape": "linear"}
    )
    np.testing.assert_allclose(value.over(parse_month("2023-01"), 13), np.arange(13))


@given(paths, st.dictionaries(months, st.floats(0, 100), max_size=4))
def test_scale_multiplies_from_its_month_and_never_compounds(
    steps: dict[str, float], scale: dict[str, float]
) -> None:
    plain = Rub.model_validate({"rub": steps}).over(FIRST, MONTHS)
    scaled = Rub.model_validate({"rub": steps, "scale": scale}).over(FIRST, MONTHS)
    for index in range(MONTHS):
        passed = [month for month in scale if month <= format_month(FIRST + index)]
        factor = scale[max(passed)] if passed else 1.0
        assert scaled[index] == pytest.approx(plain[index] * factor)


@given(st.floats(-0.9, 5))
def test_growth_compounds_to_its_yearly_rate(rate: float) -> None:
    value = Rub.model_validate({"rub": 1000, "growth_per_year": {"2023-01": rate}})
    year = value.over(parse_month("2022-12"), 26)
    assert year[0] == year[1] == 1000
    assert year[13] == pytest.approx(1000 * (1 + rate))
    assert year[25] == pytest.approx(1000 * (1 + rate) ** 2)


@given(
    st.floats(-0.5, 2),
    st.floats(-0.5, 2),
    st.integers(1, 30),
    st.integers(0, 30),
)
def test_a_later_growth_continues_from_what_the_earlier_one_reached(
    early: float, late: float, apart: int, after: int
) -> None:
    turn = FIRST + apart
    growth = {format_month(FIRST): early, format_month(turn): late}
    value = Multiplier.model_validate({"multiplier": 1, "growth_per_year": growth})
    expected = (1 + early) ** (apart / 12) * (1 + late) ** (after / 12)
    assert value.over(turn + after, 1)[0] == pytest.approx(expected)


def test_growth_of_zero_stops_an_earlier_growth() -> None:
    growth = {"2023-01": 0.1, "2024-01": 0.0}
    value = Rub.model_validate({"rub": 100, "growth_per_year": growth})
    assert value.over(parse_month("2026-01"), 1)[0] == pytest.approx(110)


@pytest.mark.parametrize(
    "written",
    [
        5,
        5.0,
        {"2022-01": 5},
        {"rub": 5},
        {"rub": {"2022-01": 5}},
        {"rub": {"2022-01": {"value": 5}}},
        {"rub": {"2022-01": {"value": 5, "source": None}}, "scale": {}},
    ],
)
def test_the_short_forms_mean_the_same(written: object) -> None:
    assert Rub.model_validate(written) == Rub.constant(5)


@pytest.mark.parametrize(
    "written", [-1, {"2024-13": 1}, {}, {"usd": 5}, {"rub": {}}, float("nan"), "5"]
)
def test_what_is_no_amount_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Rub.model_validate(written)


def test_a_share_stays_between_nothing_and_all() -> None:
    with pytest.raises(ValidationError):
        Share.constant(1.01)


def test_the_sources_of_a_path_are_those_of_its_steps() -> None:
    steps = {"2023-01": {"value": 1, "source": "first-id"}, "2024-01": 2}
    assert Rub.model_validate(steps).sources == {"first-id"}
