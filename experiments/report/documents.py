"""Documented against simulated: every observation the run can be held to.

A simulated figure is what the source would have reported of the simulated truth (see
the observation layer), so like is compared with like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from experiments.figures.parts import (
    Chart,
    Column,
    Part,
    Section,
    Table,
    csv_text,
    section,
)
from experiments.figures.run_folder import RunFolder
from experiments.figures.style import (
    BLUE,
    FAINT,
    INK,
    VERMILION,
    drawing,
    fitted,
    panel,
    to_png,
    to_svg,
)
from experiments.figures.words import CHANNELS, name, number, quantity
from experiments.measures.arithmetic import Band, band
from experiments.report.yearly import cell

Row = Mapping[str, Any]
_KEY: Final = ["source", "quantity", "period_start", "period_end"]
_FACT: Final = ["documented", "low", "high", "unit"]
_OPTIONAL: Final = ("name", "evidence", "use", "basis")
_USES: Final = {
    "fit": "fitted",
    "held_out": "held out of the fit",
    "shown": "shown only",
}
_REACH: Final = 10.0
_MOST_ROWS: Final = 18
AGREES: Final = (
    "A dot is filled where the band of 90 % of draws meets the documented range (or "
    "the figure itself where no range is given), hollow where it misses."
)


@dataclass(frozen=True, slots=True)
class Observation:
    """One documented figure and its simulated counterpart."""

    source: str
    quantity: str
    start: str
    end: str
    documented: float
    low: float
    high: float
    unit: str
    simulated: Band
    use: str
    """`fit`, `held_out` or `shown`; empty if the run does not say."""
    evidence: Row
    note: str

    @property
    def agrees(self) -> bool:
        """Whether the simulated band meets the documented range."""
        return self.simulated.low <= self.high and self.low <= self.simulated.high

    @property
    def ratio(self) -> float:
        """Simulated median over documented."""
        if not self.documented:
            return float("nan")
        return self.simulated.median / self.documented

    @property
    def group(self) -> str:
        """Quantity, with channel and place where they are not the whole."""
        said = name(self.quantity)
        if self.source != self.evidence.get("id"):
            return f"{said}: {self.source}"
        channel = str(self.evidence.get("channel", ""))
        if channel in CHANNELS:
            said += f", {CHANNELS[channel].lower()}"
        place = str(self.evidence.get("geography", "RU"))
        return said if place == "RU" else f"{said} ({place})"


def documents_section(run: RunFolder, evidence: Mapping[str, Row]) -> Section:
    """Build the section; `evidence` maps ids to rows."""

    def with_evidence(part: Any) -> Part:
        return lambda of: part(observations(of, evidence), of)

    return section(
        "documents",
        "Documented against simulated",
        "Each documented figure beside what its source would have reported of the "
        "simulated truth: payments with their lag, lists of named dead with their "
        "gaps, claims with their bias.",
        run,
        tuple(map(with_evidence, (_score, _channel_table, _full_table))),
    )


def observations(run: RunFolder, evidence: Mapping[str, Row]) -> list[Observation]:
    """Return all observations in order of quantity and period."""
    known = [column for column in _OPTIONAL if column in run.columns("observed")]
    rows = run.rows("observed", [*_KEY, *_FACT, "draw", "simulated", *known])
    for day in ("period_start", "period_end"):
        rows[day] = rows[day].astype(str).str.slice(0, 10)
    keys = ["quantity", "source", "period_start", "period_end"]
    grouped = rows.groupby([*keys, "name"] if "name" in known else keys)
    return [_observation(part, evidence) for _, part in grouped]


def _observation(part: pd.DataFrame, evidence: Mapping[str, Row]) -> Observation:
    first = part.iloc[0]
    documented = float(first["documented"])
    low, high = (
        documented if pd.isna(first[edge]) else float(first[edge])
        for edge in ("low", "high")
    )
    cited = [str(first["source"]), *str(first.get("evidence") or "").split()]
    row = next((evidence[one] for one in cited if one in evidence), {})
    return Observation(
        str(first["source"]),
        str(first["quantity"]),
        str(first["period_start"]),
        str(first["period_end"]),
        documented,
        min(low, documented),
        max(high, documented),
        str(first["unit"]),
        band(part["simulated"].to_numpy(float)),
        str(first.get("use") or ""),
        row,
        str(first.get("basis") or row.get("note") or ""),
    )


def _score(found: Sequence[Observation], run: RunFolder) -> Iterator[Chart]:
    groups: dict[str, list[Observation]] = {}
    for one in found:
        if 0 < one.ratio < float("inf"):
            groups.setdefault(one.group, []).append(one)
    agreeing = sum(one.agrees for one in found)
    told = (
        f"Median over draws of the simulated figure over the documented one. {AGREES}"
        f" Squares were held out of the fit. {agreeing} of {len(found)} meet."
        f" Ratios beyond a factor of {_REACH:g} stand at the edge."
    )
    names = list(groups)
    parts = np.array_split(names, -(-len(names) // _MOST_ROWS)) if names else []
    for number_, part in enumerate(parts, 1):
        title = "Simulated over documented"
        title += f", {number_} of {len(parts)}" if len(parts) > 1 else ""
        shown = {str(name_): groups[str(name_)] for name_ in part}
        yield _score_chart(f"documents-ratio-{number_}", title, shown, told)
        told = "As above."


def _score_chart(
    slug: str, title: str, groups: Mapping[str, Sequence[Observation]], caption: str
) -> Chart:
    alt = f"{title}, one dot for each documented figure, 1 is exact. " + " ".join(
        f"{group}: median ratio {number(float(np.median([o.ratio for o in ones])))}"
        f" over {len(ones)}, {sum(o.agrees for o in ones)} of them met."
        for group, ones in groups.items()
    )
    with drawing():
        figure, axes = panel(4.4, 0.95 + 0.27 * max(len(groups), 1))
        _draw_score(axes, groups)
        svg, png = to_svg(figure, slug, title, alt), to_png(figure)
    data = csv_text(
        ("quantity", "source", "start", "end", "documented", "low", "high", "simulated",
         "simulated_low", "simulated_high", "unit", "use"),
        ((group, o.source, o.start, o.end, o.documented, o.low, o.high,
          o.simulated.median, o.simulated.low, o.simulated.high, o.unit, o.use)
         for group, ones in groups.items() for o in ones),
    )  # fmt: skip
    return Chart(slug, title, alt, svg, caption, png=png, csv=data)


def _draw_score(axes: Axes, groups: Mapping[str, Sequence[Observation]]) -> None:
    axes.set_xscale("log")
    axes.axvspan(1 / 1.25, 1.25, color=FAINT, alpha=0.22, linewidth=0)
    axes.axvline(1, color=INK, linewidth=0.8)
    for row, ones in enumerate(groups.values()):
        for one in ones:
            at = np.clip(one.ratio, 1 / _REACH, _REACH)
            shape = "s" if one.use == "held_out" else "o"
            axes.plot(
                at, row, shape, markersize=5.5,
                markerfacecolor=BLUE if one.agrees else "#ffffff",
                markeredgecolor=BLUE if one.agrees else VERMILION,
                markeredgewidth=1.1, alpha=0.85, clip_on=False,
            )  # fmt: skip
    labels = [fitted(_broken(group), 34) for group in groups]
    axes.set_yticks(range(len(groups)), labels)
    axes.tick_params(axis="y", labelsize=8)
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.set_xlim(1 / _REACH, _REACH)
    axes.set_xticks([0.1, 0.25, 0.5, 1, 2, 4, 10])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("ratio (grey: within 25 %)")


def _channel_table(found: Sequence[Observation], run: RunFolder) -> Iterator[Table]:
    rows: list[tuple[str, ...]] = []
    for channel, said in CHANNELS.items():
        ones = [one for one in found if one.evidence.get("channel") == channel]
        rows += [(said, *_cells(one), one.note) for one in ones]
        if not ones and channel != "regular":
            rows.append((said, *[""] * 5, "No document of this channel is compared."))
    yield Table(
        "Channels: documented and simulated, with what the source says of its figure",
        (
            Column("Channel", numeric=False),
            *_COLUMNS,
            Column("Note", numeric=False),
        ),
        tuple(rows),
        folded=True,
    )


def _full_table(found: Sequence[Observation], run: RunFolder) -> Iterator[Table]:
    rows = tuple(
        (
            one.group,
            *_cells(one),
            "meets" if one.agrees else "misses",
            _USES.get(one.use, one.use),
        )
        for one in found
    )
    yield Table(
        "All documented figures and their simulated counterparts",
        (
            Column("Quantity", numeric=False),
            *_COLUMNS,
            Column("Simulated band", "against documented range", numeric=False),
            Column("Use", "in calibration", numeric=False),
        ),
        rows,
        folded=True,
    )


_COLUMNS: Final = (
    Column("Period", numeric=False),
    Column("Source", numeric=False),
    Column("Documented", "value, range"),
    Column("Simulated", "median, 90 % of draws"),
    Column("Ratio", "simulated over documented"),
)


def _cells(one: Observation) -> list[str]:
    documented = quantity(one.documented, one.unit)
    if one.low < one.high:
        documented += f" ({number(one.low)} to {number(one.high)})"
    return [
        one.start if one.start == one.end else f"{one.start} to {one.end}",
        one.source,
        documented,
        cell(one.simulated, lambda value: quantity(value, one.unit)),
        number(one.ratio, 2),
    ]


def _broken(label: str, width: int = 34) -> str:
    """Break a long label near its middle."""
    if len(label) <= width:
        return label
    spaces = [i for i, c in enumerate(label) if c == " "] or [width]
    at = min(spaces, key=lambda i: abs(i - len(label) / 2))
    return f"{label[:at]}\n{label[at + 1 :]}"
