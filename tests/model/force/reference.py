"""The same force with one Python loop over persons, as plain as can be.

Written from the docstrings of `model.force` alone: sequential random numbers, one man
after the other, continuous delays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from model.force.roll import STATES, State
from model.parameters.force import Force

FIRST = 12 * 2022 + 8

NEVER = 10**9


@dataclass
class Man:
    """One soldier."""

    combat: bool
    since: int
    """Month in which he was sent to his duty."""
    state: State = State.TRAINING
    due: int = NEVER
    becomes: State | None = None


def simulate(force: Force, persons: int, months: int, seed: int) -> list[int]:
    """Return the men in each state, and the men ever moved to combat, at the end."""
    random = Random(seed)
    men = [
        Man(combat=random.random() < force.combat_share, since=1)
        for _ in range(persons)
    ]
    reinforced = 0
    for month in range(months):
        reinforced += _month(force, men, month, random)
    counts = np.bincount([man.state for man in men], minlength=STATES)
    return [*counts.tolist(), reinforced]


def _month(force: Force, men: list[Man], month: int, random: Random) -> int:
    for man in men:
        if man.state == State.TRAINING and month == 1:
            man.state = _on_duty(man)
    combat = sum(man.state == State.COMBAT for man in men)
    support = sum(man.state == State.SUPPORT for man in men)
    wanted = force.combat_share * (combat + support) - combat
    chance = min(max(wanted / max(support, 1), 0.0), 1.0)
    levels = _levels(force, men, month)
    reinforced = sum(_hit(force, man, levels, month, chance, random) for man in men)
    for man in men:
        if man.due == month:
            man.state = man.becomes or _on_duty(man)
            man.due = NEVER
    return reinforced


def _on_duty(man: Man) -> State:
    return State.COMBAT if man.combat else State.SUPPORT


def _hit(
    force: Force,
    man: Man,
    levels: tuple[float, float],
    month: int,
    chance: float,
    random: Random,
) -> bool:
    """Let the month strike a man; return whether it moved him to combat."""
    if man.state not in (State.COMBAT, State.SUPPORT):
        return False
    hazards = _hazards(force, man, month, *levels)
    happens = [random.random() < -math.expm1(-h) for h in hazards]
    moved = not man.combat and random.random() < chance
    if any(happens):
        _out(force, man, month, happens.index(True), random)
    elif moved:
        man.combat, man.since, man.state = True, month, State.COMBAT
        return True
    return False


def _levels(force: Force, men: list[Man], month: int) -> tuple[float, float]:
    """Return the level of the hazard of death and the ratio of that of wounds to it."""
    risks = [
        _relative(force, man, month)
        for man in men
        if man.state in (State.COMBAT, State.SUPPORT)
    ]
    if not risks:
        return 0.0, 0.0
    casualties = force.casualties.over(FIRST, 1)[0] * len(risks) / 1000
    killed = casualties / (1 + force.wounded_per_killed)

    def dead(level: float) -> float:
        return sum(1 - math.exp(-level * risk) for risk in risks)

    death = _root(lambda level: dead(level) - killed)

    def hurt(ratio: float) -> float:
        return sum(
            math.exp(-death * risk) * (1 - math.exp(-ratio * death * risk))
            for risk in risks
        )

    return death, _root(lambda ratio: hurt(ratio) - (casualties - killed))


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 50.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return low


def _relative(force: Force, man: Man, month: int) -> float:
    share, ratio = force.combat_share, force.support_risk_ratio
    role: float = (1 if man.combat else ratio) / (share + (1 - share) * ratio)
    served = month - man.since
    k = force.tenure_shape
    tenure: float = ((served + 1) ** k - served**k) * 24 ** (1 - k)
    return role * tenure


def _hazards(
    force: Force, man: Man, month: int, death: float, wound: float
) -> list[float]:
    killed = death * _relative(force, man, month)
    return [
        killed,
        killed * wound,
        killed * force.captured_per_killed,
        force.absent_hazard_per_month,
        force.discharge_hazard_per_month,
    ]


def _out(force: Force, man: Man, month: int, what: int, random: Random) -> None:
    if what == 0:
        _dies(force, man, month, random)
    elif what == 1:
        _is_wounded(force, man, month, random)
    elif what == 2:
        man.state = State.CAPTURED
        man.due = month + _months_until(force.captured_exchange_share_per_month, random)
        spared = random.random() < force.exchanged_return_share
        man.becomes = None if spared else State.DISCHARGED
    elif what == 3:
        man.state, man.becomes = State.ABSENT, None
        man.due = month + _months_until(force.absent_return_share_per_month, random)
    else:
        man.state = State.DISCHARGED


def _dies(force: Force, man: Man, month: int, random: Random) -> None:
    man.state = State.KILLED
    if random.random() < force.missing_share:
        man.state, man.becomes = State.MISSING, State.KILLED
        wait = random.expovariate(1 / force.missing_declared_delay_months)
        man.due = math.floor(month + random.random() + wait)


def _is_wounded(force: Force, man: Man, month: int, random: Random) -> None:
    man.state, man.becomes = State.WOUNDED, None
    mean = force.return_delay_mean_months
    if random.random() >= force.return_share:
        disabled = random.random() < force.disabled_share
        man.becomes = State.DISABLED if disabled else State.DISCHARGED
        mean = force.invalid_delay_mean_months
    shape = force.return_delay_shape
    wait = random.gammavariate(shape, mean / shape)
    man.due = math.floor(month + random.random() + wait)


def _months_until(share: float, random: Random) -> int:
    months = 1
    while random.random() >= share:
        months += 1
    return months
