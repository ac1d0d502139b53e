"""A country's recruitment network: agencies and headhunters who place victims.

    capacity_t = capacity_(t-1) * (1 + growth)^(1/12) * (1 - effect if arrested in t)

It starts at its first documented case, grows while nobody disturbs it, and loses part
of its capacity to arrests: dated or provoked ones by the state at home, and arrests by
chance. After a blow it grows back. Victims pay its fee, Russian payers its commission.
ODD II.ii, III.iv. Sources: np-arrests-2023-12, cu-arrests, cm-in-2024-03,
cm-bd-2025-02; sizes and growth are assumptions (shadow routes were never sized). Not
modelled: rivalry between networks, recruiters who move to the next country.
"""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import fold, key, uniforms, words
from model.fields.months import parse_month
from model.institutions.institution import Institution
from model.parameters.abroad import NetworkSettings, Protection


def luck(seed: int, index: int, countries: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each country's uniform number of the month, (C,), for arrests by chance.

    Args:
        seed: replication.
        index: months since the start of the run.
        countries: their numbers (`country_number`), (C,).
    """
    each = words(fold(key(seed, "network"), index), countries + 1)
    return uniforms(each, np.ones_like(countries))


def next_capacity(
    capacity_persons: float,
    *,
    growth_per_year: float,
    arrested: bool,
    arrest_effect: float,
) -> float:
    """Return next month's capacity, persons a month."""
    grown = capacity_persons * float((1 + growth_per_year) ** (1 / 12))
    return grown * (1 - arrest_effect) if arrested else grown


class RecruitmentNetwork(Institution):
    """One country's network.

    Args:
        model: the model it acts in.
        iso: country code.
        settings: size, growth, start and exposure.
        protection: what arrests do.
    """

    def __init__(
        self,
        model: mesa.Model,
        iso: str,
        settings: NetworkSettings,
        protection: Protection,
    ) -> None:
        super().__init__(model)
        self.iso = iso
        self.capacity_persons = 0.0
        self._active = False
        self._settings = settings
        self._arrest_effect = protection.arrest_effect
        self._start = parse_month(settings.start)

    def decide(self, month: int, luck: float, *, arrested: bool) -> None:
        """Set the month's capacity.

        Args:
            month: calendar month.
            luck: its uniform number of the month; a low one brings arrests by chance.
            arrested: whether the state at home arrests recruiters this month.
        """
        if month < self._start:
            return
        if not self._active:
            self._active = True
            self.capacity_persons = self._settings.capacity_persons_per_month
            return
        caught = luck < self._settings.arrest_hazard_per_month
        self.capacity_persons = next_capacity(
            self.capacity_persons,
            growth_per_year=self._settings.growth_per_year,
            arrested=arrested or caught,
            arrest_effect=self._arrest_effect,
        )
