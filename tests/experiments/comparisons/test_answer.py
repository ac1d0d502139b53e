"""What a comparison says in sentences: sign, certainty, price, and plain nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.comparisons.answer import answers, sign_cell
from experiments.comparisons.compare import compare
from experiments.comparisons.printing import print_comparison
from tests.experiments.small_country import SHORT, settle

DEAR = """\
title: Dear
extends: baseline
federal:
  signing_bonus:
    scale: {2025-08: 3.0}
"""
IDLE = """\
title: Idle
extends: baseline
force:
  tempo:
    scale: {2022-01: 1.0}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("answers")
    (folder / "dear.yaml").write_text(DEAR)
    (folder / "idle.yaml").write_text(IDLE)
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        yield compare(
            ["baseline", folder / "dear.yaml", folder / "idle.yaml"],
            draws=2,
            settings=SHORT,
            workers=1,
            out=folder / "out",
        )


def test_the_first_sentence_says_men_window_and_certainty(made: Any) -> None:
    first = answers(made, "dear")[0]
    assert "Over 2025-08 to" in first
    assert "more men" in first
    assert "sign held by 100 % of 2 draws" in first


def test_the_price_of_an_extra_man_is_named_where_both_signs_hold(made: Any) -> None:
    assert "for each extra man" in answers(made, "dear")[1]


def test_no_price_is_told_of_men_whose_sign_is_open(made: Any) -> None:
    effects = made.effects.copy()
    men = (effects["effect"] == "inflow_gained_persons") & (effects["draw"] == 0)
    effects.loc[men, "value"] *= -1
    rows = {
        row["effect"]: row for row in replace(made, effects=effects).effect_rows("dear")
    }
    assert math.isnan(rows["cost_per_extra_man_rub"]["value"])
    assert rows["cost_per_extra_man_rub"]["sign"] == 0


def test_a_scenario_that_nothing_reads_is_said_to_change_nothing(
    made: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (only,) = answers(made, "idle")
    assert "changes nothing" in only
    print_comparison(made)
    assert "# “Idle” changes nothing" in capsys.readouterr().out


def test_effects_are_written_beside_the_tables(made: Any) -> None:
    folder: Path = made.folder
    assert {"effects.parquet", "series.parquet"} <= {p.name for p in folder.iterdir()}


@pytest.mark.parametrize(
    ("sign", "share", "cell"),
    [(1, 0.93, "+ 93 %"), (-1, 0.5, "− 50 %"), (0, 1.0, "="), (1, math.nan, "+")],
)
def test_a_sign_is_told_with_its_share_and_no_share_where_nothing_changed(
    sign: int, share: float, cell: str
) -> None:
    assert sign_cell({"sign": sign, "p_sign": share}) == cell
