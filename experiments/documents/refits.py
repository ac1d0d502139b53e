"""Documents dropped from a quick fit, and what that did to measures; stored.

python -m experiments.documents.refits            every fitted document in turn
python -m experiments.documents.refits NAME ...   some of them
"""

from __future__ import annotations

import sys

from calibration.fit.fit import QUICK, train
from calibration.processes.runner import worker_count
from calibration.validation.refits import refits, save_refits


def _tell(stage: str, done: int, total: int) -> None:
    if done % 10 == 0 or done == total:
        print(f"{stage}: {done}/{total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    training = train(QUICK, workers=worker_count(None), report=_tell)
    print(save_refits(refits(training, QUICK, sys.argv[1:], _tell)))
