"""Figures: repeatable, labelled, cut to what can be read."""

from __future__ import annotations

import threading

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from calibration.evidence import load_regions
from experiments.comparisons.charts import (
    Difference,
    difference_figure,
    waterfall_figure,
)
from experiments.figures.districts import PLACES, draw_districts
from experiments.figures.fan import Fan, Line, fan_chart, outlier_cut, spread
from experiments.figures.run_folder import Absent, Calendar
from experiments.figures.style import (
    CYCLE,
    LEAST_CONTRAST,
    contrast,
    drawing,
    fitted,
    panel,
    readable,
)
from experiments.measures.arithmetic import Band
from tests.experiments.report.reading import Reader

CALENDAR = Calendar(tuple(range(24276, 24300)), (0, 1, 2))
RISE = np.linspace(1, 5, 24) * np.array([[0.9], [1.0], [1.1]])


def fan(unit: str = "persons a month") -> Fan:
    return Fan("x", "Title", unit, [Line("Line", RISE)], "What it is.")


def test_a_chart_says_its_unit_and_its_numbers_in_words() -> None:
    chart = fan_chart(fan(), CALENDAR, 24290)
    assert "in persons a month, 2023-01 to 2024-12" in chart.alt
    assert "5 (90 % of draws 4.55 to 5.45) in 2024-12" in chart.alt
    words = Reader(chart.svg).words
    assert "persons a month" in words
    assert "documented offers" in words


def test_equal_data_give_equal_bytes_from_any_thread() -> None:
    wanted = fan_chart(fan(), CALENDAR, None).svg
    drawn: list[str] = []

    def draw() -> None:
        drawn.append(fan_chart(fan(), CALENDAR, None).svg)

    threads = [threading.Thread(target=draw) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [wanted] * 3


def test_settings_of_other_figures_are_left_alone() -> None:
    before = matplotlib.rcParams["font.size"]
    with drawing():
        assert matplotlib.rcParams["svg.hashsalt"] == "muster"
    assert matplotlib.rcParams["font.size"] == before


def test_formulas_in_text_are_not_set_as_mathematics() -> None:
    assert (
        "$\\frac{1}{" in Reader(fan_chart(fan("$\\frac{1}{"), CALENDAR, None).svg).words
    )


def test_characters_the_typeface_lacks_become_boxes() -> None:
    assert fitted("рубль 漢") == "рубль □"


def test_labels_are_moved_apart_but_kept_in_order() -> None:
    placed = spread([5.0, 5.1, 5.2, 0.0], gap=1.0, low=0.0, high=6.0)
    assert sorted(placed) == [placed[3], placed[0], placed[1], placed[2]]
    assert min(np.diff(sorted(placed))) >= 1.0 - 1e-9
    assert max(placed) <= 6.0


def test_one_month_out_of_scale_does_not_flatten_the_rest() -> None:
    spiked = RISE.copy()
    spiked[:, 2] = 300
    assert outlier_cut([Line("x", RISE)]) is None
    assert outlier_cut([Line("x", spiked)]) == pytest.approx(
        1.15 * RISE.max(), rel=0.02
    )
    chart = fan_chart(Fan("x", "T", "u", [Line("L", spiked)]), CALENDAR, None)
    assert "2023-03: 300" in Reader(chart.svg).words


def test_every_district_of_the_evidence_has_its_own_tile() -> None:
    known = {region.federal_district for region in load_regions()}
    assert set(PLACES) == known
    assert len(set(PLACES.values())) == len(PLACES)


@pytest.mark.parametrize("colour", CYCLE)
def test_names_of_lines_can_be_read(colour: str) -> None:
    assert contrast(readable(colour), "#ffffff") >= LEAST_CONTRAST


def test_texts_on_tiles_can_be_read() -> None:
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        ends = {"Ural": Band(0, 0, 0, 0, 0, 2), "Volga": Band(1, 1, 1, 1, 1, 2)}
        at = {"Central": Band(value, value, value, value, value, 2)}
        with drawing():
            _, axes = panel()
            draw_districts(axes, ends | at, "ratio")
            boxes = [to_hex(patch.get_facecolor()) for patch in axes.patches]
            inks = [text.get_color() for text in axes.texts]
        for shade, ink in zip(boxes, inks[::3], strict=False):
            assert contrast(str(ink), shade) >= LEAST_CONTRAST


def differences() -> pd.DataFrame:
    rows = [
        (label, d, s * (1 + d)) for label, s in (("a", 1), ("b", -9)) for d in (0, 1)
    ]
    return pd.DataFrame(rows, columns=["label", "draw", "difference"])


def test_differences_are_ranked_by_size_with_bands() -> None:
    chart = difference_figure(differences(), Difference("Signers", "persons"))
    assert chart.alt.index("b −13.5") < chart.alt.index("a 1.5 (1.05 to 1.95)")


def test_a_waterfall_adds_up_from_base_to_scenario() -> None:
    table = pd.DataFrame(
        {"step": ["base", "one", "two"], "draw": [0, 0, 0], "value": [10.0, 14.0, 11.0]}
    )
    chart = waterfall_figure(table, "Inflow", "persons")
    assert "From 10 in base to 11: one 4 (4 to 4); two −3 (−3 to −3)." in chart.alt


def test_an_empty_comparison_says_so() -> None:
    with pytest.raises(Absent, match="no rows"):
        difference_figure(differences().iloc[:0], Difference("x", "y"))
    with pytest.raises(Absent, match="at least one change"):
        waterfall_figure(differences().iloc[:0].assign(step=""), "x", "y")
