"""`--first N`: of every fault that is repeated at random places, only the first N."""

from __future__ import annotations

import pytest

REPEATED_BY = ("number", "batch")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--first", type=int, metavar="N", help="repetitions of every fault; default all"
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    first = config.getoption("--first")
    if first is None:
        return
    left_out = [item for item in items if _repetition(item) >= first]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _repetition(item: pytest.Item) -> int:
    called = getattr(item, "callspec", None)
    numbers = called.params if called is not None else {}
    return next((numbers[name] for name in REPEATED_BY if name in numbers), 0)
