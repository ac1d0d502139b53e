"""Generated parts of the written pages: text between two markers, made by a function.

    <!-- generated: NAME ARGUMENTS -->
    ...
    <!-- end -->

The rest of a page is written by hand. What a block says comes from the code, the
evidence or the stored posterior, so it cannot drift from them; a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Block = Callable[..., str]

_BLOCK = re.compile(
    r"^<!-- generated: (?P<call>[^\n]+) -->\n.*?^<!-- end -->$",
    flags=re.MULTILINE | re.DOTALL,
)


def filled(text: str, blocks: Mapping[str, Block]) -> str:
    """Return a page with every block made anew.

    Args:
        text: the page.
        blocks: what makes a block, by name; called with the marker's arguments.

    Raises:
        KeyError: a marker names no block.
    """

    def make(found: re.Match[str]) -> str:
        name, *arguments = found["call"].split()
        content = blocks[name](*arguments).strip("\n")
        return f"<!-- generated: {found['call']} -->\n{content}\n<!-- end -->"

    return _BLOCK.sub(make, text)


def calls(text: str) -> list[list[str]]:
    """Return name and arguments of every block of a page, in order."""
    return [found["call"].split() for found in _BLOCK.finditer(text)]


def fill_page(path: Path, blocks: Mapping[str, Block]) -> Path:
    """Write a page's blocks anew and return where it is."""
    text = path.read_text(encoding="utf-8")
    path.write_text(filled(text, blocks), encoding="utf-8")
    return path


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(_cell(c) for c in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
