"""Reluctance: a normal spread in bands, or the three types; moved by tradition."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from model.parameters.behaviour import Reluctance
from model.people.reluctance import (
    BAND_EDGES,
    CONDITIONAL,
    NEVER,
    READY,
    USUAL_PACKAGE_RATIO,
    Bands,
    bands,
    willing_factor,
)
from tests.model.worlds import regions

MEN = (400_000, 120_000)
SLOPE = 1.5


def laid_out(
    tradition: tuple[float, float] = (5.0, 5.0),
    men: tuple[int, int] = MEN,
    **given: Any,
) -> Bands:
    table = replace(regions(men), named_dead_per_10k_men=np.array(tradition))
    return bands(Reluctance(**given), table, SLOPE)


def psi_of_ranks(found: Bands, region: int = 0, n: int = 200_000) -> np.ndarray:
    """Return the reluctance of men at evenly spaced quantiles of a region."""
    quantile = (np.arange(n) + 0.5) / n
    band = np.searchsorted(BAND_EDGES, quantile, side="right") - 1
    inside = (quantile - BAND_EDGES[band]) / np.diff(BAND_EDGES)[band]
    return found.psi(np.full(n, region), band, inside)


def test_reluctance_is_normal_across_the_bands() -> None:
    psi = psi_of_ranks(laid_out(log_odds_sd=1.7))
    standardised = (psi - psi.mean()) / 1.7
    assert stats.kstest(standardised, "norm").statistic < 0.001
    assert np.all(np.diff(psi) >= 0)


def test_the_willing_share_signs_at_the_usual_package() -> None:
    psi = psi_of_ranks(laid_out(willing_share=0.03, log_odds_sd=1.2))
    assert np.mean(psi < SLOPE * np.log(USUAL_PACKAGE_RATIO)) == pytest.approx(
        0.03, abs=2e-4
    )


def test_tradition_moves_the_odds_by_its_elasticity() -> None:
    found = laid_out((2.0, 8.0), tradition_elasticity=0.8)
    gap = psi_of_ranks(found, 0) - psi_of_ranks(found, 1)
    assert gap == pytest.approx(0.8 * np.log(4.0), rel=1e-6)


def test_no_man_is_more_willing_than_the_edge_of_his_band() -> None:
    found = laid_out()
    low = np.zeros(len(BAND_EDGES) - 1)
    band = np.arange(len(low))
    region = np.zeros(len(low), dtype=np.int64)
    for rank in (low, low + 1e-6, low + 0.5, low + 1 - 1e-6):
        assert np.all(found.psi(region, band, rank) >= found.least[0] - 1e-12)


def mixture(
    tradition: tuple[float, float], elasticity: float, men: tuple[int, int] = MEN
) -> np.ndarray:
    """Share of willing men of two regions, (2,)."""
    found = laid_out(tradition, men, form="mixture", tradition_elasticity=elasticity)
    willing: np.ndarray = found.share[:, [READY, CONDITIONAL]].sum(axis=1)
    return willing


def test_types_have_their_shares_and_one_reluctance_each() -> None:
    given = Reluctance(form="mixture")
    found = laid_out(form="mixture")
    assert found.share[0] == pytest.approx([0.05, 0.15, 0.80])
    ranks = np.array([0.1, 0.9])
    never = found.psi(np.zeros(2, dtype=np.int64), np.full(2, NEVER), ranks)
    assert never == pytest.approx([given.never_psi] * 2)


def test_the_willing_share_of_types_follows_tradition_by_its_elasticity() -> None:
    for elasticity in (0.0, 0.5, 1.0):
        share = mixture((2.0, 8.0), elasticity)
        assert share[1] / share[0] == pytest.approx(4.0**elasticity, rel=1e-6)


def test_the_nations_willing_share_is_that_of_the_surveys_whatever_the_map() -> None:
    nation = np.average(mixture((1.0, 6.0), 0.8), weights=MEN)
    assert nation == pytest.approx(0.20)


def test_some_men_of_every_region_would_never_serve() -> None:
    share = mixture((1.0, 9.0), 2.0, men=(980_000, 20_000))
    assert share.max() == pytest.approx(0.9)


def test_the_factor_of_tradition_averages_to_one_over_men() -> None:
    table = replace(regions(MEN), named_dead_per_10k_men=np.array([1.0, 6.0]))
    factor = willing_factor(Reluctance(tradition_elasticity=0.7), table)
    assert np.average(factor, weights=MEN) == pytest.approx(1.0)
