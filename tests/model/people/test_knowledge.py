"""Which places men know of: by adverts, fees and distance, never by numbers of men."""

from typing import Any

import numpy as np
import pytest

from calibration.documented.world import documented_world
from model.people.knowledge import SLOTS, Knowledge, distances_km
from model.scenario import Scenario
from model.timeline import timeline_of
from tests.model.worlds import world

MEN = (4000, 3000, 3000, 3000)


def knowledge(men: tuple[int, ...] = MEN, **block: Any) -> Knowledge:
    given = {"referral_fee": 0, **block}
    scenario = Scenario.model_validate({"title": "test", "regions": given})
    places = world(men)
    dated = timeline_of(scenario, places).regions
    return Knowledge(scenario.behaviour, dated, places.regions)


def shares(men: tuple[int, ...] = MEN, **block: Any) -> np.ndarray:
    return knowledge(men, **block).shares(0)


def test_distances_between_capitals_are_those_of_the_map() -> None:
    table = documented_world().regions
    at = {code: place for place, code in enumerate(table.iso)}
    km = distances_km(table)
    assert km[at["RU-MOW"], at["RU-SPE"]] == pytest.approx(634, rel=0.02)
    assert km[at["RU-MOW"], at["RU-PRI"]] == pytest.approx(6420, rel=0.02)
    assert np.array_equal(km, km.T)


def test_what_a_man_hears_adds_up_and_half_of_it_is_of_his_own_region() -> None:
    heard = shares()
    assert heard.sum(axis=1) == pytest.approx(np.ones(4))
    assert np.diag(heard) == pytest.approx(np.full(4, 0.5))


def test_the_number_of_men_makes_no_place_known() -> None:
    assert shares((4000, 3000, 3000, 3000)) == pytest.approx(
        shares((400, 90_000, 3000, 10))
    )


def test_near_places_are_known_better_than_far_ones() -> None:
    heard = shares()
    assert heard[0, 1] > heard[0, 2] > heard[0, 3]


def test_adverts_and_referral_fees_make_a_place_known_at_the_cost_of_others() -> None:
    plain, advertised = shares(), shares(adverts={"RU-02": 3})
    fee = shares(referral_fee_by_region={"RU-02": 200_000.0}, referral_visibility=1.0)
    assert fee == pytest.approx(advertised)
    assert np.all(np.delete(advertised[:, 2] > plain[:, 2], 2))
    assert advertised[0, 1] < plain[0, 1]


def test_knowledge_follows_the_dates_of_its_inputs() -> None:
    fees = {"RU-02": {"2022-01": 0, "2022-11": 100_000}}
    given = knowledge(referral_fee_by_region=fees)
    assert np.array_equal(given.shares(0), given.shares(1))
    assert given.shares(2)[0, 2] > 1.3 * given.shares(1)[0, 2]


def test_moscow_is_seen_by_its_own_factor() -> None:
    table = documented_world()
    scenario = Scenario.model_validate(
        {"title": "test", "regions": {"capital_adverts": 4, "referral_fee": 0}}
    )
    seen = timeline_of(scenario, table).regions.visibility[:, 0]
    moscow = table.regions.iso.index("RU-MOW")
    assert seen[moscow] == pytest.approx(4)
    assert np.delete(seen, moscow) == pytest.approx(1)


def test_slots_hold_places_by_their_chance_and_never_home() -> None:
    slot = np.arange(SLOTS)
    home = np.zeros(SLOTS, dtype=np.int64)
    near, far = knowledge(adverts={"RU-03": 7}).known(0, home, slot, slot)
    assert np.bincount(far, minlength=4) / SLOTS == pytest.approx(
        [0, 1 / 9, 1 / 9, 7 / 9], abs=2 / SLOTS
    )
    assert not np.any(near == 0)


def test_a_man_of_the_only_region_knows_his_own_alone() -> None:
    only = knowledge((1000,))
    assert only.shares(0) == pytest.approx(np.ones((1, 1)))
    zero = np.zeros(1, dtype=np.int64)
    assert only.known(0, zero, zero, zero) == (zero, zero)
