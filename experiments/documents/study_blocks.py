"""Generated parts of the evaluation: elasticities, ridges, and the stored studies.

The first two are read from the stored posterior, the others from the studies that
`muster validate --studies` leaves beside it; without them a block says so.
"""

from __future__ import annotations

import math
from typing import Final

from calibration.validation.elasticities import implied_elasticities, literature
from calibration.validation.poverty import documented_correlations, kept
from calibration.validation.ridges import correlations, learned, ridges
from calibration.validation.studies import Studies, load_studies
from calibration.validation.validate import Band
from experiments.documents.blocks import table

NO_STUDIES: Final = (
    "Not stored for this posterior; `muster validate --studies` makes it."
)
LISTED: Final = 12


def elasticities() -> str:
    """Return the implied elasticities, and those of the literature beside them."""
    implied = [
        (f"implied, {each.kind.replace('_', ' ')}, {each.year}",
         f"{each.median:.2f}", _range(each.band), "this posterior")
        for each in implied_elasticities()
    ]  # fmt: skip
    found = [
        (f"{row.quantity.replace('_', ' ')}, {row.geography}", f"{row.value:.2g}",
         _stated(row.low, row.high),
         f"`{row.id}`, {row.kind.replace('_', ' ')}")
        for row in literature()
    ]  # fmt: skip
    return table(("elasticity", "value", "range", "source"), [*implied, *found])


def informed() -> str:
    """Return the parameters that the figures say most about."""
    rows = [
        (f"`{each.parameter}`", f"{each.prior_median:.3g}", f"{each.median:.3g}",
         f"{each.band.low:.3g} to {each.band.high:.3g}", f"{each.spread_ratio:.2f}")
        for each in learned()[:LISTED]
    ]  # fmt: skip
    head = ("parameter", "prior", "posterior", "90 %", "spread over prior's")
    return table(head, rows)


def ridge_pairs() -> str:
    """Return the pairs of parameters that the figures leave moving together."""
    rows = [
        (f"`{each.first}`", f"`{each.second}`", f"{each.correlation:+.2f}")
        for each in ridges()[:LISTED]
    ]
    return table(("one", "other", "correlation"), rows)


BALANCE: Final = {
    "return share": "force.return_share",
    "limited duty": "force.limited_duty_share",
    "posting to 2024": "force.rear_share.volunteer_contract_to_2024",
    "posting from 2025": "force.rear_share.volunteer_contract_from_2025",
    "release": "force.release_hazard_per_month",
    "discharge": "force.discharge_hazard_per_month",
    "re-signing": "force.re_signing.hazard_to_2023_per_month",
    "force at the start": "force.initial_force",
    "bias of the claim": "force.claim_bias",
    "wounded per killed": "force.wounded_per_killed",
}
"""What the manpower balance sees together, as the page calls it."""


def balance() -> str:
    """Return how the parameters of the manpower balance move together."""
    found = correlations(tuple(BALANCE.values()))
    rows = [
        (
            label,
            *(f"{value:+.2f}" for value in row[: at + 1]),
            *[""] * (len(row) - at - 1),
        )
        for at, (label, row) in enumerate(zip(BALANCE, found, strict=True))
    ]
    return table(("", *BALANCE), rows)


def poverty() -> str:
    """Return the rank correlations without and with a coefficient, and the choice."""
    found = load_studies()
    if found is None:
        return NO_STUDIES
    rows = [
        (each.variant.replace("_", " "), f"{each.signed:.2f}",
         _range(each.signed_band), f"{each.killed:.2f}", _range(each.killed_band),
         f"{each.killed_early:.2f}")
        for each in found.gradients
    ]  # fmt: skip
    head = ("variant", "signers", "90 %", "dead", "90 %", "dead to April 2023")
    choice, reason = kept(found.gradients)
    known = ", ".join(
        f"{name.replace('_', ' ')} {value:+.2f}"
        for name, value in documented_correlations().items()
    )
    return (
        f"{table(head, rows)}\n\nKept: `{choice}`. {reason} The documented rates "
        f"themselves correlate with what regions are like as follows: {known}."
    )


def region_table() -> str:
    """Return signers and dead per 10,000 men of every region, beside the documents."""
    found = load_studies()
    if found is None:
        return NO_STUDIES
    rows = [
        (each.iso, _rate(each.documented), _rate(each.documented_late),
         _rate(each.signed), _rate(each.killed))
        for each in found.region_rates
    ]  # fmt: skip
    head = ("region", "named dead to 2023-04", "named dead to 2025-05",
            "simulated signers", "simulated dead")  # fmt: skip
    return table(head, rows)


def regional_responses() -> str:
    """Return how well each regional rule predicts a region from the others."""
    found = load_studies()
    if found is None:
        return NO_STUDIES
    rows = [
        (each.rule.replace("_", " "), str(len(each.regions)),
         f"{each.mean_log_error:+.2f}", f"{each.log_error_sd:.2f}",
         f"{each.coverage:.0%}")
        for each in found.regional_responses
    ]  # fmt: skip
    head = ("rule", "regions", "mean log error", "spread", "inside 90 %")
    return table(head, rows)


def rivals() -> str:
    """Return how well each rival explanation predicts."""
    found = load_studies()
    if found is None:
        return NO_STUDIES
    rows = [
        (each.variant, f"{each.fit:.3f}", f"{each.held_out:.3f}",
         f"{each.held_out_reweighted:.3f}", f"{each.contracts_2025h1:,.0f}",
         f"{each.contracts_2025h1_band.low:,.0f} to "
         f"{each.contracts_2025h1_band.high:,.0f}")
        for each in found.rivals
    ]  # fmt: skip
    head = ("variant", "fit", "held out", "held out, reweighted",
            "contracts 2025H1", "90 %")  # fmt: skip
    return table(head, rows)


def planted() -> str:
    """Return what the fit made of elasticities that were planted."""
    found = load_studies()
    if found is None:
        return NO_STUDIES
    rows = [
        (f"{each.elasticity:.2f}", f"{each.median:.2f}", _range(each.band),
         "yes" if each.recovered else "no")
        for each in found.planted
    ]  # fmt: skip
    return table(("planted", "median", "90 %", "inside"), rows)


def grades() -> str:
    """Return what part of each headline measure's spread rests on assumptions."""
    found = load_studies()
    if found is None:
        return NO_STUDIES
    return grade_table(found)


def grade_table(found: Studies) -> str:
    """Return the grades of measures that vary over draws."""
    rows = [
        (f"`{each.measure}`", f"{each.assumption_share:.0%}",
         f"{each.explained_share:.0%}",
         ", ".join(f"`{name}`" for name in each.leading))
        for each in found.grades
        if not math.isnan(each.assumption_share)
    ]  # fmt: skip
    head = ("measure", "on assumptions", "explained", "moved most by")
    return table(head, rows)


def _range(band: Band) -> str:
    return f"{band.low:.2f} to {band.high:.2f}"


def _stated(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.2g} to {high:.2g}"


def _rate(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.1f}"
