from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.force.roll import STATES, State
from tests.model.force.reference import simulate
from tests.model.force.small_war import (
    ALL_COMBAT,
    CHANNELS,
    DECEIVED,
    FLAT_TENURE,
    NO_HAZARDS,
    PRISONER,
    REGULAR,
    VOLUNTEER,
    War,
    deceived,
    force,
    kinds,
    men,
    month,
)

SHARES = st.floats(0, 1)
RANDOM_FORCES = st.builds(
    force,
    combat_share=st.floats(0.01, 1),
    training_months=st.floats(0, 3),
    deaths_per_man=st.floats(0, 0.5),
    wounded_per_killed=st.floats(0, 20),
    return_share=SHARES,
    return_delay_mean_months=st.floats(0.2, 12),
    disabled_share=SHARES,
    missing_share=SHARES,
    tenure_shape=st.floats(0.2, 1.5),
    captured_per_killed=st.floats(0, 2),
    absent_hazard_per_month=st.floats(0, 0.2),
    absent_return_share_per_month=SHARES,
    captured_exchange_share_per_month=SHARES,
    exchanged_return_share=SHARES,
    discharge_hazard_per_month=st.floats(0, 0.2),
    contract_term_months=st.integers(1, 6),
    renewal_share=SHARES,
)


@settings(max_examples=60, deadline=None)
@given(RANDOM_FORCES, st.lists(st.integers(0, 60), min_size=8, max_size=8), st.data())
def test_persons_are_conserved_in_every_month(
    random_force: Any, sizes: list[int], data: st.DataObject
) -> None:
    war = War(random_force, deal_share_per_month=0.3).deploy(men(50))
    enlisted = 50
    for index, size in enumerate(sizes):
        war.roll.enlist(men(size, term_months=3), PRISONER, index)
        war.roll.enlist(deceived(size), DECEIVED, index)
        enlisted += 2 * size
        now = month(index, open_ended=data.draw(st.booleans()), deals=(0,))
        before = war.roll.state.copy()
        losses = war.step(now)
        counts = war.roll.counts
        assert counts.sum() == enlisted == war.roll.persons
        assert counts.min() >= 0
        rows = np.bincount(
            war.roll.channel * STATES + war.roll.state, minlength=counts.size
        )
        assert np.array_equal(counts.ravel(), rows)
        dead = np.isin(war.roll.state, (State.KILLED, State.MISSING))
        assert np.array_equal(
            war.roll.dead_by_home, np.bincount(war.roll.home[dead], minlength=5)
        )
        gone = (State.KILLED, State.DISABLED, State.DISCHARGED)
        assert np.all(war.roll.state[np.isin(before, gone)] >= State.DISCHARGED)
        newly_dead = dead & ~np.isin(before, (State.KILLED, State.MISSING))
        assert np.array_equal(np.sort(losses.killed), np.flatnonzero(newly_dead))
        for kind in kinds():
            assert len(set(getattr(losses, kind).tolist())) == len(
                getattr(losses, kind)
            )


def test_without_hazards_nobody_leaves() -> None:
    war = War(force(**NO_HAZARDS)).deploy(men(500))
    war.run(24, {0: {VOLUNTEER: men(500)}})
    assert war.roll.in_theatre == 1000


def test_men_in_training_are_not_in_theatre_and_not_threatened() -> None:
    war = War(force(deaths_per_man=0.5, training_months=3, tenure_shape=1))
    war.run(3, {0: {VOLUNTEER: men(1000)}})
    assert war.in_state(State.TRAINING) == 1000
    war.run(1)
    assert war.in_state(State.TRAINING) == 0
    assert war.total("trained") == 1000
    assert war.total("killed") > 0


def test_training_of_part_months_lasts_as_long_in_the_mean() -> None:
    war = War(force(**NO_HAZARDS, training_months=0.4))
    war.run(1, {0: {VOLUNTEER: men(10_000)}})
    sampling_error = np.sqrt(10_000 * 0.4 * 0.6)
    assert abs(war.in_state(State.TRAINING) - 4000) < 5 * sampling_error
    assert war.run(1).in_state(State.TRAINING) == 0


def test_a_hazard_without_limit_kills_everybody_at_once() -> None:
    hopeless = force(deaths_per_man=0.5, tempo=100, missing_share=0.0)
    war = War(hopeless).deploy(men(1000)).run(1)
    assert war.in_state(State.KILLED) >= 995


def test_when_all_wounded_return_nobody_is_disabled() -> None:
    bloody = force(
        deaths_per_man=0.001,
        wounded_per_killed=20,
        captured_per_killed=0,
        absent_hazard_per_month=0,
        discharge_hazard_per_month=0,
        return_share=1.0,
    )
    war = War(bloody, months=120).deploy(men(3000)).run(36)
    assert war.total("wounded") > 500
    assert war.total("disabled") == war.total("discharged") == 0
    alive = 3000 - war.total("killed")
    assert war.roll.in_theatre + war.in_state(State.WOUNDED) == alive
    assert war.total("returned") > 0.7 * war.total("wounded")


def test_when_none_returns_all_end_disabled_or_discharged() -> None:
    war = War(force(return_share=0.0, disabled_share=1.0)).deploy(men(3000)).run(24)
    assert war.total("returned") == war.total("discharged_unfit") == 0
    assert war.total("disabled") > 100
    assert war.in_state(State.DISABLED) == war.total("disabled")


def test_one_month_of_each_kind_agrees_with_its_probability() -> None:
    persons = 200_000
    chosen = force(
        **ALL_COMBAT,
        **FLAT_TENURE,
        deaths_per_man=0.05,
        captured_per_killed=0.4,
        absent_hazard_per_month=0.03,
        discharge_hazard_per_month=0.02,
        return_delay_mean_months=24,
        invalid_delay_mean_months=36,
    )
    losses = War(chosen).deploy(men(persons)).run(1).losses[0]
    death = -np.log(1 - 0.05)
    unhurt = 1 - 0.05 - 0.05 * 3.3
    free = unhurt * np.exp(-0.4 * death)
    for kind, share in (
        ("killed", 0.05),
        ("wounded", 0.05 * 3.3),
        ("captured", unhurt - free),
        ("absent", free * -np.expm1(-0.03)),
    ):
        sampling_error = np.sqrt(persons * share * (1 - share))
        found = len(getattr(losses, kind))
        assert abs(found - persons * share) < 4.5 * sampling_error, kind


def test_missing_are_dead_whom_a_court_declares_later() -> None:
    chosen = force(
        **ALL_COMBAT,
        deaths_per_man=0.05,
        wounded_per_killed=0,
        missing_share=1.0,
        missing_declared_delay_months=2,
    )
    war = War(chosen).deploy(men(2000)).run(12)
    missing = np.concatenate([losses.missing for losses in war.losses])
    killed = np.concatenate([losses.killed for losses in war.losses])
    assert np.array_equal(missing, killed)
    declared = np.concatenate([losses.declared_dead for losses in war.losses])
    assert set(declared) <= set(missing)
    assert np.all(war.roll.state[declared] == State.KILLED)
    assert war.in_state(State.MISSING) == len(missing) - len(declared)


def test_the_stated_combat_share_is_kept_while_combat_wears_men_out() -> None:
    war = War(force(deaths_per_man=0.02)).deploy(men(60_000)).run(24)
    share = war.in_state(State.COMBAT) / war.roll.in_theatre
    assert share == pytest.approx(0.3, abs=0.02)
    assert war.total("reinforcing") > 1000


def test_higher_casualty_factors_take_a_larger_part_of_the_same_losses() -> None:
    def killed(factor: float) -> tuple[int, int]:
        mixed = men(5000, casualty_factor=np.repeat([1.0, factor], 2500))
        war = War(force()).run(12, {0: {VOLUNTEER: mixed}})
        dead = np.concatenate([losses.killed for losses in war.losses])
        return int((dead < 2500).sum()), int((dead >= 2500).sum())

    (even, _), (one, other), (few, many) = killed(1.0), killed(1.5), killed(3.0)
    assert even > one > few
    assert other < many
    assert few + many == pytest.approx(2 * even, rel=0.15)


def test_the_same_seed_gives_the_same_bytes() -> None:
    def states(seed: int) -> bytes:
        war = War(force(), seed=seed).deploy(men(2000))
        war.run(12, {2: {VOLUNTEER: men(1000)}, 3: {PRISONER: men(500)}})
        return war.roll.state.tobytes() + war.losses[-1].wounded.tobytes()

    assert states(7) == states(7)
    assert states(7) != states(8)


@pytest.mark.parametrize("names", [CHANNELS, ("regular", "naturalised", *CHANNELS[1:])])
def test_men_beside_them_share_others_losses_and_leave_their_luck(
    names: tuple[str, ...],
) -> None:
    """The fewer of the same losses fall on a man, the fewer of his like are hit."""
    given = force(stock_exponent=0.0, casualties=150)
    alone = War(given).deploy(men(5000)).run(2, {0: {VOLUNTEER: men(3000)}})
    others = {names.index("prisoner"): men(400), len(names) - 1: men(3000)}
    beside = War(given, channels=names).deploy(men(5000)).run(2, {0: others})
    for war in (alone, beside):
        assert war.total("killed") + war.total("wounded") == pytest.approx(300, rel=0.2)
    for channel, theirs in ((REGULAR, REGULAR), (VOLUNTEER, len(names) - 1)):
        spared = alone.roll.state[alone.roll.channel == channel] <= State.SUPPORT
        still = beside.roll.state[beside.roll.channel == theirs] <= State.SUPPORT
        assert np.all(still[spared])
        assert still.sum() > spared.sum()


def test_a_stated_series_is_lost_whatever_the_force() -> None:
    """Twice the men lose as many at exponent 0, twice as many at 1."""
    lost = {}
    for exponent in (0.0, 0.5, 1.0):
        for size in (20_000, 40_000):
            given = force(
                casualties=2000, reference_force=20_000, stock_exponent=exponent
            )
            war = War(given).deploy(men(size)).run(1)
            lost[exponent, size] = war.total("killed") + war.total("wounded")
    for exponent in (0.0, 0.5, 1.0):
        assert lost[exponent, 20_000] == pytest.approx(2000, rel=0.08)
        assert lost[exponent, 40_000] == pytest.approx(2000 * 2**exponent, rel=0.08)


def test_dead_and_wounded_keep_their_ratio_where_new_men_die_early() -> None:
    """Hazards of single men are high; the sums are those of the series all the same."""
    given = force(
        casualties=24_000, reference_force=20_000, stock_exponent=0.0, claim_bias=2.0
    )
    war = War(given).deploy(men(20_000)).run(2, {0: {VOLUNTEER: men(20_000)}})
    losses = war.losses[1]
    killed, wounded = len(losses.killed), len(losses.wounded)
    assert killed + wounded == pytest.approx(12_000, rel=0.03)
    assert wounded / killed == pytest.approx(3.3, rel=0.06)


def test_more_tempo_kills_earlier_and_never_spares() -> None:
    """Under common random numbers, while nobody is moved or comes back."""
    chosen: dict[str, Any] = {
        **ALL_COMBAT,
        "return_share": 0.0,
        "captured_exchange_share_per_month": 0,
    }
    calm = War(force(**chosen)).deploy(men(20_000)).run(1).losses[0]
    fierce = War(force(**chosen, tempo=1.5)).deploy(men(20_000)).run(1).losses[0]
    assert set(calm.killed) < set(fierce.killed)


SMALL: dict[str, Any] = {
    "deaths_per_man": 0.03,
    "captured_per_killed": 0.3,
    "absent_hazard_per_month": 0.02,
    "discharge_hazard_per_month": 0.01,
    "combat_share": 0.4,
    "missing_share": 0.5,
    "captured_exchange_share_per_month": 0.2,
    "absent_return_share_per_month": 0.2,
}


def test_thinning_agrees_with_a_loop_over_persons() -> None:
    """Welch's t over seeds for each state; 11 quantities, two-sided 4.5 sd."""
    persons, months, seeds = 300, 12, 60
    chosen = force(**SMALL)
    engine = []
    for seed in range(seeds):
        war = War(chosen, seed=seed).run(months, {0: {VOLUNTEER: men(persons)}})
        states = war.roll.counts.sum(axis=0).tolist()
        engine.append([*states, war.total("reinforcing")])
    plain = [simulate(chosen, persons, months, 1000 + seed) for seed in range(seeds)]
    ours, theirs = np.array(engine, dtype=float), np.array(plain, dtype=float)
    difference = ours.mean(axis=0) - theirs.mean(axis=0)
    error = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / seeds)
    assert np.all(np.abs(difference) <= 4.5 * error)
    spread = ours.std(axis=0)[State.KILLED] / theirs.std(axis=0)[State.KILLED]
    assert 0.6 < spread < 1.65


def test_men_of_no_factor_are_out_of_danger() -> None:
    safe = replace(men(1000), casualty_factor=np.zeros(1000))
    war = War(force()).run(12, {0: {VOLUNTEER: safe}})
    assert war.total("killed") == war.total("wounded") == war.total("captured") == 0
