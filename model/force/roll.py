"""The roll: one row for everybody who ever signed, and where he is now. ODD I.ii.

Only those who signed take memory. Rows are never removed or reordered; those who sign
in one channel and month (a cohort) stand side by side. Counts by channel and state, and
by home, move with every change of state, so nothing is ever counted anew. Persons are
conserved exactly: `counts` always adds up to `persons`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from enum import IntEnum
from typing import Annotated, get_origin, get_type_hints

import numpy as np
from numpy.typing import DTypeLike, NDArray

from model.channels.interface import Intake

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
States = NDArray[np.uint8]


class State(IntEnum):
    """Where a man is. Dead are KILLED and MISSING; MISSING is not yet declared.

    REAR serves outside the theatre: new formations, garrisons, limited duty.
    """

    TRAINING = 0
    COMBAT = 1
    SUPPORT = 2
    WOUNDED = 3
    CAPTURED = 4
    ABSENT = 5
    DISCHARGED = 6
    DISABLED = 7
    KILLED = 8
    MISSING = 9
    REAR = 10

    @property
    def label(self) -> str:
        """Name in the result tables."""
        return self.name.lower()


STATES = len(State)
IN_THEATRE = (State.COMBAT, State.SUPPORT)
IN_SERVICE = (*IN_THEATRE, State.REAR, State.TRAINING, State.WOUNDED)
"""Men under arms for the war: theatre, rear, training and hospital."""
SERVING = (*IN_SERVICE, State.CAPTURED)
DEAD = (State.KILLED, State.MISSING)

CODE_BITS = 14
_POSITION_BITS = 36
# Untouched zeros cost no memory, copies made on growing do.
_FIRST_CAPACITY = 1 << 22
_OF_INTAKE: dict[str, DTypeLike] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(Intake, include_extras=True).items()
    if get_origin(hint) is Annotated
}
_COLUMNS: dict[str, DTypeLike] = {
    **_OF_INTAKE,
    "channel": np.int16,
    "entered_index": np.int16,
    "contract_until": np.int16,
    "role_combat": np.bool_,
    "duty_block": np.int32,
    "state": np.uint8,
    "cohort": np.int16,
}


def states_mask(states: Sequence[State]) -> Flags:
    """Return which of all states are among `states`, (STATES,)."""
    mask = np.zeros(STATES, dtype=bool)
    mask[list(states)] = True
    return mask


def channel_code(name: str) -> int:
    """Return a number of `CODE_BITS` bits that depends on the channel's name alone."""
    return zlib.crc32(name.encode()) & ((1 << CODE_BITS) - 1)


class Roll:
    """Columns of everybody who ever signed; each column has shape (persons,).

    Columns are replaced when men enlist, so take them from the roll each time.

    Args:
        channels: names in the order of the channel index, regulars first.
        homes: number of homes, H (regions, then countries).

    Raises:
        ValueError: two channels share a code; rename one.
    """

    home: NDArray[np.int16]
    place: NDArray[np.int16]
    channel: NDArray[np.int16]
    entered_index: NDArray[np.int16]
    """Month of signing, counted from the start of the run; -1: before it."""
    age_years: NDArray[np.int8]
    """Age at signing."""
    income_decile: NDArray[np.int8]
    settlement: NDArray[np.int32]
    """Settlement whose men notice his fate; -1: none."""
    deceived: Flags
    coerced: Flags
    casualty_factor: NDArray[np.float32]
    term_months: NDArray[np.int16]
    """Term of his own (prisoners); 0: ordinary contract."""
    contract_until: NDArray[np.int16]
    """Month index in which an ordinary contract could end."""
    role_combat: Flags
    """Whether his duty in theatre is combat; false before he is assigned."""
    duty_block: NDArray[np.int32]
    """Number of his block of the roster plus one; 0: never on duty in theatre."""
    state: States
    cohort: NDArray[np.int16]
    """Number of his intake, in the order of enlisting."""

    def __init__(self, channels: Sequence[str], homes: int) -> None:
        self.channels = tuple(channels)
        self.codes = np.array([channel_code(name) for name in channels])
        if len(set(self.codes)) < len(channels):
            raise ValueError(f"two of the channels {self.channels} share a code")
        self.persons = 0
        self.counts = np.zeros((len(channels), STATES), dtype=np.int64)
        self.serving_by_home = np.zeros(homes, dtype=np.int64)
        self.dead_by_home = np.zeros(homes, dtype=np.int64)
        self.captured_by_home = np.zeros(homes, dtype=np.int64)
        self.on_duty = np.zeros(1)
        """Casualty factors of the men on duty in theatre, by block of the roster plus
        one, added up."""
        self._homes = homes
        self._cohort_streams = np.zeros(0, dtype=np.int64)
        self._stored = {n: np.zeros(_FIRST_CAPACITY, t) for n, t in _COLUMNS.items()}
        self._show(0)

    @property
    def in_theatre(self) -> int:
        """Men in combat and support: the force in theatre, as Kyiv counts it."""
        return int(self.counts[:, IN_THEATRE].sum())

    def enlist(self, intake: Intake, channel: int, now_index: int) -> slice:
        """Add an intake, in its own order, to those in training; return its rows.

        Once per channel and month: a second intake would share the first one's numbers.
        """
        block = slice(self.persons, self.persons + intake.persons)
        self._show(block.stop)
        self.channel[block] = channel
        self.entered_index[block] = now_index
        self.cohort[block] = self._open_cohort(channel, now_index, block.start)
        for name in _OF_INTAKE:
            getattr(self, name)[block] = getattr(intake, name)
        self.counts[channel, State.TRAINING] += intake.persons
        self.serving_by_home += np.bincount(intake.home, minlength=self._homes)
        return block

    def stream_ids(self, rows: Integers) -> Integers:
        """Return the coordinates of men's uniform, (n,).

        They depend on channel, month of signing and place in the cohort alone, not on
        what other channels did.
        """
        cohort = self.cohort[rows].astype(np.int64)
        stream: Integers = self._cohort_streams.take(cohort) + rows
        return stream

    def move(self, rows: Integers, new: States | State) -> None:
        """Put the men at `rows`, each named once, into the states `new`."""
        if not len(rows):
            return
        step = self.state[rows].astype(np.int64)
        step *= STATES
        step += new
        self._recount(rows, step)
        for leaving, sign in ((_LEAVES_DUTY, -1.0), (_COMES_ON_DUTY, 1.0)):
            self._count_duty(rows[np.flatnonzero(leaving.take(step))], sign)
        step += self.channel[rows] * np.int64(STATES**2)
        shape = (len(self.channels), STATES, STATES)
        flows = np.bincount(step, minlength=self.counts.size * STATES).reshape(shape)
        self.counts += flows.sum(axis=1) - flows.sum(axis=2)
        self.state[rows] = new

    def station(self, rows: Integers, block: Integers) -> None:
        """Note the blocks of the roster, both (n,), that men are sent to."""
        last = int(block.max(initial=-1)) + 2
        if last > len(self.on_duty):
            self.on_duty = np.pad(self.on_duty, (0, last - len(self.on_duty)))
        there = rows[np.flatnonzero(_THERE[self.state[rows]])]
        self._count_duty(there, -1.0)
        self.duty_block[rows] = block + 1
        self._count_duty(there, 1.0)

    def those(self, rows: Integers, states: Sequence[State]) -> Integers:
        """Return those of `rows` who are in one of `states`."""
        return rows[np.flatnonzero(states_mask(states)[self.state[rows]])]

    def _count_duty(self, rows: Integers, sign: float) -> None:
        """Add men to those on duty in their blocks, or take them off."""
        if len(rows):
            factor = sign * self.casualty_factor[rows].astype(np.float64)
            block = self.duty_block[rows]
            self.on_duty += np.bincount(block, factor, len(self.on_duty))

    def _recount(self, rows: Integers, step: Integers) -> None:
        """Count by home anew those who cross; `step` is old * STATES + new."""
        crossing = np.flatnonzero(_CROSSES.take(step))
        if len(crossing):
            home, step = self.home[rows[crossing]], step[crossing]
            cell = home * np.int64(STATES**2) + step
            flows = np.bincount(cell, minlength=self._homes * STATES**2)
            flows = flows.reshape(self._homes, STATES**2)
            self.serving_by_home += flows @ _TO_SERVING
            self.dead_by_home += flows @ _TO_DEAD
            self.captured_by_home += flows @ _TO_CAPTURED

    def _open_cohort(self, channel: int, now_index: int, start: int) -> int:
        name = ((now_index + 1) << CODE_BITS) | int(self.codes[channel])
        base = (name << _POSITION_BITS) - start
        self._cohort_streams = np.append(self._cohort_streams, base)
        return len(self._cohort_streams) - 1

    def _show(self, persons: int) -> None:
        """Let every column end at `persons`, with room to spare behind it."""
        capacity = len(self._stored["home"])
        while capacity < persons:
            capacity *= 2
        for name, stored in self._stored.items():
            if capacity > len(stored):
                grown = np.zeros(capacity, stored.dtype)
                grown[: self.persons] = stored[: self.persons]
                self._stored[name] = grown
            setattr(self, name, self._stored[name][:persons])
        self.persons = persons


def _change(states: Sequence[State]) -> Integers:
    """Return by how many each step old * STATES + new changes those in `states`."""
    inside = states_mask(states).astype(np.int64)
    return (inside[None, :] - inside[:, None]).ravel()


_THERE = states_mask(IN_THEATRE)
_TO_DUTY = _change(IN_THEATRE)
_LEAVES_DUTY, _COMES_ON_DUTY = _TO_DUTY < 0, _TO_DUTY > 0
_TO_SERVING, _TO_DEAD = _change(SERVING), _change(DEAD)
_TO_CAPTURED = _change((State.CAPTURED,))
_CROSSES = (_TO_SERVING != 0) | (_TO_DEAD != 0) | (_TO_CAPTURED != 0)
