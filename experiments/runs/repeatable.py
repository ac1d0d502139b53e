"""What is kept with results so that they can be had again: how they came about.

The scenario is written with all it inherits; the rows of an analyst's own evidence that
it cites lie beside it, so that reports find them and the file can be run where it lies.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from calibration.evidence import evidence_hash
from calibration.evidence.tables import FOLDER_NAME, own_evidence, write_rows
from calibration.posterior import FOLDER as PACKAGED
from calibration.posterior import (
    load_draws,
    load_rows,
    posterior_digest,
    posterior_in_use,
)
from experiments.storage.durable import storage_faults, write_durably
from experiments.storage.identity import git_hash, versions
from scenarios import Resolved, cited_sources
from scenarios.format.writing import resolved_text

_ALL_STATED = """\
# Everything this run was given, with all it inherits. To run it again, with the same
# draws and the same tables:
#   muster run scenario.yaml --draws {draws} --seed {seed}{posterior}
"""
_SOME_DRAWN = """\
# The draws of the posterior still move the parameters listed at the end under `drawn`;
# their values here are those without a draw. Take a name out of that list to hold its
# parameter at the value stated.
"""


def keep_scenario(folder: Path, resolved: Resolved, draws: int, seed: int) -> None:
    """Write `scenario.yaml` and, where it cites own evidence, `evidence/own.csv`.

    Args:
        folder: that holds the results.
        resolved: the scenario as it was asked, without a draw.
        draws: draws of the posterior that were taken.
        seed: replication.

    Raises:
        EvidenceError: the own tables cannot be read.
        StorageError: the table cannot be written.
    """
    text = repeatable_text(resolved, draws, seed)
    write_durably(folder / "scenario.yaml", text.encode())
    own = own_evidence(resolved.own_evidence)
    cited = [
        own[i] for i in sorted({*cited_sources(resolved.scenario).values()} & {*own})
    ]
    if cited:
        with storage_faults(folder):
            (folder / FOLDER_NAME).mkdir()
            write_rows(folder / FOLDER_NAME / "own.csv", cited)


def repeatable_text(resolved: Resolved, draws: int, seed: int) -> str:
    """Return the file that, run again, takes the same draws and gives the same tables.

    Args:
        resolved: the scenario as it was asked, without a draw.
        draws: draws of the posterior that were taken.
        seed: replication.
    """
    # Variants of structure set switches that other draws leave alone.
    named_by_any = {name: x for draw in load_draws(draws) for name, x in draw.items()}
    drawn = resolved.drawn(named_by_any) if named_by_any else ()
    used = posterior_in_use()
    named = "" if used == PACKAGED else f" --posterior {shlex.quote(str(used))}"
    head = _ALL_STATED.format(draws=draws, seed=seed, posterior=named)
    told = head + (_SOME_DRAWN if drawn else "")
    return told + resolved_text(resolved, places=False, drawn=drawn)


def provenance(title: str, *, seed: int, draws: int, **more: Any) -> dict[str, Any]:
    """Return what a folder says of how it came about."""
    found = versions()
    return {
        "title": title,
        "version": found.pop("muster-economics"),
        "git_hash": git_hash(),
        "evidence_hash": evidence_hash(),
        "posterior": posterior_digest(),
        "seed": seed,
        "draws": draws,
        # Row of the posterior that each draw of the tables is.
        "posterior_rows": load_rows(draws),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": found,
        **more,
    }
