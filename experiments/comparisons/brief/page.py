"""The brief: question, answer, chart, table, assumptions, skill and citation.

One HTML file that prints to two pages of A4 and loads nothing. Everything is worked out
from one comparison and the stored posterior; no sentence is fixed text except the names
of things. ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from calibration.posterior import (
    SERIES,
    load_posterior,
    posterior_digest,
    posterior_in_use,
    read_table,
)
from calibration.priors import free_parameters
from calibration.validation.backtests import ORIGINS, load_backtests
from calibration.validation.grades import ASSUMPTION, grade_measures
from calibration.validation.validate import Scoreboard, validate, weighted_quantiles
from experiments.comparisons.answer import answers, bands_doubt, own_answers, own_rows
from experiments.comparisons.brief.chart import brief_panes
from experiments.comparisons.brief.rows import Row, effect_rows, written
from experiments.comparisons.comparison import Comparison
from experiments.figures.words import (
    bare,
    number,
    percent,
    titled,
)
from experiments.measures.arithmetic import Floats
from experiments.report.page import POLICY
from experiments.storage.identity import code_digest
from scenarios.format.layout import parameters, scenario_layout

TEMPLATES: Final = Path(__file__).with_name("templates")
ASSUMPTIONS: Final = 3
MISSES: Final = 3
CHANGES: Final = 6
SENTENCES: Final = 8
SHARED: Final = 4
"""What two pages hold: of several scenarios, which share it, less, as each is named."""


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
    doubt: tuple[str, ...]
    """What is to be known before a band is quoted."""
    cite: str
    provenance: str


def brief_page(found: Comparison) -> str:
    """Return the brief of a comparison as HTML; all text is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("brief.html").render(
        brief=brief_of(found),
        panes=[Markup(drawing) for drawing in brief_panes(found)],
        policy=POLICY,
        style=Markup((TEMPLATES / "brief.css").read_text(encoding="utf-8")),
    )


def brief_of(found: Comparison) -> Brief:
    """Return the content of the brief of a comparison."""
    board = validate(posterior_in_use())
    labels = found.labels or [found.base]
    draws = found.measures["draw"].nunique()
    against = f" against “{found.titles[found.base]}”" if found.labels else ""
    title = " and ".join(found.titles[label] for label in labels)
    return Brief(
        title=title,
        base=found.titles[found.base] if found.labels else "",
        heads=("Effect", "Base", "Scenario")
        if found.labels
        else ("Level", "Last documented year", "Last twelve months"),
        answers=tuple(_answer(found, label) for label in found.labels)
        or (_own_answer(found),),
        assumptions=tuple(_assumptions()),
        skill=_skill(board),
        misses=tuple(_misses(board)),
        draws=draws,
        doubt=tuple(bands_doubt(found)),
        cite=(
            f"The Muster contributors, Muster {version('muster-economics')} (code"
            f" {code_digest()[:12]}, posterior {posterior_digest()}, {draws} draws,"
            f" seed {found.seed}), “{title}”{against}."
        ),
        provenance=(
            f"The posterior holds {len(load_posterior().weight)} weighted draws."
            " Scenario files, monthly series and every table lie beside this page; the"
            " same command gives the same numbers."
        ),
    )


def _answer(found: Comparison, label: str) -> Answer:
    scenario, others = found.resolved[label].scenario, len(found.labels)
    said = answers(found, label, named=others > 1)
    return Answer(
        title=found.titles[label],
        question=scenario.question,
        window=found.window_words(label),
        changes=scenario.changes[: max(1, CHANGES // others)],
        sentences=tuple(said)[: SENTENCES if others == 1 else max(1, SHARED // others)],
        rows=tuple(effect_rows(found, label)),
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
            written(row, row["title"], then, max(then, now))
            for row, then, now in own_rows(found)
        ),
    )


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
    """Say in plain words how well it would have foretold, and how well it fits."""
    (fitted,) = [each for each in board.coverage if each.use == "fit"]
    tested = load_backtests(posterior_in_use())
    by_series = ", ".join(
        f"{name.replace('_', ' ')} {_than(skill)}"
        for name, skill in tested.skills().items()
    )
    return (
        f"Made to foretell from {len(ORIGINS)} earlier dates, knowing only what was"
        f" known then, it had {percent(tested.coverage, 2)} of {len(tested.rows)} later"
        " documents in its 90 % bands. Six and twelve months ahead its error (CRPS) was"
        f" {_than(tested.skill)} than that of carrying the last document on"
        f" ({by_series}). Of the {fitted.targets} figures it is fitted to,"
        f" {percent(fitted.report, 2)} lie in the 90 % band of what their source should"
        " have printed."
    )


def _than(skill: float) -> str:
    return f"{percent(abs(skill), 2)} {'smaller' if skill >= 0 else 'larger'}"


def _misses(board: Scoreboard) -> Iterator[str]:
    scores = {score.target.name: score for score in board.scores}
    for missed in board.misses[:MISSES]:
        score = scores[missed]
        target = score.target
        first, last = target.period_start, target.period_end
        months = first if first == last else f"{first} to {last}"
        simulated, printed = (
            bare(value, target.unit) for value in (score.median, target.documented)
        )
        what = titled(target.quantity, target.unit)
        yield (
            f"{what} ({target.source}, {months}): {simulated} simulated, {printed}"
            " documented"
        )
