"""Text that must stay text, and runs that carry it in every free-text field."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.experiments.report.made_up import MadeUp

STRINGS = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</svg><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<iframe src=//example.org></iframe>",
    "<link rel=stylesheet href=//example.org/x.css>",
    "<meta http-equiv=refresh content='0;url=//example.org'>",
    "<base href=//example.org/>",
    "<form action=//example.org><input name=q></form>",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[<b>x</b>]]>",
    "{{ 7 * 7 }}{% for x in [1] %}",
    "$\\frac{1}{",
    "$x$ and \\LaTeX",
    "&lt;b&gt; &amp;#60; &#x3c;",
    "\u202egnp.exe \u0007",
    "../../etc/<b>\u6f22\u5b57</b>",
)
FIELDS = (
    ("flows", "channel"),
    ("ledger", "payer"),
    ("force", "state"),
    ("observed", "quantity"),
    ("observed", "unit"),
    ("observed", "source"),
)
TOGETHER = " ".join(STRINGS)
HARMLESS = "harmless"


def spoiled(node: Any, text: str) -> Any:
    """Put the text behind every string of a tree that is no date."""
    if isinstance(node, dict):
        return {key: spoiled(below, text) for key, below in node.items()}
    if isinstance(node, list):
        return [spoiled(below, text) for below in node]
    is_text = isinstance(node, str) and not node[:4].isdigit()
    return f"{node} {text}" if is_text else node


def with_text(run: MadeUp, text: str) -> MadeUp:
    """Put the text into every free-text field of a run."""
    scenario = {**spoiled(run.scenario, text), "sources": ["ist-2023q2", text]}
    measure = {"value": 1.0, "low": 0.0, "high": 2.0, "unit": text, "title": text}
    summary = {**spoiled(run.summary, text), text: measure}
    tables = dict(run.tables)
    for name, column in FIELDS if tables else ():
        extra = tables[name].iloc[:1].assign(**{column: text})
        tables[name] = pd.concat([tables[name], extra], ignore_index=True)
    return MadeUp(tables, scenario, summary, spoiled({**run.run, text: [text]}, text))


def cited(text: str) -> dict[str, Any]:
    """Return an evidence row whose every text field is the text."""
    texts = (
        "kind", "grade", "unit", "period_start", "period_end", "publisher", "title",
        "published", "url", "note", "channel", "geography",
    )  # fmt: skip
    row: dict[str, Any] = dict.fromkeys(texts, text)
    numbers = {"value": 1.0, "low": None, "high": 2.0, "confidence": 3}
    return {"id": "ist-2023q2", **numbers, **row}
