"""Disability payments: in place of a wound payment, and backdated. ODD III.iv (ledger).

A disabled man's payment takes the place of the payment for his wound, so for every man
declared disabled one wound payment is left out, as soon as one falls due in his
channel. When the tariff rises and the law is backdated, all earlier disabled men are
owed the difference. Source: pay-disab-4m.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Disability:
    """Keeps who was declared disabled and whose wound payment was replaced.

    Args:
        channels: number of channels, C.
        tariff_rub: payment by month of the run, (T,).
        backdated: whether a rise is owed to earlier disabled men too.
    """

    def __init__(self, channels: int, tariff_rub: Floats, *, backdated: bool) -> None:
        self._tariff = tariff_rub
        self._backdated = backdated
        self._disabled = np.zeros(channels, dtype=np.int64)
        self._to_replace = np.zeros(channels, dtype=np.int64)

    def owed_rub(self, index: int, disabled: Integers) -> Floats:
        """Return what falls due to this month's and to earlier disabled men, (C,)."""
        tariff = self._tariff[index]
        rise = max(0.0, tariff - self._tariff[max(index - 1, 0)])
        earlier = self._disabled * (rise if self._backdated else 0.0)
        self._disabled += disabled
        self._to_replace += disabled
        owed: Floats = disabled * tariff + earlier
        return owed

    def paid_wounds(self, wounded: Integers) -> Integers:
        """Return the wounds a payment is due for, by channel, (C,)."""
        replaced = np.minimum(wounded, self._to_replace)
        self._to_replace -= replaced
        return wounded - replaced
