"""The report: one HTML file an analyst can send, and its figures beside it.

`build_report(folder)` reads a finished run and writes `report.html`. What a part needs
and the run lacks is replaced by a sentence saying so; nothing is invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["build_report"]


def build_report(
    folder: Path, evidence: Sequence[Mapping[str, Any]] | None = None
) -> Path:
    """Write `report.html` and `figures/*.svg` into a run folder; see `page`."""
    # Figures and tables take over a second to import; the terminal's table needs none.
    from experiments.report import page

    return page.build_report(folder, evidence)
