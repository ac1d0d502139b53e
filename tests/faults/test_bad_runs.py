"""A run that goes wrong, twenty times in every way a run can, at a random place."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from experiments.runs.jobs import Job
from experiments.sweeps.design import Design
from model.errors import RunsFailedError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import allowed, sweep

pytestmark = pytest.mark.faults

WAYS: list[tuple[Job, str]] = [
    (toy_jobs.raising, "ValueError"),
    (toy_jobs.looping, "took longer than"),
    (toy_jobs.segfaulting, "SIGSEGV"),
    (toy_jobs.exhausting, "MemoryError"),
    (toy_jobs.leaving, "exit code 3"),
    (toy_jobs.killed, "SIGKILL"),
]


@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize(("job", "error"), WAYS)
def test_a_bad_run_stays_one(tmp_path: Path, job: Job, error: str, number: int) -> None:
    rng = random.Random(number)
    good = [1 + rng.random() for _ in range(rng.randrange(2, 12))]
    bad = -rng.random()
    design = Design(
        levers={"federal.bonus": tuple(rng.sample([*good, bad], k=len(good) + 1))}
    )
    with pytest.raises(RunsFailedError) as raised:
        sweep(
            tmp_path,
            design,
            job=job,
            workers=2,
            # A good run must have time enough where others crowd the processors.
            timeout_seconds=allowed(8.0) if job is toy_jobs.looping else allowed(120.0),
            memory_bytes=4 * 2**30,
        )
    assert raised.value.exit_code == 4
    rows = pq.read_table(tmp_path / "runs.parquet").to_pylist()
    (failed,) = (row for row in rows if row["status"] == "failed")
    assert failed["federal.bonus"] == bad
    assert f"muster replay {tmp_path}/{failed['run_id']}" in str(raised.value)
    assert error in failed["error"]
    assert len(rows) == len(good) + 1
