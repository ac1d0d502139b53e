"""What is shown while answers come in; the rest is tried in a browser."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from dash import no_update

from experiments.dashboard.callbacks import showing
from experiments.dashboard.charts import CHANNEL_PANELS
from experiments.dashboard.desk import Progress, Question
from experiments.dashboard.levers import Levers
from experiments.dashboard.links import to_query
from tests.experiments.dashboard.small_page import (
    LATER,
    SETTINGS,
    made_up,
    under_way,
)

MOVED = to_query(Question("baseline", Levers(**LATER, federal_bonus=2.0)))


def shown(progress: Progress) -> list[Any]:
    """Return what the page is told of a lever that has been moved."""
    desk: Any = SimpleNamespace(settings=SETTINGS, progress=lambda _: progress)
    told: list[Any] = showing(desk)(None, MOVED, None, None)
    return told


def names(told: list[Any]) -> set[str]:
    """Return the lines of the figure that follows the stack."""
    return {trace["name"] for trace in told[4]["data"] if "name" in trace}


def test_until_the_variant_is_there_its_base_is_shown_as_such() -> None:
    told = shown(Progress({0: made_up(1.0)}, {}, draws=2, seconds=None))
    assert names(told) == {"Signed, base", "Lost for good, base"}
    assert told[-1] is not None, "the browser asks no further"


def test_the_variant_is_overlaid_as_soon_as_one_draw_has_it() -> None:
    one = Progress({0: made_up(1.0)}, {0: made_up(2.0)}, draws=2, seconds=0.1)
    assert {"Signed, base", "Signed, variant"} < names(shown(one))


def test_months_are_drawn_as_they_come_in_the_large_figures_alone() -> None:
    known = {0: made_up(1.0)}
    begun = under_way(2.0, months=12)
    told = shown(Progress(known, {}, draws=2, seconds=None, begun=begun))
    assert {"Signed, base", "Signed, variant"} < names(told)
    assert "12 of 16 months" in told[-3]
    small = told[-3 - len(CHANNEL_PANELS) : -3]
    assert small == [no_update] * len(CHANNEL_PANELS)


def test_the_browser_asks_no_more_once_all_is_answered_or_failed() -> None:
    known = {0: made_up(1.0)}
    for end in (
        Progress(known, known, draws=1, seconds=0.1),
        Progress({}, {}, draws=1, seconds=None, failure="memory is short"),
    ):
        assert shown(end)[-1] is None


def test_a_reply_that_says_nothing_new_is_held_back_until_there_is_more() -> None:
    known = {0: made_up(1.0)}
    before = Progress(known, {}, draws=1, seconds=None)
    after = Progress(known, {0: made_up(2.0)}, draws=1, seconds=0.1)
    waited = []

    def more_than(*given: Any) -> Progress:
        waited.append(given)
        return after

    desk: Any = SimpleNamespace(
        settings=SETTINGS, progress=lambda _: before, more_than=more_than
    )
    show = showing(desk)
    first = show(None, MOVED, None, None)
    assert waited == [], "what is new is told at once"
    then = show(None, MOVED, first[-2], first[-3])
    assert len(waited) == 1
    assert {"Signed, base", "Signed, variant"} < names(then)
