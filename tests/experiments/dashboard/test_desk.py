"""What the desk does with questions, with branches that answer on command."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from experiments.dashboard.branch import Branch, BranchFailedError, Start
from experiments.dashboard.desk import Desk, Question, base_of
from experiments.dashboard.levers import Levers
from experiments.dashboard.quantities import Answer
from model.scenario import Scenario
from tests.experiments.dashboard.small_page import SETTINGS, made_up, under_way

PATIENCE_SECONDS = 30
MOVED = Question("baseline", Levers(since="2026-02", federal_bonus=1.5))
MOVED_ON = Question("baseline", Levers(since="2026-02", federal_bonus=1.6))


class Grove:
    """Branches without processes; `hold` keeps questions open until given up."""

    def __init__(self) -> None:
        self.starts: list[Start] = []
        self.asked: list[tuple[int, float]] = []
        self.twigs: list[Twig] = []
        self.hold = False
        self.closed = 0
        self.error = ""

    def grow(self, start: Start) -> Branch:
        self.starts.append(start)
        self.twigs.append(Twig(self, start))
        return cast(Branch, self.twigs[-1])


class Twig:
    def __init__(self, grove: Grove, start: Start) -> None:
        self._grove, self._start = grove, start
        self._replies: queue.Queue[Answer | None] = queue.Queue()
        self._held, self._bonus = False, 0.0

    def wait_ready(self) -> None:
        """Be ready at once."""

    def begin(self, scenario: Scenario) -> None:
        bonus = float(scenario.federal.signing_bonus.over(24313, 1)[0])
        self._grove.asked.append((self._start.seed, bonus))
        self._held, self._bonus = self._grove.hold, bonus
        if not self._held:
            self.answer()

    def answer(self) -> None:
        self._replies.put(made_up(self._bonus))

    def tell(self, months: int) -> None:
        self._replies.put(under_way(self._bonus, months))

    def reply(self) -> Answer | None:
        if self._grove.error:
            raise BranchFailedError(self._grove.error)
        return self._replies.get(timeout=PATIENCE_SECONDS)

    def give_up(self) -> None:
        if self._held:
            self._held = False
            self._replies.put(None)

    def close(self) -> None:
        self._grove.closed += 1


@pytest.fixture
def grove() -> Grove:
    return Grove()


@pytest.fixture
def desk(grove: Grove) -> Iterator[Desk]:
    made = Desk([{}, {}, {}], SETTINGS, cores=2, grow=grove.grow)
    yield made
    made.close()


def until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def answered(desk: Desk, question: Question) -> None:
    desk.ask(question)
    until(lambda: desk.progress(question).whole)


def test_every_draw_is_answered_for_base_and_variant_on_the_same_seed(
    desk: Desk, grove: Grove
) -> None:
    answered(desk, MOVED)
    found = desk.progress(MOVED)
    assert found.paired == (0, 1, 2)
    assert found.variant[1].measures["break_month_bill"] == 600_000
    assert found.base[1].measures["break_month_bill"] == 400_000
    seeds = [seed for seed, _ in grove.asked]
    assert all(seeds.count(seed) == 2 for seed in seeds)


def test_the_first_draw_is_answered_before_any_other(desk: Desk, grove: Grove) -> None:
    answered(desk, MOVED)
    first = grove.starts[0].seed
    assert [seed for seed, _ in grove.asked[:2]] == [first, first]
    assert [start.shown_from for start in grove.starts] == [0, None, None]


def test_what_is_known_is_not_simulated_again(desk: Desk, grove: Grove) -> None:
    answered(desk, MOVED)
    answered(desk, MOVED_ON)
    before = len(grove.asked)
    answered(desk, MOVED)
    assert len(grove.asked) == before
    assert sum(bonus == 400_000 for _, bonus in grove.asked) == 3


def test_a_new_question_gives_up_the_older_one(desk: Desk, grove: Grove) -> None:
    answered(desk, base_of(MOVED))
    grove.hold = True
    desk.ask(MOVED)
    until(lambda: grove.asked[-1][1] == 600_000)
    desk.ask(MOVED_ON)
    until(lambda: grove.asked[-1][1] == 640_000)
    assert desk.progress(MOVED_ON).paired == ()
    assert sum(bonus == 600_000 for _, bonus in grove.asked) == 1


def test_levers_that_stand_still_ask_for_the_base_alone(
    desk: Desk, grove: Grove
) -> None:
    answered(desk, Question("baseline", Levers(since="2026-04")))
    assert {bonus for _, bonus in grove.asked} == {400_000}


def test_an_earlier_month_takes_new_checkpoints(desk: Desk, grove: Grove) -> None:
    answered(desk, MOVED)
    answered(desk, Question("baseline", Levers(since="2026-05", federal_bonus=1.5)))
    assert grove.closed == 0
    answered(desk, Question("baseline", Levers(since="2025-08", federal_bonus=1.5)))
    assert grove.closed == 3
    assert grove.starts[-1].months == 5


def test_another_scenario_takes_new_checkpoints(desk: Desk, grove: Grove) -> None:
    answered(desk, base_of(MOVED))
    answered(desk, Question("regional_cuts", Levers()))
    assert grove.closed == 3


def test_a_failure_is_told_and_does_not_hang(desk: Desk, grove: Grove) -> None:
    grove.error = "memory may be short"
    answered(desk, MOVED)
    assert desk.progress(MOVED).failure == "memory may be short"


def test_a_failed_process_is_replaced_when_asked_again(
    desk: Desk, grove: Grove
) -> None:
    grove.error = "a simulation process ended"
    answered(desk, MOVED)
    grove.error = ""
    desk.ask(MOVED)
    until(lambda: desk.progress(MOVED).paired == (0, 1, 2))
    assert desk.progress(MOVED).failure is None
    assert grove.starts[0].seed == grove.starts[1].seed


def test_a_page_that_others_overtook_is_answered_when_the_desk_is_free(
    desk: Desk,
) -> None:
    answered(desk, MOVED)
    until(lambda: desk.progress(MOVED_ON).whole)
    assert desk.progress(MOVED_ON).variant[2].measures["break_month_bill"] == 640_000


def test_months_of_the_first_draw_are_told_as_they_come(
    desk: Desk, grove: Grove
) -> None:
    answered(desk, base_of(MOVED))
    grove.hold = True
    desk.ask(MOVED)
    until(lambda: grove.asked[-1][1] == 600_000)
    assert desk.progress(MOVED).begun is None
    for months in (12, 13):
        before = desk.progress(MOVED)
        grove.twigs[-1].tell(months)
        after = desk.more_than(before, MOVED, PATIENCE_SECONDS)
        assert after.begun is not None
        assert after.begun.months == months
        assert after.paired == ()
    grove.hold = False
    grove.twigs[-1].answer()
    until(lambda: desk.progress(MOVED).whole)
    assert desk.progress(MOVED).begun is None


def test_whoever_waits_is_woken_by_an_answer(desk: Desk, grove: Grove) -> None:
    grove.hold = True
    desk.ask(MOVED)
    until(lambda: grove.asked)
    before = desk.progress(MOVED)
    grove.hold = False
    threading.Timer(0.2, grove.twigs[0].answer).start()
    started = time.monotonic()
    after = desk.more_than(before, MOVED, PATIENCE_SECONDS)
    assert len(after.base) > len(before.base)
    assert time.monotonic() - started < PATIENCE_SECONDS / 2


def test_whoever_waits_is_woken_when_another_question_is_asked(
    desk: Desk, grove: Grove
) -> None:
    grove.hold = True
    desk.ask(MOVED)
    before = desk.progress(MOVED)
    threading.Timer(0.2, desk.ask, (MOVED_ON,)).start()
    started = time.monotonic()
    desk.more_than(before, MOVED, PATIENCE_SECONDS)
    assert time.monotonic() - started < PATIENCE_SECONDS / 2


def test_nobody_waits_longer_than_he_will(desk: Desk, grove: Grove) -> None:
    grove.hold = True
    desk.ask(MOVED)
    assert desk.more_than(desk.progress(MOVED), MOVED, 0.05).base == {}
