"""Commands on places and documents: regions, evidence, import, package."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import Json, OwnEvidence, print_json

if TYPE_CHECKING:
    from scenarios.format.columns import InMonth


File = Annotated[
    Path, typer.Argument(help="CSV, TSV, spreadsheet (.xlsx), JSON or Parquet.")
]
Target = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="PATH",
        help="Dated value it becomes, as economy.rub_per_usd or "
        "regions.signing_bonus.by_region; or `evidence` for evidence rows.",
    ),
]
Unit = Annotated[
    str | None, typer.Option(help="Unit of the table: RUB, RUB_million, percent...")
]
MonthColumn = Annotated[str | None, typer.Option(help="Column of dates.")]
RegionColumn = Annotated[str | None, typer.Option(help="Column of places.")]
ValueColumn = Annotated[str | None, typer.Option(help="Column of values.")]
NominalColumn = Annotated[
    str | None, typer.Option(help="Column of units that a value is the price of.")
]
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN=TEXT", help="Only rows with this; repeatable."),
]
Decimal = Annotated[str | None, typer.Option(help="Sign before decimals: `.` or `,`.")]
Dates = Annotated[
    str | None, typer.Option(help="dmy or mdy, for dates like 01/02/2026.")
]
InOneMonth = Annotated[
    str | None,
    typer.Option(help="Of several values in a month: first, last, mean or sum."),
]
Cumulative = Annotated[
    bool, typer.Option("--cumulative", help="Values are totals so far.")
]
Encoding = Annotated[str | None, typer.Option(help="Of a text file, as cp1251.")]
Delimiter = Annotated[str | None, typer.Option(help="Between cells.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a spreadsheet.")]
Source = Annotated[str | None, typer.Option(help="Evidence id every value cites.")]
Title = Annotated[
    str | None,
    typer.Option(help="Write a whole scenario of that title, and not a block of one."),
]
RowSays = Annotated[
    list[str] | None,
    typer.Option(
        "--row",
        metavar="COLUMN=TEXT",
        help="With --as evidence, what every row says: id (its beginning), "
        "quantity, publisher, title, kind; confidence, channel, url... repeatable.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(regions)
    app.command()(evidence)
    app.command("import")(bring_in)
    app.command()(package)


def regions(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Code, name or district, or a part of it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List regions, federal districts and source countries with codes and names."""
    from model.errors import ScenarioError
    from scenarios.format.places import find_place, matching, unknown

    text = " ".join(words or [])
    exact = find_place(text)
    listed = [exact] if exact and exact.kind != "district" else matching(text)
    if not listed:
        raise ScenarioError(unknown(text))
    if as_json:
        print_json([asdict(place) for place in listed])
        return
    from experiments.figures.tabular import print_table

    rows = [(p.code, p.name_en, p.name_ru, p.district, p.kind) for p in listed]
    print_table(("code", "name", "in Russian", "district", "kind"), rows)


def evidence(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="An id, or words to search for in every column."),
    ] = None,
    coverage: Annotated[
        bool, typer.Option(help="Where each founding figure and mechanism is used.")
    ] = False,
    own: OwnEvidence = None,
    as_json: Json = False,
) -> None:
    """Look a documented figure up, search them, or see where they are used."""
    from experiments import evidence_search

    folder = own or evidence_search.own_folder()
    if coverage:
        evidence_search.print_coverage(as_json=as_json)
    elif not words:
        evidence_search.print_tables(folder, as_json=as_json)
    else:
        evidence_search.print_matches(" ".join(words), folder, as_json=as_json)


def bring_in(
    file: File,
    target: Target,
    unit: Unit = None,
    month: MonthColumn = None,
    region: RegionColumn = None,
    value: ValueColumn = None,
    where: Where = None,
    decimal: Decimal = None,
    dates: Dates = None,
    in_month: InOneMonth = None,
    cumulative: Cumulative = False,
    nominal: NominalColumn = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    source: Source = None,
    title: Title = None,
    row: RowSays = None,
) -> None:
    """Bring a table in: a scenario block or evidence rows on standard output.

    What was mapped, what was left out and why goes to standard error.
    """
    from experiments.importing import Reading, imported

    made = imported(
        file,
        target,
        Reading(
            unit=unit,
            month=month,
            region=region,
            value=value,
            where=_pairs("--where", where),
            decimal=_one_of("--decimal", decimal, (".", ",")),
            dates=_one_of("--dates", dates, ("dmy", "mdy")),
            in_month=_in_month(in_month),
            cumulative=cumulative,
            nominal=nominal,
        ),
        source=source,
        title=title,
        row=_pairs("--row", row),
        encoding=encoding,
        delimiter="\t" if delimiter in ("tab", "\\t") else delimiter,
        sheet=sheet,
    )
    for line in made.told:
        print(f"read: {line}", file=sys.stderr)
    for line in made.left_out:
        print(f"left out: {line}", file=sys.stderr)
    print(made.text, end="")


def package(
    run: Annotated[
        Path | None,
        typer.Argument(help="A run folder; without one, the shipped results."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("runs/package"),
) -> None:
    """Write results as a data package: tables in CSV, described for other programs."""
    from experiments.results.shipped import package_run, package_shipped

    written = package_run(run, out) if run else package_shipped(out)
    print(f"packed: {written / 'datapackage.json'}")


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    from model.errors import ScenarioError

    pairs = {}
    for text in given or []:
        name, equals, held = text.partition("=")
        if not equals:
            raise ScenarioError(f"{option} {text}: write COLUMN=TEXT")
        pairs[name.strip()] = held.strip()
    return pairs


def _one_of(option: str, given: str | None, allowed: tuple[str, ...]) -> str | None:
    from model.errors import ScenarioError

    if given is not None and given not in allowed:
        raise ScenarioError(f"{option} {given}: allowed: {' '.join(allowed)}")
    return given


def _in_month(given: str | None) -> InMonth | None:
    ways: tuple[InMonth, ...] = ("first", "last", "mean", "sum")
    _one_of("--in-month", given, ways)
    return next((way for way in ways if way == given), None)
