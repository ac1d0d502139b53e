import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import remaking
from calibration.fit import fit as fitting
from calibration.fit.evaluation import Setting
from calibration.fit.fit import FitSettings
from calibration.fit.variants import VARIANTS, fitted_variants
from calibration.observation.history import History
from calibration.posterior import DIAGNOSTICS, load_draws, load_posterior, provenance
from calibration.posterior.forward import load_forward
from calibration.priors import free_parameters, scenario_part, values
from calibration.remaking import Work, remake, remake_backtests
from calibration.validation import origins
from calibration.validation.backtests import load_backtests
from model.fields.months import parse_month
from tests.calibration.histories import (
    FIRST,
    by_channel,
    continued,
    history_of,
    losses_of,
)

FEW = FitSettings(12, 0.65, 1, 2, wave_runs=8, waves=1, draws=20, chains=5)
PRICES = {"rmse": 0.6, "rmse_unchanged": 0.9, "coverage": 0.9}


def made_up(draw: Mapping[str, float | str], setting: Setting) -> History:
    """A run in no time: contracts and deaths follow two parameters and the seed."""
    attention = float(draw["attention.base_per_month"]) / 0.0056
    noise = 1 + 0.02 * np.sin(setting.seed)
    until = next(text for text in setting.overrides if text.startswith("time.until="))
    months = parse_month(until.removeprefix("time.until=")) - FIRST + 1
    run = history_of(
        signed=by_channel(volunteer_contract=30_000 * attention * noise),
        losses=losses_of("killed", volunteer_contract=4_000.0 * attention),
    )
    return continued(run, months) if months > run.months else run


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Work:
    """A small remaking whose model is made up; counts the runs it is told of."""

    def runs(
        draws: Sequence[Mapping[str, float | str]], setting: Any, *others: Any
    ) -> list[History]:
        others[-1](len(draws), len(draws))
        each = [setting] * len(draws) if isinstance(setting, Setting) else setting
        return [made_up(draw, own) for draw, own in zip(draws, each, strict=True)]

    def points(z: Any, setting: Any, *others: Any) -> list[History]:
        rows, parameters = values(z, free_parameters()), free_parameters()
        return runs([scenario_part(row, parameters) for row in rows], setting, *others)

    monkeypatch.setattr(fitting, "evaluate", points)
    monkeypatch.setattr(origins, "run_draws", runs)
    monkeypatch.setattr(remaking, "run_draws", runs)
    monkeypatch.setattr(origins, "scored", None)
    monkeypatch.setattr(remaking, "regional_prices", lambda: PRICES)
    monkeypatch.setattr(origins, "fit", lambda *given: None)
    monkeypatch.setattr(origins, "columns_of", lambda game: {})
    return Work(FEW, 6, 4, tmp_path / "runs")


@pytest.mark.slow
def test_a_posterior_is_made_whole_from_nothing(work: Work, tmp_path: Path) -> None:
    told: dict[str, int] = {}
    work.report = lambda stage, done, total: told.update({stage: total})
    remake(work, tmp_path / "out")
    stored = load_posterior(tmp_path / "out")
    assert len(stored.weight) >= 20
    assert stored.weight.sum() == pytest.approx(1, abs=1e-5)
    assert set(stored.variant) <= {each.name for each in VARIANTS}
    assert len(load_forward(tmp_path / "out")) == 4
    assert load_backtests(tmp_path / "out").rows
    assert sum(provenance(tmp_path / "out")["shares"].values()) == pytest.approx(1)
    fits = json.loads((tmp_path / "out" / DIAGNOSTICS).read_text("utf-8"))["fits"]
    assert [fit["variant"] for fit in fits] == [v.name for v in fitted_variants()]
    for fit in fits:
        assert {"power", "pareto_k_at_power_1", "r_hat", "targets"} <= set(fit)
    # Variants of small share get some draws more than the clock counts on.
    extra = len(fits) * remaking.LEAST_DRAWS
    assert work.runs <= sum(told.values()) <= work.runs + extra


@pytest.mark.slow
def test_the_same_work_gives_the_same_bytes(work: Work, tmp_path: Path) -> None:
    for name in ("one", "other"):
        remake(work, tmp_path / name)
    assert load_draws(8, tmp_path / "one") == load_draws(8, tmp_path / "other")
    made = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "regional_game.parquet" in made
    for name in made:
        first, again = ((tmp_path / at / name).read_bytes() for at in ("one", "other"))
        assert first == again, name


@pytest.mark.slow
def test_back_tests_can_be_made_anew_alone(work: Work, tmp_path: Path) -> None:
    found = remake_backtests(work, tmp_path)
    assert load_backtests(tmp_path) == found
    assert found.regional_prices == PRICES
