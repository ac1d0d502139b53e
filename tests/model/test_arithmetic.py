"""The same bytes on processors with and without wide vectors, and whatever the BLAS."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.arithmetic import has_wide_vectors

ROOT = Path(__file__).parents[2]
PACKAGES = ("model", "scenarios", "calibration", "experiments")
DIGEST = """
import hashlib
import model
from tests.experiments.small_country import SHORT, small_world
from model.simulation import RecruitmentModel
from scenarios import load_scenario
scenario = load_scenario("baseline", [*SHORT, "time.until=2026-01"]).scenario
found = hashlib.sha256()
for name, table in sorted(RecruitmentModel(scenario, small_world(), 3).run().items()):
    for column, values in sorted(table.items()):
        content = values.tobytes() if values.dtype != object else repr(values.tolist())
        found.update(content if isinstance(content, bytes) else content.encode())
print(found.hexdigest())
"""


def digest(**environment: str) -> str:
    """Return the digest of a small run's tables in a process of its own."""
    left_out = ("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE")
    inherited = {key: v for key, v in os.environ.items() if key not in left_out}
    return subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.skipif(not has_wide_vectors(), reason="this processor has none")
@pytest.mark.parametrize(
    "environment",
    [
        {"NPY_DISABLE_CPU_FEATURES": "X86_V4"},
        {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"},
        {"OPENBLAS_CORETYPE": "Prescott"},
        {"OPENBLAS_NUM_THREADS": "1"},
    ],
    ids=repr,
)
def test_a_run_gives_the_same_bytes_on_other_processors(
    environment: dict[str, str],
) -> None:
    assert digest(**environment) == digest()


@pytest.mark.parametrize(
    ("first", "left_unused"),
    [("", has_wide_vectors()), ("import numpy; ", False)],
    ids=["model first", "numpy first"],
)
@pytest.mark.parametrize(
    "package", ["model", "scenarios", "calibration", "experiments"]
)
def test_workers_calculate_as_their_parent_does(
    first: str, left_unused: bool, package: str
) -> None:
    told = "import os; print(os.environ['NPY_DISABLE_CPU_FEATURES'])"
    environment = {**os.environ}
    environment.pop("NPY_DISABLE_CPU_FEATURES", None)
    found = subprocess.run(
        [sys.executable, "-c", f"{first}import {package}; {told}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert found == ("X86_V4\n" if left_unused else "\n")


WHOLE_NUMBERS = {"_BY_HOME"}


def test_the_model_multiplies_no_fractions_by_blas() -> None:
    """Kernels of BLAS add in another order on another processor."""
    products = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "model").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.MatMult)
        and not {getattr(side, "id", "") for side in (node.left, node.right)}
        & WHOLE_NUMBERS
    ]
    assert products == []
