"""Scripts without their main guard are told so before anything is started.

A spawned worker imports the script it was started from. If the script runs models at
its top level, every worker would run them too, so Python refuses with a page of
tracebacks. Here the script is read first, and one line says what to write.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from model.errors import MusterError


class UnguardedScriptError(SystemExit, MusterError):
    """A script has no main guard; uncaught, it ends the script with one line."""


def refuse_unguarded_main() -> None:
    """Refuse to start workers from a script that has no main guard.

    Raises:
        UnguardedScriptError: with the line to write.
    """
    main = sys.modules.get("__main__")
    # No file: a console, a notebook, or `python -c`; workers do not import those.
    # A spec: `python -m`; the module is imported under its own name.
    file = getattr(main, "__file__", None)
    if file is None or getattr(main, "__spec__", None) is not None:
        return
    if not _has_main_guard(Path(file)):
        raise UnguardedScriptError(
            f"{Path(file).name}: worker processes import this script, so write"
            " `if __name__ == '__main__':` above the call and indent it, or pass"
            " workers=1"
        )


def _has_main_guard(script: Path) -> bool:
    try:
        tree = ast.parse(script.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return True  # not Python source that can be read; Python itself will tell
    return any(
        isinstance(node, ast.Name) and node.id == "__name__"
        for statement in tree.body
        if isinstance(statement, ast.If)
        for node in ast.walk(statement.test)
    )
