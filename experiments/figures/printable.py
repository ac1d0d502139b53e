r"""What is printed stays text: no file, title or name can move a cursor or a line.

Characters that a terminal obeys or hides (escapes, controls, turned writing), and those
that the encoding of the output cannot say, are written as JSON would: `\u001b`. So a
page of results is safe to look at, JSON stays JSON, and no output breaks off.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

_OBEYED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_PLAIN: Final = frozenset("\n\t")


def printable(text: str, encoding: str = "utf-8") -> str:
    """Return text with everything escaped that a terminal would obey or cannot show."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(c if _shows(c, encoding) else json.dumps(c)[1:-1] for c in text)


def _shows(character: str, encoding: str) -> bool:
    if character in _PLAIN:
        return True
    if unicodedata.category(character) in _OBEYED:
        return False
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


class Printable:
    """A stream that takes text and passes on what is printable."""

    def __init__(self, stream: TextIO) -> None:
        # By this name rich finds the stream that it may colour; its texts are made
        # printable before they are handed to it.
        self.rich_proxied_file = stream

    def write(self, text: str) -> int:
        """Write text; return how many characters of it were taken."""
        stream = self.rich_proxied_file
        stream.write(printable(text, stream.encoding or "utf-8"))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        """Be the stream in everything else."""
        return getattr(self.rich_proxied_file, name)


@contextmanager
def printable_streams() -> Iterator[None]:
    """Let everything that is printed in the block be printable."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Printable(sys.stdout), Printable(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
