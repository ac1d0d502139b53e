"""A scenario that turns is told part by part, and the parts add up to the whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.comparisons.answer import answers, bands_doubt
from experiments.comparisons.brief.page import brief_of
from experiments.comparisons.compare import compare
from experiments.comparisons.printing import long_comparison
from experiments.measures.effects import MOST_PHASES, Window, phases_of
from scenarios import load_scenario
from tests.experiments.small_country import SHORT, settle

TURNING = """\
title: A cut, then a rise
extends: baseline
federal:
  signing_bonus:
    scale: {2025-07: 0.25, 2025-09: 4.0}
"""
MEN = "inflow_gained_persons"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("phases")
    (folder / "turning.yaml").write_text(TURNING)
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        yield compare(
            ["baseline", folder / "turning.yaml"],
            draws=2,
            settings=SHORT,
            workers=1,
            out=folder / "out",
        )


def test_a_cut_and_a_rise_are_two_parts_with_signs_of_their_own(made: Any) -> None:
    cut, rise = ({row["effect"]: row for row in rows}
                 for rows in made.phase_rows("turning"))  # fmt: skip
    assert cut[MEN]["window"] == "2025-07 to 2025-08"
    assert rise[MEN]["window"].startswith("2025-09 to")
    assert (cut[MEN]["sign"], rise[MEN]["sign"]) == (-1, 1)


def test_parts_add_up_to_the_whole_in_every_draw(made: Any) -> None:
    parts = made.phase_effects[made.phase_effects["effect"] == MEN]
    whole = made.effects[made.effects["effect"] == MEN].set_index("draw")["value"]
    assert parts.groupby("draw")["value"].sum().to_dict() == whole.to_dict()


def test_each_part_has_a_sentence_and_rows_of_the_long_table(made: Any) -> None:
    said = " ".join(answers(made, "turning"))
    assert "Of this 2025-07 to 2025-08: " in said
    windows = set(long_comparison(made)["window"])
    assert "2025-07 to 2025-08" in windows


def test_a_measure_is_told_with_the_months_it_is_of(made: Any) -> None:
    rows = long_comparison(made)
    documented = rows[rows["measure"] == "bonus_bill_rub_documented_year"]
    assert set(documented["window"]) == {"last twelve documented months"}


def test_columns_of_the_brief_subtract(made: Any) -> None:
    (answer,) = brief_of(made).answers
    first = next(row for row in answer.rows if row.title == "Inflow, persons")
    base, scenario, difference = (
        int(cell.replace(",", "").replace("−", "-"))
        for cell in (first.base, first.scenario, first.difference)
    )
    # Cells are rounded to three digits, of which the levels' last is the coarser.
    assert abs(base + difference - scenario) <= 10 ** (len(str(scenario)) - 3)
    assert [row.title for row in answer.rows if row.part][:1] == ["2025-07 to 2025-08"]


def test_few_draws_are_said_to_make_rough_bands(made: Any) -> None:
    (said,) = bands_doubt(made)
    assert said.startswith("2 draws make rough bands")
    many = replace(made, measures=made.measures.assign(draw=range(len(made.measures))))
    assert bands_doubt(many) == []


@pytest.mark.parametrize(
    ("turns", "parts"),
    [
        ("{2025-07: 0.5}", 0),
        ("{2025-07: 0.5, 2026-03: 1}", 2),
        ("{2025-07: 0.5, 2027-03: 1}", 0),
        ("{2025-07: 0.5, 2025-08: 1, 2025-09: 2, 2025-10: 3, 2025-11: 4}", 0),
    ],
    ids=["no turn", "one turn", "a turn beyond the window", "too many turns"],
)
def test_a_window_is_parted_where_its_author_turns(
    tmp_path: Path, turns: str, parts: int
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "title: Own\nextends: baseline\n"
        f"regions: {{signing_bonus: {{by_district: {{Volga: {{scale: {turns}}}}}}}}}\n"
    )
    base, other = load_scenario("baseline").scenario, load_scenario(path).scenario
    opens = 34  # 2025-07, from September 2022
    found = phases_of(base, other, Window(opens, 12, 64))
    assert len(found) == parts <= MOST_PHASES
    if found:
        assert (found[0].first, found[-1].part.stop) == (opens, opens + 12)
        assert found[1].first == found[0].part.stop


def test_nothing_is_parted_where_nothing_differs() -> None:
    base = load_scenario("baseline").scenario
    assert phases_of(base, base, None) == []
