"""The brief: two printed pages that say what the comparison says, and load nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from experiments.comparisons.alone import alone
from experiments.comparisons.answer import answers, own_answers
from experiments.comparisons.brief.page import brief_page
from experiments.comparisons.compare import compare
from tests.experiments.small_country import SHORT, settle

DEAR = """\
title: Dear <script>alert(1)</script>
question: What if & "why"?
extends: baseline
changes: [federal bonus three times as high]
federal:
  signing_bonus:
    scale: {{2025-08: {factor}}}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("brief")
    for name, factor in (("dear", 3.0), ("dearer", 4.0)):
        (folder / f"{name}.yaml").write_text(DEAR.format(factor=factor))
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        yield compare(
            ["baseline", folder / "dear.yaml", folder / "dearer.yaml"],
            draws=2,
            settings=SHORT,
            workers=1,
            out=folder / "out",
        )


def test_the_first_sentence_is_that_of_the_comparison(made: Any) -> None:
    text = re.sub(r"<[^>]+>", "", brief_page(made))
    sentence = answers(made, "dear")[0].split("”")[-1].rstrip(".")
    assert sentence in text


def test_nothing_of_a_file_becomes_markup_and_nothing_is_loaded(made: Any) -> None:
    page = brief_page(made)
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)


def test_it_lies_beside_the_report(made: Any) -> None:
    assert (made.folder / "brief.html").is_file()


@pytest.mark.browser
def test_it_prints_on_two_pages_of_a4(made: Any, tmp_path: Path) -> None:
    chromium, pdfinfo = shutil.which("chromium"), shutil.which("pdfinfo")
    if chromium is None or pdfinfo is None:
        pytest.skip("needs chromium and pdfinfo")
    printed = tmp_path / "brief.pdf"
    subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}", "--no-pdf-header-footer",
            f"--print-to-pdf={printed}", str(made.folder / "brief.html"),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    told = subprocess.run(
        [pdfinfo, str(printed)], check=True, capture_output=True, text=True
    ).stdout
    assert re.search(r"Pages:\s+2\b", told)
    assert "A4" in told


def test_a_scenario_alone_answers_its_own_question(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        found = alone(
            "baseline", draws=2, settings=SHORT, workers=1, out=tmp_path / "out"
        )
    said = own_answers(found)
    assert found.labels == []
    assert "come under arms, by whichever channel, and in 100 % of 2 draws" in said[0]
    assert not any("base:" in sentence for sentence in said)
    page = (tmp_path / "out" / "brief.html").read_text(encoding="utf-8")
    assert "How long can Russia buy the soldiers it loses" in page
    assert "Last documented year" in page
    assert "against" not in page.partition("<h1>")[0].partition("kicker")[2]
