import pytest

from calibration.validation.claim_quantities import QUANTITIES
from calibration.validation.claim_words import LAST, START, read_claim
from model.errors import EvidenceError


@pytest.mark.parametrize(
    ("text", "quantity", "period", "figure"),
    [
        ("210 000 contracts in the first half of 2025", "contracts",
         "2025-01 to 2025-06", 210_000),
        ("210k contracts in 2025H1", "contracts", "2025-01 to 2025-06", 210_000),
        ("210 thousand contracts in H1 2025", "contracts", "2025-01 to 2025-06",
         210_000),
        ("contracts_signed 2025-01..2025-06 = 210000", "contracts",
         "2025-01 to 2025-06", 210_000),
        ("From January to June 2025, 210,000 signed a contract.", "contracts",
         "2025-01 to 2025-06", 210_000),
        ("35 000 contracts a month in Q2 2025", "contracts", "2025-04 to 2025-06",
         105_000),
        ("390 000 casualties in the last quarter of 2024", "casualties",
         "2024-10 to 2024-12", 390_000),
        ("45 thousand killed in 2023", "killed", "2023-01 to 2023-12", 45_000),
        ("killed by June 2025: 190,000", "killed", "2022-09 to 2025-06", 190_000),
        ("137 000 returned by mid-2025", "home for good", "", 0),
        ("520 000 men in theatre in July 2024", "force in theatre", "2024-07",
         520_000),
        ("520 000 men in theatre by the end of 2024", "force in theatre", "2024-12",
         520_000),
        ("816 thousand men in theatre and in reserves in June 2025",
         "force in theatre and in reserves", "2025-06", 816_000),
        ("force 2024-07 = 520_000", "force in theatre", "2024-07", 520_000),
        ("137 000 returned home by the end of June 2025", "home for good",
         "2022-09 to 2025-06", 137_000),
        ("860 billion roubles of pay in the first half of 2025", "pay",
         "2025-01 to 2025-06", 860e9),
        ("1.2 million roubles mean regional bonus in September 2025",
         "mean regional bonus", "2025-09", 1.2e6),
        ("0.9 trn roubles", "", "", 0),
    ],
)  # fmt: skip
def test_a_claim_is_read(text: str, quantity: str, period: str, figure: float) -> None:
    if not period:
        with pytest.raises(EvidenceError):
            read_claim(text)
        return
    said = read_claim(text)
    assert said.quantity.name == quantity
    assert said.period == period
    assert said.figure == pytest.approx(figure)


@pytest.mark.parametrize(
    ("text", "low", "high", "bound"),
    [
        ("200-220k contracts in 2025H1", 200_000, 220_000, "about"),
        ("200 to 220 thousand contracts in 2025H1", 200_000, 220_000, "about"),
        ("between 200k and 220k contracts in 2025H1", 200_000, 220_000, "about"),
        ("over 200k contracts in 2025H1", 200_000, 200_000, "at least"),
        ("no more than 200k contracts in 2025H1", 200_000, 200_000, "at most"),
    ],
)
def test_ranges_and_bounds(text: str, low: float, high: float, bound: str) -> None:
    said = read_claim(text)
    assert (said.low, said.high, said.bound) == (low, high, bound)


@pytest.mark.parametrize(
    ("text", "code", "observer"),
    [
        ("1 500 contracts in Tatarstan in January 2025", "RU-TA", "signed_at"),
        ("2 250 contracts in December 2024 in Moscow", "RU-MOW", "signed_at"),
        ("400 recruits in the Republic of Buryatia in 2024Q3", "RU-BU", "signed_at"),
        ("900 foreigners from Nepal in 2024", "NP", "foreign"),
        ("35 listed dead per 10 000 men in Tuva by May 2025", "RU-TY", "listed_rate"),
    ],
)
def test_places_by_name(text: str, code: str, observer: str) -> None:
    said = read_claim(text)
    assert said.place is not None
    assert said.place.code == code
    (reading,) = said.readings
    assert (reading.observer, reading.of) == (observer, code)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("contracts 210000", "says no period"),
        ("contracts in 2025", "says no number"),
        ("210 000 contrats in 2025", "no known quantity; did you mean contracts"),
        ("10 tanks in 2025", "names no known quantity; as in"),
        ("0 killed in January 2025", "must be above 0"),
        ("10 killed in January 2030", "within 2022-09 to 2026-12"),
        ("10 killed 2025-06..2025-01", "must run forward"),
        ("10 killed in 2025-13", "2025-13 is no month"),
        ("450k contracts in 2024 in Narnia", "'narnia' is not understood"),
        ("450k killed in Tuva in 2024", "is not counted by region"),
        ("35 listed dead per 10 000 men in 2024", "counted by region; name one"),
        ("407k contracts in 2024 by 450 men", "says a second number, '450'"),
        ("407k contracts in H1 2024 and Q1 2025", "says a second period, 'q1 2025'"),
        ("1,2 million roubles mean regional bonus in September 2025",
         "write decimals with a point, 1.2"),
        ("210 thousand contracts in June", "june of which year"),
        ("220-200k contracts in 2025H1", "runs from 220000 down to 200000"),
        ("contracts " * 40, "at most 300"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(text: str, told: str) -> None:
    with pytest.raises(EvidenceError, match=told):
        read_claim(text)


def test_every_word_of_every_quantity_finds_it() -> None:
    for quantity in QUANTITIES:
        place = " in Tuva" if not quantity.readings else ""
        for word in quantity.words:
            said = read_claim(f"1 000 {word}{place} in March 2025")
            assert said.quantity is quantity
            assert START <= said.first <= said.last <= LAST
