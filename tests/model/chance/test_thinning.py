import numpy as np
from scipy import stats

from model.chance.thinning import Points, batches, first_per_member, points

SIZES = np.array([5_000, 20_000, 1, 0])
HAZARDS = np.array([0.02, 0.003, 0.5, 0.9])


def found(month: int, bounds: np.ndarray = HAZARDS) -> Points:
    return points(1, "attrition", month, SIZES, bounds, 1e-4)


def as_set(drawn: Points) -> set[tuple[int, int, float]]:
    rows = zip(drawn.group, drawn.member, drawn.mark, strict=True)
    return {(int(g), int(m), float(x)) for g, m, x in rows}


def test_counts_are_poisson_with_the_stated_mean() -> None:
    counts = np.array([np.sum(found(month).group == 0) for month in range(400)])
    mean = SIZES[0] * HAZARDS[0]
    assert abs(counts.mean() - mean) < 4 * np.sqrt(mean / 400)
    dispersion = counts.var(ddof=1) / counts.mean()
    assert abs(dispersion - 1) < 4 * np.sqrt(2 / 399)


def test_marks_and_members_are_uniform() -> None:
    drawn = points(2, "attrition", 0, np.array([1000]), np.array([50.0]), 1e-2)
    assert stats.kstest(drawn.mark / 50, "uniform").pvalue > 1e-4
    hits = np.bincount(drawn.member, minlength=1000)
    assert stats.chisquare(hits).pvalue > 1e-4


def test_a_person_is_hit_with_the_exponential_probability() -> None:
    months = 3000
    hit = sum(np.any(found(month).group == 2) for month in range(months))
    expected = 1 - np.exp(-0.5)
    error = np.sqrt(expected * (1 - expected) / months)
    assert abs(hit / months - expected) < 4 * error


def test_a_higher_bound_only_adds_points() -> None:
    assert as_set(found(7)) <= as_set(found(7, HAZARDS * 10))


def test_a_longer_group_only_adds_points() -> None:
    bound = np.array([0.3])
    short = points(1, "attrition", 3, np.array([500]), bound, 1e-3)
    long = points(1, "attrition", 3, np.array([900]), bound, 1e-3)
    assert as_set(short) == {row for row in as_set(long) if row[1] < 500}


def test_other_groups_leave_a_group_alone() -> None:
    alone = points(1, "role", 0, np.array([300]), np.array([0.5]), 1e-3, np.array([7]))
    both = points(
        1, "role", 0, np.array([90, 300]), np.array([0.9, 0.5]), 1e-3, np.array([3, 7])
    )
    rows = {(m, x) for _, m, x in as_set(alone)}
    assert rows == {(m, x) for g, m, x in as_set(both) if g == 1}


def test_nothing_happens_without_hazard_or_people() -> None:
    assert len(points(1, "role", 0, SIZES, np.zeros(4), 1e-3).mark) == 0
    assert not np.any(found(0).group == 3)


def test_the_smallest_mark_of_a_person_is_kept() -> None:
    twice = Points(
        np.array([0, 1, 0, 0]), np.array([5, 5, 5, 2]), np.array([0.3, 0.9, 0.1, 0.2])
    )
    assert as_set(first_per_member(twice)) == {(1, 5, 0.9), (0, 5, 0.1), (0, 2, 0.2)}


def test_batches_hold_all_points_in_order_whatever_their_size() -> None:
    ids = np.array([4, 9, 2, 7])

    def drawn(least_points: float) -> list[Points]:
        return list(batches(1, "attrition", 3, SIZES, HAZARDS, 1e-4, ids, least_points))

    (whole,) = drawn(np.inf)
    for least_points in (0, 100, 10_000):
        found = drawn(least_points)
        for name in ("group", "member", "mark"):
            joined = np.concatenate([getattr(each, name) for each in found])
            np.testing.assert_array_equal(joined, getattr(whole, name))


def test_shells_are_drawn_together_until_enough_points_are_expected() -> None:
    def sizes(least_points: float) -> list[int]:
        # Shells of 1,000, 1,000, 2,000 and 4,000 points.
        men, bound = np.array([10_000]), np.array([0.8])
        drawn = batches(1, "attrition", 3, men, bound, 0.1, least_points=least_points)
        return [len(each.mark) for each in drawn]

    np.testing.assert_allclose(sizes(1_500), [2_000, 2_000, 4_000], rtol=0.15)
    np.testing.assert_allclose(sizes(0), [1_000, 1_000, 2_000, 4_000], rtol=0.15)


def test_nothing_drawn_is_one_batch_of_nobody() -> None:
    (only,) = batches(1, "role", 0, SIZES, np.zeros(4), 1e-3, least_points=4)
    assert len(only.mark) == 0
