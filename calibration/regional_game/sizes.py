"""How far bonuses are cut and restored, and how often: conjugate. ODD III.iii."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from calibration.regional_game.panel import SAME, Panel
from calibration.regional_game.stretches import is_autumn_cut
from model.fields.months import parse_month

FLOOR_SINCE: Final = parse_month("2024-08")
FLOOR_RUB: Final = 400_000.0


def moves_of(panel: Panel, rng: np.random.Generator) -> dict[str, float]:
    """Draw what single moves tell of the size of cuts and of restorations."""
    floors, changes, restored, back, kept = 0, [], 0, [], 0
    for levels in panel.levels.values():
        for at, (before, after) in enumerate(pairwise(levels)):
            change = after.log - before.log
            if change > -SAME:
                continue
            if after.month >= FLOOR_SINCE and after.rub <= FLOOR_RUB:
                floors += 1
            else:
                changes.append(change)
            later = levels[at + 2 :]
            winter = after.month + 15 - (after.month % 12 + 1)
            if is_autumn_cut(before, after) and later:
                soon = [x for x in later if x.month <= winter]
                best = max((x.log for x in soon), default=after.log)
                risen = best > after.log + SAME
                restored, kept = restored + risen, kept + (not risen)
                back += [best - before.log] if risen else []
    return {
        "cut_floor_share": float(rng.beta(2 + floors, 2 + len(changes))),
        **_normal("cut", changes, -0.7, 0.3, rng),
        "restored_share": float(rng.beta(4 + restored, 1 + kept)),
        **_normal("restored", back, -0.15, 0.3, rng),
    }


def _normal(
    name: str, seen: list[float], mean: float, sd: float, rng: np.random.Generator
) -> dict[str, float]:
    """Draw mean and sd of logs, with a prior worth eight of them."""
    n = len(seen) + 8
    values = np.array(seen)
    middle = (8 * mean + values.sum()) / n
    square = 8 * sd**2 + np.square(values - middle).sum()
    noise = float(np.sqrt(square / rng.chisquare(n)))
    return {
        f"{name}_log": float(min(rng.normal(middle, noise / np.sqrt(n)), 0.0)),
        f"{name}_noise": noise,
    }
