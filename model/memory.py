"""Memory of one month serves the next: its arrays are alike. ODD III.i.

The allocator of glibc hands freed memory back to the system until a larger block has
come and gone; the system then clears every page anew, which takes a tenth of a run.
With other allocators nothing changes.
"""

from __future__ import annotations

import numpy as np

_KEPT_BYTES = (1 << 24) - (1 << 14)
"""Larger than the arrays of a month; larger columns still come as untouched pages."""


def keep_freed() -> None:
    """Let the allocator keep what is freed: give back one large untouched block."""
    np.empty(_KEPT_BYTES, dtype=np.uint8)
