from pathlib import Path

import pytest

from calibration.posterior import load_rows
from calibration.posterior.forward import save_forward
from calibration.validation import scoring
from model.fields.months import parse_month
from tests.calibration.histories import FIRST, continued
from tests.calibration.posteriors import store_posterior

DRAWS = 32


@pytest.fixture(scope="session")
def forward_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A posterior of 20 to 40 thousand contracts a month, by one assumption.

    Its first draws stand beside it to the end of 2026.
    """
    path = tmp_path_factory.mktemp("posterior")
    fit = store_posterior(path)
    months = parse_month("2026-12") - FIRST + 1
    runs = [fit.runs.histories[row] for row in load_rows(DRAWS, path)]
    save_forward([continued(run, months) for run in runs], path)
    return path


@pytest.fixture
def nothing_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No documents were in before, so no error of the model is known."""
    monkeypatch.setattr(scoring, "load_targets", lambda: ())
