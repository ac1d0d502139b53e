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
from model.force.roll import Roll

Integers = NDArray[np.int64]
Columns = NDArray[np.integer]


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
        dead = np.zeros(self._shape, dtype=np.int64)
        # Counting is linear: the missing stand among the killed and are taken back.
        for rows, sign in (
            (losses.killed, 1),
            (losses.missing, -1),
            (losses.declared_dead, 1),
        ):
            place, payer = self._places_and_payers(roll, rows)
            self.serving_by_place -= sign * self._by(roll, rows, place)
            dead += sign * self._by(roll, rows, payer)
        for rows in (losses.disabled, losses.discharged):
            self.serving_by_place -= self._by(roll, rows, roll.place[rows])
        home = roll.home[losses.discharged]
        inland = np.flatnonzero(home < self._shape[1])
        leaving = losses.discharged[inland]
        self.removed_by_home -= self._by(roll, leaving, home[inland])
        return Casualties(
            dead=dead,
            wounded=self._by_channel(roll, losses.wounded),
            disabled=self._by_channel(roll, losses.disabled),
        )

    def _by(self, roll: Roll, rows: Columns, region: Columns) -> Integers:
        """Count men by channel and region; both (n,)."""
        channels, regions = self._shape
        cell = roll.channel[rows].astype(np.int64) * regions + region
        return np.bincount(cell, minlength=channels * regions).reshape(self._shape)

    def _places_and_payers(self, roll: Roll, rows: Columns) -> tuple[Columns, Columns]:
        """Return where each signed and who pays: home, or that place if from abroad."""
        home, place = roll.home[rows], roll.place[rows]
        return place, np.where(home < self._shape[1], home, place)

    def _by_channel(self, roll: Roll, rows: Columns) -> Integers:
        return np.bincount(roll.channel[rows], minlength=self._shape[0])
