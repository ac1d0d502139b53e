"""`--posterior DIR` on every command that draws, and where `calibrate` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from calibration.fit.fit import Fit
from calibration.posterior import FOLDER, load_draws, posterior_digest, use_posterior
from calibration.remaking import Work
from experiments.commands.cli import app
from tests.calibration.posteriors import store_posterior

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has commands
DRAWING = sorted(
    name
    for name, command in COMMANDS.items()
    if any(parameter.name == "draws" for parameter in command.params)
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "posterior"
    store_posterior(folder)
    return folder


@pytest.fixture(autouse=True)
def packaged_again() -> Iterator[None]:
    yield
    use_posterior(None)


@pytest.mark.parametrize(
    "name", sorted({*DRAWING, "claim", "sweep", "validate", "worth"})
)
def test_every_command_that_draws_takes_a_posterior(name: str) -> None:
    options = [option for each in COMMANDS[name].params for option in each.opts]
    assert "--posterior" in options


def test_a_run_draws_from_the_posterior_it_is_given_and_says_so(
    own: Path, tmp_path: Path
) -> None:
    use_posterior(own)
    expected = load_draws(1)[0]
    use_posterior(None)
    out = tmp_path / "run"
    given = ["run", "baseline", "--draws", "1", "--until", "2022-10", "--quiet"]
    done = CliRunner().invoke(app, [*given, "--out", str(out), "--posterior", str(own)])
    assert done.exit_code == 0, done.output
    told = json.loads((out / "run.json").read_text())
    assert told["posterior"] == posterior_digest(own) != posterior_digest(FOLDER)
    scenario = (out / "scenario.yaml").read_text()
    assert f"--seed 1 --posterior {own}" in scenario
    use_posterior(None)
    assert expected != load_draws(1)[0]


def test_a_folder_without_a_posterior_is_refused(tmp_path: Path) -> None:
    given = ["run", "baseline", "--posterior", str(tmp_path)]
    done = CliRunner().invoke(app, given)
    assert getattr(done.exception, "exit_code", None) == 5
    assert "no calibrated posterior can be read" in str(done.exception)


@pytest.fixture
def quick_fit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A calibration that brings a small posterior at once."""

    def remade(_: Work, out: Path) -> list[Fit]:
        return [store_posterior(out)]

    monkeypatch.setattr("calibration.remaking.remake", remade)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("quick_fit")
def test_calibrate_leaves_the_packaged_posterior_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = posterior_digest(FOLDER)
    done = CliRunner().invoke(app, ["calibrate", "--quick", "--quiet"])
    assert done.exit_code == 0, done.output
    assert len(load_draws(3, tmp_path / "runs/posterior")) == 3
    assert posterior_digest(FOLDER) == before
    package = tmp_path / "package"
    package.mkdir()
    monkeypatch.setattr("calibration.fit.storage.FOLDER", package)
    CliRunner().invoke(app, ["calibrate", "--quick", "--quiet", "--install"])
    assert posterior_digest(package) == posterior_digest(Path("runs/posterior"))
