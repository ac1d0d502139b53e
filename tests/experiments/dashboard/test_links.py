from __future__ import annotations

import shlex

import pytest

from experiments.dashboard.desk import Question
from experiments.dashboard.levers import Levers, base, delta, overrides
from experiments.dashboard.links import from_query, snippet, to_query
from experiments.dashboard.serving import linked
from model.errors import ScenarioError

ALL_MOVED = Levers(
    since="2026-05",
    where="Volga",
    federal_bonus=0,
    regional_bonus=2.35,
    service_pay=1.1,
    casualties=0.05,
    peace=0.7,
    closed=frozenset({"prisoner", "migrant"}),
    opened=frozenset({"mobilised"}),
    cap=0.085,
    returning=0.6,
    chase=0.0,
    regions_rule="annual_game",
    federal_rule="match_losses",
)


@pytest.mark.parametrize("levers", [Levers(), ALL_MOVED])
def test_a_link_brings_back_where_the_levers_stood(levers: Levers) -> None:
    question = Question("regional_cuts", levers)
    assert from_query("?" + to_query(question)) == (question, [])


def test_no_query_is_the_baseline() -> None:
    assert from_query("") == (Question("baseline", Levers()), [])


@pytest.mark.parametrize(
    "wrong",
    [
        "federal_bonus=nan",
        "federal_bonus=inf",
        "federal_bonus=-1",
        "casualties=many",
        "peace=1.5",
        "since=2024-01",
        "since=soon",
        "where=Atlantis",
        "closed=navy",
        "cap=0",
        "returning=1.01",
        "chase=hard",
        "regions_rule=whim",
        "scenario=../../secret",
        "colour=red",
    ],
)
def test_what_a_link_gets_wrong_is_named_and_left_out(wrong: str) -> None:
    question, refused = from_query(f"?service_pay=2&{wrong}")
    assert question == Question("baseline", Levers(service_pay=2))
    assert refused == [wrong]


def test_the_snippet_is_the_variant_on_the_command_line_and_in_python() -> None:
    question = Question("baseline", Levers(federal_bonus=1.5, casualties=0.5))
    said = snippet(question)
    command = said.partition("# in Python")[0].replace("\\\n", "")
    texts = overrides(delta(question.levers, base("baseline")))
    words = shlex.split(command, comments=True)
    assert words[:3] == ["muster", "run", "baseline"]
    assert words[4::2] == texts
    for text in texts:
        assert repr(text) in said


def test_a_link_that_is_not_understood_is_refused_at_the_door() -> None:
    assert linked("") == Question("baseline", Levers())
    link = "http://127.0.0.1:8765/?scenario=regional_cuts&federal_bonus=2"
    assert linked(link) == Question("regional_cuts", Levers(federal_bonus=2))
    for wrong in ("federal_bonus=9", "http://127.0.0.1:8765/", "x?where=Atlantis"):
        with pytest.raises(ScenarioError, match="not understood"):
            linked(wrong)
