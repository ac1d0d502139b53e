"""Ways out of service that are not casualties: terms and deals. ODD III.iv (attrition).

A term of one's own (six months with a pardon, for the prisoners of 2022) frees its man
when it ends, from training, duty or hospital; captives and absentees lose it. Ordinary
contracts, and with them mobilised service, run on while the decree keeps them open
ended. Once it does not, every man in theatre or rear whose contract has run out renews
it with `renewal_share` or goes; in the first such month that is everybody who has
served a term. A source country's discharge deal frees each month a share of its
deceived men in service. Sources: decree-647, prison-6m.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import key, uniforms
from model.environment import Environment
from model.fields.timeline import Timeline
from model.force.delays import Agenda
from model.force.packed import HOME
from model.force.roll import IN_SERVICE, IN_THEATRE, Roll, State
from model.parameters.force import Force

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_RENEWAL, _DEAL = 10, 11


class Exits:
    """Contracts that may end, terms of one's own, and the deceived a deal may free.

    Args:
        force: scenario block.
        dated: its timeline.
        seed: replication.
        deal_share_per_month: share of the deceived whom a deal frees each month.
    """

    def __init__(
        self,
        force: Force,
        dated: Timeline,
        seed: int,
        deal_share_per_month: float,
    ) -> None:
        self._dated = dated
        self._renewal_share = force.renewal_share
        self._deal_share = deal_share_per_month
        self._seed = seed
        self._own_terms = Agenda()
        self._deceived = np.zeros(0, dtype=np.int64)

    def note_signed(self, roll: Roll, rows: Integers) -> None:
        """Note the terms of men who signed since last month."""
        entered = roll.entered_of(roll.who.take(rows))
        contract = np.rint(self._dated.contract_term_months[np.maximum(entered, 0)])
        roll.contract_until[rows] = entered + contract.astype(np.int64)
        own = roll.term_months[rows] > 0
        self._own_terms.put((entered + roll.term_months[rows])[own], rows[own])
        deceived = rows[roll.deceived[rows]]
        self._deceived = np.concatenate([self._deceived, deceived])

    def at_term(self, roll: Roll, now: Environment) -> Integers:
        """Discharge and return men whose own term or contract ends this month."""
        leaving = roll.those(self._own_terms.take(now.index), IN_SERVICE)
        roll.move(leaving, State.DISCHARGED)
        if now.offers.open_ended:
            return leaving
        ended = self._not_renewed(roll, now.index)
        roll.move(ended, State.DISCHARGED)
        return np.concatenate([leaving, ended])

    def by_deal(self, roll: Roll, now: Environment) -> Integers:
        """Discharge and return deceived men whom their country's deal frees."""
        if not now.discharge_deal.any():
            return self._deceived[:0]
        regions = len(now.civilian_wage_rub)
        of_home = np.concatenate([np.zeros(regions, dtype=bool), now.discharge_deal])
        covered = self._deceived[of_home[HOME.of(roll.who.take(self._deceived))]]
        rows = roll.those(covered, IN_SERVICE)
        freed = rows[self._uniforms(roll, rows, now.index, _DEAL) < self._deal_share]
        roll.move(freed, State.DISCHARGED)
        return freed

    def _not_renewed(self, roll: Roll, index: int) -> Integers:
        run_out = (roll.contract_until <= index) & (roll.term_months == 0)
        rows = roll.those(run_out.nonzero()[0], (*IN_THEATRE, State.REAR))
        renews = self._uniforms(roll, rows, index, _RENEWAL) < self._renewal_share
        term = np.rint(self._dated.contract_term_months[index])
        roll.contract_until[rows[renews]] = index + term
        return rows[~renews]

    def _uniforms(self, roll: Roll, rows: Integers, index: int, what: int) -> Floats:
        return uniforms(key(self._seed, "return", index, what), roll.stream_ids(rows))
