"""The README's table of rooms and the page on the house say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_layers import LAYERS, rooms_imported

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("docs/house.md", "CONTRIBUTING.md")
}
PACKAGES = [each for each in LAYERS if each != "scenarios"]


def storeys(package: str) -> list[list[str]]:
    """Return the rooms of a floor as the table has them, from the ground up."""
    (row,) = re.findall(rf"^\| `{package}/` \|[^|]*\|(.*)\|$", README, re.MULTILINE)
    names = [re.findall(r"`([a-z_]+)`", part) for part in row.split(";")]
    return [rooms for rooms in names if rooms]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_table_names_every_room(package: str) -> None:
    folders = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    assert {room for rooms in storeys(package) for room in rooms} == folders


@pytest.mark.parametrize("package", PACKAGES)
def test_rooms_import_those_that_stand_before_them(package: str) -> None:
    height = {r: at for at, rooms in enumerate(storeys(package)) for r in rooms}
    upward = [
        f"{room} imports {other}"
        for room, others in rooms_imported(ROOT, package).items()
        for other in others
        if room in height and other in height and height[other] >= height[room]
    ]
    assert upward == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.[a-z]+)?)`", PAGES[page]))
    gone = [
        path
        for path in sorted(named)
        if "your_" not in path and not (ROOT / path).exists()
    ]
    assert named
    assert gone == []
