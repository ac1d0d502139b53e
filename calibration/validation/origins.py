"""Back-tests: what would have been forecast from an origin, and what documents said.

At each origin the fit is made again without the documents that came later, some draws
are run forward under the model's own rules (no dated input after the origin is read;
every draw has random numbers of its own, so what cannot be known moves too), and what
the sources would have printed, the error shown so far carried forward, is held against
what they printed. Up to an origin all
runs follow documents, so one set of training runs serves every origin: only targets
are dropped and the emulator trained anew.

Three uses:

- the score: CRPS beside that of naive forecasts, coverage of the 90 % bands;
- the stack: variants hold the posterior in the shares w that maximise the mean log of
  sum_v w_v p_v(document), with a Dirichlet prior of 2 each, which leaves none at zero;
- the width: where a series' documents lay further off than the bands said, its bands
  are widened by the root mean square of their z scores, never narrowed. A back-test is
  widened by what earlier origins had shown by then, so its coverage is honest.

Priors and structure were chosen in sight of documents to 2025, and inputs that a draw
carries (a dated factor on the tempo) are known at every origin: what is tested is the
fit and the rules, not foresight. ODD III.iii.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from calibration.fit.evaluation import WORK_FOLDER, Setting, run_draws
from calibration.fit.fit import (
    FitSettings,
    Report,
    Runs,
    Training,
    proposals,
    silent,
    transformed,
    weights,
)
from calibration.fit.likelihood import carried
from calibration.fit.variants import Variant
from calibration.priors import free_parameters, scenario_part, values
from calibration.regional_game.hazards import fit
from calibration.regional_game.panel import panel
from calibration.regional_game.scores import pooled
from calibration.regional_game.storage import columns_of
from calibration.validation.backtests import ORIGINS, Backtests, Row, widening
from calibration.validation.documents import (
    Document,
    before,
    documents,
    persistence,
    trend,
)
from calibration.validation.proper_scores import Predictive
from model.fields.months import parse_month

Floats = NDArray[np.float64]

FORWARD_UNTIL: Final = "2025-10"
"""Last month of a back-test's runs: that of the last document in the evidence."""
DRAWS: Final = 48
LEAST_EFFECTIVE: Final = 0.5
"""Share of the few forward draws that weights must leave effective."""
_SEED_STRIDE: Final = 100_003


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one variant foretold from one origin: a predictive by document."""

    variant: str
    origin: str
    predictives: Mapping[str, Predictive]
    """By name of the document's target."""


def back_test(
    trainings: Sequence[Training],
    settings: FitSettings,
    variants: Sequence[Variant],
    regional_prices: Callable[[], Mapping[str, float]],
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    report: Report = silent,
    draws: int = DRAWS,
) -> Backtests:
    """Forecast from every origin with every variant, and score the stack.

    Args:
        trainings: runs before the posterior, one for each fitted variant.
        settings: those of the fit.
        variants: all variants; each goes forward from the training whose switches in
            history are its own.
        regional_prices: scores of single regions' prices against unchanged ones.
        folder: where runs are stored and looked up.
        workers: processes for the runs of the model.
        report: called with stage, runs done and runs in all.
        draws: draws each variant runs forward from each origin.
    """
    forecasts = []
    with threadpool_limits(1):
        for training in trainings:
            own = [v for v in variants if v.settings == training.variant.settings]
            for origin in ORIGINS:
                forecasts += _forecasts(
                    training, own, origin, settings, draws, folder, workers, report
                )
    return score(forecasts, regional_prices())


@dataclass(frozen=True, slots=True)
class _Teller:
    variant: str
    origin: str
    report: Report

    def __call__(self, done: int, total: int) -> None:
        self.report(f"{self.variant}: forward from {self.origin}", done, total)


def _forecasts(
    training: Training,
    variants: Sequence[Variant],
    origin: str,
    settings: FitSettings,
    draws: int,
    folder: Path,
    workers: int,
    report: Report,
) -> list[Forecast]:
    """Fit at an origin and run each variant forward from it under the same draws."""
    then = training.known_at(parse_month(origin))
    likelihood, emulator = then.likelihood, then.emulator()
    wave = 100 + ORIGINS.index(origin)
    drawn = proposals(emulator, likelihood, draws, settings, wave)
    z = drawn.reshape(-1, drawn.shape[-1])[:draws]
    parameters = free_parameters()
    played = columns_of(fit(panel(origin), len(z), settings.seed))
    under = [
        {
            **scenario_part(row, parameters),
            **{name: float(column[number]) for name, column in played.items()},
        }
        for number, row in enumerate(values(z, parameters))
    ]
    window = (f"time.until={FORWARD_UNTIL}", f"time.history_until={origin}")
    found = []
    for variant in variants:
        own = (f"{key}={value}" for key, value in variant.all_settings.items())
        overrides = (*window, *own)
        each = [
            Setting(_SEED_STRIDE * settings.seed + number, overrides)
            for number in range(len(z))
        ]
        told = _Teller(variant.name, origin, report)
        runs = Runs(z, tuple(run_draws(under, each, folder, workers, told)))
        outputs = transformed(runs, then.targets)
        weight, _ = weights(z, outputs, emulator, likelihood, LEAST_EFFECTIVE)
        told_of = _predictives(runs, weight, then, outputs, origin)
        found.append(Forecast(variant.name, origin, told_of))
    return found


def _predictives(
    runs: Runs, weight: Floats, then: Training, outputs: Floats, origin: str
) -> dict[str, Predictive]:
    """Return what would have been printed after an origin, by document.

    Args:
        runs: forward, N of them.
        weight: theirs, (N,).
        then: the training as it was at the origin, with T documents.
        outputs: what the runs gave for these, transformed, (N, T).
        origin: last month known.
    """
    later = [
        d for d in documents() if d.firm and d.parts[0].first > parse_month(origin)
    ]
    parts = [part for document in later for part in document.parts]
    seen = np.exp(transformed(runs, parts))
    wholes = [document.target for document in later]
    errors, left_sd = carried(then.targets, outputs, wholes, then.chance_sd)
    found, at = {}, 0
    for number, document in enumerate(later):
        count = len(document.parts)
        total = seen[:, at : at + count].sum(axis=1)
        at += count
        target = wholes[number]
        centre = np.log(total) + errors[:, number]
        sd = float(np.hypot(target.sd, left_sd[number]))
        found[target.name] = Predictive(centre, weight, sd)
    return found


def regional_prices() -> dict[str, float]:
    """Return how well single regions' prices are foretold, beside unchanged ones.

    Over all documents 3 to 9 months after three origins; errors in logarithms.
    """
    found = pooled()
    return {name: found[name] for name in ("rmse", "rmse_unchanged", "coverage")}


def score(
    forecasts: Sequence[Forecast], regional_prices: Mapping[str, float]
) -> Backtests:
    """Stack forecasts of all variants and score them document by document."""
    by_name = {each.target.name: each for each in documents()}
    shares = stacked(_log_densities(forecasts, by_name))
    rows: list[Row] = []
    for origin in ORIGINS:
        month = parse_month(origin)
        known = [row for row in rows if by_name[row.name].parts[-1].last <= month]
        factors = widening(known)
        mixed = _mixture([f for f in forecasts if f.origin == origin], shares)
        rows += [
            _row(by_name[name], origin, predictive, factors)
            for name, predictive in mixed.items()
            if before(by_name[name], list(by_name.values()), month)
        ]
    return Backtests(tuple(rows), shares, widening(rows), dict(regional_prices))


def stacked(log_density: Mapping[str, Floats]) -> dict[str, float]:
    """Return the shares of variants that foretell best together.

    Args:
        log_density: of the same documents under each variant, (D,) each.

    Returns:
        Shares that add up to 1, by name.
    """
    names = list(log_density)
    table = np.column_stack([log_density[name] for name in names])
    density = np.exp(table - table.max(axis=1, keepdims=True))
    share = np.full(len(names), 1 / len(names))
    for _ in range(500):
        held = share * density
        held /= held.sum(axis=1, keepdims=True)
        # The mode under Dirichlet(2, ..., 2): one pseudo-document for each variant.
        share = (held.sum(axis=0) + 1) / (len(held) + len(names))
    return dict(zip(names, share.tolist(), strict=True))


def _log_densities(
    forecasts: Sequence[Forecast], by_name: Mapping[str, Document]
) -> dict[str, Floats]:
    found: dict[str, list[float]] = {}
    for forecast in forecasts:
        densities = found.setdefault(forecast.variant, [])
        for name, predictive in forecast.predictives.items():
            densities.append(predictive.log_density(_line(by_name[name])))
    return {name: np.array(each) for name, each in found.items()}


def _mixture(
    forecasts: Sequence[Forecast], shares: Mapping[str, float]
) -> dict[str, Predictive]:
    names = forecasts[0].predictives if forecasts else {}
    held = [shares[each.variant] for each in forecasts]
    return {
        name: Predictive(
            np.concatenate([f.predictives[name].centre for f in forecasts]),
            np.concatenate(
                [
                    share / sum(held) * f.predictives[name].weight
                    for share, f in zip(held, forecasts, strict=True)
                ]
            ),
            forecasts[0].predictives[name].sd,
        )
        for name in names
    }


def _row(
    document: Document,
    origin: str,
    stated: Predictive,
    factors: Mapping[str, float],
) -> Row:
    month, line = parse_month(origin), _line(document)
    factor = factors.get(document.series, 1.0)
    predictive = stated.widened(factor)
    known = before(document, documents(), month)
    naive = [rule(document, known) or np.nan for rule in (persistence, trend)]
    low, median, high = np.exp(predictive.quantile(0.05, 0.5, 0.95)).tolist()
    return Row(
        origin=origin,
        series=document.series,
        horizon_months=document.parts[-1].last - month,
        name=document.target.name,
        documented=document.target.documented,
        median=median,
        low=low,
        high=high,
        crps=predictive.crps(line),
        crps_persistence=float(abs(np.log(naive[0]) - line)),
        crps_trend=float(abs(np.log(naive[1]) - line)),
        z=stated.z(line),
        widened=factor,
    )


def _line(document: Document) -> float:
    return float(np.log(document.target.documented))
