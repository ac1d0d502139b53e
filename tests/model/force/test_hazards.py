from __future__ import annotations

import numpy as np
import pytest

from model.fields.timeline import Timeline
from model.force.hazards import (
    HIGHEST_HAZARD_PER_MONTH,
    Hazards,
    HazardTable,
    Kind,
    level_for,
    reinforcing,
    role_factors,
    tenure_factors,
)
from model.force.roster import DUTIES, Duty
from model.parameters.force import Force
from tests.model.force.small_war import CHANNELS, FIRST, PRISONER, VOLUNTEER


def table_of(force: Force) -> HazardTable:
    return HazardTable(force, Timeline(force, FIRST, 12), CHANNELS, 12)


def test_the_force_runs_the_stated_hazard_at_the_stated_combat_share() -> None:
    force = Force(combat_share=0.3, support_risk_ratio=0.2)
    factor = role_factors(force)
    share = np.array([0.3, 0.7])
    assert factor[[Duty.COMBAT, Duty.SUPPORT]] @ share == pytest.approx(1.0)
    assert factor[Duty.SUPPORT] / factor[Duty.COMBAT] == pytest.approx(0.2)
    assert factor[Duty.REINFORCED] == factor[Duty.COMBAT]


@pytest.mark.parametrize("shape", [0.4, 0.6, 1.0, 1.4])
def test_tenure_averages_one_over_two_years(shape: float) -> None:
    assert tenure_factors(shape, 60)[:24].mean() == pytest.approx(1.0)


def test_early_months_are_the_deadliest_below_shape_one() -> None:
    factors = tenure_factors(0.6, 60)
    assert np.all(np.diff(factors) < 0)
    assert factors[0] == pytest.approx(24**0.4)
    assert tenure_factors(1.0, 60) == pytest.approx(np.ones(60))


def test_the_initial_force_is_past_its_first_months() -> None:
    table = table_of(Force(initial_tenure_months=24))
    killed = hazards_of(table, 3).killed.reshape(5, len(CHANNELS), DUTIES)
    tenure = tenure_factors(0.6, 60)
    by_month = killed[:, 0, Duty.COMBAT] / killed[-1, 0, Duty.COMBAT]
    months_served = [28, 3, 2, 1, 0]
    assert by_month == pytest.approx(tenure[months_served] / tenure[0])


def hazards_of(table: HazardTable, index: int) -> Hazards:
    """Hazards of a month in which every block has ten men on duty."""
    blocks = (index + 2) * len(CHANNELS) * DUTIES
    men = np.full(len(CHANNELS), blocks * 10 // len(CHANNELS) // 2)
    return table.at(index, np.full(blocks, 10.0), men, men)


def test_channel_risk_multiplies() -> None:
    force = Force.model_validate({"channel_risk": {"prisoner": 1.7}})
    killed = hazards_of(table_of(force), 2).killed
    by_channel = killed.reshape(4, len(CHANNELS), DUTIES)
    assert by_channel[:, PRISONER] == pytest.approx(1.7 * by_channel[:, VOLUNTEER])


def test_casualties_follow_claim_bias_tempo_and_a_power_of_the_force() -> None:
    force = Force.model_validate(
        {
            "casualties": {"2022-09": 1000, "2022-11": 3000},
            "reference_force": 50_000,
            "stock_exponent": 0.5,
            "claim_bias": 2.0,
            "tempo": {"2022-09": 1, "2022-12": 4},
            "wounded_per_killed": 3.0,
            "wounded_factor": {"2022-09": 1, "2022-11": 3},
        }
    )
    table = table_of(force)
    assert table.expected(0, 50_000) == pytest.approx((125, 375))
    assert table.expected(0, 200_000) == pytest.approx((250, 750))
    assert table.expected(2, 50_000) == pytest.approx((150, 1350))
    assert table.expected(3, 50_000) == pytest.approx((600, 5400))


@pytest.mark.parametrize("persons", [0.0, 3.0, 120.0, 299.0])
def test_the_level_makes_the_expected_losses_those_wanted(persons: float) -> None:
    weight, relative = np.array([100.0, 150.0, 50.0]), np.array([0.2, 1.0, 5.0])
    level = level_for(persons, weight, relative)
    assert weight @ -np.expm1(-level * relative) == pytest.approx(persons, rel=1e-6)


def test_nobody_loses_more_men_than_he_has() -> None:
    weight, relative = np.array([100.0, 0.0]), np.array([0.5, 1e-9])
    level = level_for(1000.0, weight, relative)
    assert level * 0.5 == pytest.approx(HIGHEST_HAZARD_PER_MONTH)
    assert level_for(10.0, np.zeros(2), relative) == 0.0


def hazards(reinforces: float = 0.0) -> Hazards:
    one = np.ones(1)
    return Hazards(0.1 * one, reinforces * one, (1.0, 3.0, 0.5), 0.02, 0.03)


def test_kinds_are_stacked_on_the_axis_of_intensity() -> None:
    marks = np.array([0.19, 0.21, 0.79, 0.81, 0.91, 0.93, 0.96, 1.04, 1.06])
    kind = hazards(0.1).kinds(
        np.zeros(len(marks), dtype=np.int64), np.full(len(marks), 2.0), marks
    )
    assert kind.tolist() == [
        Kind.KILLED,
        Kind.WOUNDED,
        Kind.WOUNDED,
        Kind.CAPTURED,
        Kind.ABSENT,
        Kind.DISCHARGED,
        Kind.REINFORCES,
        Kind.REINFORCES,
        len(Kind),
    ]


def test_the_bound_is_the_hazard_of_the_man_most_at_risk() -> None:
    assert hazards(0.1).bounds(np.array([2.0])) == pytest.approx([1.05])
    assert hazards().bounds(np.array([1e6])) == [HIGHEST_HAZARD_PER_MONTH]


def test_reinforcing_restores_the_combat_share_in_the_mean() -> None:
    share = np.array([0.3, 0.3, 0.3, 0.9, 0.5])
    combat = np.array([200, 300, 400, 100, 0])
    support = np.array([800, 700, 600, 100, 0])
    moved = -np.expm1(-reinforcing(share, combat, support)) * support
    assert moved == pytest.approx([100, 0, 0, 80, 0], abs=0.05)
