"""Which files a scenario may be read from: the one named, its folder, the packaged.

`extends` names a packaged scenario or a file in the same folder, never a path, so a
file from a stranger can make nothing else be read. ODD III.i.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from model.errors import Problem, ScenarioError
from scenarios.format.canonical import canonical
from scenarios.format.merging import standing_alone
from scenarios.format.nodes import MappingNode, Mark, ScalarNode
from scenarios.format.reading import MOST_BYTES, read_tree
from scenarios.format.regular import real, refuse, regular_bytes
from scenarios.format.report import Report, shown
from scenarios.format.suggestions import did_you_mean, one_of

BASELINE = "baseline"
LONGEST_CHAIN = 10
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Layer:
    """One file, or one set of overrides, in long form."""

    name: str
    tree: MappingNode
    is_file: bool = True
    is_baseline: bool = False
    """The packaged baseline, over which a posterior draw is laid."""
    is_packaged: bool = False

    @property
    def is_delta(self) -> bool:
        """Whether it changes what lies below it instead of stating all anew."""
        return not self.is_file or "extends" in self.tree.entries


@cache
def packaged_folder() -> Path:
    """Return the folder of the packaged scenarios."""
    return Path(str(files("scenarios")))


def packaged_names() -> tuple[str, ...]:
    """Return the names of the packaged scenarios."""
    return tuple(sorted(path.stem for path in packaged_folder().glob("*.yaml")))


def read_chain(path_or_name: str | Path, report: Report) -> tuple[Layer, ...]:
    """Read a scenario and all it extends, the last ancestor first.

    Args:
        path_or_name: a file, or the bare name of a packaged scenario.
        report: takes everything that is wrong in any of the files.
    """
    path: Path | None = _find(path_or_name)
    asked: Mark | None = None
    seen: list[Path] = []
    layers: list[Layer] = []
    while path is not None:
        layer = _read_layer(path, asked, report)
        if layer is None:
            break
        seen.append(real(path))
        layers.append(layer)
        path, asked = _parent(layer.tree, path, seen, report)
    return tuple(reversed(layers))


def _find(path_or_name: str | Path) -> Path:
    text = os.fspath(path_or_name)
    if "\0" in text:
        refuse(Path(text), "is no file name")
    if text in packaged_names() and not Path(text).is_file():
        return packaged_folder() / f"{text}.yaml"
    return Path(text)


def _parent(
    tree: MappingNode, path: Path, seen: list[Path], report: Report
) -> tuple[Path | None, Mark | None]:
    entry = tree.entries.get("extends")
    if entry is None or not isinstance(entry.node, ScalarNode):
        return None, None
    name, mark = entry.node.value, entry.node.mark
    if not isinstance(name, str):
        return None, None
    parent, wrong = _resolve_name(name, path)
    if parent is not None and real(parent) in seen:
        wrong = f"{shown(name)} in the end extends itself"
    elif len(seen) >= LONGEST_CHAIN:
        wrong = f"more than {LONGEST_CHAIN} files extend one another"
    if wrong:
        report.add(mark, ("extends",), wrong)
        return None, None
    return parent, mark


def _resolve_name(name: str, child: Path) -> tuple[Path | None, str | None]:
    """Return the file a name stands for, or why it stands for none."""
    if not _NAME.fullmatch(name):
        rule = "write the bare name of a packaged scenario or of a file beside this one"
        return None, f"{shown(name)!r} is no bare name; {rule}"
    stem = name.removesuffix(".yaml")
    beside, packaged = child.parent / f"{stem}.yaml", packaged_folder() / f"{stem}.yaml"
    found = [path for path in (beside, packaged) if os.path.lexists(path)]
    if not found:
        names = packaged_names()
        near = did_you_mean(stem, names)
        rule = f"no such file beside this one; packaged, {one_of(names)}"
        return None, f"{shown(name)!r} is unknown; {rule}{near}"
    if len(found) == 2 and real(beside) != real(packaged):
        return None, f"{name!r} is packaged and also a file here; rename the file here"
    return found[0], None


def _read_layer(path: Path, asked: Mark | None, report: Report) -> Layer | None:
    packaged = real(path).parent == real(packaged_folder())
    try:
        read = _read_packaged if packaged else _read_file
        tree, problems, notes = read(path)
    except ScenarioError as error:
        if asked is None:
            raise
        report.add(asked, ("extends",), f"{path.name} {error.problems[0].message}")
        return None
    report.problems.extend(problems)
    report.notes.extend(notes)
    if tree is None:
        return None
    tree = tree if "extends" in tree.entries else standing_alone(tree)
    is_baseline = packaged and path.stem == BASELINE
    return Layer(str(path), tree, is_baseline=is_baseline, is_packaged=packaged)


_Read = tuple[MappingNode | None, tuple[Problem, ...], tuple[Problem, ...]]
"""The tree, what is wrong with it, and what may not be meant."""


def _read_packaged(path: Path) -> _Read:
    """Read a packaged file, once in a process; the baseline is large."""
    return _read_once(path, path.stat().st_mtime_ns)


@cache
def _read_once(path: Path, modified_ns: int) -> _Read:
    return _read_file(path)


def _read_file(path: Path) -> _Read:
    report = Report()
    tree = read_tree(read_bytes(path), str(path), report)
    if tree is not None:
        if "title" not in tree.entries:
            message = "is missing; every scenario says what it is called: title: ..."
            report.add(tree.mark, ("title",), message)
        tree = canonical(tree, report)
    return tree, tuple(report.problems), tuple(report.notes)


def read_bytes(path: Path) -> bytes:
    """Return the content of a scenario file.

    Raises:
        ScenarioError: If it is missing, no regular file, too large, or a link out of
            its folder.
    """
    try:
        return regular_bytes(path, MOST_BYTES)
    except OSError as error:
        refuse(path, f"cannot be read: {error.strerror}{_packaged_hint(path)}")


def _packaged_hint(path: Path) -> str:
    names = packaged_names()
    written = path.with_name(f"{path.name}.yaml")
    if path.suffix != ".yaml" and os.path.isfile(written):
        return f"; did you mean {written.name}?"
    return f"; packaged scenarios, {one_of(names)}{did_you_mean(path.stem, names)}"
