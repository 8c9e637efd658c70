"""One executed run as the parts of a manuscript are written from it."""

from dataclasses import dataclass

from analysis.cohort.missing import MissingPicture
from analysis.reporting.findings import Findings
from analysis.study import StudyResult
from analysis.study.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Publication:
    """What every table, sentence, checklist and document is written from; nothing in them is from elsewhere.

    Attributes
    ----------
    result : StudyResult
        The run. Journal, language and number style stand in ``result.settings.manuscript``.
    findings : Findings
        What was computed beside it, as `study_findings` gives it.
    ledger : Ledger
        What was examined before, and when outcomes came in sight.
    missing : MissingPicture or None
        Where covariates were missing among the eligible patients; None where nothing was counted.
    cohort_file : str or None
        The name of the cohort's file, never its folder.
    """

    result: StudyResult
    findings: Findings
    ledger: Ledger
    missing: MissingPicture | None = None
    cohort_file: str | None = None

    @property
    def language(self) -> str:
        """``en``, ``ko`` or ``ja``."""
        return self.result.settings.manuscript.language
