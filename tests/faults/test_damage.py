"""Five hundred random truncations and flipped bits, over all kinds of output."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from experiments.sweeps.inspection import verify
from model.errors import RunsFailedError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import sweep
from tests.experiments.toy_jobs import fingerprint, grid

pytestmark = pytest.mark.faults

BATCHES, DAMAGES_EACH = 20, 25


def run(folder: Path) -> None:
    """A sweep with finished and failed runs, logs and all."""
    with suppress(RunsFailedError):
        sweep(folder, grid(20, bad=2), job=toy_jobs.raising)


def kinds(folder: Path) -> dict[str, list[Path]]:
    """Files by kind, so that the many runs do not hide the rest."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    kept = [path for path in paths if path.name != "lock"]
    found: dict[str, list[Path]] = {}
    for path in kept:
        found.setdefault(path.relative_to(folder).parts[0], []).append(path)
    return found


def hurt(path: Path, rng: random.Random) -> str:
    content = bytearray(path.read_bytes())
    place = rng.randrange(len(content))
    if rng.random() < 0.5:
        path.write_bytes(content[:place])
        return f"{path.name} cut at {place}"
    content[place] ^= 1 << rng.randrange(8)
    path.write_bytes(content)
    return f"{path.name} flipped at {place}"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_all_damage_is_detected_and_mended(tmp_path: Path, batch: int) -> None:
    rng = random.Random(batch)
    run(tmp_path)
    expected = fingerprint(tmp_path)
    assert len(kinds(tmp_path)) == 8
    for _ in range(DAMAGES_EACH):
        found = kinds(tmp_path)
        what = hurt(rng.choice(found[rng.choice(sorted(found))]), rng)
        assert not verify(tmp_path).whole, what
        run(tmp_path)
        assert verify(tmp_path).whole, what
        assert fingerprint(tmp_path) == expected, what
