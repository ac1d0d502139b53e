"""A source country's state: it tolerates, warns, bans, prosecutes, arrests, negotiates.

Acts are dated documents until the end of the documented history; afterwards the state
also reacts by itself when the dead and captives it has heard of pass a threshold
(ODD II.ii, II.iv, III.iv). What an act does is a pure function:

    entry = (1 - w) (1 - p) (1 - ban (1 - reroute) min(1, age / lag)) [leak]

so that a ban mostly changes the route, a warning and a prosecution little, and a stop
by Russia itself nearly everything. Arrests fall on the networks (`network.py`); a
discharge deal frees the deceived who serve (`model.force`). Sources: cm-*; all effects
are assumptions, for no source has a clean before and after.
Not modelled: states that sell passage, and bilateral bargains beyond discharge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import get_args

import mesa

from model.fields.months import format_month, parse_month
from model.institutions.institution import Institution
from model.parameters.abroad import (
    Countermeasure,
    CountermeasureKind,
    Protection,
    SourceStateSettings,
)

KINDS: tuple[CountermeasureKind, ...] = get_args(CountermeasureKind)


@cache
def _month_of(date: str) -> int:
    return parse_month(date)


def in_force(acts: Iterable[Countermeasure], month: int) -> list[Countermeasure]:
    """Return the acts dated up to `month`."""
    return [act for act in acts if _month_of(act.date) <= month]


def act_effect(act: Countermeasure, month: int, protection: Protection) -> float:
    """Return the share of entries one act in force stops in `month`."""
    usual = {
        "warning": protection.warning_effect,
        "prosecution": protection.prosecution_effect,
        "ban": protection.ban_effect,
        "russian_stop": 1 - protection.russian_stop_leak,
        "arrests": 0.0,
        "discharge_deal": 0.0,
    }
    effect = usual[act.kind] if act.strength is None else act.strength
    if act.kind == "ban":
        age = month - _month_of(act.date) + 1
        built_up = min(1.0, age / protection.ban_lag_months)
        return effect * (1 - protection.reroute_share) * built_up
    # Arrests act on networks and deals on those who serve, not on who sets out.
    return 0.0 if act.kind in ("arrests", "discharge_deal") else effect


def entry_factor(
    acts: Sequence[Countermeasure], month: int, protection: Protection
) -> float:
    """Return the share of entries all acts in force let through; one of each kind."""
    return _passing(in_force(acts, month), month, protection)


def _passing(
    acts: Sequence[Countermeasure], month: int, protection: Protection
) -> float:
    if not acts:
        return 1.0
    strongest = dict.fromkeys(KINDS, 0.0)
    for act in acts:
        effect = act_effect(act, month, protection)
        if effect > strongest[act.kind]:
            strongest[act.kind] = effect
    passed = 1.0
    for kind in KINDS:
        passed *= 1 - strongest[kind]
    return passed


def provoked(
    publicised_persons: float,
    tolerance: float,
    taken: Iterable[CountermeasureKind],
    protection: Protection,
) -> list[CountermeasureKind]:
    """Return the acts a state takes by itself at what it has heard of.

    Args:
        publicised_persons: its dead and captives known at home so far.
        tolerance: factor on all thresholds.
        taken: kinds of acts already in force.
        protection: the thresholds.
    """
    thresholds: dict[CountermeasureKind, float] = {
        "warning": protection.warning_trigger_persons,
        "arrests": protection.arrests_trigger_persons,
        "ban": protection.ban_trigger_persons,
        "prosecution": protection.prosecution_trigger_persons,
        "discharge_deal": protection.deal_trigger_persons,
    }
    already = set(taken)
    return [
        kind
        for kind, threshold in thresholds.items()
        if kind not in already and publicised_persons >= threshold * tolerance
    ]


class SourceState(Institution):
    """One source country's state.

    Args:
        model: the model it acts in.
        iso: country code.
        settings: its dated acts and its tolerance.
        protection: effects and thresholds, common to all states.
        reacts_from: first month in which it reacts by itself.
    """

    def __init__(
        self,
        model: mesa.Model,
        iso: str,
        settings: SourceStateSettings,
        protection: Protection,
        reacts_from: int,
    ) -> None:
        super().__init__(model)
        self.iso = iso
        self.acts: list[Countermeasure] = list(settings.countermeasures)
        self.publicised_persons = 0.0
        self.entry_factor = 1.0
        self.discharge_deal = False
        self.arrests_this_month = False
        self._settings = settings
        self._protection = protection
        self._reacts_from = reacts_from

    def observe(self, publicised_persons: float) -> None:
        """Take in how many of its dead and captives are known at home so far."""
        self.publicised_persons = publicised_persons

    def decide(self, month: int) -> None:
        """Set the month's acts and their effects."""
        acts = in_force(self.acts, month)
        if self._settings.triggers and month >= self._reacts_from:
            acts += self._react(month, acts)
        self.discharge_deal = self.arrests_this_month = False
        for act in acts:
            self.discharge_deal |= act.kind == "discharge_deal"
            if act.kind == "arrests":
                self.arrests_this_month |= _month_of(act.date) == month
        self.entry_factor = _passing(acts, month, self._protection)

    def _react(
        self, month: int, taken: Sequence[Countermeasure]
    ) -> list[Countermeasure]:
        """Return the acts it takes by itself in this month; they stay."""
        kinds = provoked(
            self.publicised_persons,
            self._settings.tolerance,
            [act.kind for act in taken],
            self._protection,
        )
        fresh = [Countermeasure(date=format_month(month), kind=kind) for kind in kinds]
        self.acts += fresh
        return fresh
