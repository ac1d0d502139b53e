"""What a draw may cost, in counts that are the same on every machine.

The bounds stand a tenth above what was measured: a change that needs more says so here.
"""

from __future__ import annotations

import pytest

from calibration.documented.world import documented_world
from experiments.benchmarks.counters import Counters, counted, peak_bytes
from experiments.benchmarks.yardstick import in_turn
from model.scenario import Scenario
from scenarios import load_scenario
from tests.experiments.small_country import SHORT, small_world

MONTHS = "time.start=2022-09", "time.history_until=2025-06", "time.until=2026-08"
WAR = tuple(each for each in SHORT if each.startswith(("force.", "federal.")))


def scenario() -> Scenario:
    return load_scenario("baseline", (*MONTHS, *WAR)).scenario


@pytest.fixture(scope="module")
def counters() -> Counters:
    return counted(scenario(), small_world())


def test_a_month_takes_so_many_calls(counters: Counters) -> None:
    assert counters.calls_per_month < 6_000


def test_later_months_take_no_more_calls(counters: Counters) -> None:
    """Cost is linear in months: 124 of them cost 124 / 64 of what 64 do."""
    assert 0.9 < counters.late_over_early < 1.1


def test_few_points_are_generated_for_nothing(counters: Counters) -> None:
    assert 1 < counters.points_per_hit < 6


def test_a_man_takes_so_many_bytes(counters: Counters) -> None:
    assert counters.bytes_per_man <= 27


def test_counts_are_the_same_again(counters: Counters) -> None:
    assert counted(scenario(), small_world()) == counters


@pytest.mark.slow
def test_a_draw_of_the_whole_country_takes_so_much_memory() -> None:
    whole = load_scenario("baseline").scenario
    assert peak_bytes(whole, documented_world()) < 300 * 2**20


def test_work_is_timed_in_turn_with_the_yardstick() -> None:
    seconds, fixed, ratio = in_turn(lambda: 3.0, repeats=1)
    assert seconds == 3.0
    assert ratio == pytest.approx(3.0 / fixed)
