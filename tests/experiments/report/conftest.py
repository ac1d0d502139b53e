"""Runs to report on: small ones on demand, and one with everything."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from experiments.report import build_report
from tests.experiments.report.hostile import TOGETHER, cited, with_text
from tests.experiments.report.made_up import MadeUp, Maker, MakeUp, make_up


@pytest.fixture(scope="session")
def made_up() -> MakeUp:
    """Return the maker of small runs; keywords are those of `Maker`."""

    def make(**given: Any) -> MadeUp:
        short = {"first": "2024-11", "last": "2025-07", "draws": 2, "places": 4}
        return make_up(Maker(**{**short, **given}))

    return make


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the drawings blank: what is written around them is the test's matter."""

    def blank(figure: Figure, stream: io.StringIO | io.BytesIO, **how: Any) -> None:
        if isinstance(stream, io.StringIO):
            stream.write('<svg xmlns="http://www.w3.org/2000/svg"></svg>')

    monkeypatch.setattr(Figure, "savefig", blank)


@pytest.fixture(scope="session")
def hostile_run(made_up: MakeUp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run with hostile text in every field, report built."""
    run = with_text(made_up(draws=1, last="2025-01"), TOGETHER)
    folder = run.write(tmp_path_factory.mktemp("runs") / "hostile")
    build_report(folder, [cited(TOGETHER)])
    return folder


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one run with every table, its report built."""
    folder = make_up(Maker(first="2024-01", last="2026-06", draws=3)).write(
        tmp_path_factory.mktemp("runs") / "whole"
    )
    build_report(folder)
    return folder
