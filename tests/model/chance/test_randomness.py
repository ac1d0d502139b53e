import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from model.chance.randomness import first_counter, fold, key, uniforms, words


def test_a_number_depends_on_its_coordinates_alone() -> None:
    stream = key(1, "people", 5, 7)
    together = uniforms(stream, np.arange(1000))
    alone = uniforms(stream, np.array([617]))
    assert together[617] == alone[0]


@pytest.mark.parametrize("other", [(2, 5, 7), (1, 6, 7), (1, 5, 8)])
def test_every_coordinate_matters(other: tuple[int, int, int]) -> None:
    seed, month, shell = other
    assert key(1, "people", 5, 7) != key(seed, "people", month, shell)


def test_processes_do_not_share_numbers() -> None:
    assert key(1, "people", 0) != key(1, "attrition", 0)


def test_uniforms_are_uniform_and_uncorrelated() -> None:
    drawn = uniforms(key(3, "people", 0), np.arange(200_000))
    assert stats.kstest(drawn, "uniform").pvalue > 1e-4
    lagged = np.corrcoef(drawn[:-1], drawn[1:])[0, 1]
    assert abs(lagged) < 4 / np.sqrt(len(drawn))


def test_uniforms_of_neighbouring_streams_are_uncorrelated() -> None:
    one = uniforms(key(3, "people", 0), np.arange(100_000))
    two = uniforms(key(3, "people", 1), np.arange(100_000))
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(len(one))


def test_numbers_of_many_streams_are_drawn_in_one_call() -> None:
    streams = [key(5, "role", month) for month in range(50)]
    first = np.array([first_counter(stream) for stream in streams])
    together = words(0, first[:, None] + np.arange(7))
    for stream, row in zip(streams, together, strict=True):
        np.testing.assert_array_equal(row, words(stream, np.arange(7)))


def test_a_stream_for_each_counter_gives_what_folding_gives() -> None:
    streams = [key(5, "network", month) for month in range(50)]
    drawn = words(np.array(streams, dtype=np.uint64), np.arange(50) + 1)
    assert drawn.tolist() == [fold(stream, n) for n, stream in enumerate(streams)]


def test_no_uniform_reaches_its_bounds() -> None:
    drawn = uniforms(key(0, "people"), np.arange(1_000_000))
    assert 0 < drawn.min() < drawn.max() < 1


def test_another_process_draws_the_same_words() -> None:
    program = (
        "import numpy as np; from model.chance.randomness import key, words;"
        "print(words(key(9, 'role', 4), np.arange(5)).tolist())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == str(words(key(9, "role", 4), np.arange(5)).tolist())
