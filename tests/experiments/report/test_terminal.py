"""The headline table on a terminal, in a pipe, for scripts, and not at all."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
from typing import Any

from rich.console import Console

from experiments.report.terminal import headline_json, headline_lines, print_headline

SUMMARY: dict[str, dict[str, Any]] = {
    "manpower_bill_rub": {
        "value": 4.123456e12, "low": 3.5e12, "high": 4.9e12, "unit": "RUB",
        "title": "Manpower bill, last twelve months",
    },
    "replacement_ratio": {"value": 1.02, "low": 0.86, "high": 1.21, "unit": "ratio"},
    "replacement_ratio_2026": {"value": 1.1, "low": 1.0, "high": 1.2, "unit": "ratio"},
}  # fmt: skip


def printed(terminal: bool, **settings: Any) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=100, no_color=True)
    print_headline(SUMMARY, console, **settings)
    return stream.getvalue()


def test_a_terminal_gets_a_table_in_words() -> None:
    shown = printed(terminal=True)
    assert "4.12 trillion RUB" in shown
    assert "3.5 to 4.9 trillion RUB" in shown


def test_a_narrow_terminal_breaks_words_and_cuts_none() -> None:
    stream = io.StringIO()
    print_headline(SUMMARY, Console(file=stream, force_terminal=True, width=36))
    assert "…" not in stream.getvalue()


def test_a_pipe_gets_one_plain_line_a_measure_with_every_digit() -> None:
    comment, header, *lines = printed(
        terminal=False, about="Baseline; 2027-01 to 2027-12"
    ).splitlines()
    assert comment == "# Baseline; 2027-01 to 2027-12"
    assert header == "measure\tvalue\tlow\thigh\tunit"
    assert lines == headline_lines(SUMMARY)
    assert lines[0] == "replacement_ratio\t1.02\t0.86\t1.21\tratio"
    assert lines[1].split("\t")[1] == "4123456000000.0"


def test_long_lines_are_never_folded() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=False, width=10)
    print_headline(SUMMARY, console)
    assert stream.getvalue().splitlines()[1:] == headline_lines(SUMMARY)


def test_scripts_get_the_whole_summary_as_json() -> None:
    assert json.loads(printed(terminal=True, form="json")) == SUMMARY


def test_json_holds_no_number_that_is_none() -> None:
    found = json.loads(headline_json({"x": {"value": math.nan, "high": math.inf}}))
    assert found == {"x": {"value": None, "high": None}}


def test_quiet_prints_nothing() -> None:
    assert printed(terminal=True, form="quiet") == ""


def test_a_name_cannot_forge_a_line_or_a_style() -> None:
    summary = {"x\ny\t1": {"value": 1.0, "unit": "[red]\x1b[31m", "title": "[bold]t"}}
    assert len(headline_lines(summary)) == 1
    assert headline_lines(summary)[0].count("\t") == 4
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100, no_color=True)
    print_headline(summary, console)
    assert "[bold]t" in stream.getvalue()
    assert "\x1b[31m" not in stream.getvalue()


def test_the_table_needs_neither_figures_nor_frames() -> None:
    code = (
        "import sys, experiments.report.terminal;"
        "print([m for m in ('matplotlib', 'pandas', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
