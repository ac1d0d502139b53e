"""What a brief says: question, answer, chart, table, assumptions, skill, citation.

Everything is worked out from one comparison and the stored posterior; no sentence is
fixed text except the names of things. ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from calibration.posterior import (
    SERIES,
    load_posterior,
    posterior_digest,
    posterior_in_use,
    read_table,
)
from calibration.priors import free_parameters
from calibration.validation.backtests import load_backtests
from calibration.validation.grades import ASSUMPTION, grade_measures
from calibration.validation.validate import Scoreboard, validate, weighted_quantiles
from experiments.comparisons.alone import own_answers, own_rows
from experiments.comparisons.answer import answers, sign_cell
from experiments.comparisons.comparison import Comparison
from experiments.figures.words import (
    bare,
    number,
    percent,
    quantity,
    scaled,
    span,
    titled,
)
from experiments.measures.over_draws import Floats
from experiments.storage.identity import code_digest
from scenarios.format.layout import parameters, scenario_layout

ASSUMPTIONS: Final = 3
MISSES: Final = 3
ROWS: Final = 12
LEAST_ROWS: Final = 4
CHANGES: Final = 6
SENTENCES: Final = 5
"""What two pages hold; several scenarios share the rows of the table."""
EFFECTS: Final = (
    "inflow_gained_persons",
    "inflow_gained_to_end_persons",
    "theatre_after_6_months_persons",
    "theatre_after_12_months_persons",
    "theatre_after_24_months_persons",
    "recruiting_bill_gained_rub",
    "bill_gained_rub",
    "federal_bill_gained_rub",
    "regional_bill_gained_rub",
    "cost_per_extra_man_rub",
    "killed_gained_persons",
    "foreigners_gained_persons",
    "deceived_gained_persons",
)
"""Effects the table shows, in this order; those without an answer are left out."""
LEVELS: Final = {
    "inflow_gained_persons": "inflow",
    "recruiting_bill_gained_rub": "recruiting_bill",
    "bill_gained_rub": "bill",
    "federal_bill_gained_rub": "federal_bill",
    "regional_bill_gained_rub": "regional_bill",
    "killed_gained_persons": "killed",
    "foreigners_gained_persons": "foreigners",
    "deceived_gained_persons": "deceived",
}
"""Series whose sum over the window gives the level beside an effect."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: written cells."""

    title: str
    base: str
    scenario: str
    difference: str
    range: str
    sign: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one scenario does against the base."""

    title: str
    question: str
    window: str
    changes: tuple[str, ...]
    sentences: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the two pages hold but the drawing."""

    title: str
    base: str
    """Title of what the others are held against; empty for a scenario alone."""
    heads: tuple[str, str, str]
    """Heads of the table's first columns."""
    answers: tuple[Answer, ...]
    assumptions: tuple[str, ...]
    skill: str
    misses: tuple[str, ...]
    draws: int
    cite: str
    provenance: str


def brief_of(found: Comparison) -> Brief:
    """Return the content of the brief of a comparison."""
    board = validate(posterior_in_use())
    digest = code_digest()[:12]
    labels = found.labels or [found.base]
    return Brief(
        title=" and ".join(found.titles[label] for label in labels),
        base=found.titles[found.base] if found.labels else "",
        heads=("Effect", found.titles[found.base], "Scenario")
        if found.labels
        else ("Level", "Last documented year", "Last twelve months"),
        answers=tuple(_answer(found, label) for label in found.labels)
        or (_own_answer(found),),
        assumptions=tuple(_assumptions()),
        skill=_skill(board),
        misses=tuple(_misses(board)),
        draws=found.measures["draw"].nunique(),
        cite=(
            f"The Muster contributors, Muster {version('muster-economics')}, code"
            f" {digest}, scenarios {', '.join(found.titles.values())}."
        ),
        provenance=(
            f"Posterior {posterior_digest()}, {len(load_posterior().weight)} weighted"
            " draws. Scenario files, monthly series and every table lie beside this"
            " page; the same command gives the same numbers."
        ),
    )


def _answer(found: Comparison, label: str) -> Answer:
    scenario, others = found.resolved[label].scenario, len(found.labels)
    most = max(LEAST_ROWS, ROWS // others)
    return Answer(
        title=found.titles[label],
        question=scenario.question,
        window=found.window_words(label),
        changes=scenario.changes[: max(1, CHANGES // others)],
        sentences=tuple(answers(found, label))[: max(1, SENTENCES // others)],
        rows=tuple(_rows(found, label))[:most],
    )


def _own_answer(found: Comparison) -> Answer:
    """Return what a scenario alone answers to its own question."""
    scenario = found.resolved[found.base].scenario
    return Answer(
        title=scenario.title,
        question=scenario.question,
        window="last twelve months of the run beside the last documented year",
        changes=scenario.changes[:CHANGES],
        sentences=tuple(own_answers(found))[:SENTENCES],
        rows=tuple(
            _row(row, bare(then, row["unit"]), bare(now, row["unit"]))
            for row, then, now in own_rows(found)
        ),
    )


def _rows(found: Comparison, label: str) -> Iterator[Row]:
    rows = {row["effect"]: row for row in found.effect_rows(label)}
    for effect in EFFECTS:
        row = rows.get(effect)
        if row is None or not np.isfinite(row["value"]) or not row["sign"]:
            continue
        base, level = _levels(found, label, effect)
        yield _row(row, base, level)


def _row(row: Mapping[str, Any], base: str, level: str) -> Row:
    unit = row["unit"]
    return Row(
        titled(row["title"], unit),
        base,
        level,
        bare(row["value"], unit),
        span(bare(row["low"], unit), bare(row["high"], unit)),
        sign_cell(row),
    )


def _levels(found: Comparison, label: str, effect: str) -> tuple[str, str]:
    """Return the median level of base and scenario over the window, as written."""
    window, rows = found.windows[label], found.series
    if window is None or effect not in LEVELS:
        return "", ""
    part = window.part
    inside = rows["month"].between(part.start, part.stop - 1)
    sums = rows[inside & (rows["series"] == LEVELS[effect])]
    totals = sums.groupby(["label", "draw"])["value"].sum()
    return scaled(totals[found.base].median()), scaled(totals[label].median())


def _assumptions() -> Iterator[str]:
    """Name the assumed parameters that moved inflow and force most over the draws."""
    draws = load_posterior()
    rows = [dict(zip(draws.names, row, strict=True)) for row in draws.values.tolist()]
    graded = {each.name: each for each in free_parameters()}
    named = [
        parameter
        for grade in grade_measures(rows, _documented_measures(), draws.weight)
        for parameter in grade.leading
        if graded[parameter].grade == ASSUMPTION
    ]
    described = {
        ".".join(path): member.info.description or ""
        for path, member in parameters(scenario_layout())
    }
    for parameter in list(dict.fromkeys(named))[:ASSUMPTIONS]:
        at = draws.names.index(parameter)
        ends = weighted_quantiles(draws.values[:, at], draws.weight, (0.05, 0.5, 0.95))
        low, middle, high = map(number, ends)
        what = described.get(parameter, "habit of a source").rstrip(".")
        yield f"{what} ({parameter}): {middle}, 90 % of draws {low} to {high}"


def _documented_measures() -> dict[str, Floats]:
    """Return inflow of the last documented year and force at its end, each (N,)."""
    series = read_table(posterior_in_use() / SERIES)
    draws = int(series["draw"].max()) + 1
    contracts = series["contracts_signed"].reshape(draws, -1)
    return {
        "inflow": contracts[:, -12:].sum(axis=1).astype(float),
        "force": series["force"].reshape(draws, -1)[:, -1].astype(float),
    }


def _skill(board: Scoreboard) -> str:
    (fitted,) = [each for each in board.coverage if each.use == "fit"]
    told = " ".join(load_backtests(posterior_in_use()).told())
    return (
        f"{told} Of {fitted.targets} fitted figures {percent(fitted.report, 2)} lie in"
        " the 90 % band of what their source should have printed."
    )


def _misses(board: Scoreboard) -> Iterator[str]:
    scores = {score.target.name: score for score in board.scores}
    for missed in board.misses[:MISSES]:
        score = scores[missed]
        target = score.target
        yield (
            f"{target.quantity} ({target.source}, {target.period_start} to"
            f" {target.period_end}): {quantity(score.median, target.unit)} simulated,"
            f" {quantity(target.documented, target.unit)} documented"
        )
