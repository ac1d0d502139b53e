"""The house style that a linter does not know."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE_LINES = 400
LONGEST_FUNCTION_LINES = 60
NAMELESS = {"common", "helpers", "misc", "stuff", "util", "utils"}
TEXT = {
    ".cff", ".cfg", ".css", ".csv", ".html", ".js", ".json", ".md", ".mplstyle",
    ".py", ".toml", ".txt", ".yaml", ".yml", "",
}  # fmt: skip

# A path of somebody's machine, as opposed to a web address or a path of the project.
MACHINE_PATH = re.compile(
    r"(?<![\w.~:/-])/(?:home|mnt|opt|private|root|srv|tmp|Users|work)/[\w.]"
    r"|\b[A-Z]:\\\w"
)
ADDRESS = re.compile(r"\w+://\S+")
PACKAGE_SOURCE = re.compile(r"--(?:extra-)?index-url|--find-links|pythonhosted|@ file:")
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
IGNORE = re.compile(r"# (?:type: ignore(?:\[[\w, -]*\])?|noqa(?:: [A-Z0-9, ]+)?)(.*)")


@cache
def project_files() -> tuple[Path, ...]:
    """List the files git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".py"]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def found_in(paths: list[Path], pattern: re.Pattern[str], *, bare: bool) -> list[str]:
    """List the places where a pattern occurs, web addresses taken out if `bare`."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(lines(path), 1)
        if pattern.search(ADDRESS.sub("", line) if bare else line)
    ]


def text_files() -> list[Path]:
    return [path for path in project_files() if path.suffix in TEXT]


def test_files_are_short_enough_to_hold_one_idea() -> None:
    long = {
        str(path.relative_to(ROOT)): len(lines(path))
        for path in python_files()
        if len(lines(path)) > LONGEST_FILE_LINES
    }
    assert long == {}


def test_functions_are_short_enough_to_be_read_at_once() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION_LINES
    ]
    assert long == []


def test_modules_are_named_for_what_they_hold() -> None:
    assert [path for path in python_files() if path.stem in NAMELESS] == []


def test_no_path_of_a_machine_is_committed() -> None:
    assert found_in(text_files(), MACHINE_PATH, bare=True) == []


@pytest.mark.parametrize(
    ("line", "is_path"),
    [
        ("see |root|project|run.py", True),
        ('open("|home|ana|run.json")', True),
        ("C:|Users|ana".replace("|", "\\"), True),
        ("experiments|run.py and tests|model", False),
        ("a rate of 5|work", False),
    ],
)
def test_a_path_of_a_machine_is_recognised(line: str, is_path: bool) -> None:
    # Written with bars, or this file would be the first to be found.
    assert bool(MACHINE_PATH.search(line.replace("|", "/"))) is is_path


def test_packages_are_pinned_without_saying_where_they_came_from() -> None:
    pins = lines(ROOT / "constraints.txt")
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    own = Path(__file__)
    others = [path for path in text_files() if path != own]
    assert found_in(others, PACKAGE_SOURCE, bare=False) == []


def test_nothing_is_left_marked_as_unfinished() -> None:
    assert found_in(python_files(), UNFINISHED, bare=True) == []


def test_every_silenced_check_says_why() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files()
        for number, line in enumerate(lines(path), 1)
        if (found := IGNORE.search(line)) and len(found[1].strip(" #-:")) < 5
    ]
    assert silent == []
