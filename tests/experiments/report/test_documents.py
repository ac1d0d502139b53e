"""Documented against simulated, and the sources behind a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from experiments.figures.run_folder import RunFolder
from experiments.report.documents import documents_section, observations
from experiments.report.sources import (
    Row,
    Source,
    compared_with,
    evidence_rows,
    rests_on,
    sources,
)
from tests.experiments.report.made_up import MakeUp

EVIDENCE = {row["id"]: row for row in evidence_rows()}


def cited_by(run: RunFolder, evidence: Mapping[str, Row] = EVIDENCE) -> list[Source]:
    return sources(run.scenario, evidence, compared_with(run, evidence))


def test_a_figure_agrees_where_band_and_documented_range_meet(
    made_up: MakeUp, tmp_path: Path
) -> None:
    run = RunFolder(made_up(draws=3).write(tmp_path))
    found = {one.source: one for one in observations(run, EVIDENCE)}
    assert found["force-2022-inv"].agrees
    assert not found["ist-2023q1"].agrees
    assert 2 < found["ist-2023q1"].ratio < 4


def test_every_channel_is_in_the_table_compared_or_not(
    made_up: MakeUp, tmp_path: Path
) -> None:
    run = RunFolder(made_up().write(tmp_path))
    table = documents_section(run, EVIDENCE).tables[0]
    said = {row[0]: row for row in table.rows}
    assert said["Volunteers abroad"][2] == "cn-moscow-total"
    assert "Moscow selection point" in said["Volunteers abroad"][-1]
    assert said["Prisoners"][-1] == "No document of this channel is compared."


def test_further_columns_say_what_was_held_out(made_up: MakeUp, tmp_path: Path) -> None:
    run = made_up()
    run.tables["observed"] = run.tables["observed"].assign(
        source="federal budget lines", evidence="ist-2023q2 ist-2023q1", use="held_out",
        basis="Spending over the bonus of the day.",
    )  # fmt: skip
    found = observations(RunFolder(run.write(tmp_path)), EVIDENCE)
    assert {one.use for one in found} == {"held_out"}
    assert found[0].evidence["id"] == "ist-2023q2"
    assert found[0].note == "Spending over the bonus of the day."


def test_sources_name_every_use_kind_and_grade(made_up: MakeUp, tmp_path: Path) -> None:
    found = {one.id: one for one in cited_by(RunFolder(made_up().write(tmp_path)))}
    cited = found["ist-2023q1"]
    assert "scenario: federal.signing_bonus.rub.2022-09" in cited.used_for
    assert "compared with the simulation" in cited.used_for
    assert (cited.kind, cited.grade) == ("independent_estimate", "independent_estimate")


def test_sources_of_parameters_are_listed_too(made_up: MakeUp, tmp_path: Path) -> None:
    found = cited_by(RunFolder(made_up().write(tmp_path)))
    uses = [use for one in found for use in one.used_for]
    assert any(use.startswith("parameter: ") for use in uses)


def test_an_unknown_id_is_shown_as_unknown(made_up: MakeUp, tmp_path: Path) -> None:
    run = made_up()
    run.scenario = {**run.scenario, "sources": ["nobody-said-this"]}
    found = cited_by(RunFolder(run.write(tmp_path)))
    assert not found[0].found
    assert "not in the evidence tables" in rests_on(found)


def test_only_web_addresses_become_links(made_up: MakeUp, tmp_path: Path) -> None:
    row = {**EVIDENCE["ist-2023q2"], "url": "javascript:alert(1)"}
    found = cited_by(RunFolder(made_up().write(tmp_path)), {"ist-2023q2": row})
    assert {one.url for one in found} == {""}


def test_text_of_joined_draws_is_read_whatever_its_dictionary(
    made_up: MakeUp, tmp_path: Path
) -> None:
    run = made_up()
    plain = run.tables["flows"]
    run.tables["flows"] = plain.assign(channel=pd.Categorical(plain["channel"]))
    folder = RunFolder(run.write(tmp_path))
    found = folder.sums("flows", ["channel"], ["signed_persons"])
    wanted = plain.groupby("channel")["signed_persons"].sum()
    assert dict(found.itertuples(index=False)) == wanted.to_dict()
