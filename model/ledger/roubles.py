"""Whole roubles: how many one month can hold, and the refusal beyond. ODD III.iv.

Amounts pass through floating-point sums, which keep every whole rouble up to 2^53
(9 quadrillion, some forty times a year's product of the country). An amount beyond is
held at twice that bound, where no later sum can wrap around, until the month is closed:
then it is refused, with the month and the account.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.errors import ScenarioError
from model.fields.months import format_month

MOST_RUB: Final = 2**53
_HELD_RUB: Final = 2 * MOST_RUB


def whole_roubles(amount: Any) -> NDArray[np.int64]:
    """Round an amount to whole roubles; what is beyond all bounds is held at 2^54."""
    # `fmin` takes the bound where there is no number, so nan is held like infinity.
    bounded = np.maximum(np.fmin(amount, _HELD_RUB), -_HELD_RUB)
    whole: NDArray[np.int64] = np.rint(bounded).astype(np.int64)
    return whole


def refuse_beyond(
    amount_rub: Any, month: int, account: str, most_rub: int = MOST_RUB
) -> None:
    """Refuse roubles of which some would be lost.

    Args:
        amount_rub: a number, or the largest of an array is taken.
        month: the month they are owed in.
        account: what they are owed as, or by whom.
        most_rub: how many can be kept.

    Raises:
        ScenarioError: they are more, or no number.
    """
    largest = float(np.max(amount_rub))
    if not largest <= most_rub:
        raise ScenarioError(
            f"{format_month(month)}: {account}: {largest:.3g} roubles; past "
            f"{most_rub:.3g} roubles are lost. Give smaller amounts, or less growth"
        )
