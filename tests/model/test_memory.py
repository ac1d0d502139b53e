import gc
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest

from model.memory import keep_freed, let_go
from tests.model.test_simulation import model


def test_a_finished_model_is_let_go() -> None:
    """Agents and libraries must not keep runs alive: sweeps make thousands."""
    run = model(until="2022-10")
    run.run()
    ghost = weakref.ref(run)
    del run
    gc.collect()
    assert ghost() is None


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_what_a_run_has_left_goes_back_to_the_system() -> None:
    def resident_mb() -> float:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * 4096 / 1e6

    keep_freed()
    let_go()
    before = resident_mb()
    months = [np.ones(1 << 20) for _ in range(12)]
    last = np.ones(1 << 10)  # on top of the heap: what lies below it is not at its end
    del months
    kept = resident_mb() - before
    let_go()
    assert kept > 90
    assert resident_mb() - before < 20
    del last
