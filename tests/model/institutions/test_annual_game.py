"""The annual game: race, plateau, collapse, and the saw of autumn and January."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.institutions.annual_game import (
    Effects,
    Shocks,
    Standing,
    Year,
    appropriations_rub,
    cut_log_odds,
    decided,
    expit,
    going_rate_rub,
    log_anchor,
    raise_log_odds,
    raised,
)
from model.parameters.game import Game

REGIONS = 30
NONE = np.full(REGIONS, np.nan)
PLAIN = Effects(*(np.zeros(REGIONS) for _ in range(4)))
EMPTY = -20.0


def year(month: int, **seen: Any) -> Year:
    """Return a month in which nothing is used up and everything can be paid for."""
    flat = {name: np.full(REGIONS, value) for name, value in seen.items()}
    given: dict[str, Any] = {
        "month": month,
        "affordable_rub": np.full(REGIONS, 1e9),
        "revenue_per_contract_rub": 4e7,
        "shortfall": np.zeros(REGIONS),
        "log_filled": np.full(REGIONS, EMPTY),
        "log_spent": np.full(REGIONS, EMPTY),
        "mandate": 0.0,
        "floor_rub": 400_000.0,
        "heat": 0.0,
        "level_log": 0.0,
    }
    return Year(**{**given, **flat})


def played(
    game: Game, start: Standing, years: list[Year], seed: int = 1
) -> list[Standing]:
    """Return where regions stand after each of the months."""
    rng = np.random.default_rng(seed)
    found = []
    for each in years:
        move, cut, floor = rng.random((3, REGIONS))
        shocks = Shocks(move, cut, floor, rng.standard_normal(REGIONS))
        start = decided(game, PLAIN, start, each, shocks)
        found.append(start)
    return found


def standing(rub: float) -> Standing:
    return Standing(np.full(REGIONS, rub), NONE)


def mean(found: Standing) -> float:
    return float(found.bonus_rub.mean())


def test_race_an_unfilled_plan_drives_prices_up_in_jumps() -> None:
    game = Game(raise_base=-2.8, raise_shortfall=4.0)
    filled = played(game, standing(5e5), [year(m % 12 + 1) for m in range(12)])
    short = [year(m % 12 + 1, shortfall=0.4) for m in range(12)]
    raced = played(game, standing(5e5), short)
    assert mean(raced[-1]) > 1.3 * mean(filled[-1]) > 5e5
    steps = np.diff([each.bonus_rub for each in raced], axis=0)
    assert np.median(steps[steps > 0]) >= 200_000, "a rise is a jump"
    assert (raced[-1].bonus_rub % 1e5 == 0).all()


def test_race_regions_follow_those_that_lead() -> None:
    behind = np.full(REGIONS, 5e5)
    ahead = np.where(np.arange(REGIONS) < 24, 2e6, 5e5)
    game = Game(raise_gap=1.0)
    months = [year(3)] * 12
    alone = played(game, Standing(behind, NONE), months)[-1].bonus_rub[24:]
    beside = played(game, Standing(ahead, NONE), months)[-1].bonus_rub[24:]
    assert beside.mean() > 1.5 * alone.mean()


def test_race_regions_follow_their_rivals_only_in_part() -> None:
    game = Game(level_following=0.6, appropriation_share=0.03)
    at_money = float(np.log(0.03 * 4e7))
    assert log_anchor(game, at_money, np.log(4e7)) == pytest.approx(at_money)
    assert log_anchor(game, at_money + 1, np.log(4e7)) == pytest.approx(at_money + 0.6)


def test_race_is_slower_the_less_regions_follow_one_another() -> None:
    """The going rate is the mean of leaders: following it in full feeds on itself."""
    years = [year(m % 12 + 1) for m in range(60)]

    def after(following: float) -> float:
        game = Game(level_following=following, appropriation_share=0.03)
        return going_rate_rub(played(game, standing(1e6), years)[-1])

    half, full = after(0.5), after(1.0)
    assert 1e6 < half < 0.75 * full


def test_a_rise_is_always_a_rise_and_normal_where_nothing_is_cut_off() -> None:
    game = Game(level_base=0.0, level_closing=0.8, level_noise=0.4)
    luck = np.random.default_rng(2).standard_normal(20_000)
    start = np.zeros(len(luck))
    far = raised(game, start, 0.0, start + 5, luck)
    assert far.mean() == pytest.approx(4.0, abs=0.02)
    assert far.std() == pytest.approx(0.4, rel=0.03)
    for aim in (0.0, -3.0, -40.0):
        risen = raised(game, start, aim, start, luck)
        assert risen.min() >= 0.04
        assert np.isfinite(risen).all()
    # Half a normal, beyond a mean that lies 0.04 below the smallest rise.
    half = raised(game, start, 0.0, start, luck).mean()
    assert half == pytest.approx(0.4 * np.exp(-0.005) / np.sqrt(2 * np.pi) / 0.46, 0.02)


def test_appropriations_are_shares_of_revenue_and_no_less_than_documents_show() -> None:
    game = Game(appropriation_share=0.03, appropriation_spread=0.5)
    normal = np.random.default_rng(3).standard_normal(20_000)
    revenue = np.full(len(normal), 1e11)
    silent = appropriations_rub(game, normal, revenue, np.zeros(len(normal)))
    assert np.median(silent) == pytest.approx(3e9, rel=0.03)
    assert np.log(silent).std() == pytest.approx(0.5, rel=0.03)
    shown = np.full(len(normal), 8e9)
    known = appropriations_rub(game, normal, revenue, shown)
    assert known.min() >= 8e9
    # The tail of the same lognormal: mean of log beyond 1.96 sd.
    assert np.log(known / 8e9).mean() == pytest.approx(0.185, abs=0.02)
    assert (np.argsort(known[:50]) == np.argsort(silent[:50])).all()


def test_plateau_nobody_raises_beyond_what_his_money_buys() -> None:
    tight = [year(m % 12 + 1, affordable_rub=1.5e6) for m in range(120)]
    ends = played(Game(raise_base=0.0), standing(1e6), tight)[-1]
    assert ends.bonus_rub.max() == 1.5e6


def test_plateau_a_met_plan_or_spent_money_ends_rises_for_the_year() -> None:
    eager = Game(raise_base=5.0, cut_base=-15.0)
    for used in ({"log_filled": 0.01}, {"log_spent": 0.01}):
        assert mean(played(eager, standing(1e6), [year(7, **used)])[-1]) == 1e6
    assert mean(played(eager, standing(1e6), [year(7, log_filled=-0.01)])[-1]) > 1e6


def test_collapse_those_far_above_cut_without_money_but_not_below_floor() -> None:
    high = np.where(np.arange(REGIONS) < 5, 6e6, 8e5)
    game = Game(cut_above=1.8, cut_spent=1.0)
    broke = [year(6, log_spent=0.7, log_filled=0.7)] * 6
    ends = played(game, Standing(high, NONE), broke)[-1].bonus_rub
    assert ends[:5].mean() < 0.6 * 6e6
    assert ends.min() >= 4e5
    assert (ends[:5] < 6e6).mean() > (ends[5:] < 8e5).mean()


def test_the_saw_full_in_autumn_restored_in_january() -> None:
    game = Game(
        cut_base=5.0, cut_floor_share=1.0, restored_share=1.0, restored_noise=0.0,
        restored_log=0.0, raise_base=-12.0,
    )  # fmt: skip
    months = [year(10, log_filled=0.1), year(11, log_filled=0.2), year(12), year(1)]
    october, november, december, january = played(game, standing(2e6), months)
    assert (october.bonus_rub == 4e5).all()
    assert (november.bonus_rub == 4e5).all(), "what is cut for the year waits"
    assert going_rate_rub(december) == 2e6, "others count it as before the cut"
    assert (january.bonus_rub == 2e6).all()
    assert np.isnan(january.before_cut_rub).all()


def test_a_cut_of_spring_is_no_cut_for_the_year() -> None:
    game = Game(cut_base=5.0, cut_floor_share=1.0, raise_base=-12.0)
    april = played(game, standing(2e6), [year(4, log_spent=0.5)])[-1]
    assert (april.bonus_rub == 4e5).all()
    assert np.isnan(april.before_cut_rub).all()


def test_who_does_not_restore_by_february_decides_anew() -> None:
    game = Game(restored_share=0.0)
    cut = Standing(np.full(REGIONS, 4e5), np.full(REGIONS, 2e6))
    january = played(game, cut, [year(1)])[-1]
    assert np.isfinite(january.before_cut_rub).all()
    assert np.isnan(played(game, cut, [year(2)])[-1].before_cut_rub).all()


def test_restorations_come_with_their_share_within_two_months() -> None:
    game = Game(restored_share=0.8, raise_base=-12.0)
    cut = Standing(np.full(REGIONS, 4e5), np.full(REGIONS, 2e6))
    shares = [
        np.isnan(played(game, cut, [year(1), year(1)], seed)[-1].before_cut_rub).mean()
        for seed in range(40)
    ]
    assert np.mean(shares) == pytest.approx(0.8, abs=0.04)


def test_a_mandate_lifts_everybody_to_the_floor() -> None:
    calm = Game(raise_base=-12.0, raise_mandate=0.0)
    told = played(calm, standing(1e5), [replace(year(8), mandate=1.0)])
    assert (told[-1].bonus_rub == 4e5).all()
    assert (played(calm, standing(1e5), [year(8)])[-1].bonus_rub == 1e5).all()


@pytest.mark.parametrize(
    ("field", "seen"),
    [
        ("raise_gap", {"gap": 1.0}),
        ("raise_shortfall", {"shortfall": 1.0}),
        ("raise_january", {"month": 1}),
        ("raise_autumn", {"month": 9}),
        ("raise_mandate", {"mandate": 1.0}),
    ],
)
def test_each_response_moves_the_odds_of_a_rise_by_itself(
    field: str, seen: dict[str, Any]
) -> None:
    calm: dict[str, Any] = {
        "gap": np.zeros(1), "shortfall": np.zeros(1), "month": 5, "mandate": 0.0,
        "effect": np.zeros(1),
    }  # fmt: skip
    flat = {
        n: v if n in ("month", "mandate") else np.full(1, v) for n, v in seen.items()
    }
    game = Game.model_validate({field: 1.25})
    moved = raise_log_odds(game, **{**calm, **flat}) - raise_log_odds(game, **calm)
    assert moved == pytest.approx(1.25)


@pytest.mark.parametrize(
    ("field", "seen"),
    [
        ("cut_filled", {"log_filled": 0.5}),
        ("cut_spent", {"log_spent": 0.5}),
        ("cut_above", {"gap": -0.5}),
        ("cut_late", {"month": 11}),
        ("cut_volga", {"volga": 1.0}),
    ],
)
def test_each_response_moves_the_odds_of_a_cut_by_itself(
    field: str, seen: dict[str, Any]
) -> None:
    calm: dict[str, Any] = {
        "gap": np.zeros(1), "log_filled": np.zeros(1), "log_spent": np.zeros(1),
        "month": 5, "volga": np.zeros(1),
    }  # fmt: skip
    flat = {n: v if n == "month" else np.full(1, v) for n, v in seen.items()}
    game = Game.model_validate({field: 2.0})
    moved = cut_log_odds(game, **{**calm, **flat}) - cut_log_odds(game, **calm)
    assert moved == pytest.approx(2.0 if field in ("cut_late", "cut_volga") else 1.0)


def test_pressure_has_bounds() -> None:
    game = Game()
    at: dict[str, Any] = {
        "gap": np.zeros(1),
        "log_spent": np.zeros(1),
        "month": 5,
        "volga": np.zeros(1),
    }
    odds = [
        float(cut_log_odds(game, log_filled=np.full(1, filled), **at)[0])
        for filled in (0.7, 3.0, -1.5, -30.0)
    ]
    assert odds[0] == odds[1] > odds[2] == odds[3]
    assert expit(np.zeros(1))[0] == 0.5


def test_hot_years_are_hot_for_all() -> None:
    cold = year(5)
    hot = replace(cold, heat=3.0)
    game = Game()
    rises = [
        (played(game, standing(1e6), [each], seed=3)[-1].bonus_rub > 1e6).sum()
        for each in (cold, hot)
    ]
    assert rises[1] > 2 * rises[0]
