"""Claims in plain words against the posterior: where they lie, and what it would take.

A claim (`claim_words`) is held against what each source that counts such a thing would
print, as scoring holds documents: the posterior's draws, each seen by the source, with
the errors of source and model, as wide as back-tests ask. So one claim has a place in
several bands: officials overstate, budgets count late.

What it would take: over the draws, the claimed figure's logarithm x is regressed on
each assumption by itself, z its coordinate in the prior,

    x = a + b z,       needed z = z_median + (x_claimed - x_median) / b

and those assumptions are told whose correlation with x is no chance, the smallest move
first (in posterior standard deviations). Each would do by itself, the others moving
along as they do over the posterior. It is a straight line through draws that fit the
documents: what lies beyond every draw is marked, and there a line is a guess.

Claims together: the density of all figures at once over the product of each by itself,
from the same draws. Above 1 they support each other, below 1 one speaks against the
other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from calibration.observation.own_targets import own_text
from calibration.observation.targets import Target, load_targets
from calibration.posterior import FOLDER, load_posterior, load_rows
from calibration.posterior.forward import load_forward
from calibration.priors import free_parameters
from calibration.validation.claim_quantities import Reading
from calibration.validation.claim_words import ParsedClaim, read_claim
from calibration.validation.proper_scores import Predictive
from calibration.validation.scoring import predictives
from calibration.validation.worth import seen
from model.errors import EvidenceError
from model.fields.months import format_month

Floats = NDArray[np.float64]

SHOWN: Final = 5
CHANCE: Final = 3.5
"""Standard errors of a correlation below which an assumption is not told: among a
hundred assumptions chance alone reaches 2.5 at every claim."""


@dataclass(frozen=True, slots=True)
class ClaimBand:
    """What a source would print, and where the claim lies in it; in its unit."""

    source: str
    median: float
    low: float
    high: float
    """90 %."""
    share_below: float
    """Probability that the source prints less than the claim; of a range, less than
    its middle."""
    share_of_claim: float
    """Probability that it prints what is claimed: within a range, above `at least`,
    below `at most`; of a plain figure, at least as far from the median."""
    z: float
    crps: float
    """On the logarithm."""

    @property
    def inside(self) -> bool:
        """Whether a plain figure lies in the 90 % band."""
        return 0.05 <= self.share_below <= 0.95


@dataclass(frozen=True, slots=True)
class Move:
    """One assumption that would make a claim true by itself."""

    parameter: str
    median: float
    """Of the posterior, in the parameter's unit."""
    needed: float
    posterior_sds: float
    beyond_draws: bool
    """Whether no draw of the posterior goes so far."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim and what the posterior says of it."""

    text: str
    quantity: str
    unit: str
    place: str
    period_start: str
    period_end: str
    low: float
    high: float
    """Its figure twice, or the ends of its range."""
    bound: str
    bands: tuple[ClaimBand, ...]
    """By source, the likeliest first."""
    takes: tuple[Move, ...]
    """Nothing where the claim lies in the middle half of its source's band."""

    @property
    def figure(self) -> float:
        """The claimed figure, or the middle of its range."""
        return float(np.sqrt(self.low * self.high))


@dataclass(frozen=True, slots=True)
class Claims:
    """Several claims, compared."""

    claims: tuple[Checked, ...]
    together: float | None
    """Density of all at once over the product of each by itself; of one: none."""
    draws: int
    effective_draws: float
    """Different draws among them, by how often each comes."""

    @property
    def coverage(self) -> float:
        """Share of claims in the 90 % band of the first source."""
        return float(np.mean([each.bands[0].inside for each in self.claims]))

    @property
    def mean_abs_log_error(self) -> float:
        """Mean absolute error of the medians, of the logarithm."""
        misses = [np.log(each.bands[0].median / each.figure) for each in self.claims]
        return float(np.mean(np.abs(misses)))

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as `muster claim --json` prints it."""
        return {
            "claims": [{**asdict(each), "figure": each.figure} for each in self.claims],
            "together": self.together,
            "coverage": self.coverage,
            "mean_abs_log_error": self.mean_abs_log_error,
            "draws": self.draws,
            "effective_draws": self.effective_draws,
        }


def check_claims(texts: Sequence[str], folder: Path = FOLDER) -> Claims:
    """Check claims in plain words.

    Raises:
        EvidenceError: a claim cannot be read; all of those that cannot are told.
        StorageError: no posterior with histories is stored in the folder.
    """
    said = _read([(text, "") for text in texts])
    return _checked(said, folder)


def check_file(path: Path, folder: Path = FOLDER) -> Claims:
    """Check a file with one claim a line; blank lines and those after # are none.

    Raises:
        EvidenceError: it cannot be read, or a claim in it; all with their lines.
        StorageError: no posterior with histories is stored in the folder.
    """
    given = [
        (text, f"{path}:{number}: ")
        for number, line in enumerate(own_text(path).splitlines(), 1)
        if (text := line.partition("#")[0].strip())
    ]
    if not given:
        raise EvidenceError(f"{path}:1: holds no claim; write one a line")
    return _checked(_read(given), folder)


def _read(given: Sequence[tuple[str, str]]) -> list[ParsedClaim]:
    said, problems = [], []
    for text, where in given:
        try:
            said.append(read_claim(text))
        except EvidenceError as error:
            problems.append(f"{where}{error}")
    if problems:
        raise EvidenceError("\n".join(problems))
    return said


def _checked(said: Sequence[ParsedClaim], folder: Path) -> Claims:
    targets = [[target_of(each, r) for r in each.readings] for each in said]
    flat = [target for each in targets for target in each]
    found = iter(predictives(flat, folder))
    bands = [[next(found) for _ in each] for each in targets]
    draws = load_forward(folder)
    rows = load_rows(len(draws), folder)
    assumptions = _assumptions(rows, folder)
    # Bands are as wide as back-tests ask; what it takes is read off the draws as run.
    figures = seen(draws, [own[0] for own in targets]).T
    checked = [
        _check(each, own, predictive, assumptions, x)
        for each, own, predictive, x in zip(said, targets, bands, figures, strict=True)
    ]
    first = [(own[0], each[0]) for own, each in zip(targets, bands, strict=True)]
    return Claims(
        tuple(checked),
        _together(first) if len(first) > 1 else None,
        len(rows),
        assumptions.different,
    )


def target_of(said: ParsedClaim, reading: Reading) -> Target:
    """Return a claim as a document of a source, with that source's usual errors."""
    like = _like(reading)
    of = reading.of
    if said.quantity.read_after is not None:
        of = format_month(said.last + said.quantity.read_after)
    return replace(
        like,
        name=said.text,
        quantity=said.quantity.name,
        of=of,
        period_start=format_month(said.first),
        period_end=format_month(said.last),
        documented=said.figure,
        use="shown",
        evidence=(),
    )


@cache
def _like(reading: Reading) -> Target:
    """Return the latest fitted target of an observer, of the same thing if there is."""
    kin = [each for each in load_targets() if each.observer == reading.observer]
    return max(kin, key=lambda t: (t.of == reading.of, t.use == "fit", t.last))


def _check(
    said: ParsedClaim,
    targets: Sequence[Target],
    found: Sequence[Predictive],
    assumptions: _Assumptions,
    x: Floats,
) -> Checked:
    bands = tuple(
        _band(said, reading, target, predictive)
        for reading, target, predictive in zip(
            said.readings, targets, found, strict=True
        )
    )
    target = targets[0]
    usual = 0.25 <= bands[0].share_below <= 0.75
    nothing = usual or (said.bound != "about" and bands[0].share_of_claim >= 0.5)
    return Checked(
        text=said.text,
        quantity=said.quantity.name,
        unit=said.quantity.unit,
        place=said.place.name_en if said.place else "",
        period_start=target.period_start,
        period_end=target.period_end,
        low=said.low,
        high=said.high,
        bound=said.bound,
        bands=bands,
        takes=() if nothing else assumptions.moves(x, target.transform(said.figure)),
    )


def _band(
    said: ParsedClaim, reading: Reading, target: Target, predictive: Predictive
) -> ClaimBand:
    figure = target.transform(said.figure)
    low, median, high = (
        target.inverse_transform(q) for q in predictive.quantile(0.05, 0.5, 0.95)
    )
    below = _share_below(predictive, figure)
    if said.low < said.high:
        ends = [target.transform(end) for end in (said.low, said.high)]
        lower, upper = (_share_below(predictive, end) for end in ends)
        share = upper - lower
    elif said.bound == "about":
        share = 2 * min(below, 1 - below)
    else:
        share = 1 - below if said.bound == "at least" else below
    return ClaimBand(
        reading.source, median, low, high, below, share,
        predictive.z(figure), predictive.crps(figure),
    )  # fmt: skip


def _share_below(predictive: Predictive, figure: float) -> float:
    below = ndtr((figure - predictive.centre) / predictive.sd)
    return float(predictive.weight @ below)


def _together(first: Sequence[tuple[Target, Predictive]]) -> float:
    """Return the density of all figures over the product of their own ones."""
    logs = np.array(
        [
            -0.5 * ((target.transform(target.documented) - p.centre) / p.sd) ** 2
            for target, p in first
        ]
    )
    count = np.log(logs.shape[1])
    joint = logsumexp(logs.sum(axis=0)) - count
    alone = sum(logsumexp(each) - count for each in logs)
    return float(np.exp(joint - alone))


@dataclass(frozen=True, slots=True)
class _Assumptions:
    """Free parameters of the draws whose histories are stored."""

    names: tuple[str, ...]
    values: Floats
    """(N, P), each in its unit."""
    z: Floats
    """(N, P), coordinates in the prior."""
    different: float
    """Draws that differ, effectively."""

    def moves(self, x: Floats, claimed: float) -> tuple[Move, ...]:
        """Return the moves of single assumptions that would take x to a figure.

        Args:
            x: the figure of each draw on its scale, (N,).
            claimed: that figure, on the same scale.
        """
        spread = x - x.mean()
        if not spread.any():
            return ()
        known = {each.name: each for each in free_parameters()}
        found = []
        for at, name in enumerate(self.names):
            z = self.z[:, at]
            sd = float(z.std())
            if sd < 1e-9:
                continue
            covariance = float(np.mean(spread * (z - z.mean())))
            correlation = covariance / (sd * float(x.std()))
            if abs(correlation) * np.sqrt(self.different) < CHANCE:
                continue
            middle = float(np.median(z))
            needed = middle + (claimed - float(np.median(x))) * sd**2 / covariance
            value = float(known[name].value(np.array(needed)))
            reached = (self.values[:, at].min(), self.values[:, at].max())
            beyond = not reached[0] <= value <= reached[1]
            median = float(np.median(self.values[:, at]))
            move = (needed - middle) / sd
            found.append(Move(name, median, value, float(move), beyond))
        return tuple(sorted(found, key=lambda move: abs(move.posterior_sds))[:SHOWN])


def _assumptions(rows: Sequence[int], folder: Path) -> _Assumptions:
    draws = load_posterior(folder)
    known = {each.name: each for each in free_parameters()}
    kept = [at for at, name in enumerate(draws.names) if name in known]
    names = tuple(draws.names[at] for at in kept)
    values = draws.values[np.ix_(rows, kept)]
    z = np.column_stack(
        [known[n].coordinates(values[:, at]) for at, n in enumerate(names)]
    )
    times = np.unique(rows, return_counts=True)[1]
    different = float(len(rows) ** 2 / np.sum(times**2))
    return _Assumptions(names, values, z, different)
