"""What the README promises exists: commands, twins, targets of make, numbers."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from calibration.documented.world import documented_world
from experiments.commands.cli import app
from experiments.documents.rebuild import README
from tests.docs.snippets import run_shell, smaller, snippets
from tests.docs.test_tutorials import report_when_rebuilt
from tests.experiments.small_country import settle

ROOT = README.parent
TEXT = README.read_text(encoding="utf-8")
TWINS = re.findall(r"^\|[^|]+\| `muster ([^`]+)` \| `([^`]+)` \|$", TEXT, re.MULTILINE)


def imports() -> dict[str, Any]:
    """Return the names that the README's snippet imports."""
    names: dict[str, Any] = {}
    (code,) = (s.code for s in snippets(README) if s.kind == "python")
    lines = code.splitlines()
    exec("\n".join(s for s in lines if s.startswith(("import ", "from "))), names)
    return names


def test_every_command_has_its_twin_beside_it() -> None:
    assert len(TWINS) == 8


@pytest.mark.parametrize("command", [command for command, _ in TWINS])
def test_every_command_is_accepted(command: str) -> None:
    name, *arguments = shlex.split(command)
    found = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]  # a group has commands
    with found.make_context(name, list(arguments)) as context:
        assert context.params


@pytest.mark.parametrize("call", [call for _, call in TWINS])
def test_every_twin_takes_what_it_is_given(call: str) -> None:
    node = ast.parse(call, mode="eval").body
    call_node = node.value if isinstance(node, ast.Subscript) else node
    assert isinstance(call_node, ast.Call)
    function = eval(ast.unparse(call_node.func), imports())
    keywords = {str(word.arg): word.value for word in call_node.keywords}
    assert inspect.signature(function).bind(*call_node.args, **keywords)


def test_its_snippets_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0})
    monkeypatch.setattr("experiments.report.build_report", report_when_rebuilt)
    settle(monkeypatch)
    for snippet in filter(lambda each: each.runs, snippets(README)):
        if snippet.kind == "yaml":
            Path(snippet.rest).write_text(snippet.code, encoding="utf-8")
        elif snippet.kind == "bash":
            run_shell(snippet.code)
        else:
            main = {"__name__": "__main__"}
            exec(compile(smaller(snippet.code), README.name, "exec"), main)
    assert (tmp_path / "runs/half/summary.json").exists()


def test_its_targets_of_make_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", TEXT, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_its_numbers_are_those_of_the_world() -> None:
    world = documented_world()
    assert round(world.regions.men_18_59_persons.sum() / 1e6) == 41
    assert "about 41 million men" in TEXT
    assert world.region_count == 85
    assert "eighty-five regional governments" in TEXT


def test_its_picture_is_small_and_loads_nothing() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    drawn = (ROOT / picture).read_text(encoding="utf-8")
    assert len(drawn) < 60_000
    assert "<script" not in drawn
    outside = re.findall(r'(?:href|src)="(?!#)[^"]*"', drawn)
    assert outside == []
