"""A register of forecasts: bands of coming documents, dated, hashed and later scored.

A forecast is one file, `DATE-HASH.json`, that nobody can improve on afterwards: its
hash is that of all it says, and it names the posterior, code and evidence it came from.
When a document it foretold enters `calibration/targets.csv` it is scored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.fit.storage import fingerprints
from calibration.observation.targets import Target, load_targets
from calibration.posterior import DRAWS, FOLDER
from calibration.posterior.forward import FORWARD
from calibration.validation.proper_scores import Predictive
from calibration.validation.scoring import predictives
from model.errors import StorageError
from model.fields.months import format_month, parse_month

REGISTERED: Final = Path(__file__).parents[1] / "forecasts"
"""Forecasts the package ships."""
LAST: Final = "2026-12"
SHARES: Final = tuple((at + 0.5) / 40 for at in range(40))
"""Quantiles kept of each band, enough to score by."""


@dataclass(frozen=True, slots=True)
class _Coming:
    """Documents of one source that keep coming.

    Attributes:
        like: name of a target of the same source, whose errors are taken over.
        every: months between documents.
        reading: whether `of` is the date of reading, the end of the period.
        whole: whether the period starts where that of `like` does.
    """

    like: str
    every: int
    reading: bool = False
    whole: bool = False


COMING: Final = (
    _Coming("regional_2025q1", 3),
    _Coming("claims_2024", 12),
    _Coming("staff_2025q1", 3),
    _Coming("list_total_2025_05", 3, reading=True, whole=True),
    _Coming("force_2025_01", 3),
    _Coming("bonus_top24_2025_06", 3),
    _Coming("foreign_2025h1", 6),
)


@dataclass(frozen=True, slots=True)
class ScoredForecast:
    """A forecast whose document is in; figures in its unit."""

    date: str
    name: str
    documented: float
    median: float
    low: float
    high: float
    crps: float
    """On the logarithm."""

    @property
    def inside(self) -> bool:
        """Whether the document lies in its 90 % band."""
        return self.low <= self.documented <= self.high


def coming_documents() -> tuple[Target, ...]:
    """Return the documents to come, to the end of 2026, as targets without a figure."""
    by_name = {target.name: target for target in load_targets()}
    known = list(by_name.values())
    return tuple(
        each
        for coming in COMING
        if coming.like in by_name
        for each in _coming(coming, by_name[coming.like], known)
    )


def make_forecast(folder: Path = FOLDER, today: date | None = None) -> dict[str, Any]:
    """Return the predictive bands of all documents to come, dated and hashed.

    Raises:
        StorageError: no posterior with histories is stored in the folder.
    """
    targets = coming_documents()
    told = {
        "date": (today or date.today()).isoformat(),
        **fingerprints(),
        "posterior": _file_hash(folder / DRAWS),
        "histories": _file_hash(folder / FORWARD),
        "documents": [
            _entry(target, predictive)
            for target, predictive in zip(
                targets, predictives(targets, folder), strict=True
            )
        ],
    }
    return {**told, "hash": _hash(told)}


def register_forecast(made: Mapping[str, Any], folder: Path) -> Path:
    """Write a forecast to the register; one of the same content stands already."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{made['date']}-{made['hash'][:12]}.json"
    text = json.dumps(made, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def score_register(folders: Sequence[Path]) -> list[ScoredForecast]:
    """Score every registered forecast whose document is among the targets.

    Raises:
        StorageError: a file was changed after it was registered, or is none.
    """
    known = {_key(target): target for target in load_targets()}
    found = []
    for made in _registered(folders):
        for entry in made["documents"]:
            target = known.get(_key_of(entry))
            if target is not None:
                found.append(_scored(made["date"], entry, target))
    return found


def _coming(coming: _Coming, like: Target, known: Sequence[Target]) -> Iterator[Target]:
    """Yield what comes after the last known document of a source."""
    family = [
        each
        for each in known
        if each.observer == like.observer and (coming.reading or each.of == like.of)
    ]
    last = max(max(each.last for each in family), parse_month("2025-09"))
    span = like.last - like.first + 1
    ends = range(last + 1, parse_month(LAST) + 1)
    for end in (each for each in ends if (each + 1) % coming.every == 0):
        month = format_month(end)
        start = like.period_start if coming.whole else format_month(end - span + 1)
        yield replace(
            like,
            name=f"{like.observer}_{month}" + (f"_{like.of}" if like.of else ""),
            of=month if coming.reading else like.of,
            period_start=start,
            period_end=month,
        )


def _entry(target: Target, predictive: Predictive) -> dict[str, Any]:
    low, median, high = (
        target.inverse_transform(q) for q in predictive.quantile(0.05, 0.5, 0.95)
    )
    quantiles = [target.inverse_transform(q) for q in predictive.quantile(*SHARES)]
    return {
        "name": target.name,
        "source": target.source,
        "quantity": target.quantity,
        "observer": target.observer,
        "of": target.of,
        "period_start": target.period_start,
        "period_end": target.period_end,
        "unit": target.unit,
        "median": _digits(median),
        "low": _digits(low),
        "high": _digits(high),
        "quantiles": [_digits(each) for each in quantiles],
    }


def _digits(value: float) -> float:
    return float(f"{value:.6g}")


def _scored(day: str, entry: Mapping[str, Any], target: Target) -> ScoredForecast:
    points = np.log(np.array(entry["quantiles"]))
    even = np.full(len(points), 1 / len(points))
    return ScoredForecast(
        date=day,
        name=entry["name"],
        documented=target.documented,
        median=entry["median"],
        low=entry["low"],
        high=entry["high"],
        crps=Predictive(points, even, 1e-9).crps(float(np.log(target.documented))),
    )


def _registered(folders: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for path in (path for folder in folders for path in sorted(folder.glob("*.json"))):
        try:
            made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            said = made["hash"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(
                f"{path}: is no registered forecast ({error})"
            ) from error
        if said != _hash({key: made[key] for key in made if key != "hash"}):
            raise StorageError(
                f"{path}: was changed after it was registered; its hash is another"
            )
        yield made


def _hash(told: Mapping[str, Any]) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _key(target: Target) -> tuple[str, ...]:
    return target.observer, target.of, target.period_start, target.period_end


def _key_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        entry[name] for name in ("observer", "of", "period_start", "period_end")
    )
