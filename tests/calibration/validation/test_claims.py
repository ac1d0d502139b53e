from pathlib import Path

import pytest

from calibration.priors import free_parameters
from calibration.validation.claims import check_claims, check_file
from model.errors import EvidenceError

HALF_YEAR = "contracts in the first half of 2025"


def test_a_figure_in_the_middle_takes_nothing(
    forward_folder: Path, nothing_carried: None
) -> None:
    (found,) = check_claims([f"180 000 {HALF_YEAR}"], forward_folder).claims
    budget = next(b for b in found.bands if b.source == "federal budget lines")
    assert budget.median == pytest.approx(180_000, rel=0.05)
    assert budget.share_below == pytest.approx(0.5, abs=0.1)
    assert budget.inside


def test_officials_would_print_more_than_budgets(forward_folder: Path) -> None:
    (found,) = check_claims([f"180 000 {HALF_YEAR}"], forward_folder).claims
    by_source = {band.source: band for band in found.bands}
    assert (
        by_source["officials"].share_below
        < by_source["federal budget lines"].share_below
    )


def test_it_would_take_the_assumption_that_carries_the_figure(
    forward_folder: Path,
) -> None:
    (found,) = check_claims([f"250 000 {HALF_YEAR}"], forward_folder).claims
    (move,) = found.takes
    assert move.parameter == "behaviour.slope"
    assert move.needed > move.median
    assert not move.beyond_draws
    (further,) = check_claims([f"700 000 {HALF_YEAR}"], forward_folder).claims
    assert further.takes[0].beyond_draws
    assert not further.bands[0].inside


def test_needed_is_where_the_figure_is_met(forward_folder: Path) -> None:
    """Contracts rise with the assumption's coordinate, so its value can be told."""
    figure = 250_000
    (found,) = check_claims([f"{figure} {HALF_YEAR}"], forward_folder).claims
    slope = next(p for p in free_parameters() if p.name == "behaviour.slope")
    bias = found.bands[0].median / 180_000
    wanted = (figure / bias / 6 - 30_000) / 10_000
    assert slope.coordinate(found.takes[0].needed) == pytest.approx(wanted, abs=0.12)


def test_bounds_and_ranges_have_their_own_probability(forward_folder: Path) -> None:
    texts = [f"over 150k {HALF_YEAR}", f"under 150k {HALF_YEAR}",
             f"100-400k {HALF_YEAR}"]  # fmt: skip
    over, under, within = (
        claim.bands[1].share_of_claim
        for claim in check_claims(texts, forward_folder).claims
    )
    assert over + under == pytest.approx(1.0)
    assert over > 0.5
    assert within > 0.9


def test_claims_that_need_the_same_world_support_each_other(
    forward_folder: Path,
) -> None:
    high = "over 110 000 contracts in the first quarter of 2025"
    same = check_claims([f"220k {HALF_YEAR}", high], forward_folder).together
    other = check_claims([f"140k {HALF_YEAR}", high], forward_folder).together
    assert same is not None
    assert other is not None
    assert same > 1 > other
    assert check_claims([f"180k {HALF_YEAR}"], forward_folder).together is None


def test_a_file_of_claims_is_scored_like_targets(
    forward_folder: Path, nothing_carried: None, tmp_path: Path
) -> None:
    path = tmp_path / "claims.txt"
    path.write_text(f"# said\n180 000 {HALF_YEAR}\n\n900k {HALF_YEAR}  # wild\n")
    found = check_file(path, forward_folder)
    assert found.coverage == 0.5
    assert found.mean_abs_log_error > 0.5
    told = found.as_dict()
    assert set(told) == {
        "claims", "together", "coverage", "mean_abs_log_error", "draws",
        "effective_draws",
    }  # fmt: skip


def test_all_that_cannot_be_read_is_told_with_its_line(
    forward_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "claims.txt"
    path.write_text("10 tanks in 2025\n\n10 killed in 2035\n")
    with pytest.raises(EvidenceError) as caught:
        check_file(path, forward_folder)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{path}:1: '10 tanks in 2025': names no known quantity")
    assert second.startswith(f"{path}:3: ")
    path.write_text("# none\n")
    with pytest.raises(EvidenceError, match="holds no claim"):
        check_file(path, forward_folder)
