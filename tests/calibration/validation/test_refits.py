from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.fit.fit import FitSettings, Runs, Training
from calibration.fit.variants import MAIN
from calibration.observation.targets import load_targets
from calibration.validation.refits import load_refits, refits, save_refits
from model.errors import EvidenceError
from tests.calibration.histories import by_channel, history_of, losses_of

RUNS = 150


@pytest.fixture(scope="module")
def training() -> Training:
    """Contracts and deaths by one coordinate each, each with a document of its own."""
    z = np.random.default_rng(3).standard_normal((RUNS, 3))
    histories = tuple(
        history_of(
            signed=by_channel(volunteer_contract=30_000 * np.exp(0.3 * each[0])),
            losses=losses_of(
                "killed", volunteer_contract=4_000 * np.exp(0.3 * each[1])
            ),
        )
        for each in z
    )
    like = {target.name: target for target in load_targets()}
    contracts = replace(
        like["regional_2025q3"], documented=1.0, sd=0.2, discrepancy=0.1
    )
    deaths = replace(like["killed_2025h1"], documented=1.0, sd=0.2, discrepancy=0.1)
    outputs = 0.3 * z[:, :2]
    nothing = np.zeros(2)
    runs = Runs(z, histories)
    return Training(MAIN, runs, (contracts, deaths), outputs, nothing, {})


def test_a_dropped_document_brings_what_was_expected(training: Training) -> None:
    """Prior variance .09, error variance .05: a document takes away .09 / .14."""
    found = {
        (each.document, each.measure): each
        for each in refits(training, FitSettings(chains=100))
    }
    own = found["killed_2025h1", "deaths"]
    assert own.expected == pytest.approx(0.09 / 0.14, abs=0.06)
    assert own.found == pytest.approx(0.09 / 0.14, abs=0.12)
    other = found["regional_2025q3", "deaths"]
    assert other.expected < 0.05
    assert abs(other.found) < 0.25
    ratio = found["regional_2025q3", "replacement ratio"]
    # Of two like parts one shrinks to .36 of itself, beside the other that had.
    assert ratio.expected == pytest.approx(ratio.found, abs=0.15)


def test_refits_are_stored_and_read(training: Training, tmp_path: Path) -> None:
    assert load_refits(tmp_path) == []
    found = refits(training, FitSettings(chains=20), ["killed_2025h1"])
    save_refits(found, tmp_path)
    assert load_refits(tmp_path) == found
    assert {each.document for each in found} == {"killed_2025h1"}


def test_only_fitted_documents_can_be_dropped(training: Training) -> None:
    with pytest.raises(EvidenceError, match="did you mean killed_2025h1"):
        refits(training, FitSettings(), ["killed_2025h2"])
