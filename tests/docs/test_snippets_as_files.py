"""Every snippet that starts workers runs as a file of its own, as a reader saves it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.documents.rebuild import README
from tests.docs.snippets import SHORT_SCENARIO, Snippet, smaller, snippets
from tests.docs.test_tutorials import TUTORIALS

PAGES = (README, *TUTORIALS)
STARTS_WORKERS = re.compile(r"^\s*(?:\w+ = )?(?:run|compare|solve|run_sweep)\(", re.M)


def scripts(page: Path) -> list[Snippet]:
    """Return the snippets of a page that run models on several processes."""
    return [
        snippet
        for snippet in snippets(page)
        if snippet.kind == "python" and STARTS_WORKERS.search(snippet.code)
    ]


def test_there_are_such_snippets() -> None:
    counted = {page.stem: len(scripts(page)) for page in PAGES}
    assert counted == {"README": 1, "analysts": 2, "documents": 0, "researchers": 1}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_they_run_as_files_with_workers(page: Path, tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text(SHORT_SCENARIO, encoding="utf-8")
    for snippet in snippets(page):
        if snippet.kind == "yaml" and snippet.rest:
            text = smaller(snippet.code)
            (tmp_path / snippet.rest).write_text(text, encoding="utf-8")
    for snippet in scripts(page):
        two_draws = re.sub(r"\bdraws=\d+", "draws=2", snippet.code)
        two_workers = re.sub(r"\bworkers=\d+", "workers= 2", two_draws)
        (tmp_path / "saved.py").write_text(smaller(two_workers), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "saved.py"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(README.parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{page.name}:{snippet.line}\n{done.stderr}"
        assert "Traceback" not in done.stderr
