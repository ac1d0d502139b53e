from pathlib import Path

import numpy as np
import pytest

from calibration.fit import storage
from calibration.fit.evaluation import Setting, simulate
from calibration.fit.fit import FitSettings
from calibration.fit.storage import changed_since_fit, install, monthly, save
from calibration.fit.variants import MAIN, VARIANTS, Variant
from calibration.observation.targets import load_targets, targets_hash
from calibration.posterior import (
    FIRST_POINT,
    FOLDER,
    OBSERVED,
    SERIES,
    load_draws,
    load_posterior,
    load_reporting,
    load_rows,
    provenance,
    read_columns,
    read_table,
    resampled,
    van_der_corput,
)
from calibration.priors import FIXED, NUISANCE, PREFIX, SHARED, free_parameters
from model.errors import StorageError
from scenarios.format.resolve import load_scenario
from tests.calibration.histories import by_channel, history_of
from tests.calibration.posteriors import DRAWS, fit_of, store_posterior


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("posterior")
    store_posterior(path)
    return path


def test_draws_carry_scenario_names_only_and_are_always_the_same(folder: Path) -> None:
    draws = load_draws(7, folder)
    assert draws == load_draws(7, folder)
    assert len(draws) == 7
    assert not any(name.startswith(PREFIX) for name in draws[0])
    assert set(FIXED) <= set(draws[0])


def test_a_scenario_takes_every_draw(folder: Path) -> None:
    base = load_scenario("baseline")
    for draw in load_draws(3, folder):
        scenario = base.with_draw(draw).scenario
        assert scenario.behaviour.slope == pytest.approx(draw["behaviour.slope"])


def test_few_draws_spread_over_the_whole_posterior(folder: Path) -> None:
    slopes = [float(draw["behaviour.slope"]) for draw in load_draws(4, folder)]
    everything = load_posterior(folder).values
    names = load_posterior(folder).names
    whole = everything[:, names.index("behaviour.slope")]
    ranks = sorted(np.mean(whole <= slope) for slope in slopes)
    assert ranks == pytest.approx([0.125, 0.375, 0.625, 0.875], abs=0.07)


def test_four_draws_are_the_first_half_of_eight(folder: Path) -> None:
    few, more = load_draws(4, folder), load_draws(8, folder)
    assert more[:4] == few
    assert load_rows(8, folder)[:4] == load_rows(4, folder)
    assert len({draw["behaviour.slope"] for draw in more}) == 8


@pytest.mark.parametrize("n", [1, 2, 4, 8, 16, 32])
def test_every_power_of_two_spreads_evenly_and_touches_no_end(n: int) -> None:
    at = np.sort((van_der_corput(n) + FIRST_POINT) % 1.0)
    assert np.diff(at) == pytest.approx(1 / n)
    assert min(at[0], 1 - at[-1]) >= 1 / (3 * n) - 1e-12


def test_a_draw_carries_the_switches_of_its_variant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, fixed = MAIN, Variant("fixed prices", forward={"regions.rule": "fixed"})
    monkeypatch.setattr(storage, "VARIANTS", (main, fixed))
    z = np.zeros((400, len(free_parameters())))
    runs = [
        history_of(signed=by_channel(volunteer_contract=1_000.0 + at))
        for at in range(400)
    ]
    shares = {"main": 0.25, "fixed prices": 0.75}
    save([fit_of(z, runs)], FitSettings(), tmp_path, shares)
    stored = load_posterior(tmp_path)
    assert stored.variant.count("fixed prices") == pytest.approx(300, abs=4)
    assert stored.variant[:100].count("fixed prices") == pytest.approx(75, abs=4)
    draws = load_draws(8, tmp_path)
    rules = [draw.get("regions.rule", "as in the file") for draw in draws]
    assert {"fixed", "as in the file"} == set(rules)
    one = draws[rules.index("fixed")]
    assert load_scenario("baseline").with_draw(one).scenario.regions.rule == "fixed"
    held = load_scenario("baseline", ["regions.rule=chase_and_fill"])
    assert held.with_draw(one).scenario.regions.rule == "chase_and_fill"


def test_variants_fitted_apart_hold_their_shares_of_the_weight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Variant("other", {"behaviour.risk_belief": "bayesian"})
    monkeypatch.setattr(storage, "VARIANTS", (MAIN, other))
    z = np.zeros((6, len(free_parameters())))
    fits = [fit_of(z, [history_of()] * 6), fit_of(z, [history_of()] * 6, other)]
    save(fits, FitSettings(), tmp_path, {"main": 0.2, "other": 0.8})
    stored = load_posterior(tmp_path)
    held = {name: 0.0 for name in stored.variant}
    for name, weight in zip(stored.variant, stored.weight, strict=True):
        held[name] += weight
    assert held == pytest.approx({"main": 0.2, "other": 0.8})
    beliefs = [
        draw.get("behaviour.risk_belief", "") for draw in load_draws(10, tmp_path)
    ]
    assert beliefs.count("bayesian") == pytest.approx(8, abs=1)


def test_reporting_parameters_belong_to_the_draws_of_the_same_number(
    folder: Path,
) -> None:
    assert len(load_reporting(5, folder)) == 5
    assert len(load_reporting(5, folder)[0]) == len(NUISANCE) + len(SHARED)


def test_heavy_draws_come_more_often() -> None:
    rows = resampled(np.array([0.1, 0.7, 0.2]), 10)
    assert np.bincount(rows, minlength=3) == pytest.approx([1, 7, 2], abs=1)


def test_a_missing_posterior_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="muster calibrate"):
        load_draws(1, tmp_path)


def test_provenance_pins_code_evidence_and_targets(folder: Path) -> None:
    known = provenance(folder)
    assert {"code", "evidence", "targets", "settings", "fits"} <= set(known)
    assert known["draws"] == DRAWS
    assert changed_since_fit(folder) == ()


def test_a_posterior_made_with_other_targets_is_told(tmp_path: Path) -> None:
    store_posterior(tmp_path)
    path = tmp_path / "provenance.json"
    path.write_text(path.read_text().replace(targets_hash(), "0" * 64))
    assert changed_since_fit(tmp_path) == ("targets",)


def test_the_shipped_posterior_is_whole() -> None:
    shipped = load_posterior()
    assert len(shipped.weight) >= 500
    assert shipped.weight.sum() == pytest.approx(1, abs=1e-3)
    assert {each.name for each in free_parameters()} <= set(shipped.names)
    observed = read_columns(FOLDER / OBSERVED)
    assert set(observed) == {target.name for target in load_targets()}
    until = provenance()["until"]
    within = [each.name for each in load_targets() if each.period_end <= until]
    assert all(np.isfinite(observed[name]).all() for name in within)


def test_the_shipped_posterior_is_what_this_code_gives() -> None:
    """Within a hundredth: stored draws are rounded to seven digits."""
    shipped, series = load_posterior(), read_table(FOLDER / SERIES)
    at = len(shipped.weight) // 2
    row = zip(shipped.names, shipped.values[at].tolist(), strict=True)
    draw = {name: value for name, value in row if not name.startswith(PREFIX)}
    (variant,) = (each for each in VARIANTS if each.name == shipped.variant[at])
    until = Setting().overrides
    now = monthly(simulate(draw, Setting(overrides=(*until, *variant.overrides))))
    stored = series["draw"] == at
    for name in ("contracts_signed", "killed", "force"):
        assert now[name] == pytest.approx(series[name][stored].astype(float), rel=0.01)


def test_the_packaged_scenario_takes_the_shipped_draws() -> None:
    base = load_scenario("baseline")
    for draw in load_draws(4):
        scenario = base.with_draw(draw).scenario
        assert scenario.force.return_share == pytest.approx(draw["force.return_share"])


def test_a_posterior_is_installed_whole_or_not_at_all(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "package"
    into.mkdir()
    (into / SERIES).write_bytes(b"older")

    def full(source: Path, target: Path) -> None:
        if Path(source).name == SERIES:
            raise OSError(28, "No space left on device")
        target.write_bytes(Path(source).read_bytes())

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfile", full)
        with pytest.raises(StorageError, match="No space left"):
            install(folder, into)
    assert [path.name for path in into.iterdir()] == [SERIES]
    install(folder, into)
    assert load_draws(5, into) == load_draws(5, folder)
    assert provenance(into) == provenance(folder)
    assert (into / SERIES).read_bytes() == (folder / SERIES).read_bytes()
