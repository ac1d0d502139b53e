"""Planting an elasticity: the fit's own code, shown documents made of a known truth."""

from pathlib import Path

import numpy as np
import pytest

from calibration.fit.fit import FitSettings, train
from calibration.priors import free_parameters, scenario_part, values
from calibration.validation.planted import Planted, coordinates, planted
from calibration.validation.supply import at_elasticity, implied
from calibration.validation.validate import Band

SMALL = FitSettings(
    first_runs=12, chance_points=1, chance_seeds=2, wave_runs=4, waves=1, chains=8
)


@pytest.mark.parametrize("asked", [0.1, 0.8])
def test_what_is_planted_implies_what_was_asked(asked: float) -> None:
    parameters = free_parameters()
    z = coordinates(at_elasticity({}, asked), parameters)
    row = values(z[None], parameters)[0]
    found = implied([scenario_part(row, parameters)]).bonus_elasticity
    assert found[0] == pytest.approx(asked, rel=0.05)


def test_a_parameter_that_is_not_named_stays_in_the_middle_of_its_prior() -> None:
    parameters = free_parameters()
    z = coordinates({"behaviour.slope": 2.0}, parameters)
    moved = [each.name for each, at in zip(parameters, z, strict=True) if at != 0]
    assert moved == ["behaviour.slope"]


def test_a_truth_outside_its_band_is_not_found() -> None:
    assert Planted(0.3, 0.3, Band(0.2, 0.4)).found
    assert not Planted(0.8, 0.5, Band(0.3, 0.7)).found


@pytest.mark.slow
def test_the_band_comes_from_documents_of_the_planted_run(tmp_path: Path) -> None:
    training = train(SMALL, tmp_path, workers=2)
    low, high = planted(training, SMALL, (0.1, 0.8), tmp_path, 2, draws=40)
    assert low.band.low < low.median < low.band.high
    assert high.elasticity > low.elasticity
    assert np.isfinite([low.median, high.median]).all()
