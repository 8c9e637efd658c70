"""Everything needed to rebuild the analysis, in one archive."""

from analysis.manuscript.capsule.archive import is_archive
from analysis.manuscript.capsule.capsule import Capsule, capsule_bytes, read_capsule, sets_of_rows

__all__ = ["Capsule", "capsule_bytes", "is_archive", "read_capsule", "sets_of_rows"]
