"""The door for reading: regular files, bounded, each held against its digest."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.figures.run_folder import Absent, RunFolder
from experiments.storage.durable import DamagedError
from experiments.storage.folder import StoredFolder, read_table
from experiments.storage.reading import read_bytes, read_json
from experiments.storage.record import (
    RECORD,
    _record_text,
    add_files,
    read_record,
    write_record,
)
from experiments.storage.tables import write_frame
from experiments.sweeps.inspection import verify
from model.errors import MusterError, OutputError, StorageError
from tests.experiments.report.made_up import Maker, make_up

NO_OBJECTS = {
    "no JSON": b"{",
    "no object": b"[1]",
    "not finite": b'{"a": NaN}',
    "beyond all numbers": b'{"a": 1e999}',
    "nested without end": b'{"a":' * 100_000,
    "no text": b"\xff\xfe\x00",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run folder with its record; copy it before anything is changed."""
    small = Maker(first="2025-01", last="2025-02", draws=1, places=2)
    folder = make_up(small).write(tmp_path_factory.mktemp("runs") / "run")
    for table in folder.glob("*.parquet"):
        write_frame(table, pq.read_table(table).to_pandas())
    write_record(folder, "run", {"title": "A run", "seed": 1, "draws": 1})
    return folder


@pytest.mark.parametrize("content", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_what_is_no_json_object_is_damaged(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(DamagedError) as raised:
        read_json(tmp_path / "x.json")
    assert str(raised.value).startswith(f"{tmp_path / 'x.json'}: ")
    assert "\n" not in str(raised.value)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def an_endless_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


def too_much(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 40)


@pytest.mark.parametrize("strange", [a_pipe, an_endless_device, a_folder, too_much])
def test_only_regular_files_of_bounded_size_are_read(
    strange: Callable[[Path], None], tmp_path: Path
) -> None:
    strange(tmp_path / "file")
    with pytest.raises(StorageError):
        read_bytes(tmp_path / "file")
    with pytest.raises(StorageError):
        read_table(tmp_path / "file")


def test_columns_and_rows_are_chosen_on_the_way_in(tmp_path: Path) -> None:
    table = pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"], "c": [0.5, 1.5, 2.5]})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=1)
    found = read_table(tmp_path / "t.parquet", ["c", "a"], {"b": ["x", "z"]})
    assert found.to_pydict() == {"c": [0.5, 2.5], "a": [1, 3]}


def test_a_page_that_a_disk_changed_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    settings: dict[str, Any] = {"compression": "none", "use_dictionary": False}
    table = pa.table({"a": range(1000)})
    pq.write_table(table, path, write_page_checksum=True, **settings)
    content = bytearray(path.read_bytes())
    content[2000] ^= 1
    path.write_bytes(content)
    assert not pq.read_table(path).equals(table), "else this proves nothing"
    with pytest.raises(DamagedError):
        read_table(path)


def edited(folder: Path, **changes: Any) -> None:
    record = json.loads((folder / RECORD).read_text())
    (folder / RECORD).write_text(json.dumps(record | changes))


@pytest.mark.parametrize(
    "change", [{"seed": 2}, {"files": {}}, {"files": None}, {"kind": "comparison"}]
)
def test_an_edited_record_is_damaged(
    change: dict[str, Any], whole: Path, tmp_path: Path
) -> None:
    folder = copied(whole, tmp_path)
    edited(folder, **change)
    with pytest.raises(DamagedError, match="its checksum does not match"):
        read_record(folder)
    with pytest.raises(DamagedError, match=RECORD):
        verify(folder)


def test_a_record_may_not_name_what_lies_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_record(tmp_path / "out", "run", {})
    text = _record_text({"kind": "run", "files": {"../secret": "0" * 64}})
    (tmp_path / "out" / RECORD).write_bytes(text)
    with pytest.raises(DamagedError):
        read_record(tmp_path / "out")


def test_verify_names_what_is_changed_missing_or_foreign(
    whole: Path, tmp_path: Path
) -> None:
    folder = copied(whole, tmp_path)
    assert verify(folder).whole
    (folder / "flows.parquet").write_bytes(b"not a table")
    (folder / "force.parquet").unlink()
    (folder / "thesis.txt").touch()
    found = verify(folder)
    assert [(each.file, each.reason) for each in found.damage] == [
        ("flows.parquet", "does not match its digest in run.json"),
        ("force.parquet", "is missing"),
    ]
    assert found.notes == ("thesis.txt: not written by muster",)


def test_a_damaged_table_is_not_shown(whole: Path, tmp_path: Path) -> None:
    folder = copied(whole, tmp_path)
    table = pq.read_table(folder / "force.parquet")
    pq.write_table(table.slice(1), folder / "force.parquet")
    with pytest.raises(DamagedError, match="does not match its digest"):
        StoredFolder(folder).read_table("force.parquet")
    with pytest.raises(Absent, match=r"Not shown: force\.parquet cannot be read"):
        RunFolder(folder).rows("force", ["persons"])


def test_files_are_added_to_the_record_and_only_over_muster_s_own(
    whole: Path, tmp_path: Path
) -> None:
    folder = copied(whole, tmp_path)
    add_files(folder, {"report.html": b"a page"}, ("run",))
    add_files(folder, {"report.html": b"another"}, ("run",))
    assert verify(folder).whole
    (folder / "mine.html").write_text("years of work")
    with pytest.raises(OutputError, match="not written by muster"):
        add_files(folder, {"report.html": b"x", "mine.html": b"y"}, ("run",))
    assert (folder / "report.html").read_bytes() == b"another"
    with pytest.raises(OutputError, match="holds a run, no analysis"):
        add_files(folder, {"a.csv": b""}, ("analysis",))


def test_an_unreadable_record_is_named_before_the_files_it_would_vouch_for(
    whole: Path, tmp_path: Path
) -> None:
    folder = copied(whole, tmp_path)
    add_files(folder, {"report.html": b"a page"}, ("run",))
    (folder / "run.json").unlink()
    os.mkfifo(folder / "run.json")
    with pytest.raises(OutputError, match=r"run\.json: is no regular file; .*report"):
        add_files(folder, {"report.html": b"another"}, ("run",))
    assert (folder / "report.html").read_bytes() == b"a page"


def test_files_are_not_written_through_a_link(whole: Path, tmp_path: Path) -> None:
    folder = copied(whole, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (folder / "figures").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="is a link"):
        add_files(folder, {"figures/a.svg": b""}, ("run",))


@pytest.mark.faults
def test_no_flipped_bit_reads_as_another_number(whole: Path, tmp_path: Path) -> None:
    """Six hundred bits, one at a time, anywhere in a run folder."""
    rng = random.Random(11)
    folder = copied(whole, tmp_path)
    before = dict(numbers(folder))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for _ in range(600):
        path = rng.choice(files)
        content = path.read_bytes()
        changed = bytearray(content)
        changed[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(changed)
        assert dict(numbers(folder)).items() <= before.items(), path
        assert not sound(folder), path
        path.write_bytes(content)


def sound(folder: Path) -> bool:
    try:
        return verify(folder).whole
    except MusterError:
        return False


def numbers(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield everything that can be read of a folder, by file."""
    run = RunFolder(folder)
    for name in ("summary", "scenario"):
        if found := getattr(run, name):
            yield name, repr(found)
    if "unchecked" not in run.run:
        yield "run", repr(run.run)
    for path in folder.glob("*.parquet"):
        try:
            columns = sorted(run.columns(path.stem))
            yield path.name, run.rows(path.stem, columns).to_json()
        except Absent:
            continue


def copied(folder: Path, below: Path) -> Path:
    return Path(shutil.copytree(folder, below / "run"))
