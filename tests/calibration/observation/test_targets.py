import fnmatch
from calendar import monthrange

import pytest

from calibration.evidence import load_evidence
from calibration.observation.sources import OBSERVERS
from calibration.observation.targets import (
    LAST_IN_SAMPLE,
    OBSERVABLE,
    Target,
    fitted,
    load_targets,
    unexplained,
    untargeted,
)
from model.fields.months import parse_month

TARGETS = load_targets()
NAMES = [target.name for target in TARGETS]


def test_no_documented_figure_is_dropped_without_a_written_reason() -> None:
    assert unexplained() == []


def test_every_reason_explains_something() -> None:
    ids = [r.id for r in load_evidence().values() if r.quantity in OBSERVABLE]
    idle = [p for p in untargeted() if not any(fnmatch.fnmatch(i, p) for i in ids)]
    assert idle == []


def test_targets_shown_without_weight_say_why() -> None:
    assert all(len(t.basis) > 20 for t in TARGETS if t.use == "shown")


def test_names_are_unique() -> None:
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_a_target_names_its_source_its_error_and_a_known_observer(
    target: Target,
) -> None:
    assert target.evidence
    assert set(target.evidence) <= set(load_evidence())
    assert target.observer in OBSERVERS
    assert target.sd > 0
    assert target.discrepancy > 0
    assert target.first <= target.last


def test_outcomes_to_september_2025_are_fitted_and_none_later() -> None:
    assert LAST_IN_SAMPLE == "2025-09"
    assert all(target.in_sample for target in fitted(TARGETS))
    assert not [target for target in TARGETS if target.use == "held_out"]
    assert sum(target.last > parse_month("2024-12") for target in fitted(TARGETS)) > 20


def test_quarters_of_the_general_staff_are_daily_averages_times_days() -> None:
    evidence = load_evidence()
    for target in TARGETS:
        if target.observer == "staff_claim":
            rows = [evidence[row_id] for row_id in target.evidence]
            starts = [row.period_start for row in rows]
            days = [monthrange(start.year, start.month)[1] for start in starts]
            counted = sum(r.value * d for r, d in zip(rows, days, strict=True))
            assert target.documented == pytest.approx(counted, abs=1)


@pytest.mark.parametrize(
    "target",
    [t for t in TARGETS if len(t.evidence) == 1 and t.scale == "log"],
    ids=lambda target: target.name,
)
def test_a_target_from_one_row_agrees_with_it_or_says_how_it_follows(
    target: Target,
) -> None:
    row = load_evidence()[target.evidence[0]]
    scale = 1e9 if row.unit == "RUB_bn" else 1.0
    low = scale * (row.value if row.low is None else row.low)
    high = scale * (row.value if row.high is None else row.high)
    agrees = 0.99 * low <= target.documented <= 1.01 * high
    assert agrees or any(word.isdigit() or "thousand" in word or "less" in word
                         for word in target.basis.split())  # fmt: skip


def test_logarithms_of_nobody_are_finite_and_shares_keep_their_size() -> None:
    by_name = {target.name: target for target in TARGETS}
    assert by_name["cn_2023"].transform(0.0) < by_name["cn_2023"].transform(1.0)
    deaths = by_name["convict_deaths"]
    assert deaths.inverse_transform(deaths.transform(0.2)) == pytest.approx(0.2)
    low, high = by_name["killed_2023"].range
    assert low < 50_000 < high
