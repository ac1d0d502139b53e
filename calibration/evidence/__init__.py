"""Documented figures behind the model: tables, typed rows, and who stands behind each.

`load_evidence()` maps every row's id to the row; `load_regions()` lists the regions.
`notes/` says per topic what is solid, what conflicts and what to fit.
"""

from calibration.evidence.rows import Evidence, EvidenceRow, RegionRow, grade
from calibration.evidence.tables import evidence_hash, load_evidence, load_regions
from model.errors import EvidenceError

__all__ = [
    "Evidence",
    "EvidenceError",
    "EvidenceRow",
    "RegionRow",
    "evidence_hash",
    "grade",
    "load_evidence",
    "load_regions",
]
