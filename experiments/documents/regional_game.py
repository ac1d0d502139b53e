"""The page on the regional game: its picture, and what was fitted and scored.

    python -m experiments.documents.regional_game     draws the picture anew

The tables are blocks of `experiments.documents.rebuild`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from calibration.observation.targets import load_targets
from calibration.posterior import (
    FOLDER,
    SERIES,
    load_game,
    load_posterior,
    read_table,
)
from calibration.regional_game.hazards import Game, fit
from calibration.regional_game.panel import FIRST, panel
from calibration.regional_game.paths import NO_FIELDS, simulated
from calibration.regional_game.scores import ORIGINS
from calibration.regional_game.storage import PREFIX, SCORES
from calibration.validation.validate import weighted_quantiles
from experiments.documents.blocks import table
from experiments.documents.parameter_page import DOCS
from experiments.figures.style import BLUE, INK, VERMILION, drawing, to_svg
from model.fields.months import parse_month
from model.institutions.annual_game import LEAST_RUB

PICTURE: Final = DOCS / "images" / "regional_game.svg"
TWELVE: Final = (
    "RU-MOW", "RU-SPE", "RU-LEN", "RU-SAM", "RU-TA", "RU-BA",
    "RU-SAR", "RU-ORE", "RU-ROS", "RU-KDA", "RU-SVE", "RU-ULY",
)  # fmt: skip
ORIGIN: Final = "2025-06"
AHEAD: Final = 9
LATER: Final = 21
DRAWS: Final = 200
BAND: Final = (0.05, 0.5, 0.95)
QUARTERS: Final = ("2023Q1", "2025Q3")
COUNTED: Final = ("budget_count", "regional_sample")
NO_POSTERIOR: Final = "No posterior is stored; `muster calibrate` makes one."
WORDS: Final = {
    "raise_base": "log-odds of a rise in a month, at the going rate",
    "raise_gap": "for each unit of log distance below the going rate",
    "raise_shortfall": "if nobody had signed of those due this year",
    "raise_january": "in January",
    "raise_autumn": "from August to October",
    "raise_mandate": "under a mandate of Moscow",
    "raise_revenue": "one standard deviation more revenue per man",
    "raise_metropolis": "in and around the two capitals",
    "raise_spread": "spread between regions",
    "raise_year_spread": "spread between years",
    "level_base": "log distance of the level aimed at from going rate and money",
    "level_following": "how far that level follows the going rate, the rest money",
    "level_closing": "share of the distance to it that one rise closes",
    "level_noise": "spread of new levels",
    "level_revenue": "level, one standard deviation more revenue per man",
    "level_metropolis": "level, in and around the two capitals",
    "level_spread": "spread of levels between regions",
    "level_year_spread": "spread of levels between years",
    "cut_base": "log-odds of a cut in a month, plan and money just used up",
    "cut_filled": "for each unit of log contracts over the plan",
    "cut_spent": "for each unit of log bonuses over the appropriation",
    "cut_above": "for each unit of log distance above the going rate",
    "cut_late": "from October to December",
    "cut_volga": "in the Volga district",
    "cut_floor_share": "share of cuts that go to the floor",
    "cut_log": "log change of the other cuts",
    "restored_share": "share of annual cuts restored by February",
    "restored_log": "log distance of a restored bonus from the old one",
    "appropriation_share": "appropriation of the median region, share of revenue",
}


def effects() -> str:
    """Return the fitted effects with their 90 % bands."""
    names, values = load_game()
    rows = []
    for name, words in WORDS.items():
        low, middle, high = np.quantile(values[:, names.index(PREFIX + name)], BAND)
        rows.append((f"`{name}`", words, f"{middle:.2f}", f"{low:.2f} to {high:.2f}"))
    return table(("parameter", "what it is", "median", "90 % band"), rows)


def scores() -> str:
    """Return how the game does on documents it has not seen."""
    stored = json.loads((FOLDER / SCORES).read_text(encoding="utf-8"))
    rows = []
    for context, words in (("given", "mandates and plans given"), ("blind", "blind")):
        found = stored[context]
        for origin in (*ORIGINS, ""):
            end = f"_{origin}" if origin else ""
            rows.append(
                (
                    words,
                    origin or "all",
                    f"{found['rmse' + end]:.2f}",
                    f"{found['rmse_plain' + end]:.2f}",
                    f"{found['rmse_unchanged' + end]:.2f}",
                    f"{found['coverage' + end]:.0%}",
                    f"{found['log_score' + end]:.2f}",
                    f"{found['log_score_base' + end]:.2f}",
                    f"{found['first_month_moved' + end]:.0%}",
                )
            )
    head = (
        "nation", "origin", "rmse", "rmse, all paths alike", "rmse unchanged",
        "in 90 % bands", "direction, log score", "of base rates",
        "regions that move in the first month",
    )  # fmt: skip
    return table(head, rows)


def quarters() -> str:
    """Return contracts of each quarter in the posterior, beside counts."""
    if not (FOLDER / SERIES).exists():
        return NO_POSTERIOR
    series, weight = read_table(FOLDER / SERIES), load_posterior().weight
    quarter = pd.PeriodIndex(series["month"], freq="M").asfreq("Q")
    signed = pd.Series(series["contracts_signed"]).groupby([quarter, series["draw"]])
    persons = signed.sum().unstack()
    counts: dict[str, list[str]] = defaultdict(list)
    for target in load_targets():
        months = pd.period_range(target.period_start, target.period_end, freq="M")
        if target.observer in COUNTED and not target.of and len(months) == 3:
            told = f"{target.documented / 1e3:.0f} ({target.source})"
            counts[str(months[0].asfreq("Q"))].append(told)
    rows = []
    for each in map(str, pd.period_range(*QUARTERS, freq="Q")):
        drawn = persons[persons.index.astype(str) == each].to_numpy()[0] / 1e3
        low, middle, high = weighted_quantiles(drawn, weight, BAND)
        told = "; ".join(counts[each]) or "-"
        rows.append((each, told, f"{middle:.0f}", f"{low:.0f} to {high:.0f}"))
    return table(("quarter", "documented, thousand", "median", "90 % of draws"), rows)


def draw(path: Path = PICTURE) -> Path:
    """Draw documented and simulated bonuses of twelve regions; return the file."""
    now, then = panel(), panel(ORIGIN)
    names, values = load_game()
    plain = tuple(name.removeprefix(PREFIX) for name in names)
    past = {name: np.zeros(len(values)) for name in NO_FIELDS}
    columns = np.column_stack([values, *past.values()])
    fitted_now = Game((*plain, *past), columns[:DRAWS], float(len(values)))
    ahead = simulated(now, fitted_now, LATER)
    back = simulated(then, fit(then, DRAWS), AHEAD, context=now)
    with drawing():
        figure = Figure(figsize=(9, 8), layout="constrained")
        axes = figure.subplots(4, 3, sharex=True).ravel()
        for each, iso in zip(axes, TWELVE, strict=True):
            region = now.regions.iso.index(iso)
            for paths, colour in ((back, VERMILION), (ahead, BLUE)):
                offered = paths.bonus_rub[:, region] / 1e6
                low, middle, high = np.quantile(offered, BAND, axis=0)
                at = (paths.origin + 1 + np.arange(len(middle))) / 12
                each.fill_between(at, low, high, step="post", color=colour, alpha=0.18)
                each.step(at, middle, where="post", color=colour, lw=1)
                each.step(at, offered[1], where="post", color=colour, lw=0.6, ls=":")
            levels = [level for level in now.levels[iso] if level.month >= FIRST]
            told = [level.month / 12 for level in levels] + [now.until / 12]
            rub = [max(level.rub, LEAST_RUB) / 1e6 for level in levels]
            each.step(told, [*rub, rub[-1]], where="post", color=INK, lw=1.4)
            each.plot(told[:-1], rub, "o", color=INK, ms=2.5)
            each.axvline((parse_month(ORIGIN) + 1) / 12, color=INK, lw=0.4)
            each.set_title(now.regions.name[region], fontsize=8)
            each.set_xlim(2023.5, 2028)
            each.set_ylim(0, None)
        figure.supylabel("regional bonus, million roubles")
        svg = to_svg(
            figure, "regional-game", "Regional bonuses: documented and simulated",
            "Twelve regions. Documented levels as black steps to March 2026; the game "
            "fitted to documents of June 2025 as a band to March 2026, that of today "
            "as a band to the end of 2027, with one path of each.",
        )  # fmt: skip
    path.write_text(svg + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    print(draw())
