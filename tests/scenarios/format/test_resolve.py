from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from model.errors import ScenarioError
from model.scenario import Scenario
from scenarios import Known, load_scenario
from scenarios.format.layout import HEADER
from scenarios.format.resolve import default_tree
from tests.scenarios.format.conftest import BASE

Write = Callable[..., Path]


def content(scenario: Scenario) -> dict[str, Any]:
    """Return all of a scenario but its header, which names the file."""
    return scenario.model_dump(exclude=set(HEADER))


def bonus(scenario: Scenario) -> dict[str, float]:
    return {
        month: step.value
        for month, step in scenario.federal.signing_bonus.steps.items()
    }


def test_an_empty_delta_changes_nothing(write: Write, tmp_path: Path) -> None:
    own = load_scenario(write("title: Nothing\nextends: base\n"))
    base = load_scenario(tmp_path / "base.yaml")
    assert content(own.scenario) == content(base.scenario)
    assert own.explicit == base.explicit


def test_the_tree_is_the_scenario(write: Write) -> None:
    own = load_scenario(write("title: A test\nextends: base\nfederal: {quota: 5}\n"))
    assert Scenario.model_validate(own.tree) == own.scenario


def test_the_header_speaks_of_its_own_file_alone(write: Write) -> None:
    write("title: P\nextends: base\nquestion: Why?\nchanges: [a]\n", "parent")
    own = load_scenario(write("title: Own\nextends: parent\n")).scenario
    assert (own.title, own.question, own.changes) == ("Own", "", ())
    assert own.extends == "parent"


@pytest.mark.parametrize(
    "written",
    [
        "signing_bonus: {2026-01: 5}",
        "signing_bonus: {2026-01-15: 5}",
        "signing_bonus: {2026-01: {value: 5}}",
        "signing_bonus: {rub: {2026-01: 5}}",
        "signing_bonus: {rub: {2026-01: 5.0}}",
        'signing_bonus: {"rub": {"2026-01": {"value": 5e0, "source": null}}}',
        "signing_bonus:\n    rub:\n      2026-01:\n        value: 5",
    ],
)
def test_one_change_written_in_any_form_is_the_same_scenario(
    write: Write, written: str
) -> None:
    own = load_scenario(write(f"title: A test\nextends: base\nfederal:\n  {written}\n"))
    plain = load_scenario(
        write("title: A test\nextends: base\nfederal: {signing_bonus: {2026-01: 5}}\n")
    )
    assert own.scenario == plain.scenario
    assert own.explicit == plain.explicit == {"federal.signing_bonus"} | own.explicit


def test_dated_values_merge_by_month(write: Write) -> None:
    change = "federal: {signing_bonus: {2024-08: 7, 2026-01: 5}}"
    text = f"title: A test\nextends: base\n{change}"
    own = load_scenario(write(text)).scenario
    assert bonus(own) == {"2022-09": 195000, "2024-08": 7, "2026-01": 5}
    # The source of a figure does not vouch for the figure that takes its place.
    assert own.federal.signing_bonus.sources == {"fed-bonus-2022-09"}


def test_a_plain_number_replaces_the_whole_path(write: Write) -> None:
    write(
        "title: P\nextends: base\nfederal:\n  signing_bonus: {scale: {2025-01: 2}}\n",
        "parent",
    )
    text = "title: A test\nextends: parent\nfederal: {signing_bonus: 5}"
    own = load_scenario(write(text)).scenario
    assert own.federal.signing_bonus.over(own.time.first, 60).tolist() == [5.0] * 60


def test_a_plain_number_for_the_unit_replaces_the_steps_alone(write: Write) -> None:
    text = "title: A\nextends: base\nfederal: {signing_bonus: {scale: {2025-01: 2}}}"
    write(text, "parent")
    text = "title: B\nextends: parent\nfederal: {signing_bonus: {rub: 5}}"
    path = load_scenario(write(text)).scenario.federal.signing_bonus
    assert (list(path.steps), dict(path.scale)) == (["2022-01"], {"2025-01": 2})


def test_null_removes_a_step(write: Write) -> None:
    text = "title: A test\nextends: base\nfederal: {signing_bonus: {2024-08: null}}"
    assert bonus(load_scenario(write(text)).scenario) == {"2022-09": 195000}


def test_a_file_that_extends_nothing_owes_nothing_to_default_steps(
    write: Write,
) -> None:
    own = load_scenario(write("title: A\nfederal: {signing_bonus: {2023-05: 5}}"))
    assert bonus(own.scenario) == {"2023-05": 5}


def test_lists_replace(write: Write) -> None:
    ban = "{date: 2024-01, kind: ban}"
    warning = "{date: 2023-01, kind: warning}"
    head = "source_states: {NP: {countermeasures: "
    write(f"title: P\nextends: base\n{head}[{ban}, {warning}]}}}}", "parent")
    own = load_scenario(write(f"title: A\nextends: parent\n{head}[{warning}]}}}}"))
    states = own.scenario.source_states["NP"].countermeasures
    assert [act.kind for act in states] == ["warning"]


def test_set_wins_over_files_and_later_over_earlier(write: Write) -> None:
    path = write("title: A\nextends: base\nbehaviour: {slope: 2}\n")
    own = load_scenario(path, ["behaviour.slope=3", "behaviour.slope=2.5"])
    assert own.scenario.behaviour.slope == 2.5
    assert "behaviour.slope" in own.explicit


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("federal.signing_bonus=5", {"2022-01": 5}),
        ("federal.signing_bonus.2024-08=5", {"2022-09": 195000, "2024-08": 5}),
        ("federal.signing_bonus.rub.2024-08=5", {"2022-09": 195000, "2024-08": 5}),
        ("federal.signing_bonus={2024-08: 5}", {"2022-09": 195000, "2024-08": 5}),
        ("federal.signing_bonus.2024-08=null", {"2022-09": 195000}),
    ],
)
def test_set_takes_every_form_of_a_file(
    tmp_path: Path, write: Write, override: str, expected: dict[str, float]
) -> None:
    assert bonus(load_scenario(tmp_path / "base.yaml", [override]).scenario) == expected


def test_set_takes_texts_as_they_are(tmp_path: Path, write: Write) -> None:
    overrides = ["title=One: two, {three}", "federal.rule=match_losses"]
    own = load_scenario(tmp_path / "base.yaml", overrides).scenario
    assert (own.title, own.federal.rule) == ("One: two, {three}", "match_losses")


def test_a_shorter_run_makes_later_dates_of_the_files_no_mistake(write: Write) -> None:
    path = write("title: A\nextends: base\nforce: {tempo: {2027-01: 2}}\n")
    assert load_scenario(path, ["time.until=2025-12"]).scenario.time.until == "2025-12"


def test_a_draw_moves_what_nobody_wrote_and_nothing_else(write: Write) -> None:
    path = write("title: A\nextends: baseline\nbehaviour: {trust_pay: 0.5}\n")
    draw = {
        "behaviour.slope": 2.0,
        "behaviour.trust_pay": 0.9,
        "force.return_share": 0.7,
        "behaviour.horizon_months": 9.0,
    }
    own = load_scenario(path, ["force.return_share=0.6"], draw)
    behaviour = own.scenario.behaviour
    assert (behaviour.slope, behaviour.trust_pay) == (2.0, 0.5)
    assert behaviour.horizon_months == 9
    assert own.scenario.force.return_share == 0.6
    assert own.explicit == {"behaviour.trust_pay", "force.return_share"}


def test_a_file_that_lists_names_as_drawn_leaves_these_alone_to_the_draws(
    write: Write,
) -> None:
    path = write(
        "title: A\nbehaviour: {slope: 0.9, trust_pay: 0.5}\n"
        "force: {tempo: {2022-09: 1, 2024-01: 2}}\n"
        "drawn: [behaviour.slope, force.tempo.scale.2023-01]\n"
    )
    draw = {
        "behaviour.slope": 2.0,
        "behaviour.trust_pay": 0.9,
        "force.tempo.scale.2023-01": 0.7,
        "force.return_share": 0.7,
    }
    still, moved = load_scenario(path), load_scenario(path, draw=draw)
    assert still.scenario.behaviour.slope == 0.9
    assert moved.scenario.behaviour.slope == 2.0
    assert moved.scenario.behaviour.trust_pay == 0.5
    assert moved.scenario.force.return_share == still.scenario.force.return_share
    assert moved.scenario.force.tempo.scale == {"2023-01": 0.7}
    assert moved.scenario.force.tempo.steps.keys() == {"2022-09", "2024-01"}
    names = ("behaviour.slope", "force.tempo.scale.2023-01")
    assert load_scenario(path).drawn(draw) == names


def test_what_is_set_above_a_file_of_a_run_is_not_drawn(write: Write) -> None:
    write("title: A\nbehaviour: {slope: 0.9}\ndrawn: [behaviour.slope]\n", "run")
    draw = {"behaviour.slope": 2.0}
    child = write("title: B\nextends: run\nbehaviour: {slope: 3}\n")
    settings = ["behaviour.slope=3"]
    for own in (
        load_scenario(child),
        load_scenario(child.parent / "run.yaml", settings),
    ):
        assert own.with_draw(draw).scenario.behaviour.slope == 3
        assert own.drawn(draw) == ()
    assert load_scenario(child).scenario.drawn == ()


def test_only_a_number_of_the_scenario_is_drawn(write: Write) -> None:
    path = write("title: A\ndrawn: [behaviour.slope, behaviour.slop, title]\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    told = [problem.message for problem in caught.value.problems]
    assert told == [
        "'behaviour.slop' is no parameter that a draw moves; "
        "did you mean behaviour.slope?",
        "'title' is no parameter that a draw moves",
    ]


def test_another_draw_is_the_same_as_loading_with_it(write: Write) -> None:
    path = write("title: A\nextends: baseline\nbehaviour: {trust_pay: 0.5}\n")
    draw = {"behaviour.slope": 2.0, "behaviour.trust_pay": 0.9}
    once = load_scenario(path, draw=draw)
    again = load_scenario(path, draw={"behaviour.slope": 0.7}).with_draw(draw)
    assert once.scenario == again.scenario
    assert once.draw == again.draw == draw


def test_a_draw_of_what_is_no_parameter_or_out_of_range_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"posterior draw:1:1: behaviour\.slop"):
        load_scenario("baseline", draw={"behaviour.slop": 1.0})
    with pytest.raises(ScenarioError, match=r"posterior draw:2:1: force\.return_share"):
        load_scenario("baseline", draw={"behaviour.slope": 1, "force.return_share": 2})


def test_a_packaged_scenario_goes_by_its_name_or_its_path() -> None:
    import scenarios

    path = Path(scenarios.__file__).parent / "baseline.yaml"
    assert load_scenario("baseline").scenario == load_scenario(path).scenario
    assert load_scenario("baseline").explicit == frozenset()


def test_a_resolved_scenario_travels_to_other_processes() -> None:
    own = load_scenario("baseline")
    there = pickle.loads(pickle.dumps(own))
    assert there.with_draw({"behaviour.slope": 2.0}).scenario.behaviour.slope == 2.0


def test_unknown_evidence_and_places_are_told_where_they_are_cited(
    write: Write,
) -> None:
    path = write(
        "title: A\nextends: base\nsources: [fed-bonus-2022-09, made-up]\n"
        "federal:\n  signing_bonus: {2026-01: {value: 5, source: fed-bonus-2022-9}}\n"
        "regions: {signing_bonus: {by_region: {RU-MOV: 5}}}\n"
    )
    known = Known(
        evidence_ids=frozenset({"fed-bonus-2022-09", "fed-bonus-2024-08"}),
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, known=known)
    found = [(problem.line, problem.message) for problem in caught.value.problems]
    assert [line for line, _ in found] == [3, 5, 6]
    assert "did you mean fed-bonus-2022-09?" in found[1][1]
    assert "RU-MOS (Moscow Oblast) or RU-MOW (Moscow (city))?" in found[2][1]
    with pytest.raises(ScenarioError) as unaware:
        load_scenario(path)
    assert [problem.line for problem in unaware.value.problems] == [6]


def _shuffled(tree: Any, draw: Callable[[list[str]], list[str]]) -> Any:
    if not isinstance(tree, dict):
        return tree
    return {key: _shuffled(tree[key], draw) for key in draw(sorted(tree))}


def _yaml(value: Any) -> str:
    from scenarios.format.writing import flow

    return "\n".join(f"{key}: {flow(item)}" for key, item in value.items()) + "\n"


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_order_of_keys_is_irrelevant(write: Write, data: st.DataObject) -> None:
    delta = {
        "title": "A test",
        "extends": "base",
        "federal": {
            "signing_bonus": {"2026-01": 5, "2025-01": 4, "2024-08": {"value": 1}},
            "quota": {"scale": {"2026-01": 2, "2025-01": 3}, "persons_per_month": 9},
        },
        "behaviour": {"slope": 2, "trust_pay": 0.5},
    }
    turned = _shuffled(delta, lambda keys: data.draw(st.permutations(keys)))
    one = load_scenario(write(_yaml(delta))).scenario
    other = load_scenario(write(_yaml(turned))).scenario
    assert one == other
    months = one.time.months
    for path in ("signing_bonus", "quota"):
        first = getattr(one.federal, path).over(one.time.first, months)
        second = getattr(other.federal, path).over(one.time.first, months)
        assert (first == second).all()


def test_two_files_of_a_chain_are_one_file_with_both_changes(write: Write) -> None:
    first, second = "behaviour: {slope: 2}", "federal: {signing_bonus: {2026-01: 5}}"
    write(f"title: P\nextends: base\n{first}\n", "parent")
    chain = load_scenario(write(f"title: A\nextends: parent\n{second}\n", "child"))
    single = load_scenario(write(f"title: A\nextends: base\n{first}\n{second}\n"))
    assert content(chain.scenario) == content(single.scenario)
    assert chain.explicit == single.explicit


def test_values_that_no_file_gives_are_the_schema_s(write: Write) -> None:
    own = load_scenario(write("title: Only a title\n"))
    assert content(own.scenario) == content(Scenario(title="defaults"))
    assert default_tree().entries.keys() >= {"federal", "channels", "force"}


def test_another_reader_of_yaml_sees_the_same_values(tmp_path: Path) -> None:
    """A library's own reading of the file, validated, is what the loader resolves."""
    path = tmp_path / "base.yaml"
    path.write_text(BASE)
    plain = YAML(typ="safe", pure=True).load(BASE)
    assert content(Scenario.model_validate(plain)) == content(
        load_scenario(path).scenario
    )
