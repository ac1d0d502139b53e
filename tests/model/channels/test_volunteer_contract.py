"""The event engine: agrees with the plain model, is monotone, meets its limits."""

import math
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.channels.volunteer_contract import Channel
from model.environment import Environment
from model.scenario import Scenario
from tests.model.worlds import environment, made, offers, world
from tests.reference.plain_model import PlainModel, Region, Rules

MEN = (2500, 1500)
WAGES = (60_000.0, 90_000.0)
BONUSES = (700_000.0, 1_500_000.0)
CONSIDER = (0.30, 0.20)
MONTHS = 4
IMMOBILE: dict[str, Any] = {
    "mobility_cost_median_rub": 1e8,
    "mobility_cost_log_sd": 0.05,
}
QUIET: dict[str, Any] = {
    **IMMOBILE,
    "horizon_months": 12,
    "debt_weight": 0.0,
    "peer_enlisted_weight": 0.0,
    "peer_dead_weight": 0.0,
}


def scenario(**behaviour: Any) -> Scenario:
    return Scenario.model_validate({"title": "test", "behaviour": behaviour})


def channel(seed: int = 1, men: tuple[int, ...] = MEN, **behaviour: Any) -> Channel:
    return made(Channel, scenario(**behaviour), world(men), seed)


def month(index: int, bonuses: tuple[float, ...] = BONUSES) -> Environment:
    return environment(
        index,
        homes=2,
        offers=replace(offers(bonuses), federal_rub=0.0),
        civilian_wage_rub=np.array(WAGES),
        national_wage_rub=70_000.0,
        perceived_death_share=np.full(2, 0.01),
        consideration_per_month=np.array(CONSIDER),
    )


def signed_by_month(seed: int) -> list[int]:
    engine = channel(seed, **QUIET)
    return [engine.recruit(month(index)).persons for index in range(MONTHS)]


def plain_signed_by_month(seed: int) -> list[int]:
    given, tariffs = scenario(**QUIET).behaviour, scenario().compensation
    types = given.reluctance
    death_payment = sum(
        path.over(24272, 1)[0]
        for path in (
            tariffs.death_presidential,
            tariffs.death_statutory,
            tariffs.death_insurance,
            tariffs.death_regional,
        )
    )
    rules = Rules(
        slope=given.slope,
        discount_per_year=given.discount_per_year,
        horizon_months=round(given.horizon_months),
        trust_bonus=given.trust_bonus,
        trust_pay=given.trust_pay,
        pay_rub_per_month=210_000.0,
        income_floor_rub=given.income_floor_rub,
        minimum_income_share=given.minimum_income_share,
        wage_log_sd=given.wage_log_sd,
        reluctance_median=given.slope * math.log(3.5)
        - types.log_odds_sd * NormalDist().inv_cdf(types.willing_share),
        reluctance_sd=types.log_odds_sd,
        death_per_month=0.01,
        optimism=given.own_risk_optimism,
        value_of_life_multiple=given.value_of_life_multiple,
        national_wage_rub=70_000.0,
        compensation_weight=given.compensation_weight,
        death_payment_rub=float(death_payment),
    )
    regions = [Region(*row) for row in zip(MEN, WAGES, BONUSES, CONSIDER, strict=True)]
    model = PlainModel(rules, regions, seed)
    for _ in range(MONTHS):
        model.step()
    return model.signed_by_month


def test_the_event_engine_agrees_with_the_plain_model_in_distribution() -> None:
    """Monthly means within 4 standard errors, log variances within 4 of theirs."""
    engine = np.array([signed_by_month(seed) for seed in range(400)])
    plain = np.array([plain_signed_by_month(seed) for seed in range(40)])
    error = np.sqrt(engine.var(0, ddof=1) / 400 + plain.var(0, ddof=1) / 40)
    assert np.all(plain.mean(0) > 20)
    assert np.all(np.abs(engine.mean(0) - plain.mean(0)) < 4 * error)
    log_ratio = np.log(engine.var(0, ddof=1) / plain.var(0, ddof=1))
    assert np.all(np.abs(log_ratio) < 4 * np.sqrt(2 / 399 + 2 / 39))


def cumulative(seed: int, bonuses: tuple[float, ...], **behaviour: Any) -> np.ndarray:
    engine = channel(seed, (4000, 3000), **behaviour)
    by_home = [
        np.bincount(engine.recruit(month(index, bonuses)).home, minlength=2)
        for index in range(6)
    ]
    return np.cumsum(by_home, axis=0)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    first=st.floats(0, 3e6),
    second=st.floats(0, 3e6),
    rise=st.floats(0, 3e6),
    which=st.integers(0, 1),
    mobility=st.floats(1e4, 1e7),
)
def test_cumulative_signers_never_fall_when_an_offer_rises(
    seed: int, first: float, second: float, rise: float, which: int, mobility: float
) -> None:
    low = (first, second)
    high = (first + rise * (which == 0), second + rise * (which == 1))
    behaviour: dict[str, Any] = {
        "mobility_cost_median_rub": mobility,
        "peer_enlisted_weight": 0.0,
    }
    before, after = (cumulative(seed, offer, **behaviour) for offer in (low, high))
    assert np.all(after >= before)


def test_the_marginal_price_exceeds_the_offer_and_no_rent_is_negative() -> None:
    engine = channel(3, (40_000, 40_000), **IMMOBILE)
    intake = engine.recruit(month(0))
    price = intake.marginal_price_rub
    assert price is not None
    assert np.all(price > np.array(BONUSES))
    offered = intake.bonus_federal_rub + intake.bonus_regional_rub
    assert np.all(offered >= intake.reservation_bonus_rub - 1)


def test_the_quota_clearing_factor_is_exact() -> None:
    """Offer the Q-th smallest factor: exactly Q men sign, with no search."""
    now = month(0)
    found = channel(5, (40_000, 40_000)).look(now, wide=True)
    quota = round(1.2 * found.signs.sum())
    factor = np.sort(found.clearing_factor(now.offers.bonus_rub))[quota - 1]
    scaled = replace(
        now.offers, regional_rub=now.offers.regional_rub * factor * (1 + 1e-12)
    )
    signed = channel(5, (40_000, 40_000)).recruit(replace(now, offers=scaled))
    assert signed.persons == quota


def test_nobody_signs_twice() -> None:
    engine = channel(1, (300, 300), **IMMOBILE)
    total = sum(engine.recruit(month(index)).persons for index in range(60))
    assert total == engine.population.signed_by_stratum.sum() <= 600


def test_an_infinite_bonus_signs_everybody_who_considers() -> None:
    engine = channel(1, (20_000, 20_000))
    signed = engine.recruit(month(0, (1e15, 1e15))).persons
    expected = 20_000 * -np.expm1(-np.array(CONSIDER)).sum()
    assert abs(signed - expected) < 5 * np.sqrt(expected)


def test_a_closed_channel_signs_nobody() -> None:
    engine = made(Channel, scenario(), world(MEN), open=0)
    assert engine.recruit(month(0)).persons == 0


def test_a_far_better_neighbour_draws_men_who_sign_there() -> None:
    engine = channel(1, (30_000, 30_000), mobility_cost_median_rub=100_000.0)
    intake = engine.recruit(month(0, (100_000.0, 3_000_000.0)))
    travellers = (intake.home == 0) & (intake.place == 1)
    assert travellers.sum() > 10
    assert not np.any((intake.home == 1) & (intake.place == 0))


def supplemented(index: int, rub_per_month: float) -> Environment:
    """A month of equal bonuses, in which the second region adds to service pay."""
    plain = month(index, (700_000.0, 700_000.0))
    topup = np.array([0.0, rub_per_month])
    return replace(plain, offers=replace(plain.offers, topup_rub_per_month=topup))


def test_a_monthly_supplement_draws_men_as_the_bonus_it_is_worth() -> None:
    """Whoever comes for it is drawn by a bonus of the same worth too."""
    now = supplemented(0, 50_000.0)
    engine = channel(1, (30_000, 30_000), mobility_cost_median_rub=100_000.0)
    found = engine.look(now, wide=True)
    per_rouble = engine._terms(now).bonus_per_monthly_pay
    assert np.all((per_rouble > 5) & (per_rouble < 60))
    worth = found.at(np.array([700_000.0, 700_000.0 + 50_000.0 * per_rouble[0]]))
    dearer = channel(1, (30_000, 30_000), mobility_cost_median_rub=100_000.0).look(
        month(0, (700_000.0, 700_000.0)), wide=True
    )
    bonus = np.array([700_000.0, 700_000.0 + 50_000.0 * per_rouble[0]])
    drawn = dearer.at(bonus)
    travellers = (found.home == 0) & (found.place == 1) & found.signs
    assert travellers.sum() > 100
    same = (drawn.home == 0) & (drawn.place == 1) & drawn.signs
    assert travellers.sum() == same.sum()
    assert worth.reach_rub.max() > found.reach_rub.max()


def test_whom_a_supplement_draws_signs_for_no_less_than_his_reservation() -> None:
    engine = channel(1, (30_000, 30_000), mobility_cost_median_rub=100_000.0)
    intake = engine.recruit(supplemented(0, 50_000.0))
    assert np.any((intake.home == 0) & (intake.place == 1))
    offered = intake.bonus_federal_rub + intake.bonus_regional_rub
    assert np.all(offered >= intake.reservation_bonus_rub - 1)


def test_the_clearing_factor_is_exact_with_supplements_too() -> None:
    now = supplemented(0, 50_000.0)
    found = channel(5, (40_000, 40_000)).look(now, wide=True)
    quota = round(1.2 * found.signs.sum())
    factor = np.sort(found.clearing_factor(now.offers.bonus_rub))[quota - 1]
    scaled = replace(
        now.offers, regional_rub=now.offers.regional_rub * factor * (1 + 1e-12)
    )
    signed = channel(5, (40_000, 40_000)).recruit(replace(now, offers=scaled))
    assert signed.persons == quota


def test_the_poor_are_over_represented_among_signers() -> None:
    engine = channel(1, (200_000, 200_000), **IMMOBILE)
    deciles = engine.recruit(month(0)).income_decile
    assert (deciles <= 5).mean() > 0.6


def test_willing_pool_shrinks_by_who_signs() -> None:
    engine = channel(1, (50_000, 50_000), **IMMOBILE)
    before = engine.market(month(0)).remaining_willing_persons.sum()
    engine.recruit(month(0))
    assert engine.market(month(0)).remaining_willing_persons.sum() < before


@pytest.mark.parametrize("headroom", [1.0, 1.5, 3.0])
def test_signers_do_not_depend_on_how_far_prices_are_looked_for(
    headroom: float,
) -> None:
    engine = made(Channel, scenario(), world((20_000, 20_000)), price_headroom=headroom)
    tight = channel(1, (20_000, 20_000))
    assert engine.recruit(month(0)).persons == tight.recruit(month(0)).persons


def test_a_settlement_feels_its_men_who_serve_and_no_longer_those_who_left() -> None:
    weights = {"peer_enlisted_weight": 30.0, "peer_dead_weight": 40.0}
    engine = channel(**{**QUIET, **weights})
    before = engine._peers.copy()
    settlements = np.asarray(engine.recruit(month(0)).settlement)
    assert len(settlements) > 10
    men = scenario(**weights).behaviour.settlement_men
    counted = np.bincount(settlements, minlength=len(before)) * 30.0 / men
    assert engine._peers - before == pytest.approx(counted)
    nobody = np.zeros(0, dtype=np.int64)
    engine.update_peer_effects(settlements, killed=nobody)
    assert engine._peers == pytest.approx(before), "men sent home count no more"
    engine.update_peer_effects(nobody, killed=settlements[:1])
    assert (before - engine._peers).sum() == pytest.approx(40.0 / men)


def test_leaving_out_who_would_sign_at_no_offer_loses_nobody_else() -> None:
    engine, now = channel(men=(250_000, 150_000)), month(0)
    terms, peers = engine.supply.month_terms(now, 5e6), np.zeros(engine._peers.shape)
    everybody = engine.supply.considering(now, terms, peers, 1.1)
    within = engine.supply.considering(now, terms, peers, 1.1, only_within=True)
    highest = 1.1 * max(BONUSES)
    would = everybody.reservation_bonus_rub <= highest
    assert 0 < would.sum() < len(would)
    kept = within.reservation_bonus_rub <= highest
    assert np.array_equal(within.member[kept], everybody.member[would])
    assert np.array_equal(within.reach_rub[kept], everybody.reach_rub[would])
    assert within.signs.sum() == everybody.signs.sum() > 0
