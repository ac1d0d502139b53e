"""Service outside the theatre: who is posted there, and who leaves. ODD III.iv.

New formations, garrisons and limited duty keep men under arms whom no counter of the
theatre sees. Combat does not threaten them. A man who has been trained is posted to the
rear with his channel's share; wounded men come for limited duty (see `returns`). Each
month, for a man in the rear and in this order,

    P(released to the theatre) = 1 - exp(-k f_t - x_t)
    P(discharged)              = the rest times 1 - exp(-d)

with k the release hazard, f_t its dated factor, d the hazard of discharge and x_t what
Moscow orders when the force is short: x_t = -ln(1 - ordered / men in the rear). Theatre
to rear is nil unless a scenario rotates: then P = the dated share, a month.

Whoever had a duty in theatre goes back to it; others are assigned like men from
training. Sources: e26-force-2025-06-stratres (121 thousand in reserve on top of the
theatre), e26-stratres-2025-07, e26-newunits-2026. Not modelled: which formations are
formed and when they are thrown in as a whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import key, uniforms
from model.fields.timeline import Timeline
from model.force.roll import IN_THEATRE, Roll, State
from model.parameters.force import Force

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_POSTING, _LEAVING, _ROTATION = range(3)


class Rear:
    """Moves men to and from service outside the theatre.

    Args:
        force: scenario block.
        dated: its timeline.
        channels: names in the order of the channel index, as on the roll.
        first: first month of the run.
        months: length of the run.
        seed: replication.
    """

    def __init__(
        self,
        force: Force,
        dated: Timeline,
        channels: tuple[str, ...],
        first: int,
        months: int,
        seed: int,
    ) -> None:
        self._posted = force.rear_share.over(channels, first, months)
        self._force, self._dated = force, dated
        self._seed = seed

    def post(self, roll: Roll, rows: Integers, index: int) -> Integers:
        """Send those of the trained men `rows` who are posted to the rear there."""
        share = self._posted[roll.channel_of(roll.who.take(rows)), index]
        posted: Integers = rows[self._uniforms(roll, rows, index, _POSTING) < share]
        roll.move(posted, State.REAR)
        return posted

    def leave(
        self, roll: Roll, index: int, ordered_persons: float
    ) -> tuple[Integers, Integers]:
        """Return the men released to the theatre, not moved yet, and those sent home.

        Args:
            roll: the roll.
            index: month of the run.
            ordered_persons: men Moscow wants released on top of the usual.
        """
        rows = roll.in_rear()
        ordered = min(ordered_persons / max(len(rows), 1), 1.0)
        release = self._force.release_hazard_per_month * self._dated.release[index]
        staying = np.exp(-release) * (1 - ordered)
        going_home = staying * -np.expm1(-self._force.discharge_hazard_per_month)
        uniform = self._uniforms(roll, rows, index, _LEAVING)
        discharged = rows[
            (uniform >= 1 - staying) & (uniform < 1 - staying + going_home)
        ]
        roll.move(discharged, State.DISCHARGED)
        return rows[uniform < 1 - staying], discharged

    def rotate(self, roll: Roll, index: int) -> Integers:
        """Withdraw the month's share of the men in theatre to the rear; return them."""
        share = self._dated.rotation_per_month[index]
        if not share:
            return np.zeros(0, dtype=np.int64)
        rows = roll.those(np.arange(roll.persons), IN_THEATRE)
        rotated: Integers = rows[self._uniforms(roll, rows, index, _ROTATION) < share]
        roll.move(rotated, State.REAR)
        return rotated

    def _uniforms(self, roll: Roll, rows: Integers, index: int, what: int) -> Floats:
        return uniforms(key(self._seed, "rear", index, what), roll.stream_ids(rows))
