import numpy as np
import pytest

from calibration.observation.observation import MEDIAN_REPORTING
from calibration.observation.targets import load_targets
from calibration.validation.rivals import log_densities, score_variant
from tests.calibration.histories import by_channel, history_of


def test_a_variant_nearer_the_documents_scores_higher() -> None:
    near, far = (
        score_variant(
            "a",
            [history_of(signed=by_channel(volunteer_contract=n))],
            [MEDIAN_REPORTING],
        )
        for n in (31_000.0, 3_000.0)
    )
    assert near.fit > far.fit
    assert near.held_out > far.held_out
    assert near.contracts_2025h1 == pytest.approx(186_000)


def test_the_density_is_highest_at_the_documented_figure() -> None:
    targets = load_targets()
    documented = np.array([target.documented for target in targets])
    at, off = log_densities(np.stack([documented, 1.3 * documented]), targets)
    assert (at > off).all()
