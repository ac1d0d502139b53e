"""Finished draws, kept until the folder they are for is whole (`storage.staging`).

A draw is stored by the worker that made it, under a name made of everything that
determines it, with the digests of its files. So a command that was broken off, however,
goes on from the draws that are done, and a draw of another scenario, seed or version of
the code is never taken for one of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.storage.durable import DamagedError
from experiments.storage.identity import canonical, short_digest, versions
from experiments.storage.record import file_digest, read_sealed, write_sealed
from model.clearing import Target
from model.scenario import Scenario

_RECORD = ".json"


def draw_path(
    folder: Path, scenario: Scenario, seed: int, target: Target | None, **more: Any
) -> Path:
    """Return where a draw is stored, without ending: a function of all it depends on.

    Args:
        folder: of the kept draws.
        scenario: with the posterior draw in it.
        seed: replication of the draw.
        target: what its market is to clear.
        more: what else its result depends on, as plain data.
    """
    known = {
        "scenario": scenario.model_dump(mode="json"),
        "seed": seed,
        "target": target and [target.kind, float(target.value), target.first_index],
        "versions": versions(),
        **more,
    }
    return folder / short_digest(canonical(known))


def store_draw(path: Path, record: Mapping[str, Any]) -> None:
    """Store what is known of a draw, last, with the digests of its files."""
    files = sorted(path.iterdir()) if path.is_dir() else []
    digests = {each.name: file_digest(each) for each in files}
    write_sealed(path.with_suffix(_RECORD), {**record, "files": digests})


def stored_draw(path: Path) -> dict[str, Any] | None:
    """Return what `store_draw` was given; none if it is not there, or does not hold."""
    record = path.with_suffix(_RECORD)
    if not record.is_file():
        return None
    try:
        found = read_sealed(record)
    except DamagedError:
        return None
    for name, promised in found.pop("files").items():
        file = path / name
        if not file.is_file() or file_digest(file) != promised:
            return None
    return found
