"""A bar for runs and sweeps that suits a notebook, and a terminal.

from experiments import ProgressBar, run
run("baseline", progress=ProgressBar("draws"))
run_sweep(design, folder, tell=ProgressBar("runs"))
"""

from __future__ import annotations

import html
import importlib
import sys
import time
from typing import Any, Final

from experiments.figures.remaining import Remaining
from experiments.sweeps.session import Progress

_SECONDS_BETWEEN: Final = 0.2


class ProgressBar:
    """Shows how many runs have ended, and how long the others may take.

    Args:
        what: what is counted.
    """

    def __init__(self, what: str = "runs") -> None:
        self._what = what
        self._shown_at = 0.0
        self._remaining = Remaining()
        self._handle: Any = None

    def __call__(self, at: int | Progress, total: int | None = None) -> None:
        """Show `at` of `total`, or where a sweep stands."""
        now = time.monotonic()
        if isinstance(at, Progress):
            done, total, failed = at.finished + at.failed, at.planned, at.failed
        else:
            done, failed = at, 0
        left = self._remaining.words(done, total or 0)
        ended = total is not None and done >= total
        if now - self._shown_at >= _SECONDS_BETWEEN or ended:
            self._shown_at = now
            self._show(done, total or 0, failed, f", {left}" if left else "")

    def _show(self, done: int, total: int, failed: int, left: str) -> None:
        words = f"{self._what} {done}/{total}{left}"
        words += f", {failed} failed" if failed else ""
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython else None
        if shell is not None and type(shell).__name__ == "ZMQInteractiveShell":
            self._show_html(
                f"<progress value='{done}' max='{max(total, 1)}'></progress> "
                f"{html.escape(words)}"
            )
        else:
            end = "\n" if done >= total or not sys.stderr.isatty() else "\r"
            print(f"{words:<60}", end=end, file=sys.stderr, flush=True)

    def _show_html(self, shown: str) -> None:
        ipython: Any = importlib.import_module("IPython.display")
        if self._handle is None:
            self._handle = ipython.display(ipython.HTML(shown), display_id=True)
        else:
            self._handle.update(ipython.HTML(shown))
