"""What the stored game foretold of documents it had not seen."""

from __future__ import annotations

import json

import pytest

from calibration.posterior import FOLDER
from calibration.regional_game.scores import ORIGINS
from calibration.regional_game.storage import SCORES


@pytest.fixture(scope="module")
def stored() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(
        (FOLDER / SCORES).read_text(encoding="utf-8")
    )
    return found


@pytest.mark.parametrize("nation", ["given", "blind"])
@pytest.mark.parametrize("origin", ORIGINS)
def test_the_error_is_below_that_of_unchanged_prices(
    stored: dict[str, dict[str, float]], nation: str, origin: str
) -> None:
    found = stored[nation]
    assert found[f"rmse_{origin}"] < found[f"rmse_unchanged_{origin}"]


@pytest.mark.parametrize("nation", ["given", "blind"])
def test_bands_hold_what_they_promise(
    stored: dict[str, dict[str, float]], nation: str
) -> None:
    assert 0.8 <= stored[nation]["coverage"] <= 0.95


@pytest.mark.parametrize("origin", ORIGINS)
def test_bands_hold_it_from_every_origin_that_knows_the_nation(
    stored: dict[str, dict[str, float]], origin: str
) -> None:
    assert 0.8 <= stored["given"][f"coverage_{origin}"] <= 0.95


@pytest.mark.parametrize("origin", ORIGINS)
def test_regions_do_not_jump_together_in_the_first_month(
    stored: dict[str, dict[str, float]], origin: str
) -> None:
    assert stored["blind"][f"first_month_moved_{origin}"] < 0.2


@pytest.mark.parametrize("nation", ["given", "blind"])
def test_direction_is_foretold_better_than_by_base_rates(
    stored: dict[str, dict[str, float]], nation: str
) -> None:
    found = stored[nation]
    assert found["log_score"] > found["log_score_base"]
