"""What governments, states and networks have in common: a place in Mesa's register.

ODD II.ii.
"""

from __future__ import annotations

import mesa


class Institution(mesa.Agent):
    """An agent that differs from others and decides once a month.

    Mesa's own initialiser draws `unique_id` from a table of the class that holds every
    model for good, and sweeps make thousands of them; so the number is given here.

    Args:
        model: the model it acts in.
    """

    def __init__(self, model: mesa.Model) -> None:
        self.model = model
        self.pos = None
        self.unique_id = len(model.agents) + 1
        model.register_agent(self)  # type: ignore[no-untyped-call]  # Mesa's own
