"""A process that keeps the checkpoint of one draw and forks for every question.

A fork shares the checkpoint's memory until it changes it, so a question starts within
milliseconds, leaves the checkpoint as it was, and is given up by ending one process.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, Pipe, wait
from typing import Final

from experiments.dashboard.checkpoint import Checkpoint
from experiments.dashboard.quantities import Answer
from model.errors import MusterError
from model.scenario import Scenario
from model.world import World

GIVE_UP: Final = "give up"
NICENESS: Final = 15
Solve = Callable[[Scenario], Iterator[Answer]]


class BranchFailedError(MusterError):
    """A simulation behind the page ended without an answer."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a branch is grown from."""

    scenario: Scenario
    seed: int
    months: int
    """Months before the levers act."""
    world: Callable[[], World]
    shown_from: int | None
    """First month, counted from the start, that is told as it comes; none: the branch
    answers whole runs alone, and lets other processes go first."""

    def checkpoint(self) -> Solve:
        """Simulate up to the levers; what comes back answers one question."""
        held = Checkpoint(self.scenario, self.world(), self.seed, self.months)
        return partial(held.answers, shown_from=self.shown_from)


class Branch:
    """The server's end: wait until it is ready, begin a question, read the reply."""

    def __init__(self, start: Start) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = Pipe()
        self._sending = threading.Lock()
        self._ready = False
        self._process = context.Process(
            target=keep_branch, args=(theirs, start), daemon=True
        )
        self._process.start()
        theirs.close()

    def wait_ready(self) -> None:
        """Wait until the checkpoint is grown.

        Raises:
            BranchFailedError: it cannot be grown.
        """
        if not self._ready:
            self._receive()
            self._ready = True

    def begin(self, scenario: Scenario) -> None:
        """Have a scenario simulated from the checkpoint on; does not block."""
        self._send(scenario)

    def reply(self) -> Answer | None:
        """Wait for the next answer to what was begun, months so far or the whole run.

        None: it was given up, and nothing more comes.

        Raises:
            BranchFailedError: the simulation ended without an answer.
        """
        reply = self._receive()
        return reply if isinstance(reply, Answer) else None

    def give_up(self) -> None:
        """Let a question that is being answered go unanswered."""
        if self._ready:
            self._send(GIVE_UP)

    def close(self) -> None:
        """End the process, and the question it answers."""
        self._process.terminate()

    def _send(self, message: Scenario | str) -> None:
        # A process that has ended is noticed by whoever waits for its reply.
        with self._sending, suppress(OSError):
            self._pipe.send(message)

    def _receive(self) -> Answer | None:
        try:
            reply = self._pipe.recv()
        except (OSError, EOFError) as error:
            raise BranchFailedError("a simulation process ended") from error
        if isinstance(reply, str):
            raise BranchFailedError(reply)
        return reply if isinstance(reply, Answer) else None


def keep_branch(pipe: Connection, start: Start) -> None:
    """Grow the checkpoint, then answer questions until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # An exception raised by a handler would be lost where Python ignores exceptions, as
    # around a fork; so the process leads a group of its own and ends it.
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
    if start.shown_from is None:
        os.nice(NICENESS)
    try:
        solve = start.checkpoint()
        # Collecting in a fork would touch, and so copy, all that is shared.
        gc.collect()
        gc.freeze()
        pipe.send(None)
        while True:
            message = pipe.recv()
            if message != GIVE_UP:
                _answer_in_fork(solve, message, pipe)
    except (EOFError, OSError):
        return
    except Exception as error:
        pipe.send(_said(error))


def _answer_in_fork(solve: Solve, scenario: Scenario, pipe: Connection) -> None:
    """Hand on what a fork answers; None as soon as anything else is asked."""
    inward, outward = Pipe(duplex=False)
    child = os.fork()
    if not child:
        _answer_and_exit(solve, scenario, outward)
    outward.close()
    try:
        under_way = True
        while under_way:
            reply: Answer | str | None = None
            if inward in wait([inward, pipe]):
                reply = inward.recv()
            else:
                pipe.recv()
            pipe.send(reply)
            under_way = isinstance(reply, Answer) and not reply.whole
    except EOFError:
        pipe.send("a simulation ended without an answer; memory may be short")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        inward.close()


def _answer_and_exit(solve: Solve, scenario: Scenario, outward: Connection) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        for reply in solve(scenario):
            outward.send(reply)
    except Exception as error:
        outward.send(_said(error))
    finally:
        os._exit(0)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
