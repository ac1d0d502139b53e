from pathlib import Path

import numpy as np
import pytest

from calibration.fit.fit import FitSettings
from calibration.fit.storage import save
from calibration.priors import free_parameters
from calibration.validation.ridges import correlations, learned, ridges
from tests.calibration.histories import history_of
from tests.calibration.posteriors import fit_of

NAMES = [each.name for each in free_parameters()]
FIRST, SECOND = "behaviour.slope", "attention.base_per_month"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A posterior in which two parameters trade off and one is known well."""
    path = tmp_path_factory.mktemp("posterior")
    z = np.random.default_rng(8).standard_normal((60, len(NAMES)))
    z[:, NAMES.index(SECOND)] = -z[:, NAMES.index(FIRST)]
    z[:, NAMES.index("force.return_share")] *= 0.1
    save([fit_of(z, [history_of()] * 60)], FitSettings(), path)
    return path


def test_a_trade_off_is_reported_as_a_ridge(folder: Path) -> None:
    first = ridges(folder)[0]
    assert {first.first, first.second} == {FIRST, SECOND}
    assert first.correlation < -0.98


def test_the_best_informed_parameter_comes_first(folder: Path) -> None:
    best = learned(folder)[0]
    assert best.parameter == "force.return_share"
    assert best.spread_ratio < 0.2
    assert {each.parameter for each in learned(folder)} == set(NAMES)


def test_chosen_parameters_correlate_in_the_order_asked_for(folder: Path) -> None:
    found = correlations((SECOND, "force.return_share", FIRST), folder)
    assert np.diag(found) == pytest.approx(1.0)
    assert found == pytest.approx(found.T)
    assert found[0, 2] < -0.98
    assert abs(found[0, 1]) < 0.5
