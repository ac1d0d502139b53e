"""The ODD page and the code tell the same model."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from experiments.documents.blocks import calls, filled
from experiments.documents.odd_tables import is_below, schedule
from experiments.documents.parameter_page import DOCS, parameter_rows
from experiments.documents.rebuild import BLOCKS, pages

ROOT = Path(__file__).parents[2]
ODD = DOCS / "odd.md"
# Mueller et al. (2013), in this order.
SECTIONS = [
    "I.i", "I.ii", "I.iii",
    "II.i", "II.ii", "II.iii", "II.iv", "II.v", "II.vi", "II.vii", "II.viii", "II.ix",
    "II.x",
    "III.i", "III.ii", "III.iii", "III.iv",
]  # fmt: skip
NUMBER = r"\bI{1,3}\.(?:ix|iv|x|vi{0,3}|i{1,3})\b"


@cache
def page() -> str:
    return ODD.read_text(encoding="utf-8")


def sections() -> dict[str, str]:
    """Return the text of every numbered section."""
    parts = re.split(rf"^## ({NUMBER}) [^\n]+\n", page(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def pointers(text: str) -> list[str]:
    """Return the modules named in the `Modules:` paragraphs of a text."""
    lists = re.findall(r"^Modules:(.*?)(?:\n\n|\n?\Z)", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"`([\w/]+\.py)`", " ".join(lists))


def modules() -> list[str]:
    found = (ROOT / "model").rglob("*.py")
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def named_in(module: str) -> set[str]:
    """Return the sections that a module's docstring names after the word ODD."""
    text = ast.get_docstring(ast.parse((ROOT / module).read_text("utf-8"))) or ""
    _, _, after = text.partition("ODD ")
    return set(re.findall(NUMBER, after))


def pointing_to() -> dict[str, set[str]]:
    """Return the sections that point to each module."""
    found: dict[str, set[str]] = {}
    for number, text in sections().items():
        for module in pointers(text):
            found.setdefault(module, set()).add(number)
    return found


def test_sections_stand_in_the_order_of_the_protocol() -> None:
    assert list(sections()) == SECTIONS


@pytest.mark.parametrize("number", SECTIONS)
def test_every_section_points_to_modules_that_exist(number: str) -> None:
    found = pointers(sections()[number])
    assert found
    assert [module for module in found if not (ROOT / module).is_file()] == []


def test_every_submodel_points_to_its_module() -> None:
    parts = re.split(r"^#{3,4} (.+)$", sections()["III.iv"], flags=re.MULTILINE)
    bare = [name for name, text in zip(parts[1::2], parts[2::2], strict=True)
            if not pointers(text)]  # fmt: skip
    assert bare == []


def test_every_module_is_pointed_to_and_names_those_sections() -> None:
    told = pointing_to()
    differing = {
        module: f"page {sorted(told.get(module, set()))}, docstring {sorted(named)}"
        for module in modules()
        if (named := named_in(module)) != told.get(module, set()) or not named
    }
    assert differing == {}


def test_the_page_shows_the_schedule_of_the_step() -> None:
    text = sections()["I.iii"]
    assert [line[0] for line in schedule().splitlines()] == list("123456")
    assert schedule() in text


def test_every_parameter_stands_in_one_table() -> None:
    wanted = [row["parameter"].strip("`") for row in parameter_rows()]
    tables = [arguments for name, *arguments in calls(page()) if name == "parameters"]
    shown = Counter(
        name for name in wanted for table in tables if is_below(name, tuple(table))
    )
    assert {name: shown[name] for name in wanted} == dict.fromkeys(wanted, 1)


def test_every_file_a_page_names_exists() -> None:
    missing = [
        f"{path.name}: {name}"
        for path in (*DOCS.rglob("*.md"), *ROOT.glob("*.md"))
        for name in re.findall(
            r"`((?:model|calibration|experiments|scenarios|tests|docs)/[\w/]+\.\w+)`",
            path.read_text(encoding="utf-8"),
        )
        if not (ROOT / name).exists() and "your_channel" not in name
    ]
    assert missing == []


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = [
        f"{path.name}: {target}"
        for path in (*DOCS.rglob("*.md"), *ROOT.glob("*.md"))
        for target in re.findall(
            r"\]\((?!https?:)([^)]+)\)", path.read_text(encoding="utf-8")
        )
        if not leads_somewhere(path, target)
    ]
    assert broken == []


def leads_somewhere(path: Path, target: str) -> bool:
    """Whether a relative link names a file, and a heading in it if it names one."""
    name, _, heading = target.partition("#")
    file = (path.parent / name).resolve() if name else path
    if not file.exists() or not heading:
        return file.exists()
    headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), flags=re.MULTILINE)
    return heading in {anchor(each) for each in headings}


def anchor(heading: str) -> str:
    """Return the anchor that Markdown viewers give a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("path", list(pages()), ids=lambda path: path.name)
def test_generated_parts_are_those_of_this_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == filled(text, BLOCKS), "run `make docs`"


def test_a_marker_without_a_block_is_an_error() -> None:
    with pytest.raises(KeyError, match="unheard"):
        filled("<!-- generated: unheard of -->\n<!-- end -->\n", BLOCKS)


def test_a_block_is_made_anew_and_the_rest_is_left() -> None:
    text = "before\n<!-- generated: x a b -->\nold\n<!-- end -->\nafter\n"
    made = filled(text, {"x": lambda *given: "+".join(given)})
    assert made == "before\n<!-- generated: x a b -->\na+b\n<!-- end -->\nafter\n"
