from pathlib import Path

import pytest

from calibration.validation.validate import validate
from experiments.documents import backtest_blocks, page_blocks
from tests.calibration.posteriors import store_posterior


def test_what_the_fit_does_not_run_to_is_no_miss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_posterior(tmp_path)
    monkeypatch.setattr(page_blocks, "validate", lambda: validate(tmp_path))
    told = page_blocks.scoreboard()
    assert "nan" not in told
    (later,) = (x for x in told.splitlines() if "`bonus_top24_2025_10`" in x)
    assert later.endswith("| not run | - | - | - |")


def test_chains_too_short_for_an_r_hat_are_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fit = {
        "variant": "main",
        "r_hat": {"one": float("nan"), "other": float("nan")},
        "effective_size": {"one": 10.0},
        "targets": {"a": {"emulator_error": 0.1, "loo_pareto_k": 0.2}},
        "pareto_k_at_power_1": 0.4,
        "power": 0.5,
        "effective_draws": 20.0,
        "loo_log_density": 1.0,
    }
    monkeypatch.setattr(backtest_blocks, "_diagnostics", lambda: [fit])
    assert "nan" not in backtest_blocks.fit_quality()
    fit["r_hat"] = {"one": 1.02, "other": 1.31}
    assert "| largest R-hat of a parameter | 1.31 |" in backtest_blocks.fit_quality()
