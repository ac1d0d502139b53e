"""What is printed stays text."""

from __future__ import annotations

import io
import json

import pytest

from experiments.figures.printable import Printable, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\tand\n", "plain\tand\n"),
        ("Реформа — 2026", "Реформа — 2026"),
        ("1\u00a0000\u202f000", "1\u00a0000\u202f000"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("\x1b]0;owned\x07", "\\u001b]0;owned\\u0007"),
        ("\x9b31m", "\\u009b31m"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("over\rwritten\x08\x7f", "over\\rwritten\\b\\u007f"),
        ("a\u2028b\ud800", "a\\u2028b\\ud800"),
        ("\U000e0041", "\\udb40\\udc41"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_what_the_encoding_lacks_is_escaped_so_that_json_stays_json() -> None:
    below = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    told = {"title": "Регионы – 2026 🙂", "name": "\x85\u202e"}
    print(json.dumps(told, ensure_ascii=False), file=Printable(below))
    below.flush()
    written = below.buffer.getvalue().decode("cp1252")
    assert "–" in written
    assert json.loads(written) == told
