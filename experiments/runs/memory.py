"""Memory is estimated before it is taken: a run too large for the machine is refused.

A man under arms takes about 150 bytes at the peak of a run (125 measured for the force
of the first month, 150 for men drawn by decree), whatever becomes of him; a run without
extraordinary numbers of men takes some 450 MB. Only what a scenario states outright is
counted: men in theatre at the start, and men drawn by decree.
"""

from __future__ import annotations

import resource
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import psutil

from calibration.documented.world import documented_world
from model.channels.mobilised import Settings as Mobilised
from model.errors import Problem, ScenarioError
from model.scenario import Scenario

BYTES_PER_PERSON: Final = 150
BYTES_OF_A_RUN: Final = 450 * 2**20
ORDINARY_PERSONS: Final = 2_000_000
"""So many are in every long run, and in its 450 MB."""
_CGROUP: Final = Path("/sys/fs/cgroup")


def refuse_beyond_memory(scenarios: Iterable[Scenario], processes: int = 1) -> None:
    """Refuse scenarios that state more men than there is memory for.

    Args:
        scenarios: what is to be run.
        processes: how many run at the same time.

    Raises:
        ScenarioError: with the number stated and the number there is memory for.
    """
    stated = max(map(stated_persons, scenarios), default=0.0)
    if stated <= ORDINARY_PERSONS:
        return
    available = available_bytes()
    allowed = ORDINARY_PERSONS + max(
        0.0, (available / processes - BYTES_OF_A_RUN) / BYTES_PER_PERSON
    )
    if stated > allowed:
        needed = BYTES_OF_A_RUN + BYTES_PER_PERSON * (stated - ORDINARY_PERSONS)
        message = (
            f"{stated:,.0f} men at the start and by decree need about"
            f" {needed * processes / 2**30:,.1f} GiB in {processes}"
            f" process{'es' * (processes > 1)}; {available / 2**30:,.1f} GiB are free,"
            f" allowed: 0 to {allowed:,.0f}"
        )
        key = "force.initial_force + channels.mobilised.decrees"
        raise ScenarioError(problems=(Problem("memory", 1, 1, key, message),))


def stated_persons(scenario: Scenario) -> float:
    """Return the men a scenario puts under arms outright, over its whole run."""
    first, months = scenario.time.first, scenario.time.months
    mobilised = scenario.channels["mobilised"]
    assert isinstance(mobilised, Mobilised)
    decreed = float(mobilised.decrees.over(first, months).sum())
    liable = mobilised.liable_share * documented_world().regions.men_18_59_persons.sum()
    initial = float(scenario.force.initial_force.over(first, 1)[0])
    return initial + min(decreed, float(liable))


def available_bytes() -> float:
    """Return the memory this process may still take: machine, container and limit."""
    free = [float(psutil.virtual_memory().available)]
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY:
        free.append(limit - float(psutil.Process().memory_info().vms))
    try:
        most = (_CGROUP / "memory.max").read_text().strip()
        used = (_CGROUP / "memory.current").read_text().strip()
        free.append(float(most) - float(used))
    except (OSError, ValueError):
        pass  # no such limit: another system, or `max`
    return max(0.0, min(free))
