"""The door for writing: nobody's work is lost, and a folder is whole or absent."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.storage.record import damaged_files, read_record
from experiments.storage.staging import folder_named, staged
from model.errors import BusyError, OutputError, StorageError
from tests.experiments.sweeping import ROOT, allowed

MAKE = """
import sys, time
from pathlib import Path
from experiments.storage.staging import staged
with staged(Path(sys.argv[1]), "run") as made:
    (made.path / "table.txt").write_text(sys.argv[2])
    print("writing", flush=True)
    time.sleep(float(sys.argv[3]))
"""


def make(folder: Path, text: str = "first", kind: str = "run") -> None:
    with staged(folder, kind) as made:
        (made.path / "below").mkdir()
        (made.path / "below" / "table.txt").write_text(text)
        made.about |= {"title": text, "seed": 1, "draws": 2, "finished": "today"}


def start(folder: Path, text: str, seconds: float = 60) -> subprocess.Popen[str]:
    """Start a process that writes a folder, and wait until it does."""
    arguments = [sys.executable, "-c", MAKE, str(folder), text, str(seconds)]
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as told:
        assert told.readline() == "writing\n"
    return process


def text_of(folder: Path) -> str:
    return (folder / "below" / "table.txt").read_text()


def test_a_folder_appears_whole_with_a_record_of_its_files(tmp_path: Path) -> None:
    with staged(tmp_path / "new", "run") as made:
        (made.path / "a.txt").write_text("a")
        assert not (tmp_path / "new").exists()
    record = read_record(tmp_path / "new")
    assert (record["kind"], list(record["files"])) == ("run", ["a.txt"])
    assert list(damaged_files(tmp_path / "new", record)) == []
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_its_own_kind_is_replaced_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make(tmp_path / "out", "first")
    with caplog.at_level(logging.WARNING, "muster"):
        make(tmp_path / "out", "second")
    assert text_of(tmp_path / "out") == "second"
    assert "replaces the run 'first' of today (2 draws, seed 1)" in caplog.text


def a_thesis(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")


def an_impostor(folder: Path) -> None:
    a_thesis(folder)
    (folder / "run.json").write_text('{"kind": "run", "files": {}}')


def a_thesis_in_a_run(folder: Path) -> None:
    make(folder)
    (folder / "thesis.txt").write_text("years of work")


def a_folder_in_a_run(folder: Path) -> None:
    make(folder)
    (folder / "empty").mkdir()


def an_edited_file(folder: Path) -> None:
    make(folder)
    (folder / "below" / "table.txt").write_text("corrected by hand")


def another_kind(folder: Path) -> None:
    make(folder, kind="comparison")


def a_file(folder: Path) -> None:
    folder.write_text("thesis")


def a_pipe(folder: Path) -> None:
    os.mkfifo(folder)


def a_link(folder: Path) -> None:
    a_thesis(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def a_link_to_a_run(folder: Path) -> None:
    make(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def a_link_to_nothing(folder: Path) -> None:
    folder.symlink_to(folder.with_name("nowhere"))


def a_sweep(folder: Path) -> None:
    folder.mkdir()
    (folder / "sweep.json").write_text("{}")


STRANGE = (
    a_thesis, an_impostor, a_thesis_in_a_run, a_folder_in_a_run, an_edited_file,
    another_kind, a_file, a_pipe, a_link, a_link_to_a_run, a_link_to_nothing, a_sweep,
)  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE)
def test_what_is_not_its_own_is_refused_and_left(
    strange: Callable[[Path], None], tmp_path: Path
) -> None:
    strange(tmp_path / "out")
    before = contents(tmp_path)
    with pytest.raises(OutputError) as refused, staged(tmp_path / "out", "run"):
        pytest.fail("simulated before it was decided")
    assert refused.value.exit_code == 2
    assert "\n" not in str(refused.value)
    assert contents(tmp_path) == before


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("place", [".", "..", "../..", "sub/..", "", "/", "../work"])
def test_the_working_folder_and_those_above_it_are_refused(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "sub").mkdir(parents=True)
    (tmp_path / "work" / "thesis.txt").write_text("years of work")
    monkeypatch.chdir(tmp_path / "work")
    with pytest.raises(OutputError), staged(Path(place), "run"):
        pytest.fail("simulated before it was decided")
    assert (tmp_path / "work" / "thesis.txt").exists()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b"])
def test_a_file_that_names_no_folder_is_told(name: str) -> None:
    with pytest.raises(OutputError, match="give --out"):
        folder_named(Path("runs"), name)


def test_a_long_name_still_names_a_folder(tmp_path: Path) -> None:
    long = folder_named(tmp_path, "жж" * 100)
    assert long != folder_named(tmp_path, "жж" * 99 + "ш")
    make(long)
    make(tmp_path / ("x" * 255))
    assert (tmp_path / ("x" * 255) / "run.json").exists()


def test_a_failure_leaves_the_older_folder(tmp_path: Path) -> None:
    make(tmp_path / "out", "first")
    with pytest.raises(ZeroDivisionError), staged(tmp_path / "out", "run") as made:
        (made.path / "half").write_bytes(bytes(1 // 0))
    assert text_of(tmp_path / "out") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_stranger_who_came_meanwhile_is_left_and_so_is_the_work(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    with pytest.raises(OutputError, match="What was made is in"), staged(out, "run"):
        a_thesis(out)
    assert (out / "thesis.txt").exists()
    spare = next(path for path in tmp_path.iterdir() if path != out)
    assert read_record(spare)["kind"] == "run"


def test_the_umask_is_respected(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        make(tmp_path / "out")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "out" / "run.json").stat().st_mode & 0o777 == 0o640


def test_links_and_pipes_are_not_taken_into_a_folder(tmp_path: Path) -> None:
    refused = pytest.raises(StorageError, match="no regular file")
    with refused, staged(tmp_path / "out", "run") as made:
        os.mkfifo(made.path / "pipe")
    assert list(tmp_path.iterdir()) == []


def test_one_process_at_a_time_writes_a_folder(tmp_path: Path) -> None:
    process = start(tmp_path / "out", "mine")
    try:
        with pytest.raises(BusyError, match=f"process {process.pid}"):
            make(tmp_path / "out")
        make(tmp_path / "beside")
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("next_one", ["out", "beside"])
def test_the_next_command_clears_what_a_killed_one_left(
    next_one: str, tmp_path: Path
) -> None:
    process = start(tmp_path / "out", "killed")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [path.name for path in tmp_path.iterdir()] == [".out.muster"]
    make(tmp_path / next_one)
    assert [path.name for path in tmp_path.iterdir()] == [next_one]


def test_an_old_folder_whose_place_is_empty_goes_back(tmp_path: Path) -> None:
    make(tmp_path / "out", "first")
    process = start(tmp_path / "out", "killed")
    process.kill()
    process.wait()
    # As if the kill had come between the two renames.
    aside = tmp_path / ".out.muster" / "old"
    aside.mkdir()
    (tmp_path / "out").rename(aside / "out")
    make(tmp_path / "beside")
    assert text_of(tmp_path / "out") == "first"


def test_a_box_that_is_not_its_own_is_left(tmp_path: Path) -> None:
    a_thesis(tmp_path / ".out.muster")
    (tmp_path / ".out.muster" / "lock").touch()
    make(tmp_path / "beside")
    with pytest.raises(OutputError, match="move it away"):
        make(tmp_path / "out")
    assert (tmp_path / ".out.muster" / "thesis.txt").exists()


@pytest.mark.faults
def test_kills_leave_the_old_folder_or_the_new_one(tmp_path: Path) -> None:
    """Fifty kills at any moment of a replacement of 200 files."""
    out = tmp_path / "out"
    make(out, "0")
    for trial in range(50):
        process = start(out, str(trial), 0)
        time.sleep(allowed(0.0005) * trial)
        process.kill()
        process.wait()
        make(tmp_path / "beside")
        record = read_record(out)
        assert list(damaged_files(out, record)) == []
        assert {path.name for path in tmp_path.iterdir()} == {"out", "beside"}
