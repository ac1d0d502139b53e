"""The HTML page of a comparison: answer, differences with bands, steps, sources.

It has the form of a run's report (`experiments.report.page`), so it too is one file
that loads nothing. Every number is worked out from the paired draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final

import numpy as np
import pandas as pd

from calibration.evidence import load_regions
from experiments.comparisons.answer import answers, bands_doubt, certainty, effect_cells
from experiments.comparisons.charts import (
    Difference,
    difference_figure,
    time_charts,
    waterfall_figure,
)
from experiments.comparisons.comparison import Comparison, change_in_words
from experiments.figures.parts import Chart, Column, Section, Table
from experiments.figures.words import name, quantity, slug, span
from experiments.measures import described
from experiments.measures.arithmetic import Band, Floats, band
from experiments.measures.breakdown import SPLITS
from experiments.report.cards import HEADLINE, Card
from experiments.report.page import REPORT, Page, cite_as, figure_files, render
from experiments.report.sources import (
    KINDS,
    evidence_rows,
    in_print,
    rests_on,
    sources,
)
from experiments.storage.identity import git_hash

ANSWERED: Final = (
    "inflow_persons_per_month",
    "net_force_change_persons_per_month",
    "manpower_bill_rub",
)
CARDS: Final = (
    "inflow_gained_persons",
    "theatre_after_12_months_persons",
    "recruiting_bill_gained_rub",
    "cost_per_extra_man_rub",
    "regional_bill_gained_rub",
    "killed_gained_persons",
)
LAST_YEAR: Final = "last twelve months of the run"
PAIRED: Final = "Medians over paired draws, with the range that holds 90 % of them."


def comparison_page(found: Comparison, about: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the page of a comparison and the figures beside it, by path.

    Args:
        found: the comparison.
        about: what the folder says of itself.
    """
    resolved, title = found.resolved[found.labels[-1]], title_of(found)
    last = resolved.scenario
    lead, *over_time = time_charts(found)
    evidence = {str(row["id"]): row for row in evidence_rows(resolved.own_evidence)}
    cited = sources(resolved.tree, evidence)
    page = Page(
        title=title,
        question=last.question,
        author=last.author,
        changes=tuple(last.changes),
        period=f"{last.time.start} to {last.time.until}",
        draws=found.measures["draw"].nunique(),
        sentences=[
            *(s for label in found.labels for s in answers(found, label)),
            *bands_doubt(found),
        ],
        cards=list(_cards(found)),
        lead=lead,
        sections=[
            _over_time(over_time),
            *(_section(found, label) for label in found.labels),
        ],
        measures=list(_all_measures(found)),
        further=[],
        measure_years=None,
        sources=in_print(cited),
        cited=cited,
        rests_on=rests_on(cited),
        cite=cite_as(title, about),
        kinds=KINDS,
        provenance=_provenance(found),
    )
    return {REPORT: render(page).encode(), **figure_files(page)}


def _over_time(charts: Sequence[Chart]) -> Section:
    return Section(
        "over-time",
        "Over time",
        "Every scenario on the same months, draws and random numbers; upright lines "
        "stand where something changes, in the words of the scenario's author.",
        charts=tuple(charts),
    )


def title_of(found: Comparison) -> str:
    """Return what a comparison is called: the others against the base."""
    others = " and ".join(found.titles[label] for label in found.labels)
    return f"{others} against {found.titles[found.base]}"


def _cards(found: Comparison) -> Iterator[Card]:
    for label in found.labels:
        rows = {row["effect"]: row for row in found.effect_rows(label)}
        for effect in CARDS:
            if effect in rows and np.isfinite(rows[effect]["value"]):
                yield _effect_card(found, label, rows[effect])


def _effect_card(found: Comparison, label: str, row: Mapping[str, Any]) -> Card:
    title, value, range_, _, window = effect_cells(row)
    several = len(found.labels) > 1
    return Card(
        f"{title}: {found.titles[label]}, {window}"
        if several
        else f"{title}, {window}",
        value,
        f"90 % of draws: {range_}{certainty(row)}",
        row["definition"],
        "",
    )


def _all_measures(found: Comparison) -> Iterator[Card]:
    known = set(found.measures["measure"])
    for label in found.labels:
        for measure in HEADLINE:
            card = _card(found, label, measure) if measure in known else None
            if card is not None:
                yield card


def _card(found: Comparison, label: str, measure: str) -> Card | None:
    values = _differences(found, label, measure)
    if len(values) == 0:
        return None
    of, at = described(measure)[0], band(values)
    title = f"{of.title}: {found.titles[label]} less {found.titles[found.base]}"
    ranged = f"90 % of draws: {_range(at, of.unit)}"
    return Card(title, _signed(at.median, of.unit), ranged, of.definition, of.is_not)


def _section(found: Comparison, label: str) -> Section:
    title = f"{found.titles[label]} against {found.titles[found.base]}"
    return Section(
        slug(f"against {label}"),
        title,
        f"Differences over the {LAST_YEAR}. {PAIRED} Draws and random numbers are the "
        "same on both sides.",
        charts=(*_split_charts(found, label), *_step_charts(found, label)),
        tables=(
            _effect_table(found, label),
            _measure_table(found, label),
            *_split_tables(found, label),
            *_step_tables(found, label),
        ),
    )


def _split_charts(found: Comparison, label: str) -> Iterator[Chart]:
    for split in SPLITS:
        parts = _part(found, label, split.quantity, split.by)
        moved = parts.groupby("item")["difference"].transform(lambda d: d.abs().max())
        if (moved > 0).any():
            by_region = split.by == "region"
            title = f"{name(split.quantity)} by "
            title += "federal district" if by_region else split.by
            if len(found.labels) > 1:
                title += f", {found.titles[label]}"
            what = f"{title}, {LAST_YEAR}."
            size, unit = _drawn_in(split.unit)
            drawn = parts[moved > 0].drop(columns="label")
            drawn["label"] = drawn["item"].map(_district if by_region else _item)
            drawn = drawn.groupby(["label", "draw"], as_index=False)[
                ["difference"]
            ].sum()
            drawn["difference"] /= size
            yield difference_figure(drawn, Difference(title, unit, what))


def _step_charts(found: Comparison, label: str) -> Iterator[Chart]:
    for measure in ANSWERED:
        steps = _steps(found, label, measure)
        if not steps.empty:
            of = described(measure)[0]
            size, unit = _drawn_in(of.unit)
            drawn = steps.assign(value=steps["level"] / size)
            title = f"{of.title}: which change did what"
            if len(found.labels) > 1:
                title += f", {found.titles[label]}"
            yield waterfall_figure(
                drawn[["step", "draw", "value"]].assign(
                    step=drawn["step"].map(partial(change_in_words, found, label))
                ),
                title,
                unit,
            )


def _effect_table(found: Comparison, label: str) -> Table:
    columns = (
        Column("Effect", numeric=False),
        Column("Difference", "median"),
        Column("Difference", "90 % of draws"),
        Column("Sign held by", "of draws"),
        Column("Months", numeric=False),
    )
    rows = tuple(effect_cells(row) for row in found.effect_rows(label))
    return Table("What it does, from the change on", columns, rows)


def _measure_table(found: Comparison, label: str) -> Table:
    chosen = {row["measure"]: row for row in found.measure_rows(label)}
    rows = [
        (described(key)[0].title, *_compared(chosen[key], described(key)[0].unit))
        for key in HEADLINE
        if key in chosen and np.isfinite(chosen[key]["difference"])
    ]
    columns = (
        Column("Measure", numeric=False),
        Column(found.titles[found.base]),
        Column(found.titles[label]),
        Column("Difference", "median"),
        Column("Difference", "90 % of draws"),
    )
    return Table(f"Headline measures, {LAST_YEAR}", columns, tuple(rows))


def _split_tables(found: Comparison, label: str) -> Iterator[Table]:
    for split in SPLITS:
        table = found.split(split.quantity, split.by)
        chosen = table[table["label"] == label]
        ranked = chosen["difference"].abs().sort_values(ascending=False).index
        # The order of single regions is not to be trusted, so they stand by name.
        by_name = chosen["item"].map(lambda item: _item(str(item))).sort_values().index
        order = by_name if split.by == "region" else ranked
        rows = tuple(
            (_item(str(row["item"])), *_compared(row, split.unit))
            for row in chosen.loc[order].to_dict("records")
        )
        columns = (
            Column(name(split.by), numeric=False),
            Column(found.titles[found.base]),
            Column(found.titles[label]),
            Column("Difference", "median"),
            Column("Difference", "90 % of draws"),
        )
        caption = f"{name(split.quantity)} by {split.by}, {LAST_YEAR}"
        yield Table(caption, columns, rows, folded=split.by == "region")


def _step_tables(found: Comparison, label: str) -> Iterator[Table]:
    steps = found.contributions(ANSWERED)
    for measure in ANSWERED if not steps.empty else ():
        of = described(measure)[0]
        chosen = steps[(steps["label"] == label) & (steps["measure"] == measure)]
        rows = tuple(
            (
                change_in_words(found, label, str(row["step"])),
                *(
                    _signed(row[column], of.unit)
                    for column in ("contribution", "alone", "interaction")
                ),
            )
            for _, row in chosen.iterrows()
        )
        columns = (
            Column("Change", numeric=False),
            Column("Contribution", "after those above"),
            Column("Alone", "from the base"),
            Column("Interaction", "contribution less alone"),
        )
        if rows:
            yield Table(f"{of.title}: which change did what", columns, rows)


def _compared(row: Mapping[Any, Any], unit: str) -> tuple[str, ...]:
    """Write base, value, difference and its range."""
    sides = (quantity(row[side], unit) for side in ("base", "value"))
    ends = (_signed(row[f"difference_{end}"], unit) for end in ("low", "high"))
    return (*sides, _signed(row["difference"], unit), span(*ends))


def _differences(found: Comparison, label: str, measure: str) -> Floats:
    """Return the difference in every draw that has one, (D,)."""
    rows = found.measures
    at = (rows["label"] == label) & (rows["measure"] == measure)
    values: Floats = rows.loc[at, "difference"].to_numpy(float)
    return values[np.isfinite(values)]


def _part(found: Comparison, label: str, of: str, by: str) -> pd.DataFrame:
    rows = found.parts
    at = (rows["label"] == label) & (rows["quantity"] == of) & (rows["by"] == by)
    return rows[at & (rows["period"] == "")]


def _steps(found: Comparison, label: str, measure: str) -> pd.DataFrame:
    if found.steps.empty:
        return found.steps
    rows = found.steps
    return rows[(rows["label"] == label) & (rows["measure"] == measure)]


def _provenance(found: Comparison) -> list[tuple[str, str]]:
    scenarios = [(label, title) for label, title in found.titles.items()]
    return [*scenarios, ("base", found.base), ("git_hash", git_hash() or "unknown")]


@cache
def _region_names() -> dict[str, str]:
    return {row.iso: row.name_en for row in load_regions()}


@cache
def _districts() -> dict[str, str]:
    return {row.iso: row.federal_district for row in load_regions()}


def _district(code: str) -> str:
    """Return the federal district of a region; abroad as it stands."""
    return _districts().get(code) or _item(code)


def _item(code: str) -> str:
    """Return the reader's name of a channel, payer, account or region."""
    return _region_names().get(code) or name(code)


def _drawn_in(unit: str) -> tuple[float, str]:
    """Return the size and name of the unit of an axis: sums stand in billions."""
    return (1e9, "billion RUB") if unit == "RUB" else (1.0, unit)


def _range(at: Band, unit: str) -> str:
    return span(_signed(at.low, unit), _signed(at.high, unit))


def _signed(value: float, unit: str) -> str:
    return f"+{quantity(value, unit)}" if value > 0 else quantity(value, unit)
