"""Run a toy sweep as a process of its own, as the command line would.

python -m tests.experiments.drive FOLDER RUNS WORKERS JOB
"""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.sweeps.sweep import SweepOptions, run_sweep
from model.errors import MusterError
from tests.experiments import toy_jobs


def main(folder: str, runs: str, workers: str, job: str) -> int:
    """Exit with the code that the error promises, and its message on one stream."""
    try:
        run_sweep(
            toy_jobs.grid(int(runs)),
            Path(folder),
            job=getattr(toy_jobs, job),
            resolve=toy_jobs.resolve,
            code="toy",
            options=SweepOptions(workers=int(workers)),
        )
    except MusterError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
