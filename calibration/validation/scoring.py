"""Scoring documents of one's own by the posterior, through the observation layer.

The predictive distribution of a document is the posterior's draws, each seen by its
source, with the errors of source and model on top. The model's error is the one it had
with the documents known before the period began, carried forward as the fit has it
drift; bands are as wide as back-tests of the series ask for. Draws are the stored
histories to the end of 2026.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.fit.likelihood import carried, series_of
from calibration.observation.history import History
from calibration.observation.observation import observe
from calibration.observation.own_targets import OwnTarget, read_own_targets
from calibration.observation.targets import Target, fitted, load_targets
from calibration.posterior import DIAGNOSTICS, FOLDER
from calibration.posterior.forward import load_forward
from calibration.validation.backtests import BACKTESTS, load_backtests, widened_by
from calibration.validation.documents import SERIES
from calibration.validation.proper_scores import Predictive

Floats = NDArray[np.float64]

KIN: Final = {
    **SERIES,
    "claim": "contracts",
    "listed": "deaths",
    "foreign_moscow": "foreigners",
}
"""Series whose back-tests say how wide the bands of an observer are."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One document and what the posterior had to say of it, in its unit."""

    name: str
    documented: float
    simulated: float
    """Median of what its source would have printed."""
    low: float
    high: float
    """90 % band of the same."""
    z: float
    crps: float
    """On the target's line: the logarithm, or the value where `scale` is linear."""
    log_error: float | None
    """Absolute, of the median; none on a linear scale."""
    naive: float | None
    naive_log_error: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """A table of documents, scored."""

    targets: tuple[Scored, ...]

    @property
    def coverage(self) -> float:
        """Share of documents inside their 90 % bands."""
        return float(np.mean([t.low <= t.documented <= t.high for t in self.targets]))

    @property
    def mean_abs_log_error(self) -> float | None:
        """Mean absolute error of the medians, of the logarithm."""
        return _mean([each.log_error for each in self.targets])

    @property
    def mean_abs_log_error_naive(self) -> float | None:
        """The same of the naive values, over the documents that have one."""
        return _mean([each.naive_log_error for each in self.targets])

    def as_dict(self) -> dict[str, Any]:
        """Return plain data; naive values only where some were given."""
        compared = any(each.naive is not None for each in self.targets)
        names = ["name", "documented", "simulated", "low", "high", "z", "crps"]
        names += ["naive"] if compared else []
        found: dict[str, Any] = {
            "targets": [{n: getattr(t, n) for n in names} for t in self.targets],
            "coverage": self.coverage,
            "mean_abs_log_error": self.mean_abs_log_error,
        }
        if compared:
            found["mean_abs_log_error_naive"] = self.mean_abs_log_error_naive
        return found


def score_file(path: Path, folder: Path = FOLDER) -> Scores:
    """Score a table in the columns of `calibration/targets.csv`.

    Raises:
        EvidenceError: the table is not acceptable.
        StorageError: no posterior with histories is stored in the folder.
    """
    return score_targets(read_own_targets(path), folder)


def score_targets(owned: Sequence[OwnTarget], folder: Path = FOLDER) -> Scores:
    """Score documents.

    Raises:
        StorageError: no posterior with histories is stored in the folder.
    """
    found = predictives([each.target for each in owned], folder)
    pairs = zip(owned, found, strict=True)
    return Scores(tuple(_scored(own, predictive) for own, predictive in pairs))


def predictives(targets: Sequence[Target], folder: Path = FOLDER) -> list[Predictive]:
    """Return what sources would print, as the posterior foretells it.

    Raises:
        StorageError: no posterior with histories is stored in the folder.
    """
    draws = load_forward(folder)
    seen = np.stack([observe(run, reporting, targets) for run, reporting in draws])
    carry = _carry(draws, folder)
    even = np.full(len(draws), 1 / len(draws))
    tested = load_backtests(folder) if (folder / BACKTESTS).exists() else None
    found = []
    for target, column in zip(targets, seen.T, strict=True):
        line = np.array([target.transform(value) for value in column])
        error, left_sd = carry(target)
        predictive = Predictive(line + error, even, float(np.hypot(target.sd, left_sd)))
        if tested is not None:
            series = KIN.get(target.observer, "")
            predictive = widened_by(tested, series, predictive)
        found.append(predictive)
    return found


def _carry(
    draws: Sequence[tuple[History, Mapping[str, float]]], folder: Path
) -> Callable[[Target], tuple[Floats, float]]:
    """Return what gives a target's carried error by draw, and what is left of its sd.

    The error is read off the documents of its series that were in before it was.
    """
    known = fitted(load_targets())
    chance = _chance_sd(known, folder)
    seen = [observe(run, reporting, known) for run, reporting in draws]
    lines = np.array(
        [[t.transform(v) for t, v in zip(known, row, strict=True)] for row in seen]
    )

    def of(target: Target) -> tuple[Floats, float]:
        kin = [
            at
            for at, each in enumerate(known)
            if each.known < target.known and series_of(each) == series_of(target)
        ]
        if not kin:
            return np.zeros(len(draws)), target.discrepancy
        earlier = [known[at] for at in kin]
        error, left_sd = carried(earlier, lines[:, kin], [target], chance[kin])
        return error[:, 0], float(left_sd[0])

    return of


def _chance_sd(targets: Sequence[Target], folder: Path) -> Floats:
    """Return what another seed moves each figure by, as the fit found it, (T,)."""
    path = folder / DIAGNOSTICS
    if not path.exists():
        return np.zeros(len(targets))
    found = json.loads(path.read_text(encoding="utf-8"))["fits"][0]["targets"]
    return np.array([found.get(t.name, {}).get("chance", 0.0) for t in targets])


def _scored(own: OwnTarget, predictive: Predictive) -> Scored:
    target = own.target
    line = target.transform(target.documented)
    low, median, high = predictive.quantile(0.05, 0.5, 0.95)
    logs = target.scale == "log"
    naive = own.naive
    return Scored(
        target.name,
        target.documented,
        target.inverse_transform(median),
        target.inverse_transform(low),
        target.inverse_transform(high),
        z=predictive.z(line),
        crps=predictive.crps(line),
        log_error=abs(line - median) if logs else None,
        naive=naive,
        naive_log_error=abs(target.transform(naive) - line) if logs and naive else None,
    )


def _mean(errors: Sequence[float | None]) -> float | None:
    told = [each for each in errors if each is not None]
    return float(np.mean(told)) if told else None
