"""Prices rest on the documents, in the main."""

from __future__ import annotations

from calibration.validation.assumed_prices import assumed_share


def test_less_than_a_third_of_the_variance_of_prices_rests_on_no_document() -> None:
    found = assumed_share(draws=25)
    assert max(found.values()) < 1 / 3
    assert min(found.values()) > 0
