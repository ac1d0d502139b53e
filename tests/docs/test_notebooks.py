"""The notebooks run from top to bottom, each in a kernel and a folder of its own."""

from __future__ import annotations

import asyncio
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from experiments.documents.parameter_page import DOCS

NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.md"))
LONGEST_SECONDS = 600


@pytest.mark.slow
@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda page: page.stem)
def test_a_notebook_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(DOCS.parent))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    with warnings.catch_warnings():
        # Of the libraries that run notebooks, not of the notebook.
        warnings.simplefilter("ignore")
        found = executed(page, tmp_path)
    cells = [cell for cell in found.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    kinds = {kind for c in cells for each in c.outputs for kind in each.get("data", {})}
    assert {"image/png", "text/html"} <= kinds


def executed(page: Path, folder: Path) -> Any:
    import jupytext
    import nbclient

    notebook = jupytext.read(page)
    client = nbclient.NotebookClient(
        notebook,
        timeout=LONGEST_SECONDS,
        resources={"metadata": {"path": str(folder)}},
    )
    return asyncio.run(client.async_execute())


def test_there_is_a_notebook() -> None:
    assert [page.stem for page in NOTEBOOKS] == ["from_sweep_to_figure"]
