"""Generated parts of the documents: measures, counts of the evidence, the scoreboard.

What a block says is read from the definitions, the evidence tables and the stored
posterior. Without a posterior the scoreboard says that there is none.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, Final

from calibration.evidence import load_evidence
from calibration.evidence.vocabulary import KINDS
from calibration.observation.targets import Target, load_targets
from calibration.posterior import DRAWS, FOLDER
from calibration.posterior import provenance as stored_provenance
from calibration.priors import free_parameters
from calibration.validation.validate import Coverage, Score, Scoreboard, validate
from experiments.documents.blocks import table
from experiments.documents.parameter_page import parameter_rows
from experiments.measures.definitions import MEASURES
from model.channels import channel_names

NO_POSTERIOR: Final = (
    "No posterior is stored. Parameters are hand-set starting values inside their "
    "priors; read directions and orders of magnitude, not digits."
)
MISSES_NAMED: Final = 3


def measures() -> str:
    """Return the headline measures with unit, definition and what each is not."""
    endings = tuple(f"_{name}" for name in channel_names())
    rows = [
        (f"`{each.name}`", each.unit, each.definition, each.is_not)
        for each in MEASURES
        if not each.name.endswith(endings)
    ]
    return table(("measure", "unit", "definition", "what it is not"), rows)


def evidence_counts() -> str:
    """Return how many rows each evidence table has of each kind."""
    rows = load_evidence().values()
    count = Counter((row.table, row.kind) for row in rows)
    names = sorted({row.table for row in rows})
    cells = [
        (f"`{name}`", *(str(count[name, kind] or "") for kind in KINDS))
        for name in names
    ]
    total = tuple(str(sum(count[name, kind] for name in names)) for kind in KINDS)
    head = ("table", *(kind.replace("_", " ") for kind in KINDS))
    return table(head, [*cells, ("all", *total)])


def parameter_grades() -> str:
    """Return how many parameters rest on which kind of evidence."""
    rows = parameter_rows()
    all_of = Counter(row["grade"] or "none declared" for row in rows)
    fitted = Counter(
        row["grade"] or "none declared" for row in rows if row["prior (median; 90 %)"]
    )
    cells = [
        (grade, str(count), str(fitted[grade] or ""))
        for grade, count in all_of.most_common()
    ]
    return table(("grade", "parameters", "of them fitted"), cells)


def scoreboard_brief() -> str:
    """Return the scoreboard in four lines."""
    if not _has_posterior():
        return NO_POSTERIOR
    found = validate()
    named = ", ".join(f"`{name}`" for name in found.misses[:MISSES_NAMED])
    more = f" (first {named})" if named else ""
    lines = [_coverage_line(each) for each in found.coverage if each.targets]
    lines.append(
        f"- The 90 % band of a year's inflow spans a factor of "
        f"{found.inflow_width_factor:.2f}, that of a year's deaths "
        f"{found.deaths_width_factor:.2f}."
    )
    lines.append(
        f"- Outside their bands: {len(found.misses)} figures{more}; see "
        "[evaluation.md](docs/evaluation.md)."
    )
    return "\n".join(lines)


def scoreboard() -> str:
    """Return every target with what the posterior makes of it."""
    if not _has_posterior():
        return _targets_only()
    rows = [_score_row(each) for each in validate().scores]
    head = ("target", "what", "period", "use", "documented", "simulated",
            "90 % of reports", "z", "inside")  # fmt: skip
    return table(head, rows)


def fit() -> str:
    """Return how the stored posterior was made."""
    size = f"{len(free_parameters())} free parameters"
    uses = Counter(target.use for target in load_targets())
    held = f"{uses['fit']} fitted, {uses['held_out']} held out, {uses['shown']} shown"
    first = f"Targets: {held}. {size}, reporting parameters among them."
    if not _has_posterior():
        return f"{first} {NO_POSTERIOR}"
    known = stored_provenance()
    rows = [(name.replace("_", " "), _plain(value)) for name, value in known.items()]
    return f"{first}\n\n{table(('of the stored posterior', ''), rows)}"


def misses() -> str:
    """Return the targets outside their bands, worst first."""
    if not _has_posterior():
        return NO_POSTERIOR
    found: Scoreboard = validate()
    by_name = {each.target.name: each for each in found.scores}
    if not found.misses:
        return "No fitted or held-out figure lies outside its band."
    return "\n".join(_miss(by_name[name]) for name in found.misses)


def _has_posterior() -> bool:
    return (FOLDER / DRAWS).exists()


def _coverage_line(each: Coverage) -> str:
    use = {"fit": "fitted", "held_out": "held-out"}[each.use]
    return (
        f"- Of {each.targets} {use} figures {each.report:.0%} lie in the 90 % band of "
        f"what their source should have printed ({each.model:.0%} in the band of the "
        f"truth, {each.posterior:.0%} in the spread over draws alone)."
    )


def _score_row(each: Score) -> tuple[str, ...]:
    target = each.target
    if math.isnan(each.median):
        # Its months lie beyond those that the fit runs.
        return (*_target_cells(target), "not run", "-", "-", "-")
    return (
        *_target_cells(target),
        figure(each.median),
        f"{figure(each.report.low)} to {figure(each.report.high)}",
        f"{each.z:+.1f}",
        "yes" if each.inside else "no",
    )


def _targets_only() -> str:
    head = ("target", "what", "period", "use", "documented")
    return table(head, [_target_cells(target) for target in load_targets()])


def _target_cells(target: Target) -> tuple[str, ...]:
    period = f"{target.period_start} to {target.period_end}"
    what = f"{target.quantity} ({target.source})"
    use = target.use.replace("_", " ")
    return (f"`{target.name}`", what, period, use, figure(target.documented))


def _miss(each: Score) -> str:
    target = each.target
    side = "below" if each.z > 0 else "above"
    return (
        f"- `{target.name}`, {target.quantity} ({target.source}): documented "
        f"{figure(target.documented)}, simulated {figure(each.median)}, {side} by "
        f"{abs(each.z):.1f} errors ({target.use.replace('_', ' ')}). {target.basis}"
    )


def figure(value: float) -> str:
    """Return a figure in three digits, large ones with a unit in words.

    >>> figure(354000.0), figure(0.7), figure(1.675e12)
    ('354,000', '0.7', '1.68 trillion')
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion")):
        if abs(value) >= size:
            return f"{value / size:.3g} {word}"
    if abs(value) >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
