"""What a run takes from outside the package: a model, measures, columns to keep.

Everything is known by import path, so it travels with a job as text, and its source is
part of the job's version (`experiments.runs.jobs.job_version`): a run is never taken
for that of an edited mechanism. ODD II.x (observation).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from calibration.documented.world import documented_world
from model.channels import REGULAR, channel_names
from model.errors import DesignError
from model.extensions import folder_of, found_at, given_paths, import_path, load_given
from model.fields.months import month_range
from model.force.roll import State
from model.ledger.accounts import ACCOUNTS, ENTITIES, NATIONAL
from model.observers import NOWHERE
from model.results import Tables
from model.scenario import Scenario

if TYPE_CHECKING:
    from model.simulation import RecruitmentModel

Measured = Callable[[Tables, Scenario], "float | Mapping[str, Any]"]
"""Own measure: a number, or monthly values by the name of the series, (months,)."""
_KEPT: Final = re.compile(r"(?P<table>\w+)\.(?P<column>\w+)(?: by (?P<by>\w+))?")


@dataclass(frozen=True, slots=True)
class OwnCode:
    """What a job takes from elsewhere, as text."""

    model: str = ""
    """Import path of a subclass of `RecruitmentModel`; empty: the model."""
    measures: tuple[tuple[str, str], ...] = ()
    """Name and import path of own measures."""
    keep: tuple[str, ...] = ()
    """Columns to keep by month, as `ledger.paid_rub by account`."""
    extensions: tuple[str, ...] = ()
    """What was registered; see `model.extensions.given_paths`."""
    folders: tuple[tuple[str, str], ...] = ()
    """Import path and folder of the model and the measures."""

    @property
    def identity(self) -> dict[str, Any]:
        """What distinguishes a run beside the version of the code; empty: nothing."""
        known = {
            "model": self.model,
            "measures": [list(each) for each in self.measures],
            "keep": list(self.keep),
        }
        return {name: value for name, value in known.items() if value}

    def model_class(self) -> type[RecruitmentModel]:
        """Import the model; nothing is imported before it is wanted."""
        from model.simulation import RecruitmentModel

        load_given(self.extensions)
        if not self.model:
            return RecruitmentModel
        found: type[RecruitmentModel] = self._found(self.model)
        return found

    def objects(self) -> list[Any]:
        """Import everything named here."""
        named = [*([self.model] if self.model else ()), *dict(self.measures).values()]
        return [self._found(path) for path in named]

    def measure(
        self, tables: Tables, scenario: Scenario
    ) -> tuple[dict[str, float], dict[str, pa.Array]]:
        """Return own measures and kept monthly columns of a run.

        Raises:
            ValueError: a measure returned neither a number nor values by month.
        """
        first = int(scenario.time.first)
        months = month_range(first, first + scenario.time.months - 1)
        numbers: dict[str, float] = {}
        series: dict[str, pa.Array] = {}
        for name, path in self.measures:
            value = self._found(path)(tables, scenario)
            if isinstance(value, Mapping):
                for each, column in value.items():
                    series[f"{name}.{each}"] = _monthly(name, column, len(months))
            else:
                numbers[name] = float(value)
        for text in self.keep:
            series |= kept_columns(text, tables, months)
        return numbers, series

    def _found(self, path: str) -> Any:
        return found_at(path, dict(self.folders).get(path, ""))


NO_OWN_CODE: Final = OwnCode()


def own_code(
    model: type[RecruitmentModel] | None = None,
    measures: Mapping[str, Measured | str] | None = None,
    keep: Iterable[str] = (),
) -> OwnCode:
    """Return what travels with a job.

    Args:
        model: a subclass of the model, at the top of a module.
        measures: own measures by name, each a function at the top of a module or its
            import path.
        keep: `table.column` or `table.column by key`; see `kept_columns`.

    Raises:
        MusterError: workers would not find the model, a measure or a mechanism.
        DesignError: a path leads nowhere, or there is no such column.
    """
    named = {name: _function(given) for name, given in (measures or {}).items()}
    paths = {name: import_path(found) for name, found in named.items()}
    found = [*named.values(), *([model] if model else ())]
    for text in keep:
        refuse_unknown(text)
    return OwnCode(
        import_path(model) if model else "",
        tuple(sorted(paths.items())),
        tuple(dict.fromkeys(keep)),
        given_paths(),
        tuple((import_path(each), folder_of(each)) for each in found),
    )


def _function(given: Measured | str) -> Any:
    if not isinstance(given, str):
        return given
    if not re.fullmatch(r"\w+(\.\w+)*:\w+", given):
        raise DesignError(f"{given!r}: a measure is named as module:function")
    try:
        found = found_at(given)
    except (ImportError, AttributeError) as error:
        raise DesignError(
            f"{given}: cannot be imported ({error}); a command finds the modules of "
            "this folder with PYTHONPATH=. before it"
        ) from None
    if not callable(found):
        raise DesignError(f"{given}: is no function")
    return found


def refuse_unknown(text: str) -> None:
    """Refuse what `kept_columns` would not understand.

    Raises:
        DesignError: in words.
    """
    match = _KEPT.fullmatch(text)
    if match is None:
        raise DesignError(
            f"{text!r}: write table.column or table.column by key, as in "
            "'ledger.paid_rub by account'"
        )
    if match["by"] and match["by"] not in _items():
        raise DesignError(
            f"{text!r}: columns are kept by {', '.join(sorted(_items()))}"
        )


def kept_columns(text: str, tables: Tables, months: list[str]) -> dict[str, pa.Array]:
    """Add a column of a result table up by month, and by one of the table's keys.

    Every item of a key has its column in every run, also one with nothing in it. What
    is no sum, as a price, is kept by the key that tells its rows apart.

    Args:
        text: `flows.signed_persons`, or `flows.signed_persons by channel`.
        tables: of a run.
        months: of the run.

    Returns:
        `table.column` or `table.column.item` to values by month.

    Raises:
        DesignError: the table has no such column.
    """
    match = _KEPT.fullmatch(text)
    assert match is not None, text
    table, column, by = match["table"], match["column"], match["by"]
    rows = tables.get(table, {})
    needed = ["month", column, *([by] if by else ())]
    if missing := [name for name in needed if name not in rows]:
        raise DesignError(
            f"{text!r}: no column {missing[0]!r} in {table}; "
            f"tables: {', '.join(sorted(tables))}; columns: {', '.join(rows)}"
        )
    items = _items()[by] if by else ("",)
    at = _code(rows["month"], months)
    item = _code(rows[by], items) if by else np.zeros(len(at), dtype=np.int64)
    value = rows[column]
    inside = (at >= 0) & (item >= 0)
    cell = item[inside] * len(months) + at[inside]
    sums = np.zeros(len(items) * len(months), value.dtype)
    # Not bincount: roubles beyond 2^53 must stay whole.
    np.add.at(sums, cell, value[inside])
    whole = sums.reshape(len(items), len(months))
    endings = [f".{name or 'nowhere'}" for name in items] if by else [""]
    return {
        f"{table}.{column}{ending}": pa.array(row)
        for ending, row in zip(endings, whole, strict=True)
    }


def _items() -> dict[str, tuple[str, ...]]:
    """Return the items of every key a column can be kept by."""
    world = documented_world()
    return {
        "channel": (REGULAR, *channel_names()),
        "home": tuple(world.homes),
        "place": (*world.regions.iso, NATIONAL, NOWHERE),
        "account": tuple(account.name for account in ACCOUNTS),
        "payer": tuple(ENTITIES),
        "payee": tuple(ENTITIES),
        "state": tuple(state.label for state in State),
    }


def _code(column: Any, names: Iterable[str]) -> Any:
    number = {name: at for at, name in enumerate(names)}
    return np.array([number.get(name, -1) for name in column], dtype=np.int64)


def _monthly(name: str, column: Any, months: int) -> pa.Array:
    values = np.asarray(column, dtype=float)
    if values.shape != (months,):
        raise ValueError(f"measure {name}: {values.shape} values for {months} months")
    return pa.array(values)
