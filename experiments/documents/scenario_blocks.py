"""What the shipped scenarios do, from their stored expected summaries.

Every scenario is set beside the baseline draw by draw, on common random numbers, over
the year from the month in which anything first differs: measured years after the shock,
on a ratio that tends to one, most of them would seem to do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.documents.blocks import table
from experiments.documents.expected import BASELINE, stored
from experiments.figures.words import scaled, span
from experiments.measures.arithmetic import band
from experiments.measures.effects import BY_NAME, CERTAIN, MEN, agreement, has_price
from scenarios import load_scenario, packaged_names

Floats = NDArray[np.float64]
Summary = Mapping[str, Any]

CUTS: Final = "regional_cuts"
SHOWN: Final = (
    MEN,
    "recruiting_bill_gained_rub",
    "cost_per_extra_man_rub",
    "theatre_after_12_months_persons",
    "losses_gained_persons",
    "foreigners_gained_persons",
    "deceived_gained_persons",
)


def shipped_scenarios() -> str:
    """Return every shipped scenario's effects: median, range, share that hold the sign.

    An effect whose sign holds in nine draws of ten stands in bold; one that is the same
    in every draw is a dash.
    """
    names = [name for name in packaged_names() if name != BASELINE]
    heads = (f"{BY_NAME[e].title.lower()}, {BY_NAME[e].unit}" for e in SHOWN)
    head = ("scenario", "what changes", "months", *heads)
    return table(head, [_row(name, stored(name)) for name in names])


def shipped_certainty() -> str:
    """Say how many shipped scenarios have an effect whose sign is certain."""
    names = [name for name in packaged_names() if name != BASELINE]
    certain = [name for name in names if _first_certain(stored(name))]
    open_ = ", ".join(f"`{name}`" for name in names if name not in certain) or "none"
    draws = " or ".join(str(d) for d in sorted({stored(n)["draws"] for n in names}))
    return (
        f"Of {len(names)} scenarios {len(certain)} have at least one effect whose sign"
        f" holds in 90 % of {draws} draws; without one: {open_}."
    )


def shipped_answers() -> str:
    """Return one sentence a scenario: its most telling certain effect, or why none.

    The first effect whose sign is certain speaks, those of the table before others;
    where none is, a null is told with its band, which is what can be excluded.
    """
    names = [name for name in packaged_names() if name != BASELINE]
    return "\n".join(f"- {_told(name, stored(name))}" for name in names)


def answer_on_cuts() -> str:
    """Answer the first of the minister's questions from the stored summary."""
    found = stored(CUTS)
    told = "; ".join(
        f"{_said(effect, _values(found, effect))}, sign held by {100 * share:.0f} %"
        for effect in (*SHOWN[:4], "regional_bill_gained_rub")
        if effect in found["effects"]
        for share, sign in (agreement(_values(found, effect)),)
        if sign
    )
    return (
        f"Over {found['window']}, against the baseline, in {found['draws']} draws"
        f" (in parentheses 90 % of them): {told}."
    )


def _told(name: str, found: Summary) -> str:
    title = load_scenario(name).scenario.title
    if found["window"] is None:
        return (
            f"`{name}` ({title}): nothing differs from the baseline in any month of any"
            " draw, so what it sets is not read under the rules of the baseline."
        )
    if effect := _first_certain(found):
        certain = _said(effect, _values(found, effect))
        return f"`{name}` ({title}): {certain}, sign certain."
    said = _said(SHOWN[0], _values(found, SHOWN[0]))
    return (
        f"`{name}` ({title}): no sign is certain over {found['window']}. That is a"
        f" finding: {said}; larger effects either way are excluded at 90 %."
    )


def _said(effect: str, values: Floats) -> str:
    at, of = band(values[np.isfinite(values)]), BY_NAME[effect]
    return (
        f"{of.title[0].lower()}{of.title[1:]} {scaled(at.median)} {of.unit}"
        f" ({span(scaled(at.low), scaled(at.high))})"
    )


def _first_certain(found: Summary) -> str | None:
    """Return the first effect whose sign is certain, those of the table first."""
    effects: Mapping[str, Any] = found["effects"]
    others = [effect for effect in effects if effect not in SHOWN]
    for effect in (*SHOWN, *others):
        if effect in effects:
            share, sign = agreement(_values(found, effect))
            if sign and share >= CERTAIN:
                return effect
    return None


def _row(name: str, found: Summary) -> tuple[str, ...]:
    changes = load_scenario(name).scenario.changes
    cells = (_cell(found, effect) for effect in SHOWN)
    return (
        f"`{name}`",
        "; ".join(changes),
        found["window"] or "nothing differs",
        *cells,
    )


def _cell(found: Summary, effect: str) -> str:
    if effect not in found["effects"]:
        return "-"
    values = _values(found, effect)
    known = values[np.isfinite(values)]
    share, sign = agreement(values)
    if not sign or not len(known):
        return "-"
    at = band(known)
    middle = scaled(at.median)
    told = f"**{middle}**" if share >= CERTAIN else middle
    return f"{told} ({span(scaled(at.low), scaled(at.high))}; {100 * share:.0f} %)"


def _values(found: Summary, effect: str) -> Floats:
    """Return an effect by draw; nothing but nan for a price that may not be told."""
    stored_values = found["effects"][effect]
    values = np.array([np.nan if v is None else v for v in stored_values], float)
    if BY_NAME[effect].price and not has_price(_values(found, MEN), values):
        return np.full_like(values, np.nan)
    return values
