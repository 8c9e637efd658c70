"""Who was in the cohort and who was analysed, and what was missing."""

from dataclasses import dataclass
from datetime import date

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.facts.values import Json, TwoArms
from analysis.settings import EligibilityRule
from charts.lettering import clean_label


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortFacts:
    """The patients up to those who are scored.

    Attributes
    ----------
    treated, control, arm_column : str
        Labels of the arms, and their column.
    read : TwoArms
        In the file.
    other : int or None
        Rows of the file in neither arm.
    rules : tuple of EligibilityRule
        In the order of the study.
    eligible : tuple of TwoArms
        After each of them.
    analysed : TwoArms
        With covariates that can be used.
    index : str or None
        The column of time zero, where the study has dates.
    cutoff : date or None
    time_unit : str
    centre : str or None
        The column of centres.
    suppress_below : int
        Counts below it are hidden; 0 where none is.
    """

    treated: str
    control: str
    arm_column: str
    read: TwoArms
    other: int | None
    rules: tuple[EligibilityRule, ...]
    eligible: tuple[TwoArms, ...]
    analysed: TwoArms
    index: str | None
    cutoff: date | None
    time_unit: str
    centre: str | None
    suppress_below: int

    @property
    def last_eligible(self) -> TwoArms:
        """After the last rule of eligibility."""
        return self.eligible[-1] if self.eligible else self.read

    @property
    def without_covariate(self) -> TwoArms:
        """Eligible patients left out for a missing value."""
        one, other = self.last_eligible, self.analysed
        return TwoArms(treated=_less(one.treated, other.treated), control=_less(one.control, other.control))


def _less(total: int | None, part: int | None) -> int | None:
    return None if total is None or part is None else total - part


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingFacts:
    """What was missing among the covariates, and what became of it.

    Attributes
    ----------
    method : str
        ``complete_case``, ``indicator`` or ``multiple_imputation``, as in the study file.
    anything : bool
        Whether any covariate had a missing value, as far as it is known.
    columns : tuple of (str, int or None)
        Covariates imputed, and patients without a value.
    n_sets, n_failed, shown, iterations, seed : int
        Of the imputation; 0 without one. ``shown`` is the set that tables and figures are of.
    sets_found : tuple of (int, int)
        Smallest and largest number of matched sets among the imputed sets; empty where none are formed.
    smd_after : tuple of (float, float)
        Smallest and largest of the sets' largest |SMD|; empty where not known.
    """

    method: str
    anything: bool
    columns: tuple[tuple[str, int | None], ...] = ()
    n_sets: int = 0
    n_failed: int = 0
    shown: int = 0
    iterations: int = 0
    seed: int = 0
    sets_found: tuple[int, ...] = ()
    smd_after: tuple[float, ...] = ()

    @property
    def imputed(self) -> bool:
        """Whether anything was imputed."""
        return self.n_sets > 0

    @property
    def pooled(self) -> int:
        """Sets that are pooled."""
        return self.n_sets - self.n_failed


def cohort_facts(publication: Publication, document: Json) -> CohortFacts:
    """The facts of the cohort, from a run and its results file."""
    settings, flow = publication.result.settings, document["flow"]
    steps = [TwoArms(treated=step["treated"], control=step["control"]) for step in flow]
    kinds = [step["kind"] for step in flow]
    dates = settings.dates
    return CohortFacts(
        treated=clean_label(publication.result.patients.treated_label),
        control=clean_label(publication.result.patients.control_label),
        arm_column=clean_label(settings.treatment.column),
        read=steps[0],
        other=flow[0]["other"],
        rules=settings.eligibility,
        eligible=tuple(step for step, kind in zip(steps, kinds, strict=True) if kind == "eligibility"),
        analysed=steps[kinds.index("complete")],
        index=None if dates is None else clean_label(dates.index),
        cutoff=None if dates is None else dates.cutoff,
        time_unit=settings.cohort.time_unit,
        centre=None if settings.centre is None else clean_label(settings.centre),
        suppress_below=settings.exports.suppress_below,
    )


def missing_facts(publication: Publication, document: Json, cohort: CohortFacts) -> MissingFacts:
    """The facts of what was missing, from a run and its results file."""
    method = publication.result.settings.missing.method
    imputation = document["imputation"]
    if imputation is None:
        return MissingFacts(method=method, anything=_anything(publication, cohort))
    matched = [item["n_sets"] for item in imputation["sets"] if item["n_sets"]]
    largest = [item["largest_smd_after"] for item in imputation["sets"] if item["largest_smd_after"] is not None]
    return MissingFacts(
        method=method,
        anything=True,
        columns=tuple((clean_label(item["column"]), item["missing"]) for item in imputation["columns"]),
        n_sets=imputation["n_sets"],
        n_failed=imputation["n_failed"],
        shown=imputation["shown_set"],
        iterations=imputation["iterations"],
        seed=imputation["seed"],
        sets_found=(min(matched), max(matched)) if matched else (),
        smd_after=(min(largest), max(largest)) if largest else (),
    )


def _anything(publication: Publication, cohort: CohortFacts) -> bool:
    """Whether a value was missing: someone was left out for it, one was marked, or the picture counts one."""
    lost = cohort.without_covariate
    marked = set(publication.result.patients.covariates.columns) - {
        item.column for item in publication.result.settings.covariates
    }
    counted = publication.missing is not None and bool(publication.missing.columns)
    return counted or bool(marked) or bool(lost.treated or lost.control) or None in (lost.treated, lost.control)
