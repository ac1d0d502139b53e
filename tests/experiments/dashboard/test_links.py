from __future__ import annotations

import pytest

from experiments.dashboard.desk import Question
from experiments.dashboard.levers import Levers
from experiments.dashboard.links import from_query, to_query

ALL_MOVED = Levers(
    since="2026-05",
    federal_bonus=0,
    regional_bonus=2.35,
    service_pay=1.1,
    casualties=0.05,
    peace=0.7,
    closed=frozenset({"prisoner", "migrant"}),
    opened=frozenset({"mobilised"}),
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
        "closed=navy",
        "scenario=../../secret",
        "colour=red",
    ],
)
def test_what_a_link_gets_wrong_is_named_and_left_out(wrong: str) -> None:
    question, refused = from_query(f"?service_pay=2&{wrong}")
    assert question == Question("baseline", Levers(service_pay=2))
    assert refused == [wrong]
