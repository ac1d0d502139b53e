"""What a document was worth, held against refits: dropped, fitted anew, compared.

A quick fit is trained once. For each document dropped, the emulated posterior is drawn
with it and without it, and the variance of measures compared:

    found    = 1 - Var(m | all documents) / Var(m | all but this one)
    expected = what `worth` says of the document from the draws without it

`expected` is an average over what the document might have said, by a straight line;
`found` is what its actual figure did, in a posterior that is no straight line. A figure
that lies far off its expectation may widen a measure (`found` below 0). Measures are
those a run within the documented months gives; each is an output of the emulator like
any document. ODD III.iii.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from calibration.fit.emulator import Emulator, fit_emulator, run_weights
from calibration.fit.fit import FitSettings, Report, Training, emulated, silent
from calibration.fit.likelihood import likelihood_of
from calibration.fit.sampler import sample
from calibration.observation.history import CHANNELS, LOSSES, OURS, STATES, History
from calibration.posterior import FOLDER
from calibration.validation.worth import narrowing
from model.errors import EvidenceError, StorageError
from model.fields.months import parse_month
from scenarios.format.suggestions import did_you_mean

Floats = NDArray[np.float64]

REFITS: Final = "refits.json"
KEPT: Final = 12
"""States kept of each chain."""
_FROM: Final = parse_month("2025-01")
_PERMANENT: Final = ("killed", "disabled", "captured", "absent", "discharged")
_SEED: Final = 40_000


def _year(run: History, series: Floats) -> float:
    """Return a monthly series' sum from January 2025 to the end of the run."""
    return float(series[..., run.at(_FROM) :].sum())


def _killed(run: History) -> float:
    ours = [CHANNELS.index(name) for name in OURS]
    return _year(run, run.losses[LOSSES.index("killed"), ours])


def _replacement(run: History) -> float:
    lost = [LOSSES.index(name) for name in _PERMANENT]
    return _year(run, run.signed) / max(_year(run, run.losses[lost]), 1.0)


def _deceived(run: History) -> float:
    return _year(run, run.signed[CHANNELS.index("foreign_deceived")])


def _elasticity(run: History) -> float:
    return float(run.bonus_elasticity[run.at(_FROM) :].mean())


def _theatre(run: History) -> float:
    ours = [CHANNELS.index(name) for name in OURS]
    states = [STATES.index(name) for name in ("combat", "support")]
    return float(run.force[np.ix_(ours, states)][..., -1].sum())


MEASURES: Final[Mapping[str, Callable[[History], float]]] = {
    "replacement ratio": _replacement,
    "response to the bonus": _elasticity,
    "deaths": _killed,
    "deceived men": _deceived,
    "force in theatre": _theatre,
}
"""Of January 2025 to the last month run; on logarithms. Prices follow documents there,
so the response to them stands for the price."""


@dataclass(frozen=True, slots=True)
class Refit:
    """One document dropped, and what it did to one measure; shares of the variance."""

    document: str
    measure: str
    expected: float
    found: float
    error: float
    """Standard error of `found`, by quarters of the chains."""


def refits(
    training: Training,
    settings: FitSettings,
    dropped: Sequence[str] = (),
    report: Report = silent,
) -> list[Refit]:
    """Drop documents in turn, draw anew, and compare the variance of measures.

    Args:
        training: runs of a fit.
        settings: chains and seed.
        dropped: names of fitted documents; none: all in turn.
        report: called with stage, refits done and in all.

    Raises:
        EvidenceError: a name is that of no fitted document.
    """
    names = [target.name for target in training.targets]
    for name in dropped:
        if name not in names:
            near = did_you_mean(name, names)
            raise EvidenceError(f"{name!r} is no fitted document{near}")
    with threadpool_limits(1):
        whole = _emulator(training)
        everything = list(range(len(names)))
        full = _draws(training, whole, everything, settings)
        found = []
        chosen = list(dropped) or names
        for done, name in enumerate(chosen):
            at = names.index(name)
            kept = [each for each in everything if each != at]
            without = _draws(training, whole, kept, settings)
            found += _compared(training, whole, at, full, without)
            report("refits", done + 1, len(chosen))
    return found


def save_refits(found: Sequence[Refit], folder: Path = FOLDER) -> Path:
    """Store refits beside the posterior; returns the file."""
    path = folder / REFITS
    rows = [asdict(each) for each in found]
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return path


def load_refits(folder: Path = FOLDER) -> list[Refit]:
    """Return stored refits; none if there are none.

    Raises:
        StorageError: the file cannot be read.
    """
    path = folder / REFITS
    if not path.exists():
        return []
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return [Refit(**row) for row in rows]
    except (OSError, ValueError, TypeError) as error:
        raise StorageError(f"{path}: holds no refits ({error})") from error


def _emulator(training: Training) -> Emulator:
    """Train one emulator of all documents, and of the measures after them."""
    likelihood = training.likelihood
    near = likelihood.drawn_in(training.outputs)
    weight = run_weights(near, likelihood.observed, likelihood.errors.sd)
    runs = training.runs
    measured = np.log(
        [[max(of(run), 1e-9) for of in MEASURES.values()] for run in runs.histories]
    )
    return fit_emulator(runs.z, np.hstack([near, measured]), weight)


def _draws(
    training: Training, whole: Emulator, kept: Sequence[int], settings: FitSettings
) -> Floats:
    """Return draws of the posterior of some documents, (kept, chains, P)."""
    at = list(kept)
    targets = [training.targets[each] for each in at]
    likelihood = likelihood_of(targets, training.chance_sd[at])
    part = Emulator(
        whole.constant[at], whole.linear[at], whole.quadratic[at], whole.error_sd[at]
    )
    return sample(
        emulated(part, likelihood),
        settings.chains,
        whole.linear.shape[1],
        KEPT,
        seed=settings.seed + _SEED,
    )


def _compared(
    training: Training, whole: Emulator, at: int, full: Floats, without: Floats
) -> list[Refit]:
    """Return what one document did to every measure."""
    count = len(training.targets)
    narrow, wide = (_outputs(whole, each) for each in (full, without))
    likelihood = training.likelihood
    errors = likelihood.errors.plus(whole.error_sd[:count])
    variance = 1 / errors.precision[at, at]
    flat = wide.reshape(-1, wide.shape[-1])
    # What the document adds to the others is its miss beside theirs (see `likelihood`).
    misses = (flat[:, :count] - likelihood.observed) @ errors.precision[:, [at]]
    chain = np.tile(np.arange(wide.shape[1]), wide.shape[0])
    found = []
    for number, name in enumerate(MEASURES):
        own = flat[:, count + number]
        if np.ptp(own) == 0:
            continue
        told = narrowing(own, misses * variance, np.sqrt([variance]), chain)
        quarters = [
            1
            - narrow[:, part, count + number].var()
            / wide[:, part, count + number].var()
            for part in np.array_split(np.arange(wide.shape[1]), 4)
        ]
        share = 1 - narrow[..., count + number].var() / wide[..., count + number].var()
        error = np.std(quarters, ddof=1) / np.sqrt(len(quarters))
        document = training.targets[at].name
        expected = float(told.share[0])
        found.append(Refit(document, name, expected, float(share), float(error)))
    return found


def _outputs(whole: Emulator, draws: Floats) -> Floats:
    """Return all outputs at draws, (kept, chains, T + M)."""
    kept, chains, size = draws.shape
    return whole(draws.reshape(-1, size)).reshape(kept, chains, -1)
