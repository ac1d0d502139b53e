"""How long what is left will take, told from what has been done in this sitting."""

from __future__ import annotations

import time
from typing import Final

_SHOWN_IN_SECONDS: Final = 120


class Remaining:
    """Words on the time left: the pace since the first report, times what is left.

    What had been done before, by an earlier command, says nothing of the pace.
    """

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._first: int | None = None

    def words(self, done: int, total: int) -> str:
        """Return `40 s left`, or nothing as long as nobody can know."""
        if self._first is None:
            self._first = done
            self._started = time.monotonic()
        made = done - self._first
        if made <= 0 or done >= total:
            return ""
        seconds = (time.monotonic() - self._started) / made * (total - done)
        if seconds < _SHOWN_IN_SECONDS:
            return f"{seconds:.0f} s left"
        return f"{seconds / 60:.0f} min left"
