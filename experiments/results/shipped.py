"""The tables of the shipped results, and of a run, as resources of a data package."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from calibration.evidence import load_evidence
from calibration.evidence.tables import load_regions
from calibration.fit.storage import monthly
from calibration.observation.targets import load_targets
from calibration.posterior import DRAWS, FOLDER, OBSERVED, SERIES, provenance
from calibration.posterior.forward import load_forward
from calibration.validation.backtests import load_backtests
from calibration.validation.register import REGISTERED
from calibration.validation.worth import worth
from experiments.documents.expected import FOLDER as EXPECTED
from experiments.documents.expected import stored
from experiments.measures import described
from experiments.measures.arithmetic import BAND_AND_HALF, quantiles
from experiments.measures.effects import EFFECTS
from experiments.results.package import Resource, write_package
from experiments.results.runs import open_run
from experiments.runs.measured_draws import measured
from model.fields.months import format_month

NAME: Final = "muster-results"
RANKED: Final = (
    "replacement_ratio", "bonus_per_contract_rub", "killed_persons", "deceived_persons",
)  # fmt: skip
_LEVELS: Final = ("low", "half_low", "median", "half_high", "high")
_TARGET: Final = {
    "observer": "function of the observation layer that stands for the source",
    "of": "what it is asked of: place, channel, country, date of reading",
    "documented": "the figure, in `unit`",
    "sd": "error of the source, of the logarithm or of the value (`scale`)",
    "discrepancy": "error allowed to the model, in the same way",
    "use": "fit, held_out or shown",
}
_BACKTEST: Final = {
    "origin": "month up to which documents were known",
    "documented": "the figure, in the unit of its target",
    "median": "foretold, in the same unit",
    "low": "lower end of the 90 % band",
    "high": "upper end of the 90 % band",
    "crps": "continuous ranked probability score, of the logarithm",
    "crps_persistence": "the same of the last document carried on",
    "crps_trend": "the same of the line through the last two",
    "z": "distance from the mean in stated standard deviations",
    "widened": "factor of the bands",
}
_REGION_UNITS: Final = {
    "unemployment_rate_2023": "1",
    "poverty_rate_2022": "1",
    "regional_budget_revenue_2023_rub_bn": "billion RUB",
    "capital_latitude": "degrees north",
    "capital_longitude": "degrees east",
}


def package_shipped(out: Path) -> Path:
    """Write the shipped results as a data package; returns the folder.

    Raises:
        OutputError: something else than a package stands there.
        StorageError: a table cannot be read or written.
    """
    draws = int(provenance(FOLDER)["draws"])
    title = "Results of Muster: paid recruitment in Russia, 2022 to 2026"
    tables = list(_shipped())
    return write_package(out, NAME, title, tables, _sources(), draws)


def package_run(run: Path, out: Path) -> Path:
    """Write the tables of a run as a data package; returns the folder.

    Raises:
        OutputError: something else than a package stands there.
        StorageError: the folder holds no run that was written whole.
    """
    found = open_run(run)
    tables = [
        Resource(
            name,
            f"Table {name} of the run, one row where something happened.",
            found.table(name).to_arrow(dates=False).to_pandas(),
        )
        for name in found.tables
    ]
    measures = found.measures.reset_index().drop(columns=["is_not"], errors="ignore")
    tables.append(
        Resource("measures", "Headline measures over draws.", measures, ["measure"])
    )
    title = str(found.about["title"])
    return write_package(
        out, "muster-run", title, tables, _sources(), int(found.about["draws"])
    )


def _shipped() -> Iterator[Resource]:
    evidence = pd.DataFrame([asdict(row) for row in load_evidence().values()])
    yield Resource(
        "evidence", "Documented figures, one a row, in `unit`.", evidence, ["id"]
    )
    regions = pd.DataFrame([asdict(row) for row in load_regions()])
    yield Resource("regions", "The 85 regions.", regions, ["iso"], units=_REGION_UNITS)
    targets = pd.DataFrame([asdict(target) for target in load_targets()])
    targets["evidence"] = [" ".join(ids) for ids in targets["evidence"]]
    told = "Documented figures that the model is held against."
    yield Resource("targets", told, targets, ["name"], _TARGET)
    for file, what in (
        (DRAWS, "Draws of the posterior with their weights."),
        (OBSERVED, "What each source would have printed of each draw, in its unit."),
        (SERIES, "Monthly series of each draw."),
    ):
        frame = pd.read_parquet(FOLDER / file)
        key = ["draw", "month"] if file == SERIES else []
        yield Resource(f"posterior-{Path(file).stem}", what, frame, key)
    rows = pd.DataFrame([asdict(row) for row in load_backtests().rows])
    told = "Documents foretold from earlier origins (data of docs/images/origins.svg)."
    yield Resource("back-tests", told, rows, ["origin", "name"], _BACKTEST)
    yield _forecasts()
    yield from _scenarios()
    yield _bands()
    yield _worth()


def _forecasts() -> Resource:
    frames = []
    for path in sorted(REGISTERED.glob("*.json")):
        made = json.loads(path.read_text(encoding="utf-8"))
        frame = pd.DataFrame(made["documents"]).drop(columns="quantiles")
        frame.insert(0, "date", made["date"])
        frame.insert(1, "hash", made["hash"])
        frames.append(frame)
    told = "Registered bands of documents to come (90 %), in `unit`."
    return Resource("forecasts", told, pd.concat(frames), ["hash", "name"])


def _scenarios() -> Iterator[Resource]:
    """Yield measures and effects of all shipped scenarios, draw by draw."""
    measures: list[Mapping[str, Any]] = []
    effects: list[Mapping[str, Any]] = []
    units = {effect.name: effect.unit for effect in EFFECTS}
    for path in sorted(EXPECTED.glob("*.json")):
        found = stored(path.stem)
        about = {"scenario": path.stem}
        for name, each in found["measures"].items():
            period = described(name)[1]
            measures += [
                {**about, "measure": name, "period": period, "draw": draw,
                 "value": value, "unit": each["unit"]}
                for draw, value in enumerate(each["by_draw"])
            ]  # fmt: skip
        for name, by_draw in found["effects"].items():
            effects += [
                {**about, "effect": name, "window": found["window"], "draw": draw,
                 "value": value, "unit": units.get(name, "")}
                for draw, value in enumerate(by_draw)
            ]  # fmt: skip
    told = "Headline measures of the shipped scenarios, draw by draw, in `unit`."
    key = ["scenario", "measure", "draw"]
    yield Resource("scenario-measures", told, pd.DataFrame(measures), key)
    told = "Effects beside the baseline, draw by draw, in `unit`."
    key = ["scenario", "effect", "draw"]
    yield Resource("scenario-effects", told, pd.DataFrame(effects), key)


def _bands() -> Resource:
    """Return monthly bands of the baseline, the data of its fans."""
    runs = [run for run, _ in load_forward(FOLDER)]
    months = [format_month(runs[0].first + at) for at in range(runs[0].months)]
    series = [monthly(run) for run in runs]
    frames = []
    for name in series[0]:
        band = quantiles(np.stack([each[name] for each in series]), BAND_AND_HALF)
        frame = pd.DataFrame(dict(zip(_LEVELS, band, strict=True)))
        frame.insert(0, "month", months)
        frame.insert(1, "series", name)
        frame["unit"] = "log change" if name.endswith("elasticity") else "persons"
        frames.append(frame)
    told = "Baseline by month over draws: median, inner half and 90 %, in `unit`."
    return Resource("monthly-bands", told, pd.concat(frames), ["month", "series"])


def _worth() -> Resource:
    rows = [
        {"measure": name, **asdict(row)}
        for name in RANKED
        for row in worth(measured(name))
    ]
    frame = pd.DataFrame(rows).drop(columns="own")
    told = "What documents would be worth (data of docs/images/worth.svg)."
    columns = {
        "narrowing": "share of the measure's variance expected to be taken away",
        "error": "standard error of it",
    }
    units = dict.fromkeys(columns, "1")
    return Resource("worth", told, frame, ["measure", "name"], columns, units)


def _sources() -> list[dict[str, str]]:
    """Return the publishers behind the evidence, with an address if one is known."""
    first: dict[str, str] = {}
    for row in load_evidence().values():
        first[row.publisher] = first.get(row.publisher) or row.url
    return [
        {"title": name} | ({"path": url} if url else {})
        for name, url in sorted(first.items())
    ]
