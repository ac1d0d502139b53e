from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

BASE = """\
title: A base
time: {start: 2022-09, history_until: 2025-06, until: 2027-12}
federal:
  signing_bonus:
    rub:
      2022-09: {value: 195000, source: fed-bonus-2022-09}
      2024-08: {value: 400000, source: fed-bonus-2024-08}
  quota: 30000
behaviour:
  slope: 1.3
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write `NAME.yaml` beside a file `base.yaml` and return where it is."""
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")

    def write(text: str | bytes, name: str = "own") -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
