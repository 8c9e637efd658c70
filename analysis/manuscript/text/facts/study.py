"""Everything that a text is written from, taken once from a publication."""

from copy import deepcopy
from dataclasses import dataclass

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.facts.cohort import CohortFacts, MissingFacts, cohort_facts, missing_facts
from analysis.manuscript.text.facts.design import (
    BalanceFacts,
    DesignFacts,
    ScoreFacts,
    balance_facts,
    design_facts,
    score_facts,
)
from analysis.manuscript.text.facts.further import (
    BoardFacts,
    BootstrapFacts,
    CentreFacts,
    ConfoundingFacts,
    CurveFacts,
    NegativeControlFacts,
    PlanFacts,
    SoftwareFacts,
    SubgroupFacts,
    board_facts,
    bootstrap_facts,
    centre_facts,
    confounding_facts,
    curve_facts,
    negative_control_facts,
    plan_facts,
    subgroup_facts,
)
from analysis.manuscript.text.facts.response import (
    AdverseEventFacts,
    AgreementFacts,
    ResponseCourseFacts,
    ResponseFacts,
    adverse_event_facts,
    agreement_facts,
    course_facts,
    response_facts,
    scans_used,
)
from analysis.manuscript.text.facts.survival import SurvivalFacts, survival_facts
from analysis.reporting.results import results_document
from analysis.reporting.suppressed_results import suppress_results
from analysis.reporting.suppression import is_small
from analysis.settings import ConfidenceSettings, OutcomeSettings, ScansSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts:
    """One run as sentences need it: numbers, labels and choices, no words of any language.

    Counts that are hidden in the results file are None here. Where covariates were imputed, everything but what is
    called pooled is of one imputed set. ``least_events`` is what the study asks of each endpoint, both arms together.
    """

    cohort: CohortFacts
    missing: MissingFacts
    score: ScoreFacts
    design: DesignFacts
    balance: BalanceFacts
    survival: tuple[SurvivalFacts, ...]
    response: tuple[ResponseFacts, ...]
    courses: tuple[ResponseCourseFacts, ...]
    scans: ScansSettings | None
    adverse_events: tuple[AdverseEventFacts, ...]
    agreement: tuple[AgreementFacts, ...]
    subgroups: tuple[SubgroupFacts, ...]
    centres: tuple[CentreFacts, ...]
    board: BoardFacts
    confounding: tuple[ConfoundingFacts, ...]
    negative_control: NegativeControlFacts | None
    curve: CurveFacts | None
    bootstrap: BootstrapFacts | None
    plan: PlanFacts
    software: SoftwareFacts
    outcomes: OutcomeSettings
    confidence: ConfidenceSettings
    least_events: float | None

    @property
    def unit(self) -> str:
        """Of every time."""
        return self.cohort.time_unit

    @property
    def few_events(self) -> tuple[tuple[str, int], ...]:
        """Survival endpoints with fewer events under the design than the study asks, and how many."""
        found = [(item.name, item.after.events) for item in self.survival if item.after is not None]
        return tuple((name, count) for name, count in found if count is not None and self._is_few(count))

    @property
    def few_responders(self) -> tuple[tuple[str, int], ...]:
        """Response endpoints with fewer responders under the design than the study asks of events, and how many."""
        found = []
        for item in self.response:
            rates = None if item.after is None else item.after.objective
            if rates is not None and rates.treated.count is not None and rates.control.count is not None:
                found.append((item.name, rates.treated.count + rates.control.count))
        return tuple((name, count) for name, count in found if self._is_few(count))

    def _is_few(self, count: int) -> bool:
        return self.least_events is not None and count < self.least_events

    @property
    def score_used(self) -> bool:
        """Whether patients are matched or weighted by the propensity score."""
        if self.design.weighting is not None:
            return self.design.weighting.method != "entropy"
        return self.design.matching.method != "strata" and self.design.matching.distance != "mahalanobis"

    @property
    def left_out(self) -> int | None:
        """Patients analysed but not compared; None where they are so few that their number is hidden."""
        analysed, compared = self.cohort.analysed.both, self.design.compared.both
        if analysed is None or compared is None:
            return None
        return None if is_small(analysed - compared, self.cohort.suppress_below) else analysed - compared


def study_facts(publication: Publication) -> StudyFacts:
    """Take the facts of one run from its results file, small counts hidden, and from its settings.

    Parameters
    ----------
    publication : Publication

    Returns
    -------
    StudyFacts
    """
    result = publication.result
    document = deepcopy(results_document(result, publication.findings, publication.ledger))
    document = suppress_results(document, result.settings.exports.suppress_below)
    cohort = cohort_facts(publication, document)
    return StudyFacts(
        cohort=cohort,
        missing=missing_facts(publication, document, cohort),
        score=score_facts(publication, document),
        design=design_facts(publication, document),
        balance=balance_facts(publication, document),
        survival=survival_facts(publication, document),
        response=response_facts(publication, document),
        courses=course_facts(document),
        scans=scans_used(publication),
        adverse_events=adverse_event_facts(document),
        agreement=agreement_facts(document),
        subgroups=subgroup_facts(document),
        centres=centre_facts(document),
        board=board_facts(document),
        confounding=confounding_facts(document),
        negative_control=negative_control_facts(document),
        curve=curve_facts(document),
        bootstrap=bootstrap_facts(document),
        plan=plan_facts(publication, document),
        software=SoftwareFacts(versions=tuple(document["software"].items())),
        outcomes=result.settings.outcomes,
        confidence=result.settings.confidence,
        least_events=result.settings.gate.least_events,
    )
