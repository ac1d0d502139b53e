"""What a scenario does against its base, or by itself: the same for screen and page.

A sentence states a median, the range that holds 90 % of the paired draws and in how
many draws the sign is the same. A sign that holds in fewer than nine draws of ten is
said to be open, and a base that nothing in the scenario touches is said to be that.
A scenario by itself is held against what was documented: levels of the last twelve
months of the run beside those of the last documented year, draw by draw.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from experiments.comparisons.comparison import Comparison
from experiments.figures.words import bare, number, quantity, roubles, span, titled
from experiments.measures import described
from experiments.measures.arithmetic import Floats, quantiles
from experiments.measures.effects import CERTAIN, MEN, agreement
from experiments.report.cards import DOCUMENTED
from model.fields.months import format_month

NOTHING: Final = (
    "“{title}” changes nothing: every month of every draw is the same as under"
    " “{base}”, so nothing that it sets is read (`muster check` says why)."
)

SHOWN: Final = (
    "inflow_persons_per_month",
    "permanent_losses_persons_per_month",
    "replacement_ratio",
    "force_in_theatre_persons",
    "mean_signing_bonus_rub",
    "bonus_bill_rub",
    "manpower_bill_rub",
    "manpower_bill_share_of_federal_spending",
    "regions_above_5_percent",
    "killed_persons",
)
"""Levels that the brief shows, where the run has both years."""
_SHARE: Final = "manpower_bill_share_of_federal_spending"

FEWEST: Final = 20
"""Draws from which on a twentieth of them, what a 90 % band leaves out on each side, is
one."""


def answers(found: Comparison, label: str, *, named: bool = True) -> list[str]:
    """Return what one scenario does: men, money, price of a man, force, what gives.

    Args:
        found: the comparison.
        label: one of its scenarios, not the base.
        named: whether both are called by their titles; else, where these stand above,
            the scenario and the base.
    """
    title, base = found.titles[label], found.titles[found.base]
    if found.windows[label] is None:
        return [NOTHING.format(title=title, base=base)]
    rows = {row["effect"]: row for row in found.effect_rows(label)}
    this, than = (f"“{title}”", f"“{base}”") if named else ("this", "the base")
    made = [
        f"Over {found.window_words(label)}, {this} brings {_men(rows[MEN])} than {than}"
        f"{certainty(rows[MEN])}.",
        _money(rows),
        *(_phase(of) for of in found.phase_rows(label)),
        _force(rows),
        *break_sentences(found, label),
    ]
    return [sentence for sentence in made if sentence]


def bands_doubt(found: Comparison) -> list[str]:
    """Warn where no draw can lie outside a band that leaves out a tenth of them."""
    draws = found.measures["draw"].nunique()
    if draws >= FEWEST:
        return []
    return [
        f"{draws} draws make rough bands: a twentieth of them is to lie beyond each"
        f" end, which takes {FEWEST} or more (--draws)."
    ]


def _phase(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say what one part of a scenario brings and costs, cheapest words first."""
    of = {row["effect"]: row for row in rows}
    price = of["cost_per_extra_man_rub"]
    men, bill = of[MEN], of["recruiting_bill_gained_rub"]
    verb = "more" if bill["value"] >= 0 else "less"
    said = (
        f"Of this {men['window']}: {_men(men)}{certainty(men)}, for"
        f" {roubles(abs(bill['value']))} {verb}"
    )
    if not math.isfinite(price["value"]):
        return f"{said}."
    each = "each extra man" if men["sign"] > 0 else "each man forgone"
    return f"{said}, {roubles(price['value'])} ({_range(price, roubles)}) for {each}."


def _men(row: Mapping[str, Any]) -> str:
    more = "more men" if row["value"] >= 0 else "fewer men"
    return f"{number(abs(row['value']))} {more} ({_range(row, number)})"


def _money(rows: Mapping[str, Mapping[str, Any]]) -> str:
    bill, price = rows["recruiting_bill_gained_rub"], rows["cost_per_extra_man_rub"]
    verb = "adds" if bill["value"] >= 0 else "saves"
    said = (
        f"It {verb} {roubles(abs(bill['value']))} of bonuses and recruiting"
        f" ({_range(bill, roubles)}){certainty(bill)}"
    )
    men = rows[MEN]
    if is_certain(men) and is_certain(bill) and math.isfinite(price["value"]):
        of = "each extra man" if men["value"] > 0 else "each man forgone"
        return f"{said}, {roubles(price['value'])} for {of}."
    if is_certain(men) and is_certain(bill) and men["sign"] != bill["sign"]:
        way = "more men for less" if men["sign"] > 0 else "fewer men for more"
        return f"{said}: {way} money, so no price of a man can be named."
    return f"{said}."


def _force(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Say what the force is after the longest time that the run still covers."""
    for months in (24, 12, 6):
        row = rows[f"theatre_after_{months}_months_persons"]
        if math.isfinite(row["value"]):
            way = "larger" if row["value"] >= 0 else "smaller"
            return (
                f"After {months} months the force in theatre is"
                f" {number(abs(row['value']))} men {way}"
                f" ({_range(row, number)}){certainty(row)}."
            )
    return ""


def verdict(holds: np.ndarray[Any, np.dtype[np.bool_]], yes: str, no: str) -> str:
    """Say what holds in most draws, and in how many.

    Args:
        holds: whether it holds, by draw.
        yes: words where it does.
        no: words where it does not.
    """
    share = float(np.mean(holds))
    said, of = (yes, share) if share >= 0.5 else (no, 1 - share)
    return f"in {100 * of:.0f} % of {len(holds)} draws {said}"


def break_sentences(found: Comparison, label: str) -> list[str]:
    """Say in how many draws force and bill give; in one sentence where neither does."""
    both = [*found.breaks[label], *found.breaks[found.base]]
    if any(each.lasting_share or each.passing_share for each in both):
        return [break_sentence(found, label, at) for at in range(2)]
    as_base = "" if label == found.base else ", here as in the base"
    return [
        "In no draw does the force fall below need or the bill rise above its cap"
        f"{as_base}."
    ]


def break_sentence(found: Comparison, label: str, at: int) -> str:
    """Say in how many draws force (0) or bill (1) gives for good, and in the base."""
    this, base = found.breaks[label][at], found.breaks[found.base][at]
    what = {
        "force": "The force stays below need",
        "bill": "The bill stays above its cap",
    }[this.kind]
    said = f"{what} in {100 * this.lasting_share:.0f} % of draws"
    if label != found.base:
        said += f" (base: {100 * base.lasting_share:.0f} %)"
    if math.isfinite(this.median_month):
        time = found.resolved[label].scenario.time
        month = time.first + time.history_months + round(this.median_month) - 1
        said += f", at the median from {format_month(month)} on"
    if this.passing_share:
        said += f", and in passing in another {100 * this.passing_share:.0f} %"
    return f"{said}."


def is_certain(row: Mapping[str, Any]) -> bool:
    """Say whether the sign of an effect holds in nine draws of ten."""
    return bool(row["sign"]) and row["p_sign"] >= CERTAIN


def certainty(row: Mapping[str, Any]) -> str:
    """Write in how many draws the sign of an effect holds."""
    if not row["sign"]:
        return ", the same in every draw"
    share = f"{100 * row['p_sign']:.0f} % of {row['draws']} draws"
    return f"; sign held by {share}" if is_certain(row) else f"; sign open ({share})"


def _range(row: Mapping[str, Any], write: Any) -> str:
    def signed(value: float) -> str:
        return f"+{write(value)}" if value > 0 else str(write(value))

    return f"90 % of draws: {span(signed(row['low']), signed(row['high']))}"


def effect_cells(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    """Return title, value, range, P(sign) and window of an effect, as shown."""
    unit = row["unit"]
    low, high = (bare(row[end], unit) for end in ("low", "high"))
    title, value = titled(row["title"], unit), bare(row["value"], unit)
    return title, value, span(low, high), sign_cell(row), row["window"]


def sign_cell(row: Mapping[str, Any]) -> str:
    """Write the direction of an effect and the share of draws that hold it."""
    arrow = {1: "+", -1: "−", 0: "="}[row["sign"]]
    share = row["p_sign"]
    untold = not row["sign"] or math.isnan(share)
    return arrow if untold else f"{arrow} {100 * share:.0f} %"


def own_answers(found: Comparison) -> list[str]:
    """Answer a scenario's own question in sentences: men, money, what gives."""
    came, went = (
        _values(found, f"{name}_persons_per_month")
        for name in ("inflow", "permanent_losses")
    )
    paid = _banded(_values(found, "mean_signing_bonus_rub"), "RUB")
    time = found.resolved[found.base].scenario.time
    first = format_month(time.first + max(0, time.months - 12))
    covers = verdict(came >= went, "cover", "do not cover")
    made = [
        f"From {first} to {time.until}, {_banded(came, 'persons')} a month come under"
        f" arms, by whichever channel, and {covers} the"
        f" {_banded(went, 'persons')} a month who are lost for good.",
        f"A volunteer is paid {paid} for signing; the manpower bill of the twelve"
        " months comes to"
        f" {_banded(_values(found, 'manpower_bill_rub'), 'RUB')},"
        f" {_banded(_values(found, _SHARE), 'share')} of federal spending.",
        _change(found),
        *break_sentences(found, found.base),
    ]
    return [sentence for sentence in made if sentence]


def own_rows(found: Comparison) -> Iterator[tuple[dict[str, Any], float, float]]:
    """Yield a row of each level: change since the documented year, then both levels."""
    for name in SHOWN:
        now, then = _values(found, name), _values(found, f"{name}{DOCUMENTED}")
        if not len(now) or len(now) != len(then):
            continue
        measure, _ = described(name)
        low, middle, high = quantiles(now - then).tolist()
        share, sign = agreement(now - then)
        row = {"title": measure.title, "unit": measure.unit, "value": middle,
               "low": low, "high": high, "p_sign": share, "sign": sign,
               "draws": len(now)}  # fmt: skip
        yield row, float(np.median(then)), float(np.median(now))


def _change(found: Comparison) -> str:
    """Say how the force in theatre moves from the documented year on."""
    name = "force_in_theatre_persons"
    now, then = _values(found, name), _values(found, f"{name}{DOCUMENTED}")
    if not len(now) or len(now) != len(then):
        return ""
    low, middle, high = quantiles(now - then).tolist()
    share, sign = agreement(now - then)
    row = {"p_sign": share, "sign": sign, "draws": len(now)}
    way = "more" if middle >= 0 else "fewer"
    return (
        f"At the end {_banded(now, 'persons')} stand in the theatre,"
        f" {number(abs(middle))} {way} than at the end of the documented year"
        f" ({span(number(low), number(high))}){certainty(row)}."
    )


def _values(found: Comparison, measure: str) -> Floats:
    """Return a measure in every draw that has it, (D,)."""
    rows = found.measures[found.measures["measure"] == measure]
    values: Floats = rows["value"].to_numpy(float)
    return values[np.isfinite(values)]


def _banded(values: Floats, unit: str) -> str:
    if not len(values):
        return "not defined"
    low, middle, high = (quantity(each, unit) for each in quantiles(values).tolist())
    return f"{middle} ({span(low, high)})"
