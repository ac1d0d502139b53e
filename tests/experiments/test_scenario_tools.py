from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from experiments.commands import files
from experiments.scenario_tools import (
    SCHEMA_FILE,
    check,
    new,
    schema,
    schema_text,
    show,
    write_new,
)
from model.errors import ScenarioError
from model.parameters.behaviour import Behaviour
from scenarios import load_scenario, packaged_names
from scenarios.format import nodes
from scenarios.format.files import packaged_folder
from scenarios.format.reading import read_tree
from scenarios.format.report import Report
from scenarios.format.writing import flow
from tests.scenarios.format.malformed import MALFORMED, text_and_line

# Only the reader can tell these: relations, places and names outside the file.
BEYOND_A_SCHEMA = {
    "dates",
    "syntax",
    "duplicates",
    "encoding",
    "documents",
    "machinery",
}


def plain(text: str) -> object:
    """Read YAML as an editor does and return what JSON could say."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


def test_check_finds_nothing_in_the_packaged_scenarios() -> None:
    assert list(map(str, check(packaged_names()))) == []


def test_check_tells_of_every_file_and_of_a_shared_parent_once(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("title: P\nfederal: {quta: 5}\n")
    for name in ("one", "two"):
        text = f"title: {name}\nextends: parent\nbehaviour: {{slope: 99}}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    found = check([tmp_path / "one.yaml", tmp_path / "two.yaml", tmp_path / "no.yaml"])
    assert [(Path(p.file).name, p.line, p.key) for p in found] == [
        ("one.yaml", 3, "behaviour.slope"),
        ("parent.yaml", 2, "federal.quta"),
        ("two.yaml", 3, "behaviour.slope"),
        ("no.yaml", 1, ""),
    ]


def test_check_knows_the_evidence_and_the_regions(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "title: A\nextends: baseline\n"
        "regions: {monthly_topup: {RU-XYZ: 5}}\n"
        "federal: {signing_bonus: {2026-01: {value: 5, source: fed-bonus-2022-9}}}\n"
    )
    assert [problem.line for problem in check([path])] == [3, 4]


@pytest.mark.parametrize("name", ["baseline", "source_state_bans"])
@pytest.mark.parametrize("places", [True, False])
def test_what_show_prints_reads_as_the_same_scenario(
    name: str, places: bool, tmp_path: Path
) -> None:
    path = tmp_path / "shown.yaml"
    path.write_text(show(name, places=places))
    shown = load_scenario(path).scenario.model_dump(exclude={"extends"})
    assert shown == load_scenario(name).scenario.model_dump(exclude={"extends"})


def test_show_says_where_a_value_and_its_source_come_from(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("title: A\nextends: baseline\nbehaviour:\n  slope: 2\n")
    lines = [line.strip() for line in show(path).splitlines()]
    assert "slope: 2  # own.yaml:4" in lines
    assert any("source: fed-bonus-2024-08}  # baseline.yaml:" in line for line in lines)
    assert not any("#" in line for line in show(path, places=False).splitlines())


@pytest.mark.parametrize(
    "text",
    ["NO", "1e6", "010", "a: b # c", 'say "so"', "null", "", "2024", "2024-08", "- x",
     "Ünïcode", "it's", "{a}", " lead", "trail ", "tab\there", "true", "~"],
)  # fmt: skip
def test_show_keeps_odd_texts(text: str) -> None:
    report = Report()
    tree = read_tree(f"{flow(text)}: {flow(text)}".encode(), "shown", report)
    assert report.problems == []
    assert tree is not None
    assert nodes.plain(tree) == {text: text}


def test_a_new_scenario_is_accepted_and_changes_nothing(tmp_path: Path) -> None:
    text = new("Bonus: what if?")
    first, second = text.splitlines()[:2]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    assert second == 'title: "Bonus: what if?"'
    path = tmp_path / "own.yaml"
    path.write_text(text)
    assert check([path]) == []
    assert load_scenario(path).explicit == frozenset()


def test_a_new_file_ends_in_yaml_and_names_itself_in_its_next_steps(
    tmp_path: Path,
) -> None:
    for given, wanted in (("own", "own.yaml"), ("v1.2", "v1.2.yaml")):
        file = write_new(tmp_path / given)
        assert file == tmp_path / wanted
        assert f"#   muster compare baseline {file}\n" in file.read_text()
        assert check([file]) == []


def test_a_new_file_replaces_none_and_extends_what_there_is(tmp_path: Path) -> None:
    write_new(tmp_path / "own.yaml")
    with pytest.raises(ScenarioError, match="exists; choose another name"):
        write_new(tmp_path / "own")
    with pytest.raises(ScenarioError, match=r"did you mean bonus_freeze\?"):
        write_new(tmp_path / "other", "bonus_freze")


def test_a_file_named_without_its_ending_is_suggested(tmp_path: Path) -> None:
    write_new(tmp_path / "own.yaml")
    (problem,) = check([tmp_path / "own"])
    assert problem.message.endswith("; did you mean own.yaml?")


def test_a_diff_without_differences_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write_new(tmp_path / "own"))
    files.diff("baseline", file)
    assert capsys.readouterr().out == f"baseline and {file} have the same inputs\n"


def test_the_examples_of_a_new_scenario_are_accepted_too(tmp_path: Path) -> None:
    head, _, examples = new("A").partition("\n#\n")
    body = "\n".join(line.removeprefix("# ") for line in examples.splitlines())
    path = tmp_path / "own.yaml"
    path.write_text(f"{head}\n{body}\n")
    assert check([path]) == []
    assert load_scenario(path).explicit == {
        "regions.signing_bonus.scale",
        "federal.signing_bonus",
    }


def test_the_schema_in_the_repository_is_the_one_of_this_model() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), (
        "write it anew with experiments.scenario_tools.write_schema()"
    )


@pytest.mark.parametrize("name", packaged_names())
def test_the_schema_accepts_the_packaged_scenarios(
    validator: Draft202012Validator, name: str
) -> None:
    text = (packaged_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    assert [error.message for error in validator.iter_errors(plain(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "federal: {signing_bonus: 5}",
        "federal: {signing_bonus: {2026-01: 5, 2026-02: {value: 6, source: x}}}",
        "federal: {signing_bonus: {2024-08: null}}",
        "federal: {signing_bonus: {rub: 5, scale: 2, shape: linear}}",
        "federal: {signing_bonus: {scale: {2026-01: 0.5}, growth_per_year: 0.1}}",
        "regions: {signing_bonus: {by_region: {RU-SPE: {2026-01: 5}, RU-MOW: null}}}",
        "source_states: {NP: {countermeasures: [{date: 2024-01, kind: ban}]}}",
        "channels: {volunteer_contract: {open: {2026-01: 0}}}",
        "changes: [one, two]",
    ],
)
def test_schema_and_reader_accept_the_same_forms(
    validator: Draft202012Validator, tmp_path: Path, text: str
) -> None:
    whole = f"title: A\nextends: baseline\n{text}\n"
    assert [error.message for error in validator.iter_errors(plain(whole))] == []
    path = tmp_path / "own.yaml"
    path.write_text(whole)
    load_scenario(path)


def test_the_schema_refuses_what_it_can_of_the_malformed_files(
    validator: Draft202012Validator,
) -> None:
    accepted = total = 0
    for name, cases in MALFORMED.items():
        if name in BEYOND_A_SCHEMA:
            continue
        for case in cases:
            try:
                tree = plain(text_and_line(name, case)[0].decode())
            except Exception:  # an editor marks it as no YAML
                continue
            total += 1
            accepted += validator.is_valid(tree)
    assert total > 100
    assert accepted <= 0.15 * total


def test_the_schema_describes_what_an_editor_shows() -> None:
    slope = schema()["$defs"]["Behaviour"]["properties"]["slope"]
    assert slope["minimum"] == 0.05
    assert "log-odds" in slope["description"]
    assert slope["default"] == Behaviour().slope
