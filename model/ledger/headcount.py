"""Persons behind the postings: losses by channel, and who is still on the rolls.

Everything is counted from the month's intakes and losses, never by a sweep over all
soldiers. ODD III.iv (ledger).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.channels.interface import Intake
from model.force.losses import Losses
from model.force.packed import HOME, PLACE
from model.force.roll import Roll

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# Counting is linear: the missing stand among the killed and are taken back.
_SIGNS = np.array([1.0, -1.0, 1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True)
class Casualties:
    """Persons for whom payments fall due this month."""

    dead: Integers
    """Known dead by channel and region that pays, (C, R)."""
    wounded: Integers
    """By channel, (C,)."""
    disabled: Integers
    """By channel, (C,)."""


class Headcount:
    """Counts persons by channel and region.

    Args:
        channels: number of channels, C.
        regions: number of regions, R; homes from R on lie abroad.
    """

    def __init__(self, channels: int, regions: int) -> None:
        self._shape = (channels, regions)
        self.serving_by_place = np.zeros(self._shape, dtype=np.int64)
        """On the rolls, by region of signing."""
        self.removed_by_home = np.zeros(self._shape, dtype=np.int64)
        """Serving, dead or disabled, by home region."""

        self.emigrated_by_home = np.zeros(regions)
        """Abroad because of a mobilisation."""

    def enlist(self, channel: int, intake: Intake) -> None:
        """Count men who signed, and men who fled."""
        regions = self._shape[1]
        self.serving_by_place[channel] += np.bincount(intake.place, minlength=regions)
        at_home = intake.home[intake.home < regions]
        self.removed_by_home[channel] += np.bincount(at_home, minlength=regions)
        if intake.emigrants_by_region is not None:
            self.emigrated_by_home += intake.emigrants_by_region

    def return_emigrants(self, share: float) -> None:
        """Let a share of those abroad come home."""
        self.emigrated_by_home *= 1 - share

    def lose(self, roll: Roll, losses: Losses) -> Casualties:
        """Count the month's losses and take those who left off the rolls.

        Families of the missing wait for a court: they count when it has declared them.
        """
        died = (losses.killed, losses.missing, losses.declared_dead)
        kinds = (*died, losses.disabled, losses.discharged)
        sizes = [len(rows) for rows in kinds]
        sign = _SIGNS.repeat(sizes)
        who = roll.who.take(np.concatenate(kinds))
        channel, home, place = roll.channel_of(who), HOME.of(who), PLACE.of(who)
        inland = home < self._shape[1]
        self.serving_by_place -= self._by(channel, place, sign)
        dead = slice(sum(sizes[:3]))
        # Families are paid at home, those abroad by the place of signing.
        payer = np.where(inland[dead], home[dead], place[dead])
        left = np.arange(len(who) - sizes[4], len(who))
        left = left[inland[left]]
        self.removed_by_home -= self._by(channel[left], home[left], sign[left])
        disabled = slice(dead.stop, dead.stop + sizes[3])
        wounded = roll.channel_of(roll.who.take(losses.wounded))
        return Casualties(
            dead=self._by(channel[dead], payer, sign[dead]),
            wounded=np.bincount(wounded, minlength=self._shape[0]),
            disabled=np.bincount(channel[disabled], minlength=self._shape[0]),
        )

    def _by(self, channel: Integers, region: Integers, sign: Floats) -> Integers:
        """Count men by channel and region, or take them off where the sign is -1."""
        channels, regions = self._shape
        cell = channel * regions + region
        counted = np.bincount(cell, sign, channels * regions)
        return counted.astype(np.int64).reshape(self._shape)
