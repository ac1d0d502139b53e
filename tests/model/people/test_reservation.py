import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.parameters.behaviour import Behaviour
from model.people.reservation import (
    Candidates,
    Terms,
    annuity,
    elasticities,
    horizon_death_share,
    reservation_bonus,
    signing_probability,
    terms,
)

DEFAULT = Behaviour()


def month(behaviour: Behaviour = DEFAULT, death: float = 0.01) -> Terms:
    return terms(
        behaviour,
        perceived_death_per_month=np.array([death]),
        service_pay_rub_per_month=200_000.0,
        topup_rub_per_month=np.zeros(1),
        death_payment_rub=10e6,
        mean_wage_rub=np.array([70_000.0]),
        national_wage_rub=70_000.0,
        debt_relief_cap_rub=10e6,
    )


def men(wage: float = 50_000.0, psi: float = 1.0, debt: float = 0.0) -> Candidates:
    return Candidates(
        region=np.zeros(1, dtype=np.int64),
        wage_rub=np.array([wage]),
        psi=np.array([psi]),
        debt_rub=np.array([debt]),
        peers=np.zeros(1),
    )


def test_annuity_without_discount_or_death_counts_the_months() -> None:
    behaviour = Behaviour(discount_per_year=0.0, horizon_months=18)
    assert annuity(behaviour, np.ones(2)) == pytest.approx([18, 18])


def test_annuity_of_a_constant_survival_is_geometric() -> None:
    behaviour = Behaviour(discount_per_year=0.0, horizon_months=12)
    assert annuity(behaviour, 0.9) == pytest.approx((1 - 0.9**12) / 0.1)


def test_the_horizon_risk_is_one_minus_survival_times_optimism() -> None:
    behaviour = Behaviour(own_risk_optimism=0.5, horizon_months=12)
    per_month = np.array([0.02])
    assert horizon_death_share(behaviour, per_month) == pytest.approx(
        0.5 * (1 - 0.98**12)
    )


def test_probability_by_hand() -> None:
    behaviour = Behaviour(
        slope=2.0,
        discount_per_year=0.0,
        horizon_months=10,
        trust_bonus=1.0,
        trust_pay=1.0,
        compensation_weight=0.0,
        income_floor_rub=1000.0,
        risk_belief="none",
    )
    chance = signing_probability(
        behaviour, month(behaviour, death=0.0), men(psi=0.0), np.array([499_000.0])
    )
    # V + k = 499,000 + 2,000,000 + 1,000; V0 + k = 501,000; odds are the ratio squared.
    odds = (2_500_000 / 501_000) ** 2
    assert chance == pytest.approx(odds / (1 + odds))


@given(
    bonus=st.floats(0, 5e6),
    wage=st.floats(15_000, 400_000),
    psi=st.floats(-2, 6),
    debt=st.floats(0, 5e6),
    slope=st.floats(0.3, 4),
)
def test_the_reservation_bonus_inverts_the_probability(
    bonus: float, wage: float, psi: float, debt: float, slope: float
) -> None:
    behaviour = Behaviour(slope=slope)
    man = men(wage, psi, debt)
    chance = signing_probability(behaviour, month(), man, np.array([bonus]))
    back = reservation_bonus(behaviour, month(), man, chance)
    assert back[0] == pytest.approx(bonus, rel=1e-6, abs=1.0)


@pytest.mark.parametrize(
    ("easier", "harder"),
    [
        (men(wage=40_000), men(wage=60_000)),
        (men(psi=0.5), men(psi=1.5)),
        (men(debt=500_000), men(debt=0)),
    ],
)
def test_reservation_rises_with_income_and_reluctance_and_falls_with_debt(
    easier: Candidates, harder: Candidates
) -> None:
    mark = np.array([0.3])
    low = reservation_bonus(Behaviour(), month(), easier, mark)
    assert low < reservation_bonus(Behaviour(), month(), harder, mark)


def test_fear_raises_the_price_and_more_for_the_rich() -> None:
    mark = np.array([0.05])

    def premium(wage: float) -> float:
        afraid = reservation_bonus(Behaviour(), month(death=0.02), men(wage), mark)
        calm = reservation_bonus(Behaviour(), month(death=0.005), men(wage), mark)
        return float((afraid - calm)[0])

    assert 0 < premium(30_000) < premium(90_000)


def test_who_does_not_consider_has_no_price() -> None:
    assert np.isinf(reservation_bonus(Behaviour(), month(), men(), np.array([1.2])))


@given(slope=st.floats(0.3, 3), psi=st.floats(0, 6), bonus=st.floats(1e5, 4e6))
def test_elasticities_are_the_derivatives(
    slope: float, psi: float, bonus: float
) -> None:
    behaviour, man, rise = Behaviour(slope=slope), men(psi=psi), 1 + 1e-6
    offer = np.array([bonus])

    def chance(at: np.ndarray) -> float:
        return float(signing_probability(behaviour, month(), man, at)[0])

    numeric = np.log(chance(offer * rise) / chance(offer)) / np.log(rise)
    signing = signing_probability(behaviour, month(), man, offer)
    package, own = elasticities(behaviour, month(), man, offer, np.ones(1), signing)
    assert own == pytest.approx(numeric, rel=1e-3)
    assert own < package <= slope


def log_odds(behaviour: Behaviour, wage: float, now: Terms) -> float:
    chance = signing_probability(behaviour, now, men(wage), np.array([1e6]))[0]
    return float(np.log(chance / (1 - chance)))


@pytest.mark.parametrize("wage", [35_000.0, 70_000.0, 140_000.0])
def test_risk_weighs_in_proportion_to_the_income_at_stake(wage: float) -> None:
    """A life is valued in incomes: the poor man's risk costs him fewer roubles."""
    now = month(death=0.02)
    fearless = Behaviour(risk_belief="none")
    lost = log_odds(fearless, wage, now) - log_odds(DEFAULT, wage, now)
    risk = now.perceived_death_share[0] * DEFAULT.value_of_life_multiple
    assert lost == pytest.approx(risk * wage / 70_000)


@pytest.mark.parametrize("wage", [35_000.0, 140_000.0])
def test_a_stated_poverty_gradient_is_in_log_odds_per_log_income(wage: float) -> None:
    now = month(death=0.02)
    flat, steep = (
        Behaviour(poverty_gradient="coefficient", poverty_coefficient=c)
        for c in (0.0, 0.4)
    )
    lost = log_odds(flat, wage, now) - log_odds(steep, wage, now)
    assert lost == pytest.approx(0.4 * np.log(wage / 70_000))
    risk = now.perceived_death_share[0] * flat.value_of_life_multiple
    fearless = flat.model_copy(update={"risk_belief": "none"})
    same = log_odds(fearless, wage, now) - log_odds(flat, wage, now)
    assert same == pytest.approx(risk), "the risk of the mean income, for everybody"
