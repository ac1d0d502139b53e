"""Commands on batches: sweep, status, verify, replay."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.options import (
    Json,
    Out,
    Posterior,
    Quiet,
    Workers,
    draw_from,
    print_json,
)

if TYPE_CHECKING:
    from experiments.sweeps.inspection import Status
    from experiments.sweeps.session import Progress

Folder = Annotated[Path, typer.Argument(help="A sweep folder.")]
SWEEPS = Path("sweeps")
FAILED = 4
DAMAGED = 5


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (sweep, merge, status, verify, replay):
        app.command()(command)


def sweep(
    design: Annotated[Path, typer.Argument(help="A design file (YAML).")],
    workers: Workers = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler.")
    ] = None,
    out: Out = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds a run may take.")
    ] = 3600,
    dry_run: Annotated[
        bool, typer.Option(help="Only estimate runs, time, disk and memory.")
    ] = False,
    fail_fast: Annotated[bool, typer.Option(help="Stop at the first failure.")] = False,
    shard: Annotated[
        str, typer.Option(metavar="N/COUNT", help="Do a part, into OUT-NofCOUNT.")
    ] = "1/1",
    to: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Keep it there, too, and go on from there (fsspec)."
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    posterior: Posterior = None,
) -> None:
    """Run a design; the same command resumes what was broken off."""
    draw_from(posterior)
    from experiments.sweeps.session import SweepOptions

    options = SweepOptions(
        workers=workers, dask=dask, timeout_seconds=timeout, fail_fast=fail_fast
    )
    if dry_run:
        _estimate(design, options, as_json=as_json)
    else:
        from experiments.storage.staging import folder_named

        folder = out if out is not None else folder_named(SWEEPS, design.stem)
        _sweep(design, folder, options, shard, to, quiet=quiet or as_json)


def merge(
    folder: Annotated[
        Path, typer.Argument(help="The sweep's folder; new, or its own.")
    ],
    shards: Annotated[
        list[Path] | None, typer.Argument(help="Shards; by default FOLDER-*of*.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Put the shards of a sweep together; the shards stay as they are."""
    from experiments.sweeps.shards import merge as put_together

    found = put_together(folder, shards or ())
    if as_json:
        print_json({**asdict(found), "folder": str(folder), "complete": found.complete})
        return
    ended = f"{found.finished} of {found.planned} runs finished, {found.failed} failed"
    print(f"{folder}: {found.shards} shards, {ended}")
    if found.damaged:
        print(f"{found.damaged} runs of shards do not hold and were left out")
    if not found.complete:
        print("the sweep's own command with --out runs what is missing")


def status(folder: Folder, as_json: Json = False) -> None:
    """Say where a sweep, or every shard of it, stands; works while it runs."""
    from experiments.sweeps.inspection import status as stand
    from experiments.sweeps.shards import shard_folders
    from experiments.sweeps.store import SWEEP_NAME

    shards = [] if (folder / SWEEP_NAME).exists() else shard_folders(folder)
    if shards:
        each = {shard.name: _status(stand(shard)) for shard in shards}
        if as_json:
            print_json(each)
        for name, now in each.items() if not as_json else ():
            failed = f", {len(now['failed'])} failed" if now["failed"] else ""
            where = now["running"] or ("complete" if now["complete"] else "nobody")
            print(f"{name}: {now['finished']} of {now['planned']}{failed}; {where}")
        return
    found = stand(folder)
    if as_json:
        print_json(_status(found))
        return
    for key, value in _status(found).items():
        print(f"{key:13} {value}")


def verify(
    folder: Annotated[
        Path, typer.Argument(help="A sweep, or any folder muster wrote.")
    ],
) -> None:
    """Hold every file of a run, comparison or sweep against its checksum."""
    from experiments.sweeps.inspection import verify as checked

    found = checked(folder)
    for note in found.notes:
        print(note, file=sys.stderr)
    for damage in found.damage:
        print(f"{folder / damage.file}: {damage.reason}", file=sys.stderr)
    if not found.whole:
        raise typer.Exit(DAMAGED)
    print(f"{found.checked} files whole")


def replay(
    run: Annotated[Path, typer.Argument(help="FOLDER/RUN_ID of a run.")],
) -> None:
    """Repeat one run of a sweep and say whether it gives the stored bytes."""
    from experiments.sweeps.replay import replay as again

    found = again(run)
    print_json(dict(found.output.outputs))
    verdict = {True: "same bytes", False: "other bytes", None: "had failed before"}
    code = "same code" if found.same_code else "code has changed since"
    print(f"{verdict[found.same]}; {code}", file=sys.stderr)
    if found.same is False:
        raise typer.Exit(FAILED)


def _sweep(
    design: Path,
    folder: Path,
    options: Any,
    part: str,
    to: str | None,
    *,
    quiet: bool,
) -> None:
    from experiments.commands.options import progress_bar
    from experiments.sweeps.plan import WHOLE_SWEEP
    from experiments.sweeps.shards import shard_folder, shard_of
    from experiments.sweeps.sweep import run_sweep
    from experiments.sweeps.targets import kept_at, shard_address

    shard = shard_of(part)
    if shard != WHOLE_SWEEP:
        folder = shard_folder(folder, shard)
    address = None if to is None else shard_address(to, shard)
    with kept_at(address, folder), progress_bar("runs", quiet=quiet) as bar:
        result = run_sweep(
            design,
            folder,
            options=options,
            tell=lambda at: _tell(at, bar, folder),
            shard=shard,
        )
    if not quiet:
        reused = f", {result.reused} of them earlier" if result.reused else ""
        print(f"{result.planned} runs{reused} in {result.seconds:.1f} s: {folder}")


def _tell(at: Progress, bar: Any, folder: Path) -> None:
    from experiments.sweeps.sweep import failure_in_words

    bar(at.finished + at.failed, at.planned)
    if at.failure is not None:
        print(failure_in_words(folder, at.failure), file=sys.stderr)


def _estimate(design: Path, options: Any, *, as_json: bool) -> None:
    from experiments.sweeps.estimate import dry_run

    found = asdict(dry_run(design, options=options))
    if as_json:
        print_json(found)
        return
    for key, value in found.items():
        print(f"{key:13} {value:,.1f}".removesuffix(".0"))


def _status(found: Status) -> dict[str, Any]:
    return {
        "title": found.title,
        "planned": found.planned,
        "finished": found.finished,
        "failed": [failure.run_id for failure in found.failed],
        "running": found.owner and f"process {found.owner.pid} on {found.owner.host}",
        "complete": found.complete,
        "seconds_left": found.seconds_left,
    }
