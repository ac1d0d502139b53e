"""The page as a whole: complete, alone, valid, repeatable, and calm about gaps."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from experiments.figures.style import LEAST_CONTRAST, contrast
from experiments.report import build_report
from experiments.report.page import TEMPLATES
from model.errors import StorageError
from tests.experiments.report.made_up import MakeUp
from tests.experiments.report.reading import Reader

TABLES = (
    "flows", "prices", "force", "losses", "ledger", "economy", "beliefs", "observed",
    "supply", "pool",
)  # fmt: skip
MEGABYTES = 1_000_000


@pytest.fixture(scope="module")
def page(whole_run: Path) -> Reader:
    return Reader((whole_run / "report.html").read_text(encoding="utf-8"))


def test_the_page_is_one_file_below_five_megabytes(whole_run: Path) -> None:
    assert (whole_run / "report.html").stat().st_size < 5 * MEGABYTES


def test_the_page_runs_nothing_and_loads_nothing(page: Reader) -> None:
    assert not {"script", "iframe", "object", "embed", "form", "base"} & set(
        page.elements
    )
    assert [name for name in page.attributes if name.startswith("on")] == []
    links = page.values["href"]
    assert {link.partition(":")[0] for link in links if not link.startswith("#")} <= {
        "http", "https", "data",
    }  # fmt: skip
    assert all(link.startswith("#") for link in page.values["xlink:href"])
    assert "src" not in page.attributes


def test_the_policy_forbids_everything_but_the_style_sheet(page: Reader) -> None:
    policy = next(v for v in page.values["content"] if "default-src" in v)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "http" not in policy


def test_no_style_reaches_outside(whole_run: Path) -> None:
    text = (whole_run / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"@import|url\(\s*['\"]?(?!#)", text) == []


def test_ids_are_unique_and_every_reference_has_its_target(page: Reader) -> None:
    ids = page.values["id"]
    assert [i for i, times in Counter(ids).items() if times > 1] == []
    inner = [link[1:] for link in page.values["href"] if link.startswith("#")]
    labels = [i for value in page.values["aria-labelledby"] for i in value.split()]
    assert set(inner) | set(labels) <= set(ids)


def test_headings_go_down_one_level_at_a_time(page: Reader) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert [(a, b) for a, b in steps if b > a + 1] == []


def test_every_drawing_has_a_name_and_says_what_it_shows(page: Reader) -> None:
    drawings = page.elements["svg"]
    assert drawings > 15
    assert page.elements["desc"] == drawings
    assert page.values["role"].count("img") == drawings


def test_every_table_has_a_caption_and_scoped_headers(page: Reader) -> None:
    assert page.elements["caption"] == page.elements["table"] > 5
    assert page.attributes["scope"] == page.elements["th"]


def test_answer_comes_first_in_three_sentences_and_the_headline_numbers(
    page: Reader,
) -> None:
    words = page.words
    contents = words.index("All measures")
    for said in (
        "men a month come under arms",
        "a volunteer costs",
        "comes to owe",
        "Inflow and losses, all channels",
        "Replacement ratio",
    ):
        assert words.index(said) < contents


def test_every_headline_number_stands_with_its_definition(page: Reader) -> None:
    assert "Inflow over losses, last twelve months." in page.words


def test_every_cited_source_is_listed_with_kind_and_grade(page: Reader) -> None:
    assert "ist-2023q1" in page.words
    assert "Kind: independent estimate; confidence 3 of 5." in page.words


def test_figures_lie_beside_the_page(whole_run: Path, page: Reader) -> None:
    figures = sorted((whole_run / "figures").glob("*.svg"))
    assert len(figures) == page.elements["svg"]
    assert all(path.read_text().startswith("<?xml") for path in figures)


def test_every_figure_can_be_taken_as_picture_and_table_and_cited(
    whole_run: Path, page: Reader
) -> None:
    for drawing in (whole_run / "figures").glob("*.svg"):
        assert drawing.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
        rows = drawing.with_suffix(".csv").read_text().splitlines()
        assert len(rows) > 1, drawing
    tables = [link for link in page.values["href"] if link.startswith("data:text/csv")]
    assert len(tables) == page.elements["svg"]
    assert page.words.count(", figure “") == page.elements["svg"]


def test_sources_of_parameters_alone_are_left_to_the_table_beside_it(
    whole_run: Path, page: Reader
) -> None:
    every = (whole_run / "figures" / "sources.csv").read_text(encoding="utf-8")
    assert len(every.splitlines()) - 1 > page.words.count("Used: ") > 0


def test_texts_of_the_page_can_be_read_on_their_ground() -> None:
    """Every colour of text in the style sheet, on white and on the soft ground."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--(\w+): (#\w{6})", style))
    texts = set(re.findall(r"[^-]color: (#\w{6})", style)) | {
        named[name] for name in re.findall(r"[^-]color: var\(--(\w+)\)", style)
    }
    assert len(texts) > 3
    for ground in ("#ffffff", named["soft"]):
        assert [c for c in texts if contrast(c, ground) < LEAST_CONTRAST] == []


def test_texts_of_every_drawing_can_be_read(whole_run: Path) -> None:
    """On white; the tiles of maps have a test of their own."""
    for drawing in (whole_run / "figures").glob("*.svg"):
        if drawing.name.startswith("regions-"):
            continue
        fills = re.findall(r"<text [^>]*fill: (#\w{6})", drawing.read_text())
        faint = {fill for fill in fills if contrast(fill, "#ffffff") < LEAST_CONTRAST}
        assert not faint, drawing.name


def test_same_run_gives_same_bytes(made_up: MakeUp, tmp_path: Path) -> None:
    texts = [
        build_report(made_up().write(tmp_path / name)).read_bytes() for name in "ab"
    ]
    assert texts[0] == texts[1]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("table", TABLES)
def test_an_absent_table_leaves_a_sentence(
    made_up: MakeUp, tmp_path: Path, table: str
) -> None:
    folder = made_up().write(tmp_path)
    (folder / f"{table}.parquet").unlink()
    words = Reader(build_report(folder).read_text(encoding="utf-8")).words
    assert (
        table == "economy" or f"Not shown: this run wrote no {table}.parquet." in words
    )


def test_an_empty_folder_still_makes_a_page(tmp_path: Path) -> None:
    page = Reader(build_report(tmp_path).read_text(encoding="utf-8"))
    assert page.elements["svg"] == 0
    assert "No headline numbers: this run wrote no summary.json." in page.words


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("flows.parquet", b"not a table"),
        ("run.json", b"{"),
        ("summary.json", b"[1]"),
        ("summary.json", b'{"x": {"value": "many", "unit": 3}, "y": 1}'),
        ("scenario.yaml", b"title: [unclosed"),
        ("scenario.yaml", b"\xff\xfe"),
        ("scenario.yaml", b"time: 3\nchanges: 4\nfederal: [{source: [1, {a: 2}]}]"),
    ],
)
def test_a_damaged_file_costs_its_part_alone(
    made_up: MakeUp, tmp_path: Path, name: str, content: bytes
) -> None:
    run = made_up()
    run.tables = {kept: run.tables[kept] for kept in ("flows", "force")}
    folder = run.write(tmp_path)
    (folder / name).write_bytes(content)
    page = Reader(build_report(folder).read_text(encoding="utf-8"))
    assert page.elements["svg"] >= 2


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no such folder"):
        build_report(tmp_path / "nowhere")


def test_nothing_half_written_is_left(whole_run: Path) -> None:
    left = [path.name for path in whole_run.rglob(".*")]
    assert left == []
