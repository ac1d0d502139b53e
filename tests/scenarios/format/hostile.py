"""Hostile scenarios: each makes its files in `room` and returns what is loaded.

Beside `room` lies `outside`, with a file `secret.yaml` that nothing may read.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

Attack = Callable[[Path], tuple[Path | str, list[str]]]

HEAD = "title: A test\nextends: base\n"
BY_TABLE = (
    "regions: {signing_bonus: {by_region: {csv: table.csv, value: rub, unit: RUB}}}"
)
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d]\n"


def _file(data: str | bytes, name: str = "own.yaml") -> Attack:
    def attack(room: Path) -> tuple[Path | str, list[str]]:
        path = room / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path, []

    return attack


def _body(text: str) -> Attack:
    return _file(HEAD + text)


def _extends(name: str) -> Attack:
    return _file(f"title: A test\nextends: {name}\n")


def _set(text: str) -> Attack:
    def attack(room: Path) -> tuple[Path | str, list[str]]:
        return room / "base.yaml", [text]

    return attack


def _link_out(room: Path) -> tuple[Path | str, list[str]]:
    (room / "own.yaml").symlink_to(room.parent / "outside" / "secret.yaml")
    return room / "own.yaml", []


def _extends_link_out(room: Path) -> tuple[Path | str, list[str]]:
    (room / "link.yaml").symlink_to(room.parent / "outside" / "secret.yaml")
    return _extends("link")(room)


def _extends_loop_of_links(room: Path) -> tuple[Path | str, list[str]]:
    (room / "one.yaml").symlink_to(room / "two.yaml")
    (room / "two.yaml").symlink_to(room / "one.yaml")
    return _extends("one")(room)


def _extends_folder(room: Path) -> tuple[Path | str, list[str]]:
    (room / "folder.yaml").mkdir()
    return _extends("folder")(room)


def _cycle(room: Path) -> tuple[Path | str, list[str]]:
    for name, parent in (("one", "two"), ("two", "three"), ("three", "one")):
        (room / f"{name}.yaml").write_text(f"title: {name}\nextends: {parent}\n")
    return room / "one.yaml", []


def _long_chain(room: Path) -> tuple[Path | str, list[str]]:
    for number in range(40):
        text = f"title: link {number}\nextends: link{number + 1}\n"
        (room / f"link{number}.yaml").write_text(text)
    (room / "link40.yaml").write_text("title: the last link\n")
    return room / "link0.yaml", []


def _pipe(room: Path) -> tuple[Path | str, list[str]]:
    os.mkfifo(room / "own.yaml")
    return room / "own.yaml", []


def _extends_pipe(room: Path) -> tuple[Path | str, list[str]]:
    os.mkfifo(room / "pipe.yaml")
    return _extends("pipe")(room)


def _table(data: str | bytes | None) -> Attack:
    """Stand a table beside the scenario that names it; none: a pipe."""

    def attack(room: Path) -> tuple[Path | str, list[str]]:
        if data is None:
            os.mkfifo(room / "table.csv")
        else:
            (room / "table.csv").write_bytes(
                data if isinstance(data, bytes) else data.encode()
            )
        return _body(BY_TABLE)(room)

    return attack


def _table_link_out(room: Path) -> tuple[Path | str, list[str]]:
    (room / "table.csv").symlink_to(room.parent / "outside" / "secret.yaml")
    return _body(BY_TABLE)(room)


def _gigabyte(room: Path) -> tuple[Path | str, list[str]]:
    with (room / "own.yaml").open("wb") as stream:
        stream.truncate(2**30)
    return room / "own.yaml", []


HOSTILE: dict[str, Attack] = {
    "alias bomb": _body(BOMB),
    "alias of itself": _body("federal: &f {quota: *f}"),
    "merge key": _body("federal: &f {quota: 5}\nregions: {<<: *f}"),
    "flow lists nested 100 000 deep": _body("federal: " + "[" * 100_000),
    "flow mappings nested 100 000 deep": _body("federal: " + "{a: " * 100_000),
    "blocks nested 600 deep": _body("\n".join(" " * i + "a:" for i in range(600))),
    "dashes nested 100 000 deep": _file("- " * 100_000),
    "questions nested 100 000 deep": _file("? " * 100_000),
    "a gigabyte": _gigabyte,
    "a quarter megabyte of words": _body(f"question: {'x ' * 130_000}"),
    "a quarter megabyte of one line": _body(f"question: {'x' * 260_000}"),
    "a quarter megabyte of line ends": _file("\n" * 262_000),
    "a quarter megabyte of remarks": _file("# hi\n" * 43_000),
    "twenty thousand keys": _body("\n".join(f"k{i}: 1" for i in range(20_000))),
    "forty thousand items": _body(f"changes: [{'a,' * 40_000}]"),
    "four thousand unknown keys": _body("\n".join(f"key_{i}: 1" for i in range(4_000))),
    "a key of 200 000 letters": _body(f"{'k' * 200_000}: 1"),
    "a tag that calls the system": _body(
        'question: !!python/object/apply:os.system ["touch ../outside/touched"]'
    ),
    "a tag that names a function": _body("question: !!python/name:os.system"),
    "a tag that includes a file": _body("question: !include ../outside/secret.yaml"),
    "a binary tag": _body("question: !!binary aGVsbG8="),
    "a tag directive": _file("%TAG ! tag:x,2000:\n---\ntitle: !y A test\n"),
    "extends through the parent folder": _extends("../outside/secret"),
    "extends an absolute path": _extends("/etc/passwd"),
    "extends a home folder": _extends("~/secret"),
    "extends a variable": _extends('"${HOME}"'),
    "extends an address": _extends('"http://127.0.0.1:9/base.yaml"'),
    "extends a file address": _extends('"file:///etc/passwd"'),
    "extends with a backslash": _extends("'..\\outside\\secret'"),
    "extends with a zero byte": _extends('"base\\0.yaml"'),
    "extends a command": _extends('"$(touch touched)"'),
    "extends a link that leads out": _extends_link_out,
    "extends a loop of links": _extends_loop_of_links,
    "extends a folder": _extends_folder,
    "extends a pipe": _extends_pipe,
    "extends itself": _extends("own"),
    "a cycle of three": _cycle,
    "a chain of forty": _long_chain,
    "a link that leads out": _link_out,
    "a pipe": _pipe,
    "a table that is a pipe": _table(None),
    "a table that leads out": _table_link_out,
    "a table through the parent folder": _body(
        BY_TABLE.replace("table.csv", "../outside/secret.csv")
    ),
    "a table of nine thousand equal months": _table(
        "month,region,rub\n" + "2026-01,RU-SAM,5\n" * 9_000
    ),
    "a table of 100 000 lines": _table("month,region,rub\n" + "x,y,z\n" * 100_000),
    "a table of 50 000 columns": _table("a," * 50_000 + "\n" + "1," * 50_000),
    "a table of one quotation": _table('"' * 400_000),
    "a table of line ends": _table("\n" * 400_000),
    "a table of zero bytes": _table(b"\0" * 100_000),
    "a table of random bytes": _table(bytes(range(256)) * 1_000),
    "a table of screen commands": _table("month,region,rub\n\x1b[2J,\x1b[31m,\x07\n"),
    "a device": lambda room: ("/dev/zero", []),
    "a folder": lambda room: (room, []),
    "a zero byte in the name": lambda room: (str(room / "own\0.yaml"), []),
    "not a number": _body("behaviour: {slope: .nan}"),
    "infinity": _body("behaviour: {slope: .inf}"),
    "a thousand million months": _body("time: {until: 1000000000-01}"),
    "eight thousand years": _body("time: {until: 9999-12}"),
    "a horizon of 10^9 months": _body("behaviour: {horizon_months: 1000000000}"),
    "a training of 10^9 months": _body("force: {training_months: 1000000000}"),
    "a number of 4000 digits": _body(f"behaviour: {{horizon_months: {'9' * 4000}}}"),
    "an exponent of 10^9": _body("behaviour: {slope: 1e1000000000}"),
    "growth without bound": _body(
        "federal: {signing_bonus: {growth_per_year: {2023-01: 1e308}}}"
    ),
    "a template": _body('behaviour: {slope: "{{ 7 * 7 }}"}'),
    "a formula": _body("behaviour: {slope: \"=HYPERLINK('x')\"}"),
    "a format string": _body('behaviour: {slope: "{0.__class__}"}'),
    "an attribute of Python": _body("federal: {__class__: {__init__: 5}}"),
    "a screen colour in the title": _file('title: "\\e[31mred\\e[2J"\nextends: base\n'),
    "text turned around": _file("title: A \u202etest\nextends: base\n"),
    "a screen command in a key": _body('"\\e]0;owned\\a": 1'),
    "a screen command in the file's name": _file(
        HEAD + "slope: 1", "a\n\x1b[31mb.yaml"
    ),
    "zero bytes": _file(b"title: A test\n" + b"\0" * 1000),
    "another encoding": _file(HEAD.encode("utf-16")),
    "a lone surrogate": _file('title: "\\ud800"\nextends: base\n'),
    "random bytes": _file(bytes(range(256)) * 100),
    "--set with an attribute of Python": _set("__class__.__init__=1"),
    "--set with deep brackets": _set("federal.quota=" + "[" * 1_900),
    "--set with an anchor": _set("federal.quota=&a 5"),
    "--set with a tag": _set("federal.quota=!!python/name:os.system"),
    "--set with a long name": _set("a." * 100_000 + "b=1"),
    "--set with a megabyte": _set("federal.quota=" + "9" * 10**6),
    "--set of what it extends": _set("extends=../outside/secret"),
    "--set of 10^9 months": _set("time.until=1000000000-01"),
}
