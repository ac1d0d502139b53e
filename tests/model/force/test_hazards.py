from __future__ import annotations

import numpy as np
import pytest

from model.fields.timeline import Timeline
from model.force.hazards import (
    HIGHEST_HAZARD_PER_MONTH,
    Hazards,
    HazardTable,
    Kind,
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
    none = np.zeros(len(CHANNELS), dtype=np.int64)
    killed = table.at(3, none, none).killed.reshape(5, len(CHANNELS), DUTIES)
    tenure = tenure_factors(0.6, 60)
    by_month = killed[:, 0, Duty.COMBAT] / killed[-1, 0, Duty.COMBAT]
    months_served = [28, 3, 2, 1, 0]
    assert by_month == pytest.approx(tenure[months_served] / tenure[0])


def test_tempo_and_channel_risk_multiply() -> None:
    force = Force.model_validate(
        {"tempo": {"2022-09": 1, "2022-11": 2}, "channel_risk": {"prisoner": 1.7}}
    )
    table = table_of(force)
    none = np.zeros(len(CHANNELS), dtype=np.int64)
    first = table.at(0, none, none).killed[-len(CHANNELS) * DUTIES :]
    third = table.at(2, none, none).killed[-len(CHANNELS) * DUTIES :]
    assert third == pytest.approx(2 * first)
    by_channel = first.reshape(len(CHANNELS), DUTIES)
    assert by_channel[PRISONER] == pytest.approx(1.7 * by_channel[VOLUNTEER])


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
