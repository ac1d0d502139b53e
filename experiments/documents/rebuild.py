"""Rebuild everything generated: schema of scenario files, pages, blocks in pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from experiments.documents import (
    backtest_blocks,
    odd_tables,
    page_blocks,
    regional_game,
    scenario_blocks,
    study_blocks,
    supply_blocks,
    worth_blocks,
)
from experiments.documents.blocks import Block, calls, fill_page
from experiments.documents.parameter_page import DOCS, write_parameter_page
from experiments.scenario_tools import write_schema

README = DOCS.parent / "README.md"
BLOCKS: dict[str, Block] = {
    "schedule": odd_tables.schedule,
    "random-decisions": odd_tables.random_decisions,
    "parameters": odd_tables.parameters,
    "measures": page_blocks.measures,
    "evidence-counts": page_blocks.evidence_counts,
    "parameter-grades": page_blocks.parameter_grades,
    "scoreboard-brief": page_blocks.scoreboard_brief,
    "scoreboard": page_blocks.scoreboard,
    "scenarios": scenario_blocks.shipped_scenarios,
    "scenarios-certain": scenario_blocks.shipped_certainty,
    "scenarios-answers": scenario_blocks.shipped_answers,
    "question-cuts": scenario_blocks.answer_on_cuts,
    "regional-game-effects": regional_game.effects,
    "regional-game-scores": regional_game.scores,
    "regional-game-quarters": regional_game.quarters,
    "fit": page_blocks.fit,
    "misses": page_blocks.misses,
    "elasticities": study_blocks.elasticities,
    "supply": supply_blocks.supply,
    "informed": study_blocks.informed,
    "ridges": study_blocks.ridge_pairs,
    "balance": study_blocks.balance,
    "poverty": study_blocks.poverty,
    "regions": study_blocks.region_table,
    "regional-responses": study_blocks.regional_responses,
    "rivals": study_blocks.rivals,
    "planted": study_blocks.planted,
    "grades": study_blocks.grades,
    "skill": backtest_blocks.skill,
    "back-tests": backtest_blocks.back_tests,
    "stack": backtest_blocks.stack,
    "fit-quality": backtest_blocks.fit_quality,
    "worst-targets": backtest_blocks.worst_targets,
    "uninformed": backtest_blocks.uninformed,
    "worth-table": worth_blocks.worth_table,
    "worth-limits": worth_blocks.worth_limits,
    "worth-dropped": worth_blocks.worth_dropped,
    "worth-refits": worth_blocks.worth_refits,
}


def pages() -> Iterator[Path]:
    """Yield every written page that holds generated blocks."""
    for path in (README, *sorted(DOCS.rglob("*.md"))):
        if calls(path.read_text(encoding="utf-8")):
            yield path


def main() -> None:
    """Write every generated page and say where it is."""
    for page in (write_schema(), write_parameter_page()):
        print(page)
    for page in pages():
        print(fill_page(page, BLOCKS))
    print(supply_blocks.write_supply_image(DOCS / "images"))
    print(worth_blocks.write_worth_image(DOCS / "images"))


if __name__ == "__main__":
    main()
