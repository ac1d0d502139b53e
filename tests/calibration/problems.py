"""A reduced calibration problem: a few outputs of a few parameters, known in full."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PARAMETERS = ("slope", "attention", "value_of_life", "hazard", "return_share", "bias")
SD = np.array([0.10, 0.10, 0.08, 0.12, 0.12, 0.05, 0.06, 0.05])


def reduced_model(z: Floats) -> Floats:
    """Recruitment of one region in four half-years: logs of eight reported figures.

    Bonuses rise, the willing pool is used up, perceived risk follows deaths and part of
    the wounded return: the mechanisms of the model in a dozen lines.

    Args:
        z: unit normal coordinates of `PARAMETERS`, (N, 6).
    """
    slope, attention = np.exp(0.3 * z[:, 0]), 0.02 * np.exp(0.5 * z[:, 1])
    fear, hazard = np.exp(0.4 * z[:, 2]), 0.010 * np.exp(0.2 * z[:, 3])
    returning = 1 / (1 + np.exp(-0.6 - 0.5 * z[:, 4]))
    pool, force, risk = np.full(len(z), 2000.0), np.full(len(z), 400.0), 0.0
    signed, killed, stock = [], [], []
    for package in (1.6, 1.8, 2.3, 2.6):
        gain = slope * np.log(package) - fear * risk - 1.5
        share = -np.expm1(-6 * attention / (1 + np.exp(-gain)))
        joined, dead = pool * share, force * -np.expm1(-6 * hazard)
        pool, force = pool - joined, force + joined - dead * (1 + 3 * (1 - returning))
        force = np.maximum(force, 1.0)
        risk = dead / force
        signed.append(joined)
        killed.append(dead)
        stock.append(force)
    reported = signed[3] * np.exp(0.1 * z[:, 5])
    seen = [*signed[:3], killed[1], killed[3], stock[1], stock[3], reported]
    logs: Floats = np.log(np.column_stack(seen))
    return logs
