"""A small posterior on disk, made of hand-made histories."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from calibration.fit.emulator import Emulator
from calibration.fit.fit import Fit, FitSettings, Runs
from calibration.fit.storage import save
from calibration.priors import free_parameters
from tests.calibration.histories import by_channel, history_of, losses_of

DRAWS = 40
SLOPE = [each.name for each in free_parameters()].index("behaviour.slope")


def store_posterior(folder: Path) -> Fit:
    """Save draws whose contracts rise with the slope, 20 to 40 thousand a month."""
    size = len(free_parameters())
    z = np.zeros((DRAWS, size))
    z[:, SLOPE] = np.linspace(-1, 1, DRAWS)
    runs = tuple(
        history_of(
            signed=by_channel(volunteer_contract=30_000 + 10_000 * slope),
            losses=losses_of("killed", volunteer_contract=5_000.0),
        )
        for slope in z[:, SLOPE]
    )
    weight = np.full(DRAWS, 1 / DRAWS)
    none = Emulator(np.zeros(0), np.zeros((0, size)), np.zeros((0, 0, 0)), np.zeros(0))
    fit = Fit(Runs(z, runs), weight, none, {"power": 1.0})
    save(fit, FitSettings(), folder)
    return fit
