"""What is wrong with a scenario, collected so that everything is told at once.

ODD III.i.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace

from model.errors import Problem, ScenarioError
from scenarios.format.nodes import Mark, Path

MOST_PROBLEMS = 200
_LONGEST_ECHO = 60


def shown(given: object) -> str:
    """Return what a file says, safe for a terminal and never longer than a line."""
    text = "".join(map(_visible, str(given)[: _LONGEST_ECHO + 1]))
    return text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "..."


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return f"\\u{ord(character):04x}" if hidden else character


@dataclass(slots=True)
class Report:
    """Problems in the order they were found; a flood is cut off, not told in full."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    """What is acceptable but may not be what was meant."""

    @property
    def full(self) -> bool:
        """Whether the flood has begun."""
        return len(self.problems) >= MOST_PROBLEMS

    def add(self, mark: Mark, path: Path, message: str) -> None:
        """Note that the value at `path` is wrong; of one place, what was found first.

        What is found there later mostly follows from it, and may advise otherwise: of
        `600.000,00` in a flow mapping the comma is found, and then 600.000 is doubted.
        """
        if self.full:
            return
        found = located(mark, path, message)
        if not any(
            replace(found, message=each.message) == each for each in self.problems
        ):
            self.problems.append(found)

    def note(self, mark: Mark, path: Path, message: str) -> None:
        """Note that the value at `path` may not do what was meant."""
        found = located(mark, path, message)
        if len(self.notes) < MOST_PROBLEMS and found not in self.notes:
            self.notes.append(found)

    def covers(self, path: Path) -> bool:
        """Whether a problem at, above or below `path` has already been told."""
        key = shown(".".join(path))
        return any(_nested(problem.key, key) for problem in self.problems)

    def raise_if_any(self) -> None:
        """Raise everything collected as one error.

        Raises:
            ScenarioError: If there is any problem.
        """
        if self.problems:
            files = list(dict.fromkeys(problem.file for problem in self.problems))
            ordered = sorted(
                self.problems, key=lambda at: (files.index(at.file), at.line, at.column)
            )
            raise ScenarioError(problems=tuple(ordered))


def located(mark: Mark, path: Path, message: str) -> Problem:
    """Return what is said about the value at `path`, with its place."""
    key = shown(".".join(path))
    return Problem(shown_file(mark.file), mark.line, mark.column, key, message)


def shown_file(name: str) -> str:
    """Return a file's name with anything a terminal could obey made visible."""
    return "".join(map(_visible, name))


def _nested(one: str, other: str) -> bool:
    return (
        one == other
        or f"{one}.".startswith(f"{other}.")
        or (f"{other}.".startswith(f"{one}."))
    )
