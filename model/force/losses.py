"""What befell the force in one month. ODD II.x (observation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Losses:
    """Rows of the roll by event; a man may be in several in one month."""

    killed: Integers
    """True deaths of the month, those of the missing included."""
    missing: Integers
    """Those of `killed` whose death is not declared yet."""
    declared_dead: Integers
    """Missing men of this or earlier months whom a court declared dead."""
    wounded: Integers
    disabled: Integers
    """Wounded men, mostly of earlier months, declared disabled: they leave."""
    captured: Integers
    absent: Integers
    discharged: Integers
    """All who left alive and not as disabled, by whatever cause."""
    discharged_unfit: Integers
    """Those of `discharged` who left as wounded, unfit but not disabled."""
    discharged_by_deal: Integers
    """Those of `discharged` whom a deal with their country freed."""
    discharged_at_term: Integers
    """Those of `discharged` whose contract or own term ended."""
    returned: Integers
    """Wounded back on duty."""
    exchanged: Integers
    """Captives who came back, to duty or (then also in `discharged`) home."""
    brought_back: Integers
    """Absentees back on duty."""
    reinforcing: Integers
    """Men moved from support to combat."""
    trained: Integers
    """Men who arrived in theatre from training."""
    posted: Integers
    """Trained men posted to the rear."""
    limited: Integers
    """Wounded men kept for limited duty in the rear."""
    released: Integers
    """Men of the rear who arrived in theatre."""
    rotated: Integers
    """Men withdrawn from theatre to the rear."""
    re_signed: Integers
    """Men already serving who signed a contract for the bonus."""

    @property
    def left_persons(self) -> int:
        """Men who left the force for good this month, captives and absentees too."""
        left = (
            self.killed,
            self.disabled,
            self.captured,
            self.absent,
            self.discharged,
        )
        return sum(map(len, left))
