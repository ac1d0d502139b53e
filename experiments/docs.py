"""Rebuild the generated pages: the JSON Schema of scenario files, the parameter page."""

from __future__ import annotations

from experiments.parameter_page import write_parameter_page
from experiments.scenario_tools import write_schema


def main() -> None:
    """Write every generated page and say where it is."""
    for page in (write_schema(), write_parameter_page()):
        print(page)


if __name__ == "__main__":
    main()
