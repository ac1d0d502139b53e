"""The part of an analyst's own evidence that a run rests on, kept with it."""

from __future__ import annotations

from pathlib import Path

from calibration.evidence.own import FOLDER_NAME, own_evidence, write_rows
from experiments.storage.durable import storage_faults
from scenarios import Resolved, cited_sources


def keep_cited(folder: Path, resolved: Resolved) -> None:
    """Write the own rows that a scenario cites into `folder`/evidence/own.csv.

    So the report finds them, and the scenario that lies there can be run again.

    Raises:
        EvidenceError: the own tables cannot be read.
        StorageError: the table cannot be written.
    """
    own = own_evidence(resolved.own_evidence)
    cited = [
        own[i] for i in sorted({*cited_sources(resolved.scenario).values()} & {*own})
    ]
    if cited:
        with storage_faults(folder):
            (folder / FOLDER_NAME).mkdir()
            write_rows(folder / FOLDER_NAME / "own.csv", cited)
