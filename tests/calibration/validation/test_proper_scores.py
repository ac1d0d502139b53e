import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from calibration.validation.proper_scores import Predictive

RNG = np.random.default_rng(11)


def normal(mean: float, sd: float, draws: int = 400) -> Predictive:
    """A normal of which half the variance is told by draws and half by errors."""
    half = sd / 2**0.5
    share = (np.arange(draws) + 0.5) / draws
    return Predictive(mean + half * ndtri(share), np.full(draws, 1 / draws), half)


@pytest.mark.parametrize("figure", [-1.0, 0.2, 0.5, 3.0])
def test_the_score_of_a_normal_is_its_closed_form(figure: float) -> None:
    z = (figure - 0.5) / 2.0
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    closed = 2.0 * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))
    assert normal(0.5, 2.0).crps(figure) == pytest.approx(closed, rel=0.02)


def test_the_score_of_a_point_is_its_absolute_error() -> None:
    sharp = Predictive(np.array([1.0]), np.ones(1), 1e-9)
    assert sharp.crps(1.4) == pytest.approx(0.4)


def test_the_score_is_proper() -> None:
    """On figures of N(0, 1) no other width or place does better in the mean."""
    figures = RNG.standard_normal(2_000)

    def mean_score(mean: float, sd: float) -> float:
        forecast = normal(mean, sd, 50)
        return float(np.mean([forecast.crps(y) for y in figures]))

    honest = mean_score(0, 1)
    assert honest < min(mean_score(0, 0.6), mean_score(0, 1.6), mean_score(0.5, 1))


def test_quantiles_and_density_are_those_of_the_normal() -> None:
    low, middle, high = normal(1.0, 0.5).quantile(0.05, 0.5, 0.95)
    assert [low, middle, high] == pytest.approx([1 - 0.822, 1, 1 + 0.822], abs=0.01)
    density = normal(1.0, 0.5).log_density(1.5)
    assert density == pytest.approx(-0.5 - np.log(0.5 * (2 * np.pi) ** 0.5), abs=0.01)
    assert normal(1.0, 0.5).z(1.5) == pytest.approx(1.0, abs=0.01)


def test_weights_count() -> None:
    two = Predictive(np.array([0.0, 10.0]), np.array([0.9, 0.1]), 0.01)
    assert two.quantile(0.5) == pytest.approx([0.0], abs=0.05)


def test_a_widened_band_keeps_its_median() -> None:
    wide = normal(1.0, 0.5).widened(2.0)
    assert wide.quantile(0.5) == pytest.approx([1.0], abs=0.01)
    assert wide.quantile(0.95) == pytest.approx([1 + 1.645], abs=0.02)
