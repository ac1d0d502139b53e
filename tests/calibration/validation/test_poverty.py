import numpy as np

from calibration.documented.world import documented_world
from calibration.observation.history import History
from calibration.validation.poverty import (
    Gradient,
    documented_correlations,
    gradient,
    kept,
    region_rates,
)
from calibration.validation.validate import Band
from tests.calibration.histories import MONTHS, history_of


def rates_like_documents(sign: float) -> History:
    world = documented_world()
    documented = np.array([each.documented for each in region_rates([history_of()])])
    by_home = np.zeros((len(world.homes), MONTHS))
    known = np.nan_to_num(sign * documented, nan=0.0) + 50
    men = world.regions.men_18_59_persons
    by_home[: world.region_count] = (known * men / 1e4 / MONTHS)[:, None]
    return history_of(signed_by_home=by_home, killed_by_home=by_home)


def test_85_regions_are_documented() -> None:
    rates = region_rates([history_of()])
    assert sum(np.isfinite(each.documented) for each in rates) == 85


def test_ranks_agree_with_the_documents_or_run_against_them() -> None:
    assert gradient("a", [rates_like_documents(1.0)]).killed > 0.99
    assert gradient("a", [rates_like_documents(-1.0)]).killed < -0.99


def test_the_coefficient_is_kept_only_if_it_earns_its_place() -> None:
    def found(variant: str, signed: float) -> Gradient:
        band = Band(signed - 0.05, signed + 0.05)
        return Gradient(variant, signed, band, 0.9, band, 0.9, 0.9)

    plain = found("from_value_of_life", 0.4)
    assert kept([plain, found("coefficient", 0.42)])[0] == "from_value_of_life"
    assert kept([plain, found("coefficient", 0.6)])[0] == "coefficient"


def test_documented_deaths_rise_with_poverty_but_not_with_nominal_wages() -> None:
    found = documented_correlations()
    assert found["poverty_share"] > 0.2
    assert abs(found["relative_wage"]) < 0.1
