"""One month of the force: training, hazards, returns, exits. ODD I.iii, III.iv.

Hazards (see `hazards.py`) threaten men in theatre, that is in combat and support; those
in training, hospital, captivity or absence are out of it. Competing risks are drawn by
thinning over blocks of the roster, so only men whom something may befall are touched.
A wound, an absence or a capture can end in its own month, for events are spread over
the month; who comes back is under threat again from the next month on.

What is drawn of a man depends on his channel, his month of signing and his place in the
cohort, so other channels' men do not move it. Not modelled: relief of combat troops,
rotation (no-rotation), wounds of the same man twice in one month.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import key, uniforms
from model.chance.thinning import Points, batches, join, lowest_marks
from model.channels.interface import Intake
from model.environment import Environment
from model.fields.timeline import Timeline
from model.force.delays import Agenda, split
from model.force.exits import Exits
from model.force.hazards import Hazards, HazardTable, Kind
from model.force.losses import Losses
from model.force.re_signing import ReSigning
from model.force.rear import Rear
from model.force.returns import Returns, duty_states
from model.force.roll import IN_THEATRE, Roll, State
from model.force.roster import Duty, Roster
from model.parameters.force import Force

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FIRST_WIDTH_PER_MONTH = 0.04
BATCH_POINTS = 1 << 15
"""Points whose men are looked up together."""
_ROLE, _TRAINING, _MISSING = range(3)
_TRAINEES = (State.TRAINING,)
_KIND_STATE = np.array(
    [
        State.KILLED,
        State.WOUNDED,
        State.CAPTURED,
        State.ABSENT,
        State.DISCHARGED,
        State.COMBAT,
    ],
    dtype=np.uint8,
)


class Attrition:
    """Moves the men of a roll between states, month by month.

    Args:
        force: scenario block.
        dated: its timeline.
        channels: names in the order of the channel index, as on the roll.
        first: first month of the run.
        months: length of the run.
        seed: replication.
        deal_share_per_month: share of a country's deceived whom a deal frees a month.
        shocks: factor of chance on casualties, (T,); none: 1 in every month.
    """

    def __init__(
        self,
        force: Force,
        dated: Timeline,
        channels: tuple[str, ...],
        first: int,
        months: int,
        seed: int,
        deal_share_per_month: float = 0.0,
        shocks: Floats | None = None,
    ) -> None:
        self._force, self._dated = force, dated
        self._seed = seed
        self._hazards = HazardTable(force, dated, channels, months, shocks)
        self._roster = Roster(channels, months)
        self._returns = Returns(force, seed)
        self._exits = Exits(force, dated, seed, deal_share_per_month)
        self._rear = Rear(force, dated, channels, first, months, seed)
        self._re_signing = ReSigning(force, channels, first, months, seed)
        self._training = Agenda()
        self._known = 0

    def deploy(self, roll: Roll, intake: Intake, channel: int = 0) -> None:
        """Enlist men who are in theatre when the run starts, before its first month."""
        block = roll.enlist(intake, channel, -1)
        self._known = block.stop
        rows = np.arange(block.start, block.stop)
        self._exits.note_signed(roll, rows)
        self._re_signing.note_signed(roll, rows)
        self._arrive(roll, rows, -1)

    def advance(self, now: Environment, roll: Roll) -> Losses:
        """Let the month `now` happen to all men on the roll; return what befell them.

        Call once a month, in order, after everybody who signs this month is enlisted.
        """
        self._register(roll, now.index)
        trained = roll.those(self._training.take(now.index), _TRAINEES)
        released, rear_home = self._rear.leave(roll, now.index, now.release_persons)
        posted = self._rear.post(roll, trained, now.index)
        trained = roll.those(trained, _TRAINEES)
        self._arrive(roll, np.concatenate([trained, released]), now.index)
        rotated = self._rear.rotate(roll, now.index)
        hit = self._strike(roll, now.index)
        killed, wounded, captured, absent, discharged, reinforcing = hit
        missing = self._apply(roll, hit, now.index)
        returned, disabled, unfit, verdicts, exchanged, home, brought_back, limited = (
            self._returns.settle(roll, now.index)
        )
        at_term = self._exits.at_term(roll, now)
        freed = self._exits.by_deal(roll, now)
        left = [discharged, rear_home, unfit, home, at_term, freed]
        return Losses(
            killed=killed,
            missing=missing,
            declared_dead=verdicts,
            wounded=wounded,
            disabled=disabled,
            captured=captured,
            absent=absent,
            discharged=np.concatenate(left),
            discharged_unfit=unfit,
            discharged_by_deal=freed,
            discharged_at_term=at_term,
            returned=returned,
            exchanged=np.concatenate([exchanged, home]),
            brought_back=brought_back,
            reinforcing=reinforcing,
            trained=trained,
            posted=posted,
            limited=limited,
            released=released,
            rotated=rotated,
            re_signed=self._re_signing.due(roll, now.index),
        )

    def _register(self, roll: Roll, index: int) -> None:
        """Send those who signed since last month to training of the month's length."""
        rows = np.arange(self._known, roll.persons)
        self._known = roll.persons
        self._exits.note_signed(roll, rows)
        self._re_signing.note_signed(roll, rows)
        share = self._uniforms(roll, rows, _TRAINING)
        length = np.floor(self._dated.training_months[index] + share).astype(np.int64)
        self._training.put(index + length, rows)

    def _arrive(self, roll: Roll, rows: Integers, index: int) -> None:
        """Send men into theatre: to a role of theirs, or to the duty they had."""
        back = roll.duty_block[rows] > 0
        roll.move(rows[back], duty_states(roll, rows[back]))
        rows = rows[~back]
        share = self._hazards.combat_share.take(roll.channel_of(roll.who.take(rows)))
        combat = self._uniforms(roll, rows, _ROLE) < share
        roll.role_combat[rows] = combat
        duty = np.where(combat, int(Duty.COMBAT), int(Duty.SUPPORT))
        self._roster.assign(roll, rows, duty, index)
        roll.move(rows, duty_states(roll, rows))

    def _strike(self, roll: Roll, index: int) -> list[Integers]:
        """Return whom each kind of event befalls in month `index`."""
        in_duty = roll.counts[:, IN_THEATRE]
        blocks = self._roster.blocks_until(index)
        on_duty = np.zeros(blocks)
        counted = roll.on_duty[1 : blocks + 1]
        on_duty[: len(counted)] = counted
        hazards = self._hazards.at(index, on_duty, in_duty[:, 0], in_duty[:, 1])
        rows, kind = self._events(roll, hazards, index)
        order = kind.argsort(kind="stable")
        return split(rows[order], np.bincount(kind, minlength=len(Kind)))

    def _events(
        self, roll: Roll, hazards: Hazards, index: int
    ) -> tuple[Integers, NDArray[np.int8]]:
        """Thin: return men on duty hit this month, each once, and what hits them."""
        struck = self._on_duty(roll, hazards, index)
        factor = roll.casualty_factor[struck.member]
        kind = hazards.kinds(struck.group, factor, struck.mark)
        # What lies above all intervals does nothing, whatever else hits the man.
        hits = (kind < len(Kind)).nonzero()[0]
        lowest = lowest_marks(struck.member.take(hits), struck.mark.take(hits))
        hits = hits.take(lowest)
        return struck.member.take(hits), kind.take(hits)

    def _on_duty(self, roll: Roll, hazards: Hazards, index: int) -> Points:
        """Return the month's points of men on duty; a member is a row of the roll."""
        roster, blocks = self._roster, len(hazards.killed)
        drawn = batches(
            self._seed,
            "attrition",
            index,
            roster.size[:blocks],
            hazards.bounds(roster.worst_factor[:blocks]),
            FIRST_WIDTH_PER_MONTH,
            roster.ids[:blocks],
            BATCH_POINTS,
        )
        found = []
        for part in drawn:
            rows = roster.rows(part.group, part.member)
            on_duty = roll.state.take(rows) == roster.state_on_duty.take(part.group)
            there = Points(part.group, rows, part.mark)
            found.append(there.take(on_duty.nonzero()[0]))
        return join(found)

    def _apply(self, roll: Roll, hit: list[Integers], index: int) -> Integers:
        """Move those hit, note what is due to them; return the missing."""
        killed, wounded, captured, absent, _, called = hit
        called = np.sort(called)
        lost = self._uniforms(roll, killed, _MISSING) < self._force.missing_share
        state = _KIND_STATE.repeat([len(rows) for rows in hit])
        state[: len(killed)][lost] = State.MISSING
        roll.move(np.concatenate(hit), state)
        roll.role_combat[called] = True
        duty = np.full(len(called), int(Duty.REINFORCED))
        self._roster.assign(roll, called, duty, index)
        missing = killed[lost]
        self._returns.note(roll, wounded, missing, captured, absent, index)
        return missing

    def _uniforms(self, roll: Roll, rows: Integers, what: int) -> Floats:
        return uniforms(key(self._seed, "role", what), roll.stream_ids(rows))
