"""No number without its unit and definition; base and variant told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.dashboard.bands import Sides, band, spread
from experiments.dashboard.charts import CHANNEL_PANELS, PANELS, Panel, figure
from experiments.dashboard.desk import Progress
from experiments.dashboard.quantities import BY_KEY, QUANTITIES, Answer
from experiments.dashboard.stack import stack
from experiments.dashboard.tiles import monthly_csv, table, tiles
from model.channels import channel_names
from tests.experiments.dashboard.small_page import WINDOW, made_up, under_way

SIDES = Sides([made_up(1.0), made_up(2.0)], [made_up(3.0), made_up(5.0)])


def said(thing: Any) -> str:
    """Return all text of a part of the page."""
    if isinstance(thing, list | tuple):
        return " ".join(map(said, thing))
    if hasattr(thing, "children"):
        return said(thing.children)
    return "" if thing is None else str(thing).strip()


def lines(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in drawn["data"] if "hovertemplate" in trace]


@pytest.mark.parametrize("panel", [*PANELS, *CHANNEL_PANELS], ids=lambda p: p.slug)
def test_every_point_says_its_unit_and_definition(panel: Panel) -> None:
    for trace in lines(figure(panel, SIDES, WINDOW, moved=True)):
        quantity = BY_KEY[panel.lines[0][0]]
        assert quantity.unit in trace["hovertemplate"]
        words = trace["hovertemplate"].replace("<br>", " ")
        assert any(BY_KEY[key].definition in words for key, _ in panel.lines)
        assert len(trace["customdata"]) == len(trace["x"]) == len(trace["y"])


@pytest.mark.parametrize("panel", PANELS, ids=lambda p: p.slug)
def test_lines_of_one_figure_share_their_unit(panel: Panel) -> None:
    assert {BY_KEY[key].unit for key, _ in panel.lines} == {panel.unit}


def test_base_is_dashed_and_variant_solid_with_ranges_behind() -> None:
    drawn = figure(PANELS[0], SIDES, WINDOW, moved=True)
    assert [trace["line"].get("dash") for trace in lines(drawn)] == [
        "4px,3px",
        None,
    ] * 2
    assert sum(trace.get("fill") == "toself" for trace in drawn["data"]) == 4
    labels = [each["text"] for each in drawn["layout"]["annotations"]]
    assert "<b>Signed</b>" in labels


def test_while_no_lever_is_moved_there_is_one_solid_line() -> None:
    drawn = lines(figure(PANELS[0], SIDES, WINDOW, moved=False))
    assert [trace["name"] for trace in drawn] == ["Signed, base", "Lost for good, base"]
    assert all("dash" not in trace["line"] for trace in drawn)


def test_what_no_lever_moves_is_drawn_once() -> None:
    drawn = lines(figure(PANELS[1], SIDES, WINDOW, moved=True))
    needed = [trace for trace in drawn if trace["name"].startswith("Needed")]
    assert [trace["name"] for trace in needed] == ["Needed, base and variant"]


def test_hover_writes_numbers_out() -> None:
    many = Sides([made_up(27_061.4)], [])
    point = lines(figure(PANELS[0], many, WINDOW, moved=False))[0]["customdata"][0]
    assert point == ["27,060", "<br>one draw"]


def test_nobody_is_an_axis_without_halves_of_persons() -> None:
    nobody = Sides([made_up(0.0)], [])
    drawn = figure(CHANNEL_PANELS[0], nobody, WINDOW, moved=False, small=True)
    assert drawn["layout"]["yaxis"]["tickvals"] == [0]


def test_no_two_channels_share_a_colour() -> None:
    areas = stack(SIDES, WINDOW, moved=True)["data"][:-1]
    assert len({trace["fillcolor"] for trace in areas}) == len(channel_names())


def test_names_beside_the_lines_do_not_touch() -> None:
    drawn = figure(PANELS[0], SIDES, WINDOW, moved=True)
    beside = [e for e in drawn["layout"]["annotations"] if e.get("xref") == "paper"]
    at = sorted(each["y"] for each in beside)
    assert at[1] - at[0] >= 0.08 * 5


def test_a_figure_without_answers_is_empty() -> None:
    assert figure(PANELS[0], Sides([], []), WINDOW, moved=False)["data"] == []
    assert stack(Sides([], []), WINDOW, moved=False)["data"] == []


def test_the_stack_holds_every_channel_and_the_losses() -> None:
    drawn = stack(SIDES, WINDOW, moved=True)
    assert len(drawn["data"]) == len(channel_names()) + 1
    assert drawn["data"][0]["y"][0] == 4.0


def test_months_that_are_still_to_come_are_no_zeros() -> None:
    sides = Sides([made_up(1.0)], [under_way(2.0, months=11)])
    for trace in stack(sides, WINDOW, moved=True)["data"]:
        assert trace["y"][-1] == 2.0
        assert len(trace["y"]) == 11
    variant = lines(figure(PANELS[0], sides, WINDOW, moved=True))[1]
    assert variant["y"][10:12] == [2.0, None]


def test_a_run_under_way_gives_no_headline_number() -> None:
    begun = Sides([made_up(1.0)], [under_way(2.0, months=11)])
    for tile in tiles(begun, WINDOW, moved=True, draws=1):
        assert "waiting for 1 draw, 0 there" in said(tile)


def test_the_cap_stands_beside_the_bill() -> None:
    drawn = lines(figure(PANELS[-1], SIDES, WINDOW, moved=True))
    assert {"Cap, base", "Cap, variant"} < {trace["name"] for trace in drawn}


def test_only_the_months_shown_are_drawn() -> None:
    assert (
        figure(PANELS[0], SIDES, WINDOW, moved=True)["data"][1]["x"][0] == "2025-03-01"
    )


def test_every_tile_shows_base_and_variant_with_unit_and_definition() -> None:
    for tile in tiles(SIDES, WINDOW, moved=True, draws=2):
        words = said(tile)
        assert "Unit:" in words
        assert "Base:" in words
        assert "2 draws" in words
    assert "2025-10 " in said(tiles(SIDES, WINDOW, moved=True, draws=2)[0])


def test_a_number_is_not_shown_large_before_enough_draws_are_there() -> None:
    for tile in tiles(SIDES, WINDOW, moved=True, draws=8):
        words = said(tile)
        assert "waiting for 4 draws, 2 there" in words
        assert not any(sign.isdigit() for sign in words.partition("waiting")[0])


def test_the_saved_numbers_are_those_of_the_figures_month_by_month() -> None:
    head, *rows = monthly_csv(SIDES, WINDOW).splitlines()
    assert head == "month,side,quantity,unit,median,low,high"
    assert "2025-03,variant,signed,persons a month,4.0,3.1,4.9" in rows
    assert {row.split(",")[1] for row in rows} == {"base", "variant"}


def test_a_change_is_that_of_each_draw_not_of_the_medians() -> None:
    signed = said(tiles(SIDES, WINDOW, moved=True, draws=2)[4])
    assert "persons per month" in signed
    assert "Change: +2.5 (+2.05 to +2.95)" in signed


def test_a_month_without_an_answer_is_a_gap() -> None:
    gap = made_up(1.0)
    gap.series["signed"][2] = np.nan
    found = band([gap, made_up(3.0)], "signed")
    assert found.middle[1] == 2.0
    assert found.middle[2] == 3.0
    assert np.isnan(band([gap], "signed").middle[2])


def test_a_month_that_never_comes_is_said_so() -> None:
    never = Answer({}, dict.fromkeys(made_up(1).measures, np.inf), 16)
    words = said(tiles(Sides([never], []), WINDOW, moved=False, draws=1)[0])
    assert words.startswith("Break month: force below need none  until 2026-06")


def test_the_table_holds_the_numbers_of_every_figure() -> None:
    words = said(table(SIDES, WINDOW))
    for quantity in QUANTITIES:
        assert quantity.title in words
        assert quantity.unit in words


def test_the_range_is_that_of_the_draws_both_sides_have() -> None:
    known = {0: made_up(1.0), 1: made_up(2.0)}
    sides = Sides.of(Progress(known, {1: made_up(7.0)}, draws=3, seconds=None))
    assert spread(sides.base, "break_month_bill") == (2.0, 2.0, 2.0)
    assert band(sides.variant, "signed").draws == 1
