"""Work in a copy of this process, so that what it holds stays as it was.

A model that has been simulated to a month is asked many questions from there. Its parts
share arrays, so that a copy made by pickling would fall apart; a fork shares the memory
until it changes it. ODD III.i.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from calibration.processes.worker import WATCH
from model.errors import MusterError

Result = TypeVar("Result")


class ForkEndedError(MusterError):
    """A copy of the process ended without an answer."""


def in_fork(work: Callable[[], Result]) -> Result:
    """Return what work returns, done in a copy of this process.

    Args:
        work: what to do; its result can be pickled. What it raises is raised here.

    Raises:
        ForkEndedError: the copy was killed, most likely for want of memory.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _answer_and_exit(work, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not answer:
        raise ForkEndedError("a simulation ended without an answer; is memory short?")
    found: Any = pickle.loads(answer)
    if isinstance(found, BaseException):
        raise found
    result: Result = found
    return result


def _answer_and_exit(work: Callable[[], Any], writing: int) -> None:
    """Write the answer, or what was raised, and leave without cleaning up."""
    try:
        watch = threading.Thread(
            target=_end_unheard, args=(writing,), name=WATCH, daemon=True
        )
        watch.start()
        # The parent's handlers are about its own jobs.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            answer = pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            answer = _pickled(error)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


def _end_unheard(writing: int) -> None:
    """End this copy when nobody is left to read its answer, however they ended."""
    reader = select.poll()
    # Of no events, so that it answers when the other end is closed, and not before.
    reader.register(writing, 0)
    reader.poll()
    os._exit(0)


def _pickled(error: Exception) -> bytes:
    """Return an error as bytes; one that cannot travel as its text."""
    try:
        return pickle.dumps(error)
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
