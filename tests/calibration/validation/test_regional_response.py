import numpy as np
import pytest

from calibration.validation.regional_response import respond

KNOWN = {f"R{at}": at for at in range(30)}
RNG = np.random.default_rng(6)
DOCUMENTED = np.log(1e6) + 0.4 * RNG.standard_normal(30)


def test_a_rule_that_is_right_up_to_noise_covers_what_it_has_not_seen() -> None:
    simulated = DOCUMENTED + 0.3 * RNG.standard_normal((20, 30))
    found = respond("right", simulated, DOCUMENTED, KNOWN)
    assert found.coverage >= 0.8
    assert abs(found.mean_log_error) < 0.15


def test_a_rule_that_is_wrong_everywhere_shows_its_error() -> None:
    simulated = DOCUMENTED - 1 + 0.1 * RNG.standard_normal((20, 30))
    found = respond("low", simulated, DOCUMENTED, KNOWN)
    assert found.mean_log_error == pytest.approx(-1, abs=0.1)


def test_a_region_does_not_vote_on_itself() -> None:
    simulated = np.tile(DOCUMENTED, (2, 1))
    simulated[0, 1:] += 2.0
    simulated[1, 0] += 5.0
    found = respond("split", simulated, DOCUMENTED, KNOWN)
    assert found.regions[0].predicted_rub > 50 * found.regions[0].documented_rub
