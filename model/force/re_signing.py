"""Contracts that bring no new man: men already serving who sign. ODD III.iv.

Mobilised men who convert, regulars whose contract is renewed and convicts who stay are
paid the federal bonus and stand in every count of contracts, but nobody comes. With s_t
the hazard of the month, high while mobilised service was turned into contracts and low
afterwards, a man signs in the first month t of his service in which

    s(entered) + ... + s(t) > e,    e exponential with mean 1,

once, provided he is still in service then. Sources: fed-ratio-overstatement-2024-04
(claims against payments), e26-mow-conv, e26-sam-a; nobody has sized them. Not modelled:
men of the Donetsk and Luhansk formations and of private companies who were taken over
and are not on the roll, so s_t stands for them as well; regional sums for re-signing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import key, uniforms
from model.force.delays import Agenda
from model.force.roll import IN_SERVICE, Roll
from model.parameters.force import Force

Integers = NDArray[np.int64]

RE_SIGNING = ("regular", "mobilised", "prisoner")
"""Channels whose men serve without having signed for the bonus."""


class ReSigning:
    """Says who of those in service signs a contract in a month.

    Args:
        force: scenario block.
        channels: names in the order of the channel index.
        first: first month of the run.
        months: length of the run.
        seed: replication.
    """

    def __init__(
        self,
        force: Force,
        channels: tuple[str, ...],
        first: int,
        months: int,
        seed: int,
    ) -> None:
        hazard = force.re_signing.over(first, months)
        self._before = np.concatenate([[0.0], np.cumsum(hazard)])
        self._eligible = np.isin(channels, RE_SIGNING)
        self._seed = seed
        self._agenda = Agenda()

    def note_signed(self, roll: Roll, rows: Integers) -> None:
        """Draw when each of the men who came since last month would sign."""
        rows = rows[self._eligible.take(roll.channel_of(roll.who.take(rows)))]
        entered = np.maximum(roll.entered_of(roll.who.take(rows)), 0)
        uniform = uniforms(key(self._seed, "re_signing"), roll.stream_ids(rows))
        limit = self._before[entered] - np.log(uniform)
        due = self._before.searchsorted(limit) - 1
        within = due < len(self._before) - 1
        self._agenda.put(due[within], rows[within])

    def due(self, roll: Roll, index: int) -> Integers:
        """Return the men in service who sign in month `index`."""
        return roll.those(self._agenda.take(index), IN_SERVICE)
