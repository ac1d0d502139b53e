"""A small posterior on disk, made of hand-made histories."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.fit.emulator import Emulator
from calibration.fit.fit import Fit, FitSettings, Runs, Training
from calibration.fit.storage import save
from calibration.fit.variants import MAIN, Variant
from calibration.observation.history import History
from calibration.priors import free_parameters
from tests.calibration.histories import by_channel, history_of, losses_of

DRAWS = 40
SLOPE = [each.name for each in free_parameters()].index("behaviour.slope")


def store_posterior(folder: Path) -> Fit:
    """Save draws whose contracts rise with the slope, 20 to 40 thousand a month."""
    z = np.zeros((DRAWS, len(free_parameters())))
    z[:, SLOPE] = np.linspace(-1, 1, DRAWS)
    runs = [
        history_of(
            signed=by_channel(volunteer_contract=30_000 + 10_000 * slope),
            losses=losses_of("killed", volunteer_contract=5_000.0),
        )
        for slope in z[:, SLOPE]
    ]
    fit = fit_of(z, runs)
    save([fit], FitSettings(), folder)
    return fit


def fit_of(
    z: NDArray[np.float64], histories: Sequence[History], variant: Variant = MAIN
) -> Fit:
    """Return a fit with even weights whose runs are given."""
    count, size = z.shape
    runs = Runs(z, tuple(histories))
    none = Emulator(np.zeros(0), np.zeros((0, size)), np.zeros((0, 0, 0)), np.zeros(0))
    training = Training(variant, runs, (), np.zeros((count, 0)), np.zeros(0), {})
    notes = {"power": 1.0, "effective_draws": float(count)}
    even = np.full(count, 1 / count)
    return Fit(training, runs, even, none, z[None], np.zeros(count), notes)
