"""The model in one's hands: a scenario, with a draw of the posterior or without one.

    from experiments import load_model
    model = load_model("baseline", draw=0)
    model.step()

A draw of number n and a seed give the run that is draw n of `run(..., seed=seed)`.
Without a draw a scenario's parameters are its own, which the posterior may think little
of; by how many standard deviations is said. ODD III.ii (initialisation).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.documented.world import documented_world
from calibration.posterior import load_draws, load_posterior
from experiments.runs.memory import refuse_beyond_memory
from experiments.runs.run import SEED, replication_seed
from model.clearing import Target
from scenarios import Resolved, load_scenario

if TYPE_CHECKING:
    from model.channels.interface import RecruitmentChannel
    from model.institutions.regional import RegionalGovernment
    from model.people.attention import Attention
    from model.simulation import RecruitmentModel

_told = logging.getLogger("muster")
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a scenario's own value of a parameter lies from the posterior."""

    name: str
    value: float
    mean: float
    """Of the posterior."""
    sd: float
    """Of the posterior."""

    @property
    def deviations(self) -> float:
        """Standard deviations of the posterior, above its mean if positive."""
        return (self.value - self.mean) / self.sd

    def __str__(self) -> str:
        return f"{self.name} {self.value:.3g}, {self.deviations:+.1f} sd"


def load_model(
    scenario: str | Path = "baseline",
    *,
    draw: int | None = None,
    seed: int = SEED,
    settings: Sequence[str] = (),
    target: Target | None = None,
    model: type[RecruitmentModel] | None = None,
    attention: type[Attention] | None = None,
    region: type[RegionalGovernment] | None = None,
    channels: Mapping[str, type[RecruitmentChannel[Any]]] | None = None,
) -> RecruitmentModel:
    """Return a model ready for its first month.

    Args:
        scenario: a scenario file or the bare name of a packaged one.
        draw: number of the draw of the posterior; none: the scenario's own values.
        seed: replication.
        settings: `a.b.c=value` overrides.
        target: what the market is to clear each month.
        model: a subclass of the model.
        attention: takes the place of attention.
        region: takes the place of regional governments.
        channels: classes that take the place of packaged channels, by name.

    Raises:
        ScenarioError: the scenario or a setting is not acceptable.
        ValueError: a name in `channels` is no channel.
    """
    from model.simulation import RecruitmentModel

    resolved = load_scenario(scenario, settings)
    if draw is None:
        _tell(scenario, gaps(resolved))
    else:
        resolved = resolved.with_draw(load_draws(draw + 1)[draw])
    refuse_beyond_memory([resolved.scenario])
    return (model or RecruitmentModel)(
        resolved.scenario,
        documented_world(),
        replication_seed(seed, draw or 0),
        target,
        attention=attention,
        region=region,
        channels=channels,
    )


def gaps(resolved: Resolved) -> list[Gap]:
    """Return where a scenario's own values lie beside the posterior, furthest first.

    Only parameters that a draw would move are named: what a file or a setting states
    is meant.
    """
    draws = load_posterior()
    mean = draws.weight @ draws.values
    sd = np.sqrt(draws.weight @ (draws.values - mean) ** 2)
    free = set(resolved.drawn(load_draws(1)[0]))
    found = [
        Gap(name, value, float(mean[at]), float(sd[at]))
        for at, name in enumerate(draws.names)
        if name in free and sd[at] > 0
        if (value := _number(resolved.tree, name.split("."))) is not None
    ]
    return sorted(found, key=lambda gap: -abs(gap.deviations))


def _number(tree: Any, path: Sequence[str]) -> float | None:
    """Return the number at a dotted name; none where a scenario states a path."""
    for step in path:
        if not isinstance(tree, Mapping) or step not in tree:
            return None
        tree = tree[step]
    return float(tree) if isinstance(tree, int | float) else None


def _tell(scenario: str | Path, found: Sequence[Gap]) -> None:
    if found:
        _told.warning(
            "%s without a draw: %d parameters stand where the scenario puts them, not "
            "the posterior (%d of them beyond 2 sd; furthest: %s); draw=0 takes a draw",
            scenario,
            len(found),
            sum(abs(gap.deviations) > 2 for gap in found),
            "; ".join(map(str, found[:_NAMED])),
        )
