"""What the game's prices owe to numbers that no document informs. ODD III.iii.

The same draws are simulated under the ends of what is thought possible for each number
that was not fitted; the share is the variance of the means of these settings over all
variance, of the logarithm of the mean bonus. `regions.game.rationed_share` acts on who
signs and reaches prices through the simulator alone.
"""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from calibration.posterior import load_game
from calibration.regional_game.hazards import Game
from calibration.regional_game.panel import panel
from calibration.regional_game.paths import NO_FIELDS, simulated
from calibration.regional_game.storage import PREFIX
from model.fields.months import parse_month

ASSUMED: Final = {"appropriation_spread": (0.25, 0.8)}
"""Range of each number that no document informs."""
MONTHS: Final = ("2026-12", "2027-12")


def assumed_share(draws: int = 40) -> dict[str, float]:
    """Return the share of the variance of prices that rests on assumptions, by month.

    Args:
        draws: of the stored game.
    """
    names, values = load_game()
    plain = [name.removeprefix(PREFIX) for name in names]
    now, over = panel(), np.zeros((draws, len(NO_FIELDS)))
    ahead = int(parse_month(MONTHS[-1])) - now.until
    logs = []
    for setting in product(*ASSUMED.values()):
        fixed = np.tile(setting, (draws, 1))
        columns = np.column_stack([values[:draws], over, fixed])
        game = Game((*plain, *NO_FIELDS, *ASSUMED), columns, float(draws))
        logs.append(np.log(simulated(now, game, ahead).bonus_rub.mean(axis=1)))
    found = np.array(logs)
    share = found.mean(axis=1).var(axis=0) / found.var(axis=(0, 1))
    return {
        month: float(share[int(parse_month(month)) - now.until - 1]) for month in MONTHS
    }
