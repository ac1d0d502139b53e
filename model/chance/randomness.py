"""Randomness as a pure function of its coordinates. ODD II.ix (stochasticity).

Every random number is `f(seed, process, month, ..., draw)` for a counter-based hash, so
the same person draws the same number in the same month in every scenario, in any order
and at any number of workers. The processes, by name, are listed in `PROCESSES`; a new
one is appended, never inserted, so that existing numbers stay.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

Process = Literal[
    "people",
    "volunteer_contract",
    "prisoner",
    "conscript",
    "mobilised",
    "migrant",
    "naturalised",
    "foreign_volunteer",
    "foreign_deceived",
    "state_deployment",
    "attrition",
    "role",
    "return",
    "network",
    "source_state",
    "claims",
    "observation",
    "other_channel",
    "rear",
    "re_signing",
    "regional_game",
    "casualties",
    "willingness",
]
PROCESSES: tuple[str, ...] = get_args(Process)
_NUMBER = {name: number for number, name in enumerate(PROCESSES)}

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 0xFFFFFFFFFFFFFFFF
_GOLDEN_INVERSE = pow(_GOLDEN, -1, _MASK + 1)
_TO_UNIT = 2.0**-53
# As NumPy scalars made once: making one costs as much as shifting a few hundred words.
_GOLDEN_WORD = np.uint64(_GOLDEN)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_UNUSED_BITS = np.uint64(11)


def key(seed: int, process: Process, *coordinates: int) -> int:
    """Fold coordinates (month, stratum, shell ...) into one 64-bit key."""
    word = fold(_NUMBER[process] + 1, seed - 1)
    for coordinate in coordinates:
        word = fold(word, coordinate)
    return word


def fold(stream: int, coordinate: int) -> int:
    """Fold one more coordinate into a key, as `key` does with each of its own."""
    word = (stream + _GOLDEN * (coordinate + 1)) & _MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return word ^ (word >> 31)


def first_counter(stream: int) -> int:
    """Return the counter at which stream 0 has the first number of `stream`.

    All streams are one sequence entered at different places, so numbers of many streams
    are drawn in one call: counters are added to this one, modulo 2^64 and signed.
    """
    counter = (stream * _GOLDEN_INVERSE) & _MASK
    return counter - ((counter >> 63) << 64)


def words(stream: int | Words, counters: NDArray[np.integer]) -> Words:
    """Return one 64-bit word per counter, shaped alike (SplitMix64 finaliser).

    With a stream for each counter, word n is `fold(stream[n], counters[n] - 1)`.
    """
    word = counters.astype(np.uint64)
    word *= _GOLDEN_WORD
    word += np.uint64(stream)
    shifted = word >> _SHIFTS[0]
    word ^= shifted
    word *= _FACTORS[0]
    word ^= np.right_shift(word, _SHIFTS[1], out=shifted)
    word *= _FACTORS[1]
    word ^= np.right_shift(word, _SHIFTS[2], out=shifted)
    return word


def uniforms(stream: int | Words, counters: NDArray[np.integer]) -> Floats:
    """Return one uniform in (0, 1) per counter, 53 bits."""
    word = words(stream, counters)
    word >>= _UNUSED_BITS
    unit = word.astype(np.float64)
    unit += 0.5
    unit *= _TO_UNIT
    return unit


def generator(stream: int) -> np.random.Generator:
    """Return a NumPy generator keyed by `stream`, for counts with fixed means."""
    return np.random.Generator(np.random.Philox(key=stream))
