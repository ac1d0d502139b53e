"""One scenario by itself: what it answers to its own question, and its brief.

The Python twin of `muster brief baseline`:

    from experiments.comparisons.alone import alone
    found = alone("baseline", draws=16)

A scenario that is held against nothing is held against what was documented: levels of
the last twelve months of the run stand beside those of the last documented year, draw
by draw. ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.comparisons.answer import break_sentences, certainty, verdict
from experiments.comparisons.comparison import Comparison
from experiments.figures.words import number, quantity, span
from experiments.measures import described
from experiments.measures.breaks import breaks
from experiments.measures.effects import agreement
from experiments.measures.facts import Floats
from experiments.measures.over_draws import quantiles
from experiments.report.cards import DOCUMENTED
from experiments.runs.own_evidence import keep_cited
from experiments.runs.paired import (
    PairedResult,
    measures_frame,
    posterior,
    scenario_draws,
    series_frame,
    simulate_paired,
)
from experiments.runs.run import DRAWS, RUNS, SEED, Progress, repeatable_text
from experiments.storage.durable import write_durably
from experiments.storage.record import provenance
from experiments.storage.staging import folder_named, staged
from experiments.storage.tables import write_frame
from model.fields.months import format_month
from scenarios import Resolved, load_scenario

SHOWN: Final = (
    "inflow_persons_per_month",
    "permanent_losses_persons_per_month",
    "replacement_ratio",
    "force_in_theatre_persons",
    "mean_signing_bonus_rub",
    "bonus_bill_rub",
    "manpower_bill_rub",
    "manpower_bill_share_of_federal_spending",
    "regions_above_5_percent",
    "killed_persons",
)
"""Levels that the brief shows, where the run has both years."""


def alone(
    scenario: str | Path,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> Comparison:
    """Simulate one scenario and write its brief.

    Args:
        scenario: a scenario file or the name of a packaged one.
        draws: draws of the posterior.
        seed: replication.
        settings: `a.b.c=value` overrides.
        workers: processes; by default one a core.
        out: folder; by default `runs/brief-<scenario>`.
        progress: called with (draws done, draws).
        evidence: folder of own evidence; by default `evidence` beside the scenario.

    Returns:
        a comparison of the scenario with nothing: it has a base and no labels. Its
        folder holds `brief.html`, measures, series and the resolved scenario.

    Raises:
        ScenarioError: the scenario or a setting is not acceptable.
        OutputError: the folder holds something else than a brief.
        RunsFailedError: workers died under some draws; the others are kept.
        StorageError: the folder cannot be written.
    """
    from experiments.comparisons.brief.page import brief_page

    resolved, label = load_scenario(scenario, settings, evidence=evidence), "scenario"
    own = folder_named(RUNS, f"brief-{Path(scenario).stem}")
    folder = out if out is not None else own
    with staged(folder, "brief") as made:
        under = {label: scenario_draws(resolved, posterior(draws))}
        results = simulate_paired(under, seed, workers, progress, made.draws)
        found = _unpaired(label, resolved, results, seed)
        for name in ("measures", "series"):
            write_frame(made.path / f"{name}.parquet", getattr(found, name))
        text = repeatable_text(resolved, draws, seed)
        write_durably(made.path / "scenario.yaml", text.encode())
        keep_cited(made.path, resolved)
        write_durably(made.path / "brief.html", brief_page(found).encode())
        made.about |= provenance(resolved.scenario.title, seed=seed, draws=draws)
    return replace(found, folder=folder)


def _unpaired(
    label: str, resolved: Resolved, results: Sequence[PairedResult], seed: int
) -> Comparison:
    """Return the comparison of a scenario with nothing: it has no effects."""
    measures = measures_frame(results)
    return Comparison(
        label,
        {label: resolved.scenario.title},
        {label: resolved},
        measures.assign(base=measures["value"], difference=0.0),
        pd.DataFrame(),
        pd.DataFrame(),
        {},
        series_frame(results),
        pd.DataFrame(columns=["label", "effect", "draw", "value"]),
        {},
        {label: breaks([each.series for each in results], resolved.scenario)},
        {},
        pd.DataFrame(),
        seed,
    )


def own_answers(found: Comparison) -> list[str]:
    """Answer a scenario's own question in sentences: men, money, what gives."""
    came, went = (
        _values(found, f"{name}_persons_per_month")
        for name in ("inflow", "permanent_losses")
    )
    paid = _banded(_values(found, "mean_signing_bonus_rub"), "RUB")
    time = found.resolved[found.base].scenario.time
    first = format_month(time.first + max(0, time.months - 12))
    covers = verdict(came >= went, "cover", "do not cover")
    made = [
        f"From {first} to {time.until}, {_banded(came, 'persons')} a month come under"
        f" arms, by whichever channel, and {covers} the"
        f" {_banded(went, 'persons')} a month who are lost for good.",
        f"A volunteer is paid {paid} for signing; the manpower bill of the twelve"
        " months comes to"
        f" {_banded(_values(found, 'manpower_bill_rub'), 'RUB')},"
        f" {_banded(_values(found, _SHARE), 'share')} of federal spending.",
        _change(found),
        *break_sentences(found, found.base),
    ]
    return [sentence for sentence in made if sentence]


_SHARE: Final = "manpower_bill_share_of_federal_spending"


def own_rows(found: Comparison) -> Iterator[tuple[dict[str, Any], float, float]]:
    """Yield a row of each level: change since the documented year, then both levels."""
    for name in SHOWN:
        now, then = _values(found, name), _values(found, f"{name}{DOCUMENTED}")
        if not len(now) or len(now) != len(then):
            continue
        measure, _ = described(name)
        low, middle, high = quantiles(now - then).tolist()
        share, sign = agreement(now - then)
        row = {"title": measure.title, "unit": measure.unit, "value": middle,
               "low": low, "high": high, "p_sign": share, "sign": sign,
               "draws": len(now)}  # fmt: skip
        yield row, float(np.median(then)), float(np.median(now))


def _change(found: Comparison) -> str:
    """Say how the force in theatre moves from the documented year on."""
    name = "force_in_theatre_persons"
    now, then = _values(found, name), _values(found, f"{name}{DOCUMENTED}")
    if not len(now) or len(now) != len(then):
        return ""
    low, middle, high = quantiles(now - then).tolist()
    share, sign = agreement(now - then)
    row = {"p_sign": share, "sign": sign, "draws": len(now)}
    way = "more" if middle >= 0 else "fewer"
    return (
        f"At the end {_banded(now, 'persons')} stand in the theatre,"
        f" {number(abs(middle))} {way} than at the end of the documented year"
        f" ({span(number(low), number(high))}){certainty(row)}."
    )


def _values(found: Comparison, measure: str) -> Floats:
    """Return a measure in every draw that has it, (D,)."""
    rows = found.measures[found.measures["measure"] == measure]
    values: Floats = rows["value"].to_numpy(float)
    return values[np.isfinite(values)]


def _banded(values: Floats, unit: str) -> str:
    if not len(values):
        return "not defined"
    low, middle, high = (quantity(each, unit) for each in quantiles(values).tolist())
    return f"{middle} ({span(low, high)})"
