from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from model.errors import ScenarioError
from scenarios import load_scenario
from tests.scenarios.format.malformed import MALFORMED, text_and_line

Write = Callable[..., Path]

FILES = [
    pytest.param(*text_and_line(name, case), id=f"{name}-{number}")
    for name, cases in MALFORMED.items()
    for number, case in enumerate(cases)
]


def test_there_are_enough_files_in_enough_classes() -> None:
    assert len(FILES) >= 150
    assert len(MALFORMED) >= 15


@pytest.mark.parametrize(("data", "line"), FILES)
def test_a_malformed_file_is_refused_in_its_place(
    write: Write, data: bytes, line: int
) -> None:
    path = write(data, "self")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert caught.value.exit_code == 2
    first = caught.value.problems[0]
    assert (first.file, first.line) == (str(path), line)
    assert first.message
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(("data", "line"), FILES)
def test_the_file_of_a_chain_that_is_wrong_is_the_one_named(
    write: Write, data: bytes, line: int
) -> None:
    parent = write(data, "self")
    child = write("title: A child\nextends: self\nquestion: Is the right file named?\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(child)
    assert any(
        (problem.file, problem.line) == (str(parent), line)
        for problem in caught.value.problems
    )


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_files(
    write: Write,
) -> None:
    write("title: A parent\nextends: base\nfederal: {quta: 5}\n", "parent")
    path = write(
        "title: A child\n"
        "extends: parent\n"
        "behaviour:\n"
        "  slope: 99\n"
        "  trust_bonsu: 0.5\n"
        "time: {until: 2027-13}\n"
        "force: {tempo: {share: 1}}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, ["costs.rear_pay=-1", "regions.rule=random"])
    places = [(Path(p.file).name, p.line, p.key) for p in caught.value.problems]
    assert places == [
        ("own.yaml", 4, "behaviour.slope"),
        ("own.yaml", 5, "behaviour.trust_bonsu"),
        ("own.yaml", 6, "time.until"),
        ("own.yaml", 7, "force.tempo.share"),
        ("parent.yaml", 3, "federal.quta"),
        ("--set", 1, "costs.rear_pay"),
        ("--set", 2, "regions.rule"),
    ]
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))


def test_a_message_says_where_what_and_what_is_allowed(write: Write) -> None:
    path = write("title: A test\nextends: base\nbehaviour: {slope: 99}\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert str(caught.value) == (
        f"{path}:3:20: behaviour.slope: 99 is too large; "
        "allowed: a number from 0.05 to 12"
    )


@pytest.mark.parametrize(
    "name",
    ["force.training_months", "force.contract_term_months",
     "channels.prisoner.term_months"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["1e9", "{2023-01: 601}", "{months: 601}"])
def test_a_duration_of_more_than_fifty_years_is_told_in_its_place(
    write: Write, name: str, form: str
) -> None:
    *blocks, last = name.split(".")
    lines = [f"{'  ' * depth}{block}:" for depth, block in enumerate(blocks)]
    text = "\n".join([*lines, f"{'  ' * len(blocks)}{last}: {form}"])
    path = write(f"title: A test\nextends: base\n{text}\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(path), 3 + len(blocks))
    assert problem.key.startswith(name)
    assert "is too large; allowed: a number from 0 to 600" in problem.message


def test_what_only_the_schema_relates_is_told_where_the_top_file_speaks(
    write: Write,
) -> None:
    path = write("title: A test\nextends: base\ntime:\n  start: 2027-01\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.line) == ("own.yaml", 4)
    assert "history_until lies before start" in problem.message
