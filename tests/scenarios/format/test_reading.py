from __future__ import annotations

import pytest

from scenarios.format.grammar import atom
from scenarios.format.nodes import MappingNode, ScalarNode, mark_at, plain
from scenarios.format.reading import DEEPEST, MOST_BYTES, MOST_NODES, read_tree
from scenarios.format.report import Report


def read(text: str) -> MappingNode:
    report = Report()
    tree = read_tree(text.encode(), "own.yaml", report)
    assert report.problems == []
    assert tree is not None
    return tree


def problems(data: bytes) -> list[str]:
    report = Report()
    read_tree(data, "own.yaml", report)
    return [str(problem) for problem in report.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("no", "no"), ("yes", "yes"), ("on", "on"), ("y", "y"),
        ("010", "010"), ("1_000", "1_000"), ("0x10", "0x10"), ("0o17", "0o17"),
        ("1e6", 1e6), ("1E-3", 1e-3), ("+5", 5), ("-0", 0), (".5", 0.5), ("5.", 5.0),
        (".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("12:30", "12:30"),
        ("2024-08", "2024-08"), ("2024-08-01", "2024-08-01"), ("=", "="),
        ("true", True), ("False", False), ("TRUE", True), ("tRUE", "tRUE"),
        ("null", None), ("~", None), ("", None), ("None", "None"),
        ("٣", "٣"),  # another script's digit is no number
        ("9" * 31, "9" * 31),
    ],
)  # fmt: skip
def test_plain_text_is_a_number_only_where_yaml_1_2_and_a_reader_agree(
    text: str, value: object
) -> None:
    assert atom(text) == value
    assert type(atom(text)) is type(value)


def test_quoted_numbers_months_and_country_codes_stay_text() -> None:
    tree = read("NO: '12'\n2024-08: \"true\"\n'5': x\n")
    assert plain(tree) == {"NO": "12", "2024-08": "true", "5": "x"}


def test_every_key_and_value_knows_its_line_and_column() -> None:
    tree = read("federal:\n  signing_bonus:\n    rub: {2024-08: 5}\nchanges: [a, b]\n")
    places = {
        ("federal",): (1, 1),
        ("federal", "signing_bonus"): (2, 3),
        ("federal", "signing_bonus", "rub", "2024-08"): (3, 20),
        ("federal", "signing_bonus", "usd"): (2, 3),
        ("changes", 1): (4, 14),
    }
    for path, place in places.items():
        mark = mark_at(tree, path)
        assert (mark.line, mark.column) == place
        assert mark.file == "own.yaml"


def test_windows_line_ends_count_as_one() -> None:
    tree = read("title: a\r\nquestion: b\r\n")
    assert mark_at(tree, ("question",)).line == 2
    assert plain(tree) == {"title": "a", "question": "b"}


def test_an_empty_value_stands_at_its_key() -> None:
    tree = read("title:  # said later\nquestion: b\n")
    node = tree.entries["title"].node
    assert isinstance(node, ScalarNode)
    assert (node.value, node.mark.line) == (None, 1)


def test_reading_goes_on_after_machinery_so_that_all_of_it_is_told() -> None:
    told = problems(b"a: &x 1\nb: *x\nc: !t 1\na: 2\n5: 1\n")
    assert [line.split(":")[1] for line in told] == ["1", "2", "3", "4", "5"]


def test_the_limits_are_generous_and_kept() -> None:
    assert problems(b"a: " + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)) == []
    assert "deeper" in problems(b"a: " + b"[" * DEEPEST + b"]" * DEEPEST)[0]
    few = (MOST_NODES - 4) // 2
    assert problems(b"".join(b"k%d: 1\n" % i for i in range(few))) == []
    assert "values" in problems(b"".join(b"k%d: 1\n" % i for i in range(few + 9)))[0]
    assert "KiB" in problems(b"a: " + b"#" * MOST_BYTES)[0]
