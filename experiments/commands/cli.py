"""The command line: `muster`. Each command has a Python twin that it only calls.

Exit codes: 0 ok, 1 our bug, 2 your input, 3 directory in use, 4 some runs failed,
5 storage, 130 interrupted. Modules that take long to import are imported by the
commands that need them, so that help answers at once.
"""

from __future__ import annotations

import errno
import sys
import traceback

import typer

from calibration.processes.signals import stopping_as_interrupt
from experiments.commands import (
    asking,
    calibrating,
    documents,
    explaining,
    exploring,
    files,
    forecasting,
    running,
    sweeping,
)
from experiments.figures.printable import printable_streams
from model.errors import MusterError, ScenarioError, StorageError

app = typer.Typer(
    name="muster",
    help="The economics of bought soldiers: simulate, compare, solve, sweep, explain.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (
    running,
    files,
    forecasting,
    asking,
    sweeping,
    explaining,
    calibrating,
    exploring,
    documents,
):
    commands.add_to(app)

INTERRUPTED = 130
OUR_BUG = 1


def main() -> None:
    """Run one command and leave with its exit code."""
    with printable_streams():
        _run()


def _run() -> None:
    try:
        with stopping_as_interrupt():
            app(standalone_mode=True)
    except MusterError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        # The names people give lead here: too long, a loop of links, a dead disk.
        print(f"{error.filename or 'muster'}: {error.strerror}", file=sys.stderr)
        too_long = error.errno == errno.ENAMETOOLONG
        sys.exit(ScenarioError.exit_code if too_long else StorageError.exit_code)
    except (KeyboardInterrupt, SystemExit) as end:
        # Typer turns Ctrl-C into an exit code before anything is kept, without a word.
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except Exception:
        traceback.print_exc()
        print("This is a bug of ours; please report the lines above.", file=sys.stderr)
        sys.exit(OUR_BUG)


if __name__ == "__main__":
    main()
