"""Civilian wages: documented as far as they go, then growth and shortage."""

import numpy as np
import pytest

from model.economy.wages import Wages, relative_wages
from model.fields.months import parse_month
from model.parameters.economy import Economy
from model.scenario import Scenario
from model.timeline import timeline_of
from tests.model.worlds import regions, world

MEN = (10_000, 10_000)
FLAT = np.full(60, 70_000.0)
START = parse_month("2024-01")


def wages(documented_months: int = 0, **settings: float) -> Wages:
    economy = Economy.model_validate(settings)
    until = START + documented_months - 1
    return Wages(regions(MEN), economy, FLAT, START, until)


def log_rises(engine: Wages, removed: list[float], months: int) -> list[float]:
    """Log rise of the first region's wage when men are removed month by month."""
    stock = np.zeros(2)
    rises = []
    for index in range(months):
        stock = stock + np.array([removed[index] if index < len(removed) else 0.0, 0.0])
        rises.append(float(np.log(engine.advance(index, stock)[0] / 70_000)))
    return rises


def test_removing_men_raises_the_wages_of_their_region_alone() -> None:
    engine = wages(shortage_elasticity=0.35)
    paid = engine.advance(0, np.array([200.0, 0.0]))
    assert np.log(paid[0] / 70_000) == pytest.approx(0.35 * 0.02)
    assert paid[1] == 70_000


def test_the_effect_halves_in_its_half_life() -> None:
    rises = log_rises(wages(shortage_half_life_months=6.0), [200.0], 13)
    assert rises[6] == pytest.approx(rises[0] / 2)
    assert rises[12] == pytest.approx(rises[0] / 4)


def test_men_who_return_lower_the_shortage() -> None:
    rises = log_rises(wages(), [200.0, -200.0], 2)
    assert rises[1] < 0 < rises[0]


def test_documented_wages_already_hold_the_shortage_of_their_months() -> None:
    rises = log_rises(wages(documented_months=2), [200.0, 200.0, 200.0], 3)
    assert rises[:2] == [0.0, 0.0]
    assert rises[2] == pytest.approx(0.35 * 0.02)


def test_relative_wages_move_evenly_between_the_middles_of_years() -> None:
    by_year = np.array([[1.0, 1.2, 1.4, 1.6]])
    months = np.array([parse_month(m) for m in ("2020-01", "2022-01", "2030-01")])
    assert relative_wages(by_year, months)[0] == pytest.approx([1.0, 1.1, 1.6])


def test_macro_series_grow_after_their_last_month() -> None:
    scenario = Scenario.model_validate(
        {
            "title": "growth",
            "time": {
                "start": "2030-11",
                "history_until": "2030-12",
                "until": "2031-12",
            },
            "economy": {"wage_growth_per_year": 0.1, "wage_factor": {"2031-12": 2.0}},
        }
    )
    paths = timeline_of(scenario, world()).macro
    assert paths.national_wage_rub[1] == 70_000 * 2, "documented to December 2030"
    assert paths.national_wage_rub[13] == pytest.approx(70_000 * 1.1 * 2)
    assert paths.gdp_rub[13] == pytest.approx(15e12 * 1.07)
    assert paths.unemployment_ratio[0] == 1.0
