from pathlib import Path

import pytest

from calibration.validation.claim import claim, parse_claim
from model.errors import EvidenceError
from tests.calibration.posteriors import store_posterior

HALF_YEAR = "contracts_signed 2025-01..2025-06 = "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("posterior")
    store_posterior(path)
    return path


def test_a_figure_in_the_middle_is_as_likely_as_not(folder: Path) -> None:
    result = claim(HALF_YEAR + "180000", folder)
    assert result.median == pytest.approx(180_000, rel=0.02)
    assert result.probability_reached == pytest.approx(0.5, abs=0.05)
    assert result.bias_needed == pytest.approx(1.0, abs=0.02)


def test_an_impossible_figure_has_no_probability_and_a_large_bias(folder: Path) -> None:
    result = claim(HALF_YEAR + "720000", folder)
    assert result.probability_reached == 0
    assert result.probability_printed < 0.05
    assert result.bias_needed > 3


def test_officials_would_print_a_little_more_than_the_truth(folder: Path) -> None:
    result = claim(HALF_YEAR + "200000", folder)
    assert result.probability_printed > result.probability_reached


def test_the_assumption_behind_the_figure_is_named(folder: Path) -> None:
    shift = claim(HALF_YEAR + "220000", folder).shifts[0]
    assert shift.parameter == "behaviour.slope"
    assert shift.posterior_sds > 1
    assert shift.needed > shift.median


def test_a_single_month_is_its_own_period() -> None:
    assert parse_claim("force 2024-07 = 520_000") == (
        "force",
        "2024-07",
        "2024-07",
        520_000,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("contracts 210000", "write as in"),
        ("tanks 2025-01..2025-06 = 10", "known are contracts_signed"),
        ("killed 2025-01 = 0", "above 0"),
        ("killed 2030-01 = 10", "within 2022-09"),
        ("killed 2025-06..2025-01 = 10", "run forward"),
    ],
)
def test_what_is_no_claim_is_refused(text: str, message: str, folder: Path) -> None:
    with pytest.raises(EvidenceError, match=message):
        claim(text, folder)
