"""The desk takes one question at a time: first one draw, then the draws behind ranges.

The months of the first draw are told as they come, so that a curve moves at once.

Base and variant of a draw share its seed, so what lies between them is the levers'
doing. A new question gives up whatever is not yet answered of the older one. Answers
are kept, so going back to an earlier position of the levers costs nothing.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from calibration.documented.world import documented_world
from calibration.processes.runner import worker_count
from experiments.dashboard.branch import Branch, BranchFailedError, Start
from experiments.dashboard.levers import Levers, base, delta, overrides
from experiments.dashboard.quantities import Answer, shown_from
from experiments.runs.run import SEED, replication_seed
from model.fields.months import parse_month
from model.scenario import Scenario
from model.world import World
from scenarios import Resolved, load_scenario

MOST_ANSWERS: Final = 512
"""Answers kept for those who come back to a position of the levers, draw by draw."""
Draw = Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Question:
    """A packaged scenario and where its levers stand."""

    scenario: str
    levers: Levers


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a question: answers by number of the draw."""

    base: Mapping[int, Answer]
    variant: Mapping[int, Answer]
    draws: int
    seconds: float | None
    """From question to the first whole answer."""
    failure: str | None = None
    begun: Answer | None = None
    """Months of the first draw so far, while they are simulated."""

    @property
    def paired(self) -> tuple[int, ...]:
        """Draws answered for both."""
        return tuple(sorted(self.base.keys() & self.variant.keys()))

    @property
    def stage(self) -> tuple[int, int, int, float | None, str | None]:
        """How far it has come; changes with all that is there to be told."""
        months = self.begun.months if self.begun else 0
        return len(self.base), len(self.variant), months, self.seconds, self.failure

    @property
    def whole(self) -> bool:
        """Whether nothing more will come."""
        return len(self.paired) == self.draws or self.failure is not None


@dataclass(slots=True)
class _Round:
    """One question being answered."""

    question: Question
    base: Resolved
    variant: Resolved
    started: float
    seconds: float | None = None
    failure: str | None = None
    begun: Answer | None = None


@dataclass(slots=True)
class Desk:
    """Answers questions with one branch a draw.

    Args:
        draws: draws of the posterior, an empty one for the values of the scenario.
        settings: `--set` texts that hold for every question.
        cores: processes that may simulate at once.
        world: where regions, people and money come from.
        grow: makes the branch of a draw.
    """

    draws: Sequence[Draw]
    settings: tuple[str, ...] = ()
    cores: int = field(default_factory=worker_count)
    world: Callable[[], World] = documented_world
    grow: Callable[[Start], Branch] = Branch
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _answers: OrderedDict[tuple[Question, int], Answer] = field(
        default_factory=OrderedDict
    )
    _branches: dict[int, Branch] = field(default_factory=dict)
    _grown: tuple[str, int] = ("", 0)
    _round: _Round | None = None
    _news: threading.Condition = field(init=False)
    _front: ThreadPoolExecutor = field(init=False)
    _back: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self._news = threading.Condition(self._lock)
        self._front = ThreadPoolExecutor(1)
        self._back = ThreadPoolExecutor(max(1, self.cores - 1))

    def ask(self, question: Question) -> None:
        """Begin to answer; what was asked before is given up.

        Raises:
            ScenarioError: the scenario or a lever is not acceptable.
        """
        question = settled(question)
        with self._lock:
            now = self._round
            if now is not None and now.question == question and now.failure is None:
                return
            before = base(question.scenario, self.settings)
            changes = overrides(delta(question.levers, before))
            variant = load_scenario(question.scenario, (*self.settings, *changes))
            self._round = _Round(question, before, variant, time.perf_counter())
            for branch in self._branches.values():
                branch.give_up()
            self._news.notify_all()
            self._front.submit(self._work, self._round, 0)

    def progress(self, question: Question) -> Progress:
        """Return what is known of a question; asks it if nobody asks another."""
        question = settled(question)
        with self._lock:
            if self._round is None or (
                self._round.question != question and self._idle()
            ):
                self.ask(question)
            now = (
                self._round
                if self._round and self._round.question == question
                else None
            )
            return Progress(
                self._known(base_of(question)),
                self._known(question),
                len(self.draws),
                now.seconds if now else None,
                now.failure if now else None,
                now.begun if now else None,
            )

    def more_than(
        self, progress: Progress, question: Question, seconds: float
    ) -> Progress:
        """Return what is known once it is more than that, or another is asked.

        Args:
            progress: what is known already.
            question: the question it is of.
            seconds: longest time to wait.
        """
        asked = settled(question)
        with self._news:
            self._news.wait_for(
                lambda: (
                    self._round is None
                    or self._round.question != asked
                    or self.progress(question).stage != progress.stage
                ),
                seconds,
            )
            return self.progress(question)

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._round = None
            self._close_branches()
        self._front.shutdown(wait=False, cancel_futures=True)
        self._back.shutdown(wait=False, cancel_futures=True)

    def _idle(self) -> bool:
        now = self._round
        if now is None or now.failure is not None:
            return True
        return len(self._known(now.question)) == len(self.draws)

    def _known(self, question: Question) -> dict[int, Answer]:
        every = range(len(self.draws))
        found = {n: self._answers.get((question, n)) for n in every}
        for number in (n for n in every if found[n] is not None):
            self._answers.move_to_end((question, number))
        return {n: known for n, known in found.items() if known is not None}

    def _work(self, turn: _Round, number: int) -> None:
        """Answer one draw; the first one, once answered, calls up the others."""
        try:
            for question, resolved in (
                (base_of(turn.question), turn.base),
                (turn.question, turn.variant),
            ):
                self._answer(turn, number, question, resolved)
        except BranchFailedError as error:
            turn.failure = str(error)
            self._drop(turn, number)
        except Exception as error:
            turn.failure = f"{type(error).__name__}: {error}"
            self._tell()
            raise
        if number == 0 and self._is_current(turn) and turn.failure is None:
            turn.seconds = time.perf_counter() - turn.started
            for other in range(1, len(self.draws)):
                self._back.submit(self._work, turn, other)
        self._tell()

    def _answer(
        self, turn: _Round, number: int, question: Question, resolved: Resolved
    ) -> None:
        if (question, number) in self._answers:
            return
        branch = self._branch(turn, number)
        if branch is None:
            return
        branch.wait_ready()
        scenario = self._drawn(resolved, number)
        with self._lock:
            if not self._is_current(turn):
                return
            branch.begin(scenario)
        while (answer := branch.reply()) is not None:
            with self._lock:
                whole = answer.whole
                if whole:
                    self._answers[question, number] = answer
                    self._forget()
                if question == turn.question:
                    turn.begun = None if whole else answer
            self._tell()
            if whole:
                return

    def _forget(self) -> None:
        """Drop the answers that nobody came back to, but none of this question."""
        now = self._round
        kept = {base_of(now.question), now.question} if now is not None else set()
        while len(self._answers) > MOST_ANSWERS:
            old = next((key for key in self._answers if key[0] not in kept), None)
            if old is None:
                return
            del self._answers[old]

    def _tell(self) -> None:
        """Wake up those who wait for more."""
        with self._news:
            self._news.notify_all()

    def _is_current(self, turn: _Round) -> bool:
        return self._round is turn

    def _branch(self, turn: _Round, number: int) -> Branch | None:
        """Return the branch of a draw, grown if need be; None if nobody asks."""
        with self._lock:
            if not self._is_current(turn):
                return None
            self._regrow(turn)
            if number not in self._branches:
                start = Start(
                    self._drawn(turn.base, number),
                    replication_seed(SEED, number),
                    self._grown[1],
                    self.world,
                    None if number else shown_from(turn.base.scenario),
                )
                self._branches[number] = self.grow(start)
            return self._branches[number]

    def _regrow(self, turn: _Round) -> None:
        """Fell the branches if they are of another scenario or begin too late."""
        time_ = turn.base.scenario.time
        months = int(parse_month(turn.question.levers.since)) - int(time_.first)
        name, grown_to = self._grown
        if name != turn.question.scenario or months < grown_to:
            self._close_branches()
            self._grown = (turn.question.scenario, months)

    def _drop(self, turn: _Round, number: int) -> None:
        """Forget a branch that failed, so that the next question grows it anew."""
        with self._lock:
            if self._is_current(turn) and number in self._branches:
                self._branches.pop(number).close()

    def _close_branches(self) -> None:
        for branch in self._branches.values():
            branch.close()
        self._branches.clear()

    def _drawn(self, resolved: Resolved, number: int) -> Scenario:
        draw = self.draws[number]
        return resolved.with_draw(draw).scenario if draw else resolved.scenario


def settled(question: Question) -> Question:
    """Return a question that asks nothing as the one for its base."""
    return question if question.levers.moved else base_of(question)


def base_of(question: Question) -> Question:
    """Return the question with no lever moved; its answer is the same for any date."""
    return Question(question.scenario, Levers())
