from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.observation.targets import load_targets
from calibration.posterior.forward import load_forward
from calibration.validation.claim_quantities import QUANTITIES, TO_DATE
from calibration.validation.observables import LEVELS, NATIONAL, observables
from calibration.validation.worth import (
    best_of_series,
    chance_share,
    dropped,
    narrowing,
    nested,
    worth,
)
from model.errors import StorageError
from model.fields.months import parse_month

N = 2_000


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_narrowing_is_that_of_normal_theory(rng: np.random.Generator) -> None:
    """Var(m) = 2, Cov(m, x) = 1, Var(x) = 1, s = 0.5: 1 / (2 * 1.25) = 0.4."""
    x = rng.standard_normal((N, 1))
    m = x[:, 0] + rng.standard_normal(N)
    found = narrowing(m, x, np.array([0.5]), np.arange(N))
    assert found.share[0] == pytest.approx(0.4, abs=3 * found.error[0])
    assert 0.005 < found.error[0] < 0.03
    assert nested(m, x[:, 0], 0.5, np.arange(N)) == pytest.approx(
        found.share[0], abs=0.02
    )


def test_a_document_that_says_nothing_is_worth_nothing(
    rng: np.random.Generator,
) -> None:
    x = rng.standard_normal((60, 200))
    found = narrowing(rng.standard_normal(60), x, np.full(200, 0.1), np.arange(60))
    raw = np.square(np.asarray(np.corrcoef(x, rowvar=False))[0, 1:])
    assert raw.mean() > 0.012
    assert np.median(found.share) < 0.005
    assert np.mean(found.share > 2 * found.error) < 0.05


def test_a_larger_error_of_the_source_narrows_less(rng: np.random.Generator) -> None:
    x = rng.standard_normal((N, 1)) @ np.ones((1, 3))
    m = x[:, 0]
    found = narrowing(m, x, np.array([0.01, 1.0, 3.0]), np.arange(N))
    assert found.share == pytest.approx([1.0, 0.5, 0.1], abs=0.03)


def test_draws_of_one_row_are_no_evidence_of_their_own(
    rng: np.random.Generator,
) -> None:
    x = rng.standard_normal((50, 1))
    m = x[:, 0] + rng.standard_normal(50)
    once = narrowing(m, x, np.array([0.5]), np.arange(50))
    often = narrowing(
        np.tile(m, 8), np.tile(x, (8, 1)), np.array([0.5]), np.tile(np.arange(50), 8)
    )
    assert often.error == pytest.approx(once.error)
    assert often.share == pytest.approx(once.share)


def test_a_bent_line_is_seen_by_the_nested_estimate_alone(
    rng: np.random.Generator,
) -> None:
    x = rng.standard_normal(N)
    m = x**2
    line = narrowing(m, x[:, None], np.array([0.1]), np.arange(N)).share[0]
    assert line < 0.05
    assert nested(m, x, 0.1, np.arange(N)) > 0.8


def test_chance_is_what_differs_within_a_row(rng: np.random.Generator) -> None:
    rows = np.repeat(np.arange(4_000), 2)
    m = 2 * rng.standard_normal(4_000)[rows] + rng.standard_normal(8_000)
    assert chance_share(m, rows) == pytest.approx(0.2, abs=0.03)


def test_a_dropped_document_widens_by_what_it_was_expected_to(
    rng: np.random.Generator,
) -> None:
    """Prior N(0, 1) and a figure of error 1 at 0: variance 1/2 with it, 1 without."""
    like = next(t for t in load_targets() if t.scale == "log" and t.use == "fit")
    target = replace(like, documented=1.0, sd=0.8, discrepancy=0.6)
    x = np.sqrt(0.5) * rng.standard_normal((20_000, 1))
    (found,) = dropped(x[:, 0], x, [target], np.arange(20_000) // 200, power=1.0)
    assert found.found == pytest.approx(0.5, abs=0.05)
    assert found.expected == pytest.approx(0.5, abs=0.05)
    assert 0.3 < found.effective < 1


def test_observables_are_documents_nobody_has() -> None:
    found = observables()
    names = [each.target.name for each in found]
    assert len(set(names)) == len(names)
    known = {(t.observer, t.of, t.period_start, t.period_end) for t in load_targets()}
    for each in found:
        own = each.target
        key = (own.observer, own.of, own.period_start, own.period_end)
        assert key not in known
        assert own.total_sd > 0
        assert own.last >= own.first
    places = {each.place for each in found if each.target.observer == "signed_at"}
    assert len(places) == 85
    cuba = {e.place for e in found if e.target.name.startswith("foreign_CU_")}
    assert cuba == {"Cuba"}
    assert NATIONAL in {each.place for each in found}


def test_what_is_read_in_one_month_is_claimed_and_looked_for_in_one() -> None:
    at_once = {r.observer for q in QUANTITIES if q.level for r in q.readings} - TO_DATE
    assert at_once <= LEVELS
    for each in observables():
        if each.target.observer in LEVELS:
            assert each.target.period_start == each.target.period_end


def test_counts_of_contracts_are_worth_most_for_contracts(forward_folder: Path) -> None:
    contracts = np.array([run.signed.sum() for run, _ in load_forward(forward_folder)])
    rows = worth(contracts, forward_folder)
    assert rows[0].quantity.startswith(("contracts", "bonuses", "signed", "pay"))
    assert rows[0].narrowing > 0.7
    best = best_of_series(rows)
    assert len({row.series for row in best}) == len(best) < len(rows)
    deaths = next(row for row in best if row.quantity == "killed")
    assert deaths.narrowing < 0.05


def test_documents_of_ones_own_and_those_known_by_a_month(forward_folder: Path) -> None:
    contracts = np.array([run.signed.sum() for run, _ in load_forward(forward_folder)])
    like = next(t for t in load_targets() if t.observer == "regional_sample")
    sharp = replace(like, name="mine", sd=0.01, discrepancy=0.0)
    rows = worth(contracts, forward_folder, [sharp], parse_month("2024-12"))
    assert rows[0].name == "mine"
    assert rows[0].own
    by_name = {each.target.name: each.target for each in observables()}
    limit = parse_month("2024-12")
    assert all(by_name[r.name].known <= limit for r in rows if not r.own)


def test_without_histories_nothing_can_be_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="muster calibrate"):
        worth(np.ones(8), tmp_path)
