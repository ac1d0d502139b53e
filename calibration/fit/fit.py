"""The fit: prior runs, an emulator, its posterior, and the model's own last word.

1. The model runs at a space-filling design drawn around the prior's middle, and at a
   few points of it under several seeds: what chance alone moves a figure by.
2. An emulator of all fitted targets is trained; chains draw from the posterior it
   implies, its own error included; the model runs there, and the emulator is trained
   again with those runs. This is repeated for some waves.
3. The last draws are run with the model and weighted by the ratio of the true to the
   emulated likelihood, to the highest power up to 1 that leaves a quarter of them
   effective. At power 1 the emulator's errors are corrected in full; below it in part,
   and the draws are somewhat wider than the true posterior, because the emulator's
   error is counted as uncertainty. Power and effective draws are in the provenance.

Every step is a function of the settings alone; runs are stored and resumed. Linear
algebra runs on one thread: sums of several threads differ in their last digits, which
chains amplify, and the same settings shall give the same bytes everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import qmc
from threadpoolctl import threadpool_limits

from calibration.fit.emulator import Emulator, fit_emulator, run_weights
from calibration.fit.evaluation import UNTIL, WORK_FOLDER, Setting, evaluate
from calibration.fit.likelihood import Likelihood, likelihood_of
from calibration.fit.sampler import Posterior, sample
from calibration.fit.variants import MAIN, Variant
from calibration.observation.history import History
from calibration.observation.observation import observe
from calibration.observation.targets import Target, fitted, load_targets
from calibration.priors import FreeParameter, free_parameters, source_part, values

Floats = NDArray[np.float64]
Report = Callable[[str, int, int], None]

LEAST_EFFECTIVE: Final = 0.25
"""Share of the draws that the weights must leave effective."""


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How much work the fit does.

    Attributes:
        first_runs: runs of the design.
        first_width: spread of the design, in standard deviations of the prior.
        chance_points: points of the design that are run under several seeds.
        chance_seeds: seeds there.
        wave_runs: runs of each refinement.
        waves: refinements; medians of fits with three and with six lay within 3 %.
        draws: draws of the last wave, the posterior.
        chains: chains of the sampler.
        seed: of the design, the chains and the model.
    """

    first_runs: int = 160
    first_width: float = 0.65
    chance_points: int = 4
    chance_seeds: int = 3
    wave_runs: int = 128
    waves: int = 4
    draws: int = 500
    chains: int = 100
    seed: int = 1

    @property
    def runs(self) -> int:
        """Runs of the model in all."""
        chance = self.chance_points * self.chance_seeds
        return self.first_runs + chance + self.waves * self.wave_runs + self.draws


QUICK: Final = FitSettings(
    first_runs=64, chance_points=2, wave_runs=48, waves=1, draws=96, chains=96
)


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
class Training:
    """What the runs before the posterior taught; serves the fit at every origin."""

    variant: Variant
    runs: Runs
    targets: tuple[Target, ...]
    outputs: Floats
    """What the sources would have reported of each run, transformed, (N, T)."""
    chance_sd: Floats
    """What another seed moves each figure by, on its transformed scale, (T,)."""
    notes: dict[str, float]

    def known_at(self, month: int) -> Training:
        """Return the same without the documents that came after a month.

        A document is known when its period is over and, if it was read off at a later
        date, that date has come.
        """
        kept = [at for at, each in enumerate(self.targets) if each.known <= month]
        return replace(
            self,
            targets=tuple(self.targets[at] for at in kept),
            outputs=self.outputs[:, kept],
            chance_sd=self.chance_sd[kept],
        )

    @property
    def likelihood(self) -> Likelihood:
        """Return the likelihood of the targets."""
        return likelihood_of(self.targets, self.chance_sd)

    def emulator(self) -> Emulator:
        """Train the emulator on all runs."""
        return trained(self.runs.z, self.outputs, self.likelihood)


@dataclass(frozen=True, slots=True)
class Fit:
    """The result for one variant: weighted draws, all run with the model."""

    training: Training
    runs: Runs
    weight: Floats
    """(N,), adds up to 1."""
    emulator: Emulator
    """As trained before the last wave."""
    chains: Floats
    """States of the chains the draws were taken from, (kept, C, P)."""
    log_ratio: Floats
    """True over emulated likelihood of the draws, (N,), up to a constant."""
    notes: dict[str, float]
    """Figures on the fit: effective draws by wave, emulator errors."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def calibrate(
    settings: FitSettings = FitSettings(),
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    report: Report = silent,
    variant: Variant = MAIN,
) -> Fit:
    """Fit the free parameters of one variant to the documents.

    Args:
        settings: how much work to do.
        folder: where runs are stored and looked up.
        workers: processes for the runs of the model.
        report: called with stage, runs done and runs in all.
        variant: structure of the model.
    """
    training = train(settings, folder, workers, report, variant)
    return conclude(training, settings, settings.draws, folder, workers, report)


def conclude(
    training: Training,
    settings: FitSettings,
    draws: int,
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    report: Report = silent,
) -> Fit:
    """Run the last wave and weight it; the arguments are those of `calibrate`."""
    with threadpool_limits(1):
        likelihood, emulator = training.likelihood, training.emulator()
        chains = proposals(emulator, likelihood, draws, settings, -1)
        z = chains.reshape(-1, chains.shape[-1])[:draws]
        run = ModelRuns(training.variant, settings, folder, workers, report)
        last = run(z, "posterior")
        outputs = transformed(last, training.targets)
        weight, power = weights(z, outputs, emulator, likelihood)
        emulated_log = emulated(emulator, likelihood).log_likelihood(z)
        relative = np.median(emulator.error_sd / likelihood.errors.sd)
        notes = {
            **training.notes,
            "power": power,
            "effective_draws": len(weight) * effective_share(weight),
            "emulator_error_over_sd": float(relative),
        }
        ratio = likelihood(outputs) - emulated_log
        return Fit(training, last, weight, emulator, chains, ratio, notes)


def train(
    settings: FitSettings,
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    report: Report = silent,
    variant: Variant = MAIN,
) -> Training:
    """Run design and waves; the arguments are those of `calibrate`."""
    targets = fitted(load_targets())
    run = ModelRuns(variant, settings, folder, workers, report)
    points = design(settings, len(free_parameters()))
    chance = _chance_sd(points, targets, run, settings)
    runs = run(points, "design")
    training = Training(variant, runs, targets, transformed(runs, targets), chance, {})
    for wave in range(settings.waves):
        with threadpool_limits(1):
            emulator, likelihood = training.emulator(), training.likelihood
            drawn = proposals(emulator, likelihood, settings.wave_runs, settings, wave)
        z = drawn.reshape(-1, drawn.shape[-1])[: settings.wave_runs]
        fresh = run(z, f"wave {wave + 1} of {settings.waves}")
        outputs = transformed(fresh, targets)
        with threadpool_limits(1):
            power = weights(z, outputs, emulator, likelihood)[1]
        training = replace(
            training,
            runs=training.runs.joined(fresh),
            outputs=np.vstack([training.outputs, outputs]),
            notes={**training.notes, f"power_wave_{wave + 1}": power},
        )
    return training


@dataclass(frozen=True, slots=True)
class ModelRuns:
    """Runs of one variant at points of the prior's coordinates, stored and resumed."""

    variant: Variant
    settings: FitSettings
    folder: Path
    workers: int
    report: Report

    def __call__(self, z: Floats, stage: str, seed: int | None = None) -> Runs:
        """Run the model at `z`, (N, P); the seed is that of the settings if none."""
        setting = Setting(
            seed=self.settings.seed if seed is None else seed,
            overrides=(f"time.until={UNTIL}", *self.variant.overrides),
        )

        def progress(done: int, total: int) -> None:
            self.report(f"{self.variant.name}: {stage}", done, total)

        done = evaluate(z, setting, self.folder, self.workers, progress)
        return Runs(z, tuple(done))


def _chance_sd(
    points: Floats, targets: Sequence[Target], run: ModelRuns, settings: FitSettings
) -> Floats:
    """Return the standard deviation of each figure over seeds, pooled, (T,)."""
    chosen = points[: settings.chance_points]
    by_seed = [
        transformed(run(chosen, f"chance, seed {seed}", seed), targets)
        for seed in range(settings.seed, settings.seed + settings.chance_seeds)
    ]
    variance = np.var(np.stack(by_seed), axis=0, ddof=1)
    pooled: Floats = np.sqrt(variance.mean(axis=0))
    return pooled


def design(settings: FitSettings, size: int) -> Floats:
    """Return the first points: scrambled Sobol in the prior, drawn in, (N, P)."""
    sequence = qmc.Sobol(size, scramble=True, rng=settings.seed)
    power = int(np.ceil(np.log2(max(settings.first_runs, 2))))
    share = sequence.random_base2(power)[: settings.first_runs]
    points: Floats = settings.first_width * ndtri(np.clip(share, 1e-4, 1 - 1e-4))
    return points


def trained(z: Floats, outputs: Floats, likelihood: Likelihood) -> Emulator:
    """Train the emulator of the targets on runs, those near the data first.

    Args:
        z: points where the model was run, (N, P).
        outputs: what the sources would have reported there, transformed, (N, T).
        likelihood: of the T documents.
    """
    near = likelihood.drawn_in(outputs)
    weight = run_weights(near, likelihood.observed, likelihood.errors.sd)
    return fit_emulator(z, near, weight)


def proposals(
    emulator: Emulator,
    likelihood: Likelihood,
    count: int,
    settings: FitSettings,
    wave: int,
) -> Floats:
    """Draw from the emulated posterior, the emulator's error included.

    Args:
        emulator: of the targets.
        likelihood: of the targets.
        count: points wanted at least.
        settings: chains and seed.
        wave: number that gives each call random numbers of its own; the last is -1.

    Returns:
        States of the chains, (kept, C, P).
    """
    kept = -(-count // settings.chains)
    return sample(
        emulated(emulator, likelihood),
        settings.chains,
        emulator.linear.shape[1],
        kept,
        seed=settings.seed + 1000 * (wave + 2),
    )


def emulated(emulator: Emulator, likelihood: Likelihood) -> Posterior:
    """Return the posterior an emulator implies, its error counted as one more."""
    wide = likelihood.errors.plus(emulator.error_sd)
    return Posterior(emulator, Likelihood(likelihood.observed, wide))


def weights(
    z: Floats,
    outputs: Floats,
    emulator: Emulator,
    likelihood: Likelihood,
    least_effective: float = LEAST_EFFECTIVE,
) -> tuple[Floats, float]:
    """Return importance weights of draws from the emulated posterior, and their power.

    Args:
        z: the draws, (N, P).
        outputs: what the model gave there, transformed, (N, T).
        emulator: whose posterior they were drawn from.
        likelihood: of the T documents.
        least_effective: share of the draws that must stay effective.

    Returns:
        Weights, (N,), that add up to 1, and the power (see `tempered`).
    """
    emulated_log = emulated(emulator, likelihood).log_likelihood(z)
    return tempered(likelihood(outputs) - emulated_log, least_effective)


def tempered(
    log_ratio: Floats, least_effective: float = LEAST_EFFECTIVE
) -> tuple[Floats, float]:
    """Return weights `exp(power * log_ratio)`, normalised, and the power.

    The power is the highest up to 1 that keeps the share `least_effective` of draws.
    """

    def shares(power: float) -> Floats:
        raw = np.exp(power * (log_ratio - log_ratio.max()))
        normal: Floats = raw / raw.sum()
        return normal

    def spare(power: float) -> float:
        return effective_share(shares(power)) - least_effective

    power = 1.0 if spare(1.0) >= 0 else float(brentq(spare, 1e-9, 1.0))
    return shares(power), power


def effective_share(weight: Floats) -> float:
    """Return the share of draws that weights which add up to 1 leave effective."""
    return float(1 / np.sum(weight**2) / len(weight))


def transformed(runs: Runs, targets: Sequence[Target]) -> Floats:
    """Return what the sources would have reported, transformed, (N, T)."""
    seen = reported(runs, targets)
    rows = [[t.transform(v) for t, v in zip(targets, row, strict=True)] for row in seen]
    return np.array(rows)


def reported(runs: Runs, targets: Sequence[Target]) -> Floats:
    """Return what the sources would have reported of each run, (N, T)."""
    parameters: Sequence[FreeParameter] = free_parameters()
    rows = values(runs.z, parameters)
    return np.stack(
        [
            observe(run, source_part(row, parameters), targets)
            for run, row in zip(runs.histories, rows, strict=True)
        ]
    )
