"""The roll: one row for everybody who ever signed, and where he is now. ODD I.ii.

Only those who signed take memory. Rows are never removed or reordered; those who sign
in one channel and month (a cohort) stand side by side. Counts by channel and state, and
by home, move with every change of state, so nothing is ever counted anew. Persons are
conserved exactly: `counts` always adds up to `persons`.

What is asked of men anywhere on the roll lies in two words of 64 bits a man: who he is
(`packed.py`), and his duty, a block of the roster beside his casualty factor. The
state, which every step looks at, is a byte of its own, so that all states lie close.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Annotated, get_origin, get_type_hints

import numpy as np
from numpy.typing import DTypeLike, NDArray

from model.channels.interface import Intake
from model.force.packed import COHORT, HOME, PLACE, SETTLEMENT, pack

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
_IN_WORDS = ("home", "place", "settlement", "casualty_factor")
"""What of an intake lies in the two words."""
_KEPT = tuple(name for name in _OF_INTAKE if name not in _IN_WORDS)
_COLUMNS: dict[str, DTypeLike] = {
    **{name: _OF_INTAKE[name] for name in _KEPT},
    "who": np.int64,
    "duty": np.int64,
    "contract_until": np.int16,
    "role_combat": np.bool_,
    "state": np.uint8,
}
_DUTY_BLOCK, _CASUALTY_FACTOR = range(2)
"""Halves of a man's duty, 32 bits each: a whole number and a float."""


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

    who: Integers
    """Home, place, settlement and cohort of each man in one word (`packed.py`)."""
    duty: Integers
    """His duty block and casualty factor, in one word."""
    duty_block: NDArray[np.int32]
    """Number of his block of the roster plus one; 0: never on duty in theatre."""
    casualty_factor: NDArray[np.float32]
    age_years: NDArray[np.int8]
    """Age at signing."""
    income_decile: NDArray[np.int8]
    deceived: Flags
    coerced: Flags
    term_months: NDArray[np.int16]
    """Term of his own (prisoners); 0: ordinary contract."""
    contract_until: NDArray[np.int16]
    """Month index in which an ordinary contract could end."""
    role_combat: Flags
    """Whether his duty in theatre is combat; false before he is assigned."""
    state: States

    def __init__(self, channels: Sequence[str], homes: int) -> None:
        self.channels = tuple(channels)
        self.codes = np.array([channel_code(name) for name in channels])
        if len(set(self.codes)) < len(channels):
            raise ValueError(f"two of the channels {self.channels} share a code")
        self.persons = 0
        self.counts = np.zeros((len(channels), STATES), dtype=np.int64)
        self._by_home = np.zeros((len(_COUNTED_BY_HOME), homes), dtype=np.int64)
        self.on_duty = np.zeros(1)
        """Casualty factors of the men on duty in theatre, by block of the roster plus
        one, added up."""
        self._homes = homes
        self._rear = np.zeros(0, dtype=np.int64)
        self._to_rear: list[Integers] = []
        self._cohort_streams = np.zeros(0, dtype=np.int64)
        self._cohort_channels = np.zeros(0, dtype=np.int64)
        self._cohort_months = np.zeros(0, dtype=np.int64)
        self._stored = {n: np.zeros(_FIRST_CAPACITY, t) for n, t in _COLUMNS.items()}
        self._show(0)

    @property
    def serving_by_home(self) -> Integers:
        """Men in service or captivity by home, (H,)."""
        serving: Integers = self._by_home[0]
        return serving

    @property
    def dead_by_home(self) -> Integers:
        """Killed and missing by home, (H,)."""
        dead: Integers = self._by_home[1]
        return dead

    @property
    def captured_by_home(self) -> Integers:
        """Captives by home, (H,)."""
        captured: Integers = self._by_home[2]
        return captured

    @property
    def home(self) -> Integers:
        """Home of everybody, unpacked anew; for some men see `HOME.of`, (persons,)."""
        return HOME.of(self.who)

    @property
    def place(self) -> Integers:
        """Place of signing of everybody, unpacked anew, (persons,)."""
        return PLACE.of(self.who)

    @property
    def settlement(self) -> Integers:
        """Settlement whose men notice his fate, of everybody; -1: none, (persons,)."""
        return SETTLEMENT.of(self.who)

    @property
    def channel(self) -> Integers:
        """Channel of everybody, unpacked anew; of some men `channel_of`, (persons,)."""
        return self.channel_of(self.who)

    @property
    def entered_index(self) -> Integers:
        """Month of everybody's signing, from the start; -1: before it, (persons,)."""
        return self.entered_of(self.who)

    def channel_of(self, who: Integers) -> Integers:
        """Return the channel of the men with these words, (n,)."""
        return self._cohort_channels.take(COHORT.of(who))

    def entered_of(self, who: Integers) -> Integers:
        """Return their months of signing, counted from the start of the run, (n,)."""
        return self._cohort_months.take(COHORT.of(who))

    @property
    def in_theatre(self) -> int:
        """Men in combat and support: the force in theatre, as Kyiv counts it."""
        return int(self.counts[:, IN_THEATRE].sum())

    def enlist(self, intake: Intake, channel: int, now_index: int) -> slice:
        """Add an intake, in its own order, to those in training; return its rows.

        Once per channel and month: a second intake would share the first one's numbers.
        """
        return self.enlist_all({channel: intake}, now_index)[0]

    def enlist_all(self, intakes: Mapping[int, Intake], now_index: int) -> list[slice]:
        """Add the intakes of a month, by channel; return the rows of each."""
        persons = [intake.persons for intake in intakes.values()]
        blocks, start, end = [], self.persons, self.persons
        for count in persons:
            blocks.append(slice(end, end + count))
            end += count
        self._show(end)
        first = self._open_cohorts(list(intakes), now_index, blocks)
        arrived = list(zip(intakes.values(), blocks, strict=True))
        settlement = np.empty(end, np.int64)
        for intake, block in arrived:
            settlement[block] = intake.settlement
        home = np.concatenate([intake.home for intake in intakes.values()])
        self.who[start:] = pack(
            home,
            np.concatenate([intake.place for intake in intakes.values()]),
            settlement[start:],
            np.arange(first, first + len(blocks)).repeat(persons),
        )
        self._by_home[0] += np.bincount(home, minlength=self._homes)
        for name in (*_KEPT, "casualty_factor"):
            column = getattr(self, name)
            for intake, block in arrived:
                column[block] = getattr(intake, name)
        self.counts[list(intakes), State.TRAINING] += persons
        return blocks

    def stream_ids(self, rows: Integers) -> Integers:
        """Return the coordinates of men's uniform, (n,).

        They depend on channel, month of signing and place in the cohort alone, not on
        what other channels did.
        """
        stream: Integers = self._cohort_streams.take(COHORT.of(self.who.take(rows)))
        stream += rows
        return stream

    def move(self, rows: Integers, new: States | State) -> None:
        """Put the men at `rows`, each named once, into the states `new`."""
        if not len(rows):
            return
        step = self.state.take(rows).astype(np.int64)
        step *= STATES
        step += new
        self._count_duty(rows, _TO_DUTY.take(step))
        who = self.who.take(rows)
        self._count_homes(who, step)
        step += self.channel_of(who) * STATES**2
        shape = (len(self.channels), STATES, STATES)
        flows = np.bincount(step, minlength=self.counts.size * STATES).reshape(shape)
        self.counts += flows.sum(axis=1) - flows.sum(axis=2)
        self.state[rows] = new
        if flows[:, :, _REAR].any():
            self._to_rear.append(rows if isinstance(new, State) else rows[new == _REAR])

    def station(self, rows: Integers, block: Integers) -> None:
        """Note the blocks of the roster, both (n,), that men are sent to."""
        last = int(block.max(initial=-1)) + 2
        if last > len(self.on_duty):
            more = np.zeros(last - len(self.on_duty))
            self.on_duty = np.concatenate([self.on_duty, more])
        there = _THERE.take(self.state.take(rows))
        self._count_duty(rows, -1 * there)
        self.duty_block[rows] = block + 1
        self._count_duty(rows, 1 * there)

    def those(self, rows: Integers, states: Sequence[State]) -> Integers:
        """Return those of `rows` who are in one of `states`."""
        return rows[states_mask(states).take(self.state.take(rows))]

    def in_rear(self) -> Integers:
        """Return who is in the rear, in the order of the roll.

        Whoever came is noted, for to look at every man's state takes longer. A man who
        left and came again within a month is noted twice, and named once.
        """
        came = np.concatenate([self._rear[:0], *self._to_rear])
        came.sort()
        self._to_rear.clear()
        noted = self.those(np.concatenate([self._rear, came]), (State.REAR,))
        noted.sort(kind="stable")  # merges what is two ascending runs
        fresh = np.ones(len(noted), dtype=bool)
        np.not_equal(noted[1:], noted[:-1], out=fresh[1:])
        self._rear = noted[fresh]
        return self._rear

    def _count_duty(self, rows: Integers, change: Integers) -> None:
        """Add men (1) to those on duty in their blocks, or take them off (-1)."""
        changing = change.nonzero()[0]
        if len(changing):
            duty = self.duty.take(rows.take(changing))
            factor = duty.view(np.float32)[_CASUALTY_FACTOR::2] * change.take(changing)
            block = duty.view(np.int32)[_DUTY_BLOCK::2]
            self.on_duty += np.bincount(block, factor, len(self.on_duty))

    def _count_homes(self, who: Integers, step: Integers) -> None:
        """Count by home anew those who cross; `step` is old * STATES + new."""
        crossing = _CROSSES.take(step).nonzero()[0]
        if len(crossing):
            cell = HOME.of(who.take(crossing)) * STATES**2 + step.take(crossing)
            flows = np.bincount(cell, minlength=self._homes * STATES**2)
            self._by_home += _BY_HOME @ flows.reshape(self._homes, STATES**2).T

    def _open_cohorts(
        self, channels: list[int], now_index: int, blocks: list[slice]
    ) -> int:
        """Note cohorts of this month; return the number of the first."""
        first = len(self._cohort_streams)
        name = ((now_index + 1) << CODE_BITS) | self.codes[channels]
        stream = (name << _POSITION_BITS) - [block.start for block in blocks]
        month = np.full(len(channels), now_index)
        self._cohort_streams = np.concatenate([self._cohort_streams, stream])
        self._cohort_channels = np.concatenate([self._cohort_channels, channels])
        self._cohort_months = np.concatenate([self._cohort_months, month])
        return first

    def _show(self, persons: int) -> None:
        """Let every column end at `persons`, with room to spare behind it."""
        capacity = len(self._stored["state"])
        while capacity < persons:
            capacity *= 2
        for name, stored in self._stored.items():
            if capacity > len(stored):
                grown = np.zeros(capacity, stored.dtype)
                grown[: self.persons] = stored[: self.persons]
                self._stored[name] = grown
            setattr(self, name, self._stored[name][:persons])
        self.duty_block = self.duty.view(np.int32)[_DUTY_BLOCK::2]
        self.casualty_factor = self.duty.view(np.float32)[_CASUALTY_FACTOR::2]
        self.persons = persons


def _change(states: Sequence[State]) -> Integers:
    """Return by how many each step old * STATES + new changes those in `states`."""
    inside = states_mask(states).astype(np.int64)
    return (inside[None, :] - inside[:, None]).ravel()


# Whoever asks an enumeration for a member every month pays three calls for it.
_REAR = int(State.REAR)
_THERE = states_mask(IN_THEATRE)
_TO_DUTY = _change(IN_THEATRE)
_COUNTED_BY_HOME = (SERVING, DEAD, (State.CAPTURED,))
_BY_HOME = np.array([_change(states) for states in _COUNTED_BY_HOME])
_CROSSES = _BY_HOME.any(axis=0)
