"""Being asked to stop: a closed terminal and a polite kill are taken as Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_ASKED_TO_STOP: Final = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopping_as_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt in the block on SIGTERM and SIGHUP too.

    A signal that is ignored already stays ignored, as `nohup` asks. Outside the main
    thread, where Python delivers no signals, this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heeded = [s for s in _ASKED_TO_STOP if signal.getsignal(s) is not signal.SIG_IGN]
    before = {each: signal.signal(each, _interrupt) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def ignoring(*signals: signal.Signals) -> Iterator[None]:
    """Ignore signals in the block; a process started in it ignores them for good."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, signal.SIG_IGN) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt
