"""A scenario from its files: read, brought to one form, merged, checked, validated.

The order, lowest first: the schema's defaults, the packaged baseline, a draw of the
posterior, the other files of the `extends` chain, the `--set` overrides. So a draw
never overrides what an analyst wrote. A file that lists names as `drawn`, as that of a
finished run, leaves these and no others to the draws, though it states them. ODD III.i.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from model.channels import own_channels
from model.errors import Problem
from model.scenario import Scenario
from scenarios.format.checking import Known, check_layer, run_window
from scenarios.format.documents import ceiling, own_values, taken
from scenarios.format.files import Layer, read_chain
from scenarios.format.layout import HEADER
from scenarios.format.merging import merged, without_header
from scenarios.format.nodes import MappingNode, Mark, mark_at, marked, plain
from scenarios.format.overrides import DRAW, draw_layer, set_layers
from scenarios.format.report import Report
from scenarios.format.validation import validated
from scenarios.format.walking import parameter_names

DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A scenario and where each of its values comes from."""

    scenario: Scenario
    tree: dict[str, Any]
    """All values in long form; `Scenario.model_validate(tree)` is the scenario."""
    explicit: frozenset[str]
    """Dotted names of the parameters that files above the baseline or `--set` set."""
    located: MappingNode
    """The tree with the place of every value."""
    layers: tuple[Layer, ...] = field(repr=False)
    draw: Mapping[str, float | str] = field(default_factory=dict)
    own_evidence: FilePath | None = None
    """Folder of its author's own evidence tables."""
    notes: tuple[Problem, ...] = ()
    """What the reader accepted though it may not be what was meant."""

    def with_draw(self, draw: Mapping[str, float | str]) -> Resolved:
        """Return the scenario under another draw of the posterior.

        Args:
            draw: dotted name to value, in the parameter's own unit.

        Raises:
            ScenarioError: If a name is no parameter or a value lies outside its range.
        """
        found = _settled(self.layers, draw, Report())
        return replace(found, own_evidence=self.own_evidence)

    def drawn(self, draw: Mapping[str, float | str]) -> tuple[str, ...]:
        """Return the names of a draw that no file or setting holds fast."""
        located = self.with_draw(draw).located if draw else self.located
        return tuple(
            name for name in draw if mark_at(located, name.split(".")).file == DRAW
        )


def load_scenario(
    path_or_name: str | FilePath,
    overrides: Sequence[str] = (),
    draw: Mapping[str, float | str] | None = None,
    *,
    known: Known | None = None,
    evidence: FilePath | None = None,
) -> Resolved:
    """Read, merge and validate a scenario.

    Args:
        path_or_name: a scenario file, or the bare name of a packaged scenario.
        overrides: `a.b.c=value` texts, as given to `--set`; later ones win.
        draw: one draw of the posterior: dotted name to value, in the parameter's own
            unit.
        known: evidence ids and place codes that exist; without it they go unchecked.
        evidence: folder of own evidence; by default `evidence` beside the file, if
            there is one.

    Raises:
        ScenarioError: With every problem of every file, each as `file:line:column: key:
            message`.
    """
    report = Report()
    layers = read_chain(path_or_name, report) + set_layers(overrides, report)
    _check(layers, known or Known(), report)
    found = _settled(layers, draw or {}, report)
    return replace(found, own_evidence=evidence or evidence_beside(path_or_name))


def evidence_beside(path_or_name: str | FilePath) -> FilePath | None:
    """Return the folder `evidence` beside a scenario file, if there is one."""
    path = FilePath(path_or_name)
    folder = path.parent / "evidence"
    return folder if path.is_file() and folder.is_dir() else None


def default_tree() -> MappingNode:
    """Return what holds when no file says anything, in long form."""
    return _defaults_with(own_channels())


@cache
def _defaults_with(own: tuple[object, ...]) -> MappingNode:
    """Return the defaults; channels from outside can come while a process runs."""
    values = Scenario(title="defaults").model_dump(exclude_none=True)
    kept = {key: value for key, value in values.items() if key not in HEADER}
    tree = marked(kept, Mark(DEFAULTS, 1, 1))
    if not isinstance(tree, MappingNode):
        raise TypeError("a scenario is a mapping")
    return tree


def stacked(
    layers: Sequence[Layer], report: Report, tree: MappingNode | None = None
) -> Iterator[MappingNode]:
    """Yield the tree after each layer, from the defaults (or `tree`) up."""
    tree = tree or default_tree()
    for layer in layers:
        under = without_header(tree) if layer.is_file else tree
        tree = merged(under, layer.tree, report)
        yield tree


def _check(layers: Sequence[Layer], known: Known, report: Report) -> None:
    """Check each layer within the run as that layer leaves it."""
    widest = None
    for layer, tree in zip(layers, stacked(layers, Report()), strict=True):
        window = run_window(tree)
        if window and widest and not layer.is_file:
            # A run cut short from outside makes the files' later dates no mistake.
            window = min(window[0], widest[0]), max(window[1], widest[1])
        if window:
            check_layer(layer, window, known, report)
            widest = window


def _settled(
    layers: tuple[Layer, ...], draw: Mapping[str, float | str], report: Report
) -> Resolved:
    above = [layer for layer in layers if not layer.is_baseline]
    below = [layer for layer in layers if layer.is_baseline]
    listed = any("drawn" in layer.tree.entries for layer in above)
    drawn = [draw_layer(draw, report)] if draw and not listed else []
    yielding = [each for layer in above for each in _yielding(layer, draw, report)]
    stack = [*below, *drawn, *yielding]
    *_, tree = default_tree(), *stacked(stack, report)
    until = ceiling(tree)
    if until is not None and below:
        own = own_values(layer.tree for layer in stack if not layer.is_baseline)
        known = [
            replace(each, tree=taken(each.tree, until, own))
            if each.is_baseline
            else each
            for each in stack
        ]
        *_, tree = stacked(known, Report(), taken(default_tree(), until, {}))
    names = tuple(dict.fromkeys(layer.name for layer in stack))
    scenario = validated(tree, names, report) if stack else None
    report.raise_if_any()
    if scenario is None:
        raise AssertionError("a scenario without problems is valid")
    explicit = frozenset[str]().union(*(parameter_names(each.tree) for each in above))
    return Resolved(
        scenario,
        plain(tree),
        explicit - set(HEADER),
        tree,
        layers,
        dict(draw),
        notes=tuple(report.notes),
    )


def _yielding(
    layer: Layer, draw: Mapping[str, float | str], report: Report
) -> Iterator[Layer]:
    """Yield a layer, and over it the part of the draw that it yields to."""
    yield layer
    entry = layer.tree.entries.get("drawn")
    names = plain(entry.node) if entry else ()
    moved = {name: draw[name] for name in names if name in draw}
    if moved:
        yield draw_layer(moved, report)
