"""Memory of one month serves the next, and goes back when a run is over. ODD III.i.

The allocator of glibc hands freed memory back to the system, by default as soon as a
few hundred kilobytes lie free at its end; the system then clears every page anew, which
takes a tenth of a run. With other allocators nothing changes.
"""

from __future__ import annotations

import ctypes
import gc

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of `mallopt`, as in <malloc.h>."""
_LARGEST_KEPT_BYTES = 1 << 24
"""Larger than the arrays of a month; larger columns still come as untouched pages."""
_FREE_AT_END_BYTES = 1 << 28


def keep_freed() -> None:
    """Let the allocator keep what is freed, where it can be told so."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):  # no glibc
        return
    mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES)
    mallopt(_TRIM_THRESHOLD, _FREE_AT_END_BYTES)


def let_go() -> None:
    """Free what a run that is over has left, and hand it back to the system.

    A model and its agents point at each other, so a batch would pile them up; and what
    one run's months took, nearly 200 MB, would stand beside what the next lays out.
    """
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, TypeError, AttributeError):  # no glibc
        return
