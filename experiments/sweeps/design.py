"""What a sweep varies, read from a file: levers, uncertainties, draws and seeds.

A lever is what a government chooses, an uncertainty what nobody chooses; a draw is a
sample of the posterior, a seed a replication common to all points. Names are dotted
scenario names. Everything wrong with a file is told at once, each with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PositiveInt,
    Tag,
    ValidationError,
)

from experiments.runs.jobs import Value
from experiments.runs.own_code import refuse_unknown
from experiments.storage.reading import read_bytes
from model.errors import DesignError, ScenarioError
from model.fields.dated import Frozen, MonthText
from scenarios.format.nodes import MappingNode, mark_at, plain
from scenarios.format.reading import read_tree
from scenarios.format.report import Report
from scenarios.format.suggestions import did_you_mean

SAMPLED = ("latin_hypercube", "sobol", "morris")
MOST_RUNS = 1_000_000
FEWEST = {"sobol": 16, "morris": 2}
"""Samples below which a design has no indices, or no spread of elementary effects."""
DRAW = "draw"
"""The factor that draws of the posterior are together, where they are sampled."""
_TAGS = ("range", "list")
_INSIDE = 0.381966


def _setting(given: Any) -> Any:
    if isinstance(given, bool | int | float | str):
        return given
    dated = isinstance(given, Mapping) and all(
        isinstance(value, int | float) for value in given.values()
    )
    if not (given and dated):
        raise ValueError(
            "a value is a number, a text, true, false, or steps {YYYY-MM: number}"
        )
    return dict(given)


def _listed(given: Any) -> Any:
    return (given,) if isinstance(given, bool | int | float | str) else given


def _tag(given: Any) -> str:
    is_range = isinstance(given, Range) or (
        isinstance(given, Mapping) and bool({"low", "high"} & set(given))
    )
    return "range" if is_range else "list"


class Range(Frozen):
    """An interval to sample uniformly, also in logarithms or in whole numbers."""

    low: float = Field(description="Smallest value.")
    high: float = Field(description="Largest value.")
    scale: Literal["linear", "log", "whole"] = "linear"


Setting = Annotated[Any, BeforeValidator(_setting)]
Choices = Annotated[tuple[Setting, ...], BeforeValidator(_listed), Field(min_length=1)]
Factor = Annotated[
    Annotated[Range, Tag("range")] | Annotated[Choices, Tag("list")],
    Discriminator(_tag),
]
Scenarios = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Design(Frozen):
    """A validated sweep design."""

    title: str = Field("", max_length=200)
    question: str = Field("", max_length=500)
    scenario: Scenarios = ("baseline",)
    until: MonthText | None = None
    design: Literal["grid", "latin_hypercube", "sobol", "morris", "list"] = "grid"
    levers: dict[str, Factor] = Field(default_factory=dict)
    uncertainties: dict[str, Factor] = Field(default_factory=dict)
    points: tuple[dict[str, Setting], ...] = ()
    samples: PositiveInt | None = None
    sampling_seed: int = 1
    draws: PositiveInt = 1
    sampled_draws: PositiveInt | None = Field(
        None,
        description="Draws of the posterior among which each sample takes one, so that "
        "the posterior as a whole is a factor, called draw.",
    )
    seeds: int | tuple[int, ...] = 1
    labels: dict[str, str] = Field(
        default_factory=dict, description="What figures call a factor, with its unit."
    )
    measures: dict[str, str] = Field(
        default_factory=dict,
        description="Own measures by name, each a function as `module:function`.",
    )
    keep: tuple[str, ...] = Field(
        (), description="Columns kept by month, as `ledger.paid_rub by account`."
    )
    folder: str = Field(".", description="Where scenario files are looked for.")

    @property
    def factors(self) -> dict[str, Range | tuple[Value, ...]]:
        """Levers and uncertainties together, levers first."""
        return {**self.levers, **self.uncertainties}

    @property
    def all_draws(self) -> int:
        """How many draws of the posterior the runs take."""
        return self.sampled_draws or self.draws

    @property
    def seed_list(self) -> Sequence[int]:
        """The replications' seeds; a range takes no time however long it is."""
        if isinstance(self.seeds, int):
            return range(1, self.seeds + 1)
        return self.seeds

    def values(self) -> Iterator[tuple[tuple[str, ...], str, Value]]:
        """Every value given, with its place in the file and its name."""
        for group in ("levers", "uncertainties"):
            for name, factor in getattr(self, group).items():
                for key, value in _ends(factor):
                    yield (group, name, key), name, value
        for number, point in enumerate(self.points):
            for name, value in point.items():
                yield ("points", str(number), name), name, value


def _ends(factor: Range | tuple[Value, ...]) -> Iterator[tuple[str, Value]]:
    if isinstance(factor, Range):
        yield from (("low", factor.low), ("high", factor.high))
        if factor.scale != "whole":
            # No whole number, so a name that wants one objects.
            yield "low", factor.low + _INSIDE * (factor.high - factor.low)
    else:
        yield from ((str(number), value) for number, value in enumerate(factor))


class DesignFile:
    """A design together with the places of its values, for messages."""

    def __init__(self, design: Design, root: MappingNode, report: Report) -> None:
        self.design = design
        self._root = root
        self._report = report

    def blame(self, place: tuple[str, ...], message: str) -> None:
        """Note that the value at `place` of the file is wrong."""
        self._report.add(mark_at(self._root, place), place, message)

    def raise_if_blamed(self) -> None:
        """Raise everything noted so far as one `DesignError`."""
        _raise(self._report)


def read_design(path: Path) -> DesignFile:
    """Read a design file.

    Raises:
        DesignError: with every problem and its place in the file.
        StorageError: if there is no such file.
    """
    read = open_design(path)
    read.raise_if_blamed()
    return read


def open_design(path: Path) -> DesignFile:
    """Read a design file as far as it can be read, so that more can be said of it.

    Problems are kept for `raise_if_blamed`; the design is what is left without the
    parts that mean nothing.

    Raises:
        DesignError: it is no mapping of keys to values, or nothing is left.
        StorageError: if there is no such file.
    """
    report = Report()
    root = read_tree(_content(path), str(path), report)
    _raise(report)
    if root is None:
        raise DesignError(f"{path}: a design is a mapping of keys to values")
    given = {"folder": str(path.parent), **plain(root)}
    try:
        read = DesignFile(Design(**given), root, report)
    except ValidationError as error:
        for found in error.errors():
            place = tuple(str(step) for step in found["loc"] if step not in _TAGS)
            report.add(mark_at(root, place), place, _in_words(found, place[-1]))
            _leave_out(given, place)
        try:
            return DesignFile(Design(**given), root, report)
        except ValidationError:
            _raise(report)
            raise
    for place, message in inconsistencies(read.design):
        read.blame(place, message)
    return read


def _leave_out(given: dict[str, Any], place: tuple[str, ...]) -> None:
    """Take the part of a design out that means nothing: a factor, or a key."""
    below = given.get(place[0])
    if place[0] in ("levers", "uncertainties") and isinstance(below, dict):
        below.pop(place[1] if len(place) > 1 else "", None)
    else:
        given.pop(place[0], None)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise DesignError(f"{path}: no such design file")
    return read_bytes(path)


def _raise(report: Report) -> None:
    try:
        report.raise_if_any()
    except ScenarioError as error:
        raise DesignError(str(error)) from None


def _in_words(found: Any, name: str) -> str:
    if found["type"] == "extra_forbidden":
        names = [*Design.model_fields, *Range.model_fields]
        return f"unknown key{did_you_mean(name, names)}"
    return str(found["msg"]).removeprefix("Value error, ")


def inconsistencies(design: Design) -> Iterator[tuple[tuple[str, ...], str]]:
    """List what cannot be meant, each with its place in the file."""
    named = {*design.factors, *(name for point in design.points for name in point)}
    for name in sorted(set(design.labels) - named):
        yield ("labels", name), f"is not varied{did_you_mean(name, named)}"
    for name in sorted(set(design.levers) & set(design.uncertainties)):
        yield ("uncertainties", name), "is a lever already; keep it in one group"
    for group in ("levers", "uncertainties"):
        for name, factor in getattr(design, group).items():
            yield from (((group, name), text) for text in _wrong_factor(design, factor))
    if not design.seed_list or min(design.seed_list) < 0:
        yield ("seeds",), "give a number of seeds of at least 1, or a list of them"
    elif len(set(design.seed_list)) < len(design.seed_list):
        yield ("seeds",), "a seed stands twice"
    for number, text in enumerate(design.keep):
        try:
            refuse_unknown(text)
        except DesignError as error:
            yield ("keep", str(number)), str(error)
    if design.sampled_draws is not None:
        if design.design not in ("sobol", "latin_hypercube"):
            yield ("sampled_draws",), "needs design: sobol or latin_hypercube"
        elif design.draws > 1:
            yield ("draws",), "is 1 where sampled_draws lets every sample take a draw"
    if design.design == "list":
        yield from _wrong_list(design)
    else:
        yield from _wrong_samples(design)


def _wrong_factor(design: Design, factor: Range | tuple[Value, ...]) -> Iterator[str]:
    if isinstance(factor, Range):
        if design.design == "grid":
            yield "a grid needs a list of values, as in [0.5, 1.0]; a range is sampled"
        if not factor.low < factor.high:
            yield f"low ({factor.low:g}) must lie below high ({factor.high:g})"
        if factor.scale == "log" and factor.low <= 0:
            yield "a logarithmic range must start above 0"
        if factor.scale == "whole" and factor.low % 1 + factor.high % 1:
            yield "a range of whole numbers needs whole ends"
    elif len({repr(value) for value in factor}) < len(factor):
        yield "a value stands twice"


def _wrong_list(design: Design) -> Iterator[tuple[tuple[str, ...], str]]:
    if not design.points:
        yield ("design",), "a list needs points, as in points: [{name: value}]"
    for group in ("levers", "uncertainties", "samples"):
        if getattr(design, group):
            yield (group,), "a list has points alone; leave this out"
    texts = [repr(sorted(point.items())) for point in design.points]
    for number, text in enumerate(texts):
        if text in texts[:number]:
            earlier = texts.index(text)
            yield ("points", str(number)), f"is the same as point {earlier}"


def _wrong_samples(design: Design) -> Iterator[tuple[tuple[str, ...], str]]:
    if design.points:
        yield ("points",), "points belong to design: list"
    if design.design == "grid":
        if design.samples:
            yield ("samples",), "a grid is not sampled; leave samples out"
        return
    if not design.samples:
        yield ("design",), f"{design.design} needs samples"
    elif design.design == "sobol" and design.samples & (design.samples - 1):
        yield ("samples",), "must be a power of 2, as in 256, for Sobol sequences"
    elif design.samples < FEWEST.get(design.design, 1):
        fewest = FEWEST[design.design]
        yield ("samples",), f"{design.design} cannot be analysed below {fewest} samples"
    ranged = any(isinstance(factor, Range) for factor in design.factors.values())
    if not (ranged or design.sampled_draws):
        yield ("design",), "needs at least one range, as in {low: 0.5, high: 0.85}"
