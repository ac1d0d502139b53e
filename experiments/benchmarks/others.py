"""What other tools do with many runs of the same toy: tried, not looked up.

    python experiments/benchmarks/others.py mesa
    /path/to/their/venv/bin/python experiments/benchmarks/others.py ema

For each of three cases it says what came back: forty runs on two processes, the same
with one that raises, and with one whose process is killed. It needs nothing of Muster,
so that it runs in an environment of the other tool's.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

RUNS: Final = 40
BAD: Final = 17
LONGEST_SECONDS: Final = 60
CASES: Final = ("whole", "raises", "killed")
STEPS: Final = 18_000


def walk(seed: int, case: str) -> float:
    """A walk of some two milliseconds; the bad run does what the case says."""
    if seed == BAD and case == "raises":
        raise ValueError("a bad run")
    if seed == BAD and case == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    at, state = 0, seed
    for _ in range(STEPS):
        state = (1103515245 * state + 12345) & 0x7FFFFFFF
        at += 1 if state & 0x10000 else -1
    return float(at)


def mesa(case: str, folder: Path) -> int:
    """Mesa's `batch_run`; returns the results that its caller has."""
    from mesa.batchrunner import batch_run

    run: Any = batch_run
    parameters = {"seed": range(RUNS), "case": [case]}
    found = run(
        MesaToy, parameters=parameters, number_processes=2, max_steps=0,
        display_progress=False,
    )  # fmt: skip
    return len(found)


try:
    import mesa as _mesa

    class MesaToy(_mesa.Model):
        """The walk as a model without steps."""

        def __init__(self, seed: int, case: str) -> None:
            super().__init__(seed=seed)
            self.at = walk(seed, case)
            collector: Any = _mesa.DataCollector
            self.datacollector = collector({"at": "at"})
            self.datacollector.collect(self)

        def step(self) -> None:
            """Nothing more."""
            self.running = False
except ImportError:
    pass


def ema_whole(seed: float) -> dict[str, float]:
    """The walk, for EMA Workbench."""
    return {"at": walk(int(seed), "whole")}


def ema_raises(seed: float) -> dict[str, float]:
    """The walk that raises once."""
    return {"at": walk(int(seed), "raises")}


def ema_killed(seed: float) -> dict[str, float]:
    """The walk that is killed once."""
    return {"at": walk(int(seed), "killed")}


def ema(case: str, folder: Path) -> int:
    """EMA Workbench's process evaluator; returns the experiments of its caller."""
    workbench: Any = importlib.import_module("ema_workbench")
    function = globals()[f"ema_{case}"]
    model = workbench.Model("toy", function=function)
    model.uncertainties = [workbench.IntegerParameter("seed", 0, RUNS - 1)]
    model.outcomes = [workbench.ScalarOutcome("at")]
    with workbench.MultiprocessingEvaluator(model, n_processes=2) as evaluator:
        experiments, _ = evaluator.perform_experiments(
            scenarios=RUNS, uncertainty_sampling=workbench.Samplers.LHS
        )
    return len(experiments)


try:
    _starsim: Any = importlib.import_module("starsim")

    class StarsimToy(_starsim.Module):  # type: ignore[misc]  # untyped
        """The walk as a module of a simulation of one agent and one step."""

        def __init__(self, seed: int, case: str) -> None:
            super().__init__()
            self.seed, self.case = seed, case

        def step(self) -> None:
            """Walk."""
            walk(self.seed, self.case)
except ImportError:
    pass


def starsim_sim(seed: int, case: str) -> Any:
    """The walk as a simulation of Starsim's."""
    toy = StarsimToy(seed, case)
    return _starsim.Sim(
        n_agents=1, start=2020, stop=2021, modules=toy, rand_seed=seed, verbose=0
    )


def multisim(case: str, folder: Path) -> int:
    """Starsim's `MultiSim`; returns the simulations that its caller has."""
    sims = [starsim_sim(seed, case) for seed in range(RUNS)]
    done = _starsim.MultiSim(sims, n_cpus=2, verbose=0).run()
    return len([sim for sim in done.sims if sim.complete])


def calibration(case: str, folder: Path) -> int:
    """Starsim's `Calibration` on a grid of seeds; returns trials with a value."""
    optuna: Any = importlib.import_module("optuna")
    seeds = optuna.samplers.GridSampler({"seed": list(range(RUNS))}, seed=1)
    found = _starsim.Calibration(
        starsim_sim(0, case),
        {"seed": {"low": 0, "high": RUNS - 1, "suggest_type": "suggest_int"}},
        n_workers=2,
        total_trials=RUNS,
        reseed=False,
        build_fn=partial(with_seed, case=case),
        eval_fn=seed_of,
        db_name=str(folder / "trials.db"),
        keep_db=True,
        sampler=seeds,
        verbose=False,
    )
    try:
        found.calibrate()
    finally:
        trials = optuna.load_study(
            study_name="starsim_calibration",
            storage=f"sqlite:///{folder / 'trials.db'}",
        ).trials
        kept = [t.value for t in trials if t.value is not None and t.value < RUNS]
        print(len(kept), "trials with a value in the database;", end=" ")
    return len(kept)


def with_seed(sim: Any, calib_pars: dict[str, Any], case: str) -> Any:
    """Give a simulation the seed that a trial asks for."""
    return starsim_sim(int(calib_pars["seed"]["value"]), case)


def seed_of(sim: Any) -> float:
    """A misfit, for there has to be one."""
    return float(sim.pars.rand_seed)


def snakemake(case: str, folder: Path) -> int:
    """Snakemake with a rule a run and two cores; returns the files that are there."""
    one = f"{sys.executable} {Path(__file__).resolve()} one {{wildcards.seed}} {case}"
    (folder / "Snakefile").write_text(
        f"rule all:\n    input: expand('{{seed}}.txt', seed=range({RUNS}))\n\n"
        "rule run:\n    output: '{seed}.txt'\n"
        f"    shell: '{one} > {{output}}'\n"
    )
    command = [str(Path(sys.executable).with_name("snakemake")), "--cores", "2", "-k"]
    subprocess.run([*command, "--quiet", "all"], cwd=folder, check=False)
    return len(list(folder.glob("*.txt")))


TOOLS: Final[dict[str, Callable[[str, Path], int]]] = {
    "mesa": mesa,
    "ema": ema,
    "multisim": multisim,
    "calibration": calibration,
    "snakemake": snakemake,
}


def main(arguments: list[str]) -> int:
    """Try a tool in all cases, each in a process group of its own."""
    if arguments[:1] == ["one"]:
        print(walk(int(arguments[1]), arguments[2]))
        return 0
    if len(arguments) == 2:
        below = Path(tempfile.mkdtemp(prefix="others-"))
        started = time.perf_counter()
        try:
            found = TOOLS[arguments[0]](arguments[1], below)
        finally:
            shutil.rmtree(below, ignore_errors=True)
        print(f"{found} of {RUNS} in {time.perf_counter() - started:.1f} s")
        return 0
    for case in CASES:
        process = subprocess.Popen(
            [sys.executable, __file__, arguments[0], case],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            told, wrong = process.communicate(timeout=LONGEST_SECONDS)
            last = (wrong.strip().splitlines() or ["nothing said"])[-1]
            print(f"{case:8} {told.strip() or f'exit {process.returncode}: {last}'}")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            print(f"{case:8} still waiting after {LONGEST_SECONDS} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
