from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from model.errors import ScenarioError
from scenarios import load_scenario
from scenarios.format.files import packaged_folder
from tests.scenarios.format.conftest import BASE
from tests.scenarios.format.hostile import HEAD, HOSTILE

SECRET = "title: kept apart\nquestion: nobody may read this\n"
ACTS = ("os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess.Popen",
        "socket.", "exec", "import", "shutil.", "os.remove", "os.rename", "os.mkdir",
        "ctypes.")  # fmt: skip
# Far above any honest reading on any machine, far below what a bomb would take.
BLOWN_UP_SECONDS = 30

Heard = list[tuple[str, tuple[Any, ...]]]

_seen: Heard | None = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is not None and (event == "open" or event.startswith(ACTS)):
        _seen.append((event, arguments))


sys.addaudithook(_hear)


@contextmanager
def overheard() -> Iterator[Heard]:
    """Record what the interpreter opens, runs, imports or connects to."""
    global _seen
    heard: Heard = []
    _seen = heard
    try:
        yield heard
    finally:
        _seen = None


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.yaml").write_text(SECRET)
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "base.yaml").write_text(BASE)
    load_scenario(tmp_path / "room" / "base.yaml")  # so that all is imported
    return tmp_path / "room"


def test_there_are_enough_attacks() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_scenario_is_refused_at_once_and_touches_nothing(
    name: str, room: Path
) -> None:
    target, overrides = HOSTILE[name](room)
    before = sorted(room.parent.rglob("*"))
    begun = time.process_time()
    with overheard() as heard, pytest.raises(ScenarioError) as caught:
        load_scenario(target, overrides)
    assert time.process_time() - begun < BLOWN_UP_SECONDS
    assert caught.value.exit_code == 2
    assert caught.value.problems
    assert sorted(room.parent.rglob("*")) == before
    for event, arguments in heard:
        assert event == "open", f"{event} {arguments}"
        _assert_harmless(room, *arguments)


def _assert_harmless(room: Path, path: Any, mode: Any, flags: int) -> None:
    assert not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if isinstance(path, int):  # a file already opened, and checked then
        return
    assert Path(path).parent in {room, packaged_folder(), Path("/dev"), room.parent}
    assert "secret" not in str(path)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_told_cannot_command_a_terminal_or_flood_it(
    name: str, room: Path
) -> None:
    target, overrides = HOSTILE[name](room)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(target, overrides)
    told = str(caught.value)
    assert all(line.isprintable() for line in told.split("\n"))
    assert len(told) < 200 * 1500
    assert "nobody may read this" not in told


@pytest.mark.parametrize("name", ["a gigabyte", "alias bomb", "twenty thousand keys"])
def test_refusing_takes_little_memory(name: str, room: Path) -> None:
    target, overrides = HOSTILE[name](room)
    tracemalloc.start()
    try:
        with pytest.raises(ScenarioError):
            load_scenario(target, overrides)
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "</title><img src=x onerror=alert(1)>",
        "$\\frac{1}{0}$",
        "../../etc/passwd",
        "=cmd|' /C calc'!A0",
        "{{ 7 * 7 }} ${HOME} $(id) `id` %(x)s {0}",
        "'; DROP TABLE runs; --",
    ],
)
def test_code_in_a_title_stays_text(title: str, room: Path) -> None:
    quoted = title.replace("'", "''")
    path = room / "own.yaml"
    path.write_text(HEAD.replace("A test", f"'{quoted}'"))
    with overheard() as heard:
        assert load_scenario(path).scenario.title == title
    assert {event for event, _ in heard} <= {"open"}


def test_a_link_within_the_folder_is_followed(room: Path) -> None:
    (room / "other.yaml").symlink_to(room / "base.yaml")
    path = room / "own.yaml"
    path.write_text("title: A test\nextends: other\n")
    assert load_scenario(path).scenario.behaviour.slope == 1.3


def test_a_name_that_is_packaged_and_beside_the_file_is_refused(room: Path) -> None:
    (room / "baseline.yaml").write_text(BASE)
    path = room / "own.yaml"
    path.write_text("title: A test\nextends: baseline\n")
    with pytest.raises(ScenarioError, match="packaged and also a file here"):
        load_scenario(path)
