"""The study on the desk as its manuscript is written from it."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from analysis.manuscript.publication import Publication
from analysis.phrases import phrase
from analysis.reporting.findings import Findings, study_findings
from analysis.reporting.robustness_results import RobustnessFindings
from analysis.settings import ManuscriptSettings
from analysis.study import StudyResult
from analysis.study.ledger import Ledger
from analysis.study_file import study_yaml
from ui import session
from ui.exhibits.missing import missing_picture
from ui.figure_style import asked_style
from ui.ledger.plan import ledger_of
from ui.robustness.findings import kept_findings
from ui.workspace import StudyState


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Manuscript:
    """What a manuscript is written from, before anything that takes a moment is computed.

    Attributes
    ----------
    key : hashable
        Changes whenever anything changes that a document tells.
    """

    key: Hashable
    _result: StudyResult
    _ledger: Ledger
    _robust: RobustnessFindings | None

    def publication(self) -> Publication:
        """What everything is written from; what is computed on demand is kept until the study changes."""
        desk, result = session.workspace(), self._result
        plain = result.settings.model_copy(update={"manuscript": ManuscriptSettings()})
        found: Findings = session.computed(
            ("findings of the manuscript", study_yaml(plain)),
            lambda: study_findings(result),
            phrase("Working out the results …"),
        )
        return Publication(
            result=result,
            findings=replace(found, robustness=self._robust),
            ledger=self._ledger,
            missing=missing_picture(desk, result.settings),
            cohort_file=desk.name,
        )


def manuscript_of(state: StudyState) -> Manuscript | None:
    """The manuscript of the study on the desk; None while outcomes are covered or a stage is missing."""
    desk = session.workspace()
    result = desk.result()
    if result is None:
        return None
    settings = result.settings.model_copy(update={"manuscript": asked_style()})
    robust = kept_findings(state)
    made_of = (None, None) if robust is None else (robust.curve, robust.bootstrap)
    ledger = ledger_of(desk)
    key = (desk.cohort.sha256, study_yaml(settings), repr(ledger), *made_of)
    return Manuscript(key=key, _result=replace(result, settings=settings), _ledger=ledger, _robust=robust)
