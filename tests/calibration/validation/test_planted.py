"""Planting an elasticity: the fit's own code, shown documents made of a known truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.fit.fit import FitSettings, Runs, Training, train, transformed
from calibration.fit.variants import MAIN
from calibration.observation.targets import load_targets
from calibration.priors import free_parameters, scenario_part, values
from calibration.validation import planted as module
from calibration.validation.planted import Planted, coordinates, planted
from calibration.validation.supply import at_elasticity, implied
from calibration.validation.validate import Band
from tests.calibration.histories import by_channel, history_of
from tests.calibration.posteriors import SLOPE

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
    assert Planted(0.3, 0.3, Band(0.2, 0.4)).recovered
    assert not Planted(0.8, 0.5, Band(0.3, 0.7)).recovered


@dataclass(frozen=True)
class Told:
    """Stands in for runs of the model: contracts tell the slope, and nothing else."""

    given: tuple[Any, ...]

    def __call__(self, z: NDArray[np.float64], stage: str) -> Runs:
        persons = 30_000 * np.exp(0.5 * z[:, SLOPE])
        signed = [by_channel(volunteer_contract=each) for each in persons]
        return Runs(z, tuple(history_of(signed=each) for each in signed))


def test_documents_are_those_of_the_planted_truth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same training and settings: what is found moves with what was planted."""
    monkeypatch.setattr(module, "ModelRuns", lambda *given: Told(given))
    points = np.random.default_rng(5).standard_normal((150, len(free_parameters())))
    runs = Told(())(points, "design")
    targets = tuple(t for t in load_targets() if t.name.startswith("regional_2025"))
    outputs = transformed(runs, targets)
    nothing = np.zeros(len(targets))
    training = Training(MAIN, runs, targets, outputs, nothing, {})
    low, high = planted(training, SMALL, (0.1, 0.5), draws=80)
    assert low.recovered
    assert high.recovered
    assert low.band.high < high.median
    assert low.median < high.band.low


@pytest.mark.slow
def test_the_band_comes_from_documents_of_the_planted_run(tmp_path: Path) -> None:
    training = train(SMALL, tmp_path, workers=2)
    low, high = planted(training, SMALL, (0.1, 0.8), tmp_path, 2, draws=40)
    assert low.band.low < low.median < low.band.high
    assert high.elasticity > low.elasticity
    assert np.isfinite([low.median, high.median]).all()
