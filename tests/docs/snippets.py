"""The fenced blocks of a page, and how the tests run them.

Commands run in this process on a small country and with few draws, so a page takes
seconds; everything else of a shell block is left to bash.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from experiments.commands.cli import app
from experiments.runs.jobs import RunInput, RunOutput

_FENCE = re.compile(
    r"^```(?P<kind>\w+) ?(?P<rest>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
_NO_TEST = "no-test"
SHORT = (
    "time.start=2025-06",
    "time.until=2026-04",
    "force.initial_force=2500",
    "force.stock_exponent=1",
)
SHORT_SCENARIO = """\
title: A short war of the small country
extends: baseline
time: {start: 2025-06}
force: {initial_force: 2500, stock_exponent: 1}
"""
_SMALLER = (
    (r"--draws 16", "--draws 1"),
    (r"\bdraws=16", "draws=1"),
    (r"--draws 4", "--draws 2"),
    (r"\bdraws=4", "draws=2"),
    (r"--workers \d+", "--workers 1"),
    (r"\bworkers=\d+", "workers=1"),
    (r"--until 2026-12", f"--set {' --set '.join(SHORT)}"),
    (r'"time\.until=2026-12"', ", ".join(f'"{each}"' for each in SHORT)),
    (r"^until: 2026-12", "until: 2025-08"),
    (r"^scenario: baseline", "scenario: short.yaml"),
    (r"^samples: \d+", "samples: 16"),
)
INTERRUPTED = 130


@dataclass(frozen=True)
class Snippet:
    """One fenced block: its language, what follows it, its text, its line."""

    kind: str
    rest: str
    code: str
    line: int

    @property
    def runs(self) -> bool:
        return not self.rest.startswith(_NO_TEST)


def stand_in(given: RunInput) -> RunOutput:
    """Answer at once where a page asks for more runs than a test has time for."""
    share = float(given.tree["force"]["return_share"])
    slope = float(given.tree["behaviour"]["slope"])
    return RunOutput({"replacement_ratio": 0.5 + share + 0.2 * slope * share})


def snippets(page: Path) -> list[Snippet]:
    """Return the fenced blocks of a page that name a language."""
    text = page.read_text(encoding="utf-8")
    return [
        Snippet(
            found["kind"],
            found["rest"],
            found["code"],
            text.count("\n", 0, found.start()) + 1,
        )
        for found in _FENCE.finditer(text)
    ]


def smaller(text: str) -> str:
    """Return a text with fewer draws, workers, samples and months."""
    for pattern, replacement in _SMALLER:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


def run_shell(code: str) -> list[str]:
    """Run the lines of a shell block; return the lines that were commands of ours."""
    ours = []
    for line in code.replace("\\\n", " ").splitlines():
        if "muster " in line and not line.startswith("#"):
            run_command(line)
            ours.append(line)
        elif line.strip():
            subprocess.run(["bash", "-ec", line], check=True, env=reader_environment())
    return ours


def reader_environment() -> dict[str, str]:
    """Return the environment of a reader who has activated `.venv`, as pages ask."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": tools}


def run_command(line: str) -> None:
    """Run one `muster` command in this process; what it may exit with is checked."""
    before, _, arguments = smaller(line).partition("muster ")
    arguments, _, file = arguments.partition(" > ")
    expected = INTERRUPTED if before.startswith("timeout") else 0
    found = CliRunner().invoke(app, expanded(arguments))
    code = getattr(found.exception, "exit_code", found.exit_code)
    told = f"{line}\n{found.output}\n{found.exception!r}"
    assert code == expected, told
    if file:
        Path(file.strip()).write_text(found.stdout, encoding="utf-8")


def expanded(arguments: str) -> list[str]:
    """Return the words that bash makes of a command's arguments."""
    if "$(" not in arguments:
        return shlex.split(arguments)
    shown = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {arguments}"],
        check=True,
        capture_output=True,
        text=True,
        env=reader_environment(),
    )
    return shown.stdout.splitlines()
