"""The fit: prior runs, an emulator, its posterior, and the model's own last word.

1. The model runs at a space-filling design drawn around the prior's middle.
2. An emulator of all fitted targets is trained; chains draw from the posterior it
   implies, its own error included; the model runs there, and the emulator is trained
   again with those runs. This is repeated for some waves.
3. The last draws are run with the model and weighted by the ratio of the true to the
   emulated likelihood, to the highest power up to 1 that leaves a quarter of them
   effective. At power 1 the emulator's errors are corrected in full; below it in part,
   and the draws are somewhat wider than the true posterior, because the emulator's
   error is counted as uncertainty. Power and effective draws are in the provenance.

Every step is a function of the settings alone; runs are stored and resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import qmc

from calibration.fit.emulator import Emulator, fit_emulator, nearness
from calibration.fit.evaluation import WORK_FOLDER, Setting, evaluate
from calibration.fit.sampler import Posterior, sample
from calibration.observation.history import History
from calibration.observation.observation import observe
from calibration.observation.targets import Target, fitted, load_targets
from calibration.priors import FreeParameter, free_parameters, source_part, values

Floats = NDArray[np.float64]
Report = Callable[[str, int, int], None]

LEAST_EFFECTIVE: Final = 0.25
"""Share of the draws that the weights must leave effective."""

FURTHEST_MISS: Final = 25.0
"""Outputs further than this many errors from the data are drawn in to it."""


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How much work the fit does.

    Attributes:
        first_runs: runs of the design.
        first_width: spread of the design, in standard deviations of the prior.
        wave_runs: runs of each refinement.
        waves: refinements.
        draws: draws of the last wave, the posterior.
        chains: chains of the sampler.
        seed: of the design, the chains and the model.
    """

    first_runs: int = 256
    first_width: float = 0.65
    wave_runs: int = 192
    waves: int = 3
    draws: int = 1200
    chains: int = 120
    seed: int = 1


QUICK: Final = FitSettings(first_runs=64, wave_runs=48, waves=1, draws=96, chains=96)


@dataclass(frozen=True, slots=True)
class Runs:
    """Points where the model was run and what came out."""

    z: Floats
    """(N, P)"""
    histories: tuple[History, ...]

    def joined(self, other: Runs) -> Runs:
        """Return both."""
        return Runs(np.vstack([self.z, other.z]), (*self.histories, *other.histories))


@dataclass(frozen=True, slots=True)
class Fit:
    """The result: weighted draws, all run with the model."""

    runs: Runs
    weight: Floats
    """(N,), adds up to 1."""
    emulator: Emulator
    """As trained before the last wave."""
    notes: dict[str, float]
    """Figures on the fit: effective draws by wave, emulator errors."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def calibrate(
    settings: FitSettings = FitSettings(),
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    report: Report = silent,
) -> Fit:
    """Fit the free parameters to the targets of the sample.

    Args:
        settings: how much work to do.
        folder: where runs are stored and looked up.
        workers: processes for the runs of the model.
        report: called with stage, runs done and runs in all.
    """
    targets = fitted(load_targets())
    run = _Runner(Setting(seed=settings.seed), folder, workers, report)
    runs = run(design(settings, len(free_parameters())), "design")
    notes: dict[str, float] = {}
    for wave in range(settings.waves):
        emulator = trained(runs, targets)
        z = proposals(emulator, targets, settings.wave_runs, settings, wave)
        fresh = run(z, f"wave {wave + 1} of {settings.waves}")
        notes[f"power_wave_{wave + 1}"] = weights(fresh, emulator, targets)[1]
        runs = runs.joined(fresh)
    emulator = trained(runs, targets)
    z = proposals(emulator, targets, settings.draws, settings, settings.waves)
    last = run(z, "posterior")
    weight, notes["power"] = weights(last, emulator, targets)
    notes["effective_draws"] = len(weight) * _effective_share(weight)
    notes["emulator_error_over_sd"] = _relative_error(emulator, targets)
    return Fit(last, weight, emulator, notes)


@dataclass(frozen=True, slots=True)
class _Runner:
    setting: Setting
    folder: Path
    workers: int
    report: Report

    def __call__(self, z: Floats, stage: str) -> Runs:
        def progress(done: int, total: int) -> None:
            self.report(stage, done, total)

        done = evaluate(z, self.setting, self.folder, self.workers, progress)
        return Runs(z, tuple(done))


def design(settings: FitSettings, size: int) -> Floats:
    """Return the first points: scrambled Sobol in the prior, drawn in, (N, P)."""
    sequence = qmc.Sobol(size, scramble=True, rng=settings.seed)
    power = int(np.ceil(np.log2(max(settings.first_runs, 2))))
    share = sequence.random_base2(power)[: settings.first_runs]
    points: Floats = settings.first_width * ndtri(np.clip(share, 1e-4, 1 - 1e-4))
    return points


def trained(runs: Runs, targets: Sequence[Target]) -> Emulator:
    """Train the emulator of the targets on runs, those near the data first."""
    outputs = on_lines(runs, targets)
    wanted, sd = wanted_and_sd(targets)
    outputs = (
        wanted + np.clip((outputs - wanted) / sd, -FURTHEST_MISS, FURTHEST_MISS) * sd
    )
    return fit_emulator(runs.z, outputs, nearness(outputs, wanted, sd))


def proposals(
    emulator: Emulator,
    targets: Sequence[Target],
    count: int,
    settings: FitSettings,
    wave: int,
) -> Floats:
    """Draw points from the emulated posterior, the emulator's error included."""
    posterior = emulated(emulator, targets)
    kept = -(-count // settings.chains)
    drawn = sample(
        posterior,
        settings.chains,
        emulator.linear.shape[1],
        kept,
        seed=settings.seed + 1000 * (wave + 1),
    )
    return drawn.reshape(-1, drawn.shape[-1])[:count]


def emulated(emulator: Emulator, targets: Sequence[Target]) -> Posterior:
    """Return the posterior an emulator implies."""
    wanted, sd = wanted_and_sd(targets)
    return Posterior(emulator, wanted, np.hypot(sd, emulator.error_sd))


def weights(
    runs: Runs, emulator: Emulator, targets: Sequence[Target]
) -> tuple[Floats, float]:
    """Return importance weights of draws from the emulated posterior, and their power.

    The weights, (N,), add up to 1.
    """
    true = log_likelihood(on_lines(runs, targets), targets)
    ratio = true - emulated(emulator, targets).log_likelihood(runs.z)
    return tempered(ratio)


def tempered(log_ratio: Floats) -> tuple[Floats, float]:
    """Return weights `exp(power * log_ratio)`, normalised, and the power.

    The power is the highest up to 1 that keeps `LEAST_EFFECTIVE` of the draws.
    """

    def shares(power: float) -> Floats:
        raw = np.exp(power * (log_ratio - log_ratio.max()))
        normal: Floats = raw / raw.sum()
        return normal

    def spare(power: float) -> float:
        return _effective_share(shares(power)) - LEAST_EFFECTIVE

    power = 1.0 if spare(1.0) >= 0 else float(brentq(spare, 1e-9, 1.0))
    return shares(power), power


def log_likelihood(outputs: Floats, targets: Sequence[Target]) -> Floats:
    """Return the log-likelihood of outputs on their lines, (N,), up to a constant."""
    wanted, sd = wanted_and_sd(targets)
    miss = np.clip((outputs - wanted) / sd, -FURTHEST_MISS, FURTHEST_MISS)
    total: Floats = -0.5 * np.sum(np.square(miss), axis=1)
    return total


def wanted_and_sd(targets: Sequence[Target]) -> tuple[Floats, Floats]:
    """Return documented values on their lines, and their total errors; (T,) each."""
    wanted = np.array([target.line(target.documented) for target in targets])
    return wanted, np.array([target.total_sd for target in targets])


def on_lines(runs: Runs, targets: Sequence[Target]) -> Floats:
    """Return what the sources would have reported, on the targets' lines, (N, T)."""
    seen = observed(runs, targets)
    rows = [[t.line(v) for t, v in zip(targets, row, strict=True)] for row in seen]
    return np.array(rows)


def observed(runs: Runs, targets: Sequence[Target]) -> Floats:
    """Return what the sources would have reported of each run, (N, T)."""
    parameters: Sequence[FreeParameter] = free_parameters()
    rows = values(runs.z, parameters)
    return np.stack(
        [
            observe(run, source_part(row, parameters), targets)
            for run, row in zip(runs.histories, rows, strict=True)
        ]
    )


def _effective_share(weight: Floats) -> float:
    return float(1 / np.sum(weight**2) / len(weight))


def _relative_error(emulator: Emulator, targets: Sequence[Target]) -> float:
    return float(np.median(emulator.error_sd / wanted_and_sd(targets)[1]))
