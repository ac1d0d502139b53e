import numpy as np
import pytest
from scipy import stats

from model.chance.steps import normal_quantile
from model.parameters.behaviour import Behaviour
from model.people.population import (
    Population,
    distress_share,
)
from model.people.reluctance import BAND_EDGES
from tests.model.worlds import regions

BEHAVIOUR = Behaviour()
MEN = (400_001, 123_457)


def population(seed: int = 1) -> Population:
    return Population(regions(MEN), BEHAVIOUR, seed)


def everybody(people: Population) -> tuple[np.ndarray, np.ndarray]:
    size = people.strata.size_persons
    stratum = np.repeat(np.arange(len(size)), size)
    return stratum, np.arange(len(stratum)) - people.strata.first_person[stratum]


def test_every_man_of_every_region_is_in_one_stratum() -> None:
    strata = population().strata
    by_region = np.bincount(strata.region, strata.size_persons)
    assert tuple(by_region.astype(int)) == MEN


def test_bands_of_reluctance_have_their_shares() -> None:
    strata = population().strata
    share = np.bincount(strata.kind, strata.size_persons) / sum(MEN)
    assert share == pytest.approx(np.diff(BAND_EDGES), abs=1e-4)


def test_distress_averages_to_its_share_and_falls_with_income() -> None:
    ranks = np.linspace(0, 1, 1001)
    shares = distress_share(BEHAVIOUR, ranks)
    assert shares.mean() == pytest.approx(BEHAVIOUR.debt_distress_share, abs=1e-3)
    assert np.all(np.diff(shares) < 0)


def test_wage_ranks_are_uniform() -> None:
    people = population()
    stratum, member = everybody(people)
    men = people.attributes(stratum, people.person(stratum, member))
    assert stats.kstest(men.rank[::7], "uniform").pvalue > 1e-4


def test_attributes_depend_on_the_man_alone() -> None:
    people = population()
    stratum, member = everybody(people)
    chosen = np.array([5, 77_777, 400_500])
    person = people.person(stratum, member)
    alone = people.attributes(stratum[chosen], person[chosen])
    together = people.attributes(stratum, person)
    assert np.array_equal(alone.rank, together.rank[chosen])
    alone_moves, together_move = (
        people.mobility(person[chosen]),
        people.mobility(person),
    )
    assert np.array_equal(alone_moves.rank, together_move.rank[chosen])


def test_settlements_have_about_the_stated_size_and_stay_in_their_region() -> None:
    people = population()
    stratum, member = everybody(people)
    region, person = people.strata.region[stratum], people.person(stratum, member)
    settlement = people.settlement(region, person)
    size = np.bincount(settlement)
    assert abs(size.mean() - BEHAVIOUR.settlement_men) < 1
    second = people.strata.region[stratum] == 1
    assert settlement[second].min() == people.first_settlement[1]


def test_who_signed_is_gone_and_nobody_else() -> None:
    people = population()
    stratum, member = np.array([3, 3, 60]), np.array([0, 2, 2])
    assert np.ptp(people.person(stratum[:2], member[:2])) < 8  # may share a byte
    people.remove(stratum, member)
    assert people.has_signed(stratum, member).all()
    assert not people.has_signed(np.array([3, 60]), np.array([1, 0])).any()
    assert people.remaining_persons.sum() == sum(MEN) - 3


def test_ages_follow_the_profile() -> None:
    people, profile = population(), np.arange(1, 43) / np.arange(1, 43).sum()
    age = people.age_years(np.arange(100_000), profile)
    assert age.min() >= 18
    assert age.max() <= 59
    expected = (np.arange(18, 60) * profile).sum()
    assert age.mean() == pytest.approx(expected, abs=0.15)


def test_the_normal_table_is_close() -> None:
    at = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    assert normal_quantile(at) == pytest.approx(stats.norm.ppf(at), abs=5e-3)
