"""The documented world says what the evidence says, and its rules hold."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.documented.countries import COUNTRIES, wage_row, wage_to_gdp_ratio
from calibration.documented.macro import FIRST, monthly, moving_year, seasonal_factors
from calibration.documented.world import documented_world
from calibration.evidence import load_evidence, load_regions
from model.errors import EvidenceError
from model.fields.months import parse_month

EVIDENCE = load_evidence()
WORLD = documented_world()


def year_sum(series: np.ndarray, year: int) -> float:
    start = parse_month(f"{year}-01") - FIRST
    return float(series[start : start + 12].sum())


def test_the_world_is_built_once() -> None:
    assert documented_world() is WORLD


def test_shared_arrays_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        WORLD.macro.mean_wage_rub[0] = 0.0


def test_every_region_of_the_table_is_there_in_its_order() -> None:
    rows = load_regions()
    assert WORLD.regions.iso == tuple(row.iso for row in rows)
    assert WORLD.region_count == 85


def test_men_of_working_age_are_about_forty_million() -> None:
    assert 38e6 < WORLD.regions.men_18_59_persons.sum() < 42e6


def test_men_live_where_wages_are_a_little_below_the_national_mean() -> None:
    # The national mean weighs regions by jobs, which crowd where wages are high.
    men = WORLD.regions.men_18_59_persons
    mean = (WORLD.regions.relative_wage * men[:, None]).sum(axis=0) / men.sum()
    assert np.all((mean > 0.90) & (mean < 1.0))


def test_moscow_earns_more_and_ingushetia_less_than_the_mean() -> None:
    relative = dict(
        zip(WORLD.regions.iso, WORLD.regions.relative_wage[:, 3], strict=True)
    )
    assert relative["RU-MOW"] > 1.5
    assert relative["RU-IN"] < 0.6


def test_age_profile_is_a_distribution_with_the_hollow_generation() -> None:
    profile = WORLD.age_profile
    assert profile.shape == (42,)
    assert profile.sum() == pytest.approx(1)
    aged_20_24, aged_35_39 = profile[2:7].sum(), profile[17:22].sum()
    assert aged_20_24 < 0.65 * aged_35_39


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024])
def test_adjusted_monthly_wages_keep_the_yearly_mean(year: int) -> None:
    mean = year_sum(WORLD.macro.mean_wage_rub, year) / 12
    assert mean == pytest.approx(EVIDENCE[f"wage-ru-{year}"].value, rel=0.002)


def test_adjusted_wages_have_no_december_peak() -> None:
    wages = WORLD.macro.mean_wage_rub
    for year in (2021, 2022, 2023):
        december = parse_month(f"{year}-12") - FIRST
        assert wages[december] < 1.05 * wages[december - 1]


def test_seasonal_factors_find_a_known_season() -> None:
    season = np.ones(12)
    season[11] = 1.4
    series = np.tile(season, 3) * 1.01 ** np.arange(36)
    assert seasonal_factors(series) == pytest.approx(season / season.mean(), rel=0.02)


def test_a_moving_year_sees_the_growth_and_not_the_season() -> None:
    growth = 1.1 ** (np.arange(20) / 4)
    seasons = np.tile([0.7, 0.9, 1.0, 1.4], 5)
    seen = moving_year(growth * seasons)
    assert seen == pytest.approx(moving_year(growth), rel=0.03)
    assert seen / growth == pytest.approx(np.full(20, (seen / growth).mean()), rel=0.03)


def test_federal_spending_moves_without_jumps() -> None:
    spending = WORLD.macro.federal_spending_rub
    assert np.abs(np.diff(np.log(spending))).max() < 0.1


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_federal_spending_keeps_the_yearly_sum(year: int) -> None:
    documented = EVIDENCE[f"federal-budget-expenditure-{year}"].value * 1e9
    total = year_sum(WORLD.macro.federal_spending_rub, year)
    assert total == pytest.approx(documented, rel=1e-4)


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_gdp_keeps_the_yearly_sum(year: int) -> None:
    documented = EVIDENCE[f"gdp-{year}"].value * 1e9
    assert year_sum(WORLD.macro.gdp_rub, year) == pytest.approx(documented, rel=1e-6)


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_prices_give_back_yearly_inflation(year: int) -> None:
    december = parse_month(f"{year}-12") - FIRST
    index = WORLD.macro.price_index
    inflation = index[december] / index[december - 12] - 1
    assert inflation == pytest.approx(EVIDENCE[f"cpi-y-{year}"].value, abs=2e-4)


def test_every_series_covers_the_first_simulated_month() -> None:
    start = parse_month("2022-09") - FIRST
    macro = WORLD.macro
    for series in (macro.mean_wage_rub, macro.price_index, macro.rub_per_usd):
        assert len(series) > start
        assert np.all(series > 0)


def test_a_gap_in_a_monthly_series_is_an_error() -> None:
    torn = {key: row for key, row in EVIDENCE.items() if key != "cpi-m-2023-05"}
    with pytest.raises(EvidenceError, match="1 of 59 months"):
        monthly(torn, r"cpi-m-(\d{4}-\d{2})")


def test_source_countries_are_complete_and_in_a_fixed_order() -> None:
    countries = WORLD.countries
    assert countries.iso == tuple(COUNTRIES)
    assert 25 <= len(countries.iso) <= 30
    assert np.all(countries.men_18_45_persons > 0)
    assert np.all(countries.monthly_wage_usd > 0)
    assert np.all(countries.living_in_russia_persons < 1e6)
    shares = countries.russian_speaking_share
    assert np.all((shares >= 0) & (shares <= 1))


def test_a_missing_wage_comes_from_gdp_per_head() -> None:
    assert wage_row(EVIDENCE, "YE") is None
    expected = wage_to_gdp_ratio(EVIDENCE) * EVIDENCE["gdppc-ye"].value / 12
    at = WORLD.countries.iso.index("YE")
    assert WORLD.countries.monthly_wage_usd[at] == pytest.approx(expected)


def test_homes_list_regions_first_then_countries() -> None:
    assert WORLD.homes[:85] == WORLD.regions.iso
    assert WORLD.homes[85:] == WORLD.countries.iso


def test_prisoners_and_conscripts_are_in_their_documented_range() -> None:
    assert 400_000 < WORLD.prisoners_persons < 440_000
    assert 120_000 < WORLD.conscripts_per_draft_persons < 160_000


def test_service_is_a_tradition_where_the_early_dead_came_from() -> None:
    regions = WORLD.regions
    tradition = dict(zip(regions.iso, regions.service_tradition, strict=True))
    assert np.average(
        regions.service_tradition, weights=regions.men_18_59_persons
    ) == pytest.approx(1)
    assert max(tradition, key=lambda iso: tradition[iso]) == "RU-TY"
    assert min(tradition, key=lambda iso: tradition[iso]) == "RU-MOW"
    assert tradition["RU-TY"] / tradition["RU-MOW"] == pytest.approx(
        EVIDENCE["bes-rate-RU-TY"].value / EVIDENCE["bes-rate-RU-MOW"].value
    )
