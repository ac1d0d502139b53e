from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scenarios import cited_sources, load_scenario

Write = Callable[..., Path]


def test_steps_countermeasures_networks_and_headers_cite(write: Write) -> None:
    path = write(
        "title: A\nextends: base\nsources: [one-id, two-id]\n"
        "federal: {signing_bonus: {2026-01: {value: 5, source: new-id}}}\n"
        "source_states: {NP: {countermeasures: "
        "[{date: 2024-01, kind: ban, source: ban-id}]}}\n"
        "networks: {NP: {source: net-id}}\n"
    )
    cited = cited_sources(load_scenario(path).scenario)
    expected = {
        "sources.0": "one-id",
        "sources.1": "two-id",
        "federal.signing_bonus.rub.2022-09": "fed-bonus-2022-09",
        "federal.signing_bonus.rub.2024-08": "fed-bonus-2024-08",
        "federal.signing_bonus.rub.2026-01": "new-id",
        "source_states.NP.countermeasures.0": "ban-id",
        "networks.NP": "net-id",
    }
    assert expected.items() <= cited.items()


def test_a_default_cites_its_declaration_and_another_value_does_not(
    write: Write,
) -> None:
    name = "behaviour.debt_distress_share"
    base = load_scenario(write("title: A\nextends: base\n")).scenario
    default = base.behaviour.debt_distress_share
    assert name in cited_sources(base)
    text = (
        f"title: A\nextends: base\nbehaviour: {{debt_distress_share: {default / 2}}}\n"
    )
    assert name not in cited_sources(load_scenario(write(text)).scenario)
