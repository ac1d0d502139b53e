"""Imports point down only: experiments, calibration, scenarios, model.

The model, moreover, knows nothing of screens, figures, tables of evidence or commands.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("experiments", "calibration", "scenarios", "model")
# What a theory has no business with; the rooms above do these things.
OUTSIDE_THE_MODEL = {"argparse", "jinja2", "logging", "matplotlib", "rich", "typer"}


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and top-level package of every absolute import, however deep."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name.split(".")[0]) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def modules(root: Path, package: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield path and syntax tree of every module of a package."""
    for path in sorted((root / package).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        yield path.relative_to(root).as_posix(), ast.parse(source)


def upward_imports(root: Path) -> list[str]:
    """List the imports of a package by one below it."""
    return [
        f"{path}:{line} imports {package}"
        for depth, layer in enumerate(LAYERS)
        for path, tree in modules(root, layer)
        for line, package in imported(tree)
        if package in (*LAYERS[:depth], "tests")
    ]


def test_no_package_imports_one_above_it() -> None:
    assert upward_imports(ROOT) == []


@pytest.mark.parametrize(
    "statement",
    [
        "import experiments",
        "import experiments.runs.run as run",
        "from calibration.evidence import load_evidence",
        "def late():\n    from experiments import run",
        "if True:\n    import tests",
    ],
)
def test_a_planted_upward_import_is_found(tmp_path: Path, statement: str) -> None:
    room = tmp_path / "model" / "people"
    room.mkdir(parents=True)
    (room / "population.py").write_text(f"import model\n{statement}\n")
    assert len(upward_imports(tmp_path)) == 1


def test_the_model_neither_shows_nor_parses_anything() -> None:
    found = [
        f"{path}:{line} imports {package}"
        for path, tree in modules(ROOT, "model")
        for line, package in imported(tree)
        if package in OUTSIDE_THE_MODEL
    ]
    assert found == []


def test_the_model_and_the_calibration_print_nothing() -> None:
    printed = [
        f"{path}:{node.lineno}"
        for package in ("model", "calibration")
        for path, tree in modules(ROOT, package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printed == []


def rooms_imported(root: Path, package: str) -> dict[str, set[str]]:
    """Return the rooms, files or folders of a package, that each of them imports."""
    found: dict[str, set[str]] = {}
    for path, tree in modules(root, package):
        room = path.removesuffix(".py").split("/")[1]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{name.name}" for name in node.names]
                inside = [name.split(".") for name in names if name.startswith(package)]
                found.setdefault(room, set()).update(parts[1] for parts in inside)
    return {room: others - {room} for room, others in found.items()}


def in_a_circle(imports: dict[str, set[str]]) -> list[str]:
    """List the rooms from which imports lead back to themselves."""

    def below(room: str) -> set[str]:
        seen, left = set[str](), [room]
        while left:
            new = imports.get(left.pop(), set()) - seen
            seen |= new
            left += new
        return seen

    return [room for room in sorted(imports) if room in below(room)]


@pytest.mark.parametrize("package", LAYERS)
def test_no_rooms_import_one_another(package: str) -> None:
    assert in_a_circle(rooms_imported(ROOT, package)) == []


def test_a_circle_of_rooms_is_found() -> None:
    assert in_a_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
