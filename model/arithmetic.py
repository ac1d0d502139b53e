"""The same arithmetic on every processor, decided before numpy is imported. ODD III.i.

On a processor with 512-bit vectors numpy takes exponentials and logarithms from another
library, whose last digit differs (4e-14 in a price after half a year). Those vectors
are therefore left unused, and the model multiplies floating-point matrices without
BLAS, whose kernels differ by processor too. So the same versions of the libraries give
the same bytes on every x86-64 processor with AVX2 and FMA, which is every one since
2015. Where numpy was imported first, or `NPY_DISABLE_CPU_FEATURES` is set, that stands,
for worker processes as for this one: bytes are then those of this processor.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_SWITCH: Final = "NPY_DISABLE_CPU_FEATURES"
_WIDE: Final = "X86_V4"
_FLAGS: Final = Path("/proc/cpuinfo")
_FIRST_PROCESSOR_BYTES: Final = 8192


def settle() -> None:
    """Leave 512-bit vectors unused in this process and in those it starts."""
    if _SWITCH not in os.environ:
        late = "numpy" in sys.modules
        os.environ[_SWITCH] = _WIDE if has_wide_vectors() and not late else ""


def has_wide_vectors() -> bool:
    """Whether this processor has them; numpy warns of switching off what is not there.

    Only Linux says so in a file; elsewhere the bytes are those of the processor.
    """
    with suppress(OSError), _FLAGS.open("rb") as flags:
        return b" avx512f " in flags.read(_FIRST_PROCESSOR_BYTES)
    return False
