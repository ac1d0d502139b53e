"""What one layer says against its surroundings: dates, evidence ids, names, codes.

ODD III.i.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from model.errors import ScenarioError
from model.fields.months import Month, format_month, parse_month
from model.world import Macro
from scenarios.format.files import Layer
from scenarios.format.layout import (
    ByMonth,
    Dated,
    Step,
    Value,
    kind_at,
    parameters,
    scenario_layout,
)
from scenarios.format.nodes import MappingNode, ScalarNode
from scenarios.format.report import Report, shown
from scenarios.format.suggestions import did_you_mean
from scenarios.format.walking import Place, walk

EARLIEST_STEP = parse_month("2020-01")
"""Steps before the run say what holds when it starts; nothing reaches back further."""
EARLIEST_FACT = parse_month("1991-01")


@dataclass(frozen=True, slots=True)
class Known:
    """Names the model layer cannot know by itself; None leaves them unchecked."""

    evidence_ids: AbstractSet[str] | None = None
    macro: Macro | None = None
    """Documented series that some values are laid over."""


def check_layer(
    layer: Layer, window: tuple[Month, Month], known: Known, report: Report
) -> None:
    """Tell of dates outside the run, of unknown evidence and of unknown places.

    Args:
        layer: one file or set of overrides, in long form.
        window: first and last month of the run as this layer leaves it.
        known: the names that exist.
        report: takes the problems.
    """
    # What a run wrote holds all dates of its files, though it may have been cut short.
    is_of_a_run = "drawn" in layer.tree.entries
    for place in walk(layer.tree):
        if not is_of_a_run:
            if isinstance(place.kind, ByMonth) and isinstance(place.node, MappingNode):
                first = min(window[0], EARLIEST_STEP)
                for date, entry in place.node.entries.items():
                    wrong = _outside(date, (first, window[1]))
                    if wrong:
                        report.add(entry.mark, (*place.path, date), wrong)
            dates = isinstance(place.kind, Value) and place.kind.form == "month"
            dates = dates and place.path[0] != "time"
            if dates and isinstance(place.node, ScalarNode):
                wrong = _outside(place.node.text, (EARLIEST_FACT, window[1]))
                if wrong:
                    report.add(place.node.mark, place.path, wrong)
        if place.path[:-1] == ("drawn",):
            _check_drawn(place, report)
        if known.evidence_ids is not None:
            _check_source(place, known.evidence_ids, report)


def run_window(tree: MappingNode) -> tuple[Month, Month] | None:
    """Return first and last month of the run a merged tree describes, if it does."""
    try:
        return tuple(_months_of(tree))  # type: ignore[return-value]  # two names, two months
    except (KeyError, ScenarioError):
        return None


def _months_of(tree: MappingNode) -> Iterator[Month]:
    time = tree.entries["time"].node
    for name in ("start", "until"):
        if not isinstance(time, MappingNode):
            raise KeyError(name)
        node = time.entries[name].node
        yield parse_month(node.text if isinstance(node, ScalarNode) else "")


def _outside(date: str, window: tuple[int, int]) -> str | None:
    first, last = window
    if first <= parse_month(date) <= last:
        return None
    side = "before" if parse_month(date) < first else "after"
    span = f"{format_month(first)} to {format_month(last)}"
    return f"{date} lies {side} the run and would have no effect; allowed: {span}"


def _check_drawn(place: Place, report: Report) -> None:
    text = place.node.text if isinstance(place.node, ScalarNode) else ""
    kind = kind_at(scenario_layout(), tuple(text.split(".")))
    # A draw moves a dated value as a whole, as a number without a month does, and it
    # chooses the structure it was fitted under.
    if isinstance(kind, Step | Dated) or (
        isinstance(kind, Value) and kind.form in ("number", "whole", "choice")
    ):
        return
    names = [
        ".".join(path)
        for path, member in parameters(scenario_layout())
        if isinstance(member.kind, Value) and member.kind.form == "number"
    ]
    told = f"{shown(text)!r} is no parameter that a draw moves"
    report.add(place.node.mark, place.path, told + did_you_mean(text, names))


def _check_source(place: Place, ids: AbstractSet[str], report: Report) -> None:
    if not isinstance(place.node, ScalarNode) or not isinstance(place.node.value, str):
        return
    cites = place.path[-1] == "source" or place.path[:-1] == ("sources",)
    if cites and place.node.value not in ids:
        text = place.node.text
        told = f"{shown(text)!r} is no evidence id{did_you_mean(text, ids)}"
        report.add(place.node.mark, place.path, f"{told}; see muster evidence")
