from pathlib import Path

import numpy as np
import pytest

from calibration.validation.backtests import (
    ORIGINS,
    WIDEST,
    Backtests,
    Row,
    load_backtests,
    save_backtests,
    widening,
)
from calibration.validation.documents import before, documents
from calibration.validation.origins import Forecast, score, stacked
from calibration.validation.proper_scores import NOISE, Predictive
from model.errors import StorageError
from model.fields.months import parse_month

PRICES = {"rmse": 0.4, "rmse_unchanged": 0.5, "coverage": 0.9}


def told(bias: float, sd: float, variant: str = "main") -> list[Forecast]:
    """Forecasts off by a bias in logarithms, from every origin."""
    return [
        Forecast(
            variant,
            origin,
            {
                each.target.name: Predictive(
                    np.log(each.target.documented) + bias + sd * NOISE,
                    np.full(len(NOISE), 1 / len(NOISE)),
                    sd,
                )
                for each in documents()
                if each.firm and each.parts[0].first > parse_month(origin)
            },
        )
        for origin in ORIGINS
    ]


def row(z: float, name: str, series: str = "force") -> Row:
    return Row("2023-12", series, 6, name, 1.0, 1.0, 0.9, 1.1, 0.1, 0.2, 0.3, z, 1.0)


def test_a_forecast_that_knows_beats_every_naive_one() -> None:
    found = score(told(0.0, 0.05), PRICES)
    assert found.coverage == 1.0
    assert 0.3 < found.skill < 1
    assert found.skills()["force"] > 0.5
    assert set(found.widening.values()) == {1.0}


def test_a_forecast_that_is_sure_and_wrong_loses_and_is_widened() -> None:
    found = score(told(0.5, 0.05), PRICES)
    assert found.coverage < 0.2
    assert found.skills()["contracts"] < 0
    assert found.widening["contracts"] == WIDEST


def test_the_first_origin_is_never_widened_by_what_came_later() -> None:
    found = score(told(0.5, 0.05), PRICES)
    assert {r.widened for r in found.rows if r.origin == ORIGINS[0]} == {1.0}
    assert max(r.widened for r in found.rows if r.origin == ORIGINS[-1]) > 1.0


def test_a_row_holds_a_document_that_was_still_to_come() -> None:
    for each in score(told(0.0, 0.1), PRICES).rows:
        assert each.horizon_months > 0
        (document,) = (d for d in documents() if d.target.name == each.name)
        assert document.parts[0].first > parse_month(each.origin)
        assert before(document, documents(), parse_month(each.origin))


def test_the_stack_leans_to_the_variant_that_foretells_better() -> None:
    good, bad = np.full(30, -0.5), np.full(30, -2.0)
    shares = stacked({"good": good, "bad": bad})
    assert shares["good"] > 0.9
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["bad"] > 0.02


def test_variants_that_take_turns_share_the_stack() -> None:
    turns = np.where(np.arange(30) % 2, -0.5, -2.0)
    shares = stacked({"one": turns, "other": turns[::-1]})
    assert shares["one"] == pytest.approx(0.5, abs=0.02)


def test_a_variant_alone_has_all() -> None:
    assert stacked({"main": np.array([-1.0, -2.0])}) == {"main": 1.0}


def test_bands_are_widened_by_the_root_mean_square_of_the_misses() -> None:
    rows = [row(z, f"f{at}") for at, z in enumerate((1.5, -1.5, 1.5, -1.5))]
    rows += [row(0.1, f"d{at}", "deaths") for at in range(3)]
    found = widening(rows)
    assert found["force"] == pytest.approx(np.sqrt((4 * 2.25 + 4) / 8))
    assert found["deaths"] == 1.0


def test_a_document_foretold_from_two_origins_widens_bands_once() -> None:
    found = widening([row(3.0, "a"), row(2.0, "a"), row(0.0, "b")])
    assert found["force"] == pytest.approx(np.sqrt(((9 + 4) / 2 + 0 + 4) / 6))


def test_a_mixture_of_variants_is_scored_by_its_shares() -> None:
    one, other = told(0.0, 0.05), told(0.6, 0.05, "off")
    found = score([*one, *other], PRICES)
    assert found.shares["main"] > 0.8
    assert found.skill > score(other, PRICES).skill


def test_back_tests_come_back_from_disk_as_they_went(tmp_path: Path) -> None:
    found = score(told(0.1, 0.1), PRICES)
    save_backtests(found, tmp_path)
    assert load_backtests(tmp_path) == found
    plain = load_backtests(tmp_path).as_dict()
    assert set(plain) == {"rows", "coverage", "skill", "regional_prices"}
    assert set(plain["rows"][0]) == {
        "origin",
        "series",
        "horizon_months",
        "documented",
        "median",
        "low",
        "high",
        "crps",
        "crps_persistence",
    }
    assert len(found.told()) == 4


def test_without_back_tests_it_is_said_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="--refit"):
        load_backtests(tmp_path)


def test_skill_counts_six_and_twelve_months_alone() -> None:
    near = Row("2024-06", "force", 6, "a", 1, 1, 0.9, 1.1, 0.1, 0.2, 0.2, 0.0, 1.0)
    far = Row("2024-06", "force", 18, "b", 1, 1, 0.9, 1.1, 0.9, 0.2, 0.2, 0.0, 1.0)
    assert Backtests((near, far), {}, {}, {}).skill == pytest.approx(0.5)
