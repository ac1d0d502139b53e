"""A scenario's own dated value acts from its month on, under every rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.simulation import RecruitmentModel
from scenarios import load_scenario
from tests.experiments.small_country import SHORT, small_world

WORLD = small_world()
ISO = WORLD.regions.iso
RULES = ("annual_game", "chase_and_fill", "budget_first", "fixed")
UNTIL = ("time.history_until=2025-06", "time.until=2026-04")
FIRST = 2025 * 12 + 2  # March 2025
SETTINGS = (*[s for s in SHORT if not s.startswith("time.")], "time.start=2025-03")


def at(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1 - FIRST


def prices(regions: dict[str, Any], folder: Path, *more: str) -> np.ndarray:
    """Return what regions offer, (T, R), in a world of a few months."""
    path = folder / "own.yaml"
    steps = "\n".join(f"      {iso}: {{rub: {rub}}}" for iso, rub in regions.items())
    body = f"    by_region:\n{steps}\n" if regions else "    least_rub: 0\n"
    path.write_text(
        "title: own values\nquestion: Do they act?\nextends: baseline\n"
        "changes: [some regions pay what this file says]\n"
        f"regions:\n  signing_bonus:\n{body}"
    )
    given = (*SETTINGS, *UNTIL, *more)
    model = RecruitmentModel(load_scenario(path, given).scenario, WORLD, seed=4)
    table = model.run()["prices"]
    months = model.scenario.time.months
    return np.array(table["offer_regional_rub"]).reshape(months, -1)


@pytest.mark.parametrize("rule", RULES)
def test_volga_regions_pay_what_the_file_says(rule: str, tmp_path: Path) -> None:
    own = "{2025-10: 400000, 2026-01: 1500000}"
    chosen = ("RU-TA", "RU-PER", "RU-MO")
    told = prices(dict.fromkeys(chosen, own), tmp_path, f"regions.rule={rule}")
    base = prices({}, tmp_path, f"regions.rule={rule}")
    for iso in chosen:
        column = ISO.index(iso)
        assert (told[at("2025-10") : at("2026-01"), column] == 400_000).all(), iso
        assert told[at("2026-01"), column] == 1_500_000, iso
        before = slice(0, at("2025-10"))
        assert (told[before, column] == base[before, column]).all(), iso


def test_the_rule_goes_on_from_the_last_own_value(tmp_path: Path) -> None:
    own, tatarstan = {"RU-TA": "{2025-10: 700000}"}, ISO.index("RU-TA")
    calm = ("regions.game.raise_base=-12", "regions.game.cut_base=-15")
    still = prices(own, tmp_path, *calm)[at("2025-10") :, tatarstan]
    assert (still == 700_000).all(), "where nothing is decided it stays"
    eager = prices(own, tmp_path, "regions.game.raise_base=5")[:, tatarstan]
    assert eager[at("2025-10")] == 700_000
    assert eager[at("2026-01") :].max() > 700_000


def test_other_regions_meet_the_same_luck(tmp_path: Path) -> None:
    base = prices({}, tmp_path)
    told = prices({"RU-AMU": "{2026-03: 500000}"}, tmp_path)
    others = [c for c, iso in enumerate(ISO) if iso != "RU-AMU"]
    upto = at("2026-03") + 1
    assert (told[:upto, others] == base[:upto, others]).all()


def test_an_own_mean_brings_all_regions_to_it(tmp_path: Path) -> None:
    means = "regions.signing_bonus.mean.rub.2025-11=500000"
    told = prices({"RU-TA": "{2025-10: 3000000}"}, tmp_path, means)
    month = at("2025-11")
    assert told[month].mean() == pytest.approx(500_000, rel=1e-6)
    assert prices({}, tmp_path)[month].mean() > 600_000


def test_regions_leave_their_documents_one_by_one(tmp_path: Path) -> None:
    """No synchronous jump: hazards move few of them in the first month alone."""
    paid = prices({}, tmp_path)
    moved = paid[at("2025-07")] != paid[at("2025-06")]
    assert moved.mean() < 0.25
    assert (paid[at("2026-04")] != paid[at("2025-06")]).mean() > moved.mean()
