"""Every dated default of a channel that cites an evidence id cites one that exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from calibration.evidence import load_evidence
from model.channels import channel_names, channel_settings
from model.fields.dated import DatedValue, Frozen

SETTINGS = channel_settings({})


def dated_values(block: Any) -> Iterator[DatedValue]:
    if isinstance(block, DatedValue):
        yield block
    elif isinstance(block, Frozen):
        for name in type(block).model_fields:
            yield from dated_values(getattr(block, name))
    elif isinstance(block, dict):
        for value in block.values():
            yield from dated_values(value)


@pytest.mark.parametrize("name", channel_names())
def test_cited_ids_exist(name: str) -> None:
    evidence = load_evidence()
    cited = {s for value in dated_values(SETTINGS[name]) for s in value.sources}
    assert {source for source in cited if source not in evidence} == set()


@pytest.mark.parametrize("name", channel_names())
def test_every_field_says_what_it_is(name: str) -> None:
    fields = type(SETTINGS[name]).model_fields
    for field, info in fields.items():
        is_block = isinstance(getattr(SETTINGS[name], field), Frozen)
        assert info.description or is_block, field
