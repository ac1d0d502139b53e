"""Those out of action, and when they come back or are given up. ODD III.iv (attrition).

What becomes of a man is drawn when it begins: a wounded man will return to duty, with
the share r, be kept for limited duty in the rear, (1 - r) l, or go home, declared
disabled or found unfit, (1 - r)(1 - l), each after a gamma delay; a missing man is
declared dead by a court after an exponential one; of the captives and the absent a
share comes back each month. Exchanged men of a term of their own go home, of the others
a share. Whoever has left the force by then stays where he is. Sources: casualties.csv
(the return share is measured by nobody: a free parameter), force_and_payouts.csv.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import key, uniforms
from model.force.delays import Agenda, gamma_delay, monthly_share_delay, split
from model.force.roll import Roll, State, States
from model.parameters.force import Force

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Ending(IntEnum):
    """How a man's time out of action ends."""

    RETURNED = 0
    DISABLED = 1
    UNFIT = 2
    DECLARED_DEAD = 3
    EXCHANGED = 4
    EXCHANGED_HOME = 5
    BROUGHT_BACK = 6
    LIMITED = 7


_WAITS_IN = np.array(
    [
        State.WOUNDED,
        State.WOUNDED,
        State.WOUNDED,
        State.MISSING,
        State.CAPTURED,
        State.CAPTURED,
        State.ABSENT,
        State.WOUNDED,
    ],
    dtype=np.uint8,
)
_LEAVES_TO = {
    Ending.DISABLED: State.DISABLED,
    Ending.UNFIT: State.DISCHARGED,
    Ending.DECLARED_DEAD: State.KILLED,
    Ending.EXCHANGED_HOME: State.DISCHARGED,
    Ending.LIMITED: State.REAR,
}
_COMBAT, _SUPPORT = np.uint8(State.COMBAT), np.uint8(State.SUPPORT)
_FATE, _DELAY = range(2)
_ENDING_BITS = 3


class Returns:
    """What becomes of the wounded, missing, captured and absent, and when.

    Args:
        force: scenario block.
        seed: replication.
    """

    def __init__(self, force: Force, seed: int) -> None:
        self._force = force
        self._seed = seed
        shape = force.return_delay_shape
        healing = gamma_delay(force.return_delay_mean_months, shape)
        verdict = gamma_delay(force.invalid_delay_mean_months, shape)
        exchange = monthly_share_delay(force.captured_exchange_share_per_month)
        self._delays = {
            Ending.RETURNED: healing,
            Ending.DISABLED: verdict,
            Ending.UNFIT: verdict,
            Ending.LIMITED: verdict,
            Ending.DECLARED_DEAD: gamma_delay(force.missing_declared_delay_months, 1),
            Ending.EXCHANGED: exchange,
            Ending.EXCHANGED_HOME: exchange,
            Ending.BROUGHT_BACK: monthly_share_delay(
                force.absent_return_share_per_month
            ),
        }
        self._agenda = Agenda()

    def note(
        self,
        roll: Roll,
        wounded: Integers,
        missing: Integers,
        captured: Integers,
        absent: Integers,
        index: int,
    ) -> None:
        """Draw what becomes of men put out of action in month `index`, and when."""
        rows = np.concatenate([wounded, missing, captured, absent])
        stream_ids = roll.stream_ids(rows)
        fate = uniforms(key(self._seed, "return", index, _FATE), stream_ids)
        taken = slice(len(wounded) + len(missing), len(rows) - len(absent))
        ending = np.concatenate(
            [
                self._of_wounded(fate[: len(wounded)]),
                missing * 0 + int(Ending.DECLARED_DEAD),
                self._of_captured(roll, captured, fate[taken]),
                absent * 0 + int(Ending.BROUGHT_BACK),
            ]
        )
        uniform = uniforms(key(self._seed, "return", index, _DELAY), stream_ids)
        due = index + self._months(ending, uniform)
        self._agenda.put(due, (rows << _ENDING_BITS) | ending)

    def settle(self, roll: Roll, index: int) -> list[Integers]:
        """Move all whose time out of action ends in month `index`; rows by `Ending`."""
        entries = self._agenda.take(index)
        rows, ending = entries >> _ENDING_BITS, entries & ((1 << _ENDING_BITS) - 1)
        waiting = (roll.state[rows] == _WAITS_IN[ending]).nonzero()[0]
        rows, ending = rows[waiting], ending[waiting]
        order = ending.astype(np.int8).argsort(kind="stable")
        rows, counts = rows[order], np.bincount(ending, minlength=len(Ending))
        parts = split(rows, counts)
        state = np.concatenate([_state_after(roll, how, parts[how]) for how in Ending])
        roll.move(rows, state)
        return parts

    def _of_wounded(self, fate: Floats) -> Integers:
        back = self._force.return_share
        home = (1 - back) * (1 - self._force.limited_duty_share)
        upto = np.cumsum([back, home * self._force.disabled_share])
        upto = np.append(upto, back + home)
        ends = (Ending.RETURNED, Ending.DISABLED, Ending.UNFIT, Ending.LIMITED)
        return np.array(ends)[np.searchsorted(upto, fate, side="right")]

    def _of_captured(self, roll: Roll, rows: Integers, fate: Floats) -> Integers:
        spared = fate >= self._force.exchanged_return_share
        home = spared | (roll.term_months[rows] > 0)
        return np.where(home, int(Ending.EXCHANGED_HOME), int(Ending.EXCHANGED))

    def _months(self, ending: Integers, uniform: Floats) -> Integers:
        months = np.zeros(len(ending), dtype=np.int64)
        for how, delay in self._delays.items():
            chosen = (ending == how).nonzero()[0]
            months[chosen] = delay.months(uniform[chosen])
        return months


def _state_after(roll: Roll, how: Ending, rows: Integers) -> States:
    """Return where an ending leads each of the men to."""
    if how in _LEAVES_TO:
        return np.full(len(rows), _LEAVES_TO[how], dtype=np.uint8)
    return duty_states(roll, rows)


def duty_states(roll: Roll, rows: Integers) -> States:
    """Return combat or support for each man, as his role is."""
    combat = roll.role_combat[rows]
    return np.where(combat, _COMBAT, _SUPPORT)
