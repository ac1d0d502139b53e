from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.documented.world import documented_world
from calibration.observation.history import CHANNELS, STATES, History
from calibration.observation.observation import MEDIAN_REPORTING, observe
from calibration.observation.targets import Target, load_targets
from tests.calibration.histories import (
    FIRST,
    MONTHS,
    by_channel,
    history_of,
    losses_of,
)

BY_NAME = {target.name: target for target in load_targets()}


def seen(run: History, name: str, **reporting: float) -> float:
    target: Target = BY_NAME[name]
    return float(observe(run, {**MEDIAN_REPORTING, **reporting}, [target])[0])


def steady(**persons: float) -> History:
    return history_of(signed=by_channel(**persons))


def test_payments_at_once_count_the_contracts_signed() -> None:
    run = steady(volunteer_contract=30_000.0)
    counted = seen(run, "budget_2024q1", payment_lag_months=1e-9)
    assert counted == pytest.approx(90_000)


def test_a_longer_lag_moves_a_rising_inflow_into_later_periods() -> None:
    rising = by_channel(volunteer_contract=1.0) * np.linspace(1e3, 40e3, MONTHS)
    run = history_of(signed=rising)
    at_once, late = (
        seen(run, "budget_2023", payment_lag_months=lag) for lag in (0.1, 3.0)
    )
    assert late < at_once


def test_old_contracts_paid_after_the_bonus_doubled_count_half() -> None:
    august = BY_NAME["budget_2024q3"].first + 1 - FIRST
    bonus = np.where(np.arange(MONTHS) < august, 195_000.0, 400_000.0)
    run = history_of(
        signed=by_channel(volunteer_contract=30_000.0), federal_bonus_rub=bonus
    )
    counted = seen(run, "budget_2024q3", payment_lag_months=2.0)
    assert counted < 0.95 * seen(run, "budget_2024q2", payment_lag_months=2.0)


def test_convicts_enter_the_budget_count_only_by_their_share() -> None:
    run = steady(volunteer_contract=10_000.0, prisoner=5_000.0)
    lag = {"payment_lag_months": 1e-9}
    without = seen(run, "budget_2024q1", convicts_in_budget_share=0.0, **lag)
    half = seen(run, "budget_2024q1", convicts_in_budget_share=0.5, **lag)
    assert half - without == pytest.approx(7_500)
    held_out = seen(run, "budget_2025q1", convicts_in_budget_share=0.5, **lag)
    assert held_out == pytest.approx(30_000), "none are paid from 2025 on"


def test_officials_overstate_by_the_bias_of_the_year() -> None:
    run = steady(volunteer_contract=30_000.0)
    assert seen(run, "claims_2024", claim_bias_2024=1.2) == pytest.approx(432_000)


def test_the_list_of_names_fills_up_between_two_readings() -> None:
    run = history_of(losses=losses_of("killed", volunteer_contract=5_000.0))
    early, late = seen(run, "list_2024_early"), seen(run, "list_2024_late")
    assert 0 < early < late < 12 * 5_000


def test_the_list_never_exceeds_its_reach() -> None:
    run = history_of(losses=losses_of("killed", regular=5_000.0))
    quick = {"list_share": 0.6, "list_delay_2024_months": 0.01}
    found = seen(run, "list_2024_late", **quick, list_step_2026=1.0)
    assert found == pytest.approx(0.6 * 60_000)
    all_of_them = seen(run, "list_2024_late", **quick, list_step_2026=5.0)
    assert all_of_them == pytest.approx(60_000)


def test_shares_of_the_list_follow_the_dead_and_the_detection() -> None:
    run = history_of(
        losses=losses_of("killed", volunteer_contract=3_000.0, prisoner=1_000.0)
    )
    even = {"list_volunteer_ratio": 1.0, "list_prisoner_ratio": 1.0}
    volunteers, convicts = (
        seen(run, name, **even) for name in ("list_volunteers", "list_convicts")
    )
    assert volunteers == pytest.approx(3 * convicts)
    harder = seen(run, "list_convicts", **{**even, "list_prisoner_ratio": 0.5})
    assert harder < convicts


def test_north_korean_losses_are_in_no_russian_count() -> None:
    run = history_of(losses=losses_of("killed", state_deployment=1_000.0))
    assert seen(run, "staff_2024q4") == 0
    assert seen(run, "list_2024_late") == 0


def test_the_general_staff_counts_killed_and_wounded() -> None:
    killed = losses_of("killed", regular=1_000.0)
    wounded = losses_of("wounded", regular=3_000.0)
    run = history_of(losses=killed + wounded)
    counted = seen(run, "staff_2024q1", general_staff_bias=1.1)
    assert counted == pytest.approx(1.1 * 12_000)


def test_kyiv_counts_the_theatre_and_moscow_all_whose_units_count_them() -> None:
    force = np.zeros((len(CHANNELS), len(STATES), MONTHS))
    stock = {
        "combat": 100.0,
        "support": 200.0,
        "rear": 70.0,
        "wounded": 50.0,
        "training": 9.0,
        "absent": 5.0,
        "captured": 3.0,
    }
    for state, persons in stock.items():
        force[0, STATES.index(state)] = persons
    force[CHANNELS.index("conscript"), STATES.index("rear")] = 1e6
    run = history_of(force=force)
    assert seen(run, "force_2024_07") == pytest.approx(300)
    assert seen(run, "force_official_2024_06") == pytest.approx(420)


def test_who_stands_in_units_lies_in_no_hospital() -> None:
    force = np.zeros((len(CHANNELS), len(STATES), MONTHS))
    for state, persons in {"combat": 100.0, "rear": 70.0, "wounded": 50.0}.items():
        force[0, STATES.index(state)] = persons
    force[CHANNELS.index("conscript"), STATES.index("rear")] = 1e6
    run = history_of(force=force)
    assert seen(run, "force_units_2025_06") == pytest.approx(170)


def test_contracts_of_men_in_service_are_counted_and_paid_like_others() -> None:
    run = history_of(
        signed=by_channel(volunteer_contract=20_000.0),
        re_signed=by_channel(mobilised=8_000.0, regular=2_000.0),
    )
    assert seen(run, "budget_2024q1", payment_lag_months=1e-9) == pytest.approx(90_000)
    assert seen(run, "claims_2024", claim_bias_2024=1.0) == pytest.approx(360_000)


def test_registries_hold_the_deaths_declared_by_the_date_of_reading() -> None:
    by_home = np.zeros((len(documented_world().homes), MONTHS))
    by_home[3] = 1_000.0
    run = history_of(killed_by_home=by_home)
    at_once = {"missing_share": 0.4, "missing_delay_months": 1e-6}
    assert seen(run, "killed_2024", **at_once) == pytest.approx(12_000)
    never = {"missing_share": 0.4, "missing_delay_months": 1e9}
    assert seen(run, "killed_2024", **never) == pytest.approx(7_200, rel=1e-3)
    late = {"missing_share": 0.4, "missing_delay_months": 12.0}
    old, new = seen(run, "killed_2023", **late), seen(run, "killed_2024", **late)
    assert 7_200 < new < old < 12_000


def test_men_home_before_the_run_are_among_those_returned() -> None:
    run = history_of(
        losses=losses_of("discharged", mobilised=2_000.0)
        + losses_of("disabled", regular=1_000.0)
    )
    assert seen(run, "returned_2024_12") == pytest.approx(20_000 + 28 * 3_000)


def test_a_zigzag_shows_by_its_amplitude_and_a_steady_rise_not_at_all() -> None:
    turn = 1.0 - 2.0 * (np.arange(MONTHS) % 2)
    for amplitude in (0.0, 0.1, 0.3):
        signed = by_channel(volunteer_contract=30_000.0) * np.exp(
            0.02 * np.arange(MONTHS) + amplitude * turn
        )
        assert seen(history_of(signed=signed), "volunteers_swing") == pytest.approx(
            amplitude, abs=1e-9
        )


def test_the_list_jumps_when_its_method_changes() -> None:
    run = history_of(losses=losses_of("killed", regular=1_000.0))
    for name, factor in (("list_2024_early", 1.0), ("list_2024_late", 1.3)):
        plain, stepped = (
            seen(run, name, list_step_2026=step, list_share=0.5) for step in (1.0, 1.3)
        )
        assert stepped == pytest.approx(factor * plain)


def test_foreign_counts_split_by_country_and_by_group() -> None:
    world = documented_world()
    by_home = np.zeros((len(world.homes), MONTHS))
    by_home[world.homes.index("UZ")] = 100.0
    by_home[world.homes.index("NP")] = 10.0
    by_home[0] = 1e6
    run = history_of(signed_by_home=by_home, foreign_at_capital=by_home)
    reach = {"foreign_list_share": 0.5}
    assert seen(run, "uz_2024", **reach) == pytest.approx(600)
    assert seen(run, "foreign_2024", **reach) == pytest.approx(660)
    assert seen(run, "office_ussr") == pytest.approx(1_400)
    assert seen(run, "np_office") == pytest.approx(140)


def test_a_period_beyond_the_run_gives_no_figure() -> None:
    run = steady(volunteer_contract=1.0)
    columns = {f.name: getattr(run, f.name) for f in fields(run) if f.name != "first"}
    first_year: dict[str, Any] = {n: c[..., :12] for n, c in columns.items()}
    short = replace(run, **first_year)
    assert np.isnan(seen(short, "budget_2024q1"))
    assert np.isfinite(seen(short, "staff_2023q1"))


def test_a_history_survives_its_file(tmp_path: Path) -> None:
    run = steady(volunteer_contract=1234.0)
    run.dump(tmp_path / "run.npz")
    back = History.load(tmp_path / "run.npz")
    assert back.first == run.first
    assert np.array_equal(back.signed, run.signed)


def region_dead(iso: str, persons: float, **columns: Any) -> History:
    """A run in which some die a month, all in one region."""
    world = documented_world()
    by_home = np.zeros((len(world.homes), MONTHS))
    by_home[world.homes.index(iso)] = persons
    losses = losses_of("killed", volunteer_contract=persons)
    return history_of(losses=losses, killed_by_home=by_home, **columns)


PROMPT = {"list_delay_2023_months": 1e-6, "list_delay_2024_months": 1e-6}


def test_a_regions_rate_counts_its_listed_dead_and_those_before_the_run() -> None:
    regions = documented_world().regions
    at = regions.iso.index("RU-TY")
    found = seen(
        region_dead("RU-TY", 10.0),
        "list_rate_tuva",
        list_share=0.5,
        list_volunteer_ratio=1.0,
        **PROMPT,
    )
    men = regions.men_18_59_persons[at] / 0.9337
    before = 7_300 * regions.service_tradition[at] / regions.men_18_59_persons.sum()
    listed = 10.0 * 33 * 0.5 / men
    assert found == pytest.approx(10_000 * (listed + 0.9337 * before), rel=1e-6)


def test_a_regions_rate_of_paid_men_counts_them_alone() -> None:
    run = region_dead("RU-AL", 10.0)
    assert seen(run, "list_paid_altai") == 0
    paid = region_dead("RU-AL", 10.0, contract_killed_by_home=run.killed_by_home)
    rate = seen(paid, "list_paid_altai", list_share=0.5, list_volunteer_ratio=1.0)
    assert 0 < rate < seen(paid, "list_rate_altai")
