"""A data package of results: tables in CSV, and what every column means.

    datapackage.json   names, units, types, licence, citation and sources of all tables
    *.csv              the tables (Frictionless tabular data package, version 1)

The shipped package holds evidence, targets, posterior, back-tests, scenarios and the
data of the figures; a package of a run holds its tables. Units are read from the names
of columns, which carry them everywhere (`_rub`, `_persons`, `_share`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from experiments.runs.repeatable import provenance
from experiments.storage.durable import storage_faults, write_durably
from experiments.storage.staging import staged
from experiments.storage.units import unit_of

DESCRIPTOR: Final = "datapackage.json"
PROFILE: Final = "tabular-data-package"
LICENSE: Final = {
    "name": "MIT",
    "title": "MIT License",
    "path": "https://opensource.org/license/mit",
}
CITATION: Final = (
    "The Muster contributors: Muster: an agent-based model of paid military recruitment"
    " in Russia. Version {version}."
)
_TYPES: Final = {"i": "integer", "u": "integer", "f": "number", "b": "boolean"}


@dataclass(frozen=True, slots=True)
class Resource:
    """One table of a package.

    Attributes:
        name: of its file, without ending: small letters, digits, - and _.
        description: what a row is.
        frame: the table.
        key: columns that tell its rows apart.
        columns: what columns mean where their names do not say so.
        units: units of columns where their names do not say so.
    """

    name: str
    description: str
    frame: pd.DataFrame
    key: Sequence[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def write_package(
    out: Path,
    name: str,
    title: str,
    resources: Sequence[Resource],
    sources: Sequence[Mapping[str, str]],
    draws: int = 1,
) -> Path:
    """Write tables and their description as one folder; returns it.

    Args:
        out: the folder; absent, empty or an older package, which is replaced.
        name: of the package, in small letters.
        title: of the package.
        resources: its tables.
        sources: where its figures come from, each with a title and, if known, a path.
        draws: of the posterior it rests on.

    Raises:
        OutputError: something else stands there.
        StorageError: it cannot be written.
    """
    with staged(out, "package") as made, storage_faults(out):
        about = provenance(title, seed=1, draws=draws)
        listed = [_written(each, made.path) for each in resources]
        described = {
            "profile": PROFILE,
            "name": name,
            "title": title,
            "version": about["version"],
            "created": about["finished"],
            "licenses": [LICENSE],
            "citation": CITATION.format(version=about["version"]),
            "contributors": [{"title": "The Muster contributors", "role": "author"}],
            "sources": list(sources),
            "provenance": {
                key: about[key] for key in ("git_hash", "evidence_hash", "posterior")
            },
            "resources": listed,
        }
        text = json.dumps(described, indent=1, ensure_ascii=False)
        write_durably(made.path / DESCRIPTOR, f"{text}\n".encode())
        made.about |= about
    return out


def _written(resource: Resource, folder: Path) -> dict[str, Any]:
    """Write a table and return its entry in the descriptor."""
    content = resource.frame.to_csv(index=False, lineterminator="\n").encode()
    path = f"{resource.name}.csv"
    write_durably(folder / path, content)
    return {
        "profile": "tabular-data-resource",
        "name": resource.name,
        "path": path,
        "description": resource.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(resource, str(name)) for name in resource.frame],
            "missingValues": [""],
            **({"primaryKey": list(resource.key)} if resource.key else {}),
        },
    }


def _field(resource: Resource, column: str) -> dict[str, str]:
    kind = _TYPES.get(resource.frame[column].dtype.kind, "string")
    told = {"name": column, "type": kind}
    meaning = resource.columns.get(column)
    unit = resource.units.get(column) or (unit_of(column) if kind != "string" else "")
    return told | ({"description": meaning} if meaning else {}) | (
        {"unit": unit} if unit else {}
    )  # fmt: skip
