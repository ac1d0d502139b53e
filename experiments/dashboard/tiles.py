"""Headline measures, base beside variant, and the figures' numbers as a table."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from dash import html

from experiments.dashboard.bands import Sides, band, spread
from experiments.dashboard.charts import PANELS, Window
from experiments.dashboard.quantities import BY_KEY, CHANNELS, SHOWN_MEASURES
from experiments.figures.parts import csv_text
from experiments.figures.words import number, quantity, span
from experiments.measures.arithmetic import Floats, quantiles
from experiments.measures.definitions import AFTER_HISTORY
from experiments.measures.measure import Measure
from model.fields.months import format_month, parse_month

YEAR = 12


ENOUGH = 4
"""Draws before a number is shown large: one draw alone would be taken for an answer."""


def tiles(
    sides: Sides, window: Window, *, moved: bool, draws: int = ENOUGH
) -> list[Any]:
    """Return one tile a measure; of base alone while no lever is moved.

    Args:
        sides: what is known.
        window: months that are shown.
        moved: whether a lever is.
        draws: draws that will be known in the end.
    """
    known = sum(each.whole for each in (sides.variant if moved else sides.base))
    wanted = min(ENOUGH, draws)
    if known < wanted:
        waiting = (
            f"waiting for {wanted} {'draw' if wanted == 1 else 'draws'}, {known} there"
        )
        return [
            html.Li(
                [
                    html.H3(measure.title),
                    html.P("…", className="value", id=f"value-{measure.name}"),
                    html.P(waiting, className="range"),
                ]
            )
            for measure in SHOWN_MEASURES
        ]
    return [_tile(measure, sides, window, moved=moved) for measure in SHOWN_MEASURES]


def monthly_csv(sides: Sides, window: Window) -> str:
    """Return every quantity shown, month by month, base and variant, as CSV."""
    keys = dict.fromkeys(
        [key for panel in PANELS for key, _ in panel.lines]
        + [each.key for each in CHANNELS]
    )
    rows = []
    for side, answers in (("base", sides.base), ("variant", sides.variant)):
        for key in keys if answers else ():
            found = band(answers, key)
            values = zip(
                found.middle.tolist(), found.low.tolist(), found.high.tolist(),
                strict=True,
            )  # fmt: skip
            rows += [
                (format_month(window.first + at), side, key, BY_KEY[key].unit, *each)
                for at, each in enumerate(values)
            ]
    head = ("month", "side", "quantity", "unit", "median", "low", "high")
    return csv_text(head, rows)


def _tile(measure: Measure, sides: Sides, window: Window, *, moved: bool) -> Any:
    shown = sides.variant if moved else sides.base
    value, range_ = _written(measure, shown, window)
    figure, _, unit = value.partition(" ")
    base = _bare(_written(measure, sides.base, window)[0], unit)
    compared = [f"Base: {base}", _change(measure, sides, unit)] if moved else []
    period = "whole run" if measure.whole_run else "last twelve months"
    return html.Li(
        [
            html.H3(measure.title),
            html.P(
                [figure, " ", html.Span(unit, className="unit")],
                className="value",
                id=f"value-{measure.name}",
            ),
            html.P(range_, className="range"),
            *(html.P(each, className="base") for each in compared if each),
            html.Details(
                [
                    html.Summary("What it is"),
                    html.P(f"{measure.definition} {period.capitalize()}."),
                    html.P(measure.is_not),
                    html.P(f"Unit: {measure.unit}."),
                ]
            ),
        ],
        title=f"{measure.title} ({measure.unit}): {measure.definition}",
    )


def period(window: Window) -> str:
    """Return which months the headline measures are of."""
    first = max(window.first, window.last - YEAR + 1)
    return (
        f"Of the last twelve months of the run, {format_month(first)} to"
        f" {format_month(window.last)}; the break months are of the whole run."
    )


def _bare(text: str, unit: str) -> str:
    """Leave out a unit that is said already."""
    return text.removesuffix(unit).rstrip() if unit else text


def _change(measure: Measure, sides: Sides, unit: str) -> list[Any]:
    """Return variant less base, draw by draw; nothing where either never comes."""
    pairs = zip(sides.base, sides.variant, strict=True)
    found = [v.measures[measure.name] - b.measures[measure.name] for b, v in pairs]
    if not found or not np.isfinite(found).all():
        return []
    of = "months" if measure.unit == AFTER_HISTORY else measure.unit
    low, middle, high = (
        _bare(_signed(float(value), of), unit) for value in quantiles(np.array(found))
    )
    range_ = f"({span(low, high)})" if low != high else ""
    return [f"Change: {middle} ", html.Span(range_, className="whole")]


def _signed(value: float, unit: str) -> str:
    text = quantity(value, unit).replace("-", "−")
    return f"+{text}" if value > 0 else text


def _written(measure: Measure, answers: Any, window: Window) -> tuple[str, str]:
    """Return a measure's value and range in words."""
    if not answers:
        return "…", ""
    low, middle, high = (
        _value(measure, value, window) for value in spread(answers, measure.name)
    )
    if len(answers) == 1:
        return middle, "one draw"
    unit = middle.partition(" ")[2]
    low, high = _bare(low, unit), _bare(high, unit)
    range_ = low if low == high else span(low, high)
    return middle, f"{range_}, {len(answers)} draws"


def _value(measure: Measure, value: float, window: Window) -> str:
    if measure.unit == AFTER_HISTORY:
        if not math.isfinite(value):
            return f"none until {format_month(window.last)}"
        return format_month(parse_month(window.documented_until) + round(value))
    unit = "signed per man lost" if measure.unit == "ratio" else measure.unit
    return quantity(value, unit)


def table(sides: Sides, window: Window) -> Any:
    """Return yearly means of every quantity shown, base and variant."""
    keys = [key for panel in PANELS for key, _ in panel.lines]
    keys += [each.key for each in CHANNELS]
    years = _years(window)
    head = [html.Th("Mean of the year"), html.Th("Unit")]
    head += [
        html.Th(f"{year} {side}") for year in years for side in ("base", "variant")
    ]
    rows = [_row(key, sides, years) for key in keys]
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)])


def _row(key: str, sides: Sides, years: dict[int, slice]) -> Any:
    both = [
        band(side, key).middle if side else None for side in (sides.base, sides.variant)
    ]
    cells = [
        html.Td("…" if series is None else _mean(series[part]))
        for part in years.values()
        for series in both
    ]
    title = BY_KEY[key].title
    return html.Tr([html.Th(title, scope="row"), html.Td(BY_KEY[key].unit), *cells])


def _mean(values: Floats) -> str:
    known = values[np.isfinite(values)]
    return number(float(known.mean())) if len(known) else "none"


def _years(window: Window) -> dict[int, slice]:
    first = window.first
    years = range(parse_month(window.since) // YEAR, window.last // YEAR + 1)
    return {
        year: slice(max(0, YEAR * year - first), YEAR * (year + 1) - first)
        for year in years
    }
