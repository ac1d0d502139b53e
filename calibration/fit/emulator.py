"""A fast emulator of the model: quadratic in the coordinates, with its own error.

Each output is fitted by ridge regression on all coordinates, and on squares and
products of those that matter most to it; the penalty is chosen by leave-one-out error,
and that error is the emulator's. Runs near the data weigh more, because that is where
the emulator must be right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SQUARES: Final = 24
"""Coordinates whose squares enter, per output."""
PRODUCTS: Final = 12
"""Coordinates whose products enter, per output."""
PENALTIES: Final = np.geomspace(0.1, 300.0, 9)


@dataclass(frozen=True, slots=True)
class Emulator:
    """f(z) = c + b z + z Q z for T outputs of P coordinates."""

    constant: Floats
    """(T,)"""
    linear: Floats
    """(T, P)"""
    quadratic: Floats
    """Symmetric, (T, P, P)."""
    error_sd: Floats
    """Leave-one-out error of each output, (T,)."""

    def __call__(self, z: Floats) -> Floats:
        """Return the outputs, (N, T), at points (N, P)."""
        return self._value(z, self._bend(z))

    def with_vjp(self, z: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
        """Return the outputs at points, and the gradient of any weighted sum of them.

        The second is a function of weights by point and output, (N, T), that returns
        gradients by point, (N, P).
        """
        bend = self._bend(z)

        def vjp(weight: Floats) -> Floats:
            slopes: Floats = np.einsum("nt,ntp->np", weight, bend)
            return weight @ self.linear + 2 * slopes

        return self._value(z, bend), vjp

    def _bend(self, z: Floats) -> Floats:
        count, size = self.linear.shape
        flat = self.quadratic.transpose(1, 0, 2).reshape(size, count * size)
        bend: Floats = (z @ flat).reshape(len(z), count, size)
        return bend

    def _value(self, z: Floats, bend: Floats) -> Floats:
        curved = np.einsum("ntp,np->nt", bend, z)
        value: Floats = self.constant + z @ self.linear.T + curved
        return value


def fit_emulator(z: Floats, outputs: Floats, weight: Floats) -> Emulator:
    """Fit the emulator.

    Args:
        z: points where the model was run, (N, P).
        outputs: what it returned, on scales where errors are normal, (N, T).
        weight: importance of each run, (N,), positive.
    """
    fits = [_fit_one(z, column, weight) for column in outputs.T]
    constant, linear, quadratic, error = zip(*fits, strict=True)
    return Emulator(
        np.array(constant), np.stack(linear), np.stack(quadratic), np.array(error)
    )


def run_weights(outputs: Floats, observed: Floats, sd: Floats) -> Floats:
    """Return weights of runs, falling with their squared distance to data, (N,)."""
    distance = np.mean(np.square((outputs - observed) / sd), axis=1)
    # The nearest tenth of the runs sets the scale: in a first design all are far off,
    # and weights by distance alone would leave the fit to a handful.
    scale = max(1.0, float(np.quantile(distance, 0.1)))
    weight: Floats = 1 / (1 + distance / scale)
    return weight


def _fit_one(
    z: Floats, output: Floats, weight: Floats
) -> tuple[float, Floats, Floats, float]:
    size = z.shape[1]
    # With all squares and products there would be more coefficients than runs; those of
    # coordinates without slope are rarely worth one.
    slopes, _, _ = ridge(z, output, weight)
    leading = np.argsort(-np.abs(slopes[1:]), kind="stable")
    squares, products = np.sort(leading[:SQUARES]), np.sort(leading[:PRODUCTS])
    first, second = (products[at] for at in np.triu_indices(len(products), 1))
    features = np.hstack([z, z[:, squares] ** 2, z[:, first] * z[:, second]])
    coefficients, error, _ = ridge(features, output, weight)
    quadratic = np.zeros((size, size))
    quadratic[squares, squares] = coefficients[1 + size : 1 + size + len(squares)]
    quadratic[first, second] = coefficients[1 + size + len(squares) :] / 2
    quadratic[second, first] = quadratic[first, second]
    return float(coefficients[0]), coefficients[1 : 1 + size], quadratic, error


def ridge(
    features: Floats, output: Floats, weight: Floats, penalties: Floats = PENALTIES
) -> tuple[Floats, float, float]:
    """Regress by weighted ridge with an unpenalised mean.

    Args:
        features: of each run, (N, F).
        output: of each run, (N,).
        weight: of each run, (N,), positive.
        penalties: to choose from by leave-one-out error.

    Returns:
        Coefficients, the constant first; leave-one-out error; the penalty chosen.
    """
    share = weight / weight.mean()
    centre, level = np.average(features, 0, share), np.average(output, weights=share)
    root = np.sqrt(share)
    left, values, right = np.linalg.svd(
        (features - centre) * root[:, None], full_matrices=False
    )
    target = (output - level) * root
    turned = left.T @ target
    best = min(
        (_left_out(left, values, turned, target, root, penalty), penalty)
        for penalty in penalties.tolist()
    )
    slopes = right.T @ (values / (values**2 + best[1]) * turned)
    return np.append(level - centre @ slopes, slopes), best[0], best[1]


def _left_out(
    left: Floats,
    values: Floats,
    turned: Floats,
    target: Floats,
    root: Floats,
    penalty: float,
) -> float:
    """Root mean squared leave-one-out residual, weighted."""
    shrink = values**2 / (values**2 + penalty)
    # 1 / N is the leverage of the mean, which carries no penalty. The floor keeps a run
    # that alone decides a coefficient from telling an error without end.
    leverage = np.square(left) @ shrink + 1 / len(target)
    residual = (target - left @ (shrink * turned)) / np.maximum(1 - leverage, 0.05)
    return float(np.sqrt(np.mean(residual**2)))
