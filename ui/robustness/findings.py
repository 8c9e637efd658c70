"""What the session's runs found of the present study, for its files."""

from collections.abc import Hashable
from typing import Any

from analysis.reporting.robustness_results import RobustnessFindings
from ui import session
from ui.robustness import bootstrap, specifications
from ui.robustness.running import KeptRun
from ui.workspace import StudyState


def kept_findings(state: StudyState) -> RobustnessFindings | None:
    """The curve and the bootstrap that are up to date with the study; None where neither is."""
    found = RobustnessFindings(
        curve=_kept(specifications.KEPT, specifications.curve_key(state)),
        bootstrap=_kept(bootstrap.KEPT, bootstrap.bootstrap_key(state)),
    )
    return None if found.curve is None and found.bootstrap is None else found


def _kept(name: str, key: Hashable) -> Any:
    kept: KeptRun | None = session.remembered(name)
    if kept is None or kept.desk() is not session.workspace() or kept.found_key != key:
        return None
    return kept.found
