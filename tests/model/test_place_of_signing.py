"""A region cuts its bonus: three signs, of its men, its neighbours and the nation."""

from functools import cache

import numpy as np

from calibration.documented.world import documented_world
from calibration.observation.history import History, history
from model.fields.dated import RegionalRub
from model.fields.months import format_month, parse_month
from model.institutions.regional import documented_bonuses
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from scenarios import load_scenario

WORLD = documented_world()
REGIONS = WORLD.regions.iso
FIRST = parse_month("2022-09")
PETERSBURG = REGIONS.index("RU-SPE")
NEIGHBOURS = [REGIONS.index("RU-LEN"), REGIONS.index("RU-NGR")]
CUT = slice(parse_month("2023-07") - FIRST, parse_month("2023-10") - FIRST)


def priced(bonus_rub: np.ndarray) -> Scenario:
    """Return the baseline to 2023-12 with these bonuses, by region and month."""
    resolved = load_scenario("baseline", ["time.until=2023-12"]).scenario
    paths = {
        iso: RegionalRub.model_validate(
            {str(format_month(FIRST + at)): rub for at, rub in enumerate(row.tolist())}
        )
        for iso, row in zip(REGIONS, bonus_rub, strict=True)
    }
    bonus = resolved.regions.signing_bonus.model_copy(update={"by_region": paths})
    regions = resolved.regions.model_copy(update={"signing_bonus": bonus})
    return resolved.model_copy(update={"regions": regions})


@cache
def simulated(cut_to: float = 1.0, neighbours_rub: float = 0.0) -> History:
    """Run it with Petersburg's bonus cut, or its neighbours' raised, in `CUT`.

    Args:
        cut_to: what is left of Petersburg's bonus.
        neighbours_rub: what its neighbours add to theirs.
    """
    baseline = load_scenario("baseline", ["time.until=2023-12"]).scenario
    bonus = documented_bonuses(baseline, WORLD.regions)
    bonus[PETERSBURG, CUT] *= cut_to
    bonus[NEIGHBOURS, CUT] += neighbours_rub
    return history(RecruitmentModel(priced(bonus), WORLD, 1).run(), WORLD, FIRST)


def change(of: str, cut_to: float = 0.2, neighbours_rub: float = 0.0) -> np.ndarray:
    """Return the relative change of a flow in the months of the cut, by region."""
    before, after = (
        getattr(run, of)[: len(REGIONS), CUT].sum(axis=1)
        for run in (simulated(), simulated(cut_to, neighbours_rub))
    )
    relative: np.ndarray = (after - before) / before
    return relative


def test_men_of_a_region_that_cuts_its_bonus_sign_fewer() -> None:
    assert -0.5 < change("signed_by_home")[PETERSBURG] < -0.03


def test_its_office_loses_and_those_of_its_neighbours_gain() -> None:
    by_place = change("signed_by_place")
    assert by_place[PETERSBURG] < -0.2
    assert np.all(by_place[NEIGHBOURS] > 0)


def test_the_nation_hardly_feels_it() -> None:
    before, after = simulated().signed_by_place, simulated(0.2).signed_by_place
    change = (after - before)[:, CUT].sum() / before[:, CUT].sum()
    assert -0.02 < change < 0


def test_a_bonus_restored_after_three_months_is_no_news() -> None:
    before, after = (
        run.signed_by_home[PETERSBURG, CUT.stop]
        for run in (simulated(), simulated(0.2))
    )
    assert after < 1.05 * before


def test_a_place_draws_the_fewer_the_more_its_neighbours_pay() -> None:
    by_place = change("signed_by_place", cut_to=1.0, neighbours_rub=1_000_000)
    assert by_place[PETERSBURG] < -0.02
    assert np.all(by_place[NEIGHBOURS] > 0.3)
