"""The report: one HTML file an analyst can send, and its figures beside it.

`build_report(folder)` reads a finished run and writes `report.html`. What a part needs
and the run lacks is replaced by a sentence saying so; nothing is invented.
"""

from experiments.report.page import build_report

__all__ = ["build_report"]
