"""How long a lever takes to move its curve, and to have its full answer, in a browser.

    python -m experiments.benchmarks.page [MOVES]

The page runs at full scale on one core, headless Chromium on the others. A key moves
the federal bonus by a step; from the key on, times are the browser's own: until the
curve of the variant is drawn anew, and until all draws are answered. CPU seconds are
those of server and simulation for the whole answer, which another program on the
machine leaves nearly as they are. It needs the extras `page` and `test`, Chromium and
its driver.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import psutil
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from experiments.dashboard import DRAWS
from experiments.dashboard.desk import Desk
from experiments.dashboard.serving import application, bound, draws_behind

MOVES: Final = 7
LEVER: Final = "federal_bonus"
PATIENCE_SECONDS: Final = 600.0
FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--window-size=1280,900",
)  # fmt: skip
WATCH: Final = """
const line = () => {
  const plot = document.querySelector('#inflow .js-plotly-plot');
  const found = plot?.data?.find((trace) => trace.name === 'Signed, variant');
  return JSON.stringify(found?.y ?? null);
};
const said = () => document.getElementById('status').textContent;
document.getElementById(arguments[0]).addEventListener('keydown', () => {
  const began = performance.now(), before = line(), told = {};
  let busy = false;
  window.told = told;
  const look = () => {
    busy ||= !said().startsWith('All');
    if (!told.curve && line() !== before) told.curve = performance.now() - began;
    if (told.curve && busy && said().startsWith('All')) {
      told.whole = performance.now() - began;
    } else setTimeout(look, 5);
  };
  look();
});
"""


@dataclass(frozen=True, slots=True)
class Move:
    """What one move of a lever took, in seconds."""

    curve: float
    whole: float
    cpu: float
    """Of server and simulation, for the whole answer."""


def measure(moves: int, draws: int = DRAWS) -> list[Move]:
    """Move a lever several times on a page of its own."""
    cores = sorted(os.sched_getaffinity(0))
    # Threads and processes begin on the cores of whoever starts them.
    os.sched_setaffinity(0, cores[1:] or cores)
    with TemporaryDirectory() as room:
        options: Any = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in (*FLAGS, f"--user-data-dir={room}"):
            options.add_argument(flag)
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        driver = webdriver.Chrome(options=options, service=service)
        os.sched_setaffinity(0, cores[:1])
        desk = Desk(draws_behind(draws)[0], cores=1)
        server = bound(application(desk), "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            driver.get(f"http://127.0.0.1:{server.port}/")
            _wait(driver, "return document.getElementById('status')?.textContent"
                  ".startsWith('All')")  # fmt: skip
            driver.execute_script(WATCH, LEVER)
            return [_moved(driver) for _ in range(moves)]
        finally:
            driver.quit()
            server.shutdown()
            desk.close()


def _moved(driver: Any) -> Move:
    before = _cpu_seconds()
    driver.find_element(By.ID, LEVER).send_keys(Keys.ARROW_RIGHT)
    told = _wait(driver, "return window.told?.whole ? window.told : null")
    driver.execute_script("window.told = null")
    return Move(told["curve"] / 1e3, told["whole"] / 1e3, _cpu_seconds() - before)


def _wait(driver: Any, script: str) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := driver.execute_script(script)):
        if time.monotonic() > deadline:
            raise TimeoutError("the page gave no answer")
        time.sleep(0.2)
    return found


def _cpu_seconds() -> float:
    """Return what this process and its branches used, forks that ended included."""
    own = psutil.Process()
    branches = [each for each in own.children() if "python" in each.name()]
    return sum(map(sum, (each.cpu_times()[:4] for each in branches))) + sum(
        own.cpu_times()[:2]
    )


def in_words(moves: Sequence[Move]) -> str:
    """Return the medians as text, with the range."""
    kinds = {
        "lever to curve": [each.curve for each in moves],
        "lever to full answer": [each.whole for each in moves],
        "CPU of server and simulation": [each.cpu for each in moves],
    }
    head = f"{len(moves)} moves, {DRAWS} draws; median (range), seconds"
    lines = [
        f"{name:<30}{median(took):6.2f} ({min(took):.2f}-{max(took):.2f})"
        for name, took in kinds.items()
    ]
    return "\n".join((head, *lines))


if __name__ == "__main__":
    print(in_words(measure(int(sys.argv[1]) if sys.argv[1:] else MOVES)))
