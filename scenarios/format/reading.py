"""From the bytes of a YAML file to a tree with places; nothing in a file can run.

Only the events of the parser are used, so no object is ever built from a tag, no
alias is ever followed, and reading stops at the first limit reached. Numbers, true,
false and null are the plain decimal ones of YAML 1.2; everything else is text, so
`NO` stays Norway, and `010`, `1_000` and `0x10` are refused where a number is wanted.
ODD III.i.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from model.errors import Problem, ScenarioError
from scenarios.format.grammar import atom, folded, month_hint, number_hint
from scenarios.format.nodes import (
    Entry,
    ListNode,
    MappingNode,
    Mark,
    Node,
    Path,
    ScalarNode,
)
from scenarios.format.report import Report, shown, shown_file

# Ten times the baseline, and as much as is surely refused or read within a second.
MOST_BYTES = 512 * 1024
MOST_NODES = 40_000
DEEPEST = 30

# What editors and word processors put in for a space; YAML sees a letter.
_UNBROKEN_SPACE = re.compile(r":[^\S \t\n\r]")
# Control characters, line breaks that editors do not count, and marks that turn or
# hide text on a screen.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ud800-\udfff\ufffe\uffff]"
)


@dataclass(slots=True)
class _Reader:
    """The events of one file, and what has been counted of it."""

    file: str
    report: Report
    events: Iterator[Any]
    nodes: int = 0
    last: Any = None
    before_last: Any = None

    def next(self) -> Any:
        self.before_last, self.last = self.last, next(self.events)
        return self.last

    def mark(self, event: Any) -> Mark:
        start = event.start_mark
        return Mark(self.file, start.line + 1, start.column + 1)


def read_tree(data: bytes, file: str, report: Report) -> MappingNode | None:
    """Read one scenario file.

    Args:
        data: the bytes of the file.
        file: its name, for messages.
        report: takes everything that is wrong.

    Returns:
        The tree, or None if the file cannot be read as a mapping at all.
    """
    try:
        root = _read(_decoded(data, file), file, report)
    except ScenarioError as error:
        for found in error.problems:
            report.add(Mark(found.file, found.line, found.column), (), found.message)
        return None
    if isinstance(root, MappingNode):
        return root
    report.add(root.mark, (), "a scenario is a mapping of keys to values")
    return None


def read_value(text: str, file: str, report: Report) -> Node | None:
    """Read one YAML value that does not come from a file; None if it is no YAML."""
    try:
        return _read(
            _decoded(text.encode("utf-8", "surrogatepass"), file), file, report
        )
    except ScenarioError as error:
        for found in error.problems:
            report.add(Mark(file, found.line, found.column), (), found.message)
        return None


def _decoded(data: bytes, file: str) -> str:
    if len(data) > MOST_BYTES:
        _stop(file, 1, 1, f"larger than {MOST_BYTES // 1024} KiB")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        told = "starts with a byte order mark; save as UTF-8 without it"
        _stop(file, 1, 1, told if data[0] == 0xEF else f"is UTF-16: {told}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - before.rfind(b"\n")
        _stop(file, before.count(b"\n") + 1, column, "is not UTF-8; save as UTF-8")
    hidden = _INVISIBLE.search(text)
    if hidden:
        line, column = _place(text, hidden.start())
        _stop(file, line, column, f"holds the invisible character {shown(hidden[0])}")
    return text


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _stop(file: str, line: int, column: int, message: str) -> NoReturn:
    problem = Problem(shown_file(file), line, column, "", message)
    raise ScenarioError(problems=(problem,))


def _read(text: str, file: str, report: Report) -> Node:
    reader = _Reader(file, report, iter(YAML(typ="safe", pure=True).parse(text)))
    try:
        return _document(reader)
    except MarkedYAMLError as error:
        line, column, message = _syntax(error, reader.last)
        _stop(file, line, column, message)
    except (YAMLError, ValueError, RecursionError) as error:
        line = reader.last.end_mark.line + 1 if reader.last else 1
        _stop(file, line, 1, f"is not YAML: {shown(error)}")


def _document(reader: _Reader) -> Node:
    reader.next()  # start of the stream
    start = reader.next()
    if isinstance(start, StreamEndEvent):
        _stop(reader.file, 1, 1, "is empty; a scenario needs at least a title")
    if start.version or start.tags:
        _stop(reader.file, 1, 1, "directives (lines that start with %) are refused")
    root = _node(reader, reader.next(), (), 1)
    reader.next()  # end of the document
    more = reader.next()
    if isinstance(more, DocumentStartEvent):
        mark = reader.mark(more)
        reader.report.add(mark, (), "a second document starts here; one file, one")
    return root


def _node(reader: _Reader, event: Any, path: Path, depth: int) -> Node:
    reader.nodes += 1
    mark = reader.mark(event)
    if reader.nodes > MOST_NODES:
        _stop(mark.file, mark.line, mark.column, f"more than {MOST_NODES} values")
    if depth > DEEPEST:
        _stop(mark.file, mark.line, mark.column, f"nested deeper than {DEEPEST}")
    if isinstance(event, AliasEvent):
        message = f"the alias *{shown(event.anchor)} is refused; write the value out"
        reader.report.add(mark, path, message)
    elif event.anchor is not None:
        message = f"the anchor &{shown(event.anchor)} is refused; use extends instead"
        reader.report.add(mark, path, message)
    if getattr(event, "tag", None) is not None:
        message = f"the tag {shown(event.tag)} is refused; values are plain"
        reader.report.add(mark, path, message)
    if isinstance(event, MappingStartEvent):
        return _mapping(reader, event, path, depth)
    if isinstance(event, SequenceStartEvent):
        return _list(reader, event, path, depth)
    return _scalar(reader, event, path, mark)


def _mapping(reader: _Reader, start: Any, path: Path, depth: int) -> MappingNode:
    mark = reader.mark(start)
    entries: dict[str, Entry] = {}
    commas = _Commas(reader, mark, path) if start.flow_style else None
    while not isinstance(event := reader.next(), MappingEndEvent):
        is_glued = commas.before(event) if commas else False
        key_node = _node(reader, event, path, depth + 1)
        key = key_node.text if isinstance(key_node, ScalarNode) else "?"
        below = (*path, key)
        event = reader.next()
        node = _node(reader, event, below, depth + 1)
        if is_glued and commas and _is_bare(key_node, node):
            commas.number_goes_on(key, entries)
            continue
        wrong = _key_wrong(key_node, entries)
        if wrong:
            reader.report.add(key_node.mark, below if key in entries else path, wrong)
        elif not isinstance(event, AliasEvent):
            entries[key] = Entry(key_node.mark, _settled(node, key_node.mark))
    if commas:
        commas.tell(entries)
    return MappingNode(entries, mark)


def _is_bare(key: Node, value: Node) -> bool:
    """Whether a key has digits and no value, as the 500 of `{2026-01: 1,500}`."""
    empty = isinstance(value, ScalarNode) and not value.text and value.value is None
    return empty and isinstance(key, ScalarNode) and folded(key.text)[:1].isdigit()


@dataclass(slots=True)
class _Commas:
    """The commas of one flow collection, some of which may stand inside numbers."""

    reader: _Reader
    mark: Mark
    path: Path
    is_glued: list[bool] = field(default_factory=list)
    """Per comma, whether it stands between two digits."""
    broken: dict[str, str] = field(default_factory=dict)
    """Per key, a number that a comma cut in two."""

    def before(self, event: Any) -> bool:
        """Take in the comma before an item; whether it stands between two digits."""
        text, begins = str(event.start_mark.buffer), event.start_mark.index
        ended = self.reader.before_last.end_mark.index
        if "," not in text[ended:begins]:
            return False
        glued = text[begins - 1] == "," and (text[begins - 2] + text[begins]).isdigit()
        self.is_glued.append(glued)
        return glued

    def number_goes_on(self, digits: str, entries: Mapping[str, Entry]) -> None:
        """Note that a key of bare digits belongs to the number before it."""
        key, entry = list(entries.items())[-1]
        begun = entry.node.text if isinstance(entry.node, ScalarNode) else ""
        self.broken[key] = f"{self.broken.get(key, begun)},{digits}"

    def tell(self, entries: Mapping[str, Entry] | None = None) -> None:
        """Tell of commas inside numbers, or of such as may be."""
        report = self.reader.report
        for key, text in self.broken.items():
            mark = entries[key].node.mark if entries else self.mark
            told = f"a comma stands in the number {shown(text)}{number_hint(text)}"
            report.add(mark, (*self.path, key), told)
        if not self.broken and any(self.is_glued) and not all(self.is_glued):
            told = (
                "some commas here stand between digits and some before a space, so "
                "that they may mark decimals or new items; put a space after each "
                "comma between items, and a point into numbers"
            )
            report.add(self.mark, self.path, told)


def _settled(node: Node, key_mark: Mark) -> Node:
    """Place an empty value at its key; the parser places it at whatever comes next."""
    empty = isinstance(node, ScalarNode) and not node.text and node.value is None
    return replace(node, mark=key_mark) if empty else node


def _key_wrong(node: Node, entries: dict[str, Entry]) -> str | None:
    if not isinstance(node, ScalarNode):
        return "a key is one word, not a list or mapping"
    if not isinstance(node.value, str):
        told = f"the key {shown(node.text) or '(empty)'} is no name"
        return f"{told}; write a word or a month YYYY-MM{month_hint(node.text)}"
    if node.text in entries:
        return f"stands twice, first on line {entries[node.text].mark.line}; keep one"
    return None


def _list(reader: _Reader, start: Any, path: Path, depth: int) -> ListNode:
    mark = reader.mark(start)
    items: list[Node] = []
    commas = _Commas(reader, mark, path) if start.flow_style else None
    while not isinstance(event := reader.next(), SequenceEndEvent):
        if commas:
            commas.before(event)
        items.append(_node(reader, event, (*path, str(len(items))), depth + 1))
    if commas:
        commas.tell()
    return ListNode(tuple(items), mark)


def _scalar(reader: _Reader, event: Any, path: Path, mark: Mark) -> ScalarNode:
    if not isinstance(event, ScalarEvent):
        return ScalarNode(None, "", mark)
    text = str(event.value)
    hidden = _INVISIBLE.search(text)
    if hidden:
        message = f"holds the invisible character {shown(hidden[0])}"
        reader.report.add(mark, path, message)
    if event.style is None and _UNBROKEN_SPACE.search(text):
        message = "has a no-break space after a colon; put a plain one in its place"
        reader.report.add(mark, path, message)
    return ScalarNode(text if event.style else atom(text), text, mark)


def _syntax(error: MarkedYAMLError, last: Any) -> tuple[int, int, str]:
    """Return where the slip is rather than where the parser noticed it."""
    problem = str(error.problem or "cannot be read")
    mark = error.problem_mark or error.context_mark
    context = str(error.context or "")
    if error.context_mark and ("quoted" in context or "flow" in context
                               or "simple key" in context):  # fmt: skip
        mark = error.context_mark
    runs_on = isinstance(last, ScalarEvent) and "mapping values" in problem
    if runs_on and last.start_mark.line < last.end_mark.line:
        mark = last.start_mark
    told = f"is not YAML: {' '.join((context, problem)).strip()}{_advice(problem)}"
    return (mark.line + 1, mark.column + 1, told) if mark else (1, 1, told)


def _advice(problem: str) -> str:
    if "\\t" in problem:
        return "; indent with spaces, not tabs"
    if "mapping values" in problem or "expected ':'" in problem:
        return "; write `key: value` with a space after the colon, quote text with one"
    if (
        "end of stream" in problem
        or "stream end" in problem
        or "expected ','" in problem
    ):
        return "; close what is opened here"
    if "block end" in problem:
        return "; keys of one block start in the same column"
    if "cannot start" in problem:
        return "; put the text in quotes"
    return ""
