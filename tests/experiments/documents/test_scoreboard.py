from pathlib import Path

from calibration.validation.validate import validate
from experiments.documents.scoreboard import scoreboard_figure
from tests.calibration.posteriors import store_posterior


def test_every_target_has_a_line_and_misses_are_marked(tmp_path: Path) -> None:
    store_posterior(tmp_path)
    board = validate(tmp_path)
    figure = scoreboard_figure(board)
    labels = [tick for pane in figure.axes for tick in pane.get_yticklabels()]
    assert len(labels) == len(board.scores)
    marks = [
        line for pane in figure.axes for line in pane.lines if line.get_marker() == "X"
    ]
    outside = [score for score in board.scores if not score.inside]
    assert len(marks) == len(outside)
