from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from calibration.fit.likelihood import (
    FURTHEST_MISS,
    KEPT_PER_HALF_YEAR,
    Errors,
    Likelihood,
    carried,
    likelihood_of,
    series_of,
)
from calibration.observation.targets import Target, fitted, load_targets

BY_NAME = {target.name: target for target in load_targets()}
DEATHS = BY_NAME["killed_2023"]


def year(name: str, number: int) -> Target:
    """A count of deaths in one year."""
    return replace(
        DEATHS,
        name=name,
        period_start=f"{number}-01",
        period_end=f"{number}-12",
        sd=0.05,
        discrepancy=0.10,
    )


THREE_YEARS = [year("a", 2022), year("b", 2023), year("c", 2024)]


def test_the_likelihood_is_highest_where_the_documents_are() -> None:
    likelihood = likelihood_of(fitted(load_targets()))
    at, off = likelihood(
        np.stack(
            [likelihood.observed, likelihood.observed + 0.3 * likelihood.errors.sd]
        )
    )
    assert at == 0
    assert off < 0


def test_it_is_the_multivariate_normal() -> None:
    likelihood = likelihood_of(fitted(load_targets()))
    miss = np.random.default_rng(1).standard_normal((2, len(likelihood.observed)))
    outputs = likelihood.observed + miss * likelihood.errors.sd
    known = multivariate_normal(likelihood.observed, likelihood.errors.covariance)
    one, other = likelihood(outputs)
    assert one - other == pytest.approx(
        known.logpdf(outputs[0]) - known.logpdf(outputs[1])
    )


def test_a_series_errs_alike_and_forgets_by_the_half_year() -> None:
    errors = likelihood_of(THREE_YEARS).errors.covariance
    assert errors[0, 0] == pytest.approx(0.05**2 + 0.10**2)
    assert errors[0, 1] == pytest.approx(0.10**2 * KEPT_PER_HALF_YEAR**2)
    assert errors[0, 2] == pytest.approx(0.10**2 * KEPT_PER_HALF_YEAR**4)


def test_counts_of_contracts_are_one_series_and_countries_are_many() -> None:
    names = ("budget_2023", "claims_2023h1", "uz_2023", "uz_2024", "tj_2023_24")
    budget, claim, uz_2023, uz_2024, tajiks = (series_of(BY_NAME[n]) for n in names)
    assert budget == claim
    assert uz_2023 == uz_2024 != tajiks
    between = likelihood_of([BY_NAME["uz_2023"], BY_NAME["tj_2023_24"]])
    assert between.errors.covariance[0, 1] == 0


def test_all_definitions_of_the_force_are_one_series() -> None:
    names = ("force_2025_06", "force_units_2025_06", "force_official_2024_06")
    assert len({series_of(BY_NAME[name]) for name in names}) == 1


def test_three_misses_of_one_sign_are_not_three_surprises() -> None:
    likelihood = likelihood_of(THREE_YEARS)
    alike = likelihood.observed + np.full(3, 0.1)
    mixed = likelihood.observed + np.array([0.1, -0.1, 0.1])
    one_sided, zigzag = likelihood(np.stack([alike, mixed]))
    independent = Likelihood(
        likelihood.observed, Errors(np.diag(likelihood.errors.sd**2))
    )
    assert one_sided > independent(alike[None])[0] > zigzag


def test_chance_adds_to_the_errors_of_rare_counts() -> None:
    without, chance = likelihood_of(THREE_YEARS), np.array([0.0, 0.3, 0.0])
    found = likelihood_of(THREE_YEARS, chance)
    added = found.errors.covariance - without.errors.covariance
    assert added == pytest.approx(np.diag(chance**2))


def test_a_miss_is_carried_into_the_next_document_of_its_series() -> None:
    *known, coming = THREE_YEARS
    other = replace(coming, name="d", observer="force", discrepancy=0.04)
    likelihood = likelihood_of(known)
    outputs = (likelihood.observed + np.array([0.1, 0.2]))[None]
    error, left_sd = carried(known, outputs, [coming, other])
    # A normal conditioned by hand: the whole covariance, the known rows given.
    whole = likelihood_of([*known, replace(coming, sd=0.0)]).errors.covariance
    gain = whole[2, :2] @ np.linalg.inv(whole[:2, :2])
    assert error[0, 0] == pytest.approx(-gain @ [0.1, 0.2])
    assert error[0, 0] < 0
    assert left_sd[0] ** 2 == pytest.approx(whole[2, 2] - gain @ whole[:2, 2])
    assert error[0, 1] == 0
    assert left_sd[1] == pytest.approx(0.04)


def test_of_a_miss_by_chance_less_is_carried() -> None:
    known, coming = THREE_YEARS[:1], THREE_YEARS[1:2]
    outputs = (likelihood_of(known).observed + 0.1)[None]
    firm, _ = carried(known, outputs, coming)
    loose, left_sd = carried(known, outputs, coming, np.array([0.3]))
    assert firm[0, 0] < loose[0, 0] < 0
    assert left_sd[0] < 0.10


def test_wild_outputs_are_drawn_in() -> None:
    likelihood = likelihood_of(THREE_YEARS)
    far, further = likelihood.observed + 1e3, likelihood.observed + 1e6
    assert np.ptp(likelihood(np.stack([far, further]))) == 0
    miss = (likelihood.drawn_in(further[None]) - likelihood.observed) / (
        likelihood.errors.sd
    )
    assert miss == pytest.approx(FURTHEST_MISS)


def test_a_figure_given_the_others_is_the_conditional_normal() -> None:
    likelihood = likelihood_of(THREE_YEARS)
    miss = np.array([0.1, -0.05, 0.2])
    (found,) = likelihood.left_out((likelihood.observed + miss)[None])
    cov, rest = likelihood.errors.covariance, [1, 2]
    gain = cov[0, rest] @ np.linalg.inv(cov[np.ix_(rest, rest)])
    mean, variance = gain @ miss[rest], cov[0, 0] - gain @ cov[rest, 0]
    expected = -0.5 * ((miss[0] - mean) ** 2 / variance + np.log(2 * np.pi * variance))
    assert found[0] == pytest.approx(expected)
