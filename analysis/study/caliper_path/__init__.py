"""The caliper path: pairs kept, balance and effect at every caliper worth considering, in one sweep."""

from analysis.study.caliper_path.path import caliper_path
from analysis.study.caliper_path.result import CaliperPath
from analysis.study.caliper_path.suggestion import suggest_caliper

__all__ = ["CaliperPath", "caliper_path", "suggest_caliper"]
