"""Documents dropped from a fit, and what that did to measures; stored.

    python -m experiments.documents.refits                   after a quick fit
    python -m experiments.documents.refits --full            after that of the posterior
    python -m experiments.documents.refits [--full] NAME ... these documents only

Without names the latest document of each national series is dropped. A full fit takes
its runs from where `muster calibrate` left them.
"""

from __future__ import annotations

import sys

from calibration.fit.fit import QUICK, FitSettings, train
from calibration.fit.likelihood import series_of
from calibration.observation.targets import fitted, load_targets
from calibration.processes.runner import worker_count
from calibration.validation.observables import NATIONAL, place_of
from calibration.validation.refits import refits, save_refits

FULL = "--full"


def latest() -> list[str]:
    """Return the names of the latest fitted documents of national series."""
    kept = [t for t in fitted(load_targets()) if place_of(t) == NATIONAL]
    by_series = {series_of(t): t for t in sorted(kept, key=lambda t: t.last)}
    return [target.name for target in by_series.values()]


def _tell(stage: str, done: int, total: int) -> None:
    print(f"{stage}: {done}/{total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    names = [word for word in sys.argv[1:] if word != FULL]
    settings = FitSettings() if FULL in sys.argv else QUICK
    training = train(settings, workers=worker_count(None), report=_tell)
    print(save_refits(refits(training, settings, names or latest(), _tell)))
