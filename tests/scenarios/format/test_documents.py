"""A ceiling on every documented series; a file's own values end the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.documented.world import documented_world
from model.economy.paths import macro_paths
from scenarios import load_scenario

EARLY = ("time.history_until=2024-06",)


def dates(tree: object) -> list[str]:
    """List everything that looks like a month in a scenario's values."""
    if isinstance(tree, dict):
        own = [str(key) for key in tree if str(key)[:2] == "20" and "-" in str(key)]
        date = [str(tree["date"])] if "date" in tree else []
        return own + date + [d for below in tree.values() for d in dates(below)]
    if isinstance(tree, list | tuple):
        return [date for item in tree for date in dates(item)]
    return []


def test_nothing_documented_later_than_the_ceiling_is_seen() -> None:
    early = load_scenario("baseline", EARLY).tree
    late = [m for m in dates({**early, "time": {}}) if m[:7] > "2024-06"]
    # A path whose first document is later holds its first level before that date.
    assert all(m[:7] <= "2024-06" for m in dates(early["regions"]["signing_bonus"]))
    assert all(m[:7] <= "2024-06" for m in dates(early["force"]["tempo"]))
    assert all(m[:7] <= "2024-06" for m in dates(early["source_states"]))
    assert len(late) < 12


def test_regions_without_an_early_document_are_as_if_never_documented() -> None:
    early = load_scenario("baseline", EARLY).scenario.regions.signing_bonus.by_region
    assert "RU-TUL" not in early
    assert max(early["RU-SPE"].rub) == "2023-05"


def test_the_macro_series_end_at_the_ceiling_too() -> None:
    world = documented_world()
    late = macro_paths(world, load_scenario("baseline").scenario)
    early = macro_paths(world, load_scenario("baseline", EARLY).scenario)
    at = 12 + 9  # June 2024, counted from September 2022
    assert early.rub_per_usd[at] == late.rub_per_usd[at]
    assert early.rub_per_usd[at + 6] == early.rub_per_usd[at]
    assert late.rub_per_usd[at + 6] > 1.1 * early.rub_per_usd[at + 6]


@pytest.fixture
def volga(tmp_path: Path) -> Path:
    path = tmp_path / "volga.yaml"
    path.write_text(
        "title: One region of its own mind\n"
        "question: Do documents of another world come back?\n"
        "extends: baseline\n"
        "changes: [Samara pays little from October on]\n"
        "regions:\n"
        "  signing_bonus:\n"
        "    by_region:\n"
        "      RU-SAM: {rub: {2025-09: 700000}}\n"
    )
    return path


def test_a_value_of_ones_own_ends_the_documents_of_that_path(volga: Path) -> None:
    own = load_scenario(volga).scenario.regions.signing_bonus.by_region
    base = load_scenario("baseline").scenario.regions.signing_bonus.by_region
    assert max(own["RU-SAM"].rub) == "2025-09"
    assert own["RU-SAM"].rub["2025-06"] == base["RU-SAM"].rub["2025-06"]
    assert own["RU-SAR"] == base["RU-SAR"]


def test_the_posterior_draw_ends_no_documents() -> None:
    drawn = load_scenario("baseline", draw={"force.tempo.scale.2022-09": 0.9})
    assert drawn.scenario.regions == load_scenario("baseline").scenario.regions
