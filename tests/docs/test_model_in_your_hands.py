"""The page on the model in one's hands runs from top to bottom."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.documents.parameter_page import DOCS
from model import extensions
from tests.docs.snippets import SHORT_SCENARIO, smaller, snippets
from tests.experiments.small_country import draws, settle, small_world

PAGE = DOCS / "model_in_your_hands.md"
FILES = [each for each in snippets(PAGE) if each.rest.endswith((".py", ".yaml"))]
MODULES = [Path(each.rest).stem for each in FILES if each.kind == "python"]
LONGEST_MECHANISM_LINES = 30


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0})
    monkeypatch.setattr("calibration.posterior.load_draws", draws)
    monkeypatch.setattr("experiments.runs.loading.load_draws", draws)
    monkeypatch.setattr("experiments.runs.loading.documented_world", small_world)
    monkeypatch.setattr(
        extensions, "_given", {group: {} for group in extensions._given}
    )
    settle(monkeypatch)
    Path("short.yaml").write_text(SHORT_SCENARIO, encoding="utf-8")
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.usefixtures("at_hand")
# ArviZ announces its next version with a warning.
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_page_runs_from_top_to_bottom() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for snippet in snippets(PAGE):
        if snippet in FILES:
            Path(snippet.rest).write_text(smaller(snippet.code), encoding="utf-8")
        elif snippet.kind == "python":
            where = f"{PAGE.name}:{snippet.line}"
            exec(compile(smaller(snippet.code), where, "exec"), names)
    months = pd.read_parquet("sweeps/weary/months.parquet")
    kept = months.groupby("month")[["flows.signed_persons.militia"]].sum()
    assert (kept.to_numpy() > 0).any()
    signed = months.filter(like="flows.signed_persons.").sum(axis=1)
    assert (signed == months["signed_persons"]).all()
    runs = pd.read_parquet("sweeps/weary/runs.parquet")
    assert {"month_of_most", "signed_persons_militia"} <= set(runs.columns)
    own = pd.read_parquet("runs/baseline/own.parquet")
    losses = pd.read_parquet("runs/baseline/losses.parquet")
    assert own["dead.killed"].sum() == losses["killed_persons"].sum()


def test_a_mechanism_takes_thirty_lines_at_most() -> None:
    (militia,) = [each for each in FILES if each.rest == "militia.py"]
    assert len(militia.code.splitlines()) <= LONGEST_MECHANISM_LINES
    ast.parse(militia.code)


def test_the_entry_points_are_those_that_are_read() -> None:
    (block,) = [each for each in snippets(PAGE) if each.kind == "toml"]
    groups = tomllib.loads(block.code)["project"]["entry-points"]
    assert set(groups) == {extensions.CHANNELS, extensions.RULES}
    assert {path.split(":")[0] for g in groups.values() for path in g.values()} <= set(
        MODULES
    )
