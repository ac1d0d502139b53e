"""Monthly hazards of service, stacked on one axis of intensity. ODD III.iv (attrition).

Casualties are a series, not a product of the force: with c_t the killed and wounded a
month that documents give for a force of R_t men, N_t the men on duty in theatre, f_t
the tempo of a scenario and b the bias of the claim,

    C_t = (c_t / b) f_t (N_t / R_t)^eta
    K_t = C_t / (1 + w_t) killed, the rest wounded,

eta between 0 (losses are the war's, whoever is there) and 1 (a hazard of each man), and
w_t the wounded for each man killed. They are spread over men by relative hazards,

    r = role x channel risk x tenure x his casualty factor,

role being 1 / (s + (1 - s) q) in combat and q times that in support (s the combat share
of the force, q the support risk ratio). Tenure is a Weibull hazard, averaged over each
month of tenure m = 0, 1, ... and normalised to mean 1 over the first 24 months:

    tenure(m) = ((m + 1)^k - m^k) 24^(1 - k),    k the shape.

A man's hazard of death is h = level x r, with the level at which the men on duty are
expected to lose K_t: whoever is new or in combat dies earlier, and the sum stays.

    sum over men of (1 - exp(-level r)) = K_t

The ratio of the hazards of wounds and death follows from the wounded likewise; captures
follow deaths in fixed ratio; absence and discharge have hazards of their own. The kinds
are stacked in that order, so a point kills if its mark lies below the hazard of death,
wounds if it lies in the next interval, and so on; of the points of a man the lowest
counts. Hence P(killed) = 1 - exp(-h_killed) whatever else threatens, P(wounded) =
exp(-h_killed) (1 - exp(-h_wounded)), and so on up. On top lies the move of support men
to combat.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from model.channels import facts_of
from model.fields.timeline import Timeline
from model.force.roster import DUTIES, Duty
from model.parameters.force import Force

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TENURE_NORMAL_MONTHS = 24
HIGHEST_HAZARD_PER_MONTH = 8.0
"""Marks above it are not looked at; 0.03 % of men so threatened are passed over."""
LEAST_WEIGHT = 1e-6
"""Blocks with less on duty are empty but for rounding."""
LONGEST_SEARCH, ENOUGH = 60, 1e-9
LEAST_STAYING = float(np.exp(-HIGHEST_HAZARD_PER_MONTH))


class Kind(IntEnum):
    """What a point does, from the lowest interval of the axis up."""

    KILLED = 0
    WOUNDED = 1
    CAPTURED = 2
    ABSENT = 3
    DISCHARGED = 4
    REINFORCES = 5


@dataclass(frozen=True, slots=True)
class Hazards:
    """This month's hazards by block of the roster, (G,), before personal factors."""

    killed: Floats
    reinforces: Floats
    """Hazard of being moved from support to combat."""
    casualty_ratios: tuple[float, float, float]
    """Hazards of death, wounds and capture over that of death."""
    absent: float
    discharged: float

    def bounds(self, worst_factor: Floats) -> Floats:
        """Return the highest total hazard in each block."""
        violent = self.killed * worst_factor * sum(self.casualty_ratios)
        total = violent + self.absent + self.discharged + self.reinforces
        return np.minimum(total, HIGHEST_HAZARD_PER_MONTH)

    def kinds(
        self, block: Integers, factor: NDArray[np.floating], mark: Floats
    ) -> NDArray[np.int8]:
        """Return what each point does; len(Kind) if it lies above all intervals."""
        killed = self.killed.take(block) * factor
        top = np.zeros(len(mark))
        kind = np.zeros(len(mark), dtype=np.int8)
        stacked: list[Floats | float] = [killed * r for r in self.casualty_ratios]
        stacked += [self.absent, self.discharged, self.reinforces.take(block)]
        # The kind of a point is the number of tops it lies above, so other hazards move
        # edges past a few points and leave the others what they were: random numbers
        # stay common to scenarios.
        for hazard in stacked:
            top += hazard
            kind += (mark >= top).view(np.int8)
        return kind


class HazardTable:
    """What the scenario fixes about hazards for the whole run.

    Args:
        force: scenario block.
        dated: its timeline.
        channels: names in the order of the channel index.
        months: length of the run.
        shocks: factor of chance on casualties, (T,); none: 1 in every month.
    """

    def __init__(
        self,
        force: Force,
        dated: Timeline,
        channels: tuple[str, ...],
        months: int,
        shocks: Floats | None = None,
    ) -> None:
        self._force, self._dated = force, dated
        self._shocks = np.ones(months) if shocks is None else shocks
        facts = {name: facts_of(name) for name in channels}
        risk = [force.channel_risk.of(name, facts[name].risk) for name in channels]
        self._by_duty = np.outer(risk, role_factors(force)).ravel()
        self._tenure = tenure_factors(
            force.tenure_shape, months + 1 + force.initial_tenure_months
        )
        shares = force.combat_share_by_channel
        self.combat_share = np.array(
            [
                shares.of(name, force.combat_share if own is None else own)
                for name, own in ((n, facts[n].combat_share) for n in channels)
            ]
        )

    def at(
        self, index: int, on_duty: Floats, combat: Integers, support: Integers
    ) -> Hazards:
        """Return the hazards of month `index`.

        Args:
            index: month of the run.
            on_duty: casualty factors of the men on duty by block, added up, (G,).
            combat: men in combat by channel.
            support: men in support by channel.
        """
        tenure = self._tenure[index + 1 :: -1].copy()
        tenure[0] = self._tenure[index + 1 + self._force.initial_tenure_months]
        relative = np.outer(tenure, self._by_duty).ravel()
        killed, wounded = self.expected(index, int(combat.sum() + support.sum()))
        hazard = level_for(killed, on_duty, relative) * relative
        called = np.zeros((index + 2, len(combat), DUTIES))
        called[:, :, Duty.SUPPORT] = reinforcing(self.combat_share, combat, support)
        force = self._force
        ratio = level_for(wounded, on_duty * np.exp(-hazard), hazard)
        return Hazards(
            killed=hazard,
            reinforces=called.ravel(),
            casualty_ratios=(1.0, ratio, force.captured_per_killed),
            absent=force.absent_hazard_per_month,
            discharged=force.discharge_hazard_per_month,
        )

    def expected(self, index: int, in_theatre: int) -> tuple[float, float]:
        """Return the killed and wounded a force of this size is expected to have."""
        force, dated = self._force, self._dated
        stock = in_theatre / max(dated.reference_force[index], 1.0)
        casualties = dated.casualties[index] / force.claim_bias * dated.tempo[index]
        casualties *= self._shocks[index] * stock**force.stock_exponent
        wounded = force.wounded_per_killed * dated.wounded_factor[index]
        killed = casualties / (1 + wounded)
        return float(killed), float(casualties - killed)


def level_for(persons: float, weight: Floats, relative: Floats) -> float:
    """Return the factor on relative hazards at which `persons` are expected to be hit.

    Solves sum of weight x (1 - exp(-level x relative)) = persons. The sum is concave in
    the level, so Newton's steps from below never overshoot. A force cannot lose more
    men than it has: the level that exposes the safest to the highest hazard is enough.
    """
    threatened = (weight > LEAST_WEIGHT) & (relative > 0)
    weight, relative = weight[threatened], relative[threatened]
    if persons <= 0 or not len(weight):
        return 0.0
    highest = HIGHEST_HAZARD_PER_MONTH / float(relative.min())
    if persons >= float((weight * -np.expm1(-highest * relative)).sum()):
        return highest
    level = persons / float((weight * relative).sum())
    for _ in range(LONGEST_SEARCH):
        staying = weight * np.exp(-level * relative)
        missing = persons - float(weight.sum() - staying.sum())
        step = missing / float((staying * relative).sum())
        level += step
        if step <= ENOUGH * level:
            break
    return level


def role_factors(force: Force) -> Floats:
    """Return the factor on the mean hazard of each `Duty`."""
    share, ratio = force.combat_share, force.support_risk_ratio
    combat = 1 / (share + (1 - share) * ratio)
    return np.array([combat, ratio * combat, combat])


def tenure_factors(shape: float, months: int) -> Floats:
    """Return the Weibull factor of each month of tenure, (months,)."""
    scale = float(TENURE_NORMAL_MONTHS) ** (1 - shape)
    factors: Floats = scale * np.diff(np.arange(months + 1.0) ** shape)
    return factors


def reinforcing(share: Floats, combat: Integers, support: Integers) -> Floats:
    """Return the hazard that restores each channel's combat share, from support men.

    Combat wears men out faster than support; without it the front would empty towards
    the rear and a stated combat share would hold in the first month only. Nobody is
    moved back when the share is exceeded.
    """
    missing = share * (combat + support) - combat
    wanted: Floats = (missing / np.maximum(support, 1)).clip(0, 1)
    staying = np.maximum(1 - wanted, LEAST_STAYING)
    return -np.log(staying)
